"""Room for making something to run of an expression's parts: one closure each, made once, run a thousand times.

It must not know forms. What JavaRosa refuses only when it evaluates (unknown functions, other axes, unions) raises
EvalError when it is run, so that a branch never taken is harmless. `expression` hands the result out.
"""

from collections.abc import Callable

from collector.domain.xpath import structural
from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError, failed
from collector.domain.xpath.functions.registry import FUNCTIONS
from collector.domain.xpath.lookup import lookup_of
from collector.domain.xpath.operators import OPERATORS, plain
from collector.domain.xpath.paths import ABSOLUTE, Level, Run, Way
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
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import to_number

# what Python says where Java would have given a number or an error of its own
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def runnable(part: Part, text: str) -> Run:
    """A function of the context that gives the part's value, a NodeSet for paths. text: the whole expression."""
    return Compiler(text).run(part)


class Compiler:
    """Knows the text, for errors that tell their place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: dict[type, Callable[[Part], Run]] = {
            Number: self.constant, Text: self.constant, Variable: self.variable, Negative: self.negative,
            Binary: self.binary, Filter: self.filter, Path: self.path, Call: self.call,
        }

    def run(self, part: Part) -> Run:
        """The closure of any part."""
        return self.kinds[type(part)](part)

    def refused(self, offset: int, message: str) -> Run:
        """A closure that raises."""
        def run(context: Context) -> object:
            raise EvalError(self.text, offset, message)
        return run

    def placed(self, inner: Run, offset: int) -> Run:
        """The same closure; what it raises tells its place in the text."""
        text = self.text

        def run(context: Context) -> object:
            try:
                return inner(context)
            except EvalError as fault:
                if not fault.expression:
                    fault.expression, fault.offset = text, offset
                raise
            except FAULTS as fault:
                raise EvalError(text, offset, f"Cannot be computed: {fault}") from fault
        return run

    def constant(self, part: Number | Text) -> Run:
        """A literal."""
        value = part.value
        return lambda context: value

    def variable(self, part: Variable) -> Run:
        """The phone has no variables."""
        return self.refused(part.offset, f"There is no variable ${part.name}")

    def filter(self, part: Filter) -> Run:
        """The phone filters only steps."""
        return self.refused(part.offset, "Only a step of a path takes a condition in square brackets")

    def negative(self, part: Negative) -> Run:
        """A minus sign."""
        operand = self.run(part.operand)
        return self.placed(lambda context: -to_number(plain(operand(context), context), context), part.offset)

    def binary(self, part: Binary) -> Run:
        """An operator; a long chain of them runs as one loop, so that it cannot exhaust the stack."""
        links = []
        first: Part = part
        while isinstance(first, Binary):
            if first.operator == "|":
                break
            links.append((OPERATORS[first.operator], self.run(first.right)))
            first = first.left
        if not links:
            return self.refused(part.offset, "Paths cannot be joined by |")
        start = self.run(first)
        if len(links) == 1:
            operator, right = links[0]
            return self.placed(lambda context: operator(start(context), right, context), part.offset)
        links.reverse()

        def chain(context: Context) -> object:
            value = start(context)
            for operator, right in links:
                value = operator(value, right, context)
            return value
        return self.placed(chain, part.offset)

    def call(self, part: Call) -> Run:
        """A function: lazy ones are made in `structural`, all others get their arguments computed."""
        runs = [self.run(argument) for argument in part.arguments]
        if part.name in structural.MADE:
            made = structural.MADE[part.name](part, runs, self)
            return self.placed(made, part.offset)
        function = FUNCTIONS.get(part.name)
        if function is None:
            return self.refused(part.offset, f"There is no function {part.name}()")
        if len(runs) < function.least or (function.most is not None and len(runs) > function.most):
            return self.refused(part.offset, f"{part.name}() does not take {len(runs)} arguments")
        call = function.call
        if function.sets:
            return self.placed(lambda context: call(context, *[run(context) for run in runs]), part.offset)
        return self.placed(
            lambda context: call(context, *[plain(run(context), context) for run in runs]), part.offset)

    def path(self, part: Path) -> Run:
        """The nodes that a path leads to."""
        try:
            way = self.way(part)
        except EvalError as fault:
            return self.refused(fault.offset or part.offset, fault.message)
        if way.up == 0 and not way.levels and not way.from_original:
            return self.placed(_itself, part.offset)
        return self.placed(way.find, part.offset)

    def way(self, part: Path) -> Way:
        """How the path is found; raises EvalError for what the phone does not evaluate."""
        up, instance, from_original = 0, None, False
        if part.start == "/":
            up = ABSOLUTE
        elif part.start != "":
            start = part.start.base if isinstance(part.start, Filter) else part.start
            if isinstance(start, Call) and start.name == "instance":
                up, instance = ABSOLUTE, _instance_id(start)
            elif isinstance(start, Call) and start.name == "current":
                from_original = True
            else:
                raise failed("A path begins with a name, instance() or current()")
        may_go_up = up != ABSOLUTE
        levels: list[Level] = []
        for number, step in enumerate(part.steps):
            if step.axis == "parent" and step.test == "node" and may_go_up:
                up += up != ABSOLUTE
            elif step.axis in ("child", "attribute"):
                levels.append(_level(step))
                may_go_up = step.axis == "child"
            elif (step.axis, step.test) != ("self", "node"):
                raise EvalError(self.text, step.offset, "The phone knows only the steps name, @name, . and ..")
            if step.predicates:
                self._condition(levels, number - max(up, 0), step, instance is not None)
        return Way(up, tuple(levels), instance, from_original)

    def _condition(self, levels: list[Level], place: int, step: Step, is_list: bool) -> None:
        """Puts the step's predicates to its level; the phone counts steps, and fails where `.` is among them."""
        if not 0 <= place < len(levels):
            raise EvalError(self.text, step.offset, "A condition in square brackets cannot stand here")
        level = levels[place]
        lookup = lookup_of(step.predicates[0], self.run) if is_list and not level.is_attribute else None
        runs = tuple(self.run(predicate) for predicate in step.predicates)
        levels[place] = Level(level.name, level.is_attribute, runs, lookup)


def _itself(context: Context) -> NodeSet:
    if context.node is None:
        raise failed("There is no question here that a dot could mean")
    return NodeSet([context.node] if context.node.relevant else [])


def _level(step: Step) -> Level:
    if step.test == "name" or (step.test == "any" and step.axis == "child"):
        return Level(step.name, step.axis == "attribute")
    raise EvalError("", step.offset, "The phone knows only the steps name, @name, . and ..")


def _instance_id(call: Call) -> str:
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Text):
        raise failed("instance() takes the name of one list in quotes")
    return call.arguments[0].value
