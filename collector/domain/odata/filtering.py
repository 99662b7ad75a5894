"""Reads $filter of OData 4.0 into a tree of conditions about what the server knows of a submission.

Must not know the database or the request. What is not understood is 400.18, what is understood and not offered 501.4
or 501.5. Next: `store/queries/conditions` turns the tree into SQL.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from collector.domain import odata_problems, problems
from collector.domain.odata.conditions import (
    FIELDS,
    MOMENT,
    NUMBER,
    PARTS,
    TEXT,
    Both,
    Compare,
    Condition,
    Either,
    Literal,
    Name,
    Not,
    Operand,
    Part,
    kind_of,
)

ROOT = "$root/Submissions/"
LONGEST, DEEPEST, MOST = 10_000, 60, 250  # characters, parentheses within each other, comparisons

_KNOWN_CALLS = frozenset((
    "cast", "ceiling", "concat", "contains", "date", "endswith", "floor", "fractionalseconds", "geo.distance",
    "geo.intersects", "geo.length", "indexof", "isof", "length", "maxdatetime", "mindatetime", "round", "startswith",
    "substring", "time", "tolower", "totaloffsetminutes", "totalseconds", "toupper", "trim"))
_COMPARING = ("eq", "ne", "lt", "le", "gt", "ge")
_COUNTING = ("add", "sub", "mul", "div", "mod", "has", "in")
_KINDS = {"null": "null", "true": "boolean", "false": "boolean"}
_token = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+ -]\d\d:\d\d)?)?)(?![\w-])"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w-])"
    r"|(?P<word>(?:\$root|\$it|[^\W\d])[\w.\-]*(?:/[^\W\d][\w.\-]*)*)|(?P<mark>[(),])")


def read_filter(text: str, now: datetime, of_repeat: bool = False, fields: Mapping[str, str] = FIELDS,
                root: str = ROOT) -> Condition:
    """The tree of a filter; now: aware, what now() means; of_repeat: fields of the record are told by $root alone.

    fields: what may be asked about; root: what stands before a field that is told from the root.

    Raises 400.18, 501.4, 501.5, 400.11.
    """
    if len(text) > LONGEST:
        raise odata_problems.filter_unparseable("it is too long", "es demasiado largo")
    reader = _Reader(text, now, of_repeat, fields, root)
    found = reader.condition(reader.either(0), 0)
    if reader.kind:
        raise reader.unexpected()
    if reader.refused is not None:
        raise reader.refused
    return found


class _Reader:
    """One pass over a filter: the token it stands at, and what may follow it.

    What is not offered is refused after the last token: a filter that cannot be parsed is told so first.
    """

    def __init__(self, text: str, now: datetime, of_repeat: bool, fields: Mapping[str, str], root: str):
        self.text, self.now, self.of_repeat = text, now.astimezone(UTC), of_repeat
        self.kind, self.token, self.at, self.end, self.passed = "", "", 0, 0, 0
        self.fields, self.root = fields, root
        self.compares = 0
        self.refused: problems.Problem | None = None
        self.step()

    def step(self) -> None:
        """Nothing; it stands at the next token, kind '' after the last."""
        self.passed = self.end
        while True:
            self.at = self.end
            if self.at == len(self.text):
                self.kind = self.token = ""
                return
            found = _token.match(self.text, self.at)
            if found is None:
                raise self.unexpected()
            self.kind, self.token, self.end = found.lastgroup, found[0], found.end()
            if self.kind != "space":
                return

    def unexpected(self) -> problems.Problem:
        """The Problem of the place where it stands, told from the end of what was understood."""
        place = self.passed
        if not self.text[place:].strip():
            return odata_problems.filter_unparseable("Unexpected end", "se acaba antes de tiempo")
        return odata_problems.filter_unparseable(f"Unexpected character at {place}", f"falla en el carácter {place}")

    def refuse(self, problem: problems.Problem) -> Literal:
        """A value to go on with; the first Problem of these is raised at the end."""
        self.refused = self.refused or problem
        return Literal("null", None, "null")

    def unsupported(self, type: str, start: int) -> Literal:
        """A value to go on with, in place of what is understood and not offered."""
        return self.refuse(odata_problems.expression_unsupported(type, start, self.text[start:self.passed].strip()))

    def either(self, depth: int):
        """`a or b`; an operand where there is no `or`."""
        return self.several("or", self.both, Either, depth)

    def both(self, depth: int):
        """`a and b`, which binds closer than or."""
        return self.several("and", self.negated, Both, depth)

    def several(self, word: str, part, whole, depth: int):
        """What stands between such words, as one condition."""
        start, found = self.at, part(depth)
        if self.kind != "word" or self.token != word:
            return found
        parts = [self.condition(found, start)]
        while self.kind == "word" and self.token == word:
            self.step()
            start = self.at
            parts.append(self.condition(part(depth), start))
        return whole(tuple(parts))

    def negated(self, depth: int):
        """`not a`; as Central reads it, what is compared belongs to it: not (a eq b)."""
        if self.kind == "word" and self.token == "not":
            self.deeper(depth)
            self.step()
            start = self.at
            return Not(self.condition(self.negated(depth + 1), start))
        return self.compared(depth)

    def compared(self, depth: int):
        """An operand, or two that are compared."""
        start, left = self.at, self.operand(depth)
        if self.kind != "word" or self.token not in _COMPARING + _COUNTING:
            return left
        op, self.compares = self.token, self.compares + 1
        if self.compares > MOST:
            raise odata_problems.filter_unparseable(f"it has more than {MOST} comparisons",
                                                    f"tiene más de {MOST} comparaciones")
        self.step()
        right = self.operand(depth)
        if op in _COUNTING or not isinstance(left, Operand) or not isinstance(right, Operand):
            return self.unsupported("CommonExpression", start)
        return _compare(op, left, right)

    def operand(self, depth: int):
        """A literal, a field, a call, or anything in parentheses."""
        kind, token, start = self.kind, self.token, self.at
        if kind == "mark" and token == "(":
            self.deeper(depth)
            self.step()
            found = self.either(depth + 1)
            self.expect(")")
            return found
        if kind in ("", "mark"):
            raise self.unexpected()
        self.step()
        if kind == "word" and token not in _KINDS:
            return self.call(token, start, depth) if self.token == "(" else self.named(token, start)
        return self.literal(kind, token)

    def call(self, name: str, start: int, depth: int):
        """now() and the parts of a moment; other calls of OData are 501.4, other words no OData."""
        if name not in PARTS and name != "now" and name not in _KNOWN_CALLS:
            raise self.unexpected()
        self.deeper(depth)
        self.step()
        refused, given = self.refused, []
        while not (self.kind == "mark" and self.token == ")"):
            if given:
                self.expect(",")
            given.append(self.either(depth + 1))
        self.expect(")")
        if name == "now" and not given:
            return Literal(MOMENT, self.now, "now()")
        if name in PARTS and len(given) == 1 and isinstance(given[0], Literal | Name):
            one = given[0]
            if kind_of(one) == "null":
                return one
            return Part(name, _as_moment(one) if isinstance(one, Literal) else _momentous(one))
        self.refused = refused  # the call is told, rather than what stands in it
        return self.unsupported("MethodCallExpression", start)

    def named(self, token: str, start: int) -> Operand:
        """A field of what the server knows; answers are not filtered by."""
        field = token.removeprefix(self.root)
        known = field in self.fields and not (self.of_repeat and field == token)
        return Name(field) if known else self.refuse(odata_problems.field_unsupported(token, start))

    def literal(self, kind: str, token: str) -> Literal:
        """A value that is written out."""
        if kind == "word":
            return Literal(_KINDS[token], {"null": None, "true": True, "false": False}[token], token)
        if kind == "text":
            inner = token[1:-1].replace("''", "'")
            return Literal(TEXT, inner, inner)
        if kind == NUMBER:
            return Literal(NUMBER, _number(token), token)
        return _as_moment(Literal(MOMENT, None, token))

    def condition(self, found, start: int) -> Condition:
        """What was read, when it can be true or false."""
        if isinstance(found, Name | Part) or (isinstance(found, Literal) and found.kind not in ("boolean", "null")):
            return self.unsupported("CommonExpression", start)
        return found

    def expect(self, mark: str) -> None:
        """Nothing; the mark stands here and is passed."""
        if self.kind != "mark" or self.token != mark:
            raise self.unexpected()
        self.step()

    def deeper(self, depth: int) -> None:
        if depth >= DEEPEST:
            raise odata_problems.filter_unparseable("it is nested too deeply", "tiene demasiados paréntesis")


def _compare(op: str, left: Operand, right: Operand) -> Compare:
    """The comparison, with a literal read as what the other side is: '5' is 5 beside a number. Raises 400.11."""
    if isinstance(left, Literal) and not isinstance(right, Literal):
        return Compare(op, _read_as(left, kind_of(right)), right)
    if isinstance(right, Literal) and not isinstance(left, Literal):
        return Compare(op, left, _read_as(right, kind_of(left)))
    if kind_of(left) != kind_of(right) and "null" not in (kind_of(left), kind_of(right)):
        if not isinstance(left, Literal):
            raise problems.wrong_type("$filter", op, _told(kind_of(left)))
        left, right = Literal(TEXT, left.text, left.text), Literal(TEXT, right.text, right.text)
    return Compare(op, left, right)


def _read_as(literal: Literal, kind: str) -> Literal:
    if literal.kind in ("null", kind):
        return literal
    if kind == MOMENT:
        return _as_moment(literal)
    if kind == TEXT:
        return Literal(TEXT, literal.text, literal.text)
    found = _token.fullmatch(literal.text.strip())
    if found is None or found.lastgroup != NUMBER:
        raise problems.wrong_type("$filter", literal.text, NUMBER)
    return Literal(NUMBER, _number(found[0]), literal.text)


def _momentous(name: Name) -> Name:
    if kind_of(name) != MOMENT:
        raise problems.wrong_type("$filter", name.field, _told(MOMENT))
    return name


def _as_moment(literal: Literal) -> Literal:
    """The moment that a literal means; a day alone is its first moment, without a zone it is UTC. Raises 400.11."""
    if literal.value is not None and literal.kind == MOMENT:
        return literal
    text = literal.text.strip()
    if " " in text:  # the + of an offset, where an address was not encoded
        text = "+".join(text.rsplit(" ", 1))
    try:
        found = datetime.fromisoformat(text)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        found + timedelta(days=1), found - timedelta(days=1)  # it is compared with what is beside it
    except (ValueError, OverflowError):
        raise problems.wrong_type("$filter", literal.text, _told(MOMENT)) from None
    return Literal(MOMENT, found, literal.text)


def _told(kind: str) -> str:
    return "date" if kind == MOMENT else kind


def _number(token: str) -> int | float:
    """Whole numbers of any length stay whole up to what a database holds; beyond it, as near as a float is."""
    if token.lstrip("-").isdigit() and len(token) < 19:
        return int(token)
    found = float(token)
    if found in (float("inf"), float("-inf")):
        raise problems.wrong_type("$filter", token, NUMBER)
    return found
