"""A world with something behind every address: two projects, two forms, a record within a scope and one outside of it.

Whatever belongs to the record outside of the scope holds SECRET: its answers, file, name, phone, comment, return.
"""

import io

from collector.domain import access
from collector.domain.programme import read_programme
from collector.services import (
    comments,
    datasets,
    entities,
    grants,
    people,
    programme,
    projects,
    public_links,
    returns,
)
from tests import builders

SECRET = "zzfuera"
FORM, OTHER = "simple", "otro"
SEEN, HIDDEN = "uuid:dentro", f"uuid:{SECRET}"
SURVEY = """
| survey |
|  | type | name | label |
|  | text | nombre | Nombre |
|  | select_one sitio | distrito | Distrito |
|  | integer | edad | Edad |
|  | image | foto | Foto |
|  | begin_repeat | persona | Persona |
|  | text | quien | Quién |
|  | end_repeat | | |
| choices |
|  | list_name | name | label |
|  | sitio | uno | Río Uno |
|  | sitio | dos | Dos |
| settings |
|  | form_title | form_id | version |
|  | {form} | {form} | {version} |
"""

PROGRAMME = {"line": [{"key": "a", "es": "Línea", "en": "Line", "forms": [FORM, OTHER], "target": [
    {"key": "lugares", "es": "lugares", "en": "places", "target": 3, "form": FORM, "state": "",
     "distinct": "/distrito"},
    {"key": "casas", "es": "casas", "en": "houses", "dataset": "casas", "property": "barrio", "value": "uno"}]}]}


def _form_file() -> dict:
    return {"data": {"file": (io.BytesIO(SURVEY.format(form=FORM, version="9").encode()), "form.md")},
            "content_type": "multipart/form-data"}


BODIES = {  # without which an action is refused before anybody is asked who wants it
    "api_mandates.standing": {"query_string": {"community": "uno"}},
    "api_projects.create": {"json": {"name": "x"}},
    "api_projects.replace": {"json": {"name": "x"}},
    "projects.create": {"data": {"name": "x", "language": "es", "timezone": "America/Lima"}},
    "projects.change": {"data": {"name": "x", "language": "es", "timezone": "America/Lima"}},
    "people.add": {"data": {"name": "x", "email": "x@example.org", "password": builders.PASSWORD, "role": "viewer"}},
    "api_submissions.comment": {"json": {"body": "x"}},
    "api_findings.settle": {"json": {"note": "x"}},
    "api_findings.put_policy": {"json": {"refuse": []}},
    "api_parked.dismiss": {"json": {"note": "x"}},
    "api_alike.settle": {"json": {"outcome": "right", "submissions": {SEEN: "0.0"}}},
    "api_corrections.preview": {"json": {"seen": f"{SEEN}-b", "values": {"/nombre": ["Eva"]}}},
    "api_corrections.save": {"json": {"seen": f"{SEEN}-b", "values": {"/nombre": ["Eva"]}, "reason": "slip"}},
    "api_decisions.decide": {"json": {"move": "approve", "seen": "0.0"}},
    "api_bulks.plan": {"json": {"move": "approve"}},
    "inbox.plan": {"data": {"move": "approve", "scope": "filter"}},
    "api_app_users.create": {"json": {"displayName": "x"}},
    "api_public_links.create": {"json": {"displayName": "x"}},
    "public_links.add": {"data": {"name": "x"}},
    "api_actor_properties.declare": {"json": {"name": "distrito"}},
    "api_user_preferences.put_site": {"json": {"propertyValue": True}},
    "api_user_preferences.put_project": {"json": {"propertyValue": True}},
    "api_datasets.create": {"json": {"name": "x"}},
    "api_datasets.add_property": {"json": {"name": "x"}},
    "api_entities.create": {"json": {"label": "x"}},
    "api_entities.change": {"json": {"label": "x"}, "query_string": {"force": "true"}},
    "api_entities.withdraw_many": {"json": {"ids": ["12345678-1234-4123-8234-123456789abc"]}},
    "api_entities.restore_many": {"json": {"ids": ["12345678-1234-4123-8234-123456789abc"]}},
    "api_rules.create": {"json": {"type": "unique", "parameters": {"field": "/nombre"}}},
    "api_rules.change": {"json": {"severity": "error"}},
    "api_forms.change": {"json": {"state": "closed"}},
    "api_form_media.link": {"json": {"dataset": False}},
    "api_recipes.create": {"json": {"name": "x"}},
    "api_recipes.save": {"json": {"version": 1, "steps": []}},
    "api_recipes.revert": {"json": {"version": 1, "to": 1}},
    "api_recipes.preview": {"json": {"steps": []}},
    "api_recipes.save_yaml": {"data": "version: 1\nsteps: []\n"},
    "api_webhooks.create": {"json": {"name": "x", "url": "https://example.org/y", "events": ["submission.create"]}},
    "api_column_mappings.create": {"json": {"from": "/nombre", "to": "/edad", "reason": "x"}},
    "api_column_mappings.preview": {"json": {"from": "/nombre", "to": "/edad"}},
    "api_recipes.explain": {"query_string": {"instanceId": SEEN, "variable": "/nombre"}},
    "api_recipes.explain_raw": {"query_string": {"instanceId": SEEN, "variable": "/nombre"}},
    "exports.ask": {"data": {"form": FORM, "format": "csv", "recipe": "", "language": "es"}},
    "datasets.create": {"data": {"name": "otros"}},
    "datasets.add_property": {"data": {"name": "otra"}},
    "entities.create": {"data": {"label": "x"}},
    "entities.save": {"data": {"label": "x", "seen": "1"}},
    "conflicts.settle": {"data": {"seen": "3"}},
    "entity_imports.receive": lambda: {"data": {"file": (io.BytesIO(b"label\nEva\n"), "fichas.csv")},
                                       "content_type": "multipart/form-data"},
    "findings.settle": {"data": {"note": "x"}},
    "forms.receive": _form_file,
    "forms.replace": _form_file,
    "mappings.join": {"query_string": {"from": "/nombre"}, "data": {"to": "/edad", "reason": "x"}},
}
ABSENT = frozenset((
    "api_alike.compare", "api_parked.fetch", "api_sessions.restore", "api_submission_files.draft_fetch",
    "api_submission_files.draft_version_fetch",
    "forms.media_file", "lineage.show", "openrosa_media.draft_attachment", "openrosa_media.draft_xls",
    "openrosa_media.draft_xlsx", "openrosa_media.form_attachment", "openrosa_media.form_xls",
    "openrosa_media.form_xlsx", "openrosa_media.version_attachment", "openrosa_media.version_xls",
    "openrosa_media.version_xlsx"))  # addresses behind which there is nothing here


