"""Queries of deliveries: queued, claimed one webhook at a time in their order, noted, listed.

It must not send anything (`services/delivering`). What is next of a webhook is its oldest delivery that waits: while
that fails, later ones of the same webhook wait with it.
"""

from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from collector.store.prepared import Adding
from collector.store.tables.webhooks import Delivery, Webhook

_ADD = Adding(Delivery.__table__)


def add(session: Session, **values) -> int:
    """The number of the delivery that now waits."""
    return _ADD.add(session, values)


def is_one_due(session: Session, now: datetime) -> bool:
    """Whether a webhook has something to send now that nobody is sending."""
    return session.scalar(_due(now).with_only_columns(Webhook.id).limit(1)) is not None


def claim(session: Session, now: datetime, until: datetime) -> tuple[Webhook, Delivery] | None:
    """A webhook, leased until then, and what is to be sent to it next. PostgreSQL skips what another is claiming."""
    oldest = (select(func.min(Delivery.id)).where(Delivery.webhook_id == Webhook.id, Delivery.state == "waiting")
              .scalar_subquery())
    hook = session.scalar(_due(now).order_by(oldest).limit(1)
                          .with_for_update(skip_locked=True, of=Webhook))
    if hook is None:
        return None
    next_one = session.scalar(select(Delivery).where(Delivery.webhook_id == hook.id, Delivery.state == "waiting")
                              .order_by(Delivery.id).limit(1))
    hook.lease_until = until
    session.flush()
    return hook, next_one


def release(session: Session) -> None:
    """Nothing; what was being sent is sent again, whoever was sending it."""
    session.execute(update(Webhook).where(Webhook.lease_until.is_not(None)).values(lease_until=None))


def find(session: Session, webhook_id: int, number: int, lock: bool = False) -> Delivery | None:
    """A delivery of a webhook."""
    query = select(Delivery).where(Delivery.webhook_id == webhook_id, Delivery.id == number)
    return session.scalar(query.with_for_update() if lock else query)


def find_claimed(session: Session, webhook_id: int, number: int, lock: bool = True) -> tuple[Webhook, Delivery] | None:
    """The webhook and the delivery that is being sent to it; locked, to be changed."""
    query = select(Webhook).where(Webhook.id == webhook_id).execution_options(populate_existing=True)
    hook = session.scalar(query.with_for_update() if lock else query)
    one = find(session, webhook_id, number, lock=lock)
    return (hook, one) if hook is not None and one is not None else None


def list_deliveries(session: Session, webhook_id: int, before: int | None = None, limit: int = 50) -> list[Delivery]:
    """The deliveries of a webhook, newest first; before: those with a number below it."""
    query = select(Delivery).where(Delivery.webhook_id == webhook_id).order_by(Delivery.id.desc()).limit(limit)
    return list(session.scalars(query.where(Delivery.id < before) if before else query))


def find_next(session: Session, webhook_id: int) -> Delivery | None:
    """What is to be sent next to a webhook."""
    return session.scalar(select(Delivery).where(Delivery.webhook_id == webhook_id, Delivery.state == "waiting")
                          .order_by(Delivery.id).limit(1))


def count_states(session: Session, webhook_id: int) -> dict[str, int]:
    """How many deliveries of a webhook are in each state."""
    query = (select(Delivery.state, func.count(Delivery.id)).where(Delivery.webhook_id == webhook_id)
             .group_by(Delivery.state))
    return {row[0]: row[1] for row in session.execute(query)}


def sweep(session: Session, before: datetime, limit: int) -> int:
    """How many deliveries that ended before then left the table."""
    old = (select(Delivery.id).where(Delivery.state != "waiting", Delivery.ended_at < before).limit(limit))
    return session.execute(delete(Delivery).where(Delivery.id.in_(old)),
                           execution_options={"synchronize_session": False}).rowcount


def _due(now: datetime):
    waiting = select(Delivery.id).where(Delivery.webhook_id == Webhook.id, Delivery.state == "waiting").exists()
    return select(Webhook).where(
        Webhook.deleted_at.is_(None), Webhook.state == "active",
        or_(Webhook.run_after.is_(None), Webhook.run_after <= now),
        or_(Webhook.lease_until.is_(None), Webhook.lease_until < now), waiting)
