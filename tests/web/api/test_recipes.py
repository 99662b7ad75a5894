"""Recipes over the API: made, saved, gone back to, dropped; tried; as a file; notices; why a cell is so; mappings."""

import pytest

from collector.services import recipe_counts
from tests import builders

HERE = "/v1/projects/1/forms/simple/recipes"
COLUMNS = "/v1/projects/1/forms/simple/columnMappings"
TRIM = {"id": "t", "type": "trim", "settings": {"columns": ["/nombre"]}, "reason": "espacios"}
UPPER = {"id": "u", "type": "case", "settings": {"columns": ["/nombre"], "to": "upper"}}
TWO = builders.SIMPLE.format(form_id="simple", version="2").replace("| nombre | Nombre", "| apodo | Apodo")


@pytest.fixture(autouse=True)
def records(units, phone):
    builders.simple_form(units)
    for n, name in enumerate((" Ana", "Beto"), 1):
        phone.send(builders.a_submission(body=f"<nombre>{name}</nombre>", instance_id=f"uuid:{n}"))
    builders.run_steps(units)


@pytest.fixture
def one(bob):
    made = bob.post(HERE, json={"name": "Base", "steps": [TRIM, UPPER], "note": "primera"})
    assert made.status_code == 200, made.text
    return f"{HERE}/{made.json['id']}"


def test_the_life_of_a_recipe(bob, one):
    shown = bob.get(one).json
    assert (shown["name"], shown["version"], shown["note"], shown["savedBy"]) == ("Base", 1, "primera", "Bob")
    assert [step["author"] for step in shown["steps"]] == ["Bob", "Bob"] and shown["savedAt"].endswith("Z")
    saved = bob.put(one, json={"version": 1, "steps": [shown["steps"][0]], "name": "Otra"}).json
    assert (saved["version"], saved["name"], len(saved["steps"])) == (2, "Otra", 1)
    late = bob.put(one, json={"version": 1, "steps": []})
    assert late.status_code == 409 and late.json["code"] == 409.3 and late.json["details"]["author"] == "Bob"
    back = bob.post(f"{one}/revert", json={"version": 2, "to": 1}).json
    assert (back["version"], back["revertsTo"], back["steps"]) == (3, 1, shown["steps"])
    assert [(each["number"], each["author"]) for each in bob.get(f"{one}/versions").json] == [
        (3, "Bob"), (2, "Bob"), (1, "Bob")]
    assert bob.get(f"{one}?version=2").json["steps"] == saved["steps"]
    assert bob.delete(one).json == {"success": True} and bob.get(one).status_code == 404
    assert bob.get(HERE).json == [] and [each["name"] for each in bob.get(f"{HERE}?deleted=true").json] == ["Otra"]
    assert bob.post(f"{one}/restore").json["version"] == 3
    listed, = bob.get(HERE).json
    assert listed["name"] == "Otra" and "steps" not in listed


def test_tried_saved_or_not(bob, one):
    seen = bob.post(f"{HERE}/preview", json={"steps": [TRIM, UPPER], "stepId": "t"}).json
    assert (seen["stepId"], seen["records"], seen["total"], seen["complete"]) == ("t", 2, 2, True)
    assert [(each["id"], each["rowsIn"], each["cells"]) for each in seen["steps"]] == [("t", 2, 1)]
    assert seen["examples"] == [
        {"instanceId": "uuid:1", "key": "", "variable": "/nombre", "before": " Ana", "after": "Ana"}]
    whole = bob.post(f"{one}/preview", json={"wait": True}).json
    assert (whole["stepId"], whole["allCells"], len(whole["allExamples"])) == ("u", 2, 2)
    assert bob.post(f"{HERE}/preview", json={}).json["code"] == 400.2
    wrong = bob.post(f"{HERE}/preview", json={"steps": [{"type": "nothing"}]})
    assert wrong.status_code == 400 and wrong.json["details"]["step"] == 1
    assert bob.get(one).json["version"] == 1


def test_as_a_file_and_back(bob, one):
    text = bob.get(f"{one}/yaml")
    assert text.content_type == "text/yaml; charset=utf-8" and "# 1. " in text.text
    same = bob.put(f"{one}/yaml", data=text.data, content_type="text/yaml").json
    assert same["version"] == 1
    changed = text.text.replace("to: upper", "to: title")
    saved = bob.put(f"{one}/yaml", data=changed.encode(), content_type="text/yaml").json
    assert saved["version"] == 2 and saved["steps"][1]["settings"]["to"] == "title"
    assert saved["steps"][0] == same["steps"][0]
    late = bob.put(f"{one}/yaml", data=text.data, content_type="text/yaml")
    assert late.status_code == 409 and late.json["code"] == 409.3
    assert bob.put(f"{one}/yaml?version=2", data=text.data, content_type="text/yaml").json["version"] == 3
    bad = bob.put(f"{one}/yaml", data=b"steps:\n- type: trim\n  settings: {columns: []}\n", content_type="text/yaml")
    assert bad.status_code == 400 and bad.json["details"]["line"] == 3
    lost = bob.put(f"{one}/yaml", data=b"steps: []", content_type="text/yaml")
    assert lost.json["code"] == 400.2 and lost.json["details"]["field"] == "version"


