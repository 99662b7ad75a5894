"""Pages on a server whose writes are done by the one writer, in its thread."""

import io
import threading

from tests import builders
from tests.web.pages.test_forms import CHOICES, GOOD, SETTINGS, SURVEY, upload, view_of


def test_acts_failures_and_messages_pass_through_the_writer(app, units, phone):
    units.start_writer()
    bobs = builders.a_browser(app, "bob")
    made = upload(bobs, GOOD)
    assert "El borrador está listo" in bobs.get(made.location).text
    bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    again = builders.a_workbook(survey=SURVEY, choices=CHOICES, settings=[SETTINGS[0], ["Visita", "visita", "2"]])
    upload(bobs, again, path="/projects/1/forms/visita/draft/replace")
    refused = bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    assert refused.status_code == 409 and "ya se publicó" in refused.text
    assert view_of(units, which=builders.publishing.DRAFT).version.version == "2"
    changed = bobs.post("/projects/1/settings", data={"name": "Otro", "language": "es", "timezone": "Luna/Mar"})
    assert changed.status_code == 422 and "Proyecto de prueba" in bobs.get("/projects").text


def test_a_page_that_fails_takes_nothing_from_those_who_write_beside_it(app, units, phone):
    builders.simple_form(units)
    bobs = builders.a_browser(app, "bob")
    units.wake = lambda: None  # steps are another process's; in this thread they would wait for themselves
    units.start_writer()
    answers = []

    def send(number: int) -> None:
        answers.append(phone.send(builders.a_submission(instance_id=f"uuid:{number}")).status_code)

    def fail() -> None:
        with app.test_client() as browser:
            browser.set_cookie("session", bobs.get_cookie("session").value)
            answer = browser.post("/projects/1/settings", data={"name": "X", "language": "es", "timezone": "Luna/Mar"})
            answers.append(201 if answer.status_code == 422 else answer.status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    threads += [threading.Thread(target=fail) for _number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [201] * 18
    text = bobs.get("/projects/1/submissions").text
    assert all(f"uuid:{number}" in text for number in range(12)) and "12 registros" in text


def test_a_file_of_many_pieces_passes_through_the_writer(app, units):
    units.start_writer()
    bobs = builders.a_browser(app, "bob")
    survey = [SURVEY[0], ["select_one_from_file lugares.csv", "lugar", "¿Dónde?"]]
    upload(bobs, builders.a_workbook(survey=survey, settings=SETTINGS), ignore_warnings="1")
    large = b"name,label\n" + b"a,A\n" * 100_000
    answer = bobs.post("/projects/1/forms/visita/media/lugares.csv", data={"file": (io.BytesIO(large), "l.csv")},
                       content_type="multipart/form-data")
    assert answer.status_code == 303
    assert bobs.get("/projects/1/forms/visita/media/lugares.csv?draft=1").data == large
