"""Queries of the inbox: oldest first, paged by key either way, counts up to a bound; for any narrowing.

It must not decide who may see what (`services/inbox`). One form is asked at a time: one index serves any filter;
what comes back is put together here. What narrows is `queries/records`, the same for lists and decisions about many.
"""

import heapq
from bisect import bisect_left, bisect_right
from dataclasses import replace

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from collector.store.queries import findings
from collector.store.queries.numbers import flagged
from collector.store.queries.queues import GATHERED, QUEUES, in_queue, marked, members
from collector.store.queries.records import Narrowing, Record, narrowed, points_near, records_of, worded
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
    found = []
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
        found.append(list(session.scalars(query.limit(limit))))
    return list(heapq.merge(*found, reverse=before is not None))[:limit]


def settled(session: Session, narrowing: Narrowing, most: int) -> Narrowing:
    """The same records, asked for in the way that costs least: what is seldom is gathered, what is often looked up.

    Words are looked for once (`queries/records.worded`), and further questions are about the records that have them.
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
    for rows in {rows for _form, scope in narrowing.scopes for rows in scope if rows.columns}:
        if _more_than(session, select(FilterValue.id).where(
                FilterValue.column_id.in_(rows.columns), FilterValue.text.in_(rows.texts)), most):
            often.update(rows.columns)
    if narrowing.form_version is not None and not session.scalar(
            select(FormVersion.id).where(FormVersion.version == narrowing.form_version).limit(1)):
        narrowing = replace(narrowing, numbers=())  # nobody published it: no record is of it
    return replace(worded(session, narrowing), often=frozenset(often))


def _gathered(session: Session, queue: str, narrowing: Narrowing) -> tuple[int, ...] | None:
    """The submissions of a queue that few are in; None when they are many today."""
    most = ALIKE if queue == "alike" else LISTED
    found = list(session.scalars(members(queue, narrowing.today, narrowing.scopes).limit(most + 1)))
    return tuple(sorted(set(found))) if len(found) <= most else None


def count_up_to(session: Session, narrowing: Narrowing, most: int) -> int:
    """How many submissions there are, counted no further than `most`."""
    count = 0
    for one in _forms(narrowing):
        if count >= most:
            break
        some = narrowed(select(Submission.id), one).limit(most - count).subquery()
        count += session.scalar(select(func.count()).select_from(some))
    return count


def count_queues(session: Session, narrowing: Narrowing, most: int) -> dict[str, int]:
    """{queue: how many submissions of a narrowing without queue are in it}, 'all' too; each up to `most`."""
    counts = dict.fromkeys(("all", *QUEUES), 0)
    for one in _forms(narrowing):
        left = {queue: most - count for queue, count in counts.items() if count < most}
        found = _counted(session, one, left, most)
        counts = {queue: counts[queue] + found.get(queue, 0) for queue in counts}
    return {queue: min(count, most) for queue, count in counts.items()}


def _counted(session: Session, one: Narrowing, left: dict[str, int], most: int) -> dict[str, int]:
    """Counts of one form, each at least up to what is left of it: the first records together, then each queue that they
    did not fill from there on; queues that few are in together again."""
    found = dict.fromkeys(left, 0)
    if {"all", *_OFTEN} & left.keys():
        found, last = _first(session, one, left, most)
        if last is None:
            return found | _gathered_counts(session, one, left)
        one = replace(one, at_least=last + 1)
        for queue in _OFTEN:
            if queue in left and found[queue] < left[queue]:
                found[queue] += count_up_to(session, replace(one, queue=queue), left[queue] - found[queue])
    seldom = [queue for queue in _SELDOM if queue in left and found[queue] < left[queue]]
    if seldom:
        some = narrowed(select(*_marks(seldom)), one).where(marked).limit(2 * most).subquery()
        row = session.execute(select(func.count(), *(func.sum(some.c[queue]) for queue in seldom))).one()
        for queue, count in zip(seldom, row[1:], strict=True):
            found[queue] += (count or 0) if row[0] < 2 * most else count_up_to(
                session, replace(one, queue=queue), left[queue] - found[queue])
    return found | _gathered_counts(session, replace(one, at_least=0), left)


def _first(session: Session, one: Narrowing, left: dict[str, int], most: int) -> tuple[dict[str, int], int | None]:
    """(counts among the first records of a form, number of the last of them); None where there are no more."""
    queues = [queue for queue in _SEEN if queue in left]
    some = narrowed(select(Submission.id, *_marks(queues)), one).order_by(Submission.id).limit(most).subquery()
    row = session.execute(select(func.count(), func.max(some.c.id),
                                 *(func.sum(some.c[queue]) for queue in queues))).one()
    found = dict.fromkeys(left, 0) | dict(zip(queues, (count or 0 for count in row[2:]), strict=True))
    return found | ({"all": row[0]} if "all" in left else {}), row[1] if row[0] == most else None


def _gathered_counts(session: Session, one: Narrowing, left: dict[str, int]) -> dict[str, int]:
    """Counts of the queues that few are in, {} where one is not asked for."""
    return {queue: count_up_to(session, replace(one, queue=queue), left[queue])
            for queue in GATHERED if queue in left and one.gathered.get(queue) != ()}


def _marks(queues: list[str]) -> list:
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
