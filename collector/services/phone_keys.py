"""Room for the keys of a phone: a new one while the old goes on working for some days, and ending the old one early.

It must not know what a key opens: whichever key it comes with, it is the same phone, with its records and returns.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.services import people as tokens
from collector.services import phones
from collector.services.phones import Phone
from collector.services.unit import UnitOfWork
from collector.store.queries import people, sessions

OVERLAP = 14  # days
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was not ended. until: when it stops working, None for the one in the QR code."""

    id: int
    created_at: datetime
    until: datetime | None
    used_at: datetime | None


def rotate(unit: UnitOfWork, phone_id: int, project_id: int | None = None, days: int = OVERLAP) -> Phone:
    """The phone with a new key in its QR code. days: how long the old one goes on working; 0 ends it now.

    Raises 404.1 (none, or withdrawn), 403.1.
    """
    phone = unit.require("field_key.update", phones.find_phone(unit, phone_id, project_id))
    now = unit.now()
    until = now + timedelta(days=min(max(days, 0), LONGEST))
    for old in sessions.list_open(unit.session, phone.id, now):
        sessions.mark_end(unit.session, old.id, min(until, old.expires_at or until))
        sessions.forget_token(unit.session, old.id)  # its code is not shown again
    token = tokens.new_token()
    people.add_session(unit.session, actor_id=phone.id, key=tokens.key_of(token), token=token, csrf="",
                       created_at=now, agent="")
    people.mark_actor(unit.session, phone.id, updated_at=now)
    unit.record("phone.rotate", target_id=phone.id, project_id=phone.project_id, details={"days": days})
    return phones.find_phone(unit, phone.id)


def end_old(unit: UnitOfWork, phone_id: int, project_id: int | None = None) -> int:
    """How many older keys stopped working now. Raises 404.1, 403.1."""
    phone = unit.require("field_key.update", phones.find_phone(unit, phone_id, project_id))
    now = unit.now()
    old = [one for one in sessions.list_open(unit.session, phone.id, now) if one.expires_at is not None]
    for one in old:
        sessions.mark_end(unit.session, one.id, now)
    if old:
        unit.record("phone.rotate.end", target_id=phone.id, project_id=phone.project_id)
    return len(old)


def list_keys(unit: UnitOfWork, phone: Phone) -> list[Key]:
    """Its keys, the newest first: those that work, and older ones that ended by themselves."""
    return [Key(row.id, row.created_at, row.expires_at, row.used_at)
            for row in reversed(sessions.list_keys(unit.session, [phone.id]))]
