"""Room of the demonstration: a project of its own with invented people, phones and submissions, clearly marked.

It must not touch any other project. What phones send goes the whole way through `services/intake`, so every page has
something to show; `cli/prepare` calls it. A demonstration that was cut off is taken up where it ended.
"""

import csv
import io
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from collector.domain import access
from collector.domain.check import Circumstances, prepare
from collector.domain.fields import FormModel
from collector.services import (
    comments,
    first_start,
    grants,
    intake,
    models,
    passwords,
    people,
    phones,
    projects,
    publishing,
    review,
    tasks,
)
from collector.services.demo import answers, mending, writing
from collector.services.demo.answers import Draw, Filled
from collector.services.demo.cast import PEOPLE, PHONES, PROJECT, is_needed
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import people as people_queries

AGENT = "org.odk.collect.android/v2026.2.4 Dalvik/2.1.0 (EJEMPLO)"
SEED = 20_261_122
KINDS = (("acreditacion_autoridades", 22), ("acuerdo_convivencia", 16), ("evaluacion_taller", 26))
DAYS = 42
_checker = lru_cache(8)(prepare)


@dataclass(frozen=True, slots=True)
class Sending:
    """One submission of the demonstration, ready to be sent. twist: '', 'incomplete', 'edited', 'version', 'form'."""

    form_id: str
    phone: int
    at: datetime
    instance_id: str
    filled: Filled
    twist: str = ""


def begin(units: Units) -> dict | None:
    """What was made, with the passwords of its people, told once; None when it was there already."""
    with units.reading(access.SYSTEM) as unit:
        if not is_needed(unit):
            return None
    project_id, name, begun = units.write(access.SYSTEM, _project)
    first_start.publish_library(units, project_id)
    held = units.write(access.SYSTEM, lambda unit: _phones(unit, project_id))
    with units.reading(access.SYSTEM) as unit:
        known = _models(unit, project_id)
    sendings = _sendings(known, begun, ZoneInfo(units.settings.timezone))
    for sending in sendings:
        _send(units, project_id, known, sending, held[sending.phone])
    for number, phone in enumerate(held):
        last = next((one for one in reversed(sendings) if one.phone == number), None)
        if last is not None:
            device = last.filled.answers["equipo"]
            _at(units, last.at).write(phone, lambda unit, device=device: phones.saw(unit, device, AGENT))
    tasks.run_all(units)
    made = [_person(units, project_id, *who) for who in PEOPLE]
    _reviewed(units, project_id, sendings)
    tasks.run_all(units)
    return {"project": name, "projectId": project_id, "submissions": len(sendings), "people": made}


def _project(unit: UnitOfWork) -> tuple[int, str, datetime]:
    name = PROJECT[unit.settings.language]
    kept = [one for one in projects.list_projects(unit) if one.simulated and one.name == name]
    project = kept[0] if kept else projects.create_project(
        unit, name, simulated=True, description="Personas, teléfonos y envíos inventados, para conocer el programa.")
    return project.id, project.name, project.created_at


def _phones(unit: UnitOfWork, project_id: int) -> list[access.Actor]:
    """The phones as they send."""
    held = {one.name: one for one in phones.list_phones(unit, project_id)}
    for name in PHONES:
        if name not in held:
            held[name] = phones.add_phone(unit, project_id, name, all_forms=True)
    return [people.actor(unit, held[name].id) for name in PHONES]


def _models(unit: UnitOfWork, project_id: int) -> dict[str, FormModel]:
    """The forms of the library that are published, by id."""
    return {view.form.xml_form_id: models.form_model(unit, view.version.id)
            for view in publishing.list_forms(unit, project_id) if not view.is_draft}


