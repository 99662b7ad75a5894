"""The inbox on a phone and on a laptop, with and without a script: filtered, decided one by one and many at once."""

import time

import pytest

from tests.browser import record_material
from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
    "laptop_without_script": {"size": LAPTOP, "script": False},
}
FORM = """
| survey |
| | type | name | label::Español (es) | constraint |
| | text | comunidad | ¿Qué comunidad es? | |
| | select_one rio | cuenca | Cuenca | |
| | integer | familias | ¿Cuántas familias? | . < 500 |
| | geopoint | punto | Punto | |
| choices |
| | list_name | name | label::Español (es) |
| | rio | maranon | Marañón |
| | rio | nieva | Nieva |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Censo breve | {form_id} | 1 | Español (es) | ${comunidad} |
"""
RECORDS = (("Río Santiago", "maranon", 20, "-4.50 -77.50 0 0"), ("Río Cenepa", "maranon", 31, "-4.51 -77.51 0 0"),
           ("Alto Río", "nieva", 18, "-4.90 -77.90 0 0"), ("Kigkis", "maranon", 900, "-4.50 -77.52 0 0"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_filter_chose_is_decided_and_nothing_else(kind, visit, enter, server):
    form_id = f"censo_{kind}"
    api = server.administrator()
    send(api, form_id)
    visitor = visit(**KINDS[kind])
    visitor.go(f"/projects/1/inbox?form={form_id}")
    enter(visitor)
    until_checked(visitor, f"/projects/1/inbox?form={form_id}&queue=findings")
    narrow(visitor, form_id)
    take_away(visitor)
    decide_many(visitor, form_id)
    assert states(api, form_id) == ["approved", "approved", None, None]
    visitor.press("Deshacer")
    until_ended(visitor)
    assert states(api, form_id) == [None] * 4
    decide_one(visitor, form_id)
    assert states(api, form_id) == [None, None, None, "hasIssues"]
    give_back(visitor, form_id)


def send(api, form_id: str) -> None:
    api.publish(FORM.replace("{form_id}", form_id), form_id)
    phone = api.phone(f"Teléfono de {form_id}", form_id)
    address = f"{api._address}/v1/key/{phone['token']}/projects/1"
    for number, (name, river, families, point) in enumerate(RECORDS, 1):
        record_material.send(address, (
            f'<data id="{form_id}" version="1" xmlns:orx="http://openrosa.org/xforms"><comunidad>{name}</comunidad>'
            f"<cuenca>{river}</cuenca><familias>{families}</familias><punto>{point}</punto><orx:meta>"
            f"<orx:instanceID>uuid:{form_id}-{number}</orx:instanceID><orx:instanceName>{name}</orx:instanceName>"
            "</orx:meta></data>").encode(), {})


def narrow(visitor: Visitor, form_id: str) -> None:
    """The inbox shows two of four: by words without accents and by a field of the form; by place too."""
    page = visitor.page
    visitor.go(f"/projects/1/inbox?form={form_id}")
    visitor.look("inbox")
    if visitor.size == PHONE:  # on a laptop it stands open
        visitor.press("Buscar y filtrar")
    page.fill("#q", "rio")
    page.get_by_label("Cuenca").select_option("maranon")
    visitor.press("Filtrar")
    page.wait_for_url("**q=rio**")
    assert names(visitor) == ["Río Santiago", "Río Cenepa"]
    assert "Cuenca: Marañón" in visitor.text() and "2 registros" in visitor.text()
    visitor.look("inbox-filtered")
    visitor.go(f"/projects/1/inbox?form={form_id}&near=-4.5,-77.5&km=5")
    assert names(visitor) == ["Río Santiago", "Río Cenepa", "Kigkis"]
    assert "a menos de 5 km" in visitor.text()


def take_away(visitor: Visitor) -> None:
    visitor.press("Exportar estos")
    assert "Sólo los registros de un filtro: Por revisar" in visitor.text() and "Preparar 3 registros" in visitor.text()
    visitor.look("exports-filtered")
    visitor.page.go_back()


def decide_many(visitor: Visitor, form_id: str) -> None:
    visitor.go(f"/projects/1/inbox?form={form_id}&q=rio&queue=waiting&f/cuenca=maranon")
    visitor.page.get_by_label("Usar todo el filtro: 2 registros").check()
    visitor.look("inbox-ticked")
    visitor.press("Aprobar…")
    assert "Aprobar 2 registros" in visitor.text("h1")
    visitor.look("bulk")
    visitor.page.fill("#count", "3")
    visitor.press("Aprobar 2")
    assert "ahora son 2" in visitor.text()
    visitor.look("bulk-wrong", 422)
    visitor.page.fill("#count", "2")
    visitor.press("Aprobar 2")
    until_ended(visitor)
    visitor.look("bulk-done")


def decide_one(visitor: Visitor, form_id: str) -> None:
    """With an open error Devolver is the main way out, without one Approve is; keys do the same on a laptop."""
    visitor.go(record(form_id, 1))
    assert ways(visitor) == ["Aprobar", "Devolver"]
    visitor.look("record-good")
    visitor.go(record(form_id, 4))
    assert ways(visitor) == ["Devolver", "Aprobar"]
    assert visitor.page.locator(".decide .main").inner_text().strip() == "Devolver"
    visitor.look("record-bad")
    if visitor.script and visitor.size == LAPTOP:
        visitor.page.keyboard.press("d")
    else:
        visitor.press("Devolver")
    visitor.page.wait_for_url("**/return**")
    visitor.look("return")
    visitor.page.locator("button.main", has_text="Devolver").click()
    visitor.page.wait_for_load_state()
    assert "El registro se devolvió" in visitor.text("body")


def give_back(visitor: Visitor, form_id: str) -> None:
    """What was returned waits in its queue; approving it closes the return, taking that back opens it again."""
    queue = f"/projects/1/inbox?form={form_id}&queue=returned"
    visitor.go(queue)
    assert names(visitor) == ["Kigkis"] and "Devuelto, vence" in visitor.text(".records")
    visitor.look("inbox-returned")
    visitor.go(record(form_id, 4, "returned"))
    visitor.press("Aprobar", ".decide")
    visitor.go(queue)
    assert "No hay nada" in visitor.text() or "Ningún registro" in visitor.text()
    visitor.go(f"/projects/1/inbox?form={form_id}&queue=today")
    assert names(visitor) == ["Kigkis"]
    visitor.go(record(form_id, 4))
    visitor.press("Deshacer mi última decisión")
    visitor.go(queue)
    assert names(visitor) == ["Kigkis"]


def names(visitor: Visitor) -> list[str]:
    return [one.strip() for one in visitor.page.locator(".rec .name").all_inner_texts()]


def ways(visitor: Visitor) -> list[str]:
    """The buttons of the decision bar that one sees first."""
    found = visitor.page.locator(".decide > a, .decide > form > button").all_inner_texts()
    return [one.strip() for one in found][:2]


def record(form_id: str, number: int, queue: str = "waiting") -> str:
    return f"/projects/1/forms/{form_id}/submissions/uuid:{form_id}-{number}?form={form_id}&queue={queue}"


def states(api, form_id: str) -> list[str | None]:
    return [api.get(f"/projects/1/forms/{form_id}/submissions/uuid:{form_id}-{number}")["reviewState"]
            for number in range(1, 5)]


def until_checked(visitor: Visitor, address: str) -> None:
    """Nothing, once the worker has looked at what was sent."""
    until(visitor, address, lambda: names(visitor) == ["Kigkis"])


def until_ended(visitor: Visitor) -> None:
    """Nothing, once the worker has decided all."""
    until(visitor, visitor.page.url, lambda: visitor.page.locator("section[role=status]").count() == 1)


def until(visitor: Visitor, address: str, is_so) -> None:
    ends = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < ends, visitor.text()
        time.sleep(0.5)
        visitor.go(address)
