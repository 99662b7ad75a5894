"""Worked examples of the forms of the library, filled by the phone's engine: states, scores and what goes into lists,
with figures that a person worked out."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from collector.domain.xform import parse_form
from collector.domain.xmltext import read_xml
from tests.contract.library_answers import filled, forced, named
from tests.contract.library_reference import AREAS, WORKSHOP, Answers
from tests.contract.test_library import opened, same

pytestmark = pytest.mark.contract

SERENO, CANO, FEDERATION = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 4, 6))
ANA, CARLA = "00000000-0000-4000-8000-000000000101", "00000000-0000-4000-8000-000000000103"
ROOF, KIT = "00000000-0000-4000-8000-000000000301", "00000000-0000-4000-8000-000000000305"
SEEN = "2026-06-15"


@dataclass(frozen=True)
class Example:
    """Answers by name, what the record must hold by name; turns: {repeat: how many}; the first turn is read."""

    name: str
    given: dict[str, str]
    expected: dict[str, object]
    turns: dict[str, int] = field(default_factory=dict)


def board(name: str, base: str, since: str, until: str, state: str) -> Example:
    """One board, seen on the fifteenth of June."""
    given = {"junta_situacion": "una", "junta_base": base, "junta_desde": since, "junta_hasta": until}
    return Example(name, given, {"estado_junta": state, f"est_{state}": "", "c_junta_hasta": until})


def ladder(name: str, expected: tuple[str, str], **changed: str | None) -> Example:
    """A community with every step done, but for what is changed; None is not asked. expected: last and next step."""
    whole = {"junta_situacion": "una", "junta_base": "asiento", "junta_desde": "2026-01-01",
             "junta_hasta": "2027-12-31", "reconocimiento": "reconocida", "titulacion": "titulada",
             "inscripcion": "inscrita", "asiento": "A00001", "tiene_vigencia": "si", "vigencia_fecha": "2026-06-01"}
    last, following = expected
    given = {key: value for key, value in (whole | changed).items() if value is not None}
    return Example(name, given, {"paso_legal": last, "siguiente_paso": following, f"sig_{following}": ""})


NOT_ASKED = dict.fromkeys(("asiento", "tiene_vigencia", "vigencia_fecha"))
TERM = {"junta_situacion": "una", "junta_base": "acta", "junta_desde": "2026-01-01", "junta_hasta": "2027-12-31"}
LISTED = TERM | {"comunidad": SERENO, "aut_ya_esta": "si", "aut_mandato": CARLA}
UNLISTED = TERM | {"aut_ya_esta": "no", "aut_cargo": "jefe", "aut_permiso": "ausente", "aut_nombre": "EJEMPLO Zoe Once"}
ONE = {"autoridad": 1}
ACCREDITATION = [
    board("registered entry", "asiento", "2026-01-01", "2027-12-31", "vigente_asiento"),
    board("minutes", "acta", "2026-01-01", "2027-12-31", "vigente_acta"),
    board("filed, not registered", "titulo", "2026-01-01", "2027-12-31", "vigente_acta"),
    board("sixty-one days left", "asiento", "2024-08-16", "2026-08-15", "vigente_asiento"),
    board("sixty days left", "asiento", "2024-08-15", "2026-08-14", "por_vencer"),
    board("the last day", "acta", "2024-06-16", SEEN, "por_vencer"),
    board("ended yesterday", "asiento", "2024-06-15", "2026-06-14", "vencida"),
    board("elected, begins tomorrow", "acta", "2026-06-16", "2028-06-15", "por_iniciar"),
    board("no end known", "asiento", "2026-01-01", "", "sin_informacion"),
    board("word only", "palabra", "2026-01-01", "2027-12-31", "sin_informacion"),
    Example("two boards", {"junta_situacion": "dos", "junta_base": "asiento", "junta_desde": "2026-01-01",
                           "junta_hasta": "2027-12-31"}, {"estado_junta": "controversia", "est_controversia": ""}),
    Example("no board", {"junta_situacion": "ninguna"}, {"estado_junta": "sin_informacion", "c_junta_hasta": ""}),
    ladder("all steps", ("con_vigencia", "ninguno")), ladder("no title", ("con_vigencia", "titulo"), titulacion="no"),
    ladder("no certificate", ("junta_inscrita", "vigencia"), tiene_vigencia="no", vigencia_fecha=None),
    ladder("board not registered", ("inscrita", "inscribir_junta"), asiento="", tiene_vigencia="no",
           vigencia_fecha=None),
    ladder("board ended", ("inscrita", "eleccion"), junta_desde="2024-06-15", junta_hasta="2026-06-14"),
    ladder("two boards", ("con_vigencia", "dialogo"), junta_situacion="dos"),
    ladder("recognised alone", ("reconocida", "inscripcion"), inscripcion="no_inscrita", **NOT_ASKED),
    ladder("nothing yet", ("ninguno", "reconocimiento"), reconocimiento="no", inscripcion="no_inscrita", **NOT_ASKED),
    Example("with the board", UNLISTED | {"aut_igual": "si"},
            {"m_desde": "2026-01-01", "m_hasta": "2027-12-31", "m_base": "acta", "aut_estado": "vigente_acta"}, ONE),
    Example("came later", UNLISTED | {"aut_igual": "no", "aut_desde": "2026-05-01", "aut_hasta": "2026-07-01",
                                      "aut_base": "asiento"},
            {"m_hasta": "2026-07-01", "m_base": "asiento", "aut_estado": "por_vencer"}, ONE),
    Example("goes on though it ended", LISTED | {"aut_sigue": "si", "aut_lista_ok": "si"},
            {"m_hasta": "2026-03-14", "aut_estado": "vencida"}, ONE),
    Example("left office", LISTED | {"aut_sigue": "no", "aut_cese": "2026-02-10"},
            {"m_desde": "2024-03-15", "m_hasta": "2026-02-10", "aut_estado": "vencida", "n_vencidas": 1}, ONE),
]
SIGNS = {"comunidad": SERENO, "firm_acepta": "si", "firm_parte": "comunidad", "firm_comunidad": SERENO}
AGREEMENT = [
    Example("in office on that day", SIGNS | {"fecha_firma": "2026-03-15", "firm_origen": "en_ejercicio",
                                              "firm_mandato": ANA, "firm_modo": "papel"},
            {"firm_persona": "EJEMPLO Ana Uno", "firm_estado": "en_ejercicio", "n_firmas": 1, "n_firmas_alerta": 0},
            {"firmante": 1}),
    Example("lapsed the day before", SIGNS | {"fecha_firma": "2026-03-15", "firm_origen": "fuera",
                                              "firm_mandato": CARLA, "firm_modo": "no_firma"},
            {"firm_persona": "EJEMPLO Carla Tres", "firm_estado": "fuera_de_fecha", "n_firmas": 0,
             "n_firmas_alerta": 1}, {"firmante": 1}),
    Example("its last day", SIGNS | {"fecha_firma": "2026-03-14", "firm_origen": "en_ejercicio", "firm_mandato": CARLA},
            {"firm_estado": "en_ejercicio"}, {"firmante": 1}),
    Example("by custom", {"comunidad": SERENO, "votacion": "consenso", "asist_mujeres": "21", "asist_hombres": "34",
                          "hay_compromisos": "si"}, {"asistencia": 55, "n_compromisos": 3, "nota_tramo_2": ""},
            {"compromiso": 3}),
]
FOLLOW_UP = [
    Example("could not be checked", {"comunidad": SERENO, "ver": "abiertos", "compromiso": ROOF,
                                     "estado": "sin_verificar"},
            {"estado_guardar": "en_proceso", "estado_lista": "en proceso", "vence_final": "2026-08-30"}),
    Example("late", {"comunidad": SERENO, "ver": "abiertos", "compromiso": ROOF, "fecha_revision": "2026-08-31",
                     "estado": "pendiente"}, {"aviso_vencido": "", "vence_final": "2026-08-30"}),
    Example("a new date", {"comunidad": SERENO, "ver": "todos", "compromiso": ROOF, "fecha_revision": "2026-09-10",
                           "estado": "reprogramado", "nueva_fecha": "2026-12-15"},
            {"estado_guardar": "reprogramado", "vence_antes": "2026-08-30", "vence_final": "2026-12-15"}),
    Example("fulfilled", {"comunidad": CANO, "ver": "abiertos", "compromiso": KIT, "fecha_revision": "2026-09-20",
                          "estado": "cumplido", "fecha_cumplido": "2026-09-15", "hay_evidencia": "no"},
            {"estado_guardar": "cumplido", "fecha_cumplido": "2026-09-15", "aviso_sin_evid": ""}),
]
NOT_KNOWN = dict.fromkeys(WORKSHOP, "no_sabe")
PAIRS = {f"r{number}_{when}": "" for number in range(1, 7) for when in ("antes", "ahora")}
WORKSHOPS = [
    Example("all right", {"momento": "post", **WORKSHOP}, {"p_gobernanza": 3, "p_transparencia": 3, "p_inversion": 4,
                                                           "puntaje": 10, "n_no_sabe": 0}),
    Example("none", {"momento": "pre", **NOT_KNOWN}, {"p_gobernanza": 0, "puntaje": 0, "n_no_sabe": 10}),
    Example("three of ten", {"momento": "pre"} | NOT_KNOWN | {name: WORKSHOP[name] for name in ("k1", "k5", "k9")},
            {"p_gobernanza": 1, "p_transparencia": 1, "p_inversion": 1, "puntaje": 3, "n_no_sabe": 7}),
    Example("no pair", {"momento": "retro"} | PAIRS, {"retro_pares": 0, "retro_cambio": ""}),
    Example("three pairs", {"momento": "retro"} | PAIRS | {
        "r1_antes": "1", "r1_ahora": "3", "r2_antes": "2", "r2_ahora": "2", "r3_antes": "3", "r3_ahora": "2",
        "r4_ahora": "3"}, {"r1_cambio": 2, "r3_cambio": -1, "retro_pares": 3, "retro_cambio": 0.33}),
    Example("a card", {"momento": "pre", "tiene_tarjeta": "si", "tarjeta_qr": "EV0123-4"}, {"codigo": "EV0123-4"}),
    Example("a code of one's own", {"momento": "pre", "tiene_tarjeta": "no", "letras_madre": "má", "dia_nac": "7",
                                    "letras_lugar": "Iq"}, {"codigo": "MA07IQ"}),
]
RIGHT = {name: answer for key, _done in AREAS.values() for name, answer in key.items()}
DONE = [name for _key, done in AREAS.values() for name in done]
EVERY = {"areas": "planeamiento presupuesto inversiones requerimientos contrataciones"}
CAPACITIES = [
    Example("all", EVERY | RIGHT | dict.fromkeys(DONE, "visto"),
            {"pl_pct": 100, "in_con": 8, "in_max": 12, "total_puntos": 52, "total_max": 52, "total_pct": 100}),
    Example("none", EVERY | dict.fromkeys(RIGHT, "no_sabe") | dict.fromkeys(DONE, "no"),
            {"co_pct": 0, "total_puntos": 0, "total_max": 52, "total_pct": 0}),
    Example("one area, one item not theirs", {"areas": "planeamiento", "pl1": "pei", "pl2": "actividades",
                                              "pl3": "no_sabe", "pl4": "visto", "pl5": "no_aplica"},
            {"pl_con": 4, "pl_pra": 2, "pl_max": 8, "pl_pct": 75, "total_max": 8, "total_pct": 75}),
    Example("two areas", {"areas": "presupuesto contrataciones", "pr1": "resultados", "pr2": "no_sabe",
                          "pr3": "no_sabe", "pr4": "sin_ver", "pr5": "no", "co1": "ley_32069", "co2": "oece",
                          "co3": "no_sabe", "co4": "proceso", "co5": "visto"},
            {"pr_pct": 30, "co_pct": 70, "total_puntos": 10, "total_max": 20, "total_pct": 50}),
]
EXAMPLES: dict[str, tuple[dict[str, str], list[Example]]] = {
    "acreditacion_autoridades": ({"consentimiento": "si", "en_lista": "si", "comunidad": CANO, "fecha_verif": SEEN},
                                 ACCREDITATION),
    "acuerdo_convivencia": ({"consentimiento": "si"}, AGREEMENT),
    "seguimiento_compromisos": ({"consentimiento": "si"}, FOLLOW_UP),
    "evaluacion_taller": ({"acepta": "si", "evento": "ejemplo_iquitos_1"}, WORKSHOPS),
    "evaluacion_capacidades_municipal": ({"acepta": "si", "municipio": "imaza"}, CAPACITIES),
    "asistencia_taller": ({"evento": "ejemplo_iquitos_1", "aviso_leido": "si"}, [
        Example("four are missing", {"presentes": "7", "sin_datos": "2", "escaneo": "P0000001-8"},
                {"n_filas": 1, "diferencia": 4, "en_lista": 1, "nota_dif": ""}, {"asistente": 1}),
        Example("not yet in the list", {"presentes": "1", "sin_datos": "0", "escaneo": "P9999999-7"},
                {"diferencia": 0, "en_lista": 0, "no_esta": ""}, {"asistente": 1})]),
    "asistencia_tecnica_municipal": ({"municipio": "imaza"}, [
        Example("two areas, six people", {
            "areas": "planeamiento contrataciones", "h_pl": "1.5", "h_co": "2", "participantes":
            "00000000-0000-4000-8000-000000000601 00000000-0000-4000-8000-000000000602", "otras_mujeres": "3",
            "otros_hombres": "1", "hay_productos": "si"},
            {"horas_total": 3.5, "n_lista": 2, "n_personas": 6, "n_productos": 2}, {"producto": 2})]),
    "articulacion_estado": ({"tipo_reg": "nueva"}, [
        Example("fulfilled", {"hubo_compromiso": "si", "estado": "cumplida"}, {"paso_ent": "ninguno"}),
        Example("goes on", {"hubo_compromiso": "no", "estado": "presentada", "proximo_paso": "EJEMPLO Pedir cita"},
                {"paso_ent": "EJEMPLO Pedir cita"})]),
    "cierre_jornada": ({}, [Example("five left", {"borradores": "2", "listos": "3"}, {"pendientes": 5}),
                            Example("all sent", {"borradores": "0", "listos": "0"}, {"pendientes": 0, "fin_ok": ""})]),
}


@pytest.mark.parametrize("form_id", EXAMPLES)
def test_the_record_holds_what_was_worked_out(form_id, filler, tmp_path):
    form, media, lists = opened(form_id, tmp_path)
    model = parse_form(form.read_bytes())
    opening, examples = EXAMPLES[form_id]
    answers = [forced(model, opening | one.given, one.turns) for one in examples]
    done = filled(filler, form, media, lists, tmp_path / "filled", answers)
    for (record, row), one in zip(done, examples, strict=True):
        wrong = [told for told in row["overrides"] if told["verdict"] != "ok"]
        assert (wrong, row["validate"], row["unsatisfied"]) == ([], None, []), one.name
        told = Answers(read_xml(record.xml))
        missing = [name for name in one.expected if not told.has(name)]
        found = {name: told[name] for name, value in one.expected.items() if not same(told[name], value)}
        assert (missing, found) == ([], {}), (one.name, one.expected)


def kept(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """A list as the phone keeps it, by the identifier."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


