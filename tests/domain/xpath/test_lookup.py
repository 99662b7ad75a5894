"""A row of a list is found by an index, and what is found is what reading every row would find."""

import random

import pytest

from collector.domain.xpath.context import Budget, Context
from collector.domain.xpath.errors import EvalError
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.tree import Node
from collector.domain.xpath.workbench import found, grown

ROWS = 20_000


def a_list(rows: int, number_text=lambda number: f"c{number}") -> Node:
    root = Node("root")
    for number in range(rows):
        row = root.add(Node("item"))
        row.add(Node("name", number_text(number)))
        row.add(Node("state", f"s{number % 7}"))
        row.add(Node("place", str(number)))
    return root


@pytest.fixture(scope="module")
def big():
    """A list of 20 000 rows."""
    return a_list(ROWS)


@pytest.mark.parametrize("condition", ["name = 'c777'", "'c777' = name", "name = /data/code",
                                       "name = current()/../code", "name = concat('c', 777)",
                                       "name = 'c777' and state = 's0'"])
def test_a_row_is_looked_up_not_searched(big, condition):
    answers = grown("<data><code>c777</code><q/></data>", {})
    expression = compiled(f"instance('big')/root/item[{condition}]/place")
    context = Context(root=answers, node=found(answers, "/data/q"), instances={"big": big}, budget=Budget(ROWS + 100))
    assert expression.string(context) == "777"
    context.budget = Budget(100)
    for _ in range(3):
        context.budget.left = 100
        assert expression.string(context) == "777"


def test_numbers_and_odd_rows_are_searched():
    rows = a_list(20, lambda number: str(number % 10))
    context = Context(root=Node("data"), instances={"c": rows})
    assert compiled("count(instance('c')/root/item[name = 3])").evaluate(context) == 2.0
    assert compiled("count(instance('c')/root/item[name = '3.0'])").evaluate(context) == 0.0
    context.instances["c"] = a_list(20)
    context.instances["c"].children[4].add(Node("name", "second"))
    with pytest.raises(EvalError):
        compiled("count(instance('c')/root/item[name = 'x'])").evaluate(context)


def test_an_index_and_a_scan_find_the_same():
    chance = random.Random(7)
    rows = Node("root")
    for _ in range(60):
        row = rows.add(Node("item"))
        for column in ("name", "state", "place"):
            if chance.random() < 0.8:
                row.add(Node(column, chance.choice(["", "1", "1.0", "a", "b", "01"])))
    answers = grown("<data><a>a</a><one>1</one><e/></data>", {"/data/one": "int"})
    for _ in range(300):
        column = chance.choice(["name", "state", "nope"])
        value = chance.choice(["'a'", "''", "1", "'1'", "/data/a", "/data/one", "/data/e", "true()", "concat('', 1)"])
        more = chance.choice(["", " and state = 'b'", " and position() < 30"])
        after = chance.choice(["", "[position() = 2]", "[place = '1']"])
        context = Context(root=answers, node=answers, instances={"c": rows})
        fast = compiled(f"instance('c')/root/item[{column} = {value}{more}]{after}").evaluate(context).nodes
        slow = compiled(f"instance('c')/root/item[not(not({column} = {value}{more}))]{after}").evaluate(context).nodes
        assert fast == slow


def test_inside_a_form_a_plain_path_is_taken_outside_of_the_condition():
    """The phone's index does so; the bare engine takes it from the row, where a repeat has several answers."""
    answers = grown("<data><hh><c>x</c><q/></hh><hh><c>c3</c><q/></hh></data>", {})
    context = Context(root=answers, node=found(answers, "/data/hh[2]/q"), instances={"c": a_list(5)})
    expression = compiled("instance('c')/root/item[name = /data/hh/c]/place")
    assert expression.string(context) == "3"
    context.in_form = False
    with pytest.raises(EvalError):
        expression.string(context)


def test_a_value_that_follows_the_row_is_searched():
    """Inside the condition the path to the same list is the row itself."""
    rows = a_list(20)
    context = Context(root=Node("data"), instances={"c": rows}, in_form=False)
    assert len(compiled("instance('c')/root/item[name = instance('c')/root/item/name]").evaluate(context).nodes) == 20
