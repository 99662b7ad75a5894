"""Backup and restore by command while submissions stream in, on both databases; what is refused, and how it ends."""

import contextlib
import hashlib
import itertools
import json
import shutil
import subprocess
import threading
import time

import psycopg
import pytest
import requests

from tests import builders, stored
from tests.cli.conftest import COMMAND, environment
from tests.conftest import sqlalchemy_address
from tests.crash import stream
from tests.live import LiveServer

FORM = """
| survey |
|        | type    | name   | label  |
|        | text    | nombre | Nombre |
|        | integer | edad   | Edad   |
|        | image   | foto   | Foto   |
|        | image   | firma  | Firma  |
| settings |
|        | form_title | form_id | version |
|        | Sencillo   | simple  | 1       |
"""
CLIENTS = 2
_numbers = itertools.count(1)


@pytest.fixture
def database(request):
    """Makes an empty database of a kind: its address in SQLAlchemy's words, '' for SQLite in the data folder."""
    def make(kind: str) -> str:
        if kind == "sqlite":
            return ""
        address, name = request.getfixturevalue("postgres"), f"backup_{next(_numbers)}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return sqlalchemy_address(address, name)
    return make


@pytest.fixture
def live(tmp_path):
    """Starts a real server on a data folder and a database; all of them are ended."""
    running = []

    def start(name: str, address: str) -> LiveServer:
        server = LiveServer(tmp_path / name, COLLECTOR_DATABASE_URL=address)
        running.append(server)
        server.start()
        return server

    yield start
    for server in running:
        server.kill()


def command(*arguments, **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120,
                          env=environment(**changes))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_before_is_in_the_restored_server(live, database, tmp_path, kind):
    address = database(kind)
    server = live("data", address)
    api = server.administrator()
    api.publish(FORM)
    phone = api.phone("Teléfono", stream.FORM)
    api.close()
    path = f"/v1/key/{phone['token']}/projects/1/submission?deviceID=collect%3Abackup"
    with streaming(server.address + path) as clients:
        time.sleep(2)
        before = accepted(clients)
        began = time.monotonic()
        done = command("backup", tmp_path / "backups", "--json", "--data", server.data, COLLECTOR_DATABASE_URL=address)
        seconds, after = time.monotonic() - began, accepted(clients)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["verified"] and made["kind"] == kind
    assert len(before) <= made["tables"]["submissions"] <= len(after) + CLIENTS
    print(f"\n{kind}: {len(before)} submissions before, {len(after) - len(before)} while the backup was made"
          f" ({seconds:.1f} s)")
    assert len(before) > 5 and len(after) > len(before), "nothing streamed in meanwhile: nothing is shown"
    server.stop()

    new = database(kind)
    done = command("restore", tmp_path / "backups", "--data", tmp_path / "new", "--database-url", new)
    assert done.returncode == 0, done.stderr
    assert "./run --data" in done.stdout and (tmp_path / "new" / "collector.sqlite3").exists() is (kind == "sqlite")
    if kind == "sqlite":
        kept_whole(tmp_path / "new", before, made)
    restored = live("new", new)
    served_whole(restored, before, made)
    goes_on(restored.address + path, after)


def accepted(clients) -> dict[str, tuple]:
    """What was acknowledged by now: XML, and the files of each record."""
    return {record.instance_id: (record, dict(record.acknowledged))
            for client in clients for record in list(client.records) if record.accepted}


