"""Room for phones (app users): make, list, withdraw, give back, the QR code, and what each was last seen with.

It must not know HTTP nor what phones send (`services/intake`). Other keys of a phone are in `services/phone_keys`, its
forms in `services/phone_forms`.
"""

import io
import logging
import threading
from dataclasses import dataclass
from datetime import datetime

import segno

from collector.domain import access, problems
from collector.domain.formats import settings_qr
from collector.services import people as tokens
from collector.services.unit import UnitOfWork
from collector.store.queries import events, people, phones, projects, sessions

log = logging.getLogger(__name__)

WITHDRAWN = "field_key.delete"
DEVICES = 300
_PAUSE = 60.0
_seen: dict[tuple, float] = {}
_seen_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Phone:
    """An app user. token is None once it was revoked; all_forms: reaches every form of its project; properties: only
    where they were asked for."""

    id: int
    name: str
    project_id: int
    token: str | None
    all_forms: bool
    created_by: object | None
    created_at: datetime
    updated_at: datetime | None
    deleted_at: datetime | None
    last_used: datetime | None
    properties: dict | None = None
    kind: str = "field_key"

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant over this phone reaches it from: its project, the site."""
        return (("project", self.project_id), access.SITE)


def add_phone(unit: UnitOfWork, project_id: int, name: str, all_forms: bool = False) -> Phone:
    """The new phone with its token. It gets no form by itself, unless all_forms: then every one, later ones too."""
    project = unit.require("field_key.create", projects.find_project(unit.session, project_id))
    if not name.strip():
        raise problems.missing_parameter("displayName")
    now = unit.now()
    made = people.add_actor(unit.session, kind="field_key", name=name.strip(), project_id=project.id,
                            created_by=unit.actor.id, created_at=now)
    token = tokens.new_token()
    people.add_session(unit.session, actor_id=made.id, key=tokens.key_of(token), token=token, csrf="",
                       created_at=now, agent="")
    if all_forms:
        people.add_grant(unit.session, made.id, access.APP_USER.id, ("project", project.id))
    projects.bump_edition(unit.session, project.id)
    unit.record("field_key.create", target_id=made.id, project_id=project.id)
    return _one(unit, project.id, made.id)


def list_phones(unit: UnitOfWork, project_id: int) -> list[Phone]:
    """The phones of a project, newest first; then those whose key was ended, without a token."""
    project = unit.require("field_key.list", projects.find_project(unit.session, project_id))
    return [_phone(row) for row in phones.list_phones(unit.session, project.id, access.APP_USER.id)]


def find_phone(unit: UnitOfWork, phone_id: int, project_id: int | None = None) -> Phone:
    """One phone, in this project where one is named. Raises 404.1, 403.1."""
    found = phones.find_phone(unit.session, phone_id)
    if found is None or project_id not in (None, found.project_id):
        raise problems.not_found("El teléfono", "The app user")
    return unit.require("field_key.list", _one(unit, found.project_id, phone_id))


def revoke_phone(unit: UnitOfWork, phone_id: int, project_id: int | None = None) -> None:
    """Nothing; the phone is withdrawn. What it still sends is known to be its own and can be parked."""
    phone = unit.require("field_key.delete", find_phone(unit, phone_id, project_id))
    now = unit.now()
    held = [[one.role_id, one.place, one.place_id, one.rows] for one in people.list_grants_of(unit.session, phone.id)]
    people.end_sessions(unit.session, now, actor_id=phone.id)
    people.drop_grants(unit.session, phone.id)
    people.mark_actor(unit.session, phone.id, deleted_at=now)
    projects.bump_edition(unit.session, phone.project_id)
    unit.record(WITHDRAWN, target_id=phone.id, project_id=phone.project_id, details={"grants": held})


def restore_phone(unit: UnitOfWork, phone_id: int, project_id: int | None = None) -> Phone:
    """The phone, with the keys and forms that it had when it was withdrawn. Raises 404.1, 403.1."""
    phone = unit.require("field_key.create", find_withdrawn(unit, phone_id, project_id))
    event = events.find_last_about(unit.session, WITHDRAWN, phone.project_id, phone.id)
    sessions.reopen(unit.session, phone.id, phone.deleted_at)
    for role_id, kind, number, rows in (event.details or {}).get("grants", ()) if event is not None else ():
        people.add_grant(unit.session, phone.id, role_id, (kind, number), rows)
    people.mark_actor(unit.session, phone.id, deleted_at=None)
    projects.bump_edition(unit.session, phone.project_id)
    unit.record("field_key.restore", target_id=phone.id, project_id=phone.project_id)
    return find_phone(unit, phone.id)


def list_withdrawn(unit: UnitOfWork, project_id: int) -> list[Phone]:
    """The withdrawn phones of a project, newest first."""
    project = unit.require("field_key.list", projects.find_project(unit.session, project_id))
    return [_phone(row) for row in
            phones.list_phones(unit.session, project.id, access.APP_USER.id, withdrawn=True)]


def find_withdrawn(unit: UnitOfWork, phone_id: int, project_id: int | None = None) -> Phone:
    """One withdrawn phone, in this project where one is named. Raises 404.1, 403.1."""
    found = phones.find_withdrawn(unit.session, phone_id)
    if found is None or project_id not in (None, found.project_id):
        raise problems.not_found("El teléfono", "The app user")
    rows = phones.list_phones(unit.session, found.project_id, access.APP_USER.id, phone_id, withdrawn=True)
    return unit.require("field_key.list", _phone(rows[0]))


def list_sightings(unit: UnitOfWork, phone_id: int) -> list:
    """The devices the phone's key was used on (device_id, agent, seen_at), last seen first."""
    gone = phones.find_withdrawn(unit.session, phone_id) is not None
    phone = find_withdrawn(unit, phone_id) if gone else find_phone(unit, phone_id)
    return phones.list_sightings(unit.session, phone.id)


