"""Room for the marks of an expression: text in, tokens out, each with its offset.

It must not know what tokens mean together. As on the phone, `*` and the words `and or div mod` are operators only
after an operand, and a name is one only before it. The parser takes the tokens.
"""

import re
from typing import NamedTuple

from collector.domain.xpath.errors import ParseError

SPACE = re.compile(r"[ \n\t\f\r]*")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
PLAIN = re.compile(r"[A-Za-z0-9_.\-]*")
WORD_OPERATOR = re.compile(r"and|or|div|mod")
SIGN = re.compile(r"//|\.\.|::|!=|<=|>=|[-+*/|=<>()\[\],.@]")

# after one of these an operator may follow, before all others an operand is due
OPERANDS = frozenset({"name", "number", "string", "variable", "prefix", "wildcard", ")", "]", ".", ".."})


class Token(NamedTuple):
    """kind: a sign or word as written, or name, number, string, variable, prefix (`a:*`), wildcard, negative, end."""

    kind: str
    text: str
    offset: int


def tokens(expression: str) -> list[Token]:
    """Every token and an `end`; raises ParseError at the first character that fits none."""
    found: list[Token] = []
    at = SPACE.match(expression).end()
    while at < len(expression):
        token, end = _next(expression, at, bool(found) and found[-1].kind in OPERANDS)
        found.append(token)
        at = SPACE.match(expression, end).end()
    found.append(Token("end", "", len(expression)))
    return found


def _next(expression: str, at: int, after_operand: bool) -> tuple[Token, int]:
    first = expression[at]
    if first in "'\"":
        end = expression.find(first, at + 1)
        if end < 0:
            raise ParseError(expression, at, "The text that begins here is not closed by a quote")
        return Token("string", expression[at + 1:end], at), end + 1
    if number := NUMBER.match(expression, at):
        return Token("number", number[0], at), number.end()
    if after_operand and (word := WORD_OPERATOR.match(expression, at)):
        return Token(word[0], word[0], at), word.end()
    if not after_operand and (end := _qualified_end(expression, at)) > at:
        name = expression[at:end]
        if ":" not in name and expression.startswith(":*", end):
            return Token("prefix", name, at), end + 2
        return Token("name", name, at), end
    if first == "$" and (end := _qualified_end(expression, at + 1)) > at + 1:
        return Token("variable", expression[at + 1:end], at), end
    if sign := SIGN.match(expression, at):
        kind = sign[0]
        if not after_operand:
            kind = {"*": "wildcard", "-": "negative"}.get(kind, kind)
        return Token(kind, sign[0], at), sign.end()
    raise ParseError(expression, at, f"Nothing can be made of «{first}» here")


def _qualified_end(expression: str, at: int) -> int:
    end = _name_end(expression, at)
    if end > at and expression.startswith(":", end):
        second = _name_end(expression, end + 1)
        if second > end + 1:
            return second
    return end


def _name_end(expression: str, at: int) -> int:
    """Where the name ends that begins here; `at` when none does. Letters without case begin no name on the phone."""
    if at >= len(expression) or not _may_begin(expression[at]):
        return at
    end = PLAIN.match(expression, at).end()
    while end < len(expression) and _may_follow(expression[end]):
        end = PLAIN.match(expression, end + 1).end()
    return end


def _may_follow(sign: str) -> bool:
    return _may_begin(sign) or sign in "-." or sign.isdecimal()


def _may_begin(sign: str) -> bool:
    return sign == "_" or (sign < "\U00010000" and (sign.islower() or sign.isupper()))
