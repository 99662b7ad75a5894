"""Whatever stands in a form, the engine answers with a value or with an error of its own, in bounded steps."""

from datetime import UTC, datetime
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from collector.domain.xpath.context import Budget, Context
from collector.domain.xpath.errors import XPathError
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.moments import Moment
from collector.domain.xpath.tree import Node, NodeSet
from collector.domain.xpath.workbench import found, grown
from tests.domain.xpath import chance

ROOT = grown(chance.DOCUMENT, {"/data/hh/age": "int", "/data/hh/m/x": "decimal"})
LIST = Node("root")
for number in range(40):
    LIST.add(Node("item")).add(Node("name", str(number)))


def tried(text: str, place: str | None) -> None:
    """Nothing; fails when anything but a value or an XPathError comes out."""
    context = Context(root=ROOT, node=found(ROOT, place) if place else None, instances={"c": LIST},
                      now=datetime(2024, 2, 29, tzinfo=UTC), random=lambda: 0.5, budget=Budget(100_000))
    try:
        expression = compiled.__wrapped__(text)
        for one in expression.references:
            assert (one.path("/data/hh/age") or "/").startswith("/")
        value = expression.evaluate(context)
        assert isinstance(value, str | float | bool | Moment | NodeSet), type(value)
        expression.string(context)
    except XPathError as fault:
        assert fault.expression == text and 0 <= fault.offset <= len(text) and fault.message


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 4), st.sampled_from(chance.PLACES))
def test_sensible_expressions(seed, depth, place):
    tried(chance.expression(Random(seed), depth), place)


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(chance.PLACES))
def test_broken_expressions(seed, place):
    die = Random(seed)
    tried(chance.broken(die, chance.expression(die, 2)), place)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
@example("(" * 100_000)
@example("a[" * 3000 + "1" + "]" * 3000)
@example("-" * 100_000 + "1")
@example("/a" * 20_000)
@example("a" + "[1]" * 5000)
@example(" + ".join(["a[b]/c"] * 3000))
@example("pow(10, 400) - pow(10, 400)")
@example("date(1e308 * 10)".replace("1e308", "9" * 308))
@example("substr('abc', 9999999999999999999999, -99999999999999999)")
@example("round(1, 99999999999999999999999)")
@example("selected-at('a b', 99999999999999999999999999)")
@example("regex('" + "a" * 40 + "', '(a+)+b')")
def test_any_text(text):
    tried(text, None)
