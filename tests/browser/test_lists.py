"""Entity lists on a phone and on a laptop, with and without a script: the conflict desk, what waits, a CSV file."""

import uuid

import pytest

from tests.browser import list_material as material
from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
}


@pytest.mark.parametrize("kind", KINDS)
def test_two_changes_of_an_entity_are_shown_side_by_side_and_settled(kind, visit, enter, server):
    api, dataset = server.administrator(), f"comunidades_{kind}"
    material.publish(api, 1, f"visita_{kind}", dataset)
    identifier = material.met(api, 1, f"visita_{kind}", dataset)
    visitor = visit(**KINDS[kind])
    visitor.go(f"/projects/1/lists/{dataset}?state=conflict")
    enter(visitor)
    assert "Puerto Ishpingo" in visitor.text() and "en conflicto" in visitor.text()
    visitor.look("lists-in-conflict")
    visitor.go("/projects/1/conflicts")
    visitor.look("lists-conflicts")
    visitor.page.locator(f"main a[href*='{identifier}']").click()
    visitor.page.wait_for_load_state()
    desk(visitor)
    assert "El conflicto está resuelto. Quedó la versión 4" in visitor.text()
    assert "Así lo dijo la asamblea." in visitor.text() and "En conflicto" not in visitor.text(".head")
    entity = material.until(api, 1, dataset, identifier, 4)
    assert entity["conflict"] is None
    assert entity["currentVersion"]["data"] == {"nombre": "Puerto Ishpingo", "apu": "Abraham Chuquín", "familias": "47"}
    visitor.look("lists-entity-settled")
    visitor.press("Deshacer")
    assert "El conflicto está abierto otra vez." in visitor.text() and "Delia Puanchón" in visitor.text()
    entity = material.until(api, 1, dataset, identifier, 5)
    assert (entity["conflict"], entity["currentVersion"]["data"]["familias"]) == ("hard", "48")
    assert visitor.page.locator("fieldset").count() == 2, "what settling and undoing wrote is no side"


def desk(visitor: Visitor) -> None:
    """Nothing; of both properties another value than the newest was chosen, with a reason."""
    told = visitor.text()
    for words in ("Dos cambios a la vez", "difieren en 2", "antes: Abraham Chuquín", "Delia Puanchón", "antes: 44",
                  "46", "48"):
        assert words in told, (words, told)
    visitor.look("lists-desk")
    visitor.page.get_by_label("Abraham Chuquín").check()
    other = visitor.page.locator("fieldset", has_text="familias")
    other.get_by_label("Otro valor", exact=True).check()
    other.locator("input[name^=o]").fill("47")
    visitor.page.fill("#why", "Así lo dijo la asamblea.")
    visitor.press("Guardar y resolver")