def test_as_a_script(bob, one):
    answer = bob.get(f"{one}/script")
    assert answer.content_type == "text/x-python; charset=utf-8" and "Base (1)" in answer.text
    compile(answer.text, "script.py", "exec")


def test_notices_are_listed_and_put_away(bob, one, units):
    bob.put(one, json={"version": 1, "steps": [{"id": "g", "type": "trim", "settings": {"columns": ["/no"]}}]})
    assert recipe_counts.recount(units) == 1
    notice, = bob.get(f"{HERE}/notices").json
    assert (notice["recipe"], notice["stepId"], notice["kind"], notice["records"]) == ("Base", "g", "fault", 2)
    assert notice["says"] and notice["countedAt"]
    assert bob.delete(f"{one}/notices/g").json == {"success": True}
    assert bob.get(f"{HERE}/notices").json == [] and bob.delete(f"{one}/notices/g").status_code == 404


def test_why_a_cell_is_so(bob, one):
    told = bob.get(f"{one}/explain?instanceId=uuid:1&variable=/nombre").json
    assert (told["raw"], told["final"]) == (" Ana", "ANA")
    assert [(each["stepId"], each["reason"], each["author"], each["after"]) for each in told["changes"]] == [
        ("t", "espacios", "Bob", "Ana"), ("u", "", "Bob", "ANA")]
    assert [each["value"] for each in told["versions"]] == [" Ana"] and told["mapping"] is None
    raw = bob.get(f"{HERE}/explain?instanceId=uuid:1&variable=/nombre").json
    assert raw["final"] == " Ana"
    assert bob.get(f"{one}/explain?variable=/nombre").json["code"] == 400.2
    assert bob.get(f"{one}/explain?instanceId=uuid:7&variable=/nombre").status_code == 404


def test_a_field_that_was_renamed(bob, units):
    builders.a_form(units, TWO)
    asked = {"from": "/nombre", "to": "/apodo"}
    seen = bob.post(f"{COLUMNS}/preview", json=asked).json
    assert [(row["instanceId"], row["old"], row["new"], row["result"]) for row in seen["rows"]] == [
        ("uuid:2", "Beto", None, "Beto"), ("uuid:1", " Ana", None, " Ana")]
    assert (seen["old"], seen["filled"], seen["both"]) == (2, 2, 0) and bob.get(COLUMNS).json == []
    assert bob.post(COLUMNS, json=asked).json["code"] == 400.3
    made = bob.post(COLUMNS, json={**asked, "reason": "cambió"}).json
    listed, = bob.get(COLUMNS).json
    assert listed == made and (listed["from"], listed["author"]) == ("/nombre", "Bob")
    assert bob.post(COLUMNS, json={**asked, "reason": "otra"}).json["code"] == 400.8
    assert bob.delete(f"{COLUMNS}/{made['id']}").json == {"success": True} and bob.get(COLUMNS).json == []


def test_raw_rows_with_moved_fields_at_their_new_place(bob, units):
    builders.a_form(units, TWO)
    bob.post(COLUMNS, json={"from": "/nombre", "to": "/apodo", "reason": "cambió"})
    raw = bob.get("/v1/projects/1/forms/simple/submissions.csv?recipe=").text.splitlines()
    assert "nombre" not in raw[0].split(",") and "apodo" in raw[0] and ",Beto," in raw[1]


def test_others_may_not(carol, one):
    for answer in (carol.get(HERE), carol.post(HERE, json={"name": "x"}), carol.get(one), carol.get(f"{one}/versions"),
                   carol.put(one, json={"version": 1, "steps": []}), carol.delete(one), carol.get(f"{one}/yaml"),
                   carol.post(f"{one}/revert", json={"version": 1, "to": 1}), carol.post(f"{one}/restore"),
                   carol.post(f"{HERE}/preview", json={"steps": []}), carol.post(f"{one}/preview", json={}),
                   carol.put(f"{one}/yaml", data=b"version: 1\nsteps: []", content_type="text/yaml"),
                   carol.get(f"{HERE}/notices"), carol.delete(f"{one}/notices/t"), carol.get(f"{one}/script"),
                   carol.get(f"{one}/explain?instanceId=uuid:1&variable=/nombre"), carol.get(COLUMNS),
                   carol.post(COLUMNS, json={"from": "/nombre", "to": "/edad", "reason": "r"}),
                   carol.post(f"{COLUMNS}/preview", json={"from": "/nombre", "to": "/edad"}),
                   carol.delete(f"{COLUMNS}/1")):
        assert answer.status_code == 403, answer.request.path


@pytest.mark.parametrize("far", [10**15, 10**19, -10**30])
def test_numbers_that_no_database_holds_are_told(bob, one, far):
    for answer in (bob.post(f"{one}/revert", json={"version": 1, "to": far}),
                   bob.put(one, json={"version": far, "steps": []}),
                   bob.post("/v1/projects/1/forms/simple/exports", json={"recipeId": far}),
                   bob.post("/v1/projects/1/forms/simple/exports", json={"recipeId": 1, "recipeVersion": far})):
        assert (answer.status_code, answer.json["code"]) == (400, 400.8)
