"""Two servers and two workers on one PostgreSQL: each submission is made into rows once while processes are killed.

Triggers in the database count what was really done: what a transaction took back leaves no trace.
"""

import hashlib
import random
import threading
import time

import psycopg
import pytest
import requests

from tests.conftest import sqlalchemy_address
from tests.crash import stream
from tests.crash.test_crash import FORM
from tests.live import LiveServer
from tests.stored import until

SEED = 20261122
CLIENTS = 4
KILLS = ("first", "worker of second", "both", "worker of first", "second")

TRACE = """
CREATE TABLE trace (what text NOT NULL, number bigint NOT NULL, version bigint);
CREATE FUNCTION trace_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO trace VALUES ('rows', NEW.submission_id, NEW.version_id); RETURN NULL; END $$;
CREATE TRIGGER trace_rows AFTER INSERT ON flat_rows FOR EACH ROW WHEN (NEW.key = '') EXECUTE FUNCTION trace_rows();
CREATE FUNCTION trace_tasks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO trace VALUES (TG_OP, CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END); RETURN NULL; END $$;
CREATE TRIGGER trace_tasks AFTER INSERT OR DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION trace_tasks();
"""
# name of what must not be found -> how it is looked for
FAULTS = {
    "rows made more than once": "SELECT number, version, count(*) FROM trace WHERE what = 'rows'"
                                " GROUP BY number, version HAVING count(*) > 1",
    "steps done more than once": "SELECT number, count(*) FROM trace WHERE what = 'DELETE'"
                                 " GROUP BY number HAVING count(*) > 1",
    "steps never done": "SELECT number FROM trace WHERE what = 'INSERT' EXCEPT"
                        " SELECT number FROM trace WHERE what = 'DELETE'",
    "steps that wait or failed": "SELECT id, state, tries, error FROM tasks",
    "submissions without rows": "SELECT v.id FROM submission_versions v WHERE v.current AND (v.flat_at IS NULL OR NOT"
                                " EXISTS (SELECT 1 FROM flat_rows r WHERE r.version_id = v.id AND r.key = ''))",
    "submissions with other than one root row": "SELECT submission_id, count(*) FROM flat_rows WHERE key = ''"
                                                " GROUP BY submission_id HAVING count(*) <> 1",
    "submissions that count wrong": "SELECT s.id FROM submissions s"
                                    " JOIN submission_versions v ON v.submission_id = s.id AND v.current"
                                    " LEFT JOIN submission_files f ON f.version_id = v.id"
                                    " GROUP BY s.id HAVING s.files_expected <> count(f.id)"
                                    " OR s.files_present <> count(f.blob_sha256)",
}

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("processes")]


@pytest.fixture(scope="module")
def database(postgres):
    """The address of a database of its own, for psycopg."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE many_processes")
    return postgres.replace("/postgres?", "/many_processes?")


@pytest.fixture(scope="module")
def servers(postgres, database, tmp_path_factory):
    """Two servers, each with its worker, on one database and one folder of files."""
    data = tmp_path_factory.mktemp("many") / "data"
    pair = [LiveServer(data, COLLECTOR_DATABASE_URL=sqlalchemy_address(postgres, "many_processes")) for _ in range(2)]
    pair[0].start()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(TRACE)
    pair[1].start()
    yield pair
    for server in pair:
        server.kill()


@pytest.fixture(scope="module")
def key(servers):
    """The key of a phone that may fill the form."""
    api = servers[0].administrator()
    api.publish(FORM)
    phone = api.phone("Teléfono", stream.FORM)
    api.close()
    return phone["token"]


def form_list(server, key) -> str:
    return requests.get(f"{server.address}/v1/key/{key}/projects/1/formList", timeout=30,
                        headers={"X-OpenRosa-Version": "1.0"}).text


def test_what_one_server_publishes_the_other_offers_at_once(servers, key):
    first, second = servers
    for number, (here, there) in enumerate(((first, second), (second, first))):
        assert f"<formID>other{number}<" not in form_list(there, key)
        api = here.administrator()
        api.publish(FORM.replace("simple ", f"other{number} "))
        phone = api.get("/projects/1/app-users")[0]
        api.post(f"/projects/1/forms/other{number}/assignments/2/{phone['id']}")
        assert f"<formID>other{number}<" in form_list(there, key)
        api.ask("PATCH", f"/projects/1/forms/other{number}", json={"state": "closed"})
        api.close()
        assert f"<formID>other{number}<" not in form_list(there, key)


def test_each_submission_is_whole_and_made_into_rows_once_while_processes_are_killed(servers, key, database):
    chance, enough = random.Random(SEED), threading.Event()
    path = f"/v1/key/{key}/projects/1/submission?deviceID=collect%3Amany"
    clients = [stream.Client(f"{servers[number % 2].address}{path}", number, enough) for number in range(CLIENTS)]
    began = time.monotonic()
    for client in clients:
        client.start()
    for victim in KILLS:
        time.sleep(chance.uniform(0.3, 1.2))
        assert until(lambda: steps_under_way(database)), "no worker did anything"
        kill(victim, *servers)
    enough.set()
    for client in clients:
        client.join(60)
        assert not client.is_alive()
    records = [record for client in clients for record in client.records]
    interrupted = sum(client.interrupted for client in clients)
    print(f"\n{len(KILLS)} kills in {time.monotonic() - began:.0f} s; {len(records)} submissions, "
          f"{interrupted} requests cut off")
    assert [client.unexpected for client in clients if client.unexpected] == []
    assert all(record.finished for record in records) and len(records) > 4 * CLIENTS and interrupted
    with psycopg.connect(database, autocommit=True) as connection:
        until(lambda: connection.execute("SELECT count(*) FROM tasks").fetchone() == (0,), 60)
        assert {name: found for name, query in FAULTS.items() if (found := connection.execute(query).fetchall())} == {}
        is_whole(connection, servers[0].data, records)


def steps_under_way(database) -> int:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT count(*) FROM tasks WHERE state = 'running'").fetchone()[0]


def kill(victim: str, first: LiveServer, second: LiveServer) -> None:
    """Nothing; what is named was killed, and serves again."""
    if victim.startswith("worker of"):
        (first if victim.endswith("first") else second).kill_worker()
        return
    killed = {"first": [first], "second": [second], "both": [first, second]}[victim]
    for server in killed:
        server.kill()
    for server in killed:
        server.start()


def is_whole(connection, data, records) -> None:
    """Nothing; what was acknowledged, and nothing else, is kept byte for byte, with its files on the disk."""
    kept = {row[0]: (row[1], row[2]) for row in connection.execute(
        "SELECT s.instance_id, v.xml, v.id FROM submissions s"
        " JOIN submission_versions v ON v.submission_id = s.id AND v.current")}
    files: dict[int, dict[str, str]] = {}
    for version, name, sha256 in connection.execute("SELECT version_id, name, blob_sha256 FROM submission_files"):
        files.setdefault(version, {})[name] = sha256
    assert set(kept) == {record.instance_id for record in records}
    for record in records:
        xml, version = kept[record.instance_id]
        assert xml == record.xml
        assert files.get(version, {}) == {name: hashlib.sha256(content).hexdigest()
                                          for name, content in record.files.items()}
    for sha256 in {sha256 for lines in files.values() for sha256 in lines.values()}:
        content = (data / "blobs" / sha256[:2] / sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256
