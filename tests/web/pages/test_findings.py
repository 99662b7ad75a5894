"""Findings on the pages: beside the answer and at the top, in lists, settled with a note; policy and re-check."""

import re

import pytest

from collector.domain import access
from collector.services import rechecking, tasks
from tests import builders
from tests.services.test_checking import ID, RULES, counts, forget_findings, held, progress, send_some, sent

HERE = "/projects/1/submissions"
FORM = "/projects/1/forms/reglas"
RECORD = f"{FORM}/submissions/{ID}"
BAD = ("<nombre/><edad>130</edad><hijos><quien>Eva</quien><meses>1</meses></hijos>"
       "<hijos><quien>Leo</quien><meses>301</meses></hijos><otro>x</otro>")


@pytest.fixture(autouse=True)
def form(units):
    return builders.a_form(units, RULES)


def row_of(page: str, anchor: str) -> str:
    """The row of an answer, from its id to the next."""
    return re.search(rf'<div[^>]*id="{re.escape(anchor)}".*?(?=<div[^>]* id="|</dl>)', page, re.S)[0]


def key_of(units, number=0) -> str:
    return held(units)[number].row.fingerprint


def test_findings_stand_beside_their_answers_and_once_at_the_top(bobs, phone):
    sent(phone, BAD)
    page = bobs.get(RECORD).text
    assert "4 hallazgos por atender" in page and "3 errores" in page and "1 aviso" in page
    age = row_of(page, "a-edad")
    assert 'class="hit error"' in age and "Menos de 120 años." in age and "Error." in age and "Resolver" in age
    assert "Falta una respuesta obligatoria." in row_of(page, "a-nombre")
    assert 'href="#a-edad"' in page and 'href="#a-hijos-2--meses"' in page
    assert "Meses · Hijos 2, Leo" in page
    fold = re.search(r"<details[^>]*id=\"a-hijos-2-\">.*?</summary>", page, re.S)[0]
    assert " open" in fold and "1 error" in fold
    assert " open" not in re.search(r"<details[^>]*id=\"a-hijos-1-\">", page)[0]
    assert "/otro" in page and "El formulario no tiene este campo." in page


def test_a_good_record_says_so(bobs, phone):
    sent(phone, "<nombre>Ana</nombre>")
    assert "sin hallazgos" in bobs.get(RECORD).text and "sin hallazgos" in bobs.get(HERE).text
    assert "por atender" not in bobs.get(RECORD).text


def test_the_list_counts_and_is_narrowed_to_them(bobs, phone):
    sent(phone, BAD)
    sent(phone, "<nombre>Ana</nombre>", "uuid:good")
    sent(phone, "<nombre>Ana</nombre><otro>x</otro>", "uuid:warn")
    assert "3 errores" in bobs.get(HERE).text

    def shown(query) -> set[str]:
        return set(re.findall(r'submissions/(uuid:[\w-]+)', bobs.get(f"{HERE}?{query}").text))

    assert shown("finding=any") == {ID, "uuid:warn"} and shown("finding=error") == {ID}
    assert shown("finding=warning") == {ID, "uuid:warn"} and shown("finding=required") == {ID}
    assert shown("finding=unknown&form=reglas") == {ID, "uuid:warn"} and shown("finding=range") == set()
    assert shown("finding=nonsense") == {ID, "uuid:good", "uuid:warn"}
    page = bobs.get(f"{HERE}?finding=constraint").text
    assert "No cumple una condición" in page and "1 registro" in page
    assert f'{RECORD}?finding=constraint"' in page


def test_settled_with_a_note_it_no_longer_counts_and_can_be_taken_back(bobs, phone, units):
    sent(phone)
    settle = f"{RECORD}/findings/{key_of(units)}/settle"
    answer = bobs.post(settle, data={"note": "  ", "carried": "finding=error"})
    assert answer.status_code == 303 and answer.location == f"{RECORD}?finding=error#h-findings"
    assert "Escriba por qué queda así." in bobs.get(RECORD).text and counts(units) == (1, 0)
    bobs.post(settle, data={"note": "Es la <abuela>"})
    page = bobs.get(RECORD).text
    assert counts(units) == (0, 0) and "Ningún hallazgo por atender" in page and "1 resuelto" in page
    age = row_of(page, "a-edad")
    assert "Resuelto." in age and "Es la &lt;abuela&gt;" in age and "Bob" in age and 'class="hit' not in age
    assert "Resolvió un hallazgo" in page
    assert ID not in bobs.get(f"{HERE}?finding=any").text
    assert bobs.post(settle.replace("settle", "reopen")).status_code == 303
    assert counts(units) == (1, 0) and "Volvió a abrir un hallazgo" in bobs.get(RECORD).text


