"""Room of what a phone reads of its returns: how many wait, whether it has the form for them, and that form's list.

It must not open nor close anything (`services/returns`). `web/openrosa` asks here; a fault here never spoils the
answer to a submission. Nothing is remembered: what another process changed is seen at once.
"""

import hashlib
import logging
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from collector.domain import returns as domain
from collector.services.catalogue import Offered
from collector.services.unit import UnitOfWork
from collector.store.queries import projects
from collector.store.queries import returns as queries

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A return that waits for the phone that is sending. fields: how many are not answered; due: yyyy-mm-dd or ''."""

    submission_id: int
    name: str
    fields: int
    due: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of one phone's returns as the file beside its form. md5: of the content, in hex."""

    content: bytes
    md5: str
    numbers: tuple[int, ...]


def waiting(unit: UnitOfWork, device_id: str) -> list[Waiting]:
    """What waits for the phone that is sending, first due first; [] for everybody else. Never fails.

    On the path of every submission: one indexed look, before the writer's turn.
    """
    if unit.actor.kind != "field_key" or unit.actor.id is None:
        return []
    try:
        rows = queries.waiting(unit.session, unit.actor.id, device_id)
        found = [Waiting(row.submission_id, row.name or "", _left(row.fields), row.due) for row in rows]
        return sorted(found, key=lambda one: one.due or queries.NEVER)
    except Exception:
        log.exception("what waits for phone %s could not be told", unit.actor.id)
        unit.rest()  # a fault of the database must not spoil what comes after in the same transaction
        return []


def offered(unit: UnitOfWork, forms: list[Offered], device_id: str) -> list[Offered]:
    """The same forms; the one for returns only where this phone ever had one."""
    if not any(one.xml_form_id == domain.FORM for one in forms) or _uses(unit, device_id):
        return forms
    return [one for one in forms if one.xml_form_id != domain.FORM]


def listing(unit: UnitOfWork, project_id: int, device_id: str) -> Listing:
    """The list of what waits for the phone that asks; only its header for whoever has none."""
    rows = []
    if unit.actor.kind == "field_key" and unit.actor.id is not None and not unit.actor.ended:
        rows = queries.list_of_phone(unit.session, project_id, unit.actor.id, device_id)
    content = domain.listing(_rows(unit, project_id, rows))
    return Listing(content, hashlib.md5(content, usedforsecurity=False).hexdigest(),
                   tuple(one.row.id for one in rows if one.row.told_at is None))


def fetched(unit: UnitOfWork, found: Listing) -> None:
    """Nothing; it is noted once that the phone has these returns. Never fails."""
    if not found.numbers:
        return
    try:
        unit.units.write(unit.actor, lambda writing: queries.mark_told(writing.session, list(found.numbers),
                                                                       writing.now()))
    except Exception:
        log.exception("that phone %s fetched its returns was not noted", unit.actor.id)


def is_list(xml_form_id: str, name: str) -> bool:
    """Whether this file of this form is made for each phone."""
    return xml_form_id == domain.FORM and name == domain.FILE


def _rows(unit: UnitOfWork, project_id: int, rows: list) -> list[domain.Row]:
    if not rows:
        return []
    zone = ZoneInfo(projects.find_project(unit.session, project_id).timezone)
    return [domain.Row(
        one.row.id, one.title or one.xml_form_id, one.submission.name or one.submission.instance_id,
        one.submission.instance_id, tuple(one.row.fields), one.row.words,
        one.row.opened_at.astimezone(zone).date().isoformat(), one.row.due, one.row.editable) for one in rows]


def _uses(unit: UnitOfWork, device_id: str) -> bool:
    actor = unit.actor
    return actor.kind == "field_key" and actor.id is not None and queries.has_any(unit.session, actor.id, device_id)


def _left(fields: list[dict]) -> int:
    return sum(not domain.is_settled(one) for one in fields)
