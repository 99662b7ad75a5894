import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.columns import merge
from collector.domain.flatten import LONGEST, SEARCHED, flatten, row_plan
from collector.domain.instance import read_instance
from collector.domain.values import parse_value
from collector.domain.xform import parse_form
from collector.domain.xmltext import XMLFault

FORM = parse_form("""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><model><instance><data id="f">
    <n/><t/><g><p/><r jr:template=""><a/><s jr:template=""><b/></s><h><q/></h></r></g>
    <meta><instanceID/><instanceName/></meta></data></instance>
    <bind nodeset="/data/n" type="int"/><bind nodeset="/data/g/p" type="geopoint"/>
    <bind nodeset="/data/g/r/h/q" type="geopoint"/></model></h:head><h:body>
    <input ref="/data/n"/><input ref="/data/t"/></h:body></h:html>""")
MERGED = merge((), (), FORM)
PLAN = row_plan(MERGED.tables, MERGED.columns)
POSITION = {one.path: (one.table, one.position) for one in MERGED.columns}


def flat(inside, plan=PLAN):
    return flatten(plan, f'<data id="f" xmlns:jr="http://openrosa.org/javarosa">{inside}</data>')


def root_of(inside):
    """The answers of the root row by path, without the empty ones."""
    values = flat(inside).rows[0].values
    return {path: values[at] for path, (table, at) in POSITION.items() if not table and values[at] is not None}


@pytest.mark.parametrize("inside, answers", [
    ("", {}),
    ("<n/><t></t>", {}),
    ("<t> \n </t>", {}),
    ("<n>7</n><t> a </t>", {"/n": 7, "/t": " a "}),
    ("<n>siete</n>", {"/n": "siete"}),
    ("<g><p>1 2 3 4</p></g>", {"/g/p": [1.0, 2.0, 3.0, 4.0]}),
    ("<g><p>nowhere</p></g>", {"/g/p": "nowhere"}),
    ("<n>1</n><n>2</n>", {"/n": 1}),
    ("<n/><n>2</n>", {"/n": 2}),
    ("<g/><g><p>1 2</p></g>", {"/g/p": [1.0, 2.0, None, None]}),
    ("text<g>more<p>1 2</p>tail</g>", {"/g/p": [1.0, 2.0, None, None]}),
    ("<zz><n>9</n></zz>", {}),
    ("<t>a<b>c</b>d</t>", {"/t": "a"}),
    ("<x:t xmlns:x='y'>a</x:t>", {"/t": "a"}),
    ("<g>only text</g>", {}),
    ("<t>ñ &lt; 中 &#64;</t>", {"/t": "ñ < 中 @"}),
])
def test_root_rows(inside, answers):
    assert root_of(inside) == answers


def test_rows_of_repeats_and_their_keys():
    rows = flat("<g><r><a>1</a><s><b>x</b></s><s/></r><r><s><b>y</b></s></r></g>").rows
    assert [(one.table, one.key, one.parent_key, one.ordinal) for one in rows] == [
        ("", "", None, 0),
        ("/g/r", "g/r[1]", "", 0), ("/g/r/s", "g/r[1]/s[1]", "g/r[1]", 0), ("/g/r/s", "g/r[1]/s[2]", "g/r[1]", 1),
        ("/g/r", "g/r[2]", "", 1), ("/g/r/s", "g/r[2]/s[1]", "g/r[2]", 2)]
    assert [one.values for one in rows if one.table == "/g/r/s"] == [["x"], [None], ["y"]]


def test_templates_are_no_rows():
    assert [one.key for one in flat('<g><r jr:template=""><a>1</a></r><r><a>2</a></r></g>').rows] == ["", "g/r[1]"]


def test_keys_stay_unique_when_a_group_comes_twice():
    assert [one.key for one in flat("<g><r/></g><n>1</n><g><r/></g>").rows] == ["", "g/r[1]", "g/r[2]"]


def test_what_no_column_takes_is_told():
    assert flat("<zz><y/></zz><g><w/></g><n>1</n><n>2</n><t>a<b/></t>").surplus == ("/zz", "/g/w", "/n", "/t/b")
    assert len(flat("".join(f"<z{n}/>" for n in range(100))).surplus) == 20


