"""What was acknowledged survives: the server is killed twenty times while submissions stream in."""

import hashlib
import random
import threading
import time

import pytest

from tests import stored
from tests.crash import stream
from tests.live import LiveServer

KILLS = 20
CLIENTS = 4
SEED = 20261122

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

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = LiveServer(tmp_path_factory.mktemp("crash") / "data")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def address(server):
    """Where a phone sends submissions of the form."""
    api = server.administrator()
    api.publish(FORM)
    phone = api.phone("Teléfono", stream.FORM)
    api.close()
    return f"{server.address}/v1/key/{phone['token']}/projects/1/submission?deviceID=collect%3Acrash"


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_twenty_times(server, address):
    chance, enough = random.Random(SEED), threading.Event()
    clients = [stream.Client(address, number, enough) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    began, starts, accepted = time.monotonic(), [], []
    for kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.7))
        if kill % 5 == 4:
            assert stored.until(lambda: stored.steps_under_way(server.data)), "the worker did nothing"
        server.kill()
        look(server, clients)
        accepted.append(sum(record.accepted for client in clients for record in list(client.records)))
        starts.append(server.start())
    assert server.stop() == 0, "asked to end, it ends in order, also in the middle of work"
    look(server, clients)
    server.start()
    enough.set()
    for client in clients:
        client.join(60)
        assert not client.is_alive()
    records = [record for client in clients for record in client.records]
    print(f"\n{KILLS} kills in {time.monotonic() - began:.0f} s; {len(records)} submissions, "
          f"{sum(client.interrupted for client in clients)} requests cut off; "
          f"restart {min(starts):.1f} to {max(starts):.1f} s")
    complete(server, clients, records)
    assert accepted == sorted(accepted) and accepted[-1] > KILLS, "too little was under way to prove anything"
    assert sum(client.interrupted for client in clients) >= KILLS / 2, "kills seldom met a request"


def look(server, clients):
    """While the server is down: all that was acknowledged by now is there and whole, nothing is half there."""
    told = [(record, dict(record.acknowledged)) for client in clients for record in list(client.records)
            if record.accepted]
    kept = stored.read(server.data)
    for record, files in told:
        assert record.instance_id in kept, f"{record.instance_id} was acknowledged and is lost"
        is_whole(kept[record.instance_id], record, files)
    assert stored.faults(server.data) == []


def is_whole(submission, record, files):
    assert submission.xml == record.xml
    assert set(submission.files) == set(record.files)
    for name, content in files.items():
        assert submission.files[name] == hashlib.sha256(content).hexdigest(), f"{name} was acknowledged and is lost"
    assert submission.counted[0] == len(record.files)


def complete(server, clients, records):
    """After the clients sent again what was cut off: everything is there, with its rows, and nothing else."""
    assert [client.unexpected for client in clients if client.unexpected] == []
    assert all(record.finished for record in records)
    stored.until(lambda: not stored.waiting_steps(server.data))
    assert (stored.waiting_steps(server.data), stored.without_rows(server.data)) == (0, 0)
    kept = stored.read(server.data)
    assert set(kept) == {record.instance_id for record in records}
    for record in records:
        is_whole(kept[record.instance_id], record, record.files)
        assert kept[record.instance_id].counted == (len(record.files), len(record.files))
    assert stored.faults(server.data) == []
    assert list((server.data / "spool").iterdir()) == []
    assert server.stop() == 0
    checked = server.command("doctor")
    assert checked.returncode == 0, checked.stdout + checked.stderr
