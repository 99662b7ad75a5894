"""Rows and names of OData: answers as JSON, ids and links as ODK Central makes them, what is selected, tokens."""

import pytest

from collector.domain.columns import merge
from collector.domain.odata import keys
from collector.domain.odata.metadata import metadata_document, service_document
from collector.domain.odata.rows import filler, told
from collector.domain.odata.selecting import FACTS, read_selection
from collector.domain.odata.tables import Group, Leaf, Repeat, identifier, tables_of
from collector.domain.problems import Problem
from collector.domain.values import parse_value
from collector.domain.xform import parse_form

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>F</h:title><model><instance><data id="f!!" version="1">
  <meta><instanceID/></meta><name/><q1.8/><q1_8/><children><child jr:template=""><name/><toys><toy jr:template="">
  <name/></toy></toys></child></children></data></instance>
  <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/><bind nodeset="/data/q1.8" type="int"/>
  <bind nodeset="/data/q1_8" type="geopoint"/></model></h:head><h:body><input ref="/data/name"><label>n</label></input>
  <input ref="/data/q1.8"><label>n</label></input><input ref="/data/q1_8"><label>n</label></input>
  <group ref="/data/children/child"><label>c</label><repeat nodeset="/data/children/child">
  <input ref="/data/children/child/name"><label>n</label></input>
  <group ref="/data/children/child/toys/toy"><label>t</label><repeat nodeset="/data/children/child/toys/toy">
  <input ref="/data/children/child/toys/toy/name"><label>n</label></input></repeat></group>
  </repeat></group></h:body></h:html>"""


@pytest.fixture(scope="module")
def tables():
    model = parse_form(XFORM.encode())
    return tables_of(model, merge((), (), model).columns)


def test_names_that_every_client_can_write():
    names = ("q1.8-test", "42", "$meta", "my!awesome!form!!", "2.4", "año", "_a", "ñ")
    assert [identifier(name) for name in names] == [
        "q1_8_test", "_42", "__meta", "my_awesome_form_", "_2_4", "a_o", "_a", "__"]


def test_tables_of_repeats_hang_below_each_other(tables):
    assert [one.name for one in tables.values()] == [
        "Submissions", "Submissions.children.child", "Submissions.children.child.toys.toy"]
    assert [one.parent_key for one in tables.values()] == ["", "__Submissions-id", "__Submissions-children-child-id"]
    root = tables[""].inside
    assert [one.name for one in root] == ["meta", "name", "q1_8", "q1_8_2", "children"]  # none hides another
    assert isinstance(root[4], Group) and isinstance(root[4].inside[0], Repeat) and isinstance(root[1], Leaf)


@pytest.mark.parametrize(("key", "made"), [
    ("", "double"), ("children/child[1]", "46ebf42ee83ddec5028c42b2c054402d1e700208"),
    ("children/child[3]", "8954b393f82c1833abb19be08a3d6cb382171f54"),
    ("children/child[3]/toys/toy[1]", "4a4a05249c8f992b0b3cc7dbe690b57cf18e8ea9"),
])
def test_ids_are_those_of_central(key, made):
    assert keys.row_id("double", key) == made


def test_links_lead_down_by_id():
    child = "children/child('8954b393f82c1833abb19be08a3d6cb382171f54')"
    assert keys.row_link("double", "", ()) == "Submissions('double')"
    assert keys.row_link("double", "children/child[3]", ("children", "child")) == f"Submissions('double')/{child}"
    assert keys.row_link("uuid:a/b", "", ()) == "Submissions('uuid%3Aa%2Fb')"


def test_tokens_say_where_a_page_ended():
    assert keys.token_of("rtwo") == "01eyJpbnN0YW5jZUlkIjoicnR3byJ9"
    assert keys.read_token(keys.token_of("ñ'/"), False) == "ñ'/"
    assert keys.read_token(keys.token_of(row="ab"), True) == "ab"
    for token, of_repeat in (("x", False), ("01", False), ("01!!", False), ("02" + keys.token_of("a")[2:], False),
                             (keys.token_of("a"), True), ("01MQ==", False), ("01W10=", True),
                             (keys.token_of("a" * 3000), False), (keys.token_of("\x00"), False)):
        with pytest.raises(Problem) as told_:
            keys.read_token(token, of_repeat)
        assert told_.value.code == 400.35


@pytest.mark.parametrize(("type", "text", "json", "wkt"), [
    ("int", "42", 42, 42), ("int", "x", None, None), ("decimal", "3.14", 3.14, 3.14), ("decimal", "?", None, None),
    ("boolean", "1", True, True), ("boolean", "maybe", None, None), ("string", "hola", "hola", "hola"),
    ("select", " a  b ", "a b", "a b"), ("date", "2026-01-02", "2026-01-02", "2026-01-02"),
    ("dateTime", "2019-01-01T00:00:00.000-08", "2019-01-01T00:00:00.000-08:00", "2019-01-01T00:00:00.000-08:00"),
    ("time", "10:20:30.000-05:00", "10:20:30.000-05:00", "10:20:30.000-05:00"),
    ("geopoint", "4.8 15.16 23.42 108",
     {"type": "Point", "coordinates": [15.16, 4.8, 23.42], "properties": {"accuracy": 108}}, "POINT (15.16 4.8 23.42)"),
    ("geopoint", "11.38 -11.38", {"type": "Point", "coordinates": [-11.38, 11.38]}, "POINT (-11.38 11.38)"),
    ("geopoint", "100", None, None), ("geotrace", "nonsense", None, None),
    ("geotrace", "1.1 2.2 3.3 4.4;5.5 6.6 7.7 8.8;",
     {"type": "LineString", "coordinates": [[2.2, 1.1, 3.3], [6.6, 5.5, 7.7]],
      "properties": {"accuracies": [4.4, 8.8]}},
     "LINESTRING (2.2 1.1 3.3,6.6 5.5 7.7)"),
    ("geoshape", "10.0 20.0; 33.3 44.4;10.0 20.0; ",
     {"type": "Polygon", "coordinates": [[[20, 10], [44.4, 33.3], [20, 10]]]}, "POLYGON ((20 10,44.4 33.3,20 10))"),
])
def test_answers_by_type(type, text, json, wkt):
    value = parse_value(type, text)
    assert told(type, value, False) == json and told(type, value, True) == wkt


def test_what_was_not_answered_is_null_and_groups_are_there(tables):
    positions = {one.path: one.position for one in tables[""].inside if isinstance(one, Leaf)}
    values = [None] * (positions["/name"] + 1)
    values[positions["/name"]] = "Ana"
    assert filler(tables[""].inside, False)(values) == {
        "meta": {"instanceID": None}, "name": "Ana", "q1_8": None, "q1_8_2": None, "children": {}}
    assert filler(tables["/children/child"].inside, False)([]) == {"name": None, "toys": {}}


def test_selections(tables):
    root, child = tables[""], tables["/children/child"]
    assert read_selection("name, *", root) is None
    one = read_selection("__id,__system/status, meta/instanceID,children/child", root)
    assert one.ids == {"__id"} and one.facts == ("status",)
    assert [node.name for node in one.inside] == ["meta", "children"]
    assert read_selection("__system", root).facts == FACTS and read_selection("name", root).facts is None
    assert [node.name for node in read_selection("children", root).inside[0].inside] == ["child"]
    assert read_selection("__Submissions-id", child).ids == {"__Submissions-id"}
    for text, table, code in (("address", root, 400.23), ("name/x", root, 400.23), ("__system/etag", root, 400.23),
                              ("__system/status", child, 400.23), ("children/child/name", root, 400.24),
                              ("", root, 400.23), ("__Submissions-id", root, 400.23)):
        with pytest.raises(Problem) as told_:
            read_selection(text, table)
        assert (told_.value.code, told_.value.details) == (code, {"property": text})


def test_the_description_names_every_table_and_type(tables):
    edmx = metadata_document(tables, "f!!")
    assert edmx.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<edmx:Edmx')
    for line in ('<EntityType Name="Submissions.children.child.toys.toy">\n'
                 '        <Key><PropertyRef Name="__id"/></Key>\n'
                 '        <Property Name="__id" Type="Edm.String"/>\n'
                 '        <Property Name="__Submissions-children-child-id" Type="Edm.String"/>',
                 '<Property Name="q1_8" Type="Edm.Int64"/>', '<Property Name="q1_8_2" Type="Edm.GeographyPoint"/>',
                 '<Property Name="children" Type="org.opendatakit.user.f_.children"/>',
                 '<ComplexType Name="children">\n        <NavigationProperty Name="child" '
                 'Type="Collection(org.opendatakit.user.f_.Submissions.children.child)"/>',
                 '<ComplexType Name="children.child.toys">'):
        assert line in edmx, line
    assert edmx.endswith(
        '<EntitySet Name="Submissions.children.child.toys.toy" '
        'EntityType="org.opendatakit.user.f_.Submissions.children.child.toys.toy">\n        </EntitySet>\n'
        "      </EntityContainer>\n    </Schema>\n  </edmx:DataServices>\n</edmx:Edmx>")
    assert service_document(tables, "http://x/f.svc")["value"][1] == {
        "name": "Submissions.children.child", "kind": "EntitySet", "url": "Submissions.children.child"}
