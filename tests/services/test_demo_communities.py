"""What the plots of communities tell, reckoned again from the answers: boards, signatures, promises."""

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest

from collector.services.demo import (
    plot_agreements,
    plot_articulation,
    plot_authorities,
    plot_communities,
    plot_followups,
    script,
)

DAYS = script.calendar(datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=-5))))
PLOTS = (plot_communities, plot_authorities, plot_agreements, plot_followups, plot_articulation)
LAST = DAYS.day(script.WEEKS).isoformat()


@pytest.fixture(scope="module")
def told():
    return [one for plot in PLOTS for one in plot.plot(DAYS)]


def records(told, form_id, at_the_end=False):
    """Those that came to a place, in order; at_the_end: as they stood after what phones filled again."""
    made = {one.key: one for one in sorted((one for one in told if isinstance(one, script.Sending)),
                                           key=lambda one: one.arrives)
            if one.form_id == form_id and one.twist not in ("form", "version")}
    again = {one.edits: one for one in made.values() if one.edits} if at_the_end else {}
    return {key: again.get(key, one) for key, one in made.items() if not one.edits}


def last_word(told):
    return {one.key: one.move for one in sorted((one for one in told if isinstance(one, script.Act)),
                                                key=lambda one: one.at)}


def mandates(told):
    """id -> (community, first day, last day or '') as the visits wrote them down, the last word counts."""
    held = {}
    for one in records(told, "acreditacion_autoridades").values():
        for each in one.answers.get("autoridad", ()):
            if "aut_uuid" in each:
                same = each["aut_igual"] == "si"
                held[each["aut_uuid"]] = (one.answers["comunidad"],
                                          one.answers["junta_desde"] if same else each["aut_desde"],
                                          one.answers["junta_hasta"] if same else each["aut_hasta"])
            elif each.get("aut_sigue") == "no":
                held[each["aut_mandato"]] = (*held[each["aut_mandato"]][:2], each["aut_cese"])
    return held


def test_nineteen_communities_thirteen_of_section_two(told):
    first = [one.answers for one in records(told, "registro_comunidad").values() if one.answers["accion"] == "nueva"]
    assert Counter(one["tramo"] for one in first) == {"tramo_2": 13, "tramo_1": 4, "orn": 2}
    assert len({one["id_nuevo"] for one in first}) == len({one["nombre"] for one in first}) == 19


def test_twelve_of_thirteen_are_accredited(told):
    word = last_word(told)
    approved = {one.answers["comunidad"] for key, one in records(told, "acreditacion_autoridades").items()
                if word.get(key) == "approved" and one.answers["tramo"] == "tramo_2"}
    assert len(approved) == 12
    waiting = [key for key in records(told, "acreditacion_autoridades") if word.get(key) == "returned"]
    assert waiting == ["acreditacion/13/1"]


def test_every_state_of_a_board_is_there_at_the_end(told):
    states = {}
    for one in records(told, "acreditacion_autoridades", at_the_end=True).values():
        given = one.answers
        end, base = given.get("junta_hasta", ""), given.get("junta_base", "")
        left = (date.fromisoformat(end) - date.fromisoformat(given["fecha_verif"])).days if end else None
        states[given["comunidad"]] = (
            "controversia" if given["junta_situacion"] == "dos"
            else "sin_informacion" if left is None or base == "palabra"
            else "vencida" if left < 0 else "por_vencer" if left <= 60
            else "vigente_asiento" if base == "asiento" else "vigente_acta")
    assert Counter(states.values()) == {"vigente_asiento": 6, "vigente_acta": 6, "por_vencer": 2, "vencida": 2,
                                        "sin_informacion": 2, "controversia": 1}


def test_eighty_three_mandates_one_left_early(told):
    held = mandates(told)
    assert len(held) == 83
    assert sum(not end for _community, _start, end in held.values()) == 4
    assert sum(start <= LAST <= (end or LAST) for _community, start, end in held.values()) == 62


