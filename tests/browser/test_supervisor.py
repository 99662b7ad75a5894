"""The whole way of a record between a phone and those who answer for it: found, sent back, corrected, approved twice.

The phone is the form engine of Collect; people are at a phone without scripts and at a laptop, each with an account of
their own that an invitation made.
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from setup import system
from tests import stored
from tests.browser import test_inbox
from tests.browser.test_inbox import names, ways
from tests.browser.visitor import LAPTOP, PHONE, Visitor
from tests.phone.envelope import Filled
from tests.phone.filler import Filler
from tests.phone.phone import Phone, instance_id

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {"phone_without_script": {"size": PHONE, "script": False}, "laptop": {"size": LAPTOP}}
FORM = """
| survey |
| | type | name | label::Español (es) | required |
| | text | comunidad | ¿Qué comunidad es? | yes |
| | date | llegada | ¿Qué día llegó? | yes |
| | date | salida | ¿Qué día salió? | yes |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Viaje {form_id} | {form_id} | 1 | Español (es) | ${comunidad} |
"""
MINE, LIST = "devoluciones", "devoluciones.csv"
WRONG, RIGHT = "2026-05-01", "2026-05-09"
REASON = "La salida no puede ser antes de la llegada: mire su cuaderno."
SECRET = "una frase larga y propia"


@pytest.fixture(scope="module")
def filler(tmp_path_factory):
    """The phone's form engine."""
    if system.jdk() is None:
        pytest.skip("no JDK 17 or newer: apt-get install openjdk-17-jdk-headless, or set JAVA_HOME")
    return Filler(tmp_path_factory.mktemp("filler"))


@pytest.fixture
def place(request, server, filler, tmp_path):
    """A form with a rule, the form's id, and two phones that may fill it."""
    form_id = f"viaje_{request.node.callspec.params['kind']}"
    api = server.administrator()
    api.publish(FORM.replace("{form_id}", form_id), form_id)
    rules = f"/projects/1/forms/{form_id}/rules"
    made = api.post(rules, json={"type": "date_order", "severity": "error",
                                 "parameters": {"field": "/llegada", "other": "/salida"}})
    api.post(f"{rules}/{made['id']}/dry-run")
    api.ask("PATCH", f"{rules}/{made['id']}", json={"state": "live"})
    phones = [Phone(f"{server.address}/v1/key/{api.phone(f'{name} {form_id}', form_id)['token']}/projects/1",
                    tmp_path / name) for name in ("Wilmer", "Iris")]
    for phone in phones:
        assert phone.sync().fetched == [form_id]
    yield SimpleNamespace(api=api, form_id=form_id, phones=phones, filler=filler, folder=tmp_path,
                          record=f"/projects/1/forms/{form_id}/submissions")
    for phone in phones:
        phone.close()
    api.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_goes_back_and_comes_out_approved_by_two(kind, place, visit, enter):
    manager = visit(**KINDS[kind])
    manager.go("/sign-in")
    enter(manager)
    ask_two(manager, place)
    rosa, pedro = (invited(manager, visit(**KINDS[kind]), name, kind) for name in ("Rosa", "Pedro"))
    wilmer, iris = place.phones

    first = sent(place, wilmer, "Alto Nieva", WRONG, 1)
    number = instance_id(first)
    send_back(rosa, place, number)
    told = wilmer.send(filled(place, wilmer, "Kigkis", RIGHT, 2), wilmer.forms[place.form_id]).messages[0]
    assert "Tiene 1 devolución: Alto Nieva" in told and "1 campo, hasta el 02/05" in told
    learn(wilmer, iris, place, number)

    later = corrected(place, wilmer, first)
    answer = wilmer.send(later, wilmer.forms[place.form_id])
    assert answer.status == 201 and answer.messages[0].startswith("Corrección recibida")
    assert "devoluci" not in answer.messages[0]
    came_back(rosa, place, number)
    assert wilmer.sync().media == [(MINE, LIST)] and waiting(wilmer) == []

    approve_once(rosa, place, number)
    assert exported(rosa, place) == []
    approve_again(pedro, place, number)
    row, = exported(pedro, place)
    assert (row["meta-instanceID"], row["salida"], row["ReviewState"]) == (instance_id(later), RIGHT, "approved")
    assert row["KEY"] == number and row["comunidad"] == "Alto Nieva"
    assert wilmer.report.deviations == [] and iris.report.deviations == []


