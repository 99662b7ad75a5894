"""What tests start from: settings, a migrated database and blob folder each, the application, people and a phone.

Tests make data through `tests/builders.py` only.
"""

import shutil
from pathlib import Path

import pytest

from collector.app import create_app
from collector.domain import access
from collector.services.unit import Units
from collector.settings import Settings
from tests import builders


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """A data folder with a fresh database and the people; each test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(test_settings(folder))
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    builders.create_tables(units)
    builders.add_people(units)
    units.engine.dispose()
    return folder


def test_settings(data: Path, **changes) -> Settings:
    """Settings of a test's own installation: steps run in line, hashes are cheap."""
    return Settings(data=data, worker="inline", hash_memory=8, public_url="http://localhost", secret="s" * 32,
                    **changes)


test_settings.__test__ = False


@pytest.fixture
def settings(template, tmp_path) -> Settings:
    data = tmp_path / "data"
    shutil.copytree(template, data)
    return test_settings(data)


@pytest.fixture
def app(settings):
    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["COLLECTOR_RAISE_FAULTS"] = True
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    units.wake = lambda: builders.run_steps(units)
    yield app
    units.stop_writer()
    units.engine.dispose()


@pytest.fixture
def units(app) -> Units:
    """Units of work on the test's own database; writes run in the calling thread."""
    return app.extensions["collector.units"]


@pytest.fixture
def client(app):
    """A client without credentials."""
    return app.test_client()


@pytest.fixture
def alice(app) -> builders.Person:
    """Administrator of the site."""
    return builders.person(app, "alice")


@pytest.fixture
def bob(app) -> builders.Person:
    """Manager of project 1."""
    return builders.person(app, "bob")


@pytest.fixture
def carol(app) -> builders.Person:
    """Signed in, without any grant."""
    return builders.person(app, "carol")


@pytest.fixture
def phone(app) -> builders.PhoneKey:
    """An app user of project 1 that may fill all of its forms."""
    return builders.phone_key(app)


@pytest.fixture
def system(units):
    """Does work(unit) as the system actor and answers what it answers."""
    return lambda work: units.write(access.SYSTEM, work)
