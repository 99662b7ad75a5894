"""Queries of the ledger of what submissions do to entities: done once, held, waiting for approval, failed.

It must not do any of it (`services/entity_acts`). The first ones are on the path of every submission.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Row, bindparam, delete, select, text
from sqlalchemy.orm import Session

from collector.store.prepared import Prepared
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity, EntityAct, EntityVersion
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.submissions import Submission, SubmissionVersion

_submissions, _versions, _acts = Submission.__table__, SubmissionVersion.__table__, EntityAct.__table__
_OPEN = text("entity_acts.state <> 'done'")  # in the words of the index
_SENT = Prepared(
    select(_versions.c.id, _versions.c.submission_id, _versions.c.form_id, _versions.c.draft, _versions.c.encrypted,
           _versions.c.form_version_id, FormVersion.sha256.label("form_sha256"), _submissions.c.deleted_at,
           _submissions.c.review_state, _submissions.c.instance_id, _versions.c.submitter_id, _versions.c.user_agent,
           Form.project_id, Form.xml_form_id)
    .join(_submissions, _submissions.c.id == _versions.c.submission_id)
    .join(FormVersion, FormVersion.id == _versions.c.form_version_id)
    .join(Form, Form.id == _versions.c.form_id)
    .where(_versions.c.submission_id == bindparam("number"), _versions.c.current))
_FAILED = Prepared(
    select(_acts.c.place, _acts.c.dataset_name, _acts.c.uuid, _acts.c.fault)
    .where(_acts.c.submission_id == bindparam("number"), _acts.c.state == "failed").order_by(_acts.c.id))


def find_sent(session: Session, submission_id: int):
    """The current version of a submission without its XML: (id, submission_id, form_id, draft, encrypted,
    form_version_id, form_sha256, deleted_at, review_state, instance_id, submitter_id, user_agent, project_id,
    xml_form_id)."""
    return _SENT.first(session, {"number": submission_id})


def list_failed(session: Session, submission_id: int) -> list:
    """(place, dataset_name, uuid, fault) of what a submission could not do."""
    return _FAILED.rows(session, {"number": submission_id})


def list_of_submission(session: Session, submission_id: int) -> list[EntityAct]:
    """The lines of one submission, in the order they were written."""
    return list(session.scalars(select(EntityAct).where(EntityAct.submission_id == submission_id)
                                .order_by(EntityAct.id)))


def find(session: Session, act_id: int) -> EntityAct | None:
    """One line, as it stands now."""
    return session.get(EntityAct, act_id, populate_existing=True)


def add(session: Session, **values) -> EntityAct:
    """The line written."""
    made = EntityAct(**values)
    session.add(made)
    session.flush()
    return made


def mark(session: Session, act: EntityAct, **values) -> None:
    """Nothing; changes columns of the line."""
    for name, value in values.items():
        setattr(act, name, value)
    session.flush()


def drop(session: Session, acts: Iterable[EntityAct]) -> None:
    """Nothing; these lines are gone: what was not done is no longer asked for."""
    session.execute(delete(EntityAct).where(EntityAct.id.in_([act.id for act in acts])))


def list_held(session: Session, dataset_id: int, uuid: str) -> list[EntityAct]:
    """What is held for an entity, in the order of the phone's own count."""
    return list(session.scalars(
        select(EntityAct).where(EntityAct.dataset_id == dataset_id, EntityAct.uuid == uuid, EntityAct.state == "held",
                                _OPEN).order_by(EntityAct.branch_id, EntityAct.branch_base, EntityAct.id)))


def list_held_before(session: Session, before: datetime) -> list[int]:
    """Numbers of what is held since before that, in living lists and records, in the order of each phone's own
    count."""
    return list(session.scalars(
        select(EntityAct.id).join(Dataset, Dataset.id == EntityAct.dataset_id)
        .join(Submission, Submission.id == EntityAct.submission_id)
        .where(EntityAct.state == "held", _OPEN, EntityAct.at < before, Dataset.deleted_at.is_(None),
               Submission.deleted_at.is_(None))
        .order_by(EntityAct.dataset_id, EntityAct.uuid, EntityAct.branch_id, EntityAct.branch_base, EntityAct.id)))


def list_waiting(session: Session, dataset_id: int, state: str) -> list[EntityAct]:
    """What a list is asked for and was not done: approval, held or failed; oldest first."""
    return list(session.scalars(select(EntityAct).where(
        EntityAct.dataset_id == dataset_id, EntityAct.state == state, _OPEN).order_by(EntityAct.id)))


def list_with_records(session: Session, dataset_id: int, state: str, limit: int = 200) -> list[Row]:
    """(act, xmlFormId, instanceId, when it was sent) of what was not done, oldest first; not of records in the trash.
    """
    query = (select(EntityAct, Form.xml_form_id, Submission.instance_id, Submission.created_at)
             .join(Submission, Submission.id == EntityAct.submission_id).join(Form, Form.id == Submission.form_id)
             .where(EntityAct.dataset_id == dataset_id, EntityAct.state == state, _OPEN,
                    Submission.deleted_at.is_(None)).order_by(EntityAct.id).limit(limit))
    return list(session.execute(query))


def list_done(session: Session, submission_id: int) -> list[Row]:
    """(act, entity, version number) of what a submission did."""
    query = (select(EntityAct, Entity, EntityVersion.version)
             .join(EntityVersion, EntityVersion.id == EntityAct.entity_version_id)
             .join(Entity, Entity.id == EntityVersion.entity_id)
             .where(EntityAct.submission_id == submission_id).order_by(EntityAct.id))
    return list(session.execute(query))
