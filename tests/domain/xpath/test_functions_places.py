import pytest

from collector.domain.xpath.context import Budget
from collector.domain.xpath.errors import EvalError, OutOfSteps
from tests.domain.xpath.expressions import value


@pytest.mark.parametrize("expression, metres", [
    ("distance('0 0;0 1')", 111318.84502143922),
    ("distance('0 0 0 0', '0 1 0 0')", 111318.84502143922),
    ("distance('1.5 36.8 0 0', '1.6 36.9 0 0', '1.7 37.0 0 0')", 31479.578777052524),
    ("distance(/data/gt)", 111318.84502143922),
    ("distance(/data/r/p)", 222637.69004287845),
    ("distance(/data/gp, '1.5 36.8')", 0),
    ("distance('')", 0),
    ("distance(/data/e)", 0),
    ("distance(/data/nope)", 0),
    ("distance('90 0;90 1')", 0),
    ("area(/data/gs)", 12390941584.836643),
    ("enclosed-area(/data/gs)", 12390941584.836643),
    ("area(/data/r/p)", 6195942628.45484),
    ("area(/data/gt)", 0),
    ("area(/data/e)", 0),
])
def test_metres(expression, metres):
    assert value(expression) == pytest.approx(metres, rel=1e-9, abs=0.1)


@pytest.mark.parametrize("point, inside", [
    ("0.5 0.5 0 0", True), ("0.5 0.5", True), ("-1 0.5 0 0", False), ("0.5 2 0 0", False), ("2 2 0 0", False),
    ("", True), ("0.999 0.001", True), ("1 0.5", False),
])
def test_the_fence(point, inside):
    assert value(f"geofence('{point}', /data/gs)") is inside


@pytest.mark.parametrize("expression", [
    "area('0 0;0 1;1 1;0 0')", "area(1)", "area()", "area(/data/s)", "distance()", "distance('x')", "distance(5)",
    "distance(date('2024-01-01'))", "distance('1 2 3 4 5')", "distance('0 0;x')", "geofence('', '')",
    "geofence('x', /data/gs)", "geofence('1 1')", "geofence(/data/r/p, /data/gs)",
])
def test_what_has_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)


@pytest.mark.parametrize("line, crosses", [
    ("0 0;0 1;1 1;1 0;0 0", False), ("0 0;1 1;0 1;1 0", True), ("0 0;1 1;0 1;1 0;0 0", True), ("0 0;0 2;0 1", True),
    ("0 0;0 2;1 1;0 1", True), ("0 0;0 0;0 1", False), ("0 0;0 1", False), ("0 0", False), ("", False), ("a;b", False),
    ("0 0;0 1;0 0", True), ("0 0 0 0; 0 1 0 0; 0 2 0 0", False),
])
def test_a_line_that_crosses_itself(line, crosses):
    assert value(f"intersects('{line}')") is crosses


def test_crossing_is_about_lines():
    assert value("intersects(/data/gs)") is False
    assert value("intersects(5)") is False


def test_crossings_of_a_long_line_cost_budget():
    line = ";".join(f"{number} {number % 2}" for number in range(1000))
    assert value(f"intersects('{line}')") is False
    with pytest.raises(OutOfSteps):
        value(f"intersects('{line}')", budget=Budget(10_000))