def body(name: str, photo: str, place: str, twice: str = "") -> str:
    """The answers of a record."""
    return (f"<nombre>{name}</nombre><distrito>{place}</distrito><edad>30</edad><foto>{photo}</foto>"
            f"<persona><quien>{name} {twice}</quien></persona>")


def fill(app) -> dict:
    """{argument of an address: value}, all of what lies in project 1 and its form «simple»."""
    units = app.extensions["collector.units"]
    units.wake = lambda: None
    for form in (FORM, OTHER):
        builders.a_form(units, SURVEY.format(form=form, version="1"))
    mine, theirs = builders.phone_key(app, name="Teléfono dentro"), builders.phone_key(app, name=f"Teléfono {SECRET}")
    for key, name, place, instance in ((mine, "Ana", "uno", SEEN), (theirs, SECRET, "dos", HIDDEN)):
        photo = f"{name.lower()}.jpg"
        sent = body(name, photo, place)
        for form in (FORM, OTHER):
            xml = builders.a_submission(form, "1", sent, f"{instance}{'' if form == FORM else '-2'}")
            assert key.send(xml, {photo: builders.a_photo()}, device=name).status_code == 201
        assert key.send(builders.a_submission("none", "1", sent, f"{instance}-parked")).status_code == 404
    edited = builders.a_submission(FORM, "1", body("Ana", "ana.jpg", "uno", "otra vez"), f"{SEEN}-b", SEEN)
    assert mine.send(edited, {"ana.jpg": builders.a_photo()}).status_code == 201
    builders.run_steps(units)
    things = units.write(access.SYSTEM, _more)
    _by_hand(builders.person(app, "alice"), things)
    builders.run_steps(units)
    return things | {"phone_id": mine.id, "form_id": FORM, "xml_form_id": FORM}


