import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.context import Budget
from collector.domain.xpath.errors import EvalError, OutOfSteps
from collector.domain.xpath.functions.text import units, whole
from tests.domain.xpath.expressions import value


@pytest.mark.parametrize("expression, text", [
    ("concat('a', 1, true(), /data/dec)", "a1true2.5"),
    ("concat()", ""),
    ("concat(/data/r/v)", "1-4"),
    ("concat(/data/nope)", ""),
    ("join(',')", ""),
    ("join(', ', /data/s, /data/i, /data/e)", "abc, 7, "),
    ("join('-', /data/r/w)", "x--z"),
    ("substr('abcdef', 2, 4)", "cd"),
    ("substr('abcdef', 4, 2)", ""),
    ("substr('abcdef', -2)", "ef"),
    ("substr('abc', -9, -1)", "ab"),
    ("substr('abcdef', 'x')", "abcdef"),
    ("substr('abc', 0, 'x')", ""),
    ("substr('abcdef', 1.9)", "bcdef"),
    ("substr('😀a', 2)", "a"),
    ("substr('😀a', 1)", "\ufffda"),
    ("substr(/data/dt, 0, 10)", "2024-02-29"),
    ("substring-before('a=b=c', '=')", "a"),
    ("substring-before('ab', 'x')", ""),
    ("substring-after('a=b=c', '=')", "b=c"),
    ("substring-after('ab', 'x')", ""),
    ("substring-after('ab', '')", "ab"),
    ("translate('aabb', 'aa', 'xy')", "xxbb"),
    ("translate('abc', 'abc', 'x')", "x"),
    ("translate('😀', '😀', 'a')", "a"),
    ("translate(/data/d, '-', '')", "20240229"),
    ("normalize-space('  a \t b ')", "a b"),
    ("normalize-space('a\u00a0b')", "a\u00a0b"),
    ("normalize-space()", "abc"),
])
def test_text_made_of_text(expression, text):
    assert value(expression) == text


@pytest.mark.parametrize("expression, answer", [
    ("contains('abc', '')", True), ("contains('abc', 'bd')", False), ("starts-with(/data/i, '7')", True),
    ("ends-with('abc', 'bc')", True), ("ends-with('abc', '')", True), ("starts-with('abc', 'b')", False),
    ("string-length('😀é')", 3.0), ("string-length()", 3.0), ("string-length(/data/gp)", 19.0),
])
def test_questions_about_text(expression, answer):
    assert value(expression) == answer


@pytest.mark.parametrize("expression, answer", [
    ("regex('0712345678', '^07[0-9]{8}$')", True),
    ("regex('abc', 'b')", False),
    ("regex('ab', 'a|b')", False),
    ("regex('', '')", True),
    ("regex(/data/i, '[0-9]+')", True),
    ("regex(/data/d, '\\d{4}-\\d{2}-\\d{2}')", True),
    ("regex('१', '\\d')", False),
])
def test_patterns(expression, answer):
    assert value(expression) is answer


@pytest.mark.parametrize("expression", [
    "regex('a', '[a')", "regex('a', '*')", "regex('a', '\\y')", "substr('a')", "join()", "contains('a')",
    "string-length(1, 2)", "concat(/data/r/v, 'x')", "translate('a', 'b')", "regex('a')",
])
def test_what_has_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)


def test_a_pattern_that_never_ends_costs_the_budget_and_stops():
    budget = Budget()
    before = budget.left
    with pytest.raises(OutOfSteps):
        value(f"regex('{'a' * 60}!', '(a|aa)+')", budget=budget)
    assert before - budget.left >= before // 10


def test_text_does_not_grow_without_end():
    with pytest.raises(OutOfSteps):
        value(f"join('{'a' * 20_000}', {', '.join(['1'] * 300)})")


@given(st.text())
def test_units_join_again(text):
    assert whole(units(text)) == text
    assert len(units(text)) == len(text.encode("utf-16-le")) // 2
