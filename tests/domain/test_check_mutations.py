"""One answer of a valid submission is changed: the right rule fires at the right place, and only it."""

from datetime import UTC, datetime

import pytest

from collector.domain.check import Circumstances, prepare
from collector.domain.xmltext import local_name, read_xml
from tests.domain.conftest import LIBRARY, ROOT

DAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
AUTHORITIES, AGREEMENT, WORKSHOP = LIBRARY
SAMPLES = {AUTHORITIES: 1, AGREEMENT: 2, WORKSHOP: 2}  # the one with most answers

MUTATIONS = [  # form, node, new text, findings
    (AUTHORITIES, "g_consentimiento/hay_interprete", "", ["required g_consentimiento/hay_interprete"]),
    (AUTHORITIES, "g_consentimiento/idioma", "marciano", ["choice g_consentimiento/idioma"]),
    (AUTHORITIES, "g_todo/g_registro/partida", "P", ["constraint g_todo/g_registro/partida"]),
    (AUTHORITIES, "g_todo/g_asamblea/padron", "veinte", [
        "calculate g_todo/g_asamblea/asistencia_pct", "type g_todo/g_asamblea/padron"]),
    (AUTHORITIES, "g_todo/g_asamblea/asist_mujeres", "-1", [
        "calculate g_todo/g_asamblea/asistencia", "calculate g_todo/g_asamblea/asistencia_pct",
        "constraint g_todo/g_asamblea/asist_mujeres"]),
    (AUTHORITIES, "g_todo/g_asamblea/asistencia_pct", "12", ["calculate g_todo/g_asamblea/asistencia_pct"]),
    (AUTHORITIES, "g_todo/g_prueba/consent_modo", "verbal", ["choice g_todo/g_prueba/consent_modo",
                                                           "relevant g_todo/g_prueba/consent_firma"]),
    (AUTHORITIES, "g_todo/autoridad[2]/g_aut_quien/aut_permiso", "", [
        "required g_todo/autoridad[2]/g_aut_quien/aut_permiso", "relevant g_todo/autoridad[2]/g_aut_quien/aut_nombre",
        "calculate g_todo/autoridad[2]/m_persona", "calculate g_todo/autoridad[2]/meta/entity/label",
        "calculate g_todo/autoridad[2]/meta/entity/@create"]),
    (AUTHORITIES, "g_todo/autoridad[2]/g_aut_mandato/aut_hasta", "2027-04-01", [
        "constraint g_todo/autoridad[2]/g_aut_mandato/aut_hasta", "calculate g_todo/autoridad[2]/m_hasta",
        "calculate g_todo/autoridad[2]/m_dias", "calculate g_todo/autoridad[2]/meta/entity/label"]),
    (AUTHORITIES, "g_todo/autoridad[2]/aut_num", "1", ["calculate g_todo/autoridad[2]/aut_num"]),
    (AUTHORITIES, "g_todo/n_aut", "3", ["calculate g_todo/n_aut"]),
    (AUTHORITIES, "g_todo/id_nueva", "otra", []),
    (AUTHORITIES, "g_todo/n_lista", "99", []),  # counts an entity list
    (AGREEMENT, "g_todo/g_acto/fecha_firma", "2026-11-31", [
        "type g_todo/g_acto/fecha_firma", "required g_todo/g_acto/fecha_firma", "calculate g_todo/fecha_num",
        "calculate g_todo/a_fecha", "constraint g_todo/g_clausulas/vigencia_hasta",
        *[f"constraint g_todo/compromiso[{place}]/g_compromiso/comp_vence" for place in range(1, 5)]]),
    (AGREEMENT, "g_todo/g_lengua/idiomas", "castellano klingon", ["choice g_todo/g_lengua/idiomas"]),
    (AGREEMENT, "g_todo/compromiso[3]/g_compromiso/comp_que", "corto", [
        "constraint g_todo/compromiso[3]/g_compromiso/comp_que",
        "calculate g_todo/compromiso[3]/meta/entity/label"]),
    (AGREEMENT, "g_todo/anexo[2]/g_anexo/anexo_foto", "", ["required g_todo/anexo[2]/g_anexo/anexo_foto"]),
    (AGREEMENT, "g_todo/n_compromisos", "", ["calculate g_todo/n_compromisos"]),
    (WORKSHOP, "codigo_g/personal/dia_nac", "32", [
        "constraint codigo_g/personal/dia_nac", "calculate codigo_g/codigo", "calculate meta/instanceName"]),
    (WORKSHOP, "conocimientos/k1_ok", "1", ["calculate conocimientos/k1_ok"]),
    (WORKSHOP, "conocimientos/k4", "no_existe", ["choice conocimientos/k4"]),
    (WORKSHOP, "grupo/lengua", "", ["required grupo/lengua"]),
]


def _node(root, path: str):
    for step in path.split("/"):
        name, _, place = step.rstrip("]").partition("[")
        root = [child for child in root if local_name(child) == name][int(place or 1) - 1]
    return root


@pytest.fixture(scope="module")
def found(model, submissions):
    media = {one.name: one.read_bytes() for one in (ROOT / "forms" / "media").iterdir() if one.is_file()}
    checkers = {name: prepare(model(name)) for name in SAMPLES}

    def of(name: str, path: str = "", text: str = "") -> list[str]:
        root = read_xml(submissions(name)[SAMPLES[name]])
        if path:
            _node(root, path).text = text
        findings = checkers[name].check(root, Circumstances(media=media, received_at=DAY))
        return sorted(f"{one.kind} {one.ref.removeprefix('/data/')}" for one in findings)

    return of


@pytest.mark.parametrize("name", SAMPLES)
def test_as_the_phone_sent_it_nothing_is_found(name, found):
    assert found(name) == []


@pytest.mark.parametrize(("name", "path", "text", "expected"), MUTATIONS, ids=lambda value: str(value)[:40])
def test_one_change(name, path, text, expected, found):
    assert found(name, path, text) == sorted(expected)
