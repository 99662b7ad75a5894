"""Queries of decisions about many records: planned with how each stood, counted, gone through in batches, undone.

They must not say who may decide (`services/bulks`).
"""

from datetime import datetime

from sqlalchemy import Row, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from collector.store.queries.narrowing import Narrowing, narrowed
from collector.store.tables.forms import Form
from collector.store.tables.review import Bulk, BulkItem, Decision
from collector.store.tables.submissions import Submission

_items = BulkItem.__table__


def add(session: Session, **values) -> Bulk:
    """The decision about many, without any record yet."""
    row = Bulk(**values)
    session.add(row)
    session.flush()
    return row


def find(session: Session, project_id: int, number: int, lock: bool = False) -> Bulk | None:
    """The decision about many of a project."""
    query = select(Bulk).where(Bulk.id == number, Bulk.project_id == project_id)
    return session.scalar((query.with_for_update() if lock else query).execution_options(populate_existing=True))


def find_of_event(session: Session, event_id: int) -> Bulk | None:
    """The decision about many that this event began, as long as it has not ended."""
    return session.scalar(select(Bulk).where(Bulk.event_id == event_id, Bulk.state == "running"))


def find_undoing(session: Session, number: int) -> int | None:
    """The number of the decision that takes this one back."""
    return session.scalar(select(Bulk.id).where(Bulk.undoes == number).limit(1))


def drop_plans(session: Session, actor_id: int | None, before: datetime) -> None:
    """Nothing; what somebody planned long ago and never confirmed is gone."""
    old = select(Bulk.id).where(Bulk.actor_id == actor_id, Bulk.state == "planned", Bulk.created_at < before)
    session.execute(delete(BulkItem).where(BulkItem.bulk_id.in_(old)), execution_options={"synchronize_session": False})
    session.execute(delete(Bulk).where(Bulk.actor_id == actor_id, Bulk.state == "planned", Bulk.created_at < before),
                    execution_options={"synchronize_session": False})


def choose(session: Session, row: Bulk, narrowing: Narrowing, instances: list[tuple[int, str]] | None) -> None:
    """Nothing; the records of a list narrowed so belong to the decision, as they stand.

    instances: (form id, instanceID) of those that were ticked among them; None for all.
    """
    query = narrowed(select(literal(row.id), Submission.id, Submission.edits, Submission.decisions, literal("")),
                     narrowing)
    if instances is not None:
        session.execute(insert(BulkItem).from_select(
            ["bulk_id", "submission_id", "edits", "decisions", "outcome"],
            query.where(Submission.id.in_(_numbers(session, instances)))))
    else:
        session.execute(insert(BulkItem).from_select(
            ["bulk_id", "submission_id", "edits", "decisions", "outcome"], query))
    row.total = session.scalar(select(func.count()).select_from(BulkItem).where(BulkItem.bulk_id == row.id))
    session.flush()


def choose_done(session: Session, row: Bulk, undone: Bulk) -> None:
    """Nothing; the records that a decision changed belong to the one that takes it back, as that one left them."""
    session.execute(insert(BulkItem).from_select(
        ["bulk_id", "submission_id", "edits", "decisions", "outcome"],
        select(literal(row.id), Decision.submission_id, Decision.edits, Decision.number, literal(""))
        .where(Decision.bulk_id == undone.id)))
    row.total = session.scalar(select(func.count()).select_from(BulkItem).where(BulkItem.bulk_id == row.id))
    session.flush()


def groups(session: Session, row: Bulk) -> list[Row]:
    """(form_id, state, first_by, errors, changed, gone, how many) of the records that wait, alike ones together."""
    changed = (Submission.edits != BulkItem.edits) | (Submission.decisions != BulkItem.decisions)
    errors, gone = Submission.errors > 0, Submission.deleted_at.is_not(None)
    query = (select(Submission.form_id, Submission.review_state.label("state"), Submission.first_by,
                    errors.label("errors"), changed.label("changed"), gone.label("gone"),
                    func.count().label("how_many"))
             .join(BulkItem, BulkItem.submission_id == Submission.id)
             .where(BulkItem.bulk_id == row.id, BulkItem.outcome == "")
             .group_by(Submission.form_id, Submission.review_state, Submission.first_by, errors, changed, gone))
    return list(session.execute(query))


def outcomes(session: Session, number: int) -> dict[str, int]:
    """How many records came out how; '' for those that wait."""
    query = (select(BulkItem.outcome, func.count()).where(BulkItem.bulk_id == number).group_by(BulkItem.outcome))
    return {row[0]: row[1] for row in session.execute(query)}


def list_items(session: Session, number: int, outcome: str | None, after: int, limit: int) -> list[Row]:
    """(submission, form's xmlFormId, outcome) of the records, by number; outcome: only these."""
    query = (select(Submission, Form.xml_form_id, BulkItem.outcome)
             .join(BulkItem, BulkItem.submission_id == Submission.id)
             .join(Form, Form.id == Submission.form_id)
             .where(BulkItem.bulk_id == number, BulkItem.submission_id > after))
    if outcome is not None:
        query = query.where(BulkItem.outcome == outcome)
    return list(session.execute(query.order_by(BulkItem.submission_id).limit(limit)))


def next_batch(session: Session, number: int, limit: int) -> list[tuple[BulkItem, Submission]]:
    """(item, the submission as it stands, locked) of the next records that wait."""
    query = (select(BulkItem, Submission).join(Submission, Submission.id == BulkItem.submission_id)
             .where(BulkItem.bulk_id == number, BulkItem.outcome == "").order_by(BulkItem.submission_id).limit(limit)
             .with_for_update(of=Submission).execution_options(populate_existing=True))
    return [tuple(row) for row in session.execute(query)]


def decisions_of(session: Session, number: int, submission_ids: list[int]) -> dict[int, Decision]:
    """{submission id: what a decision about many decided about it}."""
    query = select(Decision).where(Decision.bulk_id == number, Decision.submission_id.in_(submission_ids))
    return {one.submission_id: one for one in session.scalars(query)}


def mark(session: Session, number: int, outcomes: dict[int, str]) -> None:
    """Nothing; these records of a decision came out so. outcomes: {submission id: outcome}."""
    if outcomes:
        session.connection().execute(
            update(_items).where(_items.c.bulk_id == number, _items.c.submission_id == bindparam("one"))
            .values(outcome=bindparam("how")), [{"one": one, "how": how} for one, how in outcomes.items()])


def _numbers(session: Session, instances: list[tuple[int, str]]) -> list[int]:
    found: list[int] = []
    for form_id in {form for form, _name in instances}:
        names = [name for form, name in instances if form == form_id]
        found += session.scalars(select(Submission.id).where(
            Submission.form_id == form_id, Submission.draft.is_(False), Submission.instance_id.in_(names)))
    return found
