"""Room of the commands that make a backup while the server runs, and that make a data folder of one again.

It must not copy or compare anything itself. `services/backup` and `services/restore` do; here it is said whether there
is room, what goes on, and what to do next.
"""

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

from collector.cli import prepare
from collector.cli.desk import Desk, Refused, as_json, at_desk
from collector.domain import access

UNFINISHED = ".restoring"
DOING = {"database": "Base de datos", "files": "Archivos", "compare": "Comparación", "load": "Carga en PostgreSQL"}
WRONG = {"database": "la copia de la base de datos está dañada", "table": "no coincide la tabla",
         "missing": "falta el archivo", "damaged": "está dañado el archivo"}
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="CARPETA", type=FOLDER)
@click.option("--keep", type=click.IntRange(0), default=0, metavar="NÚMERO",
              help="Cuántos respaldos buenos quedan en la carpeta; sin esto quedan todos.")
@click.option("--full", is_flag=True, help="Volver a leer todos los archivos del respaldo, no solo los nuevos.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def backup(desk: Desk, folder: Path, keep: int, full: bool, json_: bool) -> None:
    """Respalda base de datos y archivos en CARPETA mientras el servidor sigue trabajando.

    Después restaura el respaldo en un lugar de prueba y lo compara. Solo entonces dice que está bien. En la misma
    carpeta, el siguiente respaldo copia solo los archivos nuevos.
    """
    from collector.services import backup as service
    _outside(folder, desk.settings.data)
    plan = desk.read(lambda unit: service.plan(unit, folder))
    _room(folder, plan.needed, plan.free)
    os.nice(10)  # phones come first
    try:
        made = service.make(desk.units, folder, full, keep, Progress())
    except service.FolderBusy:
        raise Refused(f"Ya se está haciendo otro respaldo en {folder}.") from None
    except OSError as fault:
        raise Refused(f"No se pudo respaldar en {folder}: {fault.strerror}. No quedó nada a medias.") from fault
    if json_:
        as_json({**_plain(made), "oneDisk": plan.one_disk})
    else:
        _say_made(made, folder, plan.one_disk)
    if not made.verified:
        raise SystemExit(1)


@click.command()
@click.argument("folder", metavar="CARPETA", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", default="", metavar="RESPALDO", help="Cuál; por defecto, el último que está bien.")
@click.option("--database-url", default="", metavar="DIRECCIÓN",
              help="Una base de datos PostgreSQL vacía, en lugar de SQLite (postgresql+psycopg://…).")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def restore(desk: Desk, folder: Path, name: str, database_url: str, json_: bool) -> None:
    """Hace de un respaldo una carpeta de datos nueva, la de --data, y la deja lista para iniciar.

    Nunca escribe sobre datos que ya están: la carpeta (y la base de datos, si es PostgreSQL) deben estar vacías.
    """
    from collector.services import restore as service
    settings = desk.settings.with_(database_url=database_url or desk.settings.database_url)
    if settings.database_url.startswith("sqlite"):
        raise Refused("Con SQLite la base de datos queda en la carpeta de datos: no dé otra dirección.")
    manifest = _chosen(folder, name)
    data = settings.data.resolve()
    _empty(data)
    _empty_database(desk, settings)
    room = service.room(folder, manifest, data)
    _room(data.parent, room.needed, room.free)
    unfinished = data.with_name(data.name + UNFINISHED)
    service.drop(unfinished)
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        faults = service.place(folder, manifest, unfinished, Progress())
        _refuse(manifest, faults)
        _start(desk, settings, manifest, unfinished, data)
    except OSError as fault:
        raise Refused(f"No se pudo restaurar en {data}: {fault.strerror}.") from fault
    except service.Differs as fault:
        raise Refused(f"No coincide lo cargado en PostgreSQL: {fault}. No quedó nada.") from fault
    finally:
        service.drop(unfinished)
    if json_:
        as_json({**_plain(manifest), "data": str(data), "missing": [what for _kind, what in faults]})
    else:
        _say_restored(manifest, faults, data)


def _start(desk: Desk, settings, manifest, unfinished: Path, data: Path) -> None:
    """Nothing; the tables are this program's, in the database that was asked for, and the folder has its name."""
    from collector.services import restore as service
    inside = desk.application(settings.with_(data=unfinished, database_url=""))
    units = inside.extensions["collector.units"]
    prepare.upgrade(inside, units)
    if settings.is_sqlite:
        units.write(access.SYSTEM, lambda unit: service.finish(unit, manifest))
        units.engine.dispose()
    else:
        units.engine.dispose()
        outside = desk.application(settings.with_(data=unfinished))
        units = outside.extensions["collector.units"]
        prepare.upgrade(outside, units)

        def load(unit) -> None:
            service.load(unit, unfinished / "collector.sqlite3", Progress())
            service.finish(unit, manifest)

        units.write(access.SYSTEM, load)
        service.drop_database(unfinished)
    service.rename(unfinished, data)


class Progress:
    """Says on stderr what is being done: in one line that changes on a screen, else a line for each thing."""

    def __init__(self):
        self._last, self._at = "", 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        screen, now = sys.stderr.isatty(), time.monotonic()
        if what == self._last and (not screen or now - self._at < 0.2):
            return
        self._at = now
        new = "\n" if screen and self._last not in ("", what) else ""
        self._last = what
        text = f"{DOING[what]}: {done} de {of}" if screen else f"{DOING[what]}…"
        click.echo(f"{new}\r{text}   " if screen else text, err=True, nl=not screen)


def _chosen(folder: Path, name: str):
    from collector.services import condition
    from collector.services import restore as service
    manifest = service.choose(folder, name)
    if manifest is None and name:
        raise Refused(f"No hay ningún respaldo «{name}» en {folder}, o está cortado.")
    if manifest is None:
        raise Refused(f"No hay ningún respaldo bueno en {folder}.")
    if int(manifest.revision) > int(condition.newest()):
        raise Refused(f"El respaldo es de una versión más nueva del programa ({manifest.program}). "
                      "Actualice el programa.")
    return manifest


def _outside(folder: Path, data: Path) -> None:
    if folder.resolve().is_relative_to(data.resolve()):
        raise Refused("El respaldo se perdería con los datos: dé una carpeta fuera de la carpeta de datos.")


def _empty(data: Path) -> None:
    if data.is_dir() and any(data.iterdir()):
        raise Refused(f"La carpeta {data} no está vacía. Dé una carpeta nueva con --data.")
    if os.path.ismount(data):
        raise Refused(f"{data} es un disco entero. Dé una carpeta nueva dentro de él, por ejemplo {data / 'data'}.")


def _empty_database(desk: Desk, settings) -> None:
    if settings.is_sqlite:
        return
    from collector.services import restore as service
    units = desk.application(settings).extensions["collector.units"]
    with units.reading(access.SYSTEM) as unit:
        if not service.is_empty(unit):
            raise Refused("La base de datos PostgreSQL no está vacía. Dé una nueva con --database-url.")


def _room(folder: Path, needed: int, free: int) -> None:
    if free < needed:
        raise Refused(f"No alcanza el espacio en {folder}: hacen falta {_size(needed)} y quedan {_size(free)}. "
                      "No se escribió nada.")


def _refuse(manifest, faults) -> None:
    """Nothing, when all that the backup was said to hold is there: only what it never had may be missing."""
    new = [fault for fault in faults if fault[1] not in {what for _kind, what in manifest.faults}]
    if new:
        raise Refused(f"El respaldo {manifest.name} está dañado y no se restauró nada:{_listed(new)}\n"
                      "Pruebe con otro: --name RESPALDO")


def _say_made(made, folder: Path, one_disk: bool) -> None:
    click.echo(f"Respaldo {made.name} en {folder}")
    click.echo(f"  {made.tables['submissions'].rows} envíos, base de datos {_size(made.database_bytes)}")
    click.echo(f"  {made.blobs} archivos ({_size(made.blob_bytes)}), nuevos: {made.new_blobs} "
               f"({_size(made.new_bytes)})")
    if made.verified:
        click.echo("  Se restauró en un lugar de prueba y se comparó: está bien.")
    else:
        click.echo(f"  NO está bien:{_listed(made.faults)}\n  Lo demás está guardado.", err=True)
    if one_disk:
        click.echo("  Está en el mismo disco que los datos: lleve una copia a otro lugar.")


def _say_restored(manifest, faults, data: Path) -> None:
    click.echo(f"Restaurado en {data}: respaldo {manifest.name}, {manifest.tables['submissions'].rows} envíos, "
               f"{manifest.blobs - len(faults)} archivos.")
    if faults:
        click.echo(f"Ya faltaban cuando se hizo el respaldo:{_listed(faults)}", err=True)
    click.echo(f"\nAhora:\n  1. Inicie: ./run --data {data}\n"
               "  2. Si la dirección del servidor cambió, dé COLLECTOR_PUBLIC_URL y entregue códigos QR nuevos.\n"
               "  3. Revise: collector doctor. Lo que llegó después del respaldo no está: los teléfonos que aún\n"
               "     guardan esos envíos pueden mandarlos otra vez.")


def _listed(faults) -> str:
    lines = [f"\n    {WRONG[kind]} {what}" for kind, what in faults[:20]]
    return "".join(lines) + (f"\n    … y {len(faults) - 20} más" if len(faults) > 20 else "")


def _plain(manifest) -> dict:
    held = asdict(manifest)
    return {**held, "tables": {name: table["rows"] for name, table in held["tables"].items()}}


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
