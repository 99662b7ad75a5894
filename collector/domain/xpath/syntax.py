"""Room for the parts of an expression once it is read: small frozen things, each with its offset in the text.

It must not know values or trees. The parser makes them; compile, references and lint walk over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    offset: int
    value: float


@dataclass(frozen=True, slots=True)
class Text:
    offset: int
    value: str


@dataclass(frozen=True, slots=True)
class Variable:
    offset: int
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    offset: int
    name: str
    arguments: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Negative:
    offset: int
    operand: "Part"


@dataclass(frozen=True, slots=True)
class Binary:
    """operator: or and = != < <= > >= + - * div mod |. offset: the operator's."""

    offset: int
    operator: str
    left: "Part"
    right: "Part"


@dataclass(frozen=True, slots=True)
class Filter:
    """A bracketed expression or call with predicates."""

    offset: int
    base: "Part"
    predicates: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Step:
    """axis: as in XPath ('descendant-or-self' for `//`). test: name, any, prefix, node, text, comment,
    processing-instruction. name: of the element or attribute, or the prefix."""

    offset: int
    axis: str
    test: str
    name: str = ""
    predicates: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """start: '/' absolute, '' relative, or the expression before the first slash (instance('x'), current())."""

    offset: int
    start: "str | Part"
    steps: tuple[Step, ...]


Part = Number | Text | Variable | Call | Negative | Binary | Filter | Path


def parts(part: Part) -> Iterator[Part]:
    """The part and every part below it, from left to right."""
    waiting = [part]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(below(part)))


def below(part: Part) -> list[Part]:
    """The parts directly below: operands, arguments, predicates, what a path starts with."""
    if isinstance(part, Binary):
        return [part.left, part.right]
    if isinstance(part, Call):
        return list(part.arguments)
    if isinstance(part, Negative):
        return [part.operand]
    if isinstance(part, Filter):
        return [part.base, *part.predicates]
    if isinstance(part, Path):
        start = [] if isinstance(part.start, str) else [part.start]
        return start + [predicate for step in part.steps for predicate in step.predicates]
    return []