VISIT = {"consentimiento": "si", "en_lista": "si", "comunidad": CANO}
CHANGE = {"consentimiento": "si", "accion": "actualizar", "comunidad": CANO, "bloques": "lugar"}
PLACES = {"tramo": "tramo_1", "progresiva": "61.5"}, {"tramo": "tramo_1", "progresiva": ""}, {"tramo": "no_aplica"}


@pytest.mark.parametrize(("form_id", "opening", "given", "kilometre"), [
    (form_id, opening, given, kilometre)
    for form_id, opening in (("acreditacion_autoridades", VISIT), ("registro_comunidad", CHANGE))
    for given, kilometre in zip(PLACES, ("61.5", "52.4", ""), strict=True)])
def test_a_community_keeps_its_kilometre_while_it_is_on_the_line(form_id, opening, given, kilometre, filler, tmp_path):
    form, media, lists = opened(form_id, tmp_path)
    assert kept(lists.folder, "comunidades")[CANO]["progresiva"] == "52.4"
    answers = [forced(parse_form(form.read_bytes()), opening | given, {})]
    changed = tmp_path / "changed"
    (_record, row), = filled(filler, form, media, lists, tmp_path / "filled", answers, "--keep-lists", changed)
    assert row["validate"] is None
    after = kept(changed, "comunidades")[CANO]
    assert (after["tramo"], after["progresiva"]) == (given["tramo"], kilometre)


