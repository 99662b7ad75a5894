"""Returning a record from its page: words ready, a field more without a script, what the phone reads, list, undo."""

import pytest

from collector.domain import access
from collector.services import returns
from tests import builders
from tests.services.test_checking import ID, RULES, sent

HERE = "/projects/1/returns"
RECORD = f"/projects/1/forms/reglas/submissions/{ID}"
ASK = f"{RECORD}/return"
BAD = ("<nombre/><edad>130</edad><hijos><quien>Eva</quien><meses>1</meses></hijos>"
       "<hijos><quien>Leo</quien><meses>301</meses></hijos>")


@pytest.fixture(autouse=True)
def form(units):
    return builders.a_form(units, RULES)


@pytest.fixture
def bad(phone):
    return sent(phone, BAD)


def rows(units):
    with units.reading(access.SYSTEM) as unit:
        return [one.row for one in returns.list_returns(unit, 1)]


def given(**more):
    return {"field": ["/edad"], "reason:/edad": "¿Cuántos años tiene?", "due": "2030-05-02", "act": "send", **more}


def test_fields_with_findings_are_ticked_with_words_ready(bobs, bad):
    page = bobs.get(ASK).text
    assert "Devolver a Teléfono 1" in page and page.count("checked") == 3
    assert "Menos de 120 años." in page and "Meses · Hijos 2, Leo" in page
    assert "Tiene 1 devolución: un registro sin nombre, 3 campos, hasta el " in page
    assert f'href="{ASK}"' in bobs.get(RECORD).text.replace("%3A", ":")


def test_another_field_is_added_and_the_preview_follows_without_a_script(bobs, bad):
    page = bobs.post(ASK, data=given(act="add", other="/hijos[1]/meses", shown=["/edad", "/nombre"])).text
    assert page.count("checked") == 2 and "reason:/hijos[1]/meses" in page
    assert "¿Cuántos años tiene?</textarea>" in page and 'value="2030-05-02"' in page
    page = bobs.post(ASK, data=given(act="preview", shown=["/edad"], words="Gracias")).text
    assert "1 campo, hasta el 02/05." in page and "¿Cuántos años tiene? Gracias" in page


def test_a_record_goes_back_and_is_marked_everywhere(bobs, bad, units):
    answer = bobs.post(ASK, data=given(words="Gracias."))
    assert answer.status_code == 303
    row, = rows(units)
    assert [(one["ref"], one["reason"]) for one in row.fields] == [("/edad", "¿Cuántos años tiene?")]
    for address in (RECORD, HERE, "/projects/1/submissions", f"{HERE}?state=open&form=reglas&phone={row.actor_id}"):
        assert "Devuelto, vence 02/05" in bobs.get(address).text
    page = bobs.get(RECORD).text
    assert "Con observaciones" in page and "Lo devolvió al teléfono" in page and "Deshacer la devolución" in page
    assert "El teléfono todavía no la recibió." in page
    assert "Este registro ya está devuelto." in bobs.get(ASK).text
    assert bobs.post(ASK, data=given()).status_code == 409
    for empty in ("overdue", "back", "closed"):
        assert "Ninguna devolución con este filtro" in bobs.get(f"{HERE}?state={empty}").text


def test_it_is_undone_closed_and_opened_again(bobs, bad, units):
    bobs.post(ASK, data=given())
    first = rows(units)[0].id
    assert bobs.post(f"{HERE}/{first}/withdraw").status_code == 303
    assert rows(units) == [] and "Recibido" in bobs.get(RECORD).text
    bobs.post(ASK, data=given())
    again = rows(units)[0].id
    bobs.post(f"{HERE}/{again}/close")
    assert "Abrir otra vez" in bobs.get(RECORD).text and rows(units)[0].how == "person"
    bobs.post(f"{HERE}/{again}/reopen")
    assert rows(units)[0].closed_at is None


def test_an_edit_shows_as_come_back(bobs, bad, phone):
    bobs.post(ASK, data=given())
    phone.send(builders.a_submission("reglas", body="<nombre>Ana</nombre>", instance_id="uuid:again",
                                     deprecated_id=ID))
    assert "Volvió corregido" in bobs.get(f"{HERE}?state=back").text
    assert "Volvió corregido" in bobs.get(RECORD).text


def test_what_is_wrong_is_told_on_the_page(bobs, bad, units):
    for data, words in ((given(field=[], words=""), "Elija al menos un campo"), (given(due="mañana"), "No se devolvió"),
                        (given(seen="uuid:other"), "otra persona cambió esto antes")):
        answer = bobs.post(ASK, data=data)
        assert answer.status_code in (400, 409, 422) and words in answer.text and 'role="alert"' in answer.text
    assert rows(units) == []


def test_who_may_not_is_refused(carols, bad, units):
    assert carols.get(HERE).status_code == 403 and carols.get(ASK).status_code == 403
    assert carols.post(ASK, data=given()).status_code == 403
    assert carols.post(f"{HERE}/form").status_code == 403 and rows(units) == []


def test_the_form_for_phones_is_put_into_the_project(bobs, bad, phone, units):
    bobs.post(ASK, data=given())
    assert "Ponerlo en este proyecto" in bobs.get(HERE).text
    assert "devoluciones" not in phone.get("/formList?deviceID=collect:abc").text
    assert bobs.post(f"{HERE}/form").status_code == 303
    assert "Ponerlo en este proyecto" not in bobs.get(HERE).text
    assert "Mis devoluciones" in phone.get("/formList?deviceID=collect:abc").text
    assert "¿Cuántos años tiene?" in phone.get(
        "/forms/devoluciones/attachments/devoluciones.csv?deviceID=collect:abc").text
    assert "El teléfono la recibió" in bobs.get(RECORD).text


def test_pages_read_in_english(app, bad):
    browser = builders.a_browser(app, "bob", accept_language="en")
    page = browser.get(ASK).text
    assert "Return to Teléfono 1" in page and "What to ask for" in page
    assert "Tiene 1 devolución" in page, "what the phone reads is in the project's language"
    assert "No record was returned yet" in browser.get(HERE).text
