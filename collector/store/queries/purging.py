"""Queries that empty what lay in the trash for its time: records, forms.

They must not ask how long that is (`services/purging`). The line of a record, of its versions, of a form and of its
versions stays without content: no number is given twice, the history stays readable, and what is sent again is known.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from collector.store.queries import words
from collector.store.tables.alike import AlikeForm, AlikeMark, AlikeMember, AlikeSettlement
from collector.store.tables.answers import AnswerPoint, FilterValue, FlatRow
from collector.store.tables.comments import Comment
from collector.store.tables.datasets import DatasetUse
from collector.store.tables.entities import EntityAct
from collector.store.tables.export_jobs import ExportJob
from collector.store.tables.findings import FindingRow, Recheck
from collector.store.tables.forms import Form, FormColumn, FormMedia, FormTable, FormVersion
from collector.store.tables.invitations import Invitation
from collector.store.tables.people import Actor, Grant, PhoneForm
from collector.store.tables.people import Session as Pass
from collector.store.tables.recipes import ColumnMapping, RecipeCount, RecipeRow, RecipeVersion
from collector.store.tables.returns import Return
from collector.store.tables.review import Decision, ReviewSettings
from collector.store.tables.rules import RuleMark, RuleRow
from collector.store.tables.submissions import (
    Parked,
    ParkedFile,
    ReplacedFile,
    Submission,
    SubmissionFile,
    SubmissionVersion,
)
from collector.store.tables.tasks import Task
from collector.store.tables.webhooks import Webhook

# What goes with a record, by its number; where what is named first points at what is named later.
_OF_RECORD = (FlatRow, FilterValue, RuleMark, AnswerPoint, FindingRow, AlikeMark, Return, Comment, Task)
# What goes with a form. Its line, its versions, settlements and deliveries stay.
_OF_FORM = (AlikeForm, Recheck, ReviewSettings, RuleRow, ColumnMapping, ExportJob, PhoneForm)


def list_due(session: Session, before: datetime, limit: int) -> list[int]:
    """Numbers of records that were put into the trash before that, the longest there first; drafts' too."""
    return list(session.scalars(
        select(Submission.id).where(Submission.deleted_at.is_not(None), Submission.purged_at.is_(None),
                                    Submission.deleted_at < before)
        .order_by(Submission.deleted_at, Submission.id).limit(limit)))


def list_due_forms(session: Session, before: datetime) -> list[int]:
    """Numbers of forms that were put into the trash before that."""
    return list(session.scalars(select(Form.id).where(
        Form.deleted_at < before, Form.purged_at.is_(None)).order_by(Form.deleted_at, Form.id)))


def list_records(session: Session, form_id: int, limit: int) -> list[int]:
    """Numbers of the next records of a form that are not emptied, in the trash or not."""
    return list(session.scalars(select(Submission.id).where(
        Submission.form_id == form_id, Submission.purged_at.is_(None)).order_by(Submission.id).limit(limit)))


def lock_due(session: Session, numbers: list[int]) -> list[tuple[int, int]]:
    """[(number, form id)] of those of these records that are in the trash still, or whose form is; nobody else changes
    them now."""
    query = (select(Submission.id, Submission.form_id).join(Form, Form.id == Submission.form_id)
             .where(Submission.id.in_(numbers), Submission.purged_at.is_(None),
                    Submission.deleted_at.is_not(None) | Form.deleted_at.is_not(None))
             .order_by(Submission.id).with_for_update(of=Submission))
    return [(row[0], row[1]) for row in session.execute(query)]


def lock_form(session: Session, form_id: int) -> Form | None:
    """The form, when it is in the trash still; nobody else changes it now."""
    return session.scalar(select(Form).where(Form.id == form_id, Form.deleted_at.is_not(None), Form.purged_at.is_(None))
                          .with_for_update().execution_options(populate_existing=True))