def list_apps(unit: UnitOfWork, project_id: int) -> dict[int, str]:
    """{phone id: the app it was last seen with, as it names itself}."""
    project = unit.require("field_key.list", projects.find_project(unit.session, project_id))
    return dict(map(tuple, reversed(phones.list_agents(unit.session, project.id))))


def server_url(unit: UnitOfWork, phone: Phone) -> str:
    """The address that Collect is told: the key of the phone stands in it."""
    return f"{unit.settings.address}/v1/key/{phone.token}/projects/{phone.project_id}"


def settings_text(unit: UnitOfWork, phone_id: int, project_id: int | None = None) -> str:
    """The text in the phone's settings QR code. Raises 404.1 when it was revoked."""
    phone = find_phone(unit, phone_id, project_id)
    if phone.token is None:
        raise problems.not_found("La clave de este teléfono", "The key of this app user")
    project = projects.find_project(unit.session, phone.project_id)
    return settings_qr.encode(settings_qr.settings(server_url(unit, phone), project.name, project.id))


def qr_png(text: str) -> bytes:
    """The QR code as a PNG of some 600 pixels, with the quiet zone that scanners ask for."""
    code = _code(text)
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=max(4, 600 // code.symbol_size()[0]), border=4)
    return picture.getvalue()


def qr_svg(text: str) -> str:
    """The QR code as an SVG element without styles, to stand in a page or a file."""
    picture = io.BytesIO()
    _code(text).save(picture, kind="svg", border=4, xmldecl=False, nl=False, omitsize=True, light="#fff")
    return picture.getvalue().decode("utf-8")


def saw(unit: UnitOfWork, device_id: str | None, agent: str | None) -> None:
    """Nothing; notes, at most once a minute, which device and app the phone's key is used with. Never fails."""
    actor = unit.actor
    if actor.kind != "field_key" or actor.id is None:
        return
    device, app = _storable(device_id or "")[:200], _storable(agent or "")[:300]
    if not _is_due((str(unit.settings.data), actor.id, actor.session_id, device, app), unit.now().timestamp()):
        return

    def note(writing: UnitOfWork) -> None:
        with writing.session.begin_nested():
            people.put_sighting(writing.session, DEVICES, actor_id=actor.id, device_id=device, agent=app,
                                seen_at=writing.now(), session_id=actor.session_id)
            if actor.session_id is not None:
                sessions.mark_used(writing.session, actor.session_id, writing.now())

    try:
        if unit.writes:
            note(unit)
        else:
            unit.units.write(actor, note)
    except Exception:
        log.exception("sighting of phone %s not noted", actor.id)


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _is_due(key: tuple, now: float) -> bool:
    with _seen_lock:
        if abs(now - _seen.get(key, -_PAUSE)) < _PAUSE:
            return False
        if len(_seen) > 20_000:
            _seen.clear()
        _seen[key] = now
        return True


def _code(text: str):
    # Level M: a code on a scratched screen or a creased sheet still reads, and the squares stay large.
    return segno.make_qr(text, error="m", boost_error=False)


def _one(unit: UnitOfWork, project_id: int, phone_id: int) -> Phone:
    return _phone(phones.list_phones(unit.session, project_id, access.APP_USER.id, phone_id)[0])


def _phone(row) -> Phone:
    found, token, maker, seen, whole = row
    return Phone(found.id, found.name, found.project_id, token, bool(whole), maker, found.created_at,
                 found.updated_at, found.deleted_at, seen)
