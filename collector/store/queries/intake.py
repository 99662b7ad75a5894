"""Queries of the transaction that takes a submission in: what it meets, and how a new one is added at once.

It must not decide anything (`services/intake` does). What else is asked and written of submissions is in
`queries/submissions`.
"""

from collections import namedtuple

from sqlalchemy import ARRAY, Text, bindparam, func, literal_column, null, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from collector.store.prepared import Adding, Prepared
from collector.store.queries.submissions import KEPT
from collector.store.tables.events import Event
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.projects import Project
from collector.store.tables.returns import Return
from collector.store.tables.submissions import Parked, Submission, SubmissionVersion
from collector.store.tables.tasks import Task

_submissions, _versions = Submission.__table__, SubmissionVersion.__table__
_events, _tasks = Event.__table__, Task.__table__
Kept = namedtuple("Kept", KEPT)
_NUMBERS = {"next_submission": _submissions, "next_version": _versions, "next_event": _events}


class _Meeting(Prepared):
    """What a submission meets; on PostgreSQL with the numbers that its rows will have, should it be a new one."""

    def _said(self, dialect):
        def number(table):
            return literal_column(f"nextval('{table.name}_id_seq')") if dialect.name == "postgresql" else null()

        return self._statement.add_columns(*(number(table).label(name) for name, table in _NUMBERS.items()))


_MEETING = _Meeting(
    select(*(column.label(f"kept_{name}") for name, column in KEPT.items()),
           Project.id.label("project_id"), Project.language, Form.id.label("form_id"), Form.state,
           Form.current_version_id, Form.check_policy.label("policy"), FormVersion.id.label("version_id"),
           FormVersion.sha256.label("version_sha256"),
           select(Return.id).where(Return.actor_id == bindparam("actor_id"), Return.device_id == bindparam("device_id"),
                                   Return.closed_at.is_(None)).exists().label("is_awaited"),
           select(Parked.id).where(Parked.key == bindparam("parked_key")).exists().label("was_parked"))
    .select_from(Project)
    .join(Form, (Form.project_id == Project.id) & (Form.xml_form_id == bindparam("xml_form_id"))
          & Form.deleted_at.is_(None), isouter=True)
    .join(FormVersion, (FormVersion.form_id == Form.id) & (FormVersion.version == bindparam("version"))
          & FormVersion.published_at.is_not(None), isouter=True)
    .join(_versions, (_versions.c.form_id == Form.id) & (_versions.c.draft == bindparam("draft"))
          & (_versions.c.instance_id == bindparam("instance_id")), isouter=True)
    .join(_submissions, _submissions.c.id == _versions.c.submission_id, isouter=True)
    .where(Project.id == bindparam("project_id"), Project.deleted_at.is_(None)))


def _all_of(table, **named: str) -> dict:
    """{column: parameter}, of its own name unless it is named."""
    return {column.name: bindparam(named.get(column.name, column.name), type_=column.type) for column in table.columns}


_ADD_AT_ONCE = Prepared(
    postgresql.insert(_tasks).from_select(
        ["step", *(column.name for column in _tasks.columns if column.name not in ("id", "step"))],
        select(func.unnest(bindparam("steps", type_=ARRAY(Text))),
               *(value for name, value in _all_of(_tasks, created_at="at").items() if name not in ("id", "step"))))
    .add_cte(postgresql.insert(_submissions).values(_all_of(_submissions, id="submission_id")).cte("added"),
             postgresql.insert(_versions).values(_all_of(_versions, id="version_id")).cte("added_version"),
             postgresql.insert(_events).values(_all_of(_events, id="event_id")).cte("added_event")))
_DEFAULTS = {name: value for table in (_tasks, _events, _versions, _submissions)
             for name, value in Adding(table).full({}).items()}


def find_meeting(session: Session, **asked):
    """What a submission to this project meets, in one query, since every submission asks; None without the project.

    asked: project_id, xml_form_id, version, instance_id, draft, parked_key, actor_id, device_id.
    (project_id, language, form_id, state, current_version_id, policy, version_id, version_sha256, is_awaited,
    was_parked, kept_..., next_...); form_id None when the project has no such form, version_id when that version was
    never published; is_awaited: whether the phone that sends has something to correct; was_parked: whether the XML of
    this key was ever parked; kept_...: see `kept_of`; next_...: numbers for `add_at_once`, None where it is not used.
    """
    return _MEETING.first(session, asked)


def kept_of(meeting) -> Kept | None:
    """The version that is held under the same instanceID, as `queries/submissions.find_kept` gives it."""
    kept = Kept._make(meeting[:len(KEPT)])
    return kept if kept.id is not None else None


def add_at_once(session: Session, meeting, submission: dict, version: dict, event: dict, steps: list[str]) -> None:
    """Nothing; a new submission is added with its version, event and tasks, in one statement of PostgreSQL.

    What they have under one name must be the same. The numbers are those of the meeting.
    """
    session.put_off(_ADD_AT_ONCE, {
        **_DEFAULTS, **submission, **version, **event, "submission_id": meeting.next_submission,
        "version_id": meeting.next_version, "event_id": meeting.next_event, "steps": steps})
