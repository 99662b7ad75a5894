"""Queries of what arrived from a phone on a day, and of records that tell how much it should have been.

It must not know rules nor zones of time: whoever calls says which moments make up the day. The first one is asked by
every submission.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from collector.store.prepared import Prepared
from collector.store.tables.findings import FindingRow
from collector.store.tables.forms import Form
from collector.store.tables.projects import Project
from collector.store.tables.rules import RuleMark, RuleRow
from collector.store.tables.submissions import Submission, SubmissionVersion

_versions, _forms, _rules = SubmissionVersion.__table__, Form.__table__, RuleRow.__table__
_own = _forms.alias("own")
_WATCHED = Prepared(  # most projects do not close their days
    select(_versions.c.device_id, _versions.c.created_at, _own.c.project_id, Project.timezone).select_from(_versions)
    .join(_own, _own.c.id == _versions.c.form_id).join(Project, Project.id == _own.c.project_id)
    .where(_versions.c.submission_id == bindparam("number"), _versions.c.current, _versions.c.device_id.is_not(None),
           select(literal(1)).select_from(_rules).join(_forms, _forms.c.id == _rules.c.form_id)
           .where(_forms.c.project_id == _own.c.project_id, _rules.c.type == bindparam("of_type"),
                  _rules.c.state == "live", _rules.c.dropped_at.is_(None), _forms.c.deleted_at.is_(None)).exists()))


def find_watched(session: Session, submission_id: int, type: str):
    """(device_id, created_at, project_id, timezone) of the current version of a submission; None where no rule of this
    type is in force in its project, or it is not known which phone it came from."""
    return _WATCHED.first(session, {"number": submission_id, "of_type": type})


def count_arrived(session: Session, project_id: int, device_id: str, since: datetime, until: datetime,
                  but: int) -> int:
    """How many versions of records other than `but` came from a phone; without those that tested a draft."""
    return session.scalar(
        select(func.count(SubmissionVersion.id)).join(Form, Form.id == SubmissionVersion.form_id)
        .where(SubmissionVersion.device_id == device_id, SubmissionVersion.created_at >= since,
               SubmissionVersion.created_at < until, SubmissionVersion.draft.is_(False),
               SubmissionVersion.submission_id != but, Form.project_id == project_id))


def list_rules(session: Session, project_id: int, type: str) -> list[RuleRow]:
    """The rules of this type in force in a project."""
    return list(session.scalars(
        select(RuleRow).join(Form, Form.id == RuleRow.form_id)
        .where(Form.project_id == project_id, Form.deleted_at.is_(None), RuleRow.type == type,
               RuleRow.state == "live", RuleRow.dropped_at.is_(None)).order_by(RuleRow.id)))


def list_short(session: Session, project_id: int, type: str, mark: str) -> list[int]:
    """The living records of this mark in which a rule of this type in force found something."""
    query = (select(RuleMark.submission_id).distinct().join(RuleRow, RuleRow.id == RuleMark.rule_id)
             .join(Form, Form.id == RuleRow.form_id).join(Submission, Submission.id == RuleMark.submission_id)
             .join(FindingRow, (FindingRow.submission_id == RuleMark.submission_id)
                   & (FindingRow.rule_id == RuleMark.rule_id))
             .where(RuleRow.type == type, RuleRow.state == "live", RuleRow.dropped_at.is_(None),
                    Form.project_id == project_id, RuleMark.mark == mark, Submission.deleted_at.is_(None))
             .order_by(RuleMark.submission_id))
    return list(session.scalars(query))


def list_last_of_senders(session: Session, form_id: int) -> list[tuple[int, int]]:
    """(who sent it, the newest living record of a form that they sent)."""
    query = (select(Submission.submitter_id, func.max(Submission.id))
             .where(Submission.form_id == form_id, Submission.draft.is_(False), Submission.deleted_at.is_(None),
                    Submission.submitter_id.is_not(None)).group_by(Submission.submitter_id))
    return [tuple(row) for row in session.execute(query)]
