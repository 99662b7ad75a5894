"""Installations inside of this process, each with a data folder of its own, that go back to a state they once had.

It must not look into the database. docs/testing.md tells how to use it; on SQLite only, whose database is a file.
"""

import shutil
from pathlib import Path

from collector.app import create_app
from collector.cli import folder
from collector.domain import access
from collector.services import building, first_start, tasks
from collector.settings import Settings
from tests import builders

SETTINGS = {"worker": "off", "hash_memory": 8, "secret": "s" * 32, "public_url": "http://localhost",
            "admin_email": "admin@example.org", "admin_password": "una clave de prueba"}
DATABASE = ("collector.sqlite3", "collector.sqlite3-wal", "collector.sqlite3-shm")


class Instance:
    """An application with its first administrator and first project; `app` is a WSGI application.

    What follows a request (flat rows, checks, exports) is done before its answer goes out.
    """

    def __init__(self, data: Path, **settings):
        self.settings = Settings(data=data, **(SETTINGS | settings))
        folder.make(self.settings)
        self.app = create_app(self.settings)
        self.units = self.app.extensions["collector.units"]
        self.units.blobs.prepare()
        builders.create_tables(self.units)
        first_start.begin(self.units)
        self.units.wake = self.work

    def work(self) -> None:
        """Does what waits."""
        tasks.run_all(self.units)
        building.run_waiting(self.units)

    def write(self, work):
        """What work(unit) answers, done by the system."""
        return self.units.write(access.SYSTEM, work)

    def snapshot(self, place: Path) -> None:
        """Nothing; the state stands in that folder. No request may be under way."""
        self.units.forget()
        place.mkdir(parents=True)
        _copy(self.settings.data, place)

    def restore(self, place: Path) -> None:
        """Nothing; the state is again what it was. No request may be under way."""
        self.units.forget()
        for name in DATABASE:
            (self.settings.data / name).unlink(missing_ok=True)
        shutil.rmtree(self.settings.data / "blobs")
        _copy(place, self.settings.data)
        self.units.blobs.prepare()

    def close(self) -> None:
        """Ends what is open."""
        self.units.stop_writer()
        self.units.engine.dispose()


def _copy(source: Path, target: Path) -> None:
    for name in DATABASE:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)
    shutil.copytree(source / "blobs", target / "blobs")