def test_one_of_thirty_nine_is_signed_after_a_term_was_over(told):
    held = mandates(told)
    signed = {key: one.answers for key, one in records(told, "acuerdo_convivencia", at_the_end=True).items()
              if one.answers["consentimiento"] == "si"}
    assert len(signed) == 39
    assert Counter(last_word(told).get(key) for key in signed) == {"approved": 35, None: 4}
    late = [key for key, one in signed.items() for each in one["firmante"] if each.get("firm_mandato")
            and not held[each["firm_mandato"]][1] <= one["fecha_firma"] <= (held[each["firm_mandato"]][2] or LAST)]
    assert late == ["acuerdo/14"]
    strangers = [key for key, one in signed.items() for each in one["firmante"]
                 if each.get("firm_mandato") and held[each["firm_mandato"]][0] != one["comunidad"]]
    assert strangers == []
    refused = [one for one in records(told, "acuerdo_convivencia").values() if one.answers["consentimiento"] == "no"]
    assert len(refused) == 1 and "comunidad" not in refused[0].answers


def test_promises_met_late_overdue(told):
    due = {each["@id"]: each["comp_vence"] for one in records(told, "acuerdo_convivencia").values()
           for each in one.answers.get("compromiso", ())}
    assert len(due) == 74
    state, met = dict.fromkeys(due, "pendiente"), {}
    for one in records(told, "seguimiento_compromisos").values():
        given = one.answers
        which = given.get("compromiso") or given["id_nuevo"]
        due.setdefault(which, given.get("nuevo_vence"))
        if given["estado"] != "sin_verificar":
            state[which] = given["estado"]
        due[which] = given.get("nueva_fecha") or due[which]
        if given["estado"] == "cumplido":
            met[which] = given["fecha_cumplido"]
    assert Counter(state.values()) == {"cumplido": 37, "en_proceso": 16, "pendiente": 15, "reprogramado": 2,
                                       "cumplido_parte": 2, "incumplido": 2, "anulado": 1}
    assert sum(day > due[which] for which, day in met.items()) == 11
    overdue = [which for which, what in state.items() if what not in ("cumplido", "anulado") and due[which] < LAST]
    assert Counter(state[which] for which in overdue) == {"en_proceso": 7, "pendiente": 6, "cumplido_parte": 2,
                                                          "incumplido": 2}


def test_two_phones_say_different_things_of_what_both_had_read(told):
    pairs = Counter((one.answers["comunidad"], DAYS.week_of(one.at))
                    for one in records(told, "registro_comunidad").values() if one.answers["accion"] == "actualizar")
    twice = [each for each, count in pairs.items() if count > 1]
    found = []
    for community, week in sorted(twice, key=lambda each: each[1]):
        one, other = (each for each in records(told, "registro_comunidad").values()
                      if each.answers.get("comunidad") == community and DAYS.week_of(each.at) == week)
        assert one.phone != other.phone and min(one.arrives, other.arrives) > DAYS.at(week + 1)
        found.append((one.answers["bloques"] == other.answers["bloques"],
                      one.answers.get("familias") == other.answers.get("familias"),
                      one.answers["fecha_visita"] == other.answers["fecha_visita"]))
    assert found == [(False, False, True), (True, False, False)]


def test_what_went_wrong_on_the_way(told):
    sendings = [one for one in told if isinstance(one, script.Sending)]
    assert Counter(one.twist for one in sendings if one.twist) == {"incomplete": 1, "form": 1, "version": 1}
    assert [one.arrives - one.at for one in sendings if one.form_id == "acuerdo_convivencia" and one.sent] \
        == [timedelta(days=12)]
    assert len([one for one in sendings if one.edits]) == 7
    assert all(named in str(one.answers) for one in sendings for named in one.files)


def test_ten_needs_with_one_to_three_steps(told):
    steps = Counter(one.answers.get("previa") or one.answers["id_nuevo"]
                    for one in records(told, "articulacion_estado").values())
    assert sorted(steps.values()) == [1, 2, 2, 2, 2, 2, 2, 2, 3, 3]


def test_decisions_follow_arrival_and_leave_some_records_alone(told):
    arrived = {one.key: one.arrives for one in told if isinstance(one, script.Sending)}
    assert all(one.at > arrived[one.key] for one in told if isinstance(one, script.Act))
    assert all(one.arrives < DAYS.at(script.WEEKS) for one in told)
    word = last_word(told)
    ends = Counter(word.get(one.key) for one in told if isinstance(one, script.Sending) and not one.edits
                   and one.twist not in ("form", "version"))
    assert ends == {"approved": 161, None: 35, "hasIssues": 5, "rejected": 2, "returned": 1}


def test_it_is_the_same_each_time(told):
    assert [one for plot in PLOTS for one in plot.plot(DAYS)] == told