def empty_records(session: Session, numbers: list[int], at: datetime) -> None:
    """Nothing; of these records nothing is left but that they were there, and what was decided about them."""
    versions = select(SubmissionVersion.id).where(SubmissionVersion.submission_id.in_(numbers))
    files = select(SubmissionFile.id).where(SubmissionFile.version_id.in_(versions))
    parked = select(Parked.id).where(Parked.submission_id.in_(numbers))
    _drop(session, ReplacedFile, ReplacedFile.file_id.in_(files))
    _drop(session, SubmissionFile, SubmissionFile.version_id.in_(versions))
    _drop(session, ParkedFile, ParkedFile.parked_id.in_(parked))
    _drop(session, Parked, Parked.submission_id.in_(numbers))
    for table in _OF_RECORD:
        _drop(session, table, table.submission_id.in_(numbers))
    _drop(session, EntityAct, EntityAct.submission_id.in_(numbers) & (EntityAct.state != "done"))
    _set(session, Decision, Decision.submission_id.in_(numbers), words="")
    _set(session, AlikeMember, AlikeMember.submission_id.in_(numbers), right_before={})
    _set(session, SubmissionVersion, SubmissionVersion.submission_id.in_(numbers), xml=b"", instance_name=None,
         device_id=None, user_agent=None, extra_files=0)
    for number in numbers:
        words.spoil(session, number)
    _set(session, Submission, Submission.id.in_(numbers), name=None, search=None, device_id=None, files_expected=0,
         files_present=0, errors=0, warnings=0, purged_at=at)


def empty_form(session: Session, form: Form, at: datetime) -> None:
    """Nothing; of the form, whose records are emptied, nothing is left but that it and its versions were there."""
    versions = select(FormVersion.id).where(FormVersion.form_id == form.id)
    tables = select(FormTable.id).where(FormTable.form_id == form.id)
    recipes = select(RecipeRow.id).where(RecipeRow.form_id == form.id)
    _drop(session, RuleMark, RuleMark.rule_id.in_(select(RuleRow.id).where(RuleRow.form_id == form.id)))
    for table in (RecipeCount, RecipeVersion):
        _drop(session, table, table.recipe_id.in_(recipes))
    _drop(session, RecipeRow, RecipeRow.form_id == form.id)
    for table in _OF_FORM:
        _drop(session, table, table.form_id == form.id)
    _drop(session, DatasetUse, DatasetUse.version_id.in_(versions))
    _drop(session, FormMedia, FormMedia.version_id.in_(versions))
    _drop(session, FormColumn, FormColumn.table_id.in_(tables))
    _drop(session, FormTable, FormTable.form_id == form.id)
    _end_access(session, form.id, at)
    _set(session, AlikeSettlement, AlikeSettlement.form_id == form.id, words="")
    _set(session, Webhook, (Webhook.form_id == form.id) & Webhook.deleted_at.is_(None), deleted_at=at)
    _set(session, FormVersion, FormVersion.form_id == form.id, xml=b"", source_sha256=None, source_name=None,
         warnings=None, draft_token=None)
    form.purged_at = at
    session.flush()


def _end_access(session: Session, form_id: int, at: datetime) -> None:
    """Nothing; nobody holds anything at the form, and links to it are gone."""
    here = select(Grant.actor_id).where(Grant.place == "form", Grant.place_id == form_id)
    links = select(Actor.id).where(Actor.kind == "public_link", Actor.id.in_(here))
    _set(session, Pass, Pass.actor_id.in_(links) & Pass.ended_at.is_(None), ended_at=at)
    _set(session, Actor, (Actor.kind == "public_link") & Actor.deleted_at.is_(None) & Actor.id.in_(here), deleted_at=at)
    _drop(session, Grant, (Grant.place == "form") & (Grant.place_id == form_id))
    _set(session, Invitation, (Invitation.place == "form") & (Invitation.place_id == form_id)
         & Invitation.used_at.is_(None) & Invitation.withdrawn_at.is_(None), withdrawn_at=at)


def _drop(session: Session, table, condition) -> None:
    session.execute(delete(table).where(condition), execution_options={"synchronize_session": False})


def _set(session: Session, table, condition, **values) -> None:
    session.execute(update(table).where(condition).values(**values),
                    execution_options={"synchronize_session": False})
