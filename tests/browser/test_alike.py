"""Records that look the same, settled on a phone and on a laptop; and two supervisors at one record."""

import pytest

from tests.browser import record_material as material
from tests.browser.visitor import LAPTOP, PHONE, Visitor
from tests.live import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
    "laptop_without_script": {"size": LAPTOP, "script": False},
}


@pytest.mark.parametrize("kind", KINDS)
def test_look_alikes_are_found_compared_and_settled(kind, visit, enter, server):
    form_id = f"parecidos_{kind}"
    address = material.publish(server.administrator(), form_id)
    visitor = visit(**KINDS[kind])
    visitor.go(f"/projects/1/forms/{form_id}/review")
    enter(visitor)
    choose_key(visitor)
    for number, ages in ((1, ("30", "40")), (2, ("30", "41")), (3, ("30", "40"))):
        material.send(address, material.record(form_id, number, ages), material.files())
    queue = f"/projects/1/inbox?queue=alike&form={form_id}"
    until(visitor, queue, ".records > li", 3)
    visitor.look("alike-queue")
    visitor.page.locator(".records a").first.click()
    visitor.page.wait_for_load_state()
    told = visitor.text()
    assert "¿Son el mismo registro?" in told and "Tienen igual: ¿Qué comunidad es?" in told
    visitor.look("alike-pair")
    open_folds(visitor)
    visitor.look("alike-pair-open")
    visitor.page.fill("#words", "El tercero es copia del primero.")
    others = visitor.page.locator("ul[aria-labelledby=with] a")
    assert others.count() == 2
    others.last.click()
    visitor.page.wait_for_load_state()
    assert "Todo lo que se respondió es igual." in visitor.text()
    visitor.look("alike-identical")
    visitor.press("Conservar el 1, rechazar el 2")
    assert "conservó uno y rechazó lo demás como repetido" in visitor.text()
    visitor.press("Los dos son correctos")
    assert "dijo que son correctos" in visitor.text() and "¿Son el mismo" not in visitor.text()
    visitor.look("alike-settled")
    visitor.go(queue)
    assert visitor.page.locator(".records > li").count() == 0
    visitor.go(f"/projects/1/forms/{form_id}/submissions/{material.instance_id(form_id, 1)}/alike")
    visitor.press("Deshacer")
    assert "¿Son el mismo registro?" in visitor.text()


@pytest.mark.parametrize("kind", KINDS)
def test_the_later_of_two_supervisors_sees_what_changed(kind, visit, enter, server):
    form_id = f"a_la_vez_{kind}"
    address = material.publish(server.administrator(), form_id)
    material.send(address, material.record(form_id, 1, ("30",)), material.files())
    here = f"/projects/1/forms/{form_id}/submissions/{material.instance_id(form_id, 1)}"
    later, first = visit(**KINDS[kind]), visit(size=LAPTOP)
    second = colleague(server.administrator(), kind)
    later.go(here)
    enter(later)
    first.go(here)
    first.page.fill("#email", second)
    first.page.fill("#password", PASSWORD)
    first.press("Entrar")
    first.press("Con observaciones…")
    first.page.select_option("#reason", "unclear")
    first.page.fill("#words", "¿Cuántas personas son?")
    first.page.locator("button[name=move]").click()
    first.page.wait_for_load_state()
    material.send(address, material.record(form_id, 2, ("30", "8"), "Alto Amanecer", 1), material.files())
    later.press("Aprobar")
    told = later.text()
    for words in ("No se guardó su decisión", "Marcó con observaciones: Una respuesta no se entiende", "Julio",
                  "¿Cuántas personas son?", "Llegó la versión 2", "Lo que usted vio y lo que vale ahora",
                  "Nuevo Amanecer", "Alto Amanecer", "Decida de nuevo"):
        assert words in told, (words, told)
    later.look("conflict", 409)
    later.press("Aprobar")
    later.go(here)
    assert "Aprobado" in later.text(".head")


def choose_key(visitor: Visitor) -> None:
    visitor.look("alike-setting")
    visitor.page.select_option("#key0", "/visita/comunidad")
    visitor.page.locator("form[aria-labelledby=h-alike] button").click()
    visitor.page.wait_for_load_state()
    assert visitor.page.locator("#key0").input_value() == "/visita/comunidad"


def until(visitor: Visitor, address: str, selector: str, count: int) -> None:
    for _again in range(40):
        visitor.go(address)
        if visitor.page.locator(selector).count() == count:
            return
        visitor.page.wait_for_timeout(500)
    raise AssertionError(visitor.text())


def open_folds(visitor: Visitor) -> None:
    visitor.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def colleague(api, kind: str) -> str:
    """The address of another person who manages the project."""
    email = f"julio-{kind.replace('_', '-')}@example.org"
    made = api.post("/users", json={"email": email, "password": PASSWORD, "displayName": "Julio"})
    api.ask("PATCH", f"/users/{made['id']}", json={"displayName": "Julio"})
    api.post(f"/projects/1/assignments/manager/{made['id']}")
    return email
