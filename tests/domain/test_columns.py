import pytest

from collector.domain.columns import Column, Table, TypeChange, display_order, merge
from collector.domain.xform import parse_form

NODES = {"int": "int", "text": "string", "one": "string", "many": "string", "date": "date", "place": "geopoint"}
CONTROLS = {"one": "select1", "many": "select"}


def a_model(nodes, repeats=(), **types):
    """A model of XML nodes. types: path with __ for / -> kind of question."""
    binds = "".join(f'<bind nodeset="/data/{path.replace("__", "/")}" type="{NODES[kind]}"/>'
                    for path, kind in types.items())
    body = "".join(f'<{CONTROLS.get(kind, "input")} ref="/data/{path.replace("__", "/")}"/>'
                   for path, kind in types.items())
    body += "".join(f'<repeat nodeset="/data{path}"/>' for path in repeats)
    return parse_form(
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>'
        f'<data id="f">{nodes}</data></instance>{binds}</model></h:head><h:body>{body}</h:body></h:html>')


def grown(*models):
    tables, columns = (), ()
    for one in models:
        merged = merge(tables, columns, one)
        assert merged.changes == ()
        tables, columns = merged.tables, merged.columns
    return merged


def test_a_first_version():
    merged = merge((), (), a_model("<a/><g><b/></g><r><c/><s><d/></s></r>", ["/r", "/r/s"], a="int", g__b="date"))
    assert merged.tables == merged.new_tables == (
        Table("", "Submissions", None), Table("/r", "r", ""), Table("/r/s", "s", "/r"))
    assert merged.columns == merged.new_columns == (
        Column("", "/a", "a", "int", 0), Column("", "/g/b", "g-b", "date", 1, True),
        Column("/r", "/r/c", "c", "string", 0), Column("/r/s", "/r/s/d", "d", "string", 0))


def test_versions_only_add():
    first = a_model("<a/><b/><r><c/></r>", ["/r"])
    merged = grown(first, a_model("<b/><n/><r><z/><c/></r><q><k/></q>", ["/r", "/q"]))
    assert [(one.path, one.position) for one in merged.columns] == [
        ("/a", 0), ("/b", 1), ("/r/c", 0), ("/n", 2), ("/r/z", 1), ("/q/k", 0)]
    assert [one.path for one in merged.new_columns] == ["/n", "/r/z", "/q/k"]
    assert [one.path for one in merged.new_tables] == ["/q"]
    again = merge(merged.tables, merged.columns, first)
    assert not (again.new_tables or again.new_columns or again.widened or again.changes)


def test_a_moved_field_is_another_column():
    merged = grown(a_model("<a/>", a="int"), a_model("<g><a/></g>", g__a="date"))
    assert [(one.path, one.type) for one in merged.columns] == [("/a", "int"), ("/g/a", "date")]


@pytest.mark.parametrize("before, after, kept", [
    ("text", "one", "select1"), ("one", "many", "select"), ("text", "many", "select"), ("many", "one", "select"),
    ("one", "text", "select1")])
def test_text_and_choices_follow_each_other(before, after, kept):
    merged = grown(a_model("<a/>", a=before), a_model("<a/>", a=after))
    assert merged.columns[0].type == kept and merged.columns[0].position == 0
    assert [one.type for one in merged.widened] == ([kept] if NODES[after] and kept != {
        "text": "string", "one": "select1", "many": "select"}[before] else [])


@pytest.mark.parametrize("before, after, change", [
    (a_model("<a/>", a="text"), a_model("<a/>", a="int"), TypeChange("/a", "string", "int")),
    (a_model("<a/>", a="int"), a_model("<a/>", a="one"), TypeChange("/a", "int", "select1")),
    (a_model("<a/>", a="date"), a_model("<a/>", a="place"), TypeChange("/a", "date", "geopoint")),
    (a_model("<a/>"), a_model("<a><b/></a>"), TypeChange("/a", "string", "structure")),
    (a_model("<a><b/></a>"), a_model("<a/>"), TypeChange("/a", "structure", "string")),
    (a_model("<a><b/></a>"), a_model("<a><b/></a>", ["/a"]), TypeChange("/a", "structure", "repeat")),
    (a_model("<a><b/></a>", ["/a"]), a_model("<a><b/></a>"), TypeChange("/a", "repeat", "structure")),
    (a_model("<a><b/></a>", ["/a"]), a_model("<a/>"), TypeChange("/a", "repeat", "string")),
    (a_model("<r><a/></r>", ["/r"], r__a="int"), a_model("<r><a/></r>", ["/r"], r__a="text"),
     TypeChange("/r/a", "int", "string")),
])
def test_a_change_of_type_is_told_with_its_place(before, after, change):
    first = merge((), (), before)
    assert merge(first.tables, first.columns, after).changes == (change,)


def test_what_was_dropped_long_ago_still_counts():
    merged = grown(a_model("<a/><b/>", a="int"), a_model("<b/>"))
    assert merge(merged.tables, merged.columns, a_model("<a/>", a="date")).changes == (TypeChange("/a", "int", "date"),)


def test_names_of_tables_do_not_collide():
    merged = grown(a_model("<submissions><x/></submissions><g><r><a/></r></g><R><b/></R>",
                           ["/submissions", "/g/r", "/R"]), a_model("<h><r><c/></r></h>", ["/h/r"]))
    assert [one.name for one in merged.tables] == ["Submissions", "submissions-2", "r", "R-2", "h-r"]


def test_order_as_asked_with_the_dropped_last():
    second = a_model("<n/><b/>")
    merged = grown(a_model("<a/><b/>"), second)
    assert [one.path for one in display_order(merged.columns, second)] == ["/n", "/b", "/a"]


def test_filters_by_default(model):
    merged = merge((), (), model("acreditacion_autoridades"))
    filterable = {one.path for one in merged.columns if one.filterable}
    assert filterable >= {"/hoy", "/g_consentimiento/consentimiento", "/g_todo/folio", "/g_todo/g_comunidad/comunidad"}
    assert not filterable & {
        "/inicio", "/fin", "/meta/instanceID", "/g_todo/g_cierre/observaciones", "/g_todo/g_tramo/gps"}
