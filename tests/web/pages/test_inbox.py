"""The inbox and the decisions on pages: queues, filters in the address, one after another, many at once, two people."""

import re
from html import unescape

import pytest

from collector.services import deciding, records
from tests import builders

INBOX = "/projects/1/inbox"


@pytest.fixture
def browser(app):
    return builders.a_browser(app, "bob")


@pytest.fixture
def sent(units, phone):
    builders.simple_form(units)
    for number in range(1, 4):
        phone.send(builders.a_submission(body=f"<nombre>Ana {number}</nombre>", instance_id=f"uuid:{number}"))
    phone.send(builders.a_submission(body="<nombre/>", instance_id="uuid:4"))


def place(number):
    return f"/projects/1/forms/simple/submissions/uuid:{number}"


def listed(text):
    return re.findall(r"submissions/uuid(?::|%3A)(\d)\?", text)


def inputs(text, about):
    """The hidden values of the form on a page that posts to this address."""
    form = re.search(rf'<form method="post" action="[^"]*{re.escape(about)}".*?</form>', text, re.S).group(0)
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}


def state(system, number):
    return system(lambda unit: records.find_record(unit, 1, "simple", f"uuid:{number}").submission.review_state)


def test_the_inbox_is_oldest_first_and_its_filter_lives_in_the_address(sent, browser):
    text = browser.get(INBOX).text
    assert listed(text) == ["1", "2", "3", "4"] and "4 registros" in text
    assert listed(browser.get(INBOX + "?queue=findings").text) == ["4"]
    assert listed(browser.get(INBOX + "?form=simple&q=ana+2&queue=waiting").text) == ["2"]
    assert "Ningún registro con este filtro" in browser.get(INBOX + "?q=nadie").text
    assert 'name="f/edad"' not in browser.get(INBOX).text
    assert "queue=waiting" in browser.get(INBOX).text


def test_fields_of_a_form_are_offered_with_the_words_of_their_choices(units, phone, browser):
    builders.a_form(units, """
| survey |
|  | type | name | label |
|  | select_one lugar | distrito | Distrito |
| choices |
|  | list_name | name | label |
|  | lugar | uno | Río Uno |
| settings |
|  | form_title | form_id | version |
|  | visita | visita | 1 |
""")
    phone.send(builders.a_submission("visita", "1", "<distrito>uno</distrito>", "uuid:1"))
    text = browser.get(INBOX + "?form=visita&f/distrito=uno").text
    assert '<option value="uno" selected>Río Uno</option>' in text and "Distrito: Río Uno" in text
    assert "Exportar estos: 1 registro" in text
    address = unescape(re.search(r'href="([^"]*exports[^"]*only=[^"]*)"', text).group(1))
    told = browser.get(address).text
    assert "Sólo los registros de un filtro" in told and "Preparar 1 registro" in told
    none = browser.get(address.replace("uno", "dos")).text
    assert "No saldría ningún registro" in none
    asked = browser.post("/projects/1/exports", data={
        "form": "visita", "only": "f/distrito=uno&queue=waiting", "format": "csv"})
    assert asked.status_code == 303
    assert "Filtro" in browser.get("/projects/1/exports/visita/1").text


def test_after_deciding_one_goes_on_to_the_next_and_may_take_it_back(sent, browser, system):
    text = browser.get(place(1) + "?queue=waiting").text
    answer = browser.post(place(1) + "/decision", data={**inputs(text, "/decision"), "move": "approve"})
    assert answer.status_code == 303 and place(2) in answer.location
    assert state(system, 1) == "approved"
    text = browser.get(answer.location).text
    assert "Aprobó" in text and "Deshacer" in text
    undone = browser.post(place(1) + "/decision/undo", data=inputs(text, "uuid:1/decision/undo"))
    assert undone.status_code == 303 and state(system, 1) is None
    last = browser.post(place(4) + "/decision", data={
        "move": "reject", "reason": "test", "carried": "queue=waiting",
        "seen": inputs(browser.get(place(4)).text, "/decision")["seen"]})
    assert last.location.startswith(INBOX) and "Rechazó" in browser.get(last.location).text


