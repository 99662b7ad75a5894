"""Rules beyond the form over several answers: combinations that stand once, and what a phone sent against what came."""

from datetime import date

import pytest

from collector.domain.columns import Column
from collector.domain.problems import Problem
from collector.domain.rule_answers import Row, Sent, combinations_of, tables_of
from collector.domain.rule_declaring import MOST_FURTHER, read_rule
from collector.domain.rule_judging import Twin, Twins, closing_of, judge
from collector.domain.rule_sentences import says
from collector.domain.rules import (
    PROJECT,
    Ground,
    Reconciled,
    Rule,
    Unique,
    definition,
    parameters,
    paths_of,
    scope_of,
)

COLUMNS = {one.path: one for one in (
    Column("", "/evento", "evento", "select1", 0, True),
    Column("", "/fecha", "fecha", "date", 1),
    Column("", "/turno", "turno", "select1", 2, True),
    Column("", "/equipo", "equipo", "string", 3),
    Column("", "/enviados", "enviados", "int", 4),
    Column("", "/listos", "listos", "int", 5),
    Column("", "/borradores", "borradores", "int", 6),
    Column("/asistente", "/asistente/codigo", "codigo", "string", 0),
    Column("/asistente", "/asistente/g/nombre", "nombre", "string", 1),
    Column("/asistente/hijo", "/asistente/hijo/edad", "edad", "int", 0),
    Column("/otra", "/otra/cosa", "cosa", "string", 0),
)}
GROUND = Ground(COLUMNS)
SESSION = ("/evento", "/fecha", "/turno")
DAY = {"/fecha": "2026-11-23", "/enviados": 7}


def sent(root=(), people=(), children=(), **more):
    """A submission with these answers of the root, of each person, and of each child (of the person numbered first)."""
    given = dict(root)
    rows = {"": [Row("", [given.get(one.path) for one in COLUMNS.values() if one.table == ""])],
            "/asistente": [Row(f"asistente[{place}]", list(one)) for place, one in enumerate(people, 1)],
            "/asistente/hijo": [Row(f"asistente[{person}]/hijo[1]", [age]) for person, age in children]}
    return Sent("data", rows, **more)


def found(made, submission, ask):
    kind = "reconciled" if isinstance(made, Reconciled) else "unique"
    return judge(Rule(7, 1, kind, "warning", made), submission, COLUMNS, ask)


def one_twin(_mark):
    return Twins((Twin(5, "asistencia", "uuid:5"),), 1)


@pytest.mark.parametrize(("type", "given", "made"), [
    ("unique", {"field": "/equipo", "also": list(SESSION)}, Unique("/equipo", "form", SESSION)),
    ("unique", {"field": "/asistente/codigo", "also": ["/fecha", ""], "scope": "project"},
     Unique("/asistente/codigo", "project", ("/fecha",))),
    ("reconciled", {"field": "/enviados", "date": "/fecha"}, Reconciled("/enviados", "/fecha")),
    ("reconciled", {"field": "/enviados", "date": "/fecha", "waiting": ["/listos", "/borradores"]},
     Reconciled("/enviados", "/fecha", ("/listos", "/borradores")))])
def test_what_is_declared_is_read_and_kept(type, given, made):
    assert read_rule(type, given, GROUND) == made
    kept = parameters(made)
    assert definition(type, kept) == made and all(not isinstance(one, tuple) and one != [] for one in kept.values())


def test_what_was_kept_before_there_were_combinations_still_holds():
    assert definition("unique", {"field": "/evento", "scope": "form"}) == Unique("/evento")
    assert parameters(Unique("/evento")) == {"field": "/evento", "scope": "form"}


