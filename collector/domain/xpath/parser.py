"""Room for the grammar: tokens in, the parts of one expression out.

It must not evaluate; what reads but cannot be evaluated on a phone (`//`, other axes, unions) is a matter of compile.
Nesting is bounded, so that no form can exhaust the stack.
"""

from collector.domain.xpath.errors import ParseError
from collector.domain.xpath.lexer import Token, tokens
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

DEEPEST = 100
MOST_STEPS = 300  # no document is deeper than a hundred levels
BINDING = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5,
           "*": 6, "div": 6, "mod": 6}
TIGHTEST = 6
AXES = frozenset({"child", "descendant", "parent", "ancestor", "following-sibling", "preceding-sibling", "following",
                  "preceding", "attribute", "namespace", "self", "descendant-or-self", "ancestor-or-self"})
NODE_TESTS = frozenset({"node", "text", "comment", "processing-instruction"})
BEGINS_STEP = frozenset({"name", "wildcard", "prefix", "@", ".", ".."})


def parse(expression: str) -> Part:
    """The expression as one part; raises ParseError."""
    reader = _Reader(expression)
    part = reader.expression(1)
    if reader.kind != "end":
        raise reader.fault("This does not go together with what stands before it")
    return part


class _Reader:
    """Reads from left to right; `depth` counts what is open."""

    def __init__(self, expression: str) -> None:
        self.text = expression
        self.tokens = tokens(expression)
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    @property
    def kind(self) -> str:
        return self.tokens[self.place].kind

    def following(self, ahead: int = 1) -> str:
        """The kind of a later token."""
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)].kind

    def fault(self, message: str) -> ParseError:
        """A ParseError at the present token."""
        if self.kind == "end":
            message = "The expression ends too early"
        return ParseError(self.text, self.token.offset, message)

    def take(self, kind: str = "") -> Token:
        """The present token, passed; raises ParseError when it is of another kind."""
        token = self.token
        if kind and token.kind != kind:
            raise self.fault(f"Here «{kind}» is missing")
        self.place += 1
        return token

    def expression(self, least: int) -> Part:
        """Operands joined by operators that bind at least so much; those of one strength from left to right."""
        left = self.operand()
        while BINDING.get(self.kind, 0) >= least:
            operator = self.take()
            left = Binary(operator.offset, operator.kind, left, self.expression(BINDING[operator.kind] + 1))
        return left

    def nested(self) -> Part:
        """An expression inside brackets."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"More than {DEEPEST} brackets stand in each other")
        part = self.expression(1)
        self.depth -= 1
        return part

    def operand(self) -> Part:
        """A path, value or call; paths joined by `|`; minus signs before it."""
        signs = []
        while self.kind == "negative":
            signs.append(self.take().offset)
        if len(signs) > DEEPEST:
            raise self.fault(f"More than {DEEPEST} minus signs")
        part = self.path()
        while self.kind == "|":
            bar = self.take()
            part = Binary(bar.offset, "|", part, self.path())
        for offset in reversed(signs):
            part = Negative(offset, part)
        return part

    def path(self) -> Part:
        """A location path, or what is none."""
        token = self.token
        if token.kind in ("/", "//"):
            return Path(token.offset, "/", self.steps(optional=token.kind == "/"))
        if self.begins_step():
            return Path(token.offset, "", (self.step(), *self.further_steps()))
        start = self.filtered()
        if self.kind in ("/", "//"):
            return Path(token.offset, start, self.further_steps())
        return start

    def begins_step(self) -> bool:
        """Whether a step begins here: a name is a call when a bracket follows, unless it is a node test."""
        if self.kind == "name" and self.following() == "(":
            return self.token.text in NODE_TESTS
        return self.kind in BEGINS_STEP

    def steps(self, optional: bool) -> tuple[Step, ...]:
        """The steps of an absolute path; `/` alone has none."""
        if optional and self.following() not in BEGINS_STEP:
            self.take()
            return ()
        return self.further_steps()

    def further_steps(self) -> tuple[Step, ...]:
        """As many slashes with their steps as stand here."""
        found = []
        while self.kind in ("/", "//"):
            slash = self.take()
            if slash.kind == "//":
                found.append(Step(slash.offset, "descendant-or-self", "node"))
            if not self.begins_step():
                raise self.fault("After a slash a name is due")
            found.append(self.step())
            if len(found) > MOST_STEPS:
                raise self.fault(f"A path of more than {MOST_STEPS} steps")
        return tuple(found)

    def step(self) -> Step:
        """One step with its predicates; `.` and `..` take none."""
        token = self.token
        if token.kind in (".", ".."):
            self.take()
            return Step(token.offset, "self" if token.kind == "." else "parent", "node")
        axis = "child"
        if token.kind == "@":
            self.take()
            axis = "attribute"
        elif token.kind == "name" and self.following() == "::":
            if token.text not in AXES:
                raise self.fault(f"There is no axis {token.text}")
            axis = token.text
            self.take()
            self.take()
        test, name = self.node_test()
        return Step(token.offset, axis, test, name, self.predicates())

    def node_test(self) -> tuple[str, str]:
        """(test, name)."""
        token = self.token
        if token.kind == "wildcard":
            self.take()
            return "any", "*"
        if token.kind == "prefix":
            self.take()
            return "prefix", token.text
        if token.kind != "name":
            raise self.fault("Here a name is due")
        self.take()
        if self.kind != "(":
            return "name", token.text
        if token.text not in NODE_TESTS:
            raise self.fault("A function cannot be a step")
        self.take("(")
        name = ""
        if token.text == "processing-instruction" and self.kind == "string":
            name = self.take().text
        self.take(")")
        return token.text, name

    def predicates(self) -> tuple[Part, ...]:
        """What stands in square brackets."""
        found = []
        while self.kind == "[":
            self.take()
            found.append(self.nested())
            self.take("]")
        return tuple(found)

    def filtered(self) -> Part:
        """A value, call or bracketed expression, with predicates if it has any."""
        token = self.token
        part = self.primary()
        predicates = self.predicates()
        return Filter(token.offset, part, predicates) if predicates else part

    def primary(self) -> Part:
        """A value, call, variable or bracketed expression."""
        token = self.token
        if token.kind == "(":
            self.take()
            part = self.nested()
            self.take(")")
            return part
        if token.kind == "number":
            return Number(token.offset, float(self.take().text))
        if token.kind == "string":
            return Text(token.offset, self.take().text)
        if token.kind == "variable":
            return Variable(token.offset, self.take().text)
        if token.kind == "name" and self.following() == "(":
            return self.call()
        raise self.fault("Here a value, a path or a function is due")

    def call(self) -> Call:
        """A function with its arguments."""
        name = self.take("name")
        self.take("(")
        arguments = []
        if self.kind != ")":
            arguments.append(self.nested())
            while self.kind == ",":
                self.take()
                arguments.append(self.nested())
        self.take(")")
        return Call(name.offset, name.text, tuple(arguments))
