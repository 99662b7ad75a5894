"""What the story of the demonstration comes to, reckoned from what the phones sent alone: no line of the server's.

Records are read from the bytes that arrived, forms from their own XForms; entities are replayed by `entity_reference`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree

from tests.entity_reference import Reference, Sent


def bare(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]


@dataclass
class Record:
    """A record as it stands. said: its answers by name; where a repeat says one several times, the last."""

    form_id: str
    instance_id: str
    xml: bytes
    state: str | None
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        self.rewrite(self.xml)

    def rewrite(self, xml: bytes) -> None:
        """The record says this from now on."""
        self.xml = xml
        self.root = ElementTree.fromstring(xml)
        self.said = {bare(one.tag): (one.text or "").strip() for one in self.root.iter() if not len(one)}

    def repeat(self, name: str) -> list[dict[str, str]]:
        """The instances of a repeat: name -> text."""
        return [{bare(below.tag): (below.text or "").strip() for below in one.iter() if not len(below)}
                for one in self.root.iter() if bare(one.tag) == name]

    @property
    def device(self) -> str:
        """The phone that filled it, as it says itself."""
        return self.said.get("deviceid") or self.said["equipo"]


@cache
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
    lists: dict[str, dict[str, Reference]] = defaultdict(dict)
    for record in first:
        for dataset, entity, sent in changes(record, saved(xforms[record.form_id])):
            lists[dataset].setdefault(entity, Reference()).receive(sent)
    return lists


def now_of(lists: dict[str, dict[str, Reference]], dataset: str) -> dict[str, dict[str, str]]:
    """entity -> its values, label among them."""
    return {entity: one.versions[-1].values for entity, one in lists[dataset].items() if one.versions}


def in_office(lists: dict[str, dict[str, Reference]], day: str) -> set[str]:
    """The mandates that hold on a day, as their dates say."""
    return {entity for entity, one in now_of(lists, "mandatos").items()
            if one.get("desde", "") <= day and (not one.get("hasta") or day <= one["hasta"]) and one.get("desde")}