@contextlib.contextmanager
def streaming(url: str):
    """Clients that send while the block runs; nothing unexpected was answered to them."""
    enough = threading.Event()
    clients = [stream.Client(url, number, enough) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield clients
    finally:
        enough.set()
        for client in clients:
            client.join(60)
    assert [client.unexpected for client in clients if client.unexpected] == []


def kept_whole(data, before, made):
    assert stored.faults(data) == []
    kept = stored.read(data)
    assert len(kept) == made["tables"]["submissions"]
    for instance_id, (record, files) in before.items():
        assert kept[instance_id].xml == record.xml
        for name, content in files.items():
            assert kept[instance_id].files[name] == hashlib.sha256(content).hexdigest()


def served_whole(server, before, made):
    api = server.administrator()
    try:
        listed = {one["instanceId"] for one in api.get("/projects/1/forms/simple/submissions")}
        assert len(listed) == made["tables"]["submissions"] and set(before) <= listed
        for instance_id, (record, files) in before.items():
            held = f"/projects/1/forms/simple/submissions/{instance_id}"
            assert api.ask("GET", f"{held}.xml").content == record.xml
            for name, content in files.items():
                assert api.ask("GET", f"{held}/attachments/{name}").content == content
    finally:
        api.close()


def goes_on(url, after):
    """The phone's key is taken; what it sends again is known or new; new rows get numbers of their own."""
    for record, _files in [*list(after.values())[:2], *list(after.values())[-2:]]:
        for parts, _carried in record.posts():
            body, kind = stream.envelope.body(parts)
            answer = requests.post(url, data=body, headers={"X-OpenRosa-Version": "1.0", "Content-Type": kind},
                                   timeout=30)
            assert answer.status_code == 201, answer.text
    fresh = builders.a_submission(body="<nombre>Nueva</nombre>").encode()
    body, kind = stream.envelope.body([("xml_submission_file", "a.xml", "text/xml", fresh)])
    answer = requests.post(url, data=body, headers={"X-OpenRosa-Version": "1.0", "Content-Type": kind}, timeout=30)
    assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
def made_once(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(prepared, folder / "data")
    done = command("backup", folder / "backups", "--data", folder / "data")
    assert done.returncode == 0 and "está bien" in done.stdout, done.stderr
    return folder / "backups"


@pytest.fixture
def made(made_once, tmp_path):
    """A backup of the prepared folder."""
    return shutil.copytree(made_once, tmp_path / "backups")


def test_from_one_kind_of_database_to_the_other_and_back(made, database, tmp_path):
    address = database("postgresql")
    done = command("restore", made, "--data", tmp_path / "there", "--database-url", address)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "there" / "collector.sqlite3").exists()
    done = command("backup", tmp_path / "again", "--data", tmp_path / "there", COLLECTOR_DATABASE_URL=address)
    assert done.returncode == 0, done.stderr
    assert command("restore", tmp_path / "again", "--data", tmp_path / "back").returncode == 0
    first, second = (json.loads(next(folder.glob("*/manifest.json")).read_text())
                     for folder in (made, tmp_path / "again"))
    assert (first["kind"], second["kind"]) == ("sqlite", "postgresql")
    changed = {name for name, digest in first["tables"].items() if second["tables"][name] != digest}
    assert changed == {"events"} and second["tables"]["events"]["rows"] == first["tables"]["events"]["rows"] + 1
    assert stored.faults(tmp_path / "back") == []


def test_progress_and_the_event_are_told(run, made, data):
    assert "todavía no hay ningún respaldo" in run("doctor").stdout
    again = command("backup", made, "--keep", "1", "--data", data)
    assert again.stderr.split() == ["Base", "de", "datos…", "Archivos…", "Comparación…"]
    assert len([one for one in made.iterdir() if one.name[0].isdigit()]) == 1
    assert "último respaldo bueno" in run("doctor").stdout


@pytest.fixture
def here(run):
    """Runs a command in this process: its result has exit_code, stdout, stderr."""
    return lambda *arguments: run(*map(str, arguments))


def test_nothing_that_is_there_is_written_over(here, made, data, tmp_path):
    before = (data / "collector.sqlite3").read_bytes()
    refused = here("restore", made, "--data", data)
    assert refused.exit_code == 1 and "no está vacía" in refused.stderr
    assert (data / "collector.sqlite3").read_bytes() == before


def test_a_database_that_is_not_empty_is_refused(here, made, database, tmp_path):
    address = database("postgresql")
    assert command("prepare", "--data", tmp_path / "other", COLLECTOR_DATABASE_URL=address).returncode == 0
    refused = here("restore", made, "--data", tmp_path / "new", "--database-url", address)
    assert refused.exit_code == 1 and "no está vacía" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_done_is_told_with_exit_code_one(here, made, data, tmp_path):
    inside = here("backup", data / "backups", "--data", data)
    assert inside.exit_code == 1 and "fuera de la carpeta" in inside.stderr
    assert here("backup", tmp_path / "x", "--data", tmp_path / "nothing").exit_code == 1
    unknown = here("restore", made, "--name", "20200101T000000Z", "--data", tmp_path / "new")
    assert unknown.exit_code == 1 and "20200101T000000Z" in unknown.stderr
    none = here("restore", tmp_path, "--data", tmp_path / "new")
    assert none.exit_code == 1 and "ningún respaldo bueno" in none.stderr
    assert here("restore", tmp_path / "not there", "--data", tmp_path / "new").exit_code == 2
    assert not (tmp_path / "new").exists() and not (tmp_path / "x").exists()


def test_a_damaged_backup_is_refused_and_leaves_nothing(here, made, tmp_path):
    blob = next(file for file in sorted((made / "blobs").rglob("*")) if file.is_file())
    blob.unlink()
    refused = here("restore", made, "--data", tmp_path / "new")
    assert refused.exit_code == 1 and blob.name in refused.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backups", "data"]


def test_a_backup_of_a_newer_program_is_refused(here, made, tmp_path):
    manifest = next(made.glob("*/manifest.json"))
    held = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(held | {"revision": "9999", "program": "9.9"}))
    refused = here("restore", made, "--data", tmp_path / "new")
    assert refused.exit_code == 1 and "más nueva" in refused.stderr


def test_too_little_room_is_told_before_anything_is_written(here, made, monkeypatch, tmp_path):
    from collector.store import backups
    monkeypatch.setattr(backups, "room", lambda folder: (1_000_000, id(folder)))
    refused = here("backup", tmp_path / "other")
    assert refused.exit_code == 1 and "No alcanza el espacio" in refused.stderr and not (tmp_path / "other").exists()
    refused = here("restore", made, "--data", tmp_path / "new")
    assert refused.exit_code == 1 and "No alcanza el espacio" in refused.stderr and not (tmp_path / "new").exists()
