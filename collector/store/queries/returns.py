"""Queries of returns: for the phone that shall read them, for people who follow them.

It must not decide who sees what (`services/returns`). What a sending phone is told stands on the path of every
submission and is one indexed look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, false, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from collector.store.prepared import Prepared
from collector.store.queries.queues import came_back
from collector.store.queries.scopes import Scope, within
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.returns import Return
from collector.store.tables.submissions import Submission, SubmissionVersion

MOST = 200  # that one phone is told of
NEVER = "9999-12-31"
_returns, _submissions = Return.__table__, Submission.__table__
_due = func.coalesce(func.nullif(Return.due, ""), NEVER)
_Opener = aliased(Actor)

_WAITING = Prepared(
    select(_returns.c.id, _returns.c.submission_id, _returns.c.fields, _returns.c.due, _submissions.c.name,
           _submissions.c.instance_id)
    .join(_submissions, _submissions.c.id == _returns.c.submission_id)
    .where(_returns.c.actor_id == bindparam("actor"), _returns.c.device_id == bindparam("device"),
           _returns.c.closed_at.is_(None), _submissions.c.deleted_at.is_(None))
    .order_by(_returns.c.id).limit(MOST))
_EVER = Prepared(
    select(_returns.c.id).where(_returns.c.actor_id == bindparam("actor"), _returns.c.device_id == bindparam("device"))
    .limit(1))


@dataclass(frozen=True, slots=True)
class Listed:
    """A return with the record, form and phone it is about, and who opened it."""

    row: Return
    submission: Submission
    xml_form_id: str
    title: str
    phone: Actor | None
    opener: Actor | None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list of returns is narrowed to. form_ids: None for all. today: yyyy-mm-dd.

    state: open (not late), overdue, back (came back, not decided yet), closed (all other); '' for all.
    scopes: as in `queries/narrowing.Narrowing`.
    """

    project_id: int
    form_ids: tuple[int, ...] | None
    today: str
    state: str = ""
    phone: int | None = None
    scopes: tuple[tuple[int, Scope], ...] = ()


def waiting(session: Session, actor_id: int, device_id: str) -> list:
    """What waits for the phone: (id, submission_id, fields, due, name, instance_id)."""
    return _WAITING.rows(session, {"actor": actor_id, "device": device_id})


def has_any(session: Session, actor_id: int, device_id: str) -> bool:
    """Whether the phone ever had a return."""
    return _EVER.first(session, {"actor": actor_id, "device": device_id}) is not None


def add_return(session: Session, **values) -> Return:
    """The return written, with its number."""
    made = Return(**values)
    session.add(made)
    session.flush()
    return made


def find_return(session: Session, number: int) -> Return | None:
    """A return by its number, as it is now; who else wants to change it waits for this transaction."""
    return session.scalar(select(Return).where(Return.id == number).with_for_update()
                          .execution_options(populate_existing=True))


def find_open(session: Session, submission_id: int) -> Return | None:
    """The open return of a submission, as it is now."""
    return session.scalar(
        select(Return).where(Return.submission_id == submission_id, Return.closed_at.is_(None)).with_for_update()
        .execution_options(populate_existing=True))


def list_open_of(session: Session, submission_ids: list[int]) -> list[Return]:
    """The open returns of these submissions, as they are now."""
    return list(session.scalars(
        select(Return).where(Return.submission_id.in_(submission_ids), Return.closed_at.is_(None)).order_by(Return.id)
        .with_for_update().execution_options(populate_existing=True)))


def list_closed_at(session: Session, moments: Mapping[int, datetime]) -> list[Return]:
    """The returns that a person closed then and there, where the submission has no other open. moments: {submission id:
    when}."""
    if not moments:
        return []
    other = aliased(Return)
    is_open = select(other.id).where(other.submission_id == Return.submission_id, other.closed_at.is_(None)).exists()
    found = session.scalars(
        select(Return).where(Return.submission_id.in_(moments), Return.how == "person", ~is_open)
        .order_by(Return.id).with_for_update(of=Return).execution_options(populate_existing=True))
    return [one for one in found if one.closed_at == moments[one.submission_id]]


