"""Room for what an expression stands on: the answers, lists and functions that it reads, as paths of the form.

It must not evaluate. `plan` orders the rules by it and tells which results cannot be told afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from collector.domain.xpath.expression import Expression
from collector.domain.xpath.syntax import Call, Text, parts


@dataclass(slots=True)
class Reads:
    """paths: of the form ('/g/a'); lists: ids of secondary instances. Literal arguments, None for computed ones:
    properties of the phone, files of pulldata, formats of dates."""

    paths: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    functions: frozenset[str] = frozenset()
    properties: set[str | None] = field(default_factory=set)
    files: set[str | None] = field(default_factory=set)
    formats: set[str | None] = field(default_factory=set)


def reads_of(expression: Expression, path: str, children: Callable[[str], list[str]]) -> Reads:
    """What an expression of the node at `path` reads. children: the paths directly below a path."""
    found = Reads(functions=expression.functions)
    for reference in expression.references:
        if reference.start == "instance":
            found.lists.add(reference.instance)
            continue
        place = reference.path("/root" + path)
        if place:
            found.paths.update(_meant(place.split("/")[2:], children))
    if found.functions & {"property", "pulldata", "format-date", "format-date-time"}:
        for call in parts(expression.ast):
            if isinstance(call, Call):
                _arguments(call, found)
    return found


def _meant(steps: list[str], children: Callable[[str], list[str]]) -> list[str]:
    """The paths of the form that steps mean; `*` is every child there."""
    places = [""]
    for step in steps:
        if not step:  # `//` or an axis of another kind, which the phone does not evaluate
            return []
        if step == "*":
            places = [below for place in places for below in children(place)]
        else:
            places = [f"{place}/{step.rpartition(':')[2] if step[0] != '@' else step}" for place in places]
    return places


def _arguments(call: Call, found: Reads) -> None:
    said = [one.value if isinstance(one, Text) else None for one in call.arguments]
    if call.name == "property":
        found.properties.update(said[:1])
    elif call.name == "pulldata":
        found.files.update(said[:1])
    elif call.name in ("format-date", "format-date-time"):
        found.formats.update(said[1:2])
