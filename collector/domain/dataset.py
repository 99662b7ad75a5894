"""Entity lists by their rules: which names they and their properties may have, and what a form declares of them.

Must not know what stands in a list nor who asks. `services/datasets` and `services/dataset_uses` keep what is right.
Source: ODK entities specification 2025.1, and what ODK Central takes.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from collector.domain import dataset_problems
from collector.domain.fields import FormModel

VERSIONS = ("2022.1.", "2023.1.", "2024.1.", "2025.1.")
RESERVED = frozenset(("name", "label"))
LONGEST = 255
_NAME = re.compile(r"(?!__)[^\W\d][\w\-]*")
_PROPERTY = re.compile(r"(?!__)[^\W\d][\w.\-]*")


@dataclass(frozen=True, slots=True)
class Written:
    """What a form writes into one list: properties {name: path of its field}; path: of the declaration."""

    name: str
    path: str
    creates: bool
    updates: bool
    properties: dict[str, str] = field(default_factory=dict)


def is_dataset_name(name: str) -> bool:
    """Whether an entity list may have this name."""
    return bool(_NAME.fullmatch(name)) and len(name) <= LONGEST


def is_property_name(name: str) -> bool:
    """Whether a property may have this name."""
    return bool(_PROPERTY.fullmatch(name)) and name.casefold() not in RESERVED and len(name) <= LONGEST


def odata_name(name: str) -> str:
    """The name of a property in OData, whose names have letters, digits and underscores only."""
    plain = re.sub(r"\W", "_", name)
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"


def written(model: FormModel) -> list[Written]:
    """What the form writes, a list a time, in document order. Raises 400.25."""
    if not model.entities:
        return []
    if model.entities_version and not model.entities_version.startswith(VERSIONS):
        raise dataset_problems.declaration_invalid(
            f"Entities specification version [{model.entities_version}] is not supported.",
            f"la versión {model.entities_version} de la especificación no se conoce.")
    found: dict[str, Written] = {}
    for one in model.entities:
        if not is_dataset_name(one.dataset):
            raise dataset_problems.declaration_invalid("Invalid entity list name.",
                                                       f"«{one.dataset}» no puede ser el nombre de una lista.")
        if one.dataset in found:
            raise dataset_problems.declaration_invalid("Entity list declared more than once.",
                                                       f"la lista «{one.dataset}» se declara más de una vez.")
        _require_properties(one.properties)
        found[one.dataset] = Written(one.dataset, one.path, one.creates, one.updates, dict(one.properties))
    _require_owned(model)
    return list(found.values())


def _require_properties(properties: dict[str, str]) -> None:
    for name in properties:
        if not is_property_name(name):
            raise dataset_problems.declaration_invalid("Invalid entity property name.",
                                                       f"«{name}» no puede ser el nombre de una propiedad.")
    if any(count > 1 for count in Counter(name.casefold() for name in properties).values()):
        raise dataset_problems.declaration_invalid("Multiple Form Fields cannot be saved to a single property.",
                                                   "dos preguntas escriben la misma propiedad.")


def _require_owned(model: FormModel) -> None:
    """Nothing, when every question that writes a property has a list to write to, and each its own property."""
    owned = {path for one in model.entities for path in one.properties.values()}
    for one in model.fields:
        if not one.save_to or one.path in owned:
            continue
        if not one.dataset:
            raise dataset_problems.declaration_invalid(f"No entity declared for save_to [{one.save_to}].",
                                                       f"la pregunta «{one.name}» no tiene una lista que escribir.")
        raise dataset_problems.declaration_invalid("Multiple Form Fields cannot be saved to a single property.",
                                                   f"dos preguntas escriben «{one.save_to}».")
