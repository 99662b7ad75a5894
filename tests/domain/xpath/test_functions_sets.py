from math import isnan

import pytest

from collector.domain.xpath.context import Budget
from collector.domain.xpath.errors import EvalError, OutOfSteps
from collector.domain.xpath.functions.shuffle import numbers, order, seed_of
from tests.domain.xpath.expressions import context, value


@pytest.mark.parametrize("expression, number", [
    ("count(/data/r)", 3), ("count(/data/nope)", 0), ("count(/data/e)", 1),
    ("count-non-empty(/data/r/w)", 2), ("count-non-empty(/data/r/v)", 2), ("count-non-empty(/data/r)", 3),
    ("sum(/data/r/v)", -3), ("sum(/data/nope)", 0), ("sum(/data/s)", 0),
    ("max(/data/r/v)", 1), ("min(/data/r/v)", -4), ("max(1, '3', 'x')", 3), ("min(/data/i, /data/dec)", 2.5),
    ("max(-5, -1)", 5e-324), ("min(true(), 5)", 1),
])
def test_numbers_of_sets(expression, number):
    assert value(expression) == number


@pytest.mark.parametrize("expression", ["max()", "min()", "max('a')", "min(/data/nope)", "max(/data/r/w)",
                                        "min(/data/ei, '')"])
def test_no_number_in_it(expression):
    assert isnan(value(expression))


@pytest.mark.parametrize("expression", [
    "sum(1)", "count('a')", "count-non-empty(1)", "count()", "sum(/data/r/v, /data/i)", "max(/data/r/v, 1)",
    "randomize(1, 2)", "randomize()", "randomize(/data/r, /data/r)", "randomize(/data/r, number('x'))",
    "randomize(/data/r, 1, 2)",
])
def test_what_has_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)


@pytest.mark.parametrize("seed", ["1234", "'1234'", "-42"])
def test_a_seed_orders_a_set(seed):
    assert value(f"join('', randomize(/data/r/w, {seed}))") == "zx"


def test_the_order_of_a_seed_is_the_phone_s():
    assert "".join(order(list("ABCDEFGH"), 1234, context())) == "GFEDAHBC"
    assert "".join(order(list("ABCDEFGH"), seed_of("foo", context()), context())) == "EADBHGCF"
    assert seed_of("", context()) == 0
    assert numbers(1)() == (16807 - 1) / 2147483646
    assert numbers(2147483647)() == numbers(0)()


def test_without_chance_the_order_stays():
    assert value("join('', randomize(/data/r/w))") == "xz"
    assert value("join('', randomize(/data/r/w))", random=lambda: 0.0) == "zx"


def test_a_set_costs_budget():
    with pytest.raises(OutOfSteps):
        value("sum(/data/r/v)", budget=Budget(2))


@pytest.mark.parametrize("expression, answer", [
    ("selected('a b', 'a')", True), ("selected('ab', 'a')", False), ("selected('a b', 'a b')", True),
    ("selected('', '')", True), ("selected('a b', ' a ')", True), ("selected('a\tb', 'b')", False),
    ("is-selected(/data/many, 'b')", True), ("count-selected(/data/many)", 3.0), ("count-selected(' a ')", 1.0),
    ("count-selected('')", 0.0), ("selected-at(/data/many, 2)", "c"), ("selected-at(/data/many, 3)", ""),
    ("selected-at('a  b', 1)", "b"), ("selected-at('a b', -1)", ""), ("selected-at('a b', 'x')", "a"),
    ("selected-at(/data/gp, 0)", "1.5"),
    ("checklist(-1, 2, true(), false(), true())", True), ("checklist(3, -1, 'a', '', 1)", False),
    ("checklist(0, 0)", True),
    ("checklist(1, 1, /data/r/w)", False), ("checklist(2, 2, /data/r/w)", True), ("checklist('x', 'y', 1)", False),
    ("weighted-checklist(2, 2, true(), 2, false(), 5)", True), ("weighted-checklist(-1, 2, 2 > 1, 3)", False),
    ("weighted-checklist(1, 2, true(), 'x')", False), ("weighted-checklist(-3, -3, /data/r/v, /data/r/v)", True),
    ("weighted-checklist(1, 5, /data/r/w, /data/r/w)", False),
    ("weighted-checklist(-3, -3, /data/r[w = 'x']/v, -3)", True),
])
def test_chosen_names(expression, answer):
    assert value(expression) == answer


@pytest.mark.parametrize("expression", [
    "selected('1', 1)", "selected(/data/i, '7')", "selected(true(), 'a')", "count-selected(12)", "selected-at(12, 0)",
    "selected('a')", "checklist(1)", "weighted-checklist(1, 2, true())", "weighted-checklist(0, 1)",
    "weighted-checklist(0, 1, /data/r/v, /data/nope)",
])
def test_no_chosen_names(expression):
    with pytest.raises(EvalError):
        value(expression)
