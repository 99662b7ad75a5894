"""Room where people keep webhooks: made, changed, paused, deleted, tried; their deliveries seen, sent again, left out.

It must not send (`services/delivering`) nor make deliveries of events (`services/announcing`). The secret leaves here
once, when it is made.
"""

import secrets
import uuid
from dataclasses import dataclass

from collector.domain import access, addresses, problems
from collector.domain import webhooks as domain
from collector.services import announcing
from collector.services.unit import UnitOfWork
from collector.store.queries import deliveries, forms, projects
from collector.store.queries import webhooks as queries
from collector.store.tables.webhooks import Delivery, Webhook

MOST = 50  # webhooks of one project
LONGEST = 200
LIST, CREATE, UPDATE, DELETE = "webhook.list", "webhook.create", "webhook.update", "webhook.delete"


@dataclass(frozen=True, slots=True)
class Listed:
    """A webhook with its form's id ('' for all) and how many deliveries wait and were done lately."""

    row: Webhook
    xml_form_id: str
    waiting: int
    done: int


def list_hooks(unit: UnitOfWork, project_id: int) -> list[Listed]:
    """The webhooks of a project, oldest first. Raises 404.1, 403.1."""
    _require(unit, LIST, project_id)
    return [Listed(row, form or "", waiting, done)
            for row, form, waiting, done in queries.list_hooks(unit.session, project_id)]


def may_see(unit: UnitOfWork, found) -> bool:
    """Whether the actor may see the webhooks of a project that was found."""
    return unit.may(LIST, found) and access.rows_at(unit.actor.grants, LIST, found.places()) is None


def count_halted(unit: UnitOfWork, project_id: int) -> int:
    """How many webhooks of a project the server gave up. Raises 404.1, 403.1."""
    _require(unit, LIST, project_id)
    return queries.count_halted(unit.session, project_id)


def find_hook(unit: UnitOfWork, project_id: int, number: int) -> Listed:
    """A webhook. Raises 404.1, 403.1."""
    row = _hook(unit, LIST, project_id, number)
    form = forms.find_form_by_number(unit.session, row.form_id) if row.form_id else None
    counts = deliveries.count_states(unit.session, row.id)
    return Listed(row, form.xml_form_id if form else "", counts.get("waiting", 0), counts.get("done", 0))


def add_hook(unit: UnitOfWork, project_id: int, name: str, url: str, events: list[str], xml_form_id: str = "",
             answers: bool = False) -> tuple[Webhook, str]:
    """(the webhook, its secret: told now and never again). Raises 404.1, 403.1, 400.2, 400.8, 400.13, 409.3."""
    _require(unit, CREATE, project_id)
    given = _checked(unit, project_id, {"name": name, "url": url, "events": events, "form": xml_form_id,
                                        "answers": answers})
    if len(queries.list_listening(unit.session, project_id)) >= MOST:
        raise problems.unexpected_value("webhooks", MOST, f"a project has at most {MOST}", f"como mucho {MOST}")
    secret = secrets.token_urlsafe(32)
    row = queries.add_hook(unit.session, project_id=project_id, secret=secret, created_by=unit.actor.id,
                           created_at=unit.now(), **given)
    _tell(unit, CREATE, row, {"url": row.url, "events": row.events, "answers": row.answers})
    return row, secret


def change_hook(unit: UnitOfWork, project_id: int, number: int, **changes) -> Webhook:
    """The webhook, changed. changes: name, url, events, form (xmlFormId, '' for all), answers, state: active, paused.

    What is active again is tried at once. Raises 404.1, 403.1, 400.2, 400.8, 400.13.
    """
    row = _hook(unit, UPDATE, project_id, number, lock=True)
    state = changes.pop("state", None)
    if state not in (None, "active", "paused"):
        raise problems.unexpected_value("state", state, "expected active or paused", "se espera active o paused")
    for name, value in _checked(unit, project_id, changes).items():
        setattr(row, name, value)
    if state == "active":
        row.failures, row.run_after = 0, None
        unit.on_commit(unit.units.wake)
    row.state = state or row.state
    row.updated_at = unit.now()
    unit.session.flush()
    _tell(unit, UPDATE, row, {"state": row.state, **{name: changes[name] for name in changes if name != "name"}})
    return row


def change_secret(unit: UnitOfWork, project_id: int, number: int) -> str:
    """A new secret: told now and never again; the old one signs nothing any more. Raises 404.1, 403.1."""
    row = _hook(unit, UPDATE, project_id, number, lock=True)
    row.secret, row.updated_at = secrets.token_urlsafe(32), unit.now()
    unit.session.flush()
    _tell(unit, "webhook.update.secret", row, {})
    return row.secret


def delete_hook(unit: UnitOfWork, project_id: int, number: int) -> None:
    """Nothing; the webhook is told nothing any more, and its secret is forgotten. Raises 404.1, 403.1."""
    row = _hook(unit, DELETE, project_id, number, lock=True)
    row.deleted_at, row.secret = unit.now(), ""
    unit.session.flush()
    _tell(unit, DELETE, row, {})


