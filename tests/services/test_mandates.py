"""Mandates as services read them out of a list: versions as knowledge, deletion, names, evidence, the rule on it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import datasets, entities, mandates, rule_trials, rules
from tests import builders

PLACE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
ONE, TWO, THREE = (f"10000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
PROPERTIES = ("comunidad", "comunidad_nombre", "persona", "cargo", "desde", "hasta", "base", "junta", "cese_motivo")
TERM = {"comunidad": PLACE, "comunidad_nombre": "Río Sereno", "persona": "Ana Uno", "cargo": "jefe",
        "desde": "2024-01-10", "hasta": "2026-01-09", "base": "acta", "junta": "unica"}


@pytest.fixture
def write(units):
    """Does act(unit) as the system in a writing unit."""
    return lambda act: units.write(access.SYSTEM, act)


@pytest.fixture
def book(write):
    """The list «mandatos» with its properties."""
    def make(unit):
        made = datasets.create_dataset(unit, 1, "mandatos")
        for name in PROPERTIES:
            datasets.add_property(unit, made, name)
    write(make)


@pytest.fixture
def keep(write, book):
    """Makes a mandate, or changes it."""
    def do(uuid, change=False, **data):
        def act(unit):
            dataset = datasets.find_dataset(unit, 1, "mandatos")
            if change:
                return entities.update_entity(unit, dataset, uuid, None, data, force=True)
            return entities.create_entity(unit, dataset, uuid, "x", {**TERM, **data})
        return write(act)
    return do


def asked(units, act):
    with units.reading(access.SYSTEM) as unit:
        return act(unit, mandates.find_book(unit, 1, "mandatos"))


def test_each_version_is_what_was_known_since(units, keep, write, book):
    keep(ONE)
    keep(ONE, True, hasta="2025-03-01", cese_motivo="renuncia")
    early, late = asked(units, lambda unit, book: mandates.read(unit, book, PLACE))
    assert (early.end, early.known_until) == (date(2026, 1, 9), late.known_from)
    assert (late.end, late.ended, late.known_until, late.version) == (date(2025, 3, 1), "renuncia", None, 2)
    write(lambda unit: entities.delete_entity(unit, datasets.find_dataset(unit, 1, "mandatos"), ONE))
    *_rest, late = asked(units, lambda unit, book: mandates.read(unit, book, PLACE))
    assert late.known_until is not None
    standing = asked(units, lambda unit, book: mandates.stand(unit, book, PLACE, date(2025, 2, 1)))
    assert standing.held == []
    before = asked(units, lambda unit, book: mandates.stand(unit, book, PLACE, date(2025, 2, 1), late.known_from))
    assert [one.id for one in before.in_office] == [ONE]


def test_a_community_that_is_not_registered_is_told_and_kept(units, keep, write):
    def make(unit):
        made = datasets.create_dataset(unit, 1, "comunidades")
        datasets.add_property(unit, made, "inscripcion")
        entities.create_entity(unit, made, PLACE, "Comunidad Río Sereno", {"inscripcion": "no_inscrita"})
    write(make)
    keep(ONE)
    keep(TWO, comunidad="Quebrada Clara", comunidad_nombre="")
    found = asked(units, mandates.list_communities)
    (clear, number), (calm, _) = sorted(found, key=lambda one: one[0].key[0] != "Q")
    assert (calm.name, calm.is_unregistered, clear.name, clear.is_unregistered, number) == (
        "Comunidad Río Sereno", True, "Quebrada Clara", False, 1)
    standing = asked(units, lambda unit, book: mandates.stand(unit, book, PLACE, date(2025, 1, 1)))
    assert standing.community == calm and len(standing.in_office) == 1


def test_what_wants_a_look_on_a_day(units, keep):
    keep(ONE, junta="asamblea de enero")
    keep(TWO, persona="Eva Dos", junta="asamblea de marzo", desde="2024-03-01")
    keep(THREE, comunidad=OTHER, comunidad_nombre="Clara", persona="Luz", cargo="fiscal", hasta="2025-01-01")
    def on(*day):
        found = asked(units, lambda unit, book: mandates.list_attention(unit, book, date(*day)))
        return [(one.community.name, len(one.vacant), len(one.disputes), len(one.overlaps)) for one in found]
    assert on(2024, 2, 1) == []
    assert on(2024, 3, 1) == [("Río Sereno", 0, 1, 1)]
    assert on(2025, 6, 1) == [("Río Sereno", 0, 1, 1), ("Clara", 1, 0, 0)]
    lapsing = asked(units, lambda unit, book: mandates.list_lapsing(unit, book, date(2024, 12, 15)))
    assert [(where.name, one.days) for where, one in lapsing] == [("Clara", 17)]


def test_names_of_properties_may_be_others(units, write):
    def make(unit):
        made = datasets.create_dataset(unit, 1, "cargos")
        for name in ("quien", "puesto", "inicio"):
            datasets.add_property(unit, made, name)
        entities.create_entity(unit, made, ONE, "x", {"quien": "Ana", "puesto": "jefe", "inicio": "2024-01-01"})
    write(make)
    def find(unit):
        return mandates.find_book(unit, 1, "cargos")
    with units.reading(access.SYSTEM) as unit, pytest.raises(Problem) as caught:
        find(unit)
    assert caught.value.code == 404.1
    for wrong, code in (({"person": "quien"}, 400.2), ({"person": "x", "office": "puesto", "from": "inicio"}, 400.8),
                        ({"chief": "quien"}, 400.4)):
        with pytest.raises(Problem) as caught:
            write(lambda unit, wrong=wrong: mandates.set_reading(unit, 1, "cargos", wrong))
        assert caught.value.code == code
    write(lambda unit: mandates.set_reading(
        unit, 1, "cargos", {"person": "quien", "office": "puesto", "from": "inicio", "shared": ["Jefe"]}))
    with units.reading(access.SYSTEM) as unit:
        one, = mandates.read(unit, find(unit))
        assert (one.person, one.office, one.start, find(unit).reading.shared) == (
            "Ana", "jefe", date(2024, 1, 1), frozenset({"jefe"}))
        assert [book.dataset.name for book in mandates.list_books(unit, 1)] == ["cargos"]


AGREEMENT = """
| survey |
|  | type         | name  | label |
|  | date         | dia   | Día de la firma |
|  | begin repeat | firmante | Firmante |
|  | text         | mandato | Mandato |
|  | text         | lugar | Comunidad |
|  | text         | nombre | Nombre |
|  | end repeat   |       | |
| settings |
|  | form_title | form_id | version |
|  | Acuerdo    | acuerdo | 1       |
"""


@pytest.fixture
def sent(phone, units, book):
    """Sends an agreement of this day with these signatories; the messages of what the rule finds, by place."""
    builders.a_form(units, AGREEMENT)

    def do(n, day, *signatories):
        body = f"<dia>{day}</dia>" + "".join(
            "<firmante>" + "".join(f"<{name}>{text}</{name}>" for name, text in one.items()) + "</firmante>"
            for one in signatories)
        answer = phone.send(builders.a_submission("acuerdo", body=body, instance_id=f"uuid:{n}"))
        assert answer.status_code == 201, answer.text
        builders.run_steps(units)
        with units.reading(access.SYSTEM) as unit:
            return {one.ref: one.messages["es"] for one in builders.findings_of(unit, "acuerdo", f"uuid:{n}")
                    if one.kind == "rule"}
    return do


@pytest.fixture
def rule(units, write):
    """Declares a rule with these parameters, tries it and puts it into force; what the dry run found."""
    def do(**parameters):
        number = write(lambda unit: rules.add_rule(unit, 1, "acuerdo", "in_office", parameters)).row.id
        with units.reading(access.SYSTEM) as unit:
            seen = rule_trials.dry_run(unit, 1, "acuerdo", number)
        write(lambda unit: rules.note_trial(unit, 1, "acuerdo", number, seen.parameters, seen.summary()))
        write(lambda unit: rules.publish_rule(unit, 1, "acuerdo", number))
        builders.run_steps(units)
        return seen
    return do


def test_a_rule_finds_who_signed_without_holding_office(sent, keep, rule):
    keep(ONE)
    keep(TWO, desde="2026-01-10", hasta="2028-01-09")
    assert sent(1, "2023-12-01", {"mandato": ONE}) == {}  # no rule yet
    seen = rule(field="/firmante/mandato", date="/dia")
    assert (seen.records, seen.first[0].instance_id) == (1, "uuid:1")
    assert sent(2, "2024-06-01", {"mandato": ONE}, {"mandato": ""}) == {}
    assert sent(3, "2026-06-01", {"mandato": ONE}) == {}  # elected again, by another mandate
    found = sent(4, "2028-06-01", {"mandato": ONE}, {"mandato": THREE})
    assert found == {
        "/data/firmante[1]/mandato":
            "Según lo que se sabía al llegar este registro, Ana Uno no ejercía un cargo el 2028-06-01.",
        "/data/firmante[2]/mandato":
            f"Al llegar este registro no se conocía ningún mandato de {THREE} (firma del 2028-06-01)."}


def test_what_was_learned_later_is_said_and_does_not_change_what_was_known(sent, keep, rule, units):
    keep(ONE, hasta="2024-12-31")
    rule(field="/firmante/mandato", date="/dia")
    assert list(sent(1, "2025-06-01", {"mandato": ONE})) == ["/data/firmante[1]/mandato"]
    keep(ONE, True, hasta="2026-12-31")
    assert sent(2, "2025-06-01", {"mandato": ONE}) == {}
    seen = rule(field="/firmante/mandato", date="/dia")
    one, = seen.first
    assert one.instance_id == "uuid:1" and one.finding.messages["es"].endswith("Con lo que se sabe hoy, sí lo ejercía.")


def test_a_person_of_a_community_by_name(sent, keep, rule):
    keep(ONE)
    rule(field="/firmante/nombre", date="/dia", community="/firmante/lugar")
    assert sent(1, "2024-06-01", {"lugar": PLACE, "nombre": "ANA  UNO"}, {"lugar": "", "nombre": "Eva"}) == {}
    assert list(sent(2, "2024-06-01", {"lugar": OTHER, "nombre": "Ana Uno"})) == ["/data/firmante[1]/nombre"]


def test_no_list_of_mandates_finds_nothing(sent, rule):
    rule(field="/firmante/mandato", date="/dia", dataset="otra")
    assert sent(1, "2024-06-01", {"mandato": ONE}) == {}


@pytest.mark.parametrize(("parameters", "code", "about"), [
    ({"field": "/firmante/mandato"}, 400.2, None),
    ({"field": "/dia", "date": "/dia"}, 400.8, "field"),
    ({"field": "/firmante/mandato", "date": "/firmante/mandato"}, 400.8, "date"),
    ({"field": "/firmante/mandato", "date": "/dia", "dataset": "1 x"}, 400.8, "dataset")])
def test_a_rule_that_cannot_be(sent, write, parameters, code, about):
    with pytest.raises(Problem) as caught:
        write(lambda unit: rules.add_rule(unit, 1, "acuerdo", "in_office", parameters))
    told = caught.value.details
    assert caught.value.code == code and told.get("field", about) == (about or told["field"])


def test_today_is_that_of_the_project(units):
    with units.reading(access.SYSTEM) as unit:
        assert abs(mandates.today(unit, 1) - datetime.now(UTC).date()) <= timedelta(days=1)
