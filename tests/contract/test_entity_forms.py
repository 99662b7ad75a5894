"""What one form writes into a list the next reads on the phone; lists that ask for approval, changes that make or
update, and changes that cannot be done: none of them ever costs a record."""

import json
import random
import re
import uuid

import pytest

from tests.contract import padron as field
from tests.contract.kept_entities import Database
from tests.contract.padron import ACCREDIT, REGISTER, SAMPLES
from tests.contract.test_offline_entities import close, settle
from tests.live import LiveServer
from tests.phone import documents
from tests.phone.report import Level

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("padron")]
LIBRARY = SAMPLES.parents[2] / "forms"
UPSERT = """
| survey |
|  | type | name | label | required | save_to |
|  | csv-external | casas | | | |
|  | text | codigo | Código | yes | |
|  | integer | visitas | Visitas | | visitas |
| entities |
|  | list_name | label | entity_id | create_if | update_if |
|  | casas | ${codigo} | ${codigo} | true() | true() |
| settings |
|  | form_title | form_id | version |
|  | Casa | casa | 1 |
"""
HOUSE = "0b7d8a52-50a4-4f0a-9e0e-6a1a5d7b2c11"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running server of its own."""
    one = LiveServer(tmp_path_factory.mktemp("entity_forms") / "data")
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def database(server):
    """Its database."""
    return Database(server.data)


@pytest.fixture
def opened(server, filler, tmp_path):
    """Makes a project with these forms, or the small ones."""
    made = []

    def make(forms=None, media=None):
        made.append(field.opened(server, filler, tmp_path / f"project{len(made)}", forms, media))
        return made[-1]

    yield make
    for one in made:
        close(one)


def answers(folder, **given) -> tuple:
    """Options of the filler for these answers by path."""
    path = folder / f"answers{abs(hash(str(given)))}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(given))
    return "--answers", path


def entities(made, name: str) -> dict[str, dict]:
    """{label: its values, uuid and version} of a list, as the API tells it."""
    rows = made.api.get(f"{made.project}/datasets/{name}.svc/Entities")["value"]
    return {row["label"]: row for row in rows}


def kinds(phone, form_id: str) -> dict[str, str]:
    """{file: type} of the manifest."""
    root = phone.connection.xml(f"{phone.server_url}/forms/{form_id}/manifest", "manifest")
    return {file["filename"]: file["type"] for file in documents.manifest(root, "manifest", phone.report)}


def test_what_one_form_writes_the_next_reads_on_the_phone(opened, database, tmp_path):
    districts = (LIBRARY / "media" / "distritos.csv").read_bytes()
    made = opened({"registro_comunidad": SAMPLES / "registro_completo.md",
                   "acreditacion_autoridades": LIBRARY / "acreditacion_autoridades.xlsx"}, {"distritos.csv": districts})
    phone = made.add_phone()
    phone.sync()
    assert kinds(phone, ACCREDIT) == {
        "comunidades.csv": "entityList", "mandatos.csv": "entityList", "distritos.csv": ""}
    assert phone.lists.read("comunidades") == {}
    yes = {"/data/g_consentimiento/consentimiento": "si"}
    new = answers(tmp_path, **yes, **{"/data/g_todo/g_accion/accion": "nueva"})
    registered = made.fill(0, REGISTER, 3, 31, *new)
    made.send(0, registered, random.Random(0))
    settle(database)
    changed = phone.sync()
    assert (REGISTER, "comunidades.csv") in changed.media and (ACCREDIT, "comunidades.csv") in changed.media
    known = phone.lists.read("comunidades")
    assert known.keys() == {said["id"] for one in registered for said in one.entities}
    holder = "/data/g_todo/autoridad/g_aut_quien/"
    listed = answers(tmp_path, **yes, **{
        "/data/g_todo/g_comunidad/en_lista": "si", "/data/g_todo/g_eleccion/junta_situacion": "una",
        holder + "aut_ya_esta": "no", holder + "aut_permiso": "acepta"})
    accredited = made.fill(0, ACCREDIT, 2, 32, *listed)
    assert accredited, "nothing could be chosen from the list"
    chosen = {said["id"]: said for one in accredited for said in one.entities if said["dataset"] == "comunidades"}
    assert chosen.keys() <= known.keys() and all(said["action"] == "update" for said in chosen.values())
    made.send(0, accredited, random.Random(0))
    settle(database)
    changed = phone.sync()
    assert (REGISTER, "comunidades.csv") in changed.media and (ACCREDIT, "mandatos.csv") in changed.media
    now = phone.lists.read("comunidades")
    for number, said in chosen.items():
        assert now[number]["estado_junta"] == said["properties"]["estado_junta"] != ""
    holders = {said["id"] for one in accredited for said in one.entities if said["dataset"] == "mandatos"}
    assert holders and phone.lists.read("mandatos").keys() == holders
    assert {row["comunidad"] for row in phone.lists.read("mandatos").values()} <= known.keys()
    assert phone.report.of(Level.FATAL) == [] and phone.report.of(Level.WARNING) == []


def test_a_list_that_asks_for_approval_waits_for_it_and_then_does_all_in_order(opened, database, tmp_path):
    made = opened()
    path = f"{made.project}/datasets/comunidades"
    made.api.ask("PATCH", path, json={"approvalRequired": True})
    phone = made.add_phone()
    phone.sync()
    assert kinds(phone, REGISTER)["comunidades.csv"] == "approvalEntityList"
    first = made.fill(0, REGISTER, 2, 41, *answers(tmp_path, **{"/data/accion": "nueva"}))
    later = made.fill(0, REGISTER, 4, 42, *answers(tmp_path, **{"/data/accion": "actualizar"}))
    assert len(first) == 2 and len(later) > 1
    numbers = {one.instance_id for one in (*first, *later)}
    made.send(0, [*reversed(later), *first], random.Random(0))
    settle(database)
    waiting = {one.instance_id: one.state for one in database.open_acts() if one.instance_id in numbers}
    assert waiting == {one.instance_id: "approval" for one in first} | {one.instance_id: "held" for one in later}
    assert entities(made, "comunidades") == {}
    approve, refuse = first
    submissions = f"{made.project}/forms/{REGISTER}/submissions"
    made.api.ask("PATCH", f"{submissions}/{refuse.instance_id}", json={"reviewState": "rejected"})
    made.api.ask("PATCH", f"{submissions}/{approve.instance_id}", json={"reviewState": "approved"})
    settle(database)
    own = approve.entities[0]["id"]
    wanted = field.expected([approve, *[one for one in later if one.entities[0]["id"] == own]])
    kept = {key: one for key, one in database.entities().items() if key[1] == own}
    assert [(one.values, one.conflict) for one in kept["comunidades", own].versions] == [
        (one.values, one.conflict) for one in wanted["comunidades", own].versions]
    assert {row["name"] if "name" in row else row["__id"] for row in entities(made, "comunidades").values()} == {own}
    states = {one.state for one in database.open_acts() if one.uuid == refuse.entities[0]["id"]}
    assert states <= {"approval", "held"} and "approval" in states


def test_a_change_that_makes_or_updates(opened, database, tmp_path):
    form = tmp_path / "casa.md"
    form.write_text(UPSERT)
    made = opened({"casa": form})
    for _ in range(2):
        made.add_phone().sync()
    for number, visits in enumerate(("1", "2")):  # neither phone knows of the other
        sent = made.fill(number, "casa", 1, 51, *answers(tmp_path, **{"/data/codigo": HOUSE, "/data/visitas": visits}))
        assert [said["action"] for one in sent for said in one.entities] == ["upsert"]
        made.send(number, sent, random.Random(0))
    settle(database)
    versions = database.entities()["casas", HOUSE].versions
    assert [(one.version, one.values["visitas"]) for one in versions] == [(1, "1"), (2, "2")]
    row = entities(made, "casas")[HOUSE]
    assert row["visitas"] == "2"


OTHER = "5d0f9c4e-3d53-4b57-8b0f-0a4f4f3e6a10"
FAULTS = {  # the entity as the phone would have to write it, and its label
    "no id": ('id="" create="1"', "Una"),
    "not an id": ('id="la de siempre" create="1"', "Una"),
    "no label": (f'id="{OTHER}" create="1"', ""),
    "update of nothing": (f'id="{OTHER}" update="1" baseVersion="1"', "Una"),
    "update without a version": (f'id="{OTHER}" update="1" baseVersion=""', "Una"),
    "a version that is no number": (f'id="{OTHER}" update="1" baseVersion="dos"', "Una"),
    "a trunk without a branch": (f'id="{OTHER}" update="1" baseVersion="1" trunkVersion="1" branchId=""', "Una"),
}


@pytest.fixture(scope="module")
def faulty(server, database, filler, tmp_path_factory):
    """A project with a phone, and a filled form that registers a community."""
    folder = tmp_path_factory.mktemp("faulty")
    made = field.opened(server, filler, folder)
    made.add_phone().sync()
    record = made.fill(0, REGISTER, 1, 61, *answers(folder, **{"/data/accion": "nueva"}))[0]
    yield made, record
    close(made)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_change_that_cannot_be_done_never_costs_the_record(faulty, database, fault):
    made, record = faulty
    number = f"uuid:{uuid.uuid5(uuid.NAMESPACE_OID, fault)}"
    filled = record.filled.xml.decode()
    told, label = FAULTS[fault]
    entity = f'<entity dataset="comunidades" {told}><label>{label}</label></entity>'
    xml = re.sub(r"<entity.*?</entity>", entity, filled, flags=re.DOTALL).replace(record.instance_id, number)
    before = database.entities().keys()
    (record.filled.folder / "submission.xml").write_text(xml)
    try:
        answer = made.phones[0].send(record.filled, made.phones[0].forms[REGISTER])
    finally:
        (record.filled.folder / "submission.xml").write_text(filled)
    assert answer.status == 201
    settle(database)
    base = f"{made.project}/forms/{REGISTER}/submissions/{number}"
    assert made.api.get(base)["instanceId"] == number
    assert [one.instance_id for one in database.open_acts() if one.state == "failed" and one.instance_id == number]
    assert "entity" in {one["kind"] for one in made.api.get(f"{base}/findings")}
    assert "entity.error" in {one["action"] for one in made.api.get(f"{base}/audits")}
    assert database.entities().keys() == before
