"""Room of the command that tells how an installation is: settings in force and what may be wrong with it.

It must not repair. `services/condition` looks; exit code 1 when something is wrong.
"""

from collections.abc import Iterator
from dataclasses import fields

import click

from collector.cli import folder
from collector.cli.desk import Desk, as_json, at_desk, is_there
from collector.domain import access
from collector.services import condition, status
from collector.services.condition import Finding
from collector.settings import Settings, variable

HIDDEN = ("secret", "admin_password", "smtp_password")


@click.command()
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def doctor(desk: Desk, json_: bool) -> None:
    """Muestra los ajustes vigentes y revisa base de datos, tablas, archivos, disco y pasos pendientes."""
    settings = desk.settings
    found, numbers = _look(desk)
    wrong = any(not one.good for one in found)
    if json_:
        as_json({"settings": {name: shown for name, shown, _reason in _settings(settings)}, "good": not wrong,
                 "findings": [{"name": one.name, "good": one.good, "text": one.text(settings.language)}
                              for one in found], "status": numbers})
    else:
        click.echo("Ajustes vigentes:")
        for name, shown, reason in _settings(settings):
            click.echo(f"  {name}={shown}\n      {reason}")
        click.echo("\nRevisión:")
        for one in found:
            click.echo(f"  {'bien' if one.good else 'MAL '}  {one.name}: {one.text(settings.language)}")
        click.echo("\nNúmeros:" if numbers else "", nl=bool(numbers))
        for name, value in _flat(numbers):
            click.echo(f"  {name}: {value}")
    if wrong:
        raise SystemExit(1)


def _look(desk: Desk) -> tuple[list[Finding], dict]:
    """(what was looked at, the numbers of the status page where the database answers)."""
    settings = desk.settings
    if not (settings.data.is_dir() and is_there(settings)):
        return [Finding("data", False, f"no hay datos en {settings.data}; inicie: collector serve",
                        f"there is no data in {settings.data}; start: collector serve")], {}
    units = desk.application(settings).extensions["collector.units"]
    with units.reading(access.SYSTEM) as unit:
        found = condition.examine(unit)
        return [*found, _server(settings)], status.told(status.measure(unit)) if found[0].good else {}


def _flat(numbers: dict, above: str = "") -> Iterator[tuple[str, object]]:
    """(name with points, number), for lines."""
    for name, value in numbers.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", "-" if value is None else value


def _server(settings: Settings) -> Finding:
    if folder.is_held(settings):
        return Finding("server", True, "un servidor está usando esta carpeta", "a server is using this folder")
    return Finding("server", True, "ningún servidor está usando esta carpeta", "no server is using this folder")


def _settings(settings: Settings) -> list[tuple[str, str, str]]:
    """(variable, value as it may be shown, reason)."""
    rows = []
    for item in fields(Settings):
        value = str(getattr(settings, item.name))
        if item.name in HIDDEN and value:
            value = "•••"
        if item.name == "database_url" and "@" in value:
            value = f"{value.partition('://')[0]}://•••@{value.rpartition('@')[2]}"
        rows.append((variable(item.name), value, item.metadata["reason"]))
    return rows