def _sendings(known: dict[str, FormModel], begun: datetime, zone: ZoneInfo) -> list[Sending]:
    """Every submission in the order of its time. The same seed and the same first day make the same bytes."""
    chance = Random(SEED)
    first = (begun.astimezone(zone) - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    communities, events = _list("comunidades.csv"), _list("eventos.csv")
    made = []
    for form_id, count in KINDS:
        for number in range(count):
            own = Random(chance.getrandbits(64))
            at = _moment(own, first)
            phone = 3 if form_id == "evaluacion_taller" else own.randrange(3)
            draw = Draw(own, at, communities, events, f"collect:EJEMPLO{phone + 1:08}")
            instance_id = f"uuid:{uuid.UUID(int=own.getrandbits(128), version=4)}"
            twist = {1: "incomplete", 4: "edited", 7: "incomplete"}.get(number, "")
            if form_id in known:
                made.append(Sending(form_id, phone, at, instance_id, _filled(form_id, draw, number), twist))
    made.sort(key=lambda one: one.at)
    return _parked(made)


def _parked(made: list[Sending]) -> list[Sending]:
    """The same, two of them from phones that nobody brought up to date."""
    plain = [place for place, one in enumerate(made) if not one.twist]
    for place, twist in zip(plain[-9::5], ("version", "form"), strict=False):
        one = made[place]
        made[place] = Sending(one.form_id, one.phone, one.at, one.instance_id, one.filled, twist)
    return made


def _moment(chance: Random, first: datetime) -> datetime:
    while True:
        day = first + timedelta(days=chance.randrange(DAYS))
        if answers.weekday(day.date()):
            return day + timedelta(hours=chance.randint(8, 17), minutes=chance.randrange(60),
                                   seconds=chance.randrange(60))


def _filled(form_id: str, draw: Draw, number: int) -> Filled:
    if form_id == "evaluacion_taller":
        return answers.workshop(draw, ("pre", "post", "pre", "post", "retro")[number % 5])
    if number == 10:
        return answers.refusal(draw)
    return (answers.accreditation if form_id == "acreditacion_autoridades" else answers.agreement)(draw)


def _list(name: str) -> list[dict]:
    text = (first_start.LIBRARY / "media" / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _written(model: FormModel, filled: Filled, instance_id: str, deprecated_id: str = "", version: str = "") -> bytes:
    """What a phone would send: it computes as the form says."""
    lists = {file.name: file.read_bytes() for file in (first_start.LIBRARY / "media").glob("*.csv")}
    xml = writing.written(model, filled.answers, instance_id, deprecated_id, version)
    return mending.mended(_checker(model), xml, Circumstances(media=lists))


def _send(units: Units, project_id: int, known: dict[str, FormModel], sending: Sending, phone: access.Actor) -> None:
    """Sends it as if it were that time, and its edit a day later."""
    model, filled = known[sending.form_id], sending.filled
    xml = _written(model, filled, sending.instance_id, version="2025010101" if sending.twist == "version" else "")
    if sending.twist == "form":
        xml = xml.replace(f'id="{model.form_id}"'.encode(), b'id="registro_antiguo"', 1)
    files = dict(list(filled.files.items())[:-1]) if sending.twist == "incomplete" else filled.files
    then = _at(units, sending.at + timedelta(minutes=9))
    _deliver(then, project_id, phone, xml, files, sending.filled.answers.get("equipo", ""))
    if sending.twist == "edited":
        edited = f"uuid:{uuid.uuid5(uuid.NAMESPACE_OID, sending.instance_id)}"
        changed = Filled(filled.answers | {"observaciones": "Corregido en la segunda visita. EJEMPLO."}, filled.files)
        xml = _written(model, changed, edited, sending.instance_id)
        _deliver(_at(units, sending.at + timedelta(days=1)), project_id, phone, xml, filled.files,
                 sending.filled.answers.get("equipo", ""))


def _deliver(units: Units, project_id: int, phone: access.Actor, xml: bytes, files: dict[str, bytes],
             device: str) -> None:
    sender = intake.Sender(device, AGENT)
    with units.reading(phone) as unit:
        spools = []
        for name, content in files.items():
            spool = unit.blobs.spool()
            spool.write(content)
            spools.append(((name,), spool))
        delivery = intake.unwrap(unit, project_id, xml, spools, sender)
        for _name, spool in spools:
            spool.drop()

    units.write(phone, lambda unit: intake.receive(unit, delivery))


def _at(units: Units, moment: datetime) -> Units:
    """The same units at another time, never later than now."""
    now = min(moment, units.clock())
    return Units(units.engine, units.blobs, units.settings, units.steps, lambda: now)


def _person(units: Units, project_id: int, email: str, name: str, role: access.Role, told: str) -> tuple:
    """(e-mail, password or '' when there was such a person, role) of one who may sign in."""
    password = passwords.made_up()
    with units.reading(access.SYSTEM) as unit:
        hashed = people.hash_password(unit, email, password)

    def add(unit: UnitOfWork) -> str:
        if people_queries.find_login(unit.session, email) is not None:
            return ""
        made = people.add_user(unit, email, name, hashed, unit.settings.language)
        grants.add_grant(unit, grants.place(unit, project_id), role, made.id)
        return password

    return email, units.write(access.SYSTEM, add), told


def _reviewed(units: Units, project_id: int, sendings: list[Sending]) -> None:
    """Some records are approved, some have a remark, as a supervisor leaves them."""
    with units.reading(access.SYSTEM) as unit:
        supervisor = people.actor(unit, people_queries.find_login(unit.session, PEOPLE[0][0]).actor_id)
    plain = [one for one in sendings if not one.twist]
    for place, one in enumerate(plain[:30]):
        state = ("approved", None, "approved", "hasIssues", None, "approved")[place % 6]
        if state is not None:
            then = _at(units, one.at + timedelta(days=2))
            then.write(supervisor, lambda unit, one=one, state=state: _settle(unit, project_id, one, state))


def _settle(unit: UnitOfWork, project_id: int, one: Sending, state: str) -> None:
    if state == "hasIssues":
        comments.comment(unit, project_id, one.form_id, one.instance_id,
                       "EJEMPLO: falta confirmar un dato con la comunidad.")
    review.decide(unit, project_id, one.form_id, one.instance_id, state)
