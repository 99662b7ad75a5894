"""A live server for the contract tests, and the season that a phone spends with it."""

import pytest

from setup import system
from tests.contract import central as clients
from tests.contract import season as seasons
from tests.live import LiveServer
from tests.phone.filler import Filler


@pytest.fixture(scope="session")
def live(tmp_path_factory):
    """A running server with the forms of the library, shared by the tests of this folder."""
    server = LiveServer(tmp_path_factory.mktemp("live") / "data")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def filler(tmp_path_factory):
    """The phone's form engine."""
    if system.jdk() is None:
        pytest.skip("no JDK 17 or newer: apt-get install openjdk-17-jdk-headless, or set JAVA_HOME")
    return Filler(tmp_path_factory.mktemp("filler"))


@pytest.fixture(scope="session")
def season(live, filler, tmp_path_factory):
    """What a phone did: two hundred submissions of the three forms."""
    folder = tmp_path_factory.mktemp("season")
    api = live.administrator()
    phone = seasons.phone_of(api, folder / "phone")
    yield seasons.run(seasons.Season(live, api, phone, filler, folder))
    phone.close()
    api.close()


@pytest.fixture(scope="session")
def central(live, tmp_path_factory):
    """ODK's own client, signed in as the administrator, in a project of its own."""
    with clients.client_of(live, tmp_path_factory.mktemp("pyodk") / "cache.toml", None) as client:
        made = client.post("projects", json={"name": "Proyecto de pyODK"}).json()
        with clients.client_of(live, tmp_path_factory.mktemp("pyodk") / "cache.toml", made["id"]) as own:
            yield own
