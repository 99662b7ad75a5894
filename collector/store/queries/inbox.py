"""Queries of the inbox: oldest first, paged by key either way, counts up to a bound; for any narrowing.

It must not decide who may see what (`services/inbox`). One form is asked at a time: one index serves any filter;
what comes back is put together here. What narrows is `queries/records`, the same for lists and decisions about many.
"""

import heapq
from dataclasses import replace

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from collector.store.queries import findings
from collector.store.queries.records import QUEUES, Narrowing, Record, in_queue, narrowed, records_of
from collector.store.tables.answers import FilterValue
from collector.store.tables.forms import FormVersion
from collector.store.tables.submissions import Submission


def list_numbers(session: Session, narrowing: Narrowing, after: int | None = None, before: int | None = None,
                 limit: int = 30) -> list[int]:
    """Numbers of submissions, oldest first, next above `after`; with `before` newest first, next below it."""
    found = []
    for one in _forms(narrowing):
        query = narrowed(select(Submission.id), one)
        if before is not None:
            query = query.where(Submission.id < before).order_by(Submission.id.desc())
        else:
            query = query.where(Submission.id > (after or 0)).order_by(Submission.id)
        found.append(list(session.scalars(query.limit(limit))))
    return list(heapq.merge(*found, reverse=before is not None))[:limit]


def settled(session: Session, narrowing: Narrowing, most: int) -> Narrowing:
    """The same records, asked for in the way that costs least: what is seldom is gathered, what is often looked up.

    Words that few records have are looked for once; further questions are then about those alone.
    """
    often = {column for column, value in narrowing.answers if _more_than(session, select(FilterValue.id).where(
        FilterValue.column_id == column, FilterValue.text == value), most)}
    if narrowing.finding and _more_than(session, findings.with_kind(narrowing.finding), most):
        often.add(narrowing.finding)
    narrowing = replace(narrowing, often=frozenset(often))
    if narrowing.words:
        numbers: list[int] = []
        for one in _forms(replace(narrowing, queue="")):
            numbers += session.scalars(narrowed(select(Submission.id), one).limit(most + 1 - len(numbers)))
            if len(numbers) > most:
                return narrowing
        return replace(narrowing, words=(), numbers=tuple(numbers))
    return narrowing


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
        marks = [case((in_queue(queue), 1), else_=0).label(queue) for queue in QUEUES]
        some = narrowed(select(*marks), one).limit(most).subquery()
        row = session.execute(select(func.count(), *(func.sum(some.c[queue]) for queue in QUEUES))
                              .select_from(some)).one()
        if row[0] < most:  # these are all of the form
            counts = {queue: counts[queue] + (row[at] or 0) for at, queue in enumerate(counts)}
            continue
        counts = {queue: counts[queue] + (most if queue == "all" else count_up_to(
            session, replace(one, queue=queue), most)) for queue in counts}
    return {queue: min(count, most) for queue, count in counts.items()}


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
    return [replace(narrowing, form_ids=(one,)) for one in narrowing.form_ids or ()]


def _more_than(session: Session, query, most: int) -> bool:
    return session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) > most
