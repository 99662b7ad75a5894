"""A submission and what somebody typed -> its next version: what depends on it is done anew, all else stays."""

import pytest
from lxml import etree

from collector.domain import check, correction
from collector.domain.checking.findings import Circumstances
from collector.domain.correcting import asking
from collector.domain.correction import Basis, Given
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert

FORM = """
| survey |
| | type | name | label | required | relevant | constraint | calculation | choice_filter |repeat_count|default|trigger|
| | text | nombre | Nombre | yes | | | | | | | |
| | integer | edad | Edad | | | . < 120 | | | | | |
| | calculate | doble | | | | | ${edad} * 2 | | | | |
| | calculate | cuando | | | | | now() | | | | |
| | calculate | sello | | | | | once(uuid()) | | | | |
| | text | dicho | Dicho | | | | | | | | |
| | calculate | copia | | | | | concat('de ', ${nombre}) | | | | ${edad} |
| | select_one sino | menor | ¿Menor, ${nombre}? | | ${edad} < 18 | | | | | | |
| | text | tutor | Tutor | yes | ${menor} = 'si' | | | | | nadie | |
| | select_one deps | dep | Dep | | | | | | | | |
| | select_one provs | prov | Prov | | | | | dep = ${dep} | | | |
| | select_one_from_file gente.csv | quien | Quién | | | | | dep = ${dep} | | | |
| | begin_repeat | hijo | Hijo | | | | | | | | |
| | text | hnom | Nombre | | | | | | | | |
| | integer | hedad | Edad | | | | | | | | |
| | calculate | lugar | | | | | position(..) | | | | |
| | begin_repeat | juego | Juego | | | | | | | | |
| | text | jnom | Nombre | | | | | | | | |
| | end_repeat | | | | | | | | | | |
| | end_repeat | | | | | | | | | | |
| | calculate | suma | | | | | sum(${hedad}) | | | | |
| | integer | n | N | | | | | | | | |
| | begin_repeat | cosa | Cosa | | | | | | ${n} | | |
| | text | cnom | Nombre | | | | | | | | |
| | end_repeat | | | | | | | | | | |
| choices |
| | list_name | name | label | dep |
| | sino | si | Sí | |
| | sino | no | No | |
| | deps | a | A | |
| | deps | b | B | |
| | provs | a1 | A1 | a |
| | provs | b1 | B1 | b |
| settings |
| | form_title | form_id | version | instance_name |
| | F | f | 1 | ${nombre} |
"""
GENTE = b"name,label,dep\np1,Rosa,a\np2,Julio,b\n"
XML = ("""<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" xmlns="http://example.org/f" id="f" """
       """version="1"><nombre>Ana</nombre><edad>30</edad><doble>60</doble><cuando>2026-01-01T10:00:00.000-05:00"""
       """</cuando><sello>s-1</sello><dicho>a  b &lt;ñ&gt;</dicho><copia>de nadie</copia><dep>a</dep><prov>a1</prov>"""
       """<quien>p1</quien>"""
       """<hijo><hnom>X</hnom><hedad>3</hedad><lugar>1</lugar></hijo>"""
       """<hijo><hnom>Y</hnom><hedad>4</hedad><lugar>2</lugar><juego><jnom>trompo</jnom></juego></hijo>"""
       """<suma>7</suma><n>0</n><extra a="1">z</extra>"""
       """<orx:meta><orx:instanceID>uuid:1</orx:instanceID><orx:instanceName>Ana</orx:instanceName></orx:meta>"""
       """</data>""").encode()


@pytest.fixture(scope="module")
def basis():
    checker = check.prepare(parse_form(convert(FORM.encode(), "f.md").xml))
    return Basis(checker, XML, Circumstances(zone="America/Lima", media={"gente.csv": GENTE}))


def revised(basis, **given) -> correction.Revision:
    values = {place: (text,) if isinstance(text, str) else text for place, text in given.pop("values", {}).items()}
    return correction.revise(basis, Given(values, **given), "", lambda: 0.5)


def text_of(revision) -> str:
    return correction.finished(revision, "uuid:1", "uuid:2").decode()


def asked(revision) -> dict:
    return {one.place: one for one in asking.questions(revision.parts)}


def test_a_version_without_a_change_differs_in_its_name_alone(basis):
    revision = revised(basis)
    assert revision.changes == () and revision.fresh == ()
    expected = etree.fromstring(XML.replace(
        b"<orx:instanceID>uuid:1</orx:instanceID>",
        b"<orx:instanceID>uuid:2</orx:instanceID><orx:deprecatedID>uuid:1</orx:deprecatedID>"))
    assert text_of(revision).partition("\n")[2] == etree.tostring(expected, encoding="unicode")


