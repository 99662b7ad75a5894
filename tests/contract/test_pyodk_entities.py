"""ODK's own client keeps entity lists: makes them, fills them, changes, merges, deletes, and reads them as a table."""

import pytest
from pyodk.errors import PyODKError

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
ONE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def people(central, request):
    """A list of its own with the properties nombre and barrio, as the client calls it."""
    name = f"gente_{abs(hash(request.node.name)) % 10**8}"
    central.entity_lists.create(entity_list_name=name)
    for one in ("nombre", "barrio"):
        assert central.entity_lists.add_property(one, entity_list_name=name) is True
    central.entities.default_entity_list_name = name
    yield name
    central.entities.default_entity_list_name = None


def refused(code: float, ask, *given, **named) -> None:
    with pytest.raises(PyODKError) as told:
        ask(*given, **named)
    assert told.value.is_central_error(code), told.value.args


def test_lists_are_made_and_read(central):
    made = central.entity_lists.create(approval_required=True, entity_list_name="con_permiso")
    assert (made.name, made.approvalRequired, made.properties, made.projectId) == (
        "con_permiso", True, [], central.project_id)
    assert central.entity_lists.get("con_permiso") == made
    assert made.name in {one.name for one in central.entity_lists.list()}
    refused(409.3, central.entity_lists.create, entity_list_name="con_permiso")
    refused(409.16, central.entity_lists.create, entity_list_name="Con_Permiso")
    refused(400.8, central.entity_lists.create, entity_list_name="con permiso")
    refused(404.1, central.entity_lists.get, "nada")
    assert central.entity_lists.add_property("edad", entity_list_name="con_permiso")
    refused(409.3, central.entity_lists.add_property, "edad", entity_list_name="con_permiso")
    refused(409.3, central.entity_lists.add_property, "Edad", entity_list_name="con_permiso")
    refused(400.8, central.entity_lists.add_property, "label", entity_list_name="con_permiso")
    held, = central.entity_lists.get("con_permiso").properties
    assert (held.name, held.odataName, held.forms) == ("edad", "edad", [])


def test_one_entity_from_its_making_to_its_end(central, people):
    made = central.entities.create("Ana Ñ", {"nombre": "Ana"}, uuid=ONE)
    assert (made.uuid, made.conflict, made.currentVersion.version, made.currentVersion.data) == (
        ONE, None, 1, {"nombre": "Ana"})
    assert made.currentVersion.userAgent.startswith("pyodk v")
    changed = central.entities.update(ONE, data={"barrio": "Sur"}, base_version=1)
    assert changed.currentVersion.data == {"nombre": "Ana", "barrio": "Sur"} and changed.updatedAt
    refused(409.15, central.entities.update, ONE, label="x", base_version=1)
    assert central.entities.update(ONE, label="Anita", force=True).currentVersion.version == 3
    listed, = central.entities.list()
    assert (listed.uuid, listed.currentVersion.label, listed.currentVersion.data) == (ONE, "Anita", None)
    assert central.entities.delete(ONE) is True and central.entities.list() == []
    refused(404.1, central.entities.delete, ONE)
    refused(404.1, central.entities.update, ONE, label="x", force=True)


def test_what_cannot_be_made_is_told_with_its_code(central, people):
    central.entities.create("Ana", {}, uuid=ONE)
    refused(409.3, central.entities.create, "Otra", {}, uuid=ONE)
    refused(400.11, central.entities.create, "Otra", {}, uuid="no")
    refused(400.11, central.entities.create, "Otra", {"nombre": 5})
    refused(400.28, central.entities.create, "Otra", {"edad": "5"})
    refused(404.1, central.entities.create, "Otra", {}, entity_list_name="nada")
    refused(400.28, central.entities.create_many, [{"label": "Otra", "edad": "5"}])
    refused(400.11, central.entities.create_many, [{"label": "Otra", "nombre": None}])
    assert len(central.entities.list()) == 1


def test_many_are_made_and_read_as_a_table(central, people):
    given = [{"label": f"Persona {number}", "nombre": f"N{number}"} for number in range(30)]
    assert central.entities.create_many(given, create_source="gente.csv", source_size=300) is True
    whole = central.entities.get_table(count=True)
    assert (whole["@odata.count"], len(whole["value"])) == (30, 30)
    some = central.entities.get_table(skip=10, top=5, select="__id,label,nombre")
    assert some["value"] == [{name: row[name] for name in ("__id", "label", "nombre")} for row in whole["value"][10:15]]
    assert central.get(some["@odata.nextLink"]).json()["value"][0]["label"] == whole["value"][15]["label"]
    first = whole["value"][0]
    filtered = central.entities.get_table(filter=f"__id eq '{first['__id']}' and __system/createdAt le now()")
    assert filtered["value"] == [first]
    refused(501.5, central.entities.get_table, filter="nombre eq 'N1'")


def test_what_a_table_says_is_merged_into_the_list(central, people):
    central.entities.create_many([{"label": "Ana", "barrio": "Norte"}, {"label": "Eva", "barrio": "Sur"},
                                  {"label": "Iris", "barrio": "Sur"}])
    done = central.entities.merge(
        [{"label": "Ana", "barrio": "Centro"}, {"label": "Eva", "barrio": "Sur"}, {"label": "Olga", "edad": "9"}],
        match_keys=["label"], add_new_properties=True, update_matched=True, delete_not_matched=True)
    assert (len(done.to_insert), len(done.to_delete)) == (1, 1)
    found = {row["label"]: (row["barrio"], row["edad"], row["__system"]["version"])
             for row in central.entities.get_table()["value"]}
    assert found["Ana"] == ("Centro", "", 2) and found["Olga"] == ("", "9", 1) and set(found) == {"Ana", "Eva", "Olga"}
    assert [one.name for one in central.entity_lists.get(people).properties] == ["nombre", "barrio", "edad"]
    again = central.entities.merge([{"label": "Olga", "edad": "9"}], match_keys=["label"], delete_not_matched=False)
    assert (len(again.to_insert), len(again.to_update), len(again.to_delete)) == (0, 0, 2)