def test_who_settles_late_sees_that_it_changed(visit, enter, server):
    api = server.administrator()
    material.publish(api, 1, "visita_tarde", "tardias")
    identifier = material.met(api, 1, "visita_tarde", "tardias")
    visitor = visit()
    visitor.go(f"/projects/1/lists/tardias/entities/{identifier}/conflict")
    enter(visitor)
    api.ask("PATCH", f"/projects/1/datasets/tardias/entities/{identifier}?force=true", json={"data": {"apu": "Eva"}})
    visitor.press("Guardar y resolver")
    assert "No se guardó: la ficha cambió mientras usted elegía." in visitor.text() and "Eva" in visitor.text()
    visitor.look("lists-desk-late", 409)
    visitor.press("Guardar y resolver")
    assert "El conflicto está resuelto." in visitor.text()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_looked_at_row_by_row_and_taken(kind, visit, enter, server):
    api, dataset = server.administrator(), f"traidas_{kind}"
    api.post("/projects/1/datasets", json={"name": dataset})
    api.post(f"/projects/1/datasets/{dataset}/properties", json={"name": "distrito"})
    known = str(uuid.uuid4())
    api.post(f"/projects/1/datasets/{dataset}/entities",
             json={"uuid": known, "label": "Nueva Unida", "data": {"distrito": "Nieva"}})
    visitor = visit(**KINDS[kind])
    visitor.go(f"/projects/1/lists/{dataset}")
    enter(visitor)
    visitor.press("Traer CSV")
    visitor.look("lists-import")
    choose(visitor, b"\x89PNG\x00\x00")
    assert "no es un CSV" in visitor.text()
    visitor.look("lists-import-refused", 422)
    rows = ["uuid;label;distrito;lengua", f"{known};;El Cenepa;awajún", ";Alto Amanecer;Nieva;wampís", ";;sin nombre;",
            "no-es;Otra;x;", f"{known};Dos veces;x;"]
    choose(visitor, "\r\n".join(rows).encode("cp1252"))
    told = visitor.text()
    for words in ("1 fichas nuevas", "1 cambian", "3 no entran", "Línea 4", "Falta el nombre", "no se puede leer",
                  "ya está en otra fila", "lengua", "El Cenepa"):
        assert words in told, (words, told)
    visitor.look("lists-preview")
    visitor.page.get_by_label("lengua", exact=True).check()
    visitor.press("Ver de nuevo")
    assert "lengua: wampís" in visitor.text()
    visitor.press("Guardar 2 fichas")
    assert "Entraron 1 fichas nuevas y cambiaron 1. No entraron 3 filas." in visitor.text()
    assert "2 filas están en el padrón" in visitor.text()
    visitor.look("lists-taken")
    visitor.page.reload()
    visitor.press("Ver el padrón")
    assert "2 fichas" in visitor.text() and "Alto Amanecer" in visitor.text()
    visitor.look("lists-list")
    entity = material.until(api, 1, dataset, known, 2)
    assert entity["currentVersion"]["data"] == {"distrito": "El Cenepa", "lengua": "awajún"}
    assert entity["currentVersion"]["label"] == "Nueva Unida"


def choose(visitor: Visitor, data: bytes) -> None:
    visitor.page.set_input_files("#file", {"name": "comunidades.csv", "mimeType": "text/csv", "buffer": data})
    visitor.press("Ver qué haría")


def test_what_a_record_could_not_do_is_told_with_what_to_do(visit, enter, server):
    api, identifier = server.administrator(), str(uuid.uuid4())
    material.publish(api, 1, "visita_espera", "esperan")
    values = {"nombre": "Puerto Ishpingo", "apu": "A", "familias": "1"}
    first = material.send(api, 1, "visita_espera", "esperan", identifier, values)
    material.until(api, 1, "esperan", identifier, 1)
    wrong = material.send(api, 1, "visita_espera", "esperan", identifier, values, 9)
    material.send(api, 1, "visita_espera", "esperan", identifier, {**values, "apu": "B"}, 3, trunk=1,
                  branch=str(uuid.uuid4()))
    visitor = visit()
    visitor.go("/projects/1/lists/esperan/waiting")
    enter(visitor)
    for _again in range(40):
        if visitor.page.locator("main h3").count() == 2:
            break
        visitor.page.wait_for_timeout(300)
        visitor.page.reload()
    told = visitor.text()
    assert "que no existe en el padrón" in told and "Escriba el cambio en la ficha a mano" in told
    visitor.look("lists-waiting")
    visitor.press("Aplicar ahora, sin esperar")
    assert "El cambio está aplicado sin esperar al anterior." in visitor.text()
    assert material.until(api, 1, "esperan", identifier, 2)["currentVersion"]["data"]["apu"] == "B"
    visitor.go(f"/projects/1/forms/visita_espera/submissions/{wrong}")
    assert "no se pudo hacer" in visitor.text("#lists")
    visitor.go(f"/projects/1/forms/visita_espera/submissions/{first}")
    assert "creó la ficha" in visitor.text("#lists")
    visitor.look("lists-record")