def _more(unit) -> dict:
    projects.create_project(unit, "Otro proyecto", "es", "America/Lima")
    for instance, word in ((SEEN, "dentro"), (HIDDEN, SECRET)):
        returns.open_return(unit, 1, FORM, instance, [("/nombre", f"revise {word}")], words=word)
        comments.comment(unit, 1, FORM, instance, f"un comentario {word}")
    lists = _lists(unit)
    programme.declare(unit, 1, read_programme(PROGRAMME))
    links = {form: public_links.add_link(unit, 1, form, f"Enlace {form}").id for form in (FORM, OTHER)}
    carol = people.list_users(unit, "carol@example.org")[0]
    return {
        **lists, "project_id": 1, "instance_id": SEEN, "version_id": SEEN, "other_id": SEEN,
        "name": "ana.jpg", "version": "1",
        "form": grants.place(unit, 1, FORM).id, "other_form": grants.place(unit, 1, OTHER).id, "number": 1,
        "actor_id": carol.id, "user_id": carol.id, "person_id": carol.id, "role": "viewer", "size": "small",
        "key": "0" * 32, "step_id": "a", "token": "no", "session_id": 1, "delivery_id": 1, "part": "receipt",
        "filename": "app.css", "target_key": "lugares", "link_id": links[FORM], "table": "Submissions.persona",
        "record": f"Submissions('{SEEN}')", "rest": "persona",
        "other": {"link_id": links[OTHER], "form_id": OTHER, "xml_form_id": OTHER,
                  "instance_id": f"{SEEN}-2", "version_id": f"{SEEN}-2", "record": f"Submissions('{SEEN}-2')"},
        "hidden": {"instance_id": HIDDEN, "version_id": HIDDEN, "name": f"{SECRET}.jpg", "number": 2,
                   "record": f"Submissions('{HIDDEN}')"},
        "of": {"api_forms.restore": {"form_id": 99}, "trash.restore_form": {"number": 99},
               "entities.restore": {"uuid": lists["gone"]}, "api_entities.restore": {"uuid": lists["gone"]}},
    }


def _lists(unit) -> dict:
    """An entity list with a property, an entity in it and one in its trash; another list in the trash."""
    dataset = datasets.create_dataset(unit, 1, "casas")
    for name in ("barrio", "comunidad", "persona", "cargo", "desde"):  # it keeps mandates too
        datasets.add_property(unit, dataset, name)
    one, gone = (entities.create_entity(unit, dataset, None, label, {"barrio": "uno"}).uuid
                 for label in ("Una", "Otra"))
    entities.delete_entity(unit, dataset, gone)
    other = datasets.create_dataset(unit, 1, "huertas")
    datasets.delete_dataset(unit, other)
    return {"list_name": "casas", "uuid": one, "gone": gone, "property_name": "barrio", "act_id": 99,
            "dataset_id": other.id, "community": "uno"}


def _by_hand(alice, things: dict) -> None:
    """What people make: a draft with test data, a recipe, a rule, exports, a webhook, an invitation."""
    form = f"/v1/projects/1/forms/{FORM}"
    xml = {"data": "", "headers": {"Content-Type": "application/xml"}}
    for path, given in (
            (f"{form}/draft", {}), (f"{form}/recipes", {"json": {"name": "limpia"}}),
            (f"{form}/draft/submissions", xml | {"data": builders.a_submission(
                FORM, "1", body(SECRET, "ana.jpg", "dos"), SEEN)}),
            (f"{form}/rules", {"json": {"type": "unique", "parameters": {"field": "/nombre"}}}),
            (f"{form}/rules", {"json": {"type": "unique", "parameters": {"field": "/edad"}}}),
            (f"/projects/1/forms/{FORM}/rules/2/try", {}), (f"/projects/1/forms/{FORM}/rules/2/publish", {}),
            (f"/projects/1/forms/{FORM}/recheck", {}),
            (f"{form}/exports", {"json": {}}), (f"{form}/exports", {"json": {"purpose": "otra"}}),
            ("/v1/projects/1/webhooks", {"json": {
                "name": "gancho", "url": "https://example.org/x", "events": ["submission.create"]}})):
        answer = alice.post(path, **given)
        assert answer.status_code in (200, 201, 202, 303), (path, answer.text)
