"""Pages of records that look the same, and of two supervisors at once: side by side, what changed, decided again."""

import re
from html import unescape

import pytest

from collector.services import alike_marks, records
from tests import builders

INBOX = "/projects/1/inbox"
FORM = """
| survey |
|  | type                 | name     | label     |
|  | start                | inicio   |           |
|  | text                 | dni      | DNI       |
|  | text                 | apellido | Apellido  |
|  | select_one sino      | jefe     | ¿Es jefe? |
|  | image                | foto     | Foto      |
|  | begin repeat         | hijos    | Hijos     |
|  | text                 | hijo     | Nombre    |
|  | end repeat           |          |           |
| choices |
|  | list_name | name | label |
|  | sino      | si   | Sí    |
|  | sino      | no   | No    |
| settings |
|  | form_title | form_id | version | instance_name |
|  | Padrón     | padron  | 1       | ${apellido}   |
"""


@pytest.fixture
def browser(app):
    return builders.a_browser(app, "bob")


@pytest.fixture
def form(units):
    builders.a_form(units, FORM)


@pytest.fixture
def pair(form, phone, system):
    """Two records of one DNI that say other things beside it; a photo each."""
    system(lambda unit: alike_marks.put_setting(unit, 1, "padron", ["/dni"], True))
    for number, (name, chief, children) in enumerate((("Ríos", "si", "Ana"), ("Rios", "no", "Ana,Eva")), 1):
        phone.send(record(number, "40112233", name, chief, children), {f"{number}.jpg": builders.a_photo()})


def record(number, dni, name, chief="si", children="", **options):
    said = "".join(f"<hijos><hijo>{child}</hijo></hijos>" for child in children.split(",") if child)
    body = (f"<inicio>2026-11-1{number}T08:00:00.000-05:00</inicio><dni>{dni}</dni><apellido>{name}</apellido>"
            f"<jefe>{chief}</jefe><foto>{number}.jpg</foto>{said}")
    return builders.a_submission("padron", "1", body, **{"instance_id": f"uuid:{number}", **options})


def place(number):
    return f"/projects/1/forms/padron/submissions/uuid:{number}"


def inputs(text, about):
    """The hidden values of the form on a page that posts to this address, as pairs."""
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.S) if f'{about}"' in one)
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return [(name, unescape(value)) for name, value in pairs]


def given(text, about, **more):
    found = {}
    for name, value in [*inputs(text, about), *more.items()]:
        found.setdefault(name, []).append(value)
    return found


def state(system, number):
    return system(lambda unit: records.find_record(unit, 1, "padron", f"uuid:{number}").submission.review_state)