def ask_two(manager: Visitor, place) -> None:
    """The form takes two approvals from now on."""
    manager.go(f"/projects/1/forms/{place.form_id}/review")
    manager.page.get_by_label("Aprobar pide dos personas distintas").check()
    manager.press("Guardar")
    assert manager.page.get_by_label("Aprobar pide dos personas distintas").is_checked()
    manager.look("review-two")


def invited(manager: Visitor, visitor: Visitor, name: str, kind: str) -> Visitor:
    """The visitor, signed in with the account that an invitation to supervise the project made."""
    manager.go("/invitations?project=1&new=1")
    manager.page.fill("#name", name)
    manager.page.select_option("#role", "supervisor")
    manager.press("Crear enlace de invitación")
    visitor.go("/" + manager.text("#link").split("/", 3)[3])
    visitor.page.fill("#email", f"{name.lower()}-{kind}@example.org")
    visitor.page.fill("#password", SECRET)
    visitor.press("Crear mi cuenta")
    assert "Su cuenta está lista" in visitor.text()
    return visitor


def filled(place, phone: Phone, community: str, leaves: str, seed: int) -> Filled:
    form, folder = phone.forms[place.form_id], place.folder / f"filled-{seed}"
    answers = place.folder / f"answers-{seed}.json"
    answers.write_text(json.dumps({"/data/comunidad": community, "/data/llegada": "2026-05-05",
                                   "/data/salida": leaves}), "utf-8")
    return place.filler.fill(form.xml, form.media, folder, 1, seed, "--answers", answers)[0]


def sent(place, phone: Phone, community: str, leaves: str, seed: int) -> Filled:
    made = filled(place, phone, community, leaves, seed)
    assert phone.send(made, phone.forms[place.form_id]).status == 201
    return made


def corrected(place, phone: Phone, before: Filled) -> Filled:
    """The record, opened again on the phone; the date of leaving is now right."""
    form, answers = phone.forms[place.form_id], place.folder / "corrected.json"
    answers.write_text(json.dumps({"/data/comunidad": "Alto Nieva", "/data/llegada": "2026-05-05",
                                   "/data/salida": RIGHT}), "utf-8")
    out = place.folder / "corrected"
    row, = place.filler.run("--form", form.xml, "--media", form.media, "--out", out, "--seed", 9, "--answers", answers,
                            "--edit", before.folder / "submission.xml")
    assert "exception" not in row, row
    return Filled(out)


def send_back(visitor: Visitor, place, number: str) -> None:
    """The record is found in the queue of findings and returned, naming its field, a reason and a day."""
    queue = f"/projects/1/inbox?form={place.form_id}&queue=findings"
    until(visitor, queue, lambda: names(visitor) == ["Alto Nieva"])
    visitor.look("story-findings")
    visitor.page.locator(".records a").first.click()
    visitor.page.wait_for_load_state()
    assert ways(visitor) == ["Devolver", "Aprobar"] and number in visitor.page.url.replace("%3A", ":")
    visitor.look("story-record")
    visitor.press("Devolver", ".decide")
    visitor.page.wait_for_url("**/return**")
    fields = visitor.page.locator("input[name=field]")
    for at in range(fields.count()):
        fields.nth(at).set_checked("llegada" in fields.nth(at).get_attribute("value"))
    chosen = visitor.page.locator(".pick", has=visitor.page.locator("input[name=field]:checked"))
    chosen.locator("textarea").fill(REASON)
    visitor.page.fill("#due", "2099-05-02")
    visitor.press("Ver con los cambios")
    assert REASON in visitor.text(".handset")
    visitor.look("story-return")
    visitor.page.locator("button.main", has_text="Devolver").click()
    visitor.page.wait_for_load_state()
    assert "El registro se devolvió" in visitor.text("body")
    visitor.go(f"/projects/1/inbox?form={place.form_id}&queue=returned")
    assert names(visitor) == ["Alto Nieva"]