@pytest.mark.parametrize(("type", "given", "code", "field", "advice"), [
    ("unique", {"field": "/evento", "also": "/fecha"}, 400.11, "also", "array"),
    ("unique", {"field": "/evento", "also": ["/nada"]}, 400.8, "also", "/grupo/nombre"),
    ("unique", {"field": "/evento", "also": [5]}, 400.8, "also", "/grupo/nombre"),
    ("unique", {"field": "/evento", "also": ["/evento"]}, 400.8, "also", "elija otro"),
    ("unique", {"field": "/evento", "also": ["/fecha", "/fecha"]}, 400.8, "also", "elija otro"),
    ("unique", {"field": "/evento", "also": ["/asistente/codigo", "/otra/cosa"]}, 400.8, "also", "misma repetición"),
    ("unique", {"field": "/equipo", "also": [*SESSION, "/enviados", "/listos"]}, 400.8, "also", str(MOST_FURTHER)),
    ("reconciled", {"field": "/fecha", "date": "/fecha"}, 400.8, "field", "número entero"),
    ("reconciled", {"field": "/enviados", "date": "/turno"}, 400.8, "date", "una fecha"),
    ("reconciled", {"field": "/enviados", "date": "/fecha", "waiting": ["/enviados"]}, 400.8, "waiting", "elija otro"),
    ("reconciled", {"field": "/asistente/hijo/edad", "date": "/fecha"}, 400.8, "field", "fuera de las repeticiones")])
def test_what_is_wrong_is_told_with_the_parameter_and_what_to_write(type, given, code, field, advice):
    with pytest.raises(Problem) as told:
        read_rule(type, given, GROUND)
    assert told.value.code == code and told.value.details["field"] == field and advice in told.value.es


def test_a_combination_is_found_where_its_first_field_stands():
    answers = {"/evento": "ev-1", "/fecha": "2026-11-23", "/turno": "manana", "/equipo": "collect:x"}
    asked = []
    one, = found(Unique("/equipo", also=SESSION), sent(answers), lambda mark: asked.append(mark) or one_twin(mark))
    assert (one.ref, one.path) == ("/data/equipo", "/equipo")
    assert one.value == "collect:x · ev-1 · 2026-11-23 · manana"
    assert one.messages == {
        "es": "La combinación «collect:x · ev-1 · 2026-11-23 · manana» está también en otro registro.",
        "en": "The combination “collect:x · ev-1 · 2026-11-23 · manana” is also in another record."}
    assert one.details["together"] == {"/equipo": "collect:x", **{path: answers[path] for path in SESSION}}
    assert one.details["others"][0]["instanceId"] == "uuid:5" and len(asked[0]) == 32 and "collect" not in asked[0]


def test_a_combination_of_a_repeat_with_what_is_around_it_stands_at_each_row():
    made = Unique("/asistente/codigo", also=("/evento", "/fecha"))
    submission = sent({"/evento": "ev-1", "/fecha": "2026-11-23"},
                      [("P1", None), (None, None), ("P2", None), ("p1", None)])
    held = combinations_of(made, submission, COLUMNS)
    assert [one.ref for one in held] == [f"/data/asistente[{place}]/codigo" for place in (1, 3, 4)]
    assert held[0].mark == held[2].mark != held[1].mark
    told = found(made, submission, lambda _mark: Twins())
    assert [one.ref for one in told] == ["/data/asistente[1]/codigo", "/data/asistente[4]/codigo"]
    assert "este mismo registro" in told[0].messages["es"]
    assert tables_of(made, COLUMNS) == {"", "/asistente"}


def test_rows_around_the_innermost_field_give_their_own_answer():
    made = Unique("/evento", also=("/asistente/codigo", "/asistente/hijo/edad"))
    held = combinations_of(made, sent({"/evento": "ev"}, [("P1", None), ("P2", None)], [(2, 5), (1, 6)]), COLUMNS)
    assert [one.texts for one in held] == [("ev", "P2", "5"), ("ev", "P1", "6")]
    assert {one.ref for one in held} == {"/data/evento"}


@pytest.mark.parametrize("lacking", [*SESSION, "/equipo"])
def test_a_combination_with_an_empty_part_is_free(lacking):
    answers = {"/evento": "ev-1", "/fecha": "2026-11-23", "/turno": "manana", "/equipo": "x", lacking: None}
    assert combinations_of(Unique("/equipo", also=SESSION), sent(answers), COLUMNS) == []
    assert combinations_of(Unique("/equipo", also=SESSION), sent({**answers, lacking: "  "}), COLUMNS) == []


