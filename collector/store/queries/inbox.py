"""Queries of the inbox: oldest first, paged by key either way, counts up to a bound; for any narrowing.

It must not decide who may see what (`services/inbox`). Each form is asked for itself, in one statement for many: one
index serves any filter; what comes back is put together here. What narrows is `queries/records`, the same for lists and
decisions about many.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import case, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from collector.store.queries import findings
from collector.store.queries.narrowing import Narrowing, narrowed, points_near, worded
from collector.store.queries.numbers import TOGETHER, flagged, one_after_another
from collector.store.queries.queues import GATHERED, QUEUES, in_queue, marked, members
from collector.store.queries.records import Record, records_of
from collector.store.queries.scopes import Rows
from collector.store.tables.answers import FilterValue
from collector.store.tables.forms import FormVersion
from collector.store.tables.submissions import Submission

ALIKE = 20_000  # marks of look-alikes; where there are more, one is soon found by looking at one after the other
LISTED = 60_000  # records of a queue that are gathered; where there are more each is looked up
_OFTEN, _SELDOM = ("waiting", "unread"), ("findings", "files", "edited", "second")
_SEEN = (*_OFTEN, *_SELDOM)  # told by the submission alone


def list_numbers(session: Session, narrowing: Narrowing, after: int | None = None, before: int | None = None,
                 limit: int = 30) -> list[int]:
    """Numbers of submissions, oldest first, next above `after`; with `before` newest first, next below it."""
    asked = []
    for one in _forms(narrowing):
        if one.numbers is not None:  # the numbers are what is asked by, and no range of them
            some = one.numbers[:bisect_left(one.numbers, before)] if before is not None else one.numbers
            one = replace(one, numbers=some[bisect_right(some, after or 0):])
        query = narrowed(select(Submission.id), one)
        if before is not None:
            query = query.where(Submission.id < before) if one.numbers is None else query
            query = query.order_by(Submission.id.desc())
        else:
            query = query.where(Submission.id > after) if after and one.numbers is None else query
            query = query.order_by(Submission.id)
        asked.append(query.limit(limit))
    found = [number for at in range(0, len(asked), TOGETHER)
             for number in session.scalars(one_after_another(asked[at:at + TOGETHER]))]
    return sorted(found, reverse=before is not None)[:limit]


def settled(session: Session, narrowing: Narrowing, most: int) -> Narrowing:
    """The same records, asked for in the way that costs least: what is seldom is gathered, what is often looked up.

    Words are looked for once (`queries/narrowing.worded`), and further questions are about the records that have them.
    """
    return replace(eased(session, narrowing, most),
                   gathered={queue: _gathered(session, queue, narrowing) for queue in GATHERED})


def eased(session: Session, narrowing: Narrowing, most: int) -> Narrowing:
    """The same records, for one look at them: words looked for, and told what more than `most` records have."""
    often = {column for column, value in narrowing.answers if _more_than(session, select(FilterValue.id).where(
        FilterValue.column_id == column, FilterValue.text == value), most)}
    if narrowing.finding and _more_than(session, findings.with_kind(narrowing.finding), most):
        often.add(narrowing.finding)
    if narrowing.near and _more_than(session, points_near(*narrowing.near), most):
        often.add(narrowing.near)
    limits = list({rows for _form, scope in narrowing.scopes for rows in scope if rows.columns})
    for at in range(0, len(limits), 4 * TOGETHER):
        some = limits[at:at + 4 * TOGETHER]
        often.update(column for rows in _frequent(session, some, most) for column in rows.columns)
    if narrowing.form_version is not None and not session.scalar(
            select(FormVersion.id).where(FormVersion.version == narrowing.form_version).limit(1)):
        narrowing = replace(narrowing, numbers=())  # nobody published it: no record is of it
    return replace(worded(session, narrowing), often=frozenset(often))


def _frequent(session: Session, limits: list[Rows], most: int) -> list[Rows]:
    """Those of these limits whose values more than `most` records have."""
    counts = session.execute(select(*(
        select(func.count()).select_from(select(FilterValue.id).where(
            FilterValue.column_id.in_(rows.columns), FilterValue.text.in_(rows.texts)).limit(most + 1).subquery())
        .scalar_subquery().label(f"count_{place}") for place, rows in enumerate(limits)))).one()
    return [rows for rows, count in zip(limits, counts, strict=True) if count > most]


def _gathered(session: Session, queue: str, narrowing: Narrowing) -> tuple[int, ...] | None:
    """The submissions of a queue that few are in; None when they are many today."""
    most = ALIKE if queue == "alike" else LISTED
    found = list(session.scalars(members(queue, narrowing.today, narrowing.scopes).limit(most + 1)))
    return tuple(sorted(set(found))) if len(found) <= most else None


def count_up_to(session: Session, narrowing: Narrowing, most: int) -> int:
    """How many submissions there are, counted no further than `most`."""
    return _count(session, _forms(narrowing), most)


def _count(session: Session, forms: list[Narrowing], most: int) -> int:
    """The same over forms that are asked for one by one; those after enough was found are not looked at."""
    count = 0
    for at in range(0, len(forms), TOGETHER):
        left = most - count
        if left <= 0:
            break
        parts = [narrowed(select(Submission.id), one).limit(left) for one in forms[at:at + TOGETHER]]
        count += session.scalar(select(func.count()).select_from(one_after_another(parts).limit(left).subquery()))
    return count


def count_each(session: Session, asked: Sequence[Narrowing], most: int) -> list[int]:
    """How many submissions there are of each, every one of a single form, counted no further than `most`."""
    found: list[int] = []
    for at in range(0, len(asked), 3 * TOGETHER):
        parts = [narrowed(select(Submission.id), form).limit(most).subquery()
                 for one in asked[at:at + 3 * TOGETHER] for form in _forms(one)]
        found += session.execute(select(*(
            select(func.count()).select_from(part).scalar_subquery().label(f"count_{place}")
            for place, part in enumerate(parts)))).one()
    return found


def count_queues(session: Session, narrowing: Narrowing, most: int) -> dict[str, int]:
    """{queue: how many submissions of a narrowing without queue are in it}, 'all' too; each up to `most`."""
    counts, rest = _first(session, _forms(narrowing), most)
    for queue in (one for one in _OFTEN if rest and counts[one] < most):
        counts[queue] += _count(session, [replace(one, queue=queue) for one in rest], most - counts[queue])
    for at in range(0, len(rest), TOGETHER):
        seldom = [queue for queue in _SELDOM if counts[queue] < most]
        if seldom:
            _add_seldom(session, rest[at:at + TOGETHER], seldom, counts, most)
    for queue in GATHERED:
        if narrowing.gathered.get(queue) != ():
            counts[queue] = count_up_to(session, replace(narrowing, queue=queue), most)
    return {queue: min(count, most) for queue, count in counts.items()}


def _first(session: Session, forms: list[Narrowing], most: int) -> tuple[dict[str, int], list[Narrowing]]:
    """(counts among the first submissions, `most` in all; of each form the rest that was not looked at)."""
    counts, rest = dict.fromkeys(("all", *QUEUES), 0), []
    for at in range(0, len(forms), TOGETHER):
        some, left = forms[at:at + TOGETHER], most - counts["all"]
        if left <= 0:
            rest += some
            continue
        parts = [narrowed(select(literal_column(str(place)).label("place"), Submission.id, *_marks(_SEEN)), one)
                 .order_by(Submission.id).limit(left).subquery() for place, one in enumerate(some)]
        seen = union_all(*(select(*part.c) for part in parts)).limit(left).subquery()
        rows = session.execute(select(seen.c.place, func.count(), func.max(seen.c.id), *(
            func.sum(seen.c[queue]) for queue in _SEEN)).group_by(seen.c.place)).all()
        last = {}
        for place, total, newest, *found in rows:
            last[place] = newest
            for queue, count in zip(("all", *_SEEN), (total, *found), strict=True):
                counts[queue] += count or 0
        if counts["all"] >= most:
            rest += [replace(one, at_least=last[place] + 1) if place in last else one
                     for place, one in enumerate(some)]
    return counts, rest


def _add_seldom(session: Session, forms: list[Narrowing], seldom: list[str], counts: dict[str, int], most: int) -> None:
    """Nothing; what stands in the small index counts too."""
    parts = [narrowed(select(*_marks(seldom)), one).where(marked).limit(2 * most).subquery() for one in forms]
    some = union_all(*(select(*part.c) for part in parts)).limit(2 * most).subquery()
    total, *found = session.execute(select(func.count(), *(func.sum(some.c[queue]) for queue in seldom))).one()
    for queue, count in zip(seldom, found, strict=True):
        counts[queue] += (count or 0) if total < 2 * most else _count(
            session, [replace(one, queue=queue) for one in forms], most - counts[queue])


def _marks(queues: Sequence[str]) -> list:
    return [case((in_queue(queue), 1), else_=0).label(queue) for queue in queues]


def list_of(session: Session, numbers: list[int]) -> list[Record]:
    """The records of these numbers, in their order."""
    found = {row[0].id: Record(*row) for row in session.execute(records_of(numbers))}
    return [found[number] for number in numbers if number in found]


def list_versions(session: Session, form_ids: tuple[int, ...]) -> list[str]:
    """The version texts of these forms that were published, newest first."""
    query = (select(FormVersion.version, func.max(FormVersion.id)).where(
        FormVersion.form_id.in_(form_ids), FormVersion.published_at.is_not(None)).group_by(FormVersion.version))
    return [row[0] for row in sorted(session.execute(query), key=lambda row: -row[1]) if row[0]]


def _forms(narrowing: Narrowing) -> list[Narrowing]:
    numbers = narrowing.gathered.get(narrowing.queue)
    if numbers is not None:
        numbers = numbers if narrowing.numbers is None else sorted(set(numbers).intersection(narrowing.numbers))
        numbers = tuple(numbers if narrowing.flags is None else flagged(numbers, narrowing.flags))
        narrowing = replace(narrowing, queue="", numbers=numbers, flags=None, at_least=0)
    return [replace(narrowing, form_ids=(one,)) for one in narrowing.form_ids or ()]


def _more_than(session: Session, query, most: int) -> bool:
    return session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) > most
