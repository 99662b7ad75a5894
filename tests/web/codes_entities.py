"""Problems of entity lists and entities.

Each function is named after the one that makes the problem, and gives the answer in which it is told.
"""

import re
from types import SimpleNamespace

from pyxform.xls2xform import convert

from tests import builders
from tests.web.codes_world import XML, World

LISTS = "/v1/projects/1/datasets"
LIST = f"{LISTS}/personas"
ALL = f"{LIST}/entities"
ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"


def _list(w: World, **options):
    builders.entity_form(w.units, **options)
    assert w.bob.post(ALL, json={"uuid": ONE, "label": "Ana"}).status_code == 200


def _sent(w: World, uuid: str = ONE, **about):
    """What a submission asked for and was not done, as the API lists it."""
    about = {"action": "update", "base": 1} | about
    assert w.phone.send(builders.an_entity_submission(uuid, **about)).status_code == 201
    builders.run_steps(w.units)
    failed = w.bob.get(f"{LIST}/acts?state=failed").json
    return SimpleNamespace(is_json=True, json=failed[-1], status_code=200, text="")


def _form(name: str, dataset: str, save_to: str) -> str:
    return f"""
| survey |
|        | type | name | label | save_to |
|        | text | uno  | Uno   | {save_to} |
| entities |
|          | list_name | label |
|          | {dataset} | ${{uno}} |
| settings |
|          | form_title | form_id | version |
|          | {name} | {name} | 1 |
"""


def blank_label(w: World):
    _list(w)
    return w.bob.post(ALL, json={"label": " "})


def invalid_entity(w: World):
    _list(w)
    return w.bob.patch(f"{ALL}/{ONE}?force=true", json={})


def unknown_property(w: World):
    _list(w)
    return w.bob.post(ALL, json={"label": "x", "data": {"otra": "1"}})


def unexpected_attributes(w: World):
    _list(w)
    return w.bob.post(ALL, json={"broken": "json"})


def nothing_to_resolve(w: World):
    _list(w)
    return w.bob.patch(f"{ALL}/{ONE}?resolve=true")


def uuids_taken(w: World):
    _list(w)
    return w.bob.post(ALL, json={"uuid": ONE, "label": "x"})


def uuids_deleted(w: World):
    _list(w)
    w.bob.delete(f"{ALL}/{ONE}")
    return w.bob.post(ALL, json={"uuid": ONE, "label": "x"})


def version_differs(w: World):
    _list(w)
    return w.bob.patch(f"{ALL}/{ONE}?baseVersion=7", json={"label": "x"})


def entity_unknown(w: World):
    _list(w)
    return _sent(w, TWO)


def entity_deleted(w: World):
    _list(w)
    w.bob.delete(f"{ALL}/{ONE}")
    return _sent(w)


def base_unknown(w: World):
    _list(w)
    return _sent(w, base=9)


def dataset_not_found(w: World):
    """The list is gone when a record of an earlier version comes: it is told in the record's history."""
    builders.entity_form(w.units)
    builders.simple_form(w.units, "fichas", "2")
    assert w.bob.delete(LIST).status_code == 200
    w.phone.send(builders.an_entity_submission(ONE))
    builders.run_steps(w.units)
    records = "/v1/projects/1/forms/fichas/submissions"
    history = w.bob.get(f"{records}/{w.bob.get(records).json[0]['instanceId']}/audits").json
    error = next(one["details"] for one in history if one["action"] == "entity.error")
    told = {"code": error["problem"]["problemCode"], "message": error["errorMessage"],
            "details": error["problem"]["problemDetails"]}
    return SimpleNamespace(is_json=True, json={"state": "failed", "problem": told}, status_code=200, text="")


def waiting_for_approval(w: World):
    builders.entity_form(w.units)
    w.bob.patch(LIST, json={"approvalRequired": True})
    w.phone.send(builders.an_entity_submission(ONE))
    builders.run_steps(w.units)
    return w.bob.patch(LIST, json={"approvalRequired": False})


def declaration_invalid(w: World):
    form = convert(xlsform=_form("futuro", "cosas", "uno"), file_type=".md").xform
    later = re.sub(r'entities-version="[^"]*"', 'entities-version="2099.1.0"', form)
    return w.bob.post("/v1/projects/1/forms?publish=true&ignoreWarnings=true", data=later, **XML)


def dataset_other_capitals(w: World):
    _list(w)
    return w.bob.post(LISTS, json={"name": "Personas"})


def properties_other_capitals(w: World):
    _list(w)
    return w.upload(_form("otras", "personas", "NOMBRE"), "?publish=true&ignoreWarnings=true")


def dataset_in_use(w: World):
    _list(w)
    return w.bob.delete(LIST)


def property_in_use(w: World):
    _list(w)
    return w.bob.delete(f"{LIST}/properties/nombre")


def not_a_data_file(w: World):
    _list(w)
    assert w.upload("""
| survey |
|        | type | name | label | media::image |
|        | note | a    | A     | foto.jpg |
| settings |
|          | form_title | form_id | version |
|          | Con foto   | foto    | 1       |
""").status_code == 200
    return w.bob.patch("/v1/projects/1/forms/foto/draft/attachments/foto.jpg", json={"dataset": True})