def test_parts_that_only_look_alike_together_are_not():
    made = Unique("/evento", also=("/turno",))
    one, other = (combinations_of(made, sent({"/evento": event, "/turno": turn}), COLUMNS)[0].mark
                  for event, turn in (("a", "bc"), ("ab", "c")))
    assert one != other
    folded, = combinations_of(made, sent({"/evento": " Á ", "/turno": "BC"}), COLUMNS)
    assert folded.mark == one


@pytest.mark.parametrize(("said", "came", "es", "en"), [
    (7, 5, "El teléfono dijo 7 enviados, llegaron 5. Faltan 2 del 2026-11-23.",
     "The phone said 7 sent, 5 arrived. 2 of 2026-11-23 are missing."),
    (2, 1, "El teléfono dijo 2 enviados, llegó 1. Falta 1 del 2026-11-23.",
     "The phone said 2 sent, 1 arrived. 1 of 2026-11-23 is missing."),
    (1, 0, "El teléfono dijo 1 enviado, no llegó ninguno. Falta 1 del 2026-11-23.",
     "The phone said 1 sent, none arrived. 1 of 2026-11-23 is missing.")])
def test_what_a_phone_sent_and_did_not_come(said, came, es, en):
    asked = []
    one, = found(Reconciled("/enviados", "/fecha"), sent({**DAY, "/enviados": said}, number=9, device="collect:x"),
                 lambda *about: asked.append(about) or came)
    assert asked == [(9, "collect:x", date(2026, 11, 23))]
    assert (one.ref, one.value, one.messages) == ("/data/enviados", str(said), {"es": es, "en": en})
    assert one.details["arrived"] == came and one.details["on"] == "2026-11-23"


def test_what_a_phone_still_holds_is_told_beside_it():
    made = Reconciled("/enviados", "/fecha", ("/listos", "/borradores"))
    one, = found(made, sent({**DAY, "/listos": 2, "/borradores": 1}), lambda *_about: 5)
    assert one.messages["es"].endswith("Además quedaban 3 por enviar.") and one.details["waiting"] == [2, 1]
    told = closing_of(made, sent({**DAY, "/listos": 2}), COLUMNS)
    assert (told.sent, told.waiting, told.on) == (7, (2, 0), date(2026, 11, 23))


@pytest.mark.parametrize(("answers", "came"), [
    (DAY, 7), (DAY, 9), (DAY, None), ({**DAY, "/enviados": None}, 0), ({**DAY, "/fecha": None}, 0),
    ({**DAY, "/fecha": "hoy"}, 0), ({**DAY, "/enviados": "siete"}, 0), ({**DAY, "/enviados": 0}, 0)])
def test_nothing_is_said_where_all_came_or_it_cannot_be_known(answers, came):
    assert found(Reconciled("/enviados", "/fecha"), sent(answers), lambda *_about: came) == []


def test_what_arrived_from_a_phone_is_of_the_whole_project():
    assert scope_of(Reconciled("/enviados", "/fecha")) == PROJECT and scope_of(Unique("/evento")) == "form"
    assert paths_of(Reconciled("/enviados", "/fecha", ("/listos",))) == ["/enviados", "/fecha", "/listos"]


@pytest.mark.parametrize(("made", "es", "en"), [
    (Unique("/evento", also=("/fecha", "/turno")),
     "La combinación de «EVENTO», «FECHA» y «TURNO» no se repite en este formulario",
     "The combination of “EVENTO”, “FECHA” and “TURNO” stands once in this form"),
    (Reconciled("/enviados", "/fecha"), "Llegaron del mismo teléfono los que dice «ENVIADOS», el día de «FECHA»",
     "What “ENVIADOS” says did arrive from the same phone on the day of “FECHA”")])
def test_every_rule_says_what_it_says_in_two_languages(made, es, en):
    assert says(made, lambda path: path[1:].upper()) == (es, en)
