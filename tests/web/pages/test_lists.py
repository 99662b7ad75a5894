"""Pages of entity lists as people use them: making, changing, what stands against it, settings, trash, search."""

import io
import re

import pytest

from collector.domain import access
from collector.services import datasets, entities
from collector.services.entity_versions import Source
from tests import builders

HERE = "/projects/1/lists/personas"
ONE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def made(units):
    """The list «personas», written by the form «fichas», with one entity made by hand."""
    builders.entity_form(units)
    units.write(access.SYSTEM, lambda unit: entities.create_entity(
        unit, datasets.find_dataset(unit, 1, "personas"), ONE, "Ana", {"nombre": "Ana", "estado": "nueva"},
        Source("page")))


def standing(units, uuid: str = ONE):
    with units.reading(access.SYSTEM) as unit:
        return entities.find_entity(unit, datasets.find_dataset(unit, 1, "personas"), uuid, deleted=True)


def test_an_entity_is_added_changed_and_told_with_what_changed(alices, units, made):
    answer = alices.post(f"{HERE}/entities/-/new", data={"label": "Eva", "p:nombre": "Eva", "p:estado": ""})
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert "Se creó en estas páginas" in alices.get(there).text
    assert standing(units, there.rpartition("/")[2]).data == {"nombre": "Eva"}
    saved = alices.post(f"{there}/edit", data={"label": "Eva", "p:nombre": "Eva María", "p:estado": "", "seen": "1"})
    assert saved.status_code == 303
    told = alices.get(there).text
    assert "<del>" in told and "Eva María</ins>" in told and "Versión 2" in told
    same = alices.post(f"{there}/edit", data={"label": "Eva", "p:nombre": "Eva María", "p:estado": "", "seen": "2"})
    assert "Nada cambió." in alices.get(same.headers["Location"]).text
    assert standing(units, there.rpartition("/")[2]).version == 2


def test_who_saves_late_sees_what_holds_now(alices, units, made):
    alices.post(f"{HERE}/entities/{ONE}/edit", data={"label": "Ana", "p:estado": "activa", "seen": "1"})
    late = alices.post(f"{HERE}/entities/{ONE}/edit", data={"label": "Ana", "p:estado": "cesada", "seen": "1"})
    assert late.status_code == 409
    assert "la ficha cambió mientras usted la editaba" in late.text and "Vale ahora: activa" in late.text
    assert standing(units).data["estado"] == "activa"


def test_an_entity_goes_to_the_trash_and_comes_back(alices, units, made):
    alices.post(f"{HERE}/entities/{ONE}/delete")
    assert standing(units).deleted_at is not None
    assert "Ana" not in alices.get(HERE).text.partition('id="rows"')[2]
    assert "Ana" in alices.get(f"{HERE}?state=trash").text
    assert "en la papelera desde" in alices.get(f"{HERE}/entities/{ONE}").text
    alices.post(f"{HERE}/entities/{ONE}/restore")
    assert standing(units).deleted_at is None


@pytest.mark.parametrize(("query", "found"), [
    ("?q=ANA", True), ("?q=nueva+an", True), ("?q=eva+maria", False), ("?property=estado&value=nueva", True),
    ("?property=estado&value=nuev", False), ("?property=nada&value=x", True), ("?state=conflict", False)])
def test_search_and_filter(alices, made, query, found):
    rows = alices.get(HERE + query).text.partition('id="rows"')[2]
    assert (f"/entities/{ONE}" in rows) == found


def test_a_list_with_settings_and_properties(alices, units):
    assert "Escriba el nombre del padrón" in alices.post("/projects/1/lists", data={"name": ""}).text
    assert alices.post("/projects/1/lists", data={"name": "dos palabras"}).status_code == 400
    answer = alices.post("/projects/1/lists", data={"name": "acuerdos", "approval": "1"})
    assert answer.headers["Location"].endswith("/lists/acuerdos/settings")
    assert alices.post("/projects/1/lists", data={"name": "Acuerdos"}).status_code == 409
    alices.post("/projects/1/lists/acuerdos/properties", data={"name": "tema"})
    assert alices.post("/projects/1/lists/acuerdos/properties", data={"name": "label"}).status_code == 400
    alices.post("/projects/1/lists/acuerdos/settings", data={"access": "ownerOnly"})
    with units.reading(access.SYSTEM) as unit:
        dataset = datasets.find_dataset(unit, 1, "acuerdos")
        assert (dataset.approval_required, dataset.access_filter) == (False, {"type": "ownerOnly"})
    refused = alices.post("/projects/1/lists/acuerdos/settings", data={"access": "property"})
    assert refused.status_code == 400 and "Elija al menos una propiedad" in refused.text
    alices.post("/projects/1/lists/acuerdos/properties/tema/delete")
    assert "«tema»" not in alices.get("/projects/1/lists/acuerdos/settings").text
    alices.post("/projects/1/lists/acuerdos/delete")
    gone = alices.get("/projects/1/lists").text
    number = re.search(r"/lists/restore/(\d+)", gone)[1]
    assert alices.get("/projects/1/lists/acuerdos").status_code == 404
    alices.post(f"/projects/1/lists/restore/{number}")
    assert alices.get("/projects/1/lists/acuerdos").status_code == 200


def test_a_list_that_a_form_writes_stays_and_says_why(alices, made):
    answer = alices.post(f"{HERE}/delete")
    assert "alert" in alices.get(answer.headers["Location"]).text
    answer = alices.post(f"{HERE}/properties/nombre/delete")
    assert "alert" in alices.get(answer.headers["Location"]).text