def learn(wilmer: Phone, iris: Phone, place, number: str) -> None:
    """One phone has the list with exactly its return; the other, and another device with the same key, have not."""
    changed = wilmer.sync()
    assert (changed.fetched, changed.media) == ([MINE], [(MINE, LIST)])
    line, = waiting(wilmer)
    assert (line["instance_id"], line["motivo"]) == (number, REASON)
    assert wilmer.sync().media == [], "what has not changed is not fetched again"
    assert (iris.sync().fetched, iris.forms.keys()) == ([], {place.form_id})
    for phone, device in ((wilmer, "collect:another"), (iris, iris.connection.device_id)):
        address = f"{phone.server_url}/forms/{MINE}/attachments/{LIST}"
        answer = requests.get(address, {"deviceID": device}, timeout=30)
        assert number not in answer.text and "Alto Nieva" not in answer.text
    made = filled(place, iris, "Nieva", RIGHT, 3)
    assert "devoluci" not in iris.send(made, iris.forms[place.form_id]).messages[0]


def waiting(phone: Phone) -> list[dict]:
    """The returns that the phone's own list shows."""
    return list(csv.DictReader(io.StringIO((phone.forms[MINE].media / LIST).read_text("utf-8"))))


def until(visitor: Visitor, address: str, is_so) -> None:
    visitor.go(address)  # what stands there now may be another list with the same record
    test_inbox.until(visitor, address, is_so)


def came_back(visitor: Visitor, place, number: str) -> None:
    """The correction closed the return; the record waits in the queue of what came back, without a finding."""
    until(visitor, f"/projects/1/inbox?form={place.form_id}&queue=back", lambda: names(visitor) == ["Alto Nieva"])
    visitor.look("story-back")
    visitor.go(f"/projects/1/inbox?form={place.form_id}&queue=returned")
    assert names(visitor) == []
    until(visitor, f"/projects/1/returns?state=back&form={place.form_id}", lambda: "Alto Nieva" in visitor.text())
    visitor.look("story-returns")
    assert stored.until(lambda: place.api.get(f"{place.record}/{number}")["reviewState"] == "edited")
    until(visitor, f"{place.record}/{number}", lambda: ways(visitor)[0] == "Aprobar")
    visitor.look("story-corrected")


def approve_once(visitor: Visitor, place, number: str) -> None:
    """The first approval waits for another person, and whoever gave it cannot give the second."""
    earlier = visitor.context.new_page()  # a tab that still offers it
    earlier.goto(f"{place.record}/{number}")
    visitor.press("Aprobar", ".decide")
    visitor.go(f"{place.record}/{number}")
    assert "Usted ya lo aprobó; falta la aprobación de otra persona." in visitor.text()
    assert "Aprobar" not in " ".join(ways(visitor))
    visitor.look("story-approved-once")
    earlier.locator(".decide button[value=approve]").click()
    earlier.wait_for_load_state()
    assert "No se guardó su decisión" in earlier.locator("main").inner_text()
    assert earlier.locator("button[value=approve]").count() == 0
    earlier.close()
    assert place.api.get(f"{place.record}/{number}")["reviewState"] != "approved"
    visitor.go(f"/projects/1/inbox?form={place.form_id}&queue=second")
    assert "Aprobado 1 de 2" in visitor.text()


def approve_again(visitor: Visitor, place, number: str) -> None:
    visitor.go(f"/projects/1/inbox?form={place.form_id}&queue=second")
    visitor.look("story-second")
    visitor.page.locator(".records a").first.click()
    visitor.page.wait_for_load_state()
    assert "Otra persona ya lo aprobó" in visitor.text()
    visitor.press("Aprobar, segunda vez", ".decide")
    visitor.go(f"{place.record}/{number}")
    assert "Aprobado" in visitor.text(".head")
    visitor.look("story-approved")


def exported(visitor: Visitor, place) -> list[dict]:
    """The rows that the filter of what is approved takes out of the inbox, as CSV."""
    visitor.go(f"/projects/1/inbox?form={place.form_id}&queue=all&state=approved")
    if not names(visitor):
        return []
    visitor.press("Exportar estos")
    with visitor.page.expect_download() as begun:
        visitor.press("CSV al momento")
    with zipfile.ZipFile(Path(begun.value.path())) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{place.form_id}.csv").decode("utf-8-sig"))))
