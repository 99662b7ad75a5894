"""Weeks in the field with entity lists: several phones make and change the same entities without a network, and send
what they have in whatever order.

It must not judge; `test_offline_entities` compares what stands on the server with `tests/entity_reference`.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pyxform.xls2xform import convert

from tests.entity_reference import Reference, Sent
from tests.live import Api, LiveServer
from tests.phone.envelope import Filled
from tests.phone.filler import Filler
from tests.phone.phone import Phone, instance_id

SAMPLES = Path(__file__).parents[1] / "samples" / "entities"
REGISTER, ACCREDIT = FORMS = ("registro_comunidad", "acreditacion_autoridades")
FIRST = 4  # communities that are there when everybody leaves
FILLED = {REGISTER: 8, ACCREDIT: 6}  # forms of a phone in one week
LISTS = ("comunidades", "mandatos")


@dataclass
class Record:
    """A filled form and what the form engine says it does to entities."""

    form_id: str
    filled: Filled
    entities: list[dict]
    lost: bool = False

    @property
    def instance_id(self) -> str:
        return instance_id(self.filled)


@dataclass(frozen=True)
class Edit:
    """What a person changed of an entity at a desk."""

    key: tuple[str, str]
    values: dict

    @property
    def entities(self) -> list:
        """Nothing that a phone said."""
        return []


@dataclass
class Padron:
    """Everything that happened. arrived: records in the order in which the server took them, and what a person changed
    in between; lost: never sent."""

    server: LiveServer
    api: Api
    project: str
    filler: Filler
    folder: Path
    forms: tuple[str, ...] = FORMS
    phones: list[Phone] = field(default_factory=list)
    waiting: dict[int, list[Record]] = field(default_factory=dict)
    arrived: list["Record | Edit"] = field(default_factory=list)
    lost: list[Record] = field(default_factory=list)

    def add_phone(self) -> Phone:
        """A phone that may fill the forms of the project."""
        made = self.api.post(f"{self.project}/app-users", json={"displayName": f"Teléfono {len(self.phones)}"})
        for form_id in self.forms:
            self.api.post(f"{self.project}/forms/{form_id}/assignments/2/{made['id']}")
        address = f"{self.server.address}/v1/key/{made['token']}{self.project}"
        phone = Phone(address, self.folder / f"phone{len(self.phones)}")
        self.waiting[len(self.phones)] = []
        self.phones.append(phone)
        return phone

    def fill(self, number: int, form_id: str, count: int, seed: int, *more) -> list[Record]:
        """What the phone filled offline, kept until it sends."""
        phone, out = self.phones[number], self.folder / "filled" / f"{number}-{form_id}-{seed}"
        form = phone.forms[form_id]
        made = [Record(form_id, filled, said) for filled, said in
                self.filler.fill_offline(form.xml, form.media, phone.lists, out, count, seed, "--skip-optional", 0.2,
                                         "--keep-default", 0, *more)]
        self.waiting[number] += made
        return made

    def edit(self, dataset: str, uuid: str, **values: str) -> None:
        """Nothing; a person changed this entity by the API."""
        label = {"label": values["label"]} if "label" in values else {}
        data = {name: value for name, value in values.items() if name != "label"}
        self.api.ask("PATCH", f"{self.project}/datasets/{dataset}/entities/{uuid}?force=true",
                     json={**label, "data": data})
        self.arrived.append(Edit((dataset, uuid), values))

    def send(self, number: int, records: list[Record], again: random.Random) -> None:
        """Nothing; the server has these. Some arrive twice."""
        phone = self.phones[number]
        for one in records:
            for _time in range(2 if again.random() < 0.15 else 1):
                assert phone.send(one.filled, phone.forms[one.form_id]).status == 201
            self.waiting[number].remove(one)
            self.arrived.append(one)


def opened(server: LiveServer, filler: Filler, folder: Path, forms: dict[str, Path] | None = None,
           media: dict[str, bytes] | None = None) -> Padron:
    """A project with the forms published: the lists come from what they declare."""
    api, forms = server.administrator(), forms or {form_id: SAMPLES / f"{form_id}.md" for form_id in FORMS}
    project = f"/projects/{api.post('/projects', json={'name': 'Padrones'})['id']}"
    for form_id, path in forms.items():
        publish(api, project, form_id, path, media or {})
    return Padron(server, api, project, filler, folder, tuple(forms))


def publish(api: Api, project: str, form_id: str, path: Path, media: dict[str, bytes]) -> None:
    """Nothing; the form is published with these files, as far as it reads them."""
    xform = convert(xlsform=str(path)).xform
    api.post(f"{project}/forms?publish=false", data=xform.encode(), headers={"Content-Type": "application/xml"})
    for name, content in media.items():
        if name in xform:
            api.post(f"{project}/forms/{form_id}/draft/attachments/{name}", data=content)
    api.post(f"{project}/forms/{form_id}/draft/publish")


def weeks(padron: Padron, settled, phones: int, rounds: int, seed: int, at_once: bool = False) -> Padron:
    """The padron after everything was sent that was not lost. settled: waits until the server did its steps.

    at_once: phones send beside each other, so nobody can tell in which order things arrive.
    """
    chance = random.Random(seed)
    for _ in range(phones):
        padron.add_phone().sync()
    answers = padron.folder / "new.json"
    answers.write_text('{"/data/accion": "nueva"}')
    padron.fill(0, REGISTER, FIRST, seed, "--answers", answers)
    padron.send(0, list(padron.waiting[0]), chance)
    settled()
    first = [said["id"] for one in padron.arrived for said in one.entities]
    for week in range(1, rounds + 1):
        for number, phone in enumerate(padron.phones):
            if week == 1 or chance.random() < 0.6:  # who has no network goes on with the old lists
                phone.sync()
            for form_id, count in FILLED.items():
                padron.fill(number, form_id, count, seed + 1000 * week + 100 * number)
        if not at_once:
            padron.edit(LISTS[0], chance.choice(first), familias=str(100 + week), label=f"Nombre corregido {week}")
        _send_some(padron, chance, week == rounds, at_once)
        settled()
    for phone in padron.phones:
        phone.sync()
    return padron


def _send_some(padron: Padron, chance: random.Random, last: bool, at_once: bool) -> None:
    """Each phone sends part of what it has, the last time all; one record of all is never sent."""
    turns = []
    for number in range(len(padron.phones)):
        own = list(padron.waiting[number])
        chance.shuffle(own)
        if last and not padron.lost:
            first = next((one for one in own if _is_followed(one, own)), None)
            if first is not None:
                padron.lost.append(first)
                own.remove(first)
        turns.append((number, own if last else own[:len(own) * 2 // 3]))
    if at_once:
        with ThreadPoolExecutor(len(turns)) as pool:
            sent = [pool.submit(padron.send, number, own, random.Random(number)) for number, own in turns]
            for one in sent:
                one.result()
        return
    mixed = [(number, one) for number, own in turns for one in own]
    chance.shuffle(mixed)
    for number, one in mixed:
        padron.send(number, [one], chance)


def _is_followed(one: Record, own: list[Record]) -> bool:
    """Whether a later change of the same line hangs on what this record says."""
    lines = {(said["id"], said.get("branchId") or None): int(said.get("baseVersion") or 0) for said in one.entities}
    created = {said["id"] for said in one.entities if said["action"] == "create"}
    return any(said["id"] in created or int(said["baseVersion"]) > lines.get((said["id"], said["branchId"]), 1 << 30)
               for other in own if other is not one for said in other.entities if said["action"] == "update")


def sent_of(said: dict) -> Sent:
    """What the form engine says of one entity, in the words of the reference."""
    values = dict(said["properties"])
    if said.get("label", "").strip():
        values["label"] = said["label"]
    base, trunk = (int(said[name]) if said.get(name) else None for name in ("baseVersion", "trunkVersion"))
    return Sent(values, base, trunk, said.get("branchId", "") if base else "", said["action"] == "create")


def expected(records: list[Record | Edit]) -> dict[tuple[str, str], Reference]:
    """What must become of every entity, by list and id, when the records arrive in this order."""
    found: dict[tuple[str, str], Reference] = {}
    for one in records:
        if isinstance(one, Edit):
            found[one.key].edit(one.values)
        for said in one.entities:
            found.setdefault((said["dataset"], said["id"]), Reference()).receive(sent_of(said))
    return found
