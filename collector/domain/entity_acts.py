"""What a submission says it does to entities: one declaration of the form at one place of the answers.

Must not judge whether that can be done (`entity` does) nor know what stands in a list.
Next: `services/entity_acts` does each of them once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from collector.domain.fields import EntityDeclaration, FormModel
from collector.domain.xmltext import local_name

_ON = ("1", "true")


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said at one place, as it was sent. place: of the container, with [n] on repeats, '' for the root.

    label: None when the node is not there. data: {property: text} of the fields that are there; one that is not
    relevant is not, and is not written. uuid, base_version, trunk_version, branch_id: '' when not said.
    """

    place: str
    path: str
    dataset: str
    uuid: str
    creates: bool
    updates: bool
    label: str | None = None
    data: dict[str, str] = field(default_factory=dict)
    base_version: str = ""
    trunk_version: str = ""
    branch_id: str = ""


def declared(model: FormModel, root: etree._Element) -> list[Declared]:
    """What the answers of this form do to entities, in document order of the declarations; nothing for a declaration
    that neither creates nor updates."""
    repeats = {one.path for one in model.repeats()}
    found = [_said(one, place, container)
             for one in model.entities for place, container in _containers(one, root, repeats)]
    return [one for one in found if one is not None]


def _containers(one: EntityDeclaration, root: etree._Element,
                repeats: set[str]) -> Iterator[tuple[str, etree._Element]]:
    """(place, element) of every instance of the container."""
    reached = [("", root)]
    path = ""
    for step in one.container.split("/")[1:]:
        path = f"{path}/{step}"
        if path in repeats:
            reached = [(f"{place}/{step}[{count}]", child) for place, node in reached
                       for count, child in enumerate(_children(node, step), 1)]
        else:
            reached = [(f"{place}/{step}", child) for place, node in reached for child in _children(node, step)[:1]]
    yield from reached


def _said(one: EntityDeclaration, place: str, container: etree._Element) -> Declared | None:
    entity = _below(container, ("meta", "entity"))
    if entity is None:
        return None
    creates, updates = (entity.get(name, "").strip().lower() in _ON for name in ("create", "update"))
    if not creates and not updates:
        return None
    label = _below(entity, ("label",))
    data = {}
    for name, path in one.properties.items():
        node = _below(container, path[len(one.container) + 1:].split("/"))
        if node is not None:
            data[name] = _text(node)
    return Declared(
        place, one.path, one.dataset, entity.get("id", "").strip(), creates, updates,
        None if label is None else _text(label), data, entity.get("baseVersion", "").strip(),
        entity.get("trunkVersion", "").strip(), entity.get("branchId", "").strip())


def _below(node: etree._Element, steps) -> etree._Element | None:
    for step in steps:
        node = next(iter(_children(node, step)), None)
        if node is None:
            return None
    return node


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str) and local_name(child) == name
            and not any(key.endswith("}template") for key in child.attrib)]


def _text(node: etree._Element) -> str:
    return "" if len(node) else (node.text or "")