def test_who_may_only_read_sees_them_and_cannot_settle(app, phone, units):
    sent(phone)
    carol = builders.person(app, "carol").id
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol, access.VIEWER.id, "project", 1))
    carols = builders.a_browser(app, "carol")
    page = carols.get(RECORD).text
    assert "Menos de 120 años." in page and "Resolver" not in page
    assert carols.post(f"{RECORD}/findings/{key_of(units)}/settle", data={"note": "x"}).status_code == 403
    assert carols.post(f"{FORM}/policy", data={"policy": "observe"}).status_code == 403
    assert carols.post(f"{FORM}/recheck").status_code == 403 and counts(units) == (1, 0)


def test_a_finding_that_is_gone_is_404(bobs, phone):
    sent(phone)
    assert bobs.post(f"{RECORD}/findings/{'0' * 32}/settle", data={"note": "x"}).status_code == 404


def test_the_form_says_what_becomes_of_what_breaks_its_rules(bobs, phone, units):
    sent(phone)
    page = bobs.get(FORM).text
    assert "Revisión automática" in page and "1 registro con errores" in page
    assert "form=reglas&amp;finding=error" in page
    bobs.post(f"{FORM}/policy", data={"policy": "refuse"})
    assert "Elija al menos un motivo" in bobs.get(FORM).text
    bobs.post(f"{FORM}/policy", data={"policy": "refuse", "refuse": ["constraint", "required"]})
    page = bobs.get(FORM).text
    assert re.findall(r'name="refuse" value="([\w-]+)" checked', page) == ["required", "constraint"]
    answer = phone.send(builders.a_submission("reglas", "1", "<nombre/>", "uuid:2"))
    assert answer.status_code == 409
    assert "No cumple las reglas del formulario" in bobs.get("/projects/1/parked").text
    assert bobs.post(f"{FORM}/policy", data={"policy": "refuse", "refuse": ["file"]}).status_code == 400
    bobs.post(f"{FORM}/policy", data={"policy": "observe"})
    assert phone.send(builders.a_submission("reglas", "1", "<nombre/>", "uuid:3")).status_code == 201


def test_a_recheck_shows_how_far_it_is_with_and_without_a_script(bobs, phone, units, monkeypatch):
    monkeypatch.setattr(rechecking, "TOGETHER", 2)
    send_some(phone)
    forget_findings(units)
    wake, units.wake = units.wake, lambda: None
    assert bobs.post(f"{FORM}/recheck").status_code == 303
    page = bobs.get(FORM).text
    assert "Se revisan otra vez 5 registros." in page and "0 de 5 registros" in page
    assert '<progress id="recheck-bar" value="0" max="5">' in page and 'hx-trigger="every 2s"' in page
    tasks.run_waiting(units)
    part = bobs.get(f"{FORM}/recheck", headers={"HX-Request": "true"})
    assert "2 de 5 registros" in part.text and "<html" not in part.text
    assert bobs.get(f"{FORM}/recheck").status_code == 303
    wake()
    part = bobs.get(f"{FORM}/recheck", headers={"HX-Request": "true"}).text
    tasks.run_all(units)
    part = bobs.get(f"{FORM}/recheck", headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in part and "Revisar otra vez" in part and "5 registros" in part
    assert progress(units).ended_at and counts(units, "uuid:4") == (1, 0)


def test_the_pages_speak_english_too(app, phone, units):
    bobs = builders.a_browser(app, "bob", accept_language="en")
    sent(phone, BAD)
    page = bobs.get(RECORD).text
    assert "4 findings to settle" in page and "A required answer is missing." in page and "Settle" in page
    assert "Automatic check" in bobs.get(FORM).text and "3 errors" in bobs.get(HERE).text