def test_a_reason_is_asked_for_on_a_page_of_its_own(sent, browser, system):
    text = browser.get(place(1) + "/decision?move=reject&queue=waiting").text
    given = {"move": "reject", "seen": re.search(r'name="seen" value="([^"]*)"', text).group(1)}
    again = browser.post(place(1) + "/decision", data=given)
    assert again.status_code == 400 and "Elija un motivo" in again.text
    given |= {"reason": "duplicate", "words": "La 2"}
    assert browser.post(place(1) + "/decision", data=given).status_code == 303
    text = browser.get(place(1)).text
    assert "Lo rechazó: Está repetido" in text and "La 2" in text and state(system, 1) == "rejected"


def test_the_later_of_two_sees_what_changed_and_decides_again(sent, browser, app, system):
    other = builders.a_browser(app, "alice")
    mine, theirs = (inputs(one.get(place(1)).text, "/decision") for one in (browser, other))
    other.post(place(1) + "/decision", data={**theirs, "move": "hasIssues", "reason": "photo", "words": "Borrosa"})
    told = browser.post(place(1) + "/decision", data={**mine, "move": "approve"})
    assert told.status_code == 409 and state(system, 1) == "hasIssues"
    assert all(words in told.text for words in ("Alice", "Borrosa", "Una foto o firma no se lee", "No se guardó"))
    seen = re.search(r'name="seen" value="([^"]*)"', told.text).group(1)
    assert browser.post(place(1) + "/decision", data={"move": "approve", "seen": seen}).status_code == 303
    assert state(system, 1) == "approved"


def test_many_are_confirmed_by_their_number_and_taken_back(sent, browser, units, system):
    answer = browser.post(INBOX + "/bulk?queue=waiting", data={"scope": "filter", "move": "approve"})
    page = browser.get(answer.location)
    assert "Aprobar 3 registros" in page.text and "tienen errores abiertos" in page.text
    wrong = browser.post(answer.location, data={"count": "4"})
    assert wrong.status_code == 422 and "ahora son 3" in wrong.text and state(system, 1) is None
    assert browser.post(answer.location, data={"count": "9" * 5000}).status_code == 422
    assert browser.post(answer.location, data={"count": "3", "reason": "verified"}).status_code == 303
    builders.run_steps(units)
    assert [state(system, number) for number in (1, 2, 3, 4)] == ["approved"] * 3 + [None]
    assert "Deshacer" in browser.get(answer.location).text
    back = browser.post(answer.location + "/undo")
    builders.run_steps(units)
    assert state(system, 2) is None and "Deshechos" in browser.get(back.location).text


def test_ticked_ones_alone(sent, browser, units, system):
    nothing = browser.post(INBOX + "/bulk", data={"move": "reject"})
    assert "Elija al menos un registro" in browser.get(nothing.location).text
    answer = browser.post(INBOX + "/bulk", data={"move": "reject", "id": ["simple\tuuid:2", "simple\tuuid:4"]})
    assert "Rechazar 2 registros" in browser.get(answer.location).text
    assert browser.post(answer.location, data={"count": "2"}).status_code == 422  # a reason is asked for
    browser.post(answer.location, data={"count": "2", "reason": "test"})
    builders.run_steps(units)
    assert [state(system, number) for number in (1, 2, 3, 4)] == [None, "rejected", None, "rejected"]


def test_a_form_says_who_decides_and_whether_two_must(sent, browser, app, system):
    where = "/projects/1/forms/simple/review"
    assert "dos personas" in browser.get(where).text
    given = {"approve": ["admin", "manager"], "reject": ["admin"], "second": "1"}
    assert browser.post(where, data=given).status_code == 303
    text = browser.get(place(1)).text
    assert "dos aprobaciones" in text and "Rechazar…" not in text
    browser.post(place(1) + "/decision", data={**inputs(text, "/decision"), "move": "approve"})
    assert state(system, 1) is None and "Usted ya lo aprobó" in browser.get(place(1)).text
    assert listed(browser.get(INBOX + "?queue=second").text) == ["1"]


def test_who_only_looks_decides_nothing(sent, app, carol, system):
    from collector.domain import access

    system(lambda unit: builders.add_grant(unit, carol.id, access.VIEWER.id, "project", 1))
    browser = builders.a_browser(app, "carol")
    assert "Aprobar" not in browser.get(place(1)).text and "Aprobar" not in browser.get(INBOX).text
    assert browser.post(place(1) + "/decision", data={"move": "approve", "seen": "0.0"}).status_code == 403
    assert browser.post(INBOX + "/bulk", data={"move": "approve", "scope": "filter"}).status_code == 403
    unread = system(lambda unit: records.find_record(unit, 1, "simple", "uuid:1").submission.read_at)
    assert unread is None and deciding.UNDO
