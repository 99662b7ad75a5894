"""A worker that is killed in the middle of a delivery: it is sent again under the same id, and nothing overtakes it."""

import threading

import pytest
import requests

from tests.builders import a_submission, envelope
from tests.crash.test_crash import FORM
from tests.live import LiveServer
from tests.receiver import Receiver, plain

pytestmark = pytest.mark.crash
DEVICE = "deviceID=collect%3Awebhook"


@pytest.fixture
def server(tmp_path):
    server = LiveServer(tmp_path / "data", COLLECTOR_WEBHOOK_PRIVATE="127.0.0.0/8")
    server.start()
    yield server
    server.kill()


@pytest.mark.parametrize("whom", ["worker", "server"])
def test_who_is_killed_while_sending_sends_again_under_the_same_id_and_in_order(server, whom):
    well = threading.Event()
    with Receiver(lambda handler, got: (well.wait(60), plain(handler, 200))) as receiver:
        api = server.administrator()
        api.publish(FORM)
        phone = api.phone("Teléfono", "simple")
        hook = api.post("/projects/1/webhooks",
                        json={"name": "x", "url": receiver.url, "events": ["submission.create"]})
        address = f"{server.address}/v1/key/{phone['token']}/projects/1/submission?{DEVICE}"
        for number in range(3):
            send(address, f"uuid:{number}")
        assert len(receiver.wait_for(1)) == 1
        if whom == "worker":
            server.kill_worker()
        else:
            server.kill()
            server.start()
        assert len(receiver.wait_for(2, 60)) == 2, server.said()
        well.set()
        got = receiver.wait_for(4, 60)
    assert [one.told["submission"]["instanceId"] for one in got[:4]] == ["uuid:0", "uuid:0", "uuid:1", "uuid:2"]
    assert got[0].id == got[1].id and got[0].body == got[1].body and len({one.id for one in got}) == 3
    assert all(one.is_signed_with(hook["secret"]) for one in got)


def send(address: str, instance_id: str) -> None:
    parts = {name: (given[1], given[0], given[2]) for name, given in
             envelope(a_submission(instance_id=instance_id)).items()}
    answer = requests.post(address, files=parts, headers={"X-OpenRosa-Version": "1.0"}, timeout=30)
    assert answer.status_code == 201, answer.text
