"""Room for one rule of a form: an expression of a field, compiled once, with what it reads and what it depends on.

It must not know submissions. `plan` makes the rules and orders them, `judging` evaluates them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collector.domain.checking.reads import Reads, reads_of
from collector.domain.xpath.errors import XPathError
from collector.domain.xpath.expression import Expression, compiled
from collector.domain.xpath.syntax import Call, Number, Text

CLOCK = frozenset({"today", "now"})
CHANCE = frozenset({"random", "uuid", "once", "randomize"})  # of these nobody can tell the result afterwards
WORDS = frozenset({"jr:choice-name", "jr:itext"})  # these depend on the phone's language
INEXACT = frozenset({"sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "exp10", "log", "log10", "pow",
                     "sqrt", "area", "distance"})
_UNKNOWN = object()


@dataclass(slots=True)
class Rule:
    """kind: relevant calculate constraint required repeat-count filter items. path: of the field it belongs to.

    expression: None when it cannot be read; fault says why. constant: its value where it needs no evaluation.
    """

    kind: str
    path: str
    text: str
    expression: Expression | None
    reads: Reads
    fault: XPathError | None = None
    constant: object = _UNKNOWN
    clock: bool = False
    now: bool = False
    chance: bool = False
    words: bool = False
    months: bool = False
    inexact: bool = False
    properties: frozenset = frozenset()  # of the phone, that it asks for

    @property
    def is_constant(self) -> bool:
        """Whether its value is known without any submission."""
        return self.constant is not _UNKNOWN


def rule_of(kind: str, path: str, text: str, children: Callable[[str], list[str]]) -> Rule | None:
    """The rule of an expression, None where there is none."""
    if not text.strip():
        return None
    try:
        expression = compiled(text)
    except XPathError as fault:
        return Rule(kind, path, text, None, Reads(), fault)
    reads = reads_of(expression, path, children)
    functions = reads.functions
    return Rule(
        kind, path, text, expression, reads, None, _constant(expression.ast), bool(functions & CLOCK),
        "now" in functions, bool(functions & CHANCE), bool(functions & WORDS) or _names_months(reads.formats),
        _names_months(reads.formats), bool(functions & INEXACT), frozenset(reads.properties),
    )


def _constant(ast) -> object:
    if isinstance(ast, Call) and not ast.arguments and ast.name in ("true", "false"):
        return ast.name == "true"
    return ast.value if isinstance(ast, Text | Number) else _UNKNOWN


def _names_months(formats: set[str | None]) -> bool:
    """Whether a date is written with the name of its month or day, in the phone's language."""
    return any(one is None or "%b" in one or "%a" in one for one in formats)
