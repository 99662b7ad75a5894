"""Problems of what is read and taken out: OData, recipes, exports.

Each function is named after the one that makes the problem, and gives the answer in which it is told.
"""

from collector.domain import access
from collector.domain.formats import csvtable
from collector.domain.odata.keys import token_of
from collector.services import building
from collector.store.queries import export_jobs
from tests import builders
from tests.web.codes_world import FORM, World

TABLE = f"{FORM}.svc/Submissions"
EXPORTS = f"{FORM}/exports"


def filter_unparseable(w: World):
    return w.bob.get(f"{TABLE}?$filter=__system/reviewState eq")


def expression_unsupported(w: World):
    return w.bob.get(f"{TABLE}?$filter=contains(nombre, 'a')")


def field_unsupported(w: World):
    return w.bob.get(f"{TABLE}?$filter=nombre eq 'Ana'")


def expand_unsupported(w: World):
    return w.bob.get(f"{TABLE}?$expand=hijos")


def select_with_expand(w: World):
    return w.bob.get(f"{TABLE}?$expand=*&$select=nombre")


def property_unknown(w: World):
    return w.bob.get(f"{TABLE}?$select=no_hay")


def property_unselectable(w: World):
    return w.bob.get(f"{_home(w)}?$select=hijos/hijo")


def _home(w: World) -> str:
    table = builders.SIMPLE.format(form_id="hogar", version="1").replace(
        "| settings |", "|        | begin repeat | hijos | Hijos | |\n|        | text | hijo | Hijo | |\n"
        "|        | end repeat | | | |\n| settings |")
    builders.a_form(w.units, table)
    return "/v1/projects/1/forms/hogar.svc/Submissions"


def token_gone(w: World):
    return w.bob.get(f"{_home(w)}.hijos", query_string={"$skiptoken": token_of(row="0" * 40)})


def token_invalid(w: World):
    return w.bob.get(f"{TABLE}?$skiptoken=01bm8")


def format_not_offered(w: World):
    return w.bob.get(f"{TABLE}?$format=xml")


def unreadable_recipe(w: World):
    made = w.bob.post(f"{FORM}/recipes", json={"name": "Base", "steps": []}).json
    return w.bob.put(f"{FORM}/recipes/{made['id']}/yaml", data=b"version: 1\nsteps: [", content_type="text/yaml")


def recipe_saved_meanwhile(w: World):
    made = w.bob.post(f"{FORM}/recipes", json={"name": "Base", "steps": []}).json
    place = f"{FORM}/recipes/{made['id']}"
    assert w.bob.put(place, json={"version": 1, "name": "Otra", "steps": []}).status_code == 200
    return w.bob.put(place, json={"version": 1, "steps": []})


def export_not_done(w: World):
    w.units.wake = lambda: None
    return w.bob.get(f"{EXPORTS}/{w.bob.post(EXPORTS, json={}).json['id']}/file")


def counts_differ(w: World):
    write = csvtable.write
    w.monkeypatch.setattr(csvtable, "write", lambda *given: write(*given) - 1)
    return w.bob.get(f"{EXPORTS}/{w.bob.post(EXPORTS, json={'formats': ['csv']}).json['id']}")


def beyond_format(w: World):
    w.send("uuid:long", f"<nombre>{'x' * 33_000}</nombre>")
    return w.bob.get(f"{EXPORTS}/{w.bob.post(EXPORTS, json={'formats': ['spss']}).json['id']}")


def export_cut_off(w: World):
    w.units.wake = lambda: None
    number = w.bob.post(EXPORTS, json={}).json["id"]
    for _time in range(building.TRIES):
        w.units.write(access.SYSTEM, lambda unit: export_jobs.claim(unit.session, unit.now(), "dying"))
        building.take_over(w.units)
    building.run_waiting(w.units)
    return w.bob.get(f"{EXPORTS}/{number}")
