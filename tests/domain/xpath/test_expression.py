"""What an expression tells of itself: the fields it reads, the functions it calls, whether it can be computed again."""

import pytest

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError, ParseError
from collector.domain.xpath.expression import compiled


def reads(text: str, field: str = "/data/g/q") -> list[str | None]:
    return [one.path(field) for one in compiled(text).references]


def test_references_are_the_fields_meant():
    assert reads("/data/a + ../b - . > current()/../../c") == ["/data/a", "/data/g/b", "/data/g/q", "/data/c"]
    assert reads("count(/data/hh)") == ["/data/hh"]
    assert reads("../../../../a") == [None]
    assert reads("/data/meta/@id") == ["/data/meta/@id"]


def test_references_in_conditions_start_at_the_node_filtered():
    assert reads("sum(/data/hh[age > ../k and name = current()/../n]/pay)") == \
        ["/data/hh/pay", "/data/hh/age", "/data/k", "/data/hh/name", "/data/g/n"]
    assert reads("../hh[x[y = 1] = 2]") == ["/data/g/hh", "/data/g/hh/x", "/data/g/hh/x/y"]


def test_lists_are_no_fields():
    assert reads("instance('c')/root/item[name = /data/a][label = ../n]/v") == ["", "", "/data/a", "", ""]
    assert compiled("instance('c')/root/item").references[0].instance == "c"


def test_functions_and_what_cannot_be_computed_again():
    expression = compiled("if(once(today()) = 1, pulldata('f', 'a', 'b', /data/x), instance('c')/root/a[b = uuid()])")
    assert expression.functions == {"if", "once", "today", "pulldata", "instance", "uuid"}
    assert expression.volatile == {"once", "today", "pulldata", "uuid"}
    assert not compiled("sum(/data/a) + 1").volatile


def test_a_text_is_compiled_once():
    assert compiled("1 + 41") is compiled("1 + 41")
    assert compiled("1 + 41").number(Context()) == 42.0


@pytest.mark.parametrize(("text", "offset"), [
    ("1 + nope(2)", 4), ("if(true(), substr(1), 2)", 11), ("concat('a', /data/x)", 12), ("1 = selected(2, 'a')", 4)])
def test_an_error_tells_where_in_the_expression(text, offset):
    with pytest.raises(EvalError) as told:
        compiled(text).evaluate(Context())
    assert (told.value.expression, told.value.offset) == (text, offset)


def test_a_branch_never_taken_is_harmless():
    assert compiled("if(true(), 'a', explode())").value(Context()) == "a"
    assert compiled("coalesce('a', explode())").value(Context()) == "a"
    assert compiled("true() or explode()").value(Context()) is True
    assert compiled("false() and substr()").value(Context()) is False
    with pytest.raises(EvalError):
        compiled("if(false(), 'a', explode())").value(Context())


def test_a_long_chain_runs():
    assert compiled(" + ".join(["1"] * 4000)).value(Context()) == 4000.0
    assert compiled(" or ".join(["false()"] * 4000)).value(Context()) is False


def test_what_is_too_long_or_too_deep_is_refused():
    with pytest.raises(ParseError):
        compiled("1 + " * 200_000 + "1")
    deep = "1 or 1 and 1 = 1 < 1 + 1 * (" * 95 + "1" + ")" * 95
    try:
        compiled(deep).value(Context())
    except (ParseError, EvalError) as fault:
        assert "deep" in fault.message
