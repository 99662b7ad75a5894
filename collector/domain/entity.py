"""Room for what a change does to an entity: what it is made from, whether another change stands against it.

It must not know tables, submissions or clocks. Pure: `services/entity_acts` asks it for each act of a submission,
`services/entities` for what people and the API change.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collector.domain import entity_problems, problems
from collector.domain.entity_acts import Declared
from collector.domain.folded import fold
from collector.domain.values import parse_value

SOFT, HARD = "soft", "hard"
GENERATED = "auto generated"  # label of what had to be made from a change that brought none, as ODK Central says it
GEOMETRY = "geometry"
LONGEST_BRANCH = 100
MOST_SEARCHED = 4000  # letters of an entity that its list is searched by
_uuid = re.compile(r"(?:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
_number = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Change:
    """What shall be done to one entity. label None: is left. data: only what is written.

    base_version: the version that it was made on, as the phone counts. branch_id: of the line of changes that a phone
    made offline; trunk_version: the version that line began on, None when it began with making the entity.
    """

    uuid: str
    creates: bool
    updates: bool
    label: str | None
    data: dict[str, str] = field(default_factory=dict)
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str | None = None

    @property
    def received(self) -> dict[str, str]:
        """What was said, with the label as `label`."""
        return said(self.label, self.data)


@dataclass(frozen=True, slots=True)
class Mark:
    """A version of an entity, as far as lines of changes go. branch_base: what the phone said it was made on."""

    version: int
    branch_id: str | None = None
    branch_base: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether other changes stand against one: None, soft (no property is contested) or hard; which properties are."""

    conflict: str | None = None
    conflicting: tuple[str, ...] = ()


def said(label: str | None, data: Mapping[str, str]) -> dict[str, str]:
    """The values with the label among them, where there is one."""
    return dict(data) if label is None else {**data, "label": label}


def read_uuid(text: str, field_name: str = "uuid") -> str:
    """The identifier in small letters, without 'uuid:' before it. Raises 400.2, 400.11."""
    if not text:
        raise problems.missing_parameter(field_name)
    found = _uuid.fullmatch(text.strip())
    if found is None:
        raise problems.wrong_type(field_name, text[:LONGEST_BRANCH], "valid UUID")
    return found[1].lower()


def change_of(one: Declared) -> Change:
    """What the declaration asks for. Raises 400.2 (no id, label, baseVersion or branchId), 400.8, 400.11."""
    uuid = read_uuid(one.uuid)
    label = one.label if one.label and one.label.strip() else None
    if one.creates and not one.updates and label is None:
        raise problems.missing_parameter("label")
    if not one.updates:
        return Change(uuid, True, False, label, one.data)
    base = _version("baseVersion", one.base_version)
    trunk = _version("trunkVersion", one.trunk_version)
    if base is None and not one.creates:
        raise problems.missing_parameter("baseVersion")
    if trunk is not None and not one.branch_id:
        raise problems.missing_parameter("branchId")
    if len(one.branch_id) > LONGEST_BRANCH:
        raise problems.wrong_type("branchId", one.branch_id[:LONGEST_BRANCH], "valid UUID")
    branch = one.branch_id or None if base is not None else None
    return Change(uuid, one.creates, True, label, one.data, base, trunk, branch)


def base_of(change: Change, marks: Iterable[Mark], dataset: str = "") -> int | None:
    """The version here that the change was made from; None while an earlier change of its line is missing.

    marks: of all versions. Raises 404.9 when the change names a version that there is not.
    """
    marks = list(marks)
    told, versions = change.base_version, {one.version for one in marks}
    if told is None:
        return max(versions)
    if change.branch_id is None or change.trunk_version == told:
        if told not in versions:
            raise entity_problems.base_unknown(told, change.uuid, dataset,
                                               "trunkVersion" if change.branch_id else "baseVersion")
        return told
    if change.trunk_version is None and told == 1:
        return 1
    before = [one.version for one in marks if one.branch_id == change.branch_id and one.branch_base == told - 1]
    return max(before, default=None)


def interrupted(change: Change, marks: Iterable[Mark]) -> bool:
    """Whether others changed the entity since the line of this change began."""
    begun = change.trunk_version or 1
    return change.branch_id is not None and any(
        one.version > begun and one.branch_id != change.branch_id for one in marks)


def judge(received: Mapping[str, str], base: Mapping[str, str], newest: Mapping[str, str], on_newest: bool,
          was_interrupted: bool = False) -> Verdict:
    """What stands against a change. received, base, newest: values with the label; on_newest: it was made from it."""
    if on_newest:
        return Verdict(SOFT if was_interrupted else None)
    moved = {name for name in {*base, *newest} if base.get(name, "") != newest.get(name, "")}
    contested = tuple(name for name, value in received.items() if name in moved and value != newest.get(name, ""))
    return Verdict(HARD if contested else SOFT, contested)


def worse(one: str | None, other: str | None) -> str | None:
    """The graver of two conflicts: a hard one is never made soft by what comes after."""
    return HARD if HARD in (one, other) else one or other


def filled(newest: Mapping[str, str], late: Mapping[str, str]) -> dict[str, str]:
    """What is written of a creation that came after changes to what it creates: only what nobody has said since."""
    return {name: value for name, value in late.items()
            if not newest.get(name) or (name == "label" and newest[name] == GENERATED)}


def is_late_creation(marks: Iterable[Mark]) -> bool:
    """Whether the entity was made from a change, and what should have created it is still to come."""
    marks = list(marks)
    first = next((one for one in marks if one.version == 1), None)
    if first is None or first.branch_id is None:
        return False
    return not any(one.branch_id == first.branch_id and one.branch_base == 0 for one in marks)


def known_only(data: Mapping[str, str], properties: Mapping[str, str]) -> dict[str, str]:
    """The values under the list's own names of properties; what it does not have is left out.

    properties: {name without capitals: name}.
    """
    return {properties[name.casefold()]: value for name, value in data.items() if name.casefold() in properties}


def searched(label: str, data: Mapping[str, str]) -> str:
    """What an entity is found by."""
    return fold(" ".join((label, *data.values())))[:MOST_SEARCHED]


def place_of(data: Mapping[str, str]) -> tuple[float, float] | tuple[None, None]:
    """(latitude, longitude) of its geometry, where that is a point."""
    value = parse_value("geopoint", data.get(GEOMETRY) or None)
    return (value[0], value[1]) if isinstance(value, list) else (None, None)


def _version(name: str, text: str) -> int | None:
    if not text:
        return None
    if not _number.fullmatch(text):
        raise problems.wrong_type(name, text[:LONGEST_BRANCH], "integer")
    return int(text)
