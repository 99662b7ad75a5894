"""What rules beyond the form find in the story, held against a count over the records as they were sent."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from sqlalchemy import text

from collector.domain import access
from tests.services.conftest import Played

pytestmark = pytest.mark.xdist_group("story")
LIMA = ZoneInfo("America/Lima")
RECORDS = """SELECT v.id, v.submission_id, v.current, v.xml, v.device_id, v.created_at, f.xml_form_id
    FROM submission_versions v JOIN forms f ON f.id = v.form_id
    WHERE f.project_id = :project AND v.draft IS FALSE ORDER BY v.id"""
FOUND = """SELECT d.submission_id, d.value, d.path, d.details, f.xml_form_id
    FROM findings d JOIN submissions s ON s.id = d.submission_id JOIN forms f ON f.id = s.form_id
    WHERE f.project_id = :project AND d.kind = 'rule'"""


@pytest.fixture(scope="module")
def sent(played: Played):
    """Every version that came: rows with xml read, day: of Lima."""
    with played.units.reading(access.SYSTEM) as unit:
        rows = unit.session.execute(text(RECORDS), {"project": played.project}).all()
    return [(row, etree.fromstring(row.xml), _day(row.created_at)) for row in rows]


@pytest.fixture(scope="module")
def found(played: Played):
    """{form: {(record, path)}} of what rules found."""
    with played.units.reading(access.SYSTEM) as unit:
        rows = unit.session.execute(text(FOUND), {"project": played.project}).all()
    held = defaultdict(set)
    for row in rows:
        held[row.xml_form_id].add((row.submission_id, row.path))
    return held


def test_what_stands_twice_is_found_and_nothing_else(sent, found):
    for form, path, together in (
            ("inscripcion_taller", "credencial/codigo", ()), ("inscripcion_funcionario", "codigo_hecho", ()),
            ("evaluacion_taller", "codigo_g/codigo", ("evento", "momento")),
            ("evaluacion_capacidades_municipal", "persona/codigo", ("inicio/momento",)),
            ("asistencia_tecnica_municipal", "inicio/municipio", ("inicio/mes",)),
            ("asistencia_taller", "sesion/evento", ("sesion/fecha", "sesion/turno", "deviceid")),
            ("asistencia_taller", "asistente/codigo", ("sesion/evento", "sesion/fecha", "sesion/turno"))):
        held = defaultdict(set)
        for row, root, _on in sent:
            if row.xml_form_id == form and row.current:
                parts = [root.findtext(one) or "" for one in together]
                for own in root.findall(path):
                    if own.text and all(parts):
                        held[own.text, *parts].add(row.submission_id)
        twice = {number for numbers in held.values() if len(numbers) > 1 for number in numbers}
        assert {number for number, at in found[form] if at == f"/{path}"} == twice, (form, path)
        assert held
    assert found["evaluacion_taller"] and found["asistencia_taller"], "the story has two of the same"


def test_what_phones_sent_and_did_not_come_is_found_and_nothing_else(sent, found):
    came = Counter((row.device_id, on) for row, _root, on in sent)
    short, closed = set(), 0
    for row, root, on in sent:
        if row.xml_form_id == "cierre_jornada" and row.current:
            day, said = root.findtext("inicio/fecha"), int(root.findtext("conteo/enviados_hoy"))
            arrived = came[row.device_id, day] - (on == day)  # not itself
            closed += 1
            if arrived < said:
                short.add((row.submission_id, "/conteo/enviados_hoy"))
    assert found["cierre_jornada"] == short and 0 < len(short) < closed


def test_a_mandate_that_lapsed_before_a_signature_is_found(sent, found):
    signed = {number for number, path in found["acuerdo_convivencia"] if path.endswith("/firm_mandato")}
    outside = {row.submission_id for row, root, _on in sent if row.xml_form_id == "acuerdo_convivencia" and row.current
               and any(one.text == "fuera_de_fecha" for one in root.iter("firm_estado"))}
    assert signed == outside and signed


def test_only_these_forms_have_such_findings(found):
    assert set(found) <= {"inscripcion_taller", "inscripcion_funcionario", "evaluacion_taller", "asistencia_taller",
                          "evaluacion_capacidades_municipal", "asistencia_tecnica_municipal", "acuerdo_convivencia",
                          "cierre_jornada"}


def _day(moment) -> str:
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(LIMA).date().isoformat()
