"""Room of what every command works at: settings, units of work, how things are told.

It must not do what a command is for. Every act is the system's own (`access.SYSTEM`): who may use this machine may.
"""

import functools
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from collector.cli import folder
from collector.domain import access
from collector.domain.problems import Problem
from collector.services import condition
from collector.services.unit import UnitOfWork, Units
from collector.settings import Settings, WrongSetting, from_environment

DATA = "Carpeta de datos. Si no se da: COLLECTOR_DATA, o ./data."


class Refused(Exception):
    """Something that cannot be done; the text is the sentence for the person."""


class Desk:
    """Settings, and units of work once they are asked for."""

    def __init__(self, create_app: Callable, data: Path | None = None):
        self._create_app = create_app
        self._data = data
        self.synchronous = "FULL"
        self.serves = False
        self._opened: list = []

    @functools.cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises WrongSetting."""
        found = from_environment()
        return found.with_(data=self._data) if self._data else found

    def another(self, settings: Settings) -> "Desk":
        """A desk of its own with these settings."""
        made = Desk(self._create_app)
        made.settings = settings
        return made

    @property
    def told(self) -> Settings:
        """The same settings with the address that the last server told phones, unless another is set."""
        return self.settings.with_(public_url=self.settings.public_url or folder.noted_address(self.settings))

    @functools.cached_property
    def units(self) -> Units:
        """Units of work on a database that is there and up to date. Raises Refused."""
        settings = self.settings
        if not is_there(settings):
            raise Refused(f"No hay datos en {settings.data}. Inicie primero el servidor: collector serve")
        units = self.application(self.told).extensions["collector.units"]
        with units.reading(access.SYSTEM) as unit:
            if not condition.is_current(unit):
                raise Refused("La base de datos no responde o sus tablas son de otra versión. "
                              "Ejecute: collector prepare; si sigue: collector doctor")
        return units

    def application(self, settings: Settings):
        """An application with these settings."""
        made = self._create_app(folder.opened(settings), synchronous=self.synchronous, serves=self.serves)
        self._opened.append(made)
        return made

    def close(self) -> None:
        """Nothing; connections are given back."""
        for application in self._opened:
            application.extensions["collector.units"].engine.dispose()

    def read(self, act: Callable[[UnitOfWork], object]):
        """What act(unit) answers."""
        with self.units.reading(access.SYSTEM) as unit:
            return act(unit)

    def write(self, act: Callable[[UnitOfWork], object]):
        """What act(unit) answers, kept."""
        return self.units.write(access.SYSTEM, act)


def at_desk(act: Callable) -> Callable:
    """The same command with --data, called with a Desk first."""

    @click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="CARPETA", help=DATA)
    @click.pass_obj
    @functools.wraps(act)
    def run(create_app, data: Path | None, **options):
        desk = Desk(create_app, data)
        try:
            return act(desk, **options)
        finally:
            desk.close()

    return run


def project_of(desk: Desk, project: int | None) -> int:
    """The project's number: the one given, or the only one there is. Raises Refused."""
    if project is not None:
        return project
    from collector.services import projects
    found = desk.read(lambda unit: [(one.id, one.name) for one in projects.list_projects(unit) if not one.simulated])
    if len(found) == 1:
        return found[0][0]
    names = "".join(f"\n  {number}  {name}" for number, name in found)
    raise Refused(f"Diga en qué proyecto: --project NÚMERO{names}" if found else "Todavía no hay ningún proyecto.")


def table(rows: Sequence[Sequence], heads: Sequence[str]) -> None:
    """Nothing; the rows stand on stdout in columns."""
    lines = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[place]) for line in [list(heads), *lines]) for place in range(len(heads))]
    for line in [list(heads), *lines]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def as_json(value) -> None:
    """Nothing; the value stands on stdout as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def is_refusal(fault: BaseException) -> bool:
    """Whether the fault is one that a sentence tells."""
    return isinstance(fault, Problem | WrongSetting | Refused)


def tell(fault: BaseException) -> None:
    """Nothing; the sentence stands on stderr, a Problem's in the language of the settings."""
    if not isinstance(fault, Problem):
        click.echo(str(fault), err=True)
        return
    language = _language()
    click.echo(f"{fault.message(language)} ({fault.code})", err=True)
    for complaint in fault.details.get("complaints") or ():
        place = ", ".join(str(complaint[key]) for key in ("sheet", "row", "column") if complaint.get(key))
        words = (complaint.get(f"message_{language}"), complaint.get(f"advice_{language}"))
        click.echo(f"  {place}: {' '.join(filter(None, words))}", err=True)


def _language() -> str:
    try:
        return from_environment().language
    except WrongSetting:
        return "es"


def is_there(settings: Settings) -> bool:
    """Whether there is a database to open; SQLite would make an empty one."""
    return not settings.is_sqlite or Path(settings.database.removeprefix("sqlite:///")).exists()


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
    return str(value)


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
