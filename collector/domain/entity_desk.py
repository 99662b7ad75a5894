"""What the desk shows where two changes of an entity met: which properties they say otherwise, and each side's value.

Must not know tables nor who may settle it. Pure: `services/entity_desk` hands in versions, pages draw what comes out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LABEL = "label"


@dataclass(frozen=True, slots=True)
class Side:
    """A line of changes: of one phone offline, or one change alone. version: its last; said: what it wrote."""

    version: int
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """A value that one property may have. versions: of the sides that said it; current: it stands now."""

    value: str
    versions: tuple[int, ...]
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A property that the sides say otherwise. before: what it was when they began."""

    name: str
    before: str
    options: tuple[Option, ...]


def sides(changes: Iterable[tuple[int, str | None, Mapping[str, str]]]) -> list[Side]:
    """The lines among changes (version, branch or None, what was received), in the order each was heard of last."""
    held: dict[str, Side] = {}
    for version, branch, said in changes:
        line = branch or f"version {version}"
        earlier = held.pop(line, None)
        held[line] = Side(version, {**(earlier.said if earlier else {}), **said})
    return list(held.values())


def choices(heard: Sequence[Side], before: Mapping[str, str], newest: Mapping[str, str]) -> list[Choice]:
    """The properties that sides say otherwise, in the order of the entity; before, newest: values with the label."""
    names = dict.fromkeys([LABEL, *newest, *(name for side in heard for name in side.said)])
    found = []
    for name in names:
        by_value: dict[str, list[int]] = {}
        for side in heard:
            if name in side.said:
                by_value.setdefault(side.said[name], []).append(side.version)
        if len(by_value) < 2:
            continue
        now = newest.get(name, "")
        if now not in by_value:
            by_value[now] = []
        found.append(Choice(name, before.get(name, ""), tuple(
            Option(value, tuple(versions), value == now) for value, versions in by_value.items())))
    return found


def agreed(heard: Sequence[Side], asked: Iterable[Choice], newest: Mapping[str, str]) -> int:
    """How many values the sides wrote and agree on."""
    contested = {one.name for one in asked}
    return len({name for side in heard for name in side.said if name in newest} - contested)
