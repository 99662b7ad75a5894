"""Room of what arrived from a phone on a day, and of the records that tell how much it should have been.

It must not judge (`domain/rule_judging` compares) nor read what records tell (`services/closings`).
`services/rule_reading` answers rules from here; the check looks again at a day's closing as more of that day comes.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from collector.services.unit import UnitOfWork
from collector.store.queries import arrivals as queries
from collector.store.queries import projects

TYPE = "reconciled"


def asked_of(unit: UnitOfWork, project_id: int) -> Callable[[int, str, date], int | None]:
    """ask(record, phone, day) -> how many records came from that phone that day besides this one; None where it is not
    told which phone it is. A day is one of the project. A record that the phone corrected counts each time it came;
    what was parked does not: the phone was told so, and still has it. Raises 403.1.
    """
    zone = ZoneInfo(unit.require("submission.read", projects.find_project(unit.session, project_id)).timezone)

    def ask(number: int, device: str, on: date) -> int | None:
        if not device:
            return None
        since = datetime.combine(on, time(), zone)
        until = datetime.combine(on + timedelta(days=1), time(), zone)
        return queries.count_arrived(unit.session, project_id, device, since, until, number)

    return ask


def mark_of(device: str, on: date) -> str:
    """What a record that tells of a phone and a day is found again by."""
    return blake2b(f"{device}\x1f{on.isoformat()}".encode("utf-8", "replace"), digest_size=16).hexdigest()


def missed_by(unit: UnitOfWork, submission_id: int) -> list[int]:
    """The records by which something of the phone of this one was missing on the day when it came.

    What was not missing is not looked at again: more arrives, and nothing that arrived is taken back.
    """
    unit.require_system()
    came = queries.find_watched(unit.session, submission_id, TYPE)
    if came is None or not came.device_id:
        return []
    on = came.created_at.astimezone(ZoneInfo(came.timezone)).date()
    found = queries.list_short(unit.session, came.project_id, TYPE, mark_of(came.device_id, on))
    return [number for number in found if number != submission_id]