def test_records_that_waited_make_their_entities_when_approval_is_no_longer_asked_for(app, alices, units):
    builders.entity_form(units)
    alices.post(f"{HERE}/settings", data={"approval": "1", "access": ""})
    builders.phone_key(app).send(builders.an_entity_submission(ONE, instance_id="uuid:espera"))
    builders.run_steps(units)
    assert "espera a que se apruebe su registro" in alices.get(HERE).text
    assert "espera aprobación" in alices.get("/projects/1/forms/fichas/submissions/uuid:espera").text
    answer = alices.post(f"{HERE}/settings", data={"access": "", "convert": "1"})
    assert "1 registro que esperaba creó su ficha" in alices.get(answer.headers["Location"]).text
    assert standing(units).label == "Ana"


def test_entities_that_name_each_other_lead_to_each_other(alices, units, made):
    def link(unit):
        dataset = datasets.create_dataset(unit, 1, "acuerdos")
        datasets.add_property(unit, dataset, "firmante")
        return entities.create_entity(unit, dataset, None, "Acuerdo 27", {"firmante": ONE}).uuid
    other = units.write(access.SYSTEM, link)
    assert "Acuerdo 27" in alices.get(f"{HERE}/entities/{ONE}").text
    there = alices.get(f"/projects/1/lists/acuerdos/entities/{other}").text
    assert f"/lists/personas/entities/{ONE}" in there and "Esta ficha nombra" in there


def test_what_publishing_would_change_is_told_before(alices, units):
    form = builders.ENTITY_FORM.format(form_id="fichas", dataset="personas", version="1").encode()
    answer = alices.post("/projects/1/forms/-/upload", data={"file": (io.BytesIO(form), "fichas.md"),
                                                             "ignore_warnings": "1"},
                         content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    told = alices.get("/projects/1/forms/fichas").text
    assert "Al publicar se crea este padrón." in told and "+ nombre" in told


def test_an_address_of_a_file_that_was_changed_leads_back(alices, made):
    answer = alices.get(f"{HERE}/import/preview?file=inventado")
    assert answer.headers["Location"].endswith("/import")
    answer = alices.post(f"{HERE}/import/take", data={"file": "inventado"})
    assert "El archivo ya no espera aquí." in alices.get(answer.headers["Location"]).text


def test_settling_can_be_undone_once_and_not_after_another_change(app, alices, units):
    builders.entity_form(units)
    key = builders.phone_key(app)
    key.send(builders.an_entity_submission(ONE, instance_id="uuid:a"))
    builders.run_steps(units)
    for name in ("Eva", "Ema"):
        key.send(builders.an_entity_submission(ONE, "update", {"nombre": name, "estado": "x"}, base=1,
                                               instance_id=f"uuid:{name}"))
        builders.run_steps(units)
    desk = f"{HERE}/entities/{ONE}/conflict"
    late = alices.post(desk, data={"seen": "2"})
    assert late.status_code == 409 and "cambió mientras usted elegía" in late.text
    missing = alices.post(desk, data={"seen": "3", "c0": "0"})
    assert missing.status_code == 422 and "Falta elegir: nombre." in missing.text
    alices.post(desk, data={"seen": "3", "c0": "0", "c1": "0", "why": "Lo dijo Eva."})
    one = standing(units)
    assert (one.version, one.label, one.data["nombre"], one.conflict) == (4, "Eva", "Eva", None)
    assert "Lo dijo Eva." in alices.get(f"{HERE}/entities/{ONE}").text
    alices.post(f"{desk}/undo")
    one = standing(units)
    assert (one.version, one.label, one.data["nombre"], one.conflict) == (5, "Ema", "Ema", "hard")
    assert alices.get(desk).text.count("<fieldset") == 2
    alices.post(desk, data={"seen": "5", "c0": "1", "c1": "1"})
    assert standing(units).version == 5 and standing(units).conflict is None
    alices.post(f"{HERE}/entities/{ONE}/edit", data={"label": "Ema", "p:estado": "y", "seen": "5"})
    answer = alices.post(f"{desk}/undo")
    assert "Ya no se puede deshacer" in alices.get(answer.headers["Location"]).text
    assert standing(units).conflict is None


def test_the_history_of_a_record_says_what_it_did_to_lists(app, alices, units):
    builders.entity_form(units)
    key = builders.phone_key(app)
    key.send(builders.an_entity_submission(ONE, instance_id="uuid:a"))
    key.send(builders.an_entity_submission(ONE, "update", base=7, instance_id="uuid:b"))
    builders.run_steps(units)
    told = alices.get("/projects/1/forms/fichas/submissions/uuid:a").text
    assert "Creó una ficha: Ana, personas" in told and f"/lists/personas/entities/{ONE}" in told
    told = alices.get("/projects/1/forms/fichas/submissions/uuid:b").text
    assert "no pudo cambiar un padrón: personas" in told and "Escriba el cambio en la ficha a mano" in told


READS = """
| survey |
|  | type | name | label |
|  | select_one_from_file personas.csv | quien | ¿Quién? |
| settings |
|  | form_title | form_id | version |
|  | Lee | lee | 1 |
"""


def test_a_form_that_reads_a_list_says_where_its_file_comes_from(alices, units, made):
    builders.a_form(units, READS)
    assert "sale del padrón" in alices.get("/projects/1/forms/lee").text
    assert "la leen: Lee" in alices.get(HERE).text
    assert alices.get(f"{HERE}/list.csv").text.startswith("name,label,__version")