def test_points_with_the_row_they_are_in():
    points = flat("<g><p>-4 -77 180 4.9</p><r><h><q>1 2</q></h></r><r><h><q>0 0 0 0</q></h></r></g>").points
    assert [(one.key, one.path, one.latitude, one.longitude, one.accuracy) for one in points] == [
        ("", "/g/p", -4.0, -77.0, 4.9), ("g/r[1]", "/g/r/h/q", 1.0, 2.0, None)]


def test_words_to_search_by():
    found = flat("<t>Marañón</t><n>45</n><g><r><a>Awajún</a></r></g><meta><instanceID>uuid:1</instanceID>"
                 "<instanceName>Acta 7</instanceName></meta>").search
    assert found == "acta 7 maranon 45 awajun"
    assert flat(f"<t>{'x' * (LONGEST + 1)}</t>").search == ""
    assert len(flat("<g>" + "".join(f"<r><a>palabra {n}</a></r>" for n in range(900)) + "</g>").search) <= SEARCHED


def test_an_envelope_is_an_empty_row():
    found = flatten(
        PLAN, '<data id="f" encrypted="yes" xmlns="x"><base64EncryptedKey>k</base64EncryptedKey><n>1</n></data>')
    assert found.encrypted and [one.values for one in found.rows] == [[None] * len(found.rows[0].values)]


def test_old_and_new_versions_share_rows():
    older = parse_form('<h xmlns="http://www.w3.org/2002/xforms"><model><instance><data id="f"><gone/><t/></data>'
                       "</instance></model></h>")
    first = merge((), (), older)
    both = merge(first.tables, first.columns, FORM)
    plan = row_plan(both.tables, both.columns)
    values = flatten(plan, '<data id="f"><gone>a</gone><t>b</t><n>3</n></data>').rows[0].values
    assert values[:3] == ["a", "b", 3]


def test_every_answer_of_real_submissions_is_in_a_row(model, plan, submissions):
    for name in ("acreditacion_autoridades", "acuerdo_convivencia", "evaluacion_taller", "roster", "media"):
        form = model(name)
        merged, rows = plan(form)
        at = {one.path: one for one in merged.columns}
        for xml in submissions(name):
            found = flatten(rows, xml)
            assert found.surplus == ()
            held = {(row.key, one.path): row.values[one.position] for row in found.rows
                    for one in merged.columns if one.table == row.table}
            answered = 0
            for node in read_instance(xml, form).root.walk():
                column = None if node.children else at.get(node.path)
                value = parse_value(column.type, node.text) if column else None
                if value is not None:
                    inner = at[node.path].table
                    steps = node.ref.split("/")[1:][: inner.count("/")]
                    assert held["/".join(steps), node.path] == value, node.ref
                    answered += 1
            assert answered == sum(value is not None for value in held.values()) > 5


@given(st.text(alphabet="<>/='\" ntgprasbhqmeID:.&;-0123", max_size=120))
def test_random_submissions_raise_nothing_but_faults(piece):
    for xml in (piece, f'<data id="f">{piece}</data>', f'<data id="f"><g><r>{piece}</r></g></data>'):
        try:
            found = flatten(PLAN, xml)
        except XMLFault as fault:
            assert fault.reason
        else:
            assert found.rows[0].key == ""


NAMES = ["n", "t", "g", "p", "r", "a", "s", "b", "h", "q", "meta", "zz"]
TREES = st.recursive(
    st.sampled_from(["", "7", "x", "1 2", " "]),
    lambda inner: st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=5).map(
        lambda parts: "".join(f"<{name}>{inside}</{name}>" for name, inside in parts)), max_leaves=25)


@given(TREES)
def test_keys_are_unique_and_parents_come_first(inside):
    seen = set()
    for row in flat(inside).rows:
        assert row.key not in seen
        assert row.parent_key is None if not seen else row.parent_key in seen
        seen.add(row.key)
        assert len(row.values) == PLAN.widths[row.table]
