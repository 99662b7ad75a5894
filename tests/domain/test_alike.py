"""What makes records look the same: the answers of people, or a key; never what the phone writes by itself."""

import pytest

from collector.domain.alike import digests, key_fields, plan
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from collector.domain.xmltext import read_xml

FORM = b"""
| survey |
|  | type         | name     | label    | calculation | appearance |
|  | start        | inicio   |          |             | |
|  | deviceid     | equipo   |          |             | |
|  | text         | dni      | DNI      |             | |
|  | text         | apellido | Apellido |             | |
|  | note         | aviso    | Gracias  |             | |
|  | calculate    | codigo   |          | uuid()      | |
|  | begin group  | casa     | Casa     |             | |
|  | geopoint     | punto    | Punto    |             | |
|  | image        | foto     | Foto     |             | |
|  | end group    |          |          |             | |
|  | begin repeat | hijos    | Hijos    |             | |
|  | text         | hijo     | Hijo     |             | |
|  | integer      | edad     | Edad     |             | |
|  | end repeat   |          |          |             | |
| settings |
|  | form_title | form_id |
|  | Casa       | casa    |
"""
FULL = {"inicio": "2026-01-01T08:00:00.000-05:00", "equipo": "collect:a", "dni": "40112233", "apellido": "Ríos",
        "codigo": "uuid:1", "casa": "<punto>-4 -77 0 0</punto><foto>1.jpg</foto>",
        "hijos": "<hijo>Ana</hijo><edad>3</edad>"}


@pytest.fixture(scope="module")
def model():
    return parse_form(convert(FORM, "casa.md").xml)


@pytest.fixture(scope="module")
def said(model):
    """Does digests(...) of FULL with changes; more: XML after it."""
    def do(key=(), content=True, more="", **changes):
        body = "".join(f"<{name}>{text}</{name}>" for name, text in {**FULL, **changes}.items() if text is not None)
        xml = f'<data id="casa">{body}{more}<meta><instanceID>{len(body)}</instanceID></meta></data>'
        return digests(plan(model, key, content), read_xml(xml))
    return do


def test_what_a_phone_writes_by_itself_tells_nothing(said):
    assert said() == said(inicio="2026-02-02T08:00:00.000-05:00", equipo="collect:b", codigo="uuid:2")
    assert said(apellido=" Ríos\n") == said()
    assert set(said()) == {"content"} and len(said()["content"]) == 16


@pytest.mark.parametrize("change", [
    {"dni": "40112234"}, {"apellido": "Rios"}, {"dni": None}, {"casa": "<punto>-4 -77 0 0</punto><foto>2.jpg</foto>"},
    {"hijos": "<edad>3</edad>"}, {"more": "<hijos><hijo>Ana</hijo></hijos>"}, {"hijos": None}])
def test_another_answer_is_another_content(said, change):
    assert said(**change) != said()


def test_what_is_said_in_one_turn_or_in_two_is_not_the_same(said):
    two = said(hijos="<hijo>Ana</hijo>", more="<hijos><edad>3</edad></hijos>")
    assert two != said() and two["content"]


def test_a_key_is_folded_and_needs_every_field(said):
    key = ("/dni", "/apellido")
    assert said(key)["key"] == said(key, apellido="RIOS ", inicio="x", hijos=None)["key"]
    assert said(key)["key"] != said(key, dni="1")["key"] != said(("/dni",))["key"]
    assert said(("/dni",))["key"] != said(("/apellido",), apellido="40112233")["key"]
    assert "key" not in said(key, apellido="  ") and "key" not in said()
    assert said(("/casa/punto",))["key"]


def test_content_that_is_not_compared_is_known_all_the_same(said):
    assert set(said(content=False)) == {"said"}
    assert said(content=False)["said"] == said()["content"]


def test_a_record_without_an_answer_is_like_no_other(said):
    nothing = dict.fromkeys(FULL)
    assert said(**nothing) == {} and said(**{**nothing, "inicio": "x", "codigo": "y"}) == {}


def test_nothing_can_be_told_of_what_is_encrypted(model):
    xml = '<data id="casa" encrypted="yes"><base64EncryptedKey>a</base64EncryptedKey><dni>1</dni></data>'
    assert digests(plan(model, ("/dni",)), read_xml(xml)) == {}


def test_what_a_key_may_be_made_of(model):
    assert [one.path for one in key_fields(model)] == ["/dni", "/apellido", "/codigo"]