def send_test(unit: UnitOfWork, project_id: int, number: int) -> Delivery:
    """A delivery that tells nothing but that it is a test, after all that waits. Raises 404.1, 403.1."""
    row, uid = _hook(unit, UPDATE, project_id, number), str(uuid.uuid4())
    told = domain.body(uid, domain.TEST, announcing.moment(unit.now()), {"projectId": project_id, "xmlFormId": None,
                                                                        "formVersion": None},
                       {"id": unit.actor.id, "type": unit.actor.kind, "displayName": unit.actor.name}, None, {})
    made = deliveries.add(unit.session, webhook_id=row.id, event_id=None, uid=uid, action=domain.TEST,
                          body=domain.written(told).decode(), state="waiting", created_at=unit.now())
    _tell(unit, domain.TEST, row, {"deliveryId": uid})
    unit.on_commit(unit.units.wake)
    return deliveries.find(unit.session, row.id, made)


def list_deliveries(unit: UnitOfWork, project_id: int, number: int, before: int | None = None,
                    limit: int = 50) -> list[Delivery]:
    """The deliveries of a webhook, newest first. Raises 404.1, 403.1."""
    return deliveries.list_deliveries(unit.session, _hook(unit, LIST, project_id, number).id, before, limit)


def find_next(unit: UnitOfWork, project_id: int, number: int) -> Delivery | None:
    """What is sent next to a webhook, and holds what comes after it while it fails. Raises 404.1, 403.1."""
    return deliveries.find_next(unit.session, _hook(unit, LIST, project_id, number).id)


def send_again(unit: UnitOfWork, project_id: int, number: int, delivery_id: int) -> Delivery:
    """The delivery, waiting to be sent at once under the same id. Raises 404.1, 403.1."""
    row, one = _delivery(unit, project_id, number, delivery_id)
    one.state, one.ended_at = "waiting", None
    row.run_after = None
    unit.session.flush()
    _tell(unit, "webhook.delivery.retry", row, {"deliveryId": one.uid})
    unit.on_commit(unit.units.wake)
    return one


def leave_out(unit: UnitOfWork, project_id: int, number: int, delivery_id: int) -> Delivery:
    """The delivery, left out: what waited behind it goes on. Raises 404.1, 403.1; what was sent stays so."""
    row, one = _delivery(unit, project_id, number, delivery_id)
    if one.state == "waiting":
        one.state, one.ended_at = "skipped", unit.now()
        row.failures, row.run_after = 0, None
        unit.session.flush()
        _tell(unit, "webhook.delivery.skip", row, {"deliveryId": one.uid})
        unit.on_commit(unit.units.wake)
    return one


def _require(unit: UnitOfWork, verb: str, project_id: int):
    """The project. A webhook is told of every record: whoever sees some of them only may not have one."""
    project = unit.require(verb, projects.find_project(unit.session, project_id))
    if access.rows_at(unit.actor.grants, verb, project.places()) is not None:
        raise problems.no_right()
    return project


def _hook(unit: UnitOfWork, verb: str, project_id: int, number: int, lock: bool = False) -> Webhook:
    _require(unit, verb, project_id)
    row = queries.find_hook(unit.session, project_id, number, lock)
    if row is None:
        raise problems.not_found("El webhook", "The webhook")
    return row


def _delivery(unit: UnitOfWork, project_id: int, number: int, delivery_id: int) -> tuple[Webhook, Delivery]:
    row = _hook(unit, UPDATE, project_id, number, lock=True)
    one = deliveries.find(unit.session, row.id, delivery_id, lock=True)
    if one is None:
        raise problems.not_found("El envío", "The delivery")
    return row, one


def _checked(unit: UnitOfWork, project_id: int, given: dict) -> dict:
    """Values of the table for what was given."""
    kept = {}
    if "name" in given:
        kept["name"] = _text("name", given["name"], LONGEST)
    if "url" in given:
        kept["url"] = _text("url", given["url"], addresses.LONGEST_URL)
        if fault := addresses.fault_of_url(kept["url"], plain=bool(unit.settings.webhook_private)):
            raise problems.unexpected_value("url", kept["url"], *_WHY[fault])
    if "events" in given:
        chosen = [one for one in domain.EVENTS if one in given["events"]]
        if not chosen or len(chosen) != len(set(given["events"])):
            known = ", ".join(domain.EVENTS)
            raise problems.unexpected_value("events", given["events"], f"expected some of {known}",
                                            f"se espera alguno de {known}")
        kept["events"] = chosen
    if "form" in given:
        form = given["form"] and unit.require("form.read", forms.find_form(unit.session, project_id, given["form"]))
        kept["form_id"] = form.id if form else None
    if "answers" in given:
        kept["answers"] = bool(given["answers"])
    return kept


_WHY = {"form": ("it is no address", "no es una dirección"),
        "scheme": ("it must begin with https://", "debe empezar con https://"),
        "user": ("it must not hold a name or password", "no debe llevar usuario ni clave")}


def _text(name: str, value: str, longest: int) -> str:
    value = (value or "").strip()
    if not value:
        raise problems.missing_parameter(name)
    if len(value) > longest:
        raise problems.too_long(name)
    return value


def _tell(unit: UnitOfWork, action: str, row: Webhook, details: dict) -> None:
    unit.record(action, project_id=row.project_id, form_id=row.form_id, target_id=row.id,
                details={"name": row.name, **details})
