"""An entity list with a form that writes it, and two changes of one entity that knew nothing of each other.

It must not know pages. Everything goes over the API, as a program would send it.
"""

import time
import uuid
from xml.sax.saxutils import escape

from pyxform.xls2xform import convert

from tests.live import Api

FORM = """
| survey |
|  | type | name | label | save_to |
|  | text | nombre | Nombre | nombre |
|  | text | apu | Jefa o jefe | apu |
|  | integer | familias | Familias | familias |
|  | text | cambia | ¿Cambia? | |
| entities |
|  | list_name | label | create_if | update_if | entity_id |
|  | {dataset} | ${{nombre}} | ${{cambia}} = '' | ${{cambia}} != '' | uuid() |
| settings |
|  | form_title | form_id | version |
|  | Visita a {dataset} | {form_id} | 1 |
"""
XML = {"Content-Type": "application/xml"}


def publish(api: Api, project: int, form_id: str, dataset: str) -> None:
    """Nothing; the form is published, and with it the list."""
    xform = convert(xlsform=FORM.format(form_id=form_id, dataset=dataset), file_type=".md").xform
    api.post(f"/projects/{project}/forms?publish=true", data=xform.encode(), headers=XML)


def send(api: Api, project: int, form_id: str, dataset: str, identifier: str, values: dict[str, str],
         base: int | str = "", **line: str | int) -> str:
    """The instance id of a record that makes the entity, or changes it from the version `base`. line: trunk, branch."""
    instance = f"uuid:{uuid.uuid4()}"
    does = 'update="1"' if base else 'create="1"'
    body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    xml = (f'<data id="{form_id}" version="1" xmlns:orx="http://openrosa.org/xforms">{body}<cambia>{base}</cambia>'
           f'<orx:meta><orx:instanceID>{instance}</orx:instanceID><entity xmlns="" dataset="{dataset}" '
           f'id="{identifier}" {does} baseVersion="{base}" trunkVersion="{line.get("trunk", "")}" '
           f'branchId="{line.get("branch", "")}"><label>{escape(values["nombre"])}</label></entity></orx:meta></data>')
    xml = xml.replace("<orx:meta>", "<meta>").replace("</orx:meta>", "</meta>").replace("orx:instanceID", "instanceID")
    api.post(f"/projects/{project}/forms/{form_id}/submissions", data=xml.encode(), headers=XML)
    return instance


def met(api: Api, project: int, form_id: str, dataset: str) -> str:
    """The identifier of an entity that two changes met in: version 3, in conflict over apu and familias."""
    identifier = str(uuid.uuid4())
    first = {"nombre": "Puerto Ishpingo", "apu": "Abraham Chuquín", "familias": "44"}
    send(api, project, form_id, dataset, identifier, first)
    until(api, project, dataset, identifier, 1)
    send(api, project, form_id, dataset, identifier, {**first, "familias": "46"}, 1)
    until(api, project, dataset, identifier, 2)
    send(api, project, form_id, dataset, identifier, {**first, "apu": "Delia Puanchón", "familias": "48"}, 1)
    until(api, project, dataset, identifier, 3)
    return identifier


def until(api: Api, project: int, dataset: str, identifier: str, version: int) -> dict:
    """The entity as the API tells it, once it has this version."""
    address, ends = f"/projects/{project}/datasets/{dataset}/entities/{identifier}", time.monotonic() + 60
    while True:
        answer = api.ask("GET", address, accept=(404,))
        if answer.status_code == 200 and answer.json()["currentVersion"]["version"] >= version:
            return answer.json()
        assert time.monotonic() < ends, answer.text
        time.sleep(0.2)


SERENO = "Río Sereno"  # a community with two boards at once


def mandates(api, project: int, name: str) -> str:
    """The name of a list that keeps mandates of a community: one after the other, and two boards at once."""
    here = f"/projects/{project}/datasets"
    api.post(here, json={"name": name})
    told = ("comunidad", "persona", "cargo", "desde", "hasta", "base", "junta")
    for each in told:
        api.post(f"{here}/{name}/properties", json={"name": each})
    for values in (("Ana Ejemplo Uno", "jefe", "2022-02-01", "2024-01-31", "asiento", "unica"),
                   ("Eva Ejemplo Dos", "jefe", "2024-06-01", "2027-12-31", "acta", "asamblea de enero"),
                   ("Luz Ejemplo Tres", "jefe", "2025-01-15", "", "acta", "asamblea de marzo"),
                   ("", "secretario", "2024-02-01", "2026-03-01", "palabra", "unica")):
        api.post(f"{here}/{name}/entities", json={"label": values[0] or "Sin nombre",
                                                  "data": dict(zip(told, (SERENO, *values), strict=True))})
    return name
