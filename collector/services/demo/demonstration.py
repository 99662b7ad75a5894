"""Room of the demonstration: a project of its own in which a story of eight months is played, clearly marked.

It must not touch any other project nor know what happens (the plots do). What phones send goes the whole way through
`services/intake`; lists come back to them as they stand that week. A demonstration that was cut off is taken up where
it ended: what came comes again, which changes nothing, and acts that were done are not done again.
"""

import csv
import io
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from collector.domain import access, returns
from collector.domain.check import Checker, Circumstances, prepare
from collector.services import (
    datasets,
    first_start,
    grants,
    intake,
    list_files,
    models,
    passwords,
    people,
    phones,
    projects,
    publishing,
    returning,
    tasks,
)
from collector.services.demo import acting, plot, workshops
from collector.services.demo.cast import PEOPLE, PHONES, PROJECT, SUPERVISOR, device, is_needed
from collector.services.demo.filling import filled
from collector.services.demo.script import Act, Calendar, Sending, calendar, instance_id
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import events, submissions
from collector.store.queries import people as people_queries

AGENT = "org.odk.collect.android/v2026.2.4 Dalvik/2.1.0 (EJEMPLO)"
OLD_VERSION = "2025010101"
SENT, DECIDED = "sent", "decided"


def begin(units: Units) -> dict | None:
    """What was made, with the passwords of its people, told once; None when it was there already.

    people: none where what is there cannot be made whole, told by an earlier version or without its supervisor now:
    it stays as it is.
    """
    with units.reading(access.SYSTEM) as unit:
        if not is_needed(unit):
            return None
        if _is_another(unit):
            return {"project": PROJECT[unit.settings.language], "projectId": None, "people": [], "submissions": 0}
    project_id, name, begun = units.write(access.SYSTEM, _project)
    days = _calendar(units, begun)
    own = {"eventos.csv": workshops.events(days)}
    first_start.publish_library(units, project_id, samples=False, own=own)
    script = plot.whole(days)
    player = Player(units, project_id, own)
    for _week, together in groupby(script, lambda one: days.week_of(one.arrives)):
        player.play(list(together), days.week_of)
    told = [_person(units, project_id, *who) for who in PEOPLE]
    return {"project": name, "projectId": project_id, "people": told,
            "submissions": sum(isinstance(one, Sending) for one in script)}


class Player:
    """Plays a script, week by week: phones fetch their lists on Monday, fill, send; a supervisor acts."""

    def __init__(self, units: Units, project_id: int, own: Mapping[str, bytes] | None = None):
        self.units, self.project_id = units, project_id
        self.zone = units.settings.timezone
        self.phones = units.write(access.SYSTEM, lambda unit: _phones(unit, project_id))
        supervisor = units.write(access.SYSTEM, lambda unit: _supervisor(unit, project_id))
        with units.reading(access.SYSTEM) as unit:
            self.supervisor = people.actor(unit, supervisor)
            last = events.find_last_of(unit.session, supervisor)
            self.done_until = last.at if last else None
            self.there = submissions.instance_ids(unit.session, project_id)
            self.checkers = _checkers(unit, project_id)
        self.first: dict[str, str] = {}  # key of a sending -> the record that it made or changed
        self.lists: dict[int, dict[str, bytes]] = {}
        self.plain = {file.name: file.read_bytes() for file in (first_start.LIBRARY / "media").glob("*.csv")}
        self.plain |= own or {}

    def play(self, together: list[Sending | Act], week_of) -> None:
        """Nothing; a week has passed. Steps of the worker run before the supervisor looks."""
        week = week_of(together[0].arrives)
        for earlier in range(max(self.lists, default=-1) + 1, week + 1):
            self.lists[earlier] = self._fetched()
        for kind, several in groupby(together, _kind):
            if kind == SENT:
                for one in several:
                    self._send(one, one.week if one.week is not None else min(week_of(one.at), week))
                continue
            several = list(several)
            tasks.run_all(_at(self.units, several[0].at))
            self._act(kind, [act for act in several if self.done_until is None or act.at > self.done_until])
        tasks.run_all(_at(self.units, together[-1].arrives))

    def _act(self, kind: str, acts: list[Act]) -> None:
        """Decisions that follow one another are made together; everything else by itself."""
        for together in [acts] if kind == DECIDED and acts else [[one] for one in acts]:
            units = _at(self.units, together[-1].at)
            if kind == DECIDED:
                acting.decide(units, self.project_id, self.supervisor, [(one, self.first[one.key]) for one in together])
            else:
                acting.perform(units, self.project_id, self.supervisor, together[0], self.first[together[0].key])

    def _fetched(self) -> dict[str, bytes]:
        """The lists as every phone gets them now, by name; files that never change among them."""
        with self.units.reading(access.SYSTEM) as unit:
            found = {f"{one.name}.csv": list_files.newest_of(unit, one.id).path.read_bytes()
                     for one in datasets.list_datasets(unit, self.project_id)}
        return self.plain | found

    def _send(self, one: Sending, week: int) -> None:
        """It is filled with the lists of that week, and sent."""
        self.first[one.key] = self.first.get(one.edits, one.instance_id)
        if one.instance_id in self.there:
            return
        checker = self.checkers[one.form_id]
        answers, media = one.answers, self.lists[week]
        if one.form_id == returns.FORM:
            media = media | {returns.FILE: self._returned_to(one.phone)}
            answers = answers | {"devolucion": _row_of(media[returns.FILE], self.first[str(answers["devolucion"])])}
        replaced = instance_id(one.edits) if one.edits else ""
        xml = filled(checker, answers, Circumstances(media=media, zone=self.zone), one.instance_id, replaced)
        files = dict(one.files)
        if one.twist == "incomplete":
            files.popitem()
        self._deliver(one, _astray(xml, checker, one.twist), files)

    def _returned_to(self, phone: int) -> bytes:
        with self.units.reading(self.phones[phone]) as unit:
            return returning.listing(unit, self.project_id, device(phone)).content

    def _deliver(self, one: Sending, xml: bytes, files: dict[str, bytes]) -> None:
        units, phone = _at(self.units, one.arrives), self.phones[one.phone]
        with units.reading(phone) as unit:
            spools = []
            for name, content in files.items():
                spool = unit.blobs.spool()
                spool.write(content)
                spools.append(((name,), spool))
            delivery = intake.unwrap(unit, self.project_id, xml, spools, intake.Sender(device(one.phone), AGENT))
            for _name, spool in spools:
                spool.drop()
        units.write(phone, lambda unit: intake.receive(unit, delivery))
        units.write(phone, lambda unit: phones.saw(unit, device(one.phone), AGENT))