def test_what_comes_back_as_it_was_shown_is_no_change(basis):
    page = {place: one.values for place, one in asked(revised(basis)).items()}
    revision = revised(basis, values=page)
    assert revision.typed == () and revision.changes == ()


def test_what_depends_on_the_change_is_calculated_and_nothing_else(basis):
    revision = revised(basis, values={"/edad": "31", "/nombre": "Eva"})
    xml = text_of(revision)
    assert "<nombre>Eva</nombre><edad>31</edad><doble>62</doble><cuando>2026-01-01T10:00:00.000-05:00</cuando>" in xml
    assert "<sello>s-1</sello><dicho>a  b &lt;ñ&gt;</dicho>" in xml and '<extra a="1">z</extra>' in xml
    assert "<orx:instanceName>Eva</orx:instanceName>" in xml and 'xmlns="http://example.org/f"' in xml
    assert {one.path for one in revision.typed} == {"/edad", "/nombre"}
    assert {"/doble", "/meta/instanceName"} <= {one.path for one in revision.changes if not one.typed}


def test_a_value_set_off_by_a_change_is_set_as_on_the_phone(basis):
    assert "<copia>de nadie</copia>" in text_of(revised(basis, values={"/dicho": "x"}))
    assert "<copia>de Ana</copia>" in text_of(revised(basis, values={"/edad": "31"}))


def test_what_applies_now_is_asked_and_what_does_not_leaves(basis):
    first = revised(basis, values={"/edad": "12"})
    assert asked(first)["/menor"].label == "¿Menor, Ana?" and "/tutor" not in asked(first)
    assert "<menor/>" in text_of(first) and "<tutor>" not in text_of(first)
    second = revised(basis, values={"/edad": "12", "/menor": "si"})
    assert asked(second)["/tutor"].values == ("nadie",), "what the form has there at first"
    third = Basis(basis.checker, text_of(second).encode(), basis.circumstances)
    back = revised(third, values={"/edad": "40"})
    assert "<menor" not in text_of(back) and "<tutor" not in text_of(back)
    assert {one.path: one.after for one in back.changes if not one.typed}["/menor"] == ()


def test_what_the_phone_would_not_let_pass_stops(basis):
    assert [(place, one.kind) for place, one in revised(basis, values={"/edad": "200"}).stops] == [
        ("/edad", "constraint")]
    assert [(place, one.kind) for place, one in revised(basis, values={"/edad": "x"}).stops] == [("/edad", "type")]
    assert [(place, one.kind) for place, one in revised(basis, values={"/nombre": ""}).stops] == [
        ("/nombre", "required")]
    stops = revised(basis, values={"/edad": "12", "/menor": "si", "/tutor": ""}).stops
    assert [(place, one.kind) for place, one in stops] == [("/tutor", "required")]


def test_what_was_wrong_before_does_not_stop(basis):
    wrong = Basis(basis.checker, XML.replace(b"<edad>30<", b"<edad>300<"), basis.circumstances)
    revision = revised(wrong, values={"/dicho": "otro"})
    assert revision.stops == () and "constraint" in {one.kind for _place, one in revision.left}
    assert "constraint" in {one.kind for _place, one in revised(wrong, values={"/edad": "30"}).closed}


def test_choices_are_those_that_the_filter_leaves(basis):
    def names(revision, place):
        return [(one.name, one.label) for one in asked(revision)[place].options]

    first, second = revised(basis), revised(basis, values={"/dep": "b"})
    assert names(first, "/prov") == [("a1", "A1")] and names(first, "/quien") == [("p1", "Rosa")]
    assert names(second, "/prov") == [("b1", "B1")] and names(second, "/quien") == [("p2", "Julio")]
    assert {(place, one.kind) for place, one in second.stops} == {("/prov", "choice"), ("/quien", "choice")}
    told = {one.path: (one.before, one.after) for one in second.changes}
    assert told["/dep"] == (("A",), ("B",))
    third = revised(basis, values={"/dep": "b", "/prov": "b1", "/quien": "p2"})
    assert third.stops == () and {one.path: one.after for one in third.changes}["/quien"] == ("Julio",)


def test_a_list_that_is_not_here_leaves_a_name_to_type(basis):
    bare = Basis(basis.checker, XML, Circumstances(zone="America/Lima"))
    assert asked(revised(bare))["/quien"].options is None


