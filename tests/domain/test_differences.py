"""What changed between two versions: answers, instances of repeats, kinds of nothing; in the form's order, in words."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.domain import sheet
from collector.domain.differences import Difference, differences, in_words
from collector.domain.instance import read_instance
from tests.domain.conftest import _model

NAMES = st.text("abc", max_size=2)
MEMBER = st.tuples(NAMES, st.lists(NAMES, max_size=2))
HOUSES = st.tuples(NAMES, st.lists(MEMBER, max_size=3))


def instance(model, body: str, number: int = 1):
    meta = f"<meta><instanceID>uuid:{number}</instanceID><deprecatedID>uuid:{number - 1}</deprecatedID></meta>"
    return read_instance(f'<data id="{model.form_id}" version="{model.version}">{body}{meta}</data>', model)


def between(model, old: str, new: str) -> list[tuple]:
    found = differences(model, instance(model, old, 1), instance(model, new, 2))
    return [(one.ref, one.before, one.after) for one in found]


def test_answers_that_changed_came_or_went_in_the_order_of_the_form(model):
    old = "<n_chacras>2</n_chacras><hogar><direccion>Río</direccion></hogar>"
    new = "<hogar><direccion>Río Santiago</direccion></hogar><integrantes><nombre>Ana</nombre></integrantes>"
    assert between(model("forms/nested"), old, new) == [
        ("/data/hogar/direccion", "Río", "Río Santiago"), ("/data/integrantes[1]", None, ""),
        ("/data/integrantes[1]/nombre", None, "Ana"), ("/data/n_chacras", "2", None)]


def test_a_difference_knows_its_place_in_the_form(model):
    old = "<integrantes><hijos><hijo_nombre>Leo</hijo_nombre></hijos></integrantes>"
    new = "<integrantes><hijos><hijo_nombre>Lea</hijo_nombre></hijos></integrantes>"
    form = model("forms/nested")
    assert differences(form, instance(form, old), instance(form, new)) == [
        Difference("/data/integrantes[1]/hijos[1]/hijo_nombre", "/integrantes/hijos/hijo_nombre", "Leo", "Lea")]


def test_empty_and_not_there_are_the_same_nothing_and_blanks_around_too(model):
    form = model("forms/nested")
    assert between(form, "<hogar><direccion/></hogar>", "") == []
    assert between(form, "<hogar><direccion> Río </direccion></hogar>",
                   "<hogar><direccion>Río</direccion></hogar>") == []


def test_repeats_are_matched_by_position_and_an_empty_one_counts(model):
    old = "<integrantes><nombre>Ana</nombre></integrantes><integrantes><nombre/></integrantes>"
    assert between(model("forms/nested"), old, "<integrantes><nombre>Ana</nombre></integrantes>") == [
        ("/data/integrantes[2]", "", None)]


def test_what_the_form_does_not_know_is_told_after_what_it_knows(model):
    old, new = "<otro>1</otro>", "<otro>2</otro><otro>3</otro><n_chacras>1</n_chacras>"
    assert between(model("forms/nested"), old, new) == [
        ("/data/n_chacras", None, "1"), ("/data/otro", "1", "2"), ("/data/otro[2]", None, "3")]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOUSES, HOUSES)
def test_none_with_itself_and_turned_round_the_other_way(one, other):
    form = _model("forms/nested")
    first, second = instance(form, _house(one)), instance(form, _house(other))
    assert differences(form, first, first) == []
    there, back = differences(form, first, second), differences(form, second, first)
    assert [(each.ref, each.after, each.before) for each in there] == [
        (each.ref, each.before, each.after) for each in back]
    assert bool(there) is (one != other)


def test_changes_in_the_words_of_the_form(model):
    form = model("forms/bilingual")
    old, new = (instance(form, body) for body in (
        "<region>loreto</region><distrito>160703</distrito>",
        "<region>amazonas</region><distrito>160704</distrito><firma>f.png</firma>"))
    lists = {"distritos": {"160703": "Manseriche", "160704": "Morona"}}
    told = in_words(differences(form, old, new), sheet.read(old, form, "es", lists),
                         sheet.read(new, form, "es", lists))
    assert [(one.label, one.before.values if one.before else (), one.after.values) for one in told] == [
        ("¿Qué región es?", ("Loreto",), ("Amazonas",)), (told[1].label, ("Manseriche",), ("Morona",)),
        (told[2].label, (), ("f.png",))]
    assert told[2].kind == "added" and told[2].after.drawn and told[0].kind == "changed"


def test_changes_inside_a_repeat_say_in_which_instance_and_added_ones_are_one_line(model):
    form = model("forms/nested")
    old = instance(form, "<integrantes><nombre>Ana</nombre><edad>4</edad></integrantes><n_chacras>1</n_chacras>")
    new = instance(form, "<integrantes><nombre>Ana</nombre><edad>40</edad></integrantes>"
                         "<integrantes><nombre>Leo</nombre></integrantes><otro>x</otro>")
    told = in_words(differences(form, old, new), sheet.read(old, form), sheet.read(new, form))
    assert [(one.kind, one.label, one.around, one.added) for one in told] == [
        ("changed", "Edad", "Integrante 1, Ana", False), ("turn", "Integrante 2, Leo", "", True),
        ("added", "Nombre", "Integrante 2, Leo", True), ("removed", "¿Cuántas chacras tienen?", "", False),
        ("added", "/otro", "", True)]


def _house(said: tuple) -> str:
    address, members = said
    below = "".join(
        f"<integrantes><nombre>{name}</nombre>"
        + "".join(f"<hijos><hijo_nombre>{child}</hijo_nombre></hijos>" for child in children) + "</integrantes>"
        for name, children in members)
    return f"<hogar><direccion>{address}</direccion></hogar>{below}"