def _row_of(listing: bytes, record: str) -> str:
    """The row of that record in the list of what was sent back to a phone."""
    return next(row["name"] for row in csv.DictReader(io.StringIO(listing.decode())) if row["instance_id"] == record)


def _kind(one: Sending | Act) -> str:
    return SENT if isinstance(one, Sending) else DECIDED if one.move in acting.MOVES else one.move


def _astray(xml: bytes, checker: Checker, twist: str) -> bytes:
    """The record of a phone that nobody brought up to date."""
    old = {"version": (f'version="{checker.model.version}"', f'version="{OLD_VERSION}"'),
           "form": (f'id="{checker.model.form_id}"', 'id="registro_antiguo"')}.get(twist)
    return xml.replace(old[0].encode(), old[1].encode(), 1) if old else xml


def _at(units: Units, moment: datetime) -> Units:
    """The same units at another time, never later than now."""
    then, now = copy(units), min(moment, units.clock())
    then.clock = lambda: now
    return then


def _is_another(unit: UnitOfWork) -> bool:
    """Whether the supervisor may sign in though nothing of this story is there, or is gone though it is."""
    login = people_queries.find_login(unit.session, SUPERVISOR[0])
    is_begun = any(one.instance_id in submissions.instance_ids(unit.session, kept.id) for kept in _kept(unit)
                   for one in plot.whole(_calendar(unit, kept.created_at))[:1])
    return is_begun if login is None else not is_begun and login.password_hash is not None


def _calendar(within: UnitOfWork | Units, begun: datetime) -> Calendar:
    return calendar(begun.astimezone(ZoneInfo(within.settings.timezone)))


def _kept(unit: UnitOfWork) -> list:
    name = PROJECT[unit.settings.language]
    return [one for one in projects.list_projects(unit) if one.simulated and one.name == name]


def _project(unit: UnitOfWork) -> tuple[int, str, datetime]:
    kept = _kept(unit)
    project = kept[0] if kept else projects.create_project(
        unit, PROJECT[unit.settings.language], simulated=True,
        description="Personas, teléfonos y envíos inventados, para conocer el programa.")
    return project.id, project.name, project.created_at


def _phones(unit: UnitOfWork, project_id: int) -> list[access.Actor]:
    """The phones as they send."""
    held = {one.name: one for one in phones.list_phones(unit, project_id)}
    for name in PHONES:
        if name not in held:
            held[name] = phones.add_phone(unit, project_id, name, all_forms=True)
    return [people.actor(unit, held[name].id) for name in PHONES]


def _checkers(unit: UnitOfWork, project_id: int) -> dict[str, Checker]:
    """The forms of the library that are published, by id."""
    return {view.form.xml_form_id: prepare(models.form_model(unit, view.version.id))
            for view in publishing.list_forms(unit, project_id) if not view.is_draft}


def _supervisor(unit: UnitOfWork, project_id: int) -> int:
    """Who decides in the story; nobody can sign in as her before the demonstration is whole."""
    email, name, role, _told = SUPERVISOR
    login = people_queries.find_login(unit.session, email)
    return login.actor_id if login else _added(unit, project_id, email, name, role, None)


def _person(units: Units, project_id: int, email: str, name: str, role: access.Role, told: str) -> tuple:
    """(e-mail, a new password, role) of one who may sign in."""
    password = passwords.made_up()
    with units.reading(access.SYSTEM) as unit:
        hashed = people.hash_password(unit, email, password)

    def add(unit: UnitOfWork) -> None:
        login = people_queries.find_login(unit.session, email)
        if login is None:
            _added(unit, project_id, email, name, role, hashed)
        else:
            people.set_password(unit, login.actor_id, hashed)

    units.write(access.SYSTEM, add)
    return email, password, told


def _added(unit: UnitOfWork, project_id: int, email: str, name: str, role: access.Role, hashed) -> int:
    made = people.add_user(unit, email, name, hashed, unit.settings.language)
    grants.add_grant(unit, grants.place(unit, project_id), role, made.id)
    return made.id
