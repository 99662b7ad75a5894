"""Queries of the numbers of a form: how many records in which state, from whom, when; what was found; how long it took.

It must not decide whose records count: every one of them takes a narrowing (`services/filters`), as lists do.
Large forms are read in one pass over the index of the inbox, and what few records have in one over its small sister.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import and_, case, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from collector.store.queries import findings
from collector.store.queries.narrowing import Narrowing, narrowed
from collector.store.queries.numbers import TOGETHER
from collector.store.queries.queues import is_undecided, marked
from collector.store.tables.answers import FilterValue
from collector.store.tables.findings import FindingRow
from collector.store.tables.people import Actor
from collector.store.tables.review import Decision
from collector.store.tables.submissions import Submission

STATES = ("received", "edited", "hasIssues", "approved", "rejected")
DECIDED = STATES[2:]


def count_groups(session: Session, narrowing: Narrowing, edges: list[datetime]) -> list[tuple]:
    """[(submitter id or 0, bucket, state, records)]. bucket: how many of these edges lie at or before the arrival.

    All is packed into one number: that sorts in half the time.
    """
    state = case({one: at for at, one in enumerate(STATES)}, value=Submission.review_state, else_=0)
    bucket = case(*((Submission.created_at < edge, at) for at, edge in enumerate(edges)), else_=len(edges))
    wide = len(edges) + 1
    key = (func.coalesce(Submission.submitter_id, 0) * wide + bucket) * len(STATES) + state
    found = []
    for packed, count in _tally(session, key, narrowing):
        rest, state_at = divmod(packed, len(STATES))
        submitter, at = divmod(rest, wide)
        found.append((submitter, at, STATES[state_at], count))
    return found


def _tally(session: Session, key, narrowing: Narrowing) -> list[tuple[int, int]]:
    """[(number that the key makes of records, how many)].

    SQLite would sort all records to group them: counting a list of the numbers takes half of that.
    """
    if session.get_bind().dialect.name == "sqlite":
        listed = session.scalar(narrowed(select(func.group_concat(key)), narrowing))
        return [(int(packed), count) for packed, count in Counter(listed.split(",") if listed else ()).items()]
    query = narrowed(select(key.label("packed"), func.count()), narrowing).group_by(literal_column("packed"))
    return [tuple(row) for row in session.execute(query)]


def count_marks(session: Session, narrowing: Narrowing) -> list[tuple]:
    """[(submitter id or 0, open errors, open warnings, missing files, records)] of the records that have one of these;
    each is yes or no."""
    def yes(condition):
        return case((condition, 1), else_=0)
    key = (((func.coalesce(Submission.submitter_id, 0) * 2 + yes(findings.has_errors())) * 2
            + yes(findings.has_warnings())) * 2 + yes(Submission.files_present < Submission.files_expected)
           ).label("packed")
    query = narrowed(select(key, func.count()), narrowing).where(marked).group_by(literal_column("packed"))
    found = []
    for packed, count in session.execute(query):
        bits = [bool(packed >> at & 1) for at in (2, 1, 0)]
        if any(bits):
            found.append((packed >> 3, *bits, count))
    return found


def count_marked(session: Session, narrowing: Narrowing) -> dict[int, tuple[int, int, int]]:
    """{form id: (records with open errors or warnings, undecided with errors, undecided with files missing)}."""
    def yes(*conditions):
        return func.sum(case((and_(*conditions), 1), else_=0))
    undecided = is_undecided()
    query = narrowed(select(
        Submission.form_id, yes(findings.has_errors() | findings.has_warnings()), yes(undecided, findings.has_errors()),
        yes(undecided, Submission.files_present < Submission.files_expected)), narrowing).where(marked)
    return {row[0]: tuple(row[1:]) for row in session.execute(query.group_by(Submission.form_id))}


def count_arrivals(session: Session, narrowing: Narrowing, edges: list[datetime]) -> list[int]:
    """How many records came between each edge and the next, in one pass over them."""
    if not narrowing.form_ids:
        return [0] * (len(edges) - 1)
    at = Submission.created_at
    spans = [func.count().filter(and_(at >= begin, at < end)) for begin, end in pairwise(edges)]
    return list(session.execute(narrowed(select(*spans), narrowing).where(at >= edges[0])).one())


def count_kinds(session: Session, narrowing: Narrowing) -> dict[str, int]:
    """{kind: how many records have open findings of it}."""
    ones = narrowed(select(Submission.id), narrowing).where(Submission.id == FindingRow.submission_id).exists()
    query = (select(FindingRow.kind, func.count(FindingRow.submission_id.distinct()))
             .where(FindingRow.settled_at.is_(None), ones).group_by(FindingRow.kind))
    return {row[0]: row[1] for row in session.execute(query)}


def count_values(session: Session, narrowing: Narrowing, column_id: int, limit: int) -> list[tuple[str, int]]:
    """[(folded value of a filterable column, records that have it)], most first.

    Where all records of the form count, their values are counted and those of the trash taken off: tests have none.
    """
    ours = (FilterValue.column_id == column_id, FilterValue.text.is_not(None))
    count = func.count(FilterValue.submission_id.distinct())
    every = select(FilterValue.text, count).where(*ours).group_by(FilterValue.text)
    if narrowing.since is None and not narrowing.scopes:
        gone = select(Submission.id).where(Submission.form_id.in_(narrowing.form_ids), Submission.draft.is_(False),
                                           Submission.deleted_at.is_not(None))
        found = Counter({row[0]: row[1] for row in session.execute(every)})
        found.subtract({row[0]: row[1] for row in session.execute(
            every.where(FilterValue.submission_id.in_(gone)))})
    else:
        some = narrowed(select(Submission.id), narrowing)
        found = Counter({row[0]: row[1] for row in session.execute(every.where(FilterValue.submission_id.in_(some)))})
    ranked = sorted(((value, number) for value, number in found.items() if number), key=lambda one: (-one[1], one[0]))
    return ranked[:limit]


def count_values_found(session: Session, narrowing: Narrowing, column_id: int) -> dict[str, int]:
    """{folded value of a filterable column: records that have it and open errors or warnings}."""
    some = narrowed(select(Submission.id), narrowing).where(marked, findings.has_errors() | findings.has_warnings())
    query = (select(FilterValue.text, func.count(FilterValue.submission_id.distinct()))
             .where(FilterValue.column_id == column_id, FilterValue.submission_id.in_(some)).group_by(FilterValue.text))
    return {row[0]: row[1] for row in session.execute(query)}


def list_times(session: Session, narrowing: Narrowing, limit: int) -> list[tuple[datetime, datetime]]:
    """[(when a record came, when it was first decided)] of the newest decided records, so many."""
    return [tuple(row[1:]) for row in session.execute(_first_decided([narrowing], limit))]


def list_times_each(session: Session, asked: Sequence[Narrowing],
                    limit: int) -> dict[int, list[tuple[datetime, datetime]]]:
    """{form: the same of so many records of it}; asked: a narrowing for each form."""
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for at in range(0, len(asked), TOGETHER):
        for form_id, *times in session.execute(_first_decided(asked[at:at + TOGETHER], limit)):
            found.setdefault(form_id, []).append(tuple(times))
    return found


def _first_decided(asked: Sequence[Narrowing], limit: int):
    """(form, when a record came, when it was first decided) of so many of the newest decided records of each."""
    newest = [narrowed(select(Submission.form_id, Submission.id, Submission.created_at), one)
              .where(Submission.review_state.in_(DECIDED)).order_by(Submission.id.desc()).limit(limit).subquery()
              for one in asked]
    some = newest[0] if len(newest) == 1 else union_all(*(select(*part.c) for part in newest)).subquery()
    return (select(some.c.form_id, some.c.created_at, func.min(Decision.at))
            .join(Decision, Decision.submission_id == some.c.id)
            .where(and_(Decision.undone_at.is_(None), Decision.undoes.is_(None), Decision.after.in_(DECIDED)))
            .group_by(some.c.id, some.c.form_id, some.c.created_at))


def list_names(session: Session, actor_ids: list[int]) -> dict[int, str]:
    """{id of an actor: its name}."""
    return {row[0]: row[1] for row in session.execute(select(Actor.id, Actor.name).where(Actor.id.in_(actor_ids)))}
