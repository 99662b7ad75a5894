"""Phones with the genuine form engine change the same entities offline for weeks and send in any order: what stands in
the lists is what a reference says must stand, with exactly the conflicts and the held changes that it expects."""

import csv
import io
import subprocess
from collections import defaultdict

import psycopg
import pytest

from tests import stored
from tests.conftest import sqlalchemy_address
from tests.contract import padron as field
from tests.contract.kept_entities import Database
from tests.contract.padron import Padron
from tests.entity_reference import Reference
from tests.live import COMMAND, LiveServer
from tests.phone.report import Level

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("padron")]
SEED = 20261123


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running server of its own."""
    one = LiveServer(tmp_path_factory.mktemp("padron") / "data")
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def database(server):
    """Its database."""
    return Database(server.data)


@pytest.fixture(scope="module")
def padron(server, database, filler, tmp_path_factory):
    """Three phones and three weeks."""
    made = field.opened(server, filler, tmp_path_factory.mktemp("weeks"))
    yield field.weeks(made, lambda: settle(database), phones=3, rounds=3, seed=SEED)
    close(made)


def settle(database: Database) -> None:
    """Nothing; the worker has done what waited."""
    assert stored.until(lambda: not database.waiting_steps(), 120), "the worker is late"


def close(made: Padron) -> None:
    """Nothing; kept connections are ended."""
    for phone in made.phones:
        phone.close()
    made.api.close()


def same(database: Database, expected: dict[tuple[str, str], Reference]) -> None:
    """Every entity, all its versions, what stands against it, and what waits are as the reference says."""
    kept = database.entities()
    assert kept.keys() == {key for key, one in expected.items() if one.versions}
    for key, entity in kept.items():
        wanted = expected[key]
        assert entity.version == len(entity.versions) == len(wanted.versions), key
        assert entity.conflict == wanted.open_conflict(), key
        for got, want in zip(entity.versions, wanted.versions, strict=True):
            assert {name: value for name, value in got.values.items() if value} == {
                name: value for name, value in want.values.items() if value}, (key, got.version)
            assert (got.base, got.conflict, set(got.contested)) == (want.base, want.conflict, want.contested), key
            assert (got.branch, got.trunk) == ((want.sent.branch, want.sent.trunk) if want.sent else ("", None)), key
    waiting = sorted((key, one.branch, one.base) for key, wanted in expected.items() for one in wanted.waiting)
    assert sorted(((one.dataset, one.uuid), one.branch, one.branch_base)
                  for one in database.open_acts() if one.state == "held") == waiting
    assert [one for one in database.open_acts() if one.state != "held"] == []
    assert not any(wanted.refused for wanted in expected.values())


def test_the_end_is_what_the_reference_says(padron, database, capsys):
    expected = field.expected(padron.arrived)
    same(database, expected)
    versions = [one for wanted in expected.values() for one in wanted.versions]
    held = sum(len(wanted.waiting) for wanted in expected.values())
    kinds = {kind: sum(one.conflict == kind for one in versions) for kind in (None, "soft", "hard")}
    told = [one.sent for one in versions if one.sent is not None]
    chained = sum(sent.branch != "" and sent.base != (sent.trunk or 1) for sent in told)
    with capsys.disabled():
        print(f"\n{len(padron.arrived)} records, {len(expected)} entities, {len(versions)} versions: {kinds[None]} "
              f"without conflict, {kinds['soft']} soft, {kinds['hard']} hard; {chained} later in a line; {held} held")
    assert kinds["soft"] > 3 and kinds["hard"] > 5 and chained > 10, "what was to be tried did not happen"
    assert {key[0] for key in expected} == set(field.LISTS)
    assert any(len(one.entities) > 2 for one in padron.arrived), "no record made several from a repeat"


def test_what_follows_a_lost_record_waits_and_nothing_else(padron, database):
    missing = [said for one in padron.lost for said in one.entities]
    assert missing
    assert any(one.state == "held" for one in database.open_acts()), "nothing hung on the record that was lost"
    expected = field.expected(padron.arrived)
    complete = field.expected([*padron.arrived, *padron.lost])
    held = {key for key, wanted in expected.items() if wanted.waiting}
    assert held <= {(said["dataset"], said["id"]) for said in missing}
    assert not any(wanted.waiting for wanted in complete.values())


def test_a_phone_gets_what_stands_and_keeps_what_only_it_has(padron, database):
    kept = database.entities()
    for phone in padron.phones:
        for name in field.LISTS:
            file = next(form.media / f"{name}.csv" for form in phone.forms.values()
                        if (form.media / f"{name}.csv").exists())
            rows = {row["name"]: row for row in csv.DictReader(io.StringIO(file.read_text(), newline=""))}
            assert rows.keys() == {uuid for dataset, uuid in kept if dataset == name}
            for uuid, row in rows.items():
                entity = kept[name, uuid]
                assert (row.pop("name"), int(row.pop("__version"))) == (uuid, entity.version)
                values = entity.versions[-1].values
                assert row == {column: values.get(column, "") for column in row}
                assert {column for column, value in values.items() if value} <= set(row)
        assert phone.report.of(Level.FATAL) == [] and phone.report.of(Level.WARNING) == []


def test_the_lost_record_comes_at_last_and_what_waited_is_done(padron, database):
    lost = padron.lost[0]
    number = next(number for number, waiting in padron.waiting.items() if lost in waiting)
    form = padron.phones[number].forms[lost.form_id]
    assert padron.phones[number].send(lost.filled, form).status == 201
    settle(database)
    same(database, field.expected([*padron.arrived, lost]))
    assert database.open_acts() == []


@pytest.mark.postgresql
def test_workers_and_phones_at_once_make_one_history(postgres, filler, tmp_path_factory):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE padron")
    folder, address = tmp_path_factory.mktemp("padron_at_once"), sqlalchemy_address(postgres, "padron")
    server, database = LiveServer(folder / "data", COLLECTOR_DATABASE_URL=address), Database(folder, address)
    server.start()
    more = [subprocess.Popen([COMMAND, "worker", "--data", server.data], env=server._told(),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        made = field.opened(server, filler, folder)
        field.weeks(made, lambda: settle(database), phones=3, rounds=2, seed=SEED + 1, at_once=True)
        assert all(one.poll() is None for one in more), "a worker gave up"
        same(database, _in_their_order(database, made))
        close(made)
    finally:
        for one in more:
            one.terminate()
        for one in more:
            one.wait(30)
        server.kill()


def _in_their_order(database: Database, made: Padron) -> dict[tuple[str, str], Reference]:
    """What the reference says when changes come in the order in which they were done here, those that wait last."""
    said = defaultdict(list)  # one record may change the same entity twice
    for one in made.arrived:
        for told in one.entities:
            said[one.instance_id, told["dataset"], told["id"]].append(field.sent_of(told))
    found = defaultdict(Reference)
    for (dataset, uuid), entity in database.entities().items():
        one = found[dataset, uuid]
        for version in entity.versions:
            one.receive(said[version.instance_id, dataset, uuid].pop(0))
            assert len(one.versions) == version.version, "something was done too late"
    for (_instance, dataset, uuid), waiting in said.items():
        for sent in waiting:
            found[dataset, uuid].receive(sent)
    return found
