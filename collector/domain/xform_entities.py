"""Entity declarations of a form: which list each writes, when, under which id and label.

Must not know what an instance then does to an entity.
Next: the FormModel carries them; entity rules read them there.
"""

from dataclasses import replace

from lxml import etree

from collector.domain.fields import Action, EntityDeclaration, Field
from collector.domain.xmltext import local_name

ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
_off = ("", "0", "false")


def declared_entities(data: etree._Element, by_path: dict[str, Field], repeats: set[str],
                      actions: list[Action]) -> tuple[EntityDeclaration, ...]:
    """Every declaration at any depth, in document order; one in a repeat counts once."""
    found: dict[str, EntityDeclaration] = {}
    for node in data.iter("{*}entity"):
        parent = node.getparent()
        path = _path(node, data)
        if parent is None or local_name(parent) != "meta" or path in found or not node.get("dataset"):
            continue
        found[path] = _declared(node, path, by_path, actions)
    drafts = tuple(found.values())
    properties: dict[str, dict[str, str]] = {one.path: {} for one in drafts}
    for one in by_path.values():
        owner = _owner(one, drafts) if one.save_to else None
        if owner:
            properties[owner.path][one.save_to] = one.path
    return tuple(replace(one, properties=properties[one.path]) for one in drafts)


def dataset_of(one: Field, entities: tuple[EntityDeclaration, ...]) -> Field:
    """The field with the name of the entity list that its save_to writes."""
    owner = _owner(one, entities) if one.save_to else None
    return replace(one, dataset=owner.dataset) if owner else one


def _declared(node: etree._Element, path: str, by_path: dict[str, Field],
              actions: list[Action]) -> EntityDeclaration:
    def said(name: str) -> str:
        bound = by_path.get(f"{path}/{name}")
        if bound and bound.calculate:
            return bound.calculate
        return next((one.value for one in actions if one.path == f"{path}/{name}"), "")

    entity = by_path.get(path)
    return EntityDeclaration(
        dataset=node.get("dataset", "").strip(), path=path, container=path.removesuffix("/meta/entity"),
        repeat=entity.repeat if entity else "",
        creates=_on(node, "create") or bool(said("@create")), updates=_on(node, "update") or bool(said("@update")),
        create_if=said("@create"), update_if=said("@update"), id=said("@id"), label=said("label"),
        base_version=said("@baseVersion"),
    )


def _on(node: etree._Element, name: str) -> bool:
    return node.get(name, "").strip().lower() not in _off


def _owner(one: Field, entities: tuple[EntityDeclaration, ...]) -> EntityDeclaration | None:
    around = [entity for entity in entities
              if entity.repeat == one.repeat and (one.path + "/").startswith(entity.container + "/")]
    return max(around, key=lambda entity: len(entity.container), default=None)


def _path(node: etree._Element, data: etree._Element) -> str:
    steps = []
    while node is not None and node is not data:
        steps.append(local_name(node))
        node = node.getparent()
    return "".join("/" + step for step in reversed(steps))
