"""Many phones at the same moment: one submission is stored once, and nobody is turned away."""

import concurrent.futures
import threading

import psycopg
import pytest
import requests

from tests import builders
from tests.conftest import sqlalchemy_address
from tests.live import LiveServer
from tests.phone import envelope

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORM = "muchos"
PHONES = 32
EACH = 10


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request, tmp_path_factory):
    """A running server on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("live")
        return
    address = request.getfixturevalue("postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE many_phones")
    server = LiveServer(tmp_path_factory.mktemp("many") / "data",
                        COLLECTOR_DATABASE_URL=sqlalchemy_address(address, "many_phones"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def place(server):
    """(API, address of submissions)."""
    api = server.administrator()
    api.publish(builders.SIMPLE.format(form_id=FORM, version="1"))
    key = api.phone("Muchos a la vez", FORM)["token"]
    yield api, f"{server.address}/v1/key/{key}/projects/1/submission?deviceID=collect%3Amany"
    api.close()


def post(url: str, xml: str) -> requests.Response:
    body, kind = envelope.body([("xml_submission_file", "a.xml", "text/xml", xml.encode())])
    with requests.Session() as http:
        return http.post(url, data=body, timeout=60, headers={"X-OpenRosa-Version": "1.0", "Content-Type": kind})


def instances(api) -> list[str]:
    return [one["instanceId"] for one in api.get(f"/projects/1/forms/{FORM}/submissions")]


def test_the_same_submission_ten_times_at_once_is_stored_once(place):
    api, url = place
    xml = builders.a_submission(FORM, "1", "<nombre>Ana</nombre>", "uuid:ten-times")
    gate = threading.Barrier(10)

    def send(_number):
        gate.wait()
        return post(url, xml)

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    assert [answer.status_code for answer in answers] == [201] * 10, [answer.text for answer in answers]
    assert sum("Recibido" in answer.text for answer in answers) == 1
    assert instances(api).count("uuid:ten-times") == 1


def test_two_edits_of_one_submission_at_once_one_wins_and_the_other_is_kept_aside(place):
    api, url = place
    assert post(url, builders.a_submission(FORM, "1", "", "uuid:contested")).status_code == 201
    edits = [builders.a_submission(FORM, "1", f"<edad>{number}</edad>", f"uuid:edit-{number}",
                                   "uuid:contested") for number in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda xml: post(url, xml), edits))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    versions = api.get(f"/projects/1/forms/{FORM}/submissions/uuid:contested/versions")
    assert len(versions) == 2


def test_thirty_two_phones_at_once_are_all_served(place):
    api, url = place
    wanted = {f"uuid:phone-{phone}-{number}" for phone in range(PHONES) for number in range(EACH)}

    def run(phone: int) -> list[int]:
        return [post(url, builders.a_submission(FORM, "1", "", f"uuid:phone-{phone}-{number}")).status_code
                for number in range(EACH)]

    with concurrent.futures.ThreadPoolExecutor(PHONES) as pool:
        answers = [status for statuses in pool.map(run, range(PHONES)) for status in statuses]
    assert answers == [201] * (PHONES * EACH)
    assert wanted <= set(instances(api))