OFFICIAL = "00000000-0000-4000-8000-000000000601"
GONE, CLOSED = ("funcionarios", "vigente", "no"), ("articulaciones", "estado", "cerrada")
LEAVES = [
    ("inscripcion_funcionario", {"tramite": "salida", "municipio": "imaza", "previo": OFFICIAL}, GONE),
    ("evaluacion_capacidades_municipal", {"acepta": "si", "municipio": "imaza", "en_lista": "si",
                                          "funcionario": OFFICIAL}, GONE),
    ("articulacion_estado", {"tipo_reg": "seguimiento", "previa": "00000000-0000-4000-8000-000000000701"}, CLOSED)]


@pytest.mark.parametrize(("form_id", "given", "change"), LEAVES, ids=[one[0] for one in LEAVES])
def test_who_was_chosen_stays_when_the_list_no_longer_offers_them(form_id, given, change, filler, tmp_path):
    """A sent record is opened again after its own row was closed."""
    form, media, lists = opened(form_id, tmp_path)
    answers = [forced(parse_form(form.read_bytes()), given, {})]
    (record, row), = filled(filler, form, media, lists, tmp_path / "filled", answers)
    assert row["validate"] is None
    name, column, value = change
    rows = list(kept(lists.folder, name).values())
    with (lists.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(one | {column: value} for one in rows)
    judged, = filler.run("--form", form, "--media", media, "--tz", "America/Lima", *named(lists), "--validate",
                         record.folder / "submission.xml")
    assert judged["valid"]
    assert [one for one in judged["differences"] if one["kind"] == "dropped"] == []


WORDS = [
    ("seguimiento_compromisos", {"consentimiento": "si", "comunidad": SERENO, "ver": "abiertos", "compromiso": ROOF,
                                 "estado": "cumplido_parte"},
     {"estado_txt": ("Cumplido en parte", "Partly fulfilled"), "p_estado_txt": ("En proceso", "In progress"),
      "estado_guardar": ("cumplido_parte", "cumplido_parte"),
      "estado_lista": ("cumplido en parte", "cumplido en parte")}),
    ("articulacion_estado", {"tipo_reg": "seguimiento", "previa": "00000000-0000-4000-8000-000000000701"},
     {"prev_estado_txt": ("Comprometida por la entidad", "Committed by the body"),
      "prev_estado": ("comprometida", "comprometida")}),
    ("registro_comunidad", CHANGE, {"previo_tramo_txt": ("Tramo I (Estación 1 a Estación 5, km 0 a 306)",
                                                         "Section I (Station 1 to Station 5, km 0 to 306)")}),
]


@pytest.mark.parametrize(("form_id", "given", "expected"), WORDS, ids=[one[0] for one in WORDS])
def test_words_follow_the_phone_and_codes_do_not(form_id, given, expected, filler, tmp_path):
    form, media, lists = opened(form_id, tmp_path)
    answers = [forced(parse_form(form.read_bytes()), given, {})]
    told = []
    for language in ("Español (es)", "English (en)"):
        (record, _row), = filled(filler, form, media, lists, tmp_path / language, answers, "--language", language)
        told.append(Answers(read_xml(record.xml)))
    assert {name: tuple(one[name] for one in told) for name in expected} == expected
