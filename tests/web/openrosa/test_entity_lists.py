"""Entity lists as phones get them: told as such in the manifest, whole or in part; what became of what is missing."""

import gzip
import hashlib
import os

import pytest
from lxml import etree

from collector.domain import access
from collector.services import datasets, entities, list_files
from tests import builders

ROSA = {"X-OpenRosa-Version": "1.0"}
READER = """
| survey |
|        | type                              | name    | label   |
|        | select_one_from_file personas.csv | persona | Persona |
| settings |
|        | form_title | form_id | version |
|        | Lee        | lee     | 1       |
"""
ANA, LUIS = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def lists(units):
    """A form that writes `personas`, and one that reads it."""
    builders.entity_form(units)
    builders.a_form(units, READER)


def send(phone, uuid: str, label: str, **about) -> None:
    assert phone.send(builders.an_entity_submission(uuid, label=label, **about)).status_code == 201


def manifest(phone) -> etree._Element:
    return etree.fromstring(phone.get("/forms/lee/manifest", headers=ROSA).data)[0]


def told(file: etree._Element) -> dict:
    return {child.tag.rpartition("}")[2]: child.text for child in file} | dict(file.attrib)


def test_what_a_submission_made_is_in_the_list_of_the_next_manifest(units, phone, lists):
    before = told(manifest(phone))
    assert before["type"] == "entityList" and before["filename"] == "personas.csv"
    assert before["integrityUrl"].endswith("/projects/1/datasets/personas/integrity")
    send(phone, ANA, "Ana")
    builders.run_steps(units)
    after, answer = told(manifest(phone)), phone.get("/forms/lee/attachments/personas.csv")
    assert after["hash"] != before["hash"]
    assert after["hash"] == "md5:" + hashlib.md5(answer.data).hexdigest()
    head, line = answer.text.splitlines()
    assert head.startswith("name,label,__version") and line.startswith(f"{ANA},Ana,1")


def test_the_list_is_packed_for_who_takes_it_and_sent_once(units, phone, lists):
    send(phone, ANA, "Ana")
    builders.run_steps(units)
    plain = phone.get("/forms/lee/attachments/personas.csv")
    packed = phone.get("/forms/lee/attachments/personas.csv", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain.data
    again = phone.get("/forms/lee/attachments/personas.csv", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


def test_phones_learn_what_was_deleted_and_nothing_about_what_never_was(units, phone, lists):
    send(phone, ANA, "Ana")
    send(phone, LUIS, "Luis")
    builders.run_steps(units)
    units.write(access.SYSTEM, lambda unit: entities.delete_entity(
        unit, datasets.find_dataset(unit, 1, "personas"), ANA))
    unknown = "33333333-3333-4333-8333-333333333333"
    answer = phone.get(f"/datasets/personas/integrity?id={ANA},{LUIS},{unknown}", headers=ROSA)
    found = {one.get("id"): one[0].text for one in etree.fromstring(answer.data).iter("entity")}
    assert found == {ANA: "true", LUIS: "false"}
    assert ANA not in phone.get("/forms/lee/attachments/personas.csv").text


def test_each_phone_gets_what_it_made_where_the_list_is_owners_only(units, app, phone, lists):
    units.write(access.SYSTEM, lambda unit: datasets.update_dataset(
        unit, datasets.find_dataset(unit, 1, "personas"), owner_only=True))
    other = builders.phone_key(app, name="Teléfono 2")
    send(phone, ANA, "Ana")
    send(other, LUIS, "Luis")
    builders.run_steps(units)
    mine, theirs = (one.get("/forms/lee/attachments/personas.csv").text for one in (phone, other))
    assert ANA in mine and LUIS not in mine and LUIS in theirs and ANA not in theirs
    assert told(manifest(phone))["hash"] != told(manifest(other))["hash"]


def test_a_list_is_made_again_only_when_it_changed(units, phone, lists):
    send(phone, ANA, "Ana")
    builders.run_steps(units)
    with units.reading(access.SYSTEM) as unit:
        dataset = datasets.find_dataset(unit, 1, "personas")
        first, second = list_files.list_file(unit, dataset), list_files.list_file(unit, dataset)
        made = first.path.stat().st_mtime_ns
    assert first == second
    send(phone, LUIS, "Luis")
    builders.run_steps(units)
    with units.reading(access.SYSTEM) as unit:
        third = list_files.list_file(unit, datasets.find_dataset(unit, 1, "personas"))
    assert third.path != first.path and third.path.stat().st_mtime_ns > made
    assert first.path.exists(), "a phone may be about to open it"


def test_what_nobody_opens_any_more_is_removed_when_the_list_is_made_again(units, phone, lists):
    with units.reading(access.SYSTEM) as unit:
        first = list_files.list_file(unit, datasets.find_dataset(unit, 1, "personas"))
    for path in first.path.parent.iterdir():
        os.utime(path, (1, 1))
    send(phone, ANA, "Ana")
    builders.run_steps(units)
    with units.reading(access.SYSTEM) as unit:
        list_files.list_file(unit, datasets.find_dataset(unit, 1, "personas"))
    assert not first.path.exists() and not first.packed.exists()


def test_a_list_that_takes_long_is_made_ahead_and_seldom(units, phone, lists, monkeypatch):
    monkeypatch.setattr(list_files, "SLOW", 0.0)
    monkeypatch.setattr(list_files, "SHARE", 1e9)
    monkeypatch.setattr(list_files, "LOOK", 0.0)
    before = phone.get("/forms/lee/attachments/personas.csv").text
    send(phone, ANA, "Ana")
    builders.run_steps(units)
    assert phone.get("/forms/lee/attachments/personas.csv").text == before, "the one before is good enough"
    assert list_files.build_when_due(units) == 0, "made so lately"
    with units.reading(access.SYSTEM) as unit:
        folder = list_files.list_file(unit, datasets.find_dataset(unit, 1, "personas")).path.parent
    for path in folder.iterdir():
        old = path.stat().st_mtime - list_files.MOST
        os.utime(path, (old, old))
    assert phone.get("/forms/lee/attachments/personas.csv").text == before
    assert (list_files.build_when_due(units), list_files.build_when_due(units)) == (1, 0)
    assert ANA in phone.get("/forms/lee/attachments/personas.csv").text


def test_after_a_minute_who_asks_has_the_list_made(units, phone, lists, monkeypatch):
    monkeypatch.setattr(list_files, "SLOW", 0.0)
    phone.get("/forms/lee/attachments/personas.csv")
    send(phone, ANA, "Ana")
    builders.run_steps(units)
    assert ANA not in phone.get("/forms/lee/attachments/personas.csv").text
    missed = units.memory["lists missed"]
    for place in missed:
        missed[place] -= list_files.OLDEST
    assert ANA in phone.get("/forms/lee/attachments/personas.csv").text
