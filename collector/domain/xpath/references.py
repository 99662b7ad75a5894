"""Room for what an expression reads: the fields its paths mean, and whether it is the same when computed again.

It must not evaluate. The order in which a form's fields are computed, and the form lint, are made of it.
"""

from dataclasses import dataclass

from collector.domain.xpath.syntax import Call, Filter, Part, Path, Text, below, parts

# what cannot be computed again: chance, the phone's clock and state, what the field held, what only the phone had
VOLATILE = frozenset({"random", "uuid", "now", "today", "once", "property", "pulldata", "randomize", "jr:choice-name",
                      "jr:itext"})


@dataclass(frozen=True, slots=True)
class Reference:
    """One path. start: '/' absolute, '.' from the node that is the context there, 'current' from the field itself,
    or 'instance'. up: how many levels above the start. names: the steps, '@' before attributes. within: the path in
    whose predicate it stands; '.' then is a node of that path."""

    start: str
    up: int
    names: tuple[str, ...]
    offset: int
    instance: str = ""
    within: "Reference | None" = None

    def path(self, field: str) -> str | None:
        """The path of the field meant, '/data/group/name', for an expression that belongs to `field`.

        '' for a secondary instance, None when it goes above the root.
        """
        if self.start == "instance" or (self.start == "." and self.within and self.within.path(field) == ""):
            return ""
        if self.start == "/":
            return "/" + "/".join(self.names)
        base = self.within.path(field) if self.start == "." and self.within else field
        above = base.strip("/").split("/") if base else []
        if self.up > len(above):
            return None
        return "/" + "/".join([*above[:len(above) - self.up], *self.names])


def references(part: Part) -> tuple[Reference, ...]:
    """Every path in the expression, those in predicates too, from left to right."""
    found: list[Reference] = []
    waiting: list[tuple[Part, Reference | None]] = [(part, None)]
    while waiting:
        part, within = waiting.pop()
        if not isinstance(part, Path):
            deeper = below(part)
            waiting.extend((one, within) for one in reversed(deeper))
            continue
        made = _reference(part, len(part.steps), within)
        found.append(made)
        for number, step in reversed(list(enumerate(part.steps, 1))):
            if not step.predicates:
                continue
            filtered = _reference(part, number, within)
            waiting.extend((one, filtered) for one in reversed(step.predicates))
    return tuple(found)


def functions(part: Part) -> frozenset[str]:
    """Names of all functions called, also `instance` and `current`."""
    return frozenset(one.name for one in parts(part) if isinstance(one, Call))



def _reference(path: Path, steps: int, within: Reference | None) -> Reference:
    start, instance = path.start, ""
    if isinstance(start, Filter):
        start = start.base
    if isinstance(start, Call):
        if start.name == "instance" and start.arguments and isinstance(start.arguments[0], Text):
            instance = start.arguments[0].value
        start = start.name if start.name in ("instance", "current") else "."
    elif start != "/":
        start = "."
    taken = path.steps[:steps]
    up = sum(step.axis == "parent" for step in taken) if start != "/" and start != "instance" else 0
    names = tuple(("@" if step.axis == "attribute" else "") + step.name
                  for step in taken if step.axis not in ("parent", "self"))
    return Reference(start, up, names, path.offset, instance, within)