def find_sender(session: Session, submission_id: int) -> tuple[int, str] | None:
    """(actor, device) of the phone that sent the newest version of a submission that a phone sent."""
    row = session.execute(
        select(SubmissionVersion.submitter_id, SubmissionVersion.device_id)
        .join(Actor, Actor.id == SubmissionVersion.submitter_id)
        .where(SubmissionVersion.submission_id == submission_id, Actor.kind == "field_key")
        .order_by(SubmissionVersion.id.desc()).limit(1)).first()
    return None if row is None else (row[0], row[1] or "")


def list_of_phone(session: Session, project_id: int, actor_id: int, device_id: str) -> list[Listed]:
    """What waits for the phone, first due first."""
    query = _listed().where(Return.project_id == project_id, Return.actor_id == actor_id,
                            Return.device_id == device_id, Return.closed_at.is_(None), Submission.deleted_at.is_(None))
    return [Listed(*row) for row in session.execute(query.order_by(_due, Return.id).limit(MOST))]


def list_returns(session: Session, narrowing: Narrowing, limit: int,
                 after: tuple[str, int] | None = None) -> list[Listed]:
    """Returns, first due first; after: (due, id) of the last one of the page before."""
    query = _narrowed(_listed(), narrowing)
    if after is not None:
        due, number = after[0] or NEVER, after[1]
        query = query.where(or_(_due > due, (_due == due) & (Return.id > number)))
    return [Listed(*row) for row in session.execute(query.order_by(_due, Return.id).limit(limit))]


def count_returns(session: Session, narrowing: Narrowing) -> int:
    """How many returns such a list has."""
    query = select(func.count(Return.id)).join(Submission, Submission.id == Return.submission_id)
    return session.scalar(_narrowed(query, narrowing))


def list_phones(session: Session, narrowing: Narrowing) -> list[Actor]:
    """The phones that ever had a return of such a list, by name."""
    had = _narrowed(select(Return.actor_id).join(Submission, Submission.id == Return.submission_id), narrowing)
    return list(session.scalars(select(Actor).where(Actor.id.in_(had)).order_by(Actor.name, Actor.id)))


def list_of_submissions(session: Session, submission_ids: list[int]) -> list[Return]:
    """The returns of these submissions, oldest first, without those withdrawn."""
    return list(session.scalars(
        select(Return).where(Return.submission_id.in_(submission_ids),
                             or_(Return.how.is_(None), Return.how != "withdrawn")).order_by(Return.id)))


def find_listed(session: Session, number: int) -> Listed | None:
    """A return with what it is about."""
    row = session.execute(_listed().where(Return.id == number)).first()
    return None if row is None else Listed(*row)


def mark_told(session: Session, numbers: list[int], at: datetime) -> None:
    """Nothing; the phone has fetched these now, where it had not before."""
    session.execute(update(Return).where(Return.id.in_(numbers), Return.told_at.is_(None)).values(told_at=at),
                    execution_options={"synchronize_session": False})


def mark(session: Session, row: Return, **values) -> None:
    """Nothing; changes columns of the return."""
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def _listed() -> Select:
    return (select(Return, Submission, Form.xml_form_id, FormVersion.title, Actor, _Opener)
            .join(Submission, Submission.id == Return.submission_id).join(Form, Form.id == Return.form_id)
            .join(SubmissionVersion, SubmissionVersion.id == Return.version_id)
            .join(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
            .outerjoin(Actor, Actor.id == Return.actor_id).outerjoin(_Opener, _Opener.id == Return.opened_by))


def _narrowed(query: Select, by: Narrowing) -> Select:
    query = query.where(Return.project_id == by.project_id, Submission.deleted_at.is_(None),
                        or_(Return.how.is_(None), Return.how != "withdrawn"))
    if by.form_ids is not None:
        query = query.where(Return.form_id.in_(by.form_ids) if by.form_ids else false())
    if by.phone is not None:
        query = query.where(Return.actor_id == by.phone)
    for form_id, scope in by.scopes:
        query = query.where(or_(Return.form_id != form_id, within(scope)))
    return query.where(_in_state(by.state, by.today)) if by.state else query


def _in_state(state: str, today: str) -> ColumnElement[bool]:
    late = (Return.due != "") & (Return.due < today)
    back = came_back()
    return {"open": Return.closed_at.is_(None) & ~late, "overdue": Return.closed_at.is_(None) & late,
            "back": back}.get(state, Return.closed_at.is_not(None) & ~back)
