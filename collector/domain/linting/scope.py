"""Room for what the paths of an expression mean in a form, without an answer to evaluate them on.

It must not judge. Rules of the lint ask here which field or list a path leads to, and how an author would write it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collector.domain.fields import Field, FormModel
from collector.domain.xpath.syntax import (
    Binary,
    Call,
    Filter,
    Negative,
    Number,
    Part,
    Path,
    Step,
    Text,
    Variable,
)

LAST_SAVED = "__last-saved"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a path leads to. list: id of a secondary instance, '' for the form itself. names: steps below its
    root, of a list without `root`. many: whether there can be several, for nothing chooses one of them."""

    names: tuple[str, ...]
    list: str = ""
    many: bool = False

    @property
    def path(self) -> str:
        """The path in the form."""
        return "".join(f"/{name}" for name in self.names)


@dataclass(frozen=True, slots=True)
class Visit:
    """A part of an expression. here: where its relative paths start, None where that is not known. above: the parts
    around it, nearest last."""

    part: Part
    here: Spot | None
    above: tuple[Part, ...]

    @property
    def parent(self) -> Part | None:
        """The part that this one is an operand or argument of."""
        return self.above[-1] if self.above else None


class Scope:
    """The expressions of one field: its form, its path and what is around it."""

    def __init__(self, model: FormModel, path: str):
        self.model = model
        self.path = path
        self.own = Spot(tuple(path.split("/")[1:]))

    def visits(self, part: Part) -> Iterator[Visit]:
        """Every part of an expression of the field, from the outside in."""
        return self._visits(part, self.own, ())

    def _visits(self, part: Part, here: Spot | None, above: tuple[Part, ...]) -> Iterator[Visit]:
        yield Visit(part, here, above)
        inside = (*above, part)
        if isinstance(part, Binary):
            yield from self._visits(part.left, here, inside)
            yield from self._visits(part.right, here, inside)
        elif isinstance(part, Negative):
            yield from self._visits(part.operand, here, inside)
        elif isinstance(part, Call):
            for argument in part.arguments:
                yield from self._visits(argument, here, inside)
        elif isinstance(part, Filter):
            yield from self._visits(part.base, here, inside)
        elif isinstance(part, Path):
            if not isinstance(part.start, str):
                yield from self._visits(part.start, here, inside)
            for number, step in enumerate(part.steps, 1):
                for predicate in step.predicates:
                    yield from self._visits(predicate, self.spot(part, here, number), inside)

    def spot(self, path: Path, here: Spot | None, steps: int | None = None) -> Spot | None:
        """Where a path leads, or its first steps do; None where that cannot be told."""
        taken = path.steps[:steps]
        if path.start == "/":
            start, bound, taken = Spot(()), len(here.names) if here and not here.list else 0, taken[1:]
        elif path.start == "":
            start, bound = here, None
        else:
            call = path.start.base if isinstance(path.start, Filter) else path.start
            if not isinstance(call, Call) or call.name not in ("instance", "current"):
                return None
            if call.name == "instance":
                named = call.arguments[0] if call.arguments else None
                if not isinstance(named, Text):
                    return None
                start, bound, taken = Spot((), named.value), 0, taken[1:]
            else:
                start, bound = self.own, None
        return self._down(start, taken, bound, here) if start is not None else None

    def _down(self, start: Spot, steps: tuple[Step, ...], bound: int | None, here: Spot | None) -> Spot | None:
        """bound: how many levels of `here` an absolute path follows where names agree; None for a relative one."""
        names, many = start.names, start.many
        follows = bound is not None
        for step in steps:
            if step.axis == "parent":
                if not names:
                    return None
                names, many = names[:-1], False
                continue
            if step.axis == "self":
                continue
            if step.test != "name":
                return None
            names = (*names, ("@" if step.axis == "attribute" else "") + step.name)
            agrees = follows and here is not None and names == here.names[:len(names)] and not step.predicates
            follows = agrees
            if not agrees and not step.predicates and self._repeats(start.list, names):
                many = True
        return Spot(names, start.list, many)

    def _repeats(self, list_: str, names: tuple[str, ...]) -> bool:
        if list_:
            return names == ("item",)
        found = self.model.by_path.get("".join(f"/{name}" for name in names))
        return found is not None and found.kind == "repeat"

    def field(self, part: Part, here: Spot | None) -> Field | None:
        """The field that a part means, when it is a path to one of the form."""
        if not isinstance(part, Path):
            return None
        spot = self.spot(part, here)
        return self.model.by_path.get(spot.path) if spot is not None and not spot.list else None

    def told(self, part: Part, here: Spot | None) -> str:
        """The part as its author would write it: fields as ${name}."""
        if isinstance(part, Number):
            return f"{part.value:g}" if abs(part.value) < 1e6 else f"{part.value:f}".rstrip("0").rstrip(".")
        if isinstance(part, Text):
            return f'"{part.value}"' if "'" in part.value else f"'{part.value}'"
        if isinstance(part, Variable):
            return f"${part.name}"
        if isinstance(part, Negative):
            return f"-{self.told(part.operand, here)}"
        if isinstance(part, Binary):
            return f"{self._side(part.left, here)} {part.operator} {self._side(part.right, here)}"
        if isinstance(part, Call):
            return f"{part.name}({', '.join(self.told(one, here) for one in part.arguments)})"
        if isinstance(part, Filter):
            conditions = "".join(f"[{self.told(one, here)}]" for one in part.predicates)
            return f"({self.told(part.base, here)}){conditions}"
        return self._told_path(part, here)

    def _side(self, part: Part, here: Spot | None) -> str:
        told = self.told(part, here)
        return f"({told})" if isinstance(part, Binary) and part.operator in ("and", "or") else told

    def _told_path(self, path: Path, here: Spot | None) -> str:
        spot = self.spot(path, here)
        filtered = any(step.predicates for step in path.steps)
        if spot is not None and not spot.list and not filtered:
            field = self.model.by_path.get(spot.path)
            if field is not None and any(step.axis == "child" for step in path.steps):
                return "${" + field.name + "}"
        start = path.start if isinstance(path.start, str) else self.told(path.start, here) + "/"
        steps = []
        for number, step in enumerate(path.steps, 1):
            inside = self.spot(path, here, number)
            conditions = "".join(f"[{self.told(one, inside)}]" for one in step.predicates)
            name = {"parent": "..", "self": "."}.get(step.axis, ("@" if step.axis == "attribute" else "") + step.name)
            steps.append(name + conditions)
        return start + "/".join(steps)
