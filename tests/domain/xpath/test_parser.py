"""Expressions are read as on the phone, and what cannot be read says where."""

import pytest

from collector.domain.xpath.errors import ParseError
from collector.domain.xpath.parser import DEEPEST, parse
from collector.domain.xpath.syntax import Binary, Call, Negative, Path, Text, parts


def names(path: Path) -> list[str]:
    return [step.name or step.axis for step in path.steps]


def test_a_word_is_an_operator_only_after_an_operand():
    assert parse("div div mod").operator == "div"
    assert names(parse("and/or")) == ["and", "or"]
    assert parse("3mod4").operator == "mod"
    assert parse("* * *").left.steps[0].test == "any"


def test_a_minus_belongs_to_a_name_unless_a_blank_stands_before_it():
    assert names(parse("a-b")) == ["a-b"]
    assert parse("a -b").operator == "-"
    assert isinstance(parse("- -1").operand, Negative)


def test_operators_bind_as_in_xpath():
    either = parse("1 or 2 and 3 = 4 < 5 + 6 * -7")
    order = []
    while isinstance(either, Binary):
        order.append(either.operator)
        either = either.right
    assert order == ["or", "and", "=", "<", "+", "*"]
    assert parse("3 > 2 > 1").left.operator == ">"


@pytest.mark.parametrize(("text", "offset"), [
    ("1 + ", 4), ("concat('a' 'b')", 11), ("/data/a ==", 9), ("if(1, 2", 7), ("a & b", 2), ("'open", 0), ("${x}", 0),
    ("1e3", 1), ("/data/", 6), ("a b", 2), ("..[1]", 2), ("bad::a", 0), ("", 0), ("1 <> 2", 3), ("f(,1)", 2)])
def test_a_fault_tells_its_place(text, offset):
    with pytest.raises(ParseError) as told:
        parse(text)
    assert (told.value.expression, told.value.offset) == (text, offset)
    assert told.value.message


def test_every_part_knows_its_place():
    text = "concat(/data/a, 'b') = -c[d > 1]"
    found = {type(part).__name__ + str(getattr(part, "value", "")): part.offset for part in parts(parse(text))
             if isinstance(part, Call | Text | Negative)}
    assert found == {"Call": 0, "Textb": 16, "Negative": 23}
    assert sorted(part.offset for part in parts(parse(text)) if isinstance(part, Path)) == [7, 24, 26]


def test_nesting_is_bounded():
    assert parse("(" * (DEEPEST - 1) + "1" + ")" * (DEEPEST - 1))
    for text in ("(" * 5000 + "1" + ")" * 5000, "-" * 5000 + "1", "f(" * 5000, "a[" * 5000):
        with pytest.raises(ParseError):
            parse(text)


def test_a_long_chain_is_no_nesting():
    assert len(list(parts(parse(" or ".join(["a = 1"] * 3000))))) > 9000
