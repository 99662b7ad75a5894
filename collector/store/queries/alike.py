"""Queries of records that look the same: marks kept, groups kept true, what waits, how it was settled.

They must not read answers (`domain/alike`) nor decide anything (`services/alike`). `refresh` follows whatever changes a
group: a record that came, changed, was decided, left. It looks at a few of a group, however large that is.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from collector.domain.alike import CONTENT, SAID
from collector.store.prepared import Adding, Prepared
from collector.store.queries.scopes import within
from collector.store.tables.alike import AlikeForm, AlikeMark, AlikeMember, AlikeSettlement
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission

WHOLE = (CONTENT, SAID)
MANY = 60  # a group of so many is open until all of it was decided
_marks, _sent = AlikeMark.__table__, Submission.__table__


class Group(NamedTuple):
    """Records of a form that say the same."""

    form_id: int
    kind: str
    digest: bytes


_living = and_(_sent.c.deleted_at.is_(None), or_(_sent.c.review_state.is_(None), _sent.c.review_state != "rejected"))
_in_group = and_(_marks.c.form_id == bindparam("form_id"), _marks.c.kind == bindparam("kind"),
                 _marks.c.digest == bindparam("digest"))
_OF = Prepared(select(_marks.c.kind, _marks.c.digest, _marks.c.right_id).where(
    _marks.c.submission_id == bindparam("number")))
_DROP = Prepared(delete(_marks).where(_marks.c.submission_id == bindparam("number")))
_ADD = Adding(_marks)
_LIVING = Prepared(select(_marks.c.submission_id, _marks.c.right_id, _marks.c.waits)
                   .join(_sent, _sent.c.id == _marks.c.submission_id).where(_in_group, _living).limit(MANY))
_LIVES = Prepared(select(_sent.c.id).where(_sent.c.id == bindparam("number"), _living))
_SET = Prepared(update(_marks).values(waits=bindparam("now")).where(
    _marks.c.submission_id == bindparam("number"), _marks.c.kind == bindparam("of"),
    _marks.c.digest == bindparam("what")))


def find_form(session: Session, form_id: int) -> AlikeForm | None:
    """What makes records of the form look the same, and how far they are looked at anew."""
    return session.get(AlikeForm, form_id)


def put_form(session: Session, form_id: int, key: list[str], content: bool, at: datetime) -> AlikeForm:
    """What makes records of the form look the same from now on; all that was sent waits to be looked at anew."""
    row = session.get(AlikeForm, form_id) or AlikeForm(form_id=form_id, edition=0)
    row.key, row.content, row.updated_at, row.after, row.done = key, content, at, 0, 0
    row.edition += 1
    row.total = session.scalar(select(func.count(Submission.id)).where(
        Submission.form_id == form_id, Submission.draft.is_(False), Submission.purged_at.is_(None)))
    session.add(row)
    session.flush()
    return row


def find_open(session: Session, event_id: int, form_id: int) -> AlikeForm | None:
    """The form's line, as long as this event's look at all that was sent is under way."""
    return session.scalar(select(AlikeForm).where(AlikeForm.form_id == form_id, AlikeForm.event_id == event_id))


def list_next(session: Session, form_id: int, after: int, limit: int) -> list[int]:
    """The next submissions of a form, by number."""
    return list(session.scalars(select(Submission.id).where(
        Submission.form_id == form_id, Submission.draft.is_(False), Submission.purged_at.is_(None),
        Submission.id > after).order_by(Submission.id).limit(limit)))


def keep(session: Session, form_id: int, submission_id: int, digests: dict[str, bytes]) -> None:
    """Nothing; the record says this and nothing else. Who found it right did so for what it said then."""
    before = {row.kind: row for row in _OF.rows(session, {"number": submission_id})}
    if {kind: row.digest for kind, row in before.items()} != digests:
        _DROP.run(session, {"number": submission_id})
        old = [before[kind].digest for kind in WHOLE if kind in before]
        same = old == [digests[kind] for kind in WHOLE if kind in digests]
        _ADD.add_many(session, [
            {"submission_id": submission_id, "kind": kind, "form_id": form_id, "digest": digest, "waits": False,
             "right_id": before[kind].right_id if same and kind in before and before[kind].digest == digest else None}
            for kind, digest in digests.items()])
    touched = {Group(form_id, kind, digest) for kind, digest in digests.items()}
    refresh(session, touched | {Group(form_id, kind, row.digest) for kind, row in before.items()}, {submission_id})


def refresh_of(session: Session, numbers: Collection[int]) -> None:
    """Nothing; groups of these submissions are true again, after they were decided, deleted, or brought back."""
    other = aliased(AlikeMark)
    several = select(other.submission_id).where(
        other.form_id == AlikeMark.form_id, other.kind == AlikeMark.kind, other.digest == AlikeMark.digest,
        other.submission_id != AlikeMark.submission_id)
    groups = session.connection().execute(select(AlikeMark.form_id, AlikeMark.kind, AlikeMark.digest).distinct().where(
        AlikeMark.submission_id.in_(numbers), several.exists())).all()
    refresh(session, {Group(*row) for row in groups}, set(numbers))


def refresh(session: Session, groups: Iterable[Group], touched: set[int]) -> None:
    """Nothing; the marks of these groups tell who waits to be looked at. touched: submissions that changed."""
    for group in sorted(group for group in groups if group.kind != SAID):
        _lock(session, group)
        living = _LIVING.rows(session, group._asdict())
        waits = {row.submission_id: len(living) == MANY for row in living}
        if len(living) < MANY:
            waits = dict.fromkeys(waits, len({row.right_id or -row.submission_id for row in living}) > 1)
        for row in living:
            if row.waits != waits[row.submission_id]:
                _set(session, group, row.submission_id, not row.waits)
        for number in touched - waits.keys():
            alone = len(living) < MANY or _LIVES.first(session, {"number": number}) is None
            _set(session, group, number, not alone)


def waiting(scopes: tuple = ()) -> Select:
    """The submissions that look like another which somebody limited to these scopes may see too, some of them twice."""
    found = select(AlikeMark.submission_id).where(AlikeMark.waits)
    if scopes:
        other = aliased(AlikeMark)
        seen = select(Submission.id).where(*(or_(Submission.form_id != form_id, within(scope))
                                             for form_id, scope in scopes)).correlate(None)
        found = found.where(select(other.submission_id).where(
            other.form_id == AlikeMark.form_id, other.kind == AlikeMark.kind, other.digest == AlikeMark.digest,
            other.submission_id != AlikeMark.submission_id, other.waits,
            or_(other.right_id.is_(None), AlikeMark.right_id.is_(None), other.right_id != AlikeMark.right_id),
            other.submission_id.in_(seen)).correlate(AlikeMark).exists())
    return found


def looks_alike(scopes: tuple = ()) -> ColumnElement[bool]:
    """The condition that a submission is among those that `waiting` tells, looked up one by one."""
    return waiting(scopes).where(AlikeMark.submission_id == Submission.id).correlate(Submission).exists()


def list_waiting(session: Session, scopes: tuple, numbers: Collection[int]) -> set[int]:
    """Those of these submissions that `waiting` tells."""
    return set(session.scalars(waiting(scopes).where(AlikeMark.submission_id.in_(numbers))))


def list_likes(session: Session, submission_id: int, limit: int) -> list[tuple[int, str]]:
    """(number, kind) of the other submissions that say the same, in the trash or not; those not rejected first."""
    mine = aliased(AlikeMark)
    query = (select(AlikeMark.submission_id, AlikeMark.kind)
             .join(mine, (mine.form_id == AlikeMark.form_id) & (mine.kind == AlikeMark.kind)
                   & (mine.digest == AlikeMark.digest))
             .join(Submission, Submission.id == AlikeMark.submission_id)
             .where(mine.submission_id == submission_id, AlikeMark.submission_id != submission_id)
             .order_by(func.coalesce(Submission.review_state, "") == "rejected", AlikeMark.submission_id).limit(limit))
    return [tuple(row) for row in session.execute(query)]


def marks_of(session: Session, numbers: Collection[int]) -> dict[int, dict[str, AlikeMark]]:
    """{number: {kind: mark}}"""
    found: dict[int, dict[str, AlikeMark]] = {}
    for mark in session.scalars(select(AlikeMark).where(AlikeMark.submission_id.in_(numbers))
                                .execution_options(populate_existing=True)):
        found.setdefault(mark.submission_id, {})[mark.kind] = mark
    return found


def settle(session: Session, **values) -> AlikeSettlement:
    """The settlement, kept."""
    row = AlikeSettlement(**values)
    session.add(row)
    session.flush()
    return row


def add_members(session: Session, settlement_id: int, members: list[dict]) -> None:
    """Nothing; the settlement is about these. members: {submission_id, right_before, decision_id}."""
    session.add_all(AlikeMember(settlement_id=settlement_id, **one) for one in members)
    session.flush()


def mark_right(session: Session, submission_id: int, right: dict[str, int | None]) -> None:
    """Nothing; the marks of the record name these settlements. right: {kind: settlement}."""
    for kind, number in right.items():
        session.execute(update(AlikeMark).where(AlikeMark.submission_id == submission_id, AlikeMark.kind == kind)
                        .values(right_id=number), execution_options={"synchronize_session": False})


def find_settlement(session: Session, number: int) -> AlikeSettlement | None:
    """The settlement; nobody else changes it until this transaction ends."""
    return session.scalar(select(AlikeSettlement).where(AlikeSettlement.id == number).with_for_update()
                          .execution_options(populate_existing=True))


def list_members(session: Session, settlement_id: int) -> list[AlikeMember]:
    """The records of a settlement, by number."""
    return list(session.scalars(select(AlikeMember).where(AlikeMember.settlement_id == settlement_id)
                                .order_by(AlikeMember.submission_id)))


def find_last(session: Session, submission_id: int) -> tuple[AlikeSettlement, str | None] | None:
    """(newest settlement about a record that stands, name of who made it)."""
    row = session.execute(
        select(AlikeSettlement, Actor.name).join(AlikeMember, AlikeMember.settlement_id == AlikeSettlement.id)
        .outerjoin(Actor, Actor.id == AlikeSettlement.actor_id)
        .where(AlikeMember.submission_id == submission_id, AlikeSettlement.undone_at.is_(None))
        .order_by(AlikeSettlement.id.desc()).limit(1)).first()
    return None if row is None else tuple(row)


def _set(session: Session, group: Group, number: int, waits: bool) -> None:
    _SET.run(session, {"number": number, "of": group.kind, "what": group.digest, "now": waits})


def _lock(session: Session, group: Group) -> None:
    """Two records of a group that come at once must see each other; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        number = int.from_bytes(group.digest[:8], "big", signed=True)
        session.connection().execute(select(func.pg_advisory_xact_lock(number)))
