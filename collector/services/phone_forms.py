"""Room for the forms on phones: which version each fetched last and which it sent last, beside the current one.

It must not slow phones: what is noted is noted after the answer or by the worker, at most once in some minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.services import phones
from collector.services.unit import UnitOfWork
from collector.store.queries import phones as queries

PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OnPhone:
    """What a phone has of one form. fetched, sent: version texts, None when not yet; is_old: not the current one."""

    xml_form_id: str
    fetched: str | None
    fetched_at: datetime | None
    sent: str | None
    sent_at: datetime | None
    is_old: bool


def list_forms(unit: UnitOfWork, phone: phones.Phone) -> list[OnPhone]:
    """What the phone has of each form of its project that it ever fetched or sent, by form."""
    return _folded(queries.list_forms(unit.session, phone.project_id, phone.id))


def count_old(unit: UnitOfWork, project_id: int) -> dict[int, int]:
    """{phone id: forms of which it has another than the current version}; phones that have none are left out."""
    phones.list_phones(unit, project_id)  # asks whether one may
    by_phone: dict[int, list] = {}
    for row in queries.list_forms(unit.session, project_id):
        by_phone.setdefault(row[0].actor_id, []).append(row)
    return {number: sum(one.is_old for one in _folded(rows)) for number, rows in by_phone.items()}


def fetched(unit: UnitOfWork, view) -> None:
    """Nothing; that the calling phone fetched this version is noted after the answer. Never fails."""
    actor = unit.actor
    if actor.kind != "field_key" or unit.writes or view.is_draft:
        return
    values = {"actor_id": actor.id, "form_id": view.form.id, "act": "fetched", "form_version_id": view.version.id}
    if _is_due(unit, values):
        now, units = unit.now(), unit.units
        unit.on_commit(lambda: units.write(actor, lambda writing: queries.put_form(writing.session, at=now, **values)))


def noting(keep: Callable) -> Callable:
    """The step, which then also notes the version of the form that a phone filled."""
    def kept(unit: UnitOfWork, event, found) -> None:
        keep(unit, event, found)
        sent = queries.find_sent(unit.session, (event.details or {}).get("versionId") or 0)
        if sent is None:
            return
        values = {"actor_id": sent.submitter_id, "form_id": event.form_id, "act": "sent",
                  "form_version_id": sent.form_version_id}
        if _is_due(unit, values):
            queries.put_form(unit.session, at=sent.created_at, **values)

    return kept


def _is_due(unit: UnitOfWork, values: dict) -> bool:
    noted, now = unit.units.memory.setdefault("phone_forms", {}), unit.now()
    *key, version = values.values()
    last = noted.get(tuple(key))
    if last is not None and last[0] == version and now - last[1] < PAUSE:
        return False
    if len(noted) > 20_000:
        noted.clear()
    noted[tuple(key)] = version, now
    return True


def _folded(rows: list) -> list[OnPhone]:
    by_form: dict[str, dict] = {}
    for row, version, current, xml_form_id in rows:
        by_form.setdefault(xml_form_id, {})[row.act] = (version, row.at, row.form_version_id == current)
    told = []
    for xml_form_id, acts in by_form.items():
        fetched, sent = acts.get("fetched", (None, None, True)), acts.get("sent", (None, None, True))
        last = max(acts.values(), key=lambda one: one[1])
        told.append(OnPhone(xml_form_id, fetched[0], fetched[1], sent[0], sent[1], not last[2]))
    return told
