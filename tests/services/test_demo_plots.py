"""What the plots of workshops, municipalities and close-outs tell, held against what they were asked to tell."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from collector.services.demo import (
    codes,
    municipalities,
    plot_closing,
    plot_municipal,
    plot_returns,
    plot_workshop,
    script,
    workshops,
)

LIMA = timezone(timedelta(hours=-5))
DAYS = script.calendar(datetime(2026, 11, 23, 9, tzinfo=LIMA))


@pytest.fixture(scope="module")
def told():
    return [one for plot in (plot_workshop, plot_municipal, plot_returns) for one in plot.plot(DAYS)]


def records(told, form_id):
    return [one for one in told if isinstance(one, script.Sending) and one.form_id == form_id and not one.edits]


def last_word(told):
    acts = sorted((one for one in told if isinstance(one, script.Act)), key=lambda one: one.at)
    return {one.key: one.move for one in acts}


@pytest.mark.parametrize(("letters", "number", "digits", "code"), [
    ("P", 1, 7, "P0000001-8"), ("F", 1, 7, "F0000001-8"), ("F", 2, 7, "F0000002-5"), ("EV", 123, 4, "EV0123-4")])
def test_codes_are_those_of_the_printed_cards(letters, number, digits, code):
    assert codes.coded(letters, number, digits) == code


def test_sixty_leaders_enrol_and_fifty_eight_are_approved(told):
    enrolled = [one for one in records(told, "inscripcion_taller") if one.answers["acepta"] == "si"]
    assert len({one.answers["@id"] for one in enrolled}) == len(enrolled) == 60
    given = [one.answers.get("qr") or codes.coded("P", int(one.answers["azar"])) for one in enrolled]
    assert len(set(given)) == 60
    assert Counter(last_word(told).get(one.key) for one in enrolled) == {"approved": 58, "hasIssues": 1, None: 1}
    assert Counter(one.answers["procedencia"] for one in enrolled) == {"com_lista": 24, "asentamiento": 36}


def test_cards_are_matched_before_and_after(told):
    held = {moment: Counter(one.answers.get("tarjeta_mano") or one.answers["letras_madre"]
                            for one in records(told, "evaluacion_taller")
                            if one.answers["momento"] == moment and one.answers["acepta"] == "si")
            for moment in ("pre", "post", "retro")}
    assert [sum(each.values()) for each in held.values()] == [55, 52, 6]
    assert len(held["pre"].keys() & held["post"].keys()) == 48
    assert [count for count in held["pre"].values() if count > 1] == [2] and set(held["post"].values()) == {1}
    assert held["retro"].keys() <= held["post"].keys()


def test_one_person_is_on_two_rolls_of_one_half_day(told):
    enrolled = {one.answers["@id"]: one.answers.get("qr") or codes.coded("P", int(one.answers["azar"]))
                for one in records(told, "inscripcion_taller") if "@id" in one.answers}
    there = Counter((one.answers["evento"], one.answers["fecha"], one.answers["turno"],
                     row.get("escaneo") or enrolled[row["elegido"]])
                    for one in records(told, "asistencia_taller") for row in one.answers["asistente"])
    assert [count for count in there.values() if count > 1] == [2]


def test_eighty_officials_of_five_and_seven_whole_months(told):
    enrolled = [one for one in records(told, "inscripcion_funcionario")
                if one.answers["tramite"] == "nuevo" and one.answers["acepta"] == "si"]
    words = last_word(told)
    assert Counter(words.get(one.key) for one in enrolled) == {"approved": 76, "hasIssues": 2, None: 2}
    assert Counter(one.answers["tramite"] for one in records(told, "inscripcion_funcionario")) == {
        "nuevo": 81, "cambio": 3, "salida": 4}
    months = Counter(one.answers["mes"] for one in records(told, "asistencia_tecnica_municipal"))
    assert months == dict.fromkeys(range(1, 8), 5) | {8: 3}
    approved = {one.answers["mes"] for one in records(told, "asistencia_tecnica_municipal")
                if words.get(one.key) == "approved"}
    assert approved == set(range(1, 8))
    assert Counter(one.answers["momento"] for one in records(told, "evaluacion_capacidades_municipal")) == {
        "inicio": 80, "medio": 50, "final": 60}


def test_who_left_is_not_asked_later(told):
    left = {script.named(f"funcionario/{one.official:02}"): one.week for one in municipalities.CHANGES if not one.to}
    chosen = [(one.at, name) for form in ("evaluacion_capacidades_municipal", "asistencia_tecnica_municipal")
              for one in records(told, form)
              for name in f"{one.answers.get('funcionario', '')} {one.answers.get('participantes', '')}".split()]
    assert len(left) == 4 and len(chosen) > 200
    assert not [name for at, name in chosen if name in left and DAYS.week_of(at) > left[name]]


def test_close_outs_say_what_was_sent_but_two(told):
    closings = records(plot_closing.plot(DAYS, told), "cierre_jornada")
    sent = Counter((one.phone, one.arrives.date().isoformat()) for one in told if isinstance(one, script.Sending))
    apart = [one.answers["enviados_hoy"] - sent[one.phone, one.answers["fecha"]] for one in closings]
    assert [one for one in apart if one] == [2] and len(closings) > 20
    for one in closings:
        waits = [other for other in told if isinstance(other, script.Sending) and other.phone == one.phone
                 and other.at <= one.at < other.arrives]
        assert one.answers["listos"] == len(waits)
    assert any(one.answers["listos"] > 10 for one in closings), "a day without signal"


def test_the_list_of_events_has_the_days_of_the_story(told):
    lines = [line.rsplit(",", 2) for line in workshops.events(DAYS).decode().splitlines()[1:]]
    days = {line[0].partition(",")[0]: (line[1], line[2]) for line in lines}
    for one in records(told, "asistencia_taller"):
        first, last = days[one.answers["evento"]]
        assert first <= one.answers["fecha"] <= last


def test_nothing_is_done_before_it_arrived_nor_after_the_story(told):
    arrived = {one.key: one.arrives for one in told if isinstance(one, script.Sending)}
    end = DAYS.at(script.WEEKS).astimezone(UTC)
    for one in told:
        assert one.arrives < end
        if isinstance(one, script.Act):
            assert one.at > arrived[one.key]
