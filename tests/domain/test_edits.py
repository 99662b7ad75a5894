"""What each version changed, as ODK Central's API tells it: paths by name, repeats by number, whole instances."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.domain.edits import edits
from collector.domain.instance import read_instance
from tests.domain.conftest import _model

WORD = st.text("abc", max_size=2)
HOUSE = st.tuples(WORD, st.lists(st.tuples(WORD, st.lists(WORD, max_size=2)), max_size=3))


def instance(body: str):
    form = _model("forms/nested")
    return read_instance(f'<data id="{form.form_id}" version="{form.version}">{body}</data>', form)


def between(old: str, new: str) -> list[tuple]:
    return [(one["path"], one["old"], one["new"]) for one in edits(instance(old), instance(new))]


def test_answers_and_the_names_of_the_versions_in_the_order_of_the_older():
    old = "<meta><instanceID>one</instanceID></meta><n_chacras>2</n_chacras><hogar><direccion>Río</direccion></hogar>"
    new = ("<meta><deprecatedID>one</deprecatedID><instanceID>two</instanceID></meta><n_chacras>3</n_chacras>"
           "<hogar><direccion/></hogar>")
    assert between(old, new) == [
        (["meta", "instanceID"], "one", "two"), (["meta", "deprecatedID"], None, "one"),
        (["n_chacras"], "2", "3"), (["hogar", "direccion"], "Río", None)]


def test_a_place_in_a_repeat_has_the_number_of_its_instance_from_zero():
    old = "<integrantes><nombre>A</nombre></integrantes><integrantes><nombre>B</nombre></integrantes>"
    assert between(old, old.replace(">B<", ">C<")) == [([["integrantes", 1], "nombre"], "B", "C")]


def test_an_instance_that_came_or_went_is_told_as_a_whole():
    old = "<integrantes><nombre>A</nombre></integrantes>"
    more = ("<integrantes><nombre>B</nombre><hijos><hijo_nombre>Leo</hijo_nombre></hijos><hijos><hijo_nombre/></hijos>"
            "</integrantes>")
    whole = {"nombre": "B", "hijos": [{"hijo_nombre": "Leo"}, {"hijo_nombre": None}]}
    assert between(old, old + more) == [([["integrantes", 1]], None, whole)]
    assert between(old + more, old) == [([["integrantes", 1]], whole, None)]


def test_a_group_that_came_is_told_answer_by_answer_and_nothing_is_no_change():
    assert between("", "<hogar><direccion>Río</direccion></hogar>") == [(["hogar", "direccion"], None, "Río")]
    assert between("<hogar><direccion/></hogar>", "") == []
    assert between("<extra>1</extra>", "<extra>2</extra>") == [(["extra"], "1", "2")]


def body(house: tuple) -> str:
    place, members = house
    return f"<hogar><direccion>{place}</direccion></hogar>" + "".join(
        f"<integrantes><nombre>{name}</nombre>" + "".join(
            f"<hijos><hijo_nombre>{child}</hijo_nombre></hijos>" for child in children) + "</integrantes>"
        for name, children in members)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HOUSE, HOUSE)
def test_there_and_back_are_the_same_places_and_the_same_record_has_no_changes(one, other):
    there, back = between(body(one), body(other)), between(body(other), body(one))
    assert sorted((repr(path), repr(new), repr(old)) for path, old, new in there) == sorted(
        (repr(path), repr(old), repr(new)) for path, old, new in back)
    assert between(body(one), body(one)) == []
    assert bool(there) == (one != other)