def words(text):
    text = re.sub(r"<(script|style).*?</\1>", " ", text[text.index("<main"):text.index("</main>")], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_records_with_one_key_wait_in_a_queue_and_lie_side_by_side(pair, browser):
    text = browser.get(INBOX).text
    assert "Parecidos <span>2</span>" in text and words(text).count("parecido a otro") == 2
    queue = browser.get(INBOX + "?queue=alike").text
    links = re.findall(r'href="([^"]*/alike[^"]*)"', queue)
    assert len(links) == 2 and "queue=alike" in links[0]
    assert "Se parece a otro registro" in browser.get(place(1)).text
    text = browser.get(unescape(links[0])).text
    shown = words(text)
    assert "¿Son el mismo registro?" in shown and "Tienen igual: DNI" in shown
    differ = shown[shown.index("Lo distinto"):shown.index("Lo igual")]
    for said in ("Apellido Ríos Rios", "¿Es jefe? Sí No", "Hijos 2", "no está"):
        assert said in differ, (said, differ)
    assert "40112233" not in differ and "40112233" in shown[shown.index("Lo igual"):]
    assert text.count("/pictures/") >= 2 or text.count("size=small") >= 2
    assert "4 respuestas son distintas" in shown and "anotaron el teléfono y el formulario 1" in shown


def test_one_is_kept_the_other_rejected_and_that_taken_back(pair, browser, system):
    here = place(1) + "/alike"
    text = browser.get(here + "?queue=alike").text
    answer = browser.post(here, data=given(text, "/alike", outcome="other", words="El segundo está completo."))
    assert answer.status_code == 303 and (state(system, 1), state(system, 2)) == ("rejected", None)
    text = browser.get(answer.location).text
    assert "Bob conservó uno y rechazó lo demás como repetido" in text and "El segundo está completo." in text
    assert "Parecidos" in text and "parecido a otro" not in browser.get(INBOX + "?queue=all").text
    history = words(browser.get(place(1)).text)
    assert "Rechazó: Está repetido" in history or "Está repetido" in history
    assert "Se rechazó; se conservó su parecido" in history
    for odd in ("9" * 30, "9" * 5000, "²", ""):
        assert browser.post(here + "/undo", data={"number": odd}).status_code == 404
    back = browser.post(here + "/undo", data=given(text, "/alike/undo"))
    assert back.status_code == 303 and (state(system, 1), state(system, 2)) == (None, None)
    assert "¿Son el mismo registro?" in browser.get(back.location).text


def test_both_are_right(pair, browser, system, phone):
    here = place(2) + "/alike"
    text = browser.get(here).text
    browser.post(here, data=given(text, "/alike", outcome="right"))
    text = browser.get(here).text
    assert "Bob dijo que son correctos" in text and "Qué hacer" not in text
    assert "Se parece a otro" not in browser.get(place(1)).text
    browser.post(here + "/undo", data=given(text, "/alike/undo"))
    assert "Se parece a otro" in browser.get(place(1)).text


def test_several_are_settled_together_and_one_goes_on_to_the_next(pair, browser, system, phone):
    phone.send(record(3, "40112233", "Ríos", "si"))
    for number in (4, 5):
        phone.send(record(number, "50000000", "Paz"))
    text = browser.get(place(1) + "/alike?queue=alike").text
    assert "Conservar el 1, rechazar los demás (2)" in text and "Los 3 son correctos" in text
    assert "with=uuid:3" in unescape(text).replace("%3A", ":") and "Dejarlo para después" in text
    browser.post(place(1) + "/alike", data=given(text, "/alike", outcome="all"))
    assert [state(system, number) for number in (1, 2, 3)] == [None, "rejected", "rejected"]
    text = browser.get(place(1) + "/alike").text
    assert place(4) + "/alike" in unescape(text).replace("%3A", ":") and "Siguiente parecido" in text


def test_whoever_was_later_sees_how_they_stand_now(pair, browser, app, system):
    here = place(1) + "/alike"
    mine = given(browser.get(here).text, "/alike", outcome="first")
    alice = builders.a_browser(app, "alice")
    alice.post(here, data=given(alice.get(here).text, "/alike", outcome="other"))
    answer = browser.post(here, data=mine)
    assert answer.status_code == 409 and "No se guardó su decisión" in answer.text and "Alice" in answer.text
    assert (state(system, 1), state(system, 2)) == ("rejected", None)
    nonsense = browser.post(here, data={"outcome": "first", "seen": "x"})
    assert nonsense.status_code == 400


def test_the_key_is_a_setting_of_the_form(form, browser, phone, app):
    phone.send(record(1, "1", "Ríos"))
    phone.send(record(2, "1", "Paz"))
    text = browser.get("/projects/1/forms/padron/review").text
    assert "Registros parecidos" in text and '<option value="/dni">DNI</option>' in text and "/foto" not in text
    answer = browser.post("/projects/1/forms/padron/review/alike", data={"key": ["/dni", "", "", ""], "content": "1"})
    assert answer.status_code == 303
    assert '<option value="/dni" selected>' in browser.get(answer.location).text
    assert "Parecidos <span>2</span>" in browser.get(INBOX).text
    assert browser.post("/projects/1/forms/padron/review/alike", data={"key": "/foto"}).status_code == 400


def test_the_later_of_two_sees_who_did_what_and_what_the_record_says_now(pair, browser, app, phone, system):
    seen = dict(inputs(browser.get(place(1)).text, "/decision"))
    alice = builders.a_browser(app, "alice")
    hers = dict(inputs(alice.get(place(1)).text, "/decision"))
    alice.post(place(1) + "/decision", data={**hers, "move": "hasIssues", "reason": "unclear", "words": "¿Es jefe?"})
    phone.send(record("1b", "40112233", "Ríos Paz", "no", instance_id="uuid:1b", deprecated_id="uuid:1"))
    answer = browser.post(place(1) + "/decision", data={**seen, "move": "approve"})
    shown = words(answer.text)
    assert answer.status_code == 409 and "No se guardó su decisión" in shown
    order = ["Marcó con observaciones: Una respuesta no se entiende", "· Alice", "¿Es jefe?", "Llegó la versión 2",
             "Lo que usted vio y lo que vale ahora", "Apellido", "Ríos", "Ríos Paz", "Decida de nuevo"]
    places = [shown.index(one) for one in order]
    assert places == sorted(places) and "Teléfono 1" in shown
    again = dict(inputs(answer.text, "/decision"))
    assert browser.post(place(1) + "/decision", data={**again, "move": "approve"}).status_code == 303
    assert state(system, 1) == "approved"


def test_where_only_a_decision_came_between_nothing_is_compared(pair, browser, app):
    seen = dict(inputs(browser.get(place(1)).text, "/decision"))
    alice = builders.a_browser(app, "alice")
    alice.post(place(1) + "/decision", data={**seen, "move": "reject", "reason": "test"})
    shown = words(browser.post(place(1) + "/decision", data={**seen, "move": "approve"}).text)
    assert "Rechazó: Es una prueba, no un dato" in shown and "Las respuestas son las mismas que usted vio" in shown
