"""A programme as a project keeps it: its lines, the forms of each, what is counted and against which number.

Must not know forms beyond their ids and paths, nor count anything (`services/programme_counts` does).
Next: the page of the programme shows the lines; `domain/programme_picture` draws what their forms read and write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collector.domain.problems import unexpected_value

APPROVED = "approved"
HIGHEST = 1_000_000  # of a target


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is counted. number: what the programme wants to reach, None where nothing was set.

    Either records: form (its xmlFormId), state of review ('' for any), answers ((path of a filterable field, value),
    ...); with distinct (path of such a field) its different values are counted; with both (path of a field, two values
    or more) only those that stand in a record with each of these. Or entities: dataset, and property with its value,
    '' for all.
    beside: it is told small, next to what the line is about.
    """

    key: str
    es: str
    en: str
    number: int | None = None
    beside: bool = False
    form: str = ""
    state: str = APPROVED
    answers: tuple[tuple[str, str], ...] = ()
    distinct: str = ""
    both: tuple[str, tuple[str, ...]] = ("", ())
    dataset: str = ""
    property: str = ""
    value: str = ""

    def alternatives(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The answers by which records are counted: one set of them, or one for each value that must be there."""
        path, values = self.both
        return tuple((*self.answers, (path, value)) for value in values) or (self.answers,)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the programme. forms: their xmlFormIds, in the order of work."""

    key: str
    es: str
    en: str
    forms: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """The lines of a programme."""

    lines: tuple[Line, ...] = ()

    def targets(self) -> Iterator[Target]:
        """All that is counted, in order."""
        return (target for line in self.lines for target in line.targets)

    def forms(self) -> frozenset[str]:
        """All forms that are in a line or counted."""
        counted = {target.form for target in self.targets() if target.form}
        return frozenset(counted.union(*(line.forms for line in self.lines)))


def read_programme(plain: Mapping) -> Programme:
    """The programme that was written down as `{"line": [{key, es, en, forms, target: [...]}, ...]}`.

    Raises ValueError for what is no programme, naming the line or target.
    """
    lines = tuple(_line(one) for one in plain.get("line", ()))
    keys = [line.key for line in lines], [target.key for line in lines for target in line.targets]
    for some in keys:
        twice = {key for key in some if some.count(key) > 1}
        if twice:
            raise ValueError(f"twice in the programme: {', '.join(sorted(twice))}")
    return Programme(lines)


def as_plain(programme: Programme) -> dict:
    """The programme as it is written down; `read_programme` reads it back as the same."""
    return {"line": [{"key": line.key, "es": line.es, "en": line.en, "forms": list(line.forms),
                      "target": [_plain(target) for target in line.targets]} for line in programme.lines]}


def with_numbers(programme: Programme, numbers: Mapping[str, int | None]) -> Programme:
    """The programme with other numbers to reach; those that are not named stay. Raises 400.8."""
    for key, number in numbers.items():
        if number is not None and not 0 < number <= HIGHEST:
            raise unexpected_value(key, number, f"a target is a number from 1 to {HIGHEST}, or none",
                                   f"una meta es un número de 1 a {HIGHEST}, o ninguno")
    return Programme(tuple(replace(line, targets=tuple(
        replace(target, number=numbers.get(target.key, target.number)) for target in line.targets))
        for line in programme.lines))


def changes(before: Programme, after: Programme) -> dict[str, list[int | None]]:
    """{key: [number before, number after]} of the targets whose number differs."""
    was = {target.key: target.number for target in before.targets()}
    return {target.key: [was.get(target.key), target.number] for target in after.targets()
            if was.get(target.key) != target.number}


def _line(given: Mapping) -> Line:
    key = _text(given, "key")
    return Line(key, _text(given, "es", key), _text(given, "en", key), tuple(given.get("forms", ())),
                tuple(_target(one) for one in given.get("target", ())))


def _target(given: Mapping) -> Target:
    key = _text(given, "key")
    number, both = given.get("target"), given.get("both", {})
    if number is not None and (not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= HIGHEST):
        raise ValueError(f"{key}: {number} is no target")
    if bool(given.get("form")) == bool(given.get("dataset")):
        raise ValueError(f"{key}: either the records of a form are counted or the entities of a dataset")
    if both and (len(both.get("values", ())) < 2 or not given.get("distinct")):
        raise ValueError(f"{key}: what must be there with each of two values is something distinct")
    return Target(
        key, _text(given, "es", key), _text(given, "en", key), number, bool(given.get("beside", False)),
        given.get("form", ""), given.get("state", APPROVED), tuple(given.get("answers", {}).items()),
        given.get("distinct", ""), (both["field"], tuple(both["values"])) if both else ("", ()),
        given.get("dataset", ""), given.get("property", ""), given.get("value", ""))


def _text(given: Mapping, name: str, key: str = "") -> str:
    found = given.get(name)
    if not isinstance(found, str) or not found:
        raise ValueError(f"{key or 'a line or target'}: {name} is missing")
    return found


def _plain(target: Target) -> dict:
    path, values = target.both
    told = {"key": target.key, "es": target.es, "en": target.en, "target": target.number, "beside": target.beside,
            "form": target.form, "answers": dict(target.answers),
            "distinct": target.distinct, "both": {"field": path, "values": list(values)} if path else {},
            "dataset": target.dataset, "property": target.property, "value": target.value}
    plain = {name: value for name, value in told.items() if value not in (None, "", {}, False)}
    return plain | ({"state": target.state} if target.form and target.state != APPROVED else {})
