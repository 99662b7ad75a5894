"""Room for the door of the engine: text in, an expression out that can be asked for its value and for what it reads.

It must not know forms. Checks, corrections, rules and lint hold expressions; each text is compiled once.
"""

from dataclasses import dataclass
from functools import lru_cache

from collector.domain.xpath.compile import runnable
from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError, ParseError
from collector.domain.xpath.operators import plain
from collector.domain.xpath.parser import parse
from collector.domain.xpath.paths import Run
from collector.domain.xpath.references import VOLATILE, Reference, functions, references
from collector.domain.xpath.syntax import Part
from collector.domain.xpath.values import Value, to_boolean, to_number, to_string

KEPT = 4096  # compiled expressions in memory, of all forms
LONGEST = 500_000  # a cell of a workbook holds 32 767


@dataclass(frozen=True, slots=True)
class Expression:
    """ast: its parts. references: the paths it reads. functions: names called. volatile: those of them that give
    another value when asked again or elsewhere."""

    text: str
    ast: Part
    run: Run
    references: tuple[Reference, ...]
    functions: frozenset[str]
    volatile: frozenset[str]

    def evaluate(self, context: Context) -> object:
        """str, float, bool, Moment or NodeSet; raises EvalError that tells expression and place."""
        try:
            return self.run(context)
        except RecursionError as fault:
            raise EvalError(self.text, 0, "The expression is nested too deeply") from fault

    def value(self, context: Context) -> Value:
        """The same, a set of nodes unpacked."""
        try:
            return plain(self.evaluate(context), context)
        except EvalError as fault:
            fault.expression = fault.expression or self.text
            raise

    def boolean(self, context: Context) -> bool:
        """Whether it holds."""
        return to_boolean(self.value(context), context)

    def number(self, context: Context) -> float:
        """Its value as number."""
        return to_number(self.value(context), context)

    def string(self, context: Context) -> str:
        """Its value as text."""
        return to_string(self.value(context), context)


@lru_cache(maxsize=KEPT)
def compiled(text: str) -> Expression:
    """The expression; raises ParseError."""
    if len(text) > LONGEST:
        raise ParseError(text, LONGEST, f"An expression of more than {LONGEST} characters")
    try:
        part = parse(text)
        run = runnable(part, text)
    except RecursionError as fault:
        raise ParseError(text, 0, "The expression is nested too deeply") from fault
    called = functions(part)
    return Expression(text, part, run, references(part), called, called & VOLATILE)
