"""What the story of the demonstration comes to, reckoned from what the phones sent alone: no line of the server's.

Records are read from the bytes that arrived, forms from their own XForms; entities are replayed by `entity_reference`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from xml.etree import ElementTree

from tests.entity_reference import Reference, Sent

RIGHT = {"k1": "nac_reg_loc", "k2": "regidores", "k3": "no_hace_falta", "k4": "acordar", "k5": "programacion",
         "k6": "brechas", "k7": "rehabilitar", "k8": "no", "k9": "informar", "k10": "existe"}


def bare(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]


@dataclass
class Record:
    """A record as it stands. edited: how often; entities: what its first version said of lists."""

    form_id: str
    instance_id: str
    xml: bytes
    state: str | None
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        root = ElementTree.fromstring(self.xml)
        self.said = {bare(one.tag): (one.text or "").strip() for one in root.iter() if not len(one)}
        self.root = root

    def repeat(self, name: str) -> list[dict[str, str]]:
        """The instances of a repeat: name -> text."""
        return [{bare(below.tag): (below.text or "").strip() for below in one.iter() if not len(below)}
                for one in self.root.iter() if bare(one.tag) == name]


def saved(xform: str | bytes) -> dict[str, dict[str, str]]:
    """dataset -> {absolute path of a question -> property} of a form, from its own words."""
    root = ElementTree.fromstring(xform)
    instance = next(one for one in root.iter() if bare(one.tag) == "instance")[0]
    declared: dict[str, str] = {}

    def walk(node, path: str) -> None:
        for child in node:
            if bare(child.tag) == "entity":
                declared[path.removesuffix("/meta")] = child.get("dataset")
            walk(child, f"{path}/{bare(child.tag)}")

    walk(instance, f"/{bare(instance.tag)}")
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for bind in root.iter():
        name = next((value for key, value in bind.attrib.items() if bare(key) == "saveto"), None)
        if bare(bind.tag) == "bind" and name:
            around = [one for one in declared if (bind.get("nodeset") + "/").startswith(one + "/")]
            found[declared[max(around, key=len)]][bind.get("nodeset")] = name
    return found


def changes(record: Record, paths: dict[str, dict[str, str]]) -> list[tuple[str, str, Sent]]:
    """[(dataset, entity, what is said of it)] of a record, in the order of its nodes."""
    made = []

    def walk(node, path: str) -> None:
        for child in node:
            if bare(child.tag) == "meta":
                for entity in child:
                    if bare(entity.tag) == "entity":
                        made.append(told(node, path, entity))
            walk(child, f"{path}/{bare(child.tag)}")

    def told(container, path: str, entity) -> tuple[str, str, Sent] | None:
        create, update = (entity.get(name) in ("1", "true") for name in ("create", "update"))
        if not create and not update:
            return None
        wanted = paths[entity.get("dataset")]
        values = {wanted[place]: text for place, text in below(container, path) if place in wanted}
        label = next(((one.text or "").strip() for one in entity if bare(one.tag) == "label"), "")
        if label:
            values["label"] = label
        base = entity.get("baseVersion")
        sent = Sent(values, creates=True) if create else Sent(values, int(base) if base else None)
        return entity.get("dataset"), entity.get("id"), sent

    def below(node, path: str) -> Iterable[tuple[str, str]]:
        for child in node:
            place = f"{path}/{bare(child.tag)}"
            if len(child):
                yield from below(child, place)
            else:
                yield place, (child.text or "").strip()

    walk(record.root, f"/{bare(record.root.tag)}")
    return [one for one in made if one]


def replayed(first: list[Record], xforms: dict[str, bytes]) -> dict[str, dict[str, Reference]]:
    """dataset -> entity -> what became of it. first: the first version of each record, as they arrived."""
    paths = {form_id: saved(xform) for form_id, xform in xforms.items()}
    lists: dict[str, dict[str, Reference]] = defaultdict(dict)
    for record in first:
        for dataset, entity, sent in changes(record, paths[record.form_id]):
            lists[dataset].setdefault(entity, Reference()).receive(sent)
    return lists


def now_of(lists: dict[str, dict[str, Reference]], dataset: str) -> dict[str, dict[str, str]]:
    """entity -> its values, label among them."""
    return {entity: one.versions[-1].values for entity, one in lists[dataset].items() if one.versions}


def commitments(lists: dict[str, dict[str, Reference]], today: date) -> Counter:
    """How the commitments stand: by state, and 'late' for those that are due, and neither met nor given up."""
    count: Counter = Counter()
    for one in now_of(lists, "compromisos").values():
        count[one["estado"]] += 1
        count["late"] += one["estado"] in ("pendiente", "en_proceso") and one.get("vence", "9") < today.isoformat()
    return count


def in_office(lists: dict[str, dict[str, Reference]], day: str) -> set[str]:
    """The mandates that hold on a day, as their dates say."""
    return {entity for entity, one in now_of(lists, "mandatos").items()
            if one.get("desde", "") <= day and (not one.get("hasta") or day <= one["hasta"]) and one.get("desde")}


def agreed(records: list[Record], form_id: str) -> list[Record]:
    """The approved records of a form."""
    return [one for one in records if one.form_id == form_id and one.state == "approved"]


def matched(records: list[Record]) -> tuple[int, float, float]:
    """(codes with a test before and one after, mean right answers before, after), from the answers themselves."""
    right: dict[str, dict[str, int]] = defaultdict(dict)
    for one in agreed(records, "evaluacion_taller"):
        if one.said.get("momento") in ("pre", "post") and one.said.get("codigo"):
            score = sum(one.said.get(name) == answer for name, answer in RIGHT.items())
            right[one.said["codigo"]][one.said["momento"]] = score
    both = [one for one in right.values() if len(one) == 2]
    if not both:
        return 0, 0.0, 0.0
    return len(both), sum(one["pre"] for one in both) / len(both), sum(one["post"] for one in both) / len(both)


def root_of(instance_id: str) -> str:
    """Only the id, without its scheme."""
    return re.sub(r"^uuid:", "", instance_id)