def test_a_long_list_shows_what_is_searched_for(basis):
    rows = "".join(f"p{number},Persona {number},a\n" for number in range(300))
    media = {"gente.csv": f"name,label,dep\n{rows}".encode()}
    long = Basis(basis.checker, XML, Circumstances(zone="America/Lima", media=media))
    assert [one.name for one in asked(revised(long))["/quien"].options] == ["p1"]
    found = asked(revised(long, sought={"/quien": "PERSONA 29"}))["/quien"]
    assert found.long and [one.name for one in found.options] == [
        "p1", "p29", *(f"p{number}" for number in range(290, 300))]


def test_instances_come_and_go_and_keep_their_numbers(basis):
    revision = revised(basis, values={"/hijo[3]/hnom": "Z", "/hijo[3]/hedad": "10", "/hijo[2]/hnom": "Yy"},
                       added=("/hijo[3]",), gone=("/hijo[1]",))
    xml = text_of(revision)
    assert ("<hijo><hnom>Yy</hnom><hedad>4</hedad><lugar>1</lugar><juego><jnom>trompo</jnom></juego></hijo>"
            "<hijo><hnom>Z</hnom><hedad>10</hedad><lugar>2</lugar></hijo><suma>14</suma>") in xml
    assert [(one.place, one.kind) for one in revision.typed] == [
        ("/hijo[2]/hnom", "changed"), ("/hijo[3]", "added"), ("/hijo[1]", "removed")]


def test_an_instance_inside_another(basis):
    revision = revised(basis, added=("/hijo[1]/juego[1]",), values={"/hijo[1]/juego[1]/jnom": "soga"})
    assert "<lugar>1</lugar><juego><jnom>soga</jnom></juego></hijo>" in text_of(revision)


def test_a_count_makes_the_instances_that_it_asks_for(basis):
    revision = revised(basis, values={"/n": "2", "/cosa[1]/cnom": "olla"})
    assert "<n>2</n><cosa><cnom/></cosa><cosa><cnom/></cosa>" in text_of(revision)
    more = revised(Basis(basis.checker, text_of(revision).encode(), basis.circumstances),
                   values={"/cosa[1]/cnom": "olla"})
    assert "<cosa><cnom>olla</cnom></cosa><cosa><cnom/></cosa>" in text_of(more)


@pytest.mark.parametrize("given", [
    {"values": {"/nada": "x", "/doble": "7", "/hijo[9]/hnom": "x", "/meta/instanceID": "uuid:9", "": "x"}},
    {"added": ("/hijo", "/nombre[2]", "/cosa[1]", "/hijo[9]/juego[1]", "/hijo[1]", "x", "/hijo[]", "/hijo[-1]",
               f"/hijo[{'9' * 5000}]")},
    {"gone": ("/nombre", "/hijo[7]", "/hijo", "", "/meta", f"/hijo[{'9' * 5000}]")}])
def test_what_makes_no_sense_changes_nothing(basis, given):
    assert revised(basis, **given).changes == ()


def test_signs_that_no_xml_can_hold_are_left_out(basis):
    assert "<dicho>ab\nc</dicho>" in text_of(revised(basis, values={"/dicho": "a\x00\x0bb\r\nc\ufffe "}))


def test_an_edit_of_an_edit_names_the_one_before(basis):
    second = Basis(basis.checker, text_of(revised(basis, values={"/dicho": "x"})).encode(), basis.circumstances)
    xml = correction.finished(revised(second, values={"/dicho": "y"}), "uuid:2", "uuid:3").decode()
    assert "<orx:instanceID>uuid:3</orx:instanceID><orx:deprecatedID>uuid:2</orx:deprecatedID>" in xml
    assert xml.count("deprecatedID>") == 2


def test_a_record_without_meta_gets_one(basis):
    bare = XML.partition(b"<orx:meta>")[0] + b"</data>"
    xml = text_of(revised(Basis(basis.checker, bare, basis.circumstances), values={"/dicho": "x"}))
    assert "<orx:instanceID>uuid:2</orx:instanceID><orx:deprecatedID>uuid:1</orx:deprecatedID>" in xml


def test_two_versions_are_compared_in_words(basis):
    later = Basis(basis.checker, XML.replace(b"<dep>a<", b"<dep>b<"), basis.circumstances)
    told = correction.between(basis, later)
    assert [(one.label, one.before, one.after) for one in told] == [("Dep", ("A",), ("B",))]
