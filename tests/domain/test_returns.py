"""The list that a phone reads of its returns, and the answer that comes back in its form."""

import csv
import io

import pytest

from collector.domain import returns
from collector.domain.returns import Answer, Row


def row(*fields, **more):
    given = {"number": 12, "form": "Sencillo", "record": "Ana · «1, 2»", "instance_id": "uuid:1", "words": "",
             "returned": "2026-11-14", "due": "2026-11-30", "editable": True}
    return Row(fields=fields, **{**given, **more})


def read(*rows):
    return list(csv.DictReader(io.StringIO(returns.listing(rows).decode("utf-8"))))


def field(label, said="", **more):
    answer = {"answer": {"said": said}} if said else {}
    return {"ref": "/g[2]/a", "label": label, "reason": "Otra vez.", "type": "texto", "value": "", **answer, **more}


def test_without_returns_there_is_only_the_header():
    assert returns.listing([]).decode() == ",".join(returns.COLUMNS) + "\n"


def test_a_line_for_each_field_that_is_not_answered():
    lines = read(row(field("Uno", "aqui"), field("Dos", "despues"), field("Tres")), row(number=13, editable=False))
    assert [line["name"] for line in lines] == ["D12-2", "D12-3", "D13-1"]
    first = lines[0]
    assert first["label"] == "Ana · «1, 2» · Dos · 2026-11-30" and first["campo"] == "g[2]/a"
    assert (first["motivo"], first["permite_edicion"], lines[2]["permite_edicion"]) == ("Otra vez.", "si", "no")


def test_whatever_is_written_stays_one_line():
    odd = 'Dice "x", luego\r\n\t=1+1;\u2028fin'
    lines = read(row(field(odd, reason=odd), words=odd, record=odd))
    assert len(lines) == 1 and returns.listing([row(field(odd, reason=odd))]).count(b"\n") == 2
    assert lines[0]["motivo"] == " ".join((" ".join(odd.split()),) * 2)


@pytest.mark.parametrize(("type", "mediatype", "kind"), [
    ("int", "", "numero"), ("decimal", "", "numero"), ("date", "", "fecha"), ("geopoint", "", "gps"),
    ("binary", "image/*", "foto"), ("binary", "audio/*", "texto"), ("string", "", "texto"), ("geotrace", "", "texto")])
def test_the_right_answer_is_asked_for_in_kind(type, mediatype, kind):
    assert returns.kind_of(type, mediatype) == kind


def test_an_answer_is_read_with_all_that_was_written():
    told = {"devolucion": " D12-3 ", "respuesta": "aqui", "nuevo_numero": "7", "fuente": " mi cuaderno ", "otro": "x"}
    assert returns.answer_of(told) == Answer(12, 3, "aqui", {"nuevo_numero": "7", "fuente": "mi cuaderno"})


@pytest.mark.parametrize("told", [
    {}, {"devolucion": "D1-1"}, {"respuesta": "aqui"}, {"devolucion": "D1-1", "respuesta": "quizá"},
    {"devolucion": "D0-1", "respuesta": "aqui"}, {"devolucion": "D1-0", "respuesta": "aqui"},
    {"devolucion": "D1", "respuesta": "aqui"}, {"devolucion": "D9999999999999999-1", "respuesta": "aqui"},
    {"devolucion": "D١-1", "respuesta": "aqui"}, {"devolucion": "D1-1 D2-1", "respuesta": "aqui"}])
def test_what_names_no_return_answers_none(told):
    assert returns.answer_of(told) is None
