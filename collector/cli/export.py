"""Room of the command that hands a dataset out: one CSV per table in a zip, with photos and files by choice.

It must not know what a table holds. `services/exporting` makes the bytes; they go to a file or to stdout.
"""

import os
import sys
from pathlib import Path

import click

from collector.cli.desk import Desk, Refused, at_desk, project_of


@click.command()
@click.argument("form", metavar="FORMULARIO")
@click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True), metavar="ARCHIVO",
              help="Dónde guardar; por defecto, FORMULARIO.csv.zip aquí mismo. «-» escribe a la salida.")
@click.option("--no-media", is_flag=True, help="Sin fotos ni otros archivos.")
@at_desk
def export(desk: Desk, form: str, project: int | None, out: Path | None, no_media: bool) -> None:
    """Exporta los envíos de un formulario: un CSV por tabla, en un zip. Se escribe entero o no se escribe."""
    from collector.services import exporting
    project_id = project_of(desk, project)
    options = exporting.Options(files=not no_media)
    target = out or Path(f"{form.replace('/', '_')}.csv.zip")

    def act(unit) -> int:
        pieces = exporting.csv_zip(unit, project_id, form, options)
        return _pour(pieces, sys.stdout.buffer) if str(target) == "-" else _save(pieces, target)

    written = desk.read(act)
    if str(target) != "-":
        click.echo(f"Guardado: {target} ({written} bytes)")


def _save(pieces, target: Path) -> int:
    """Bytes written, to a file that is there whole or not at all. Raises Refused."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            written = _pour(pieces, file)
        os.replace(unfinished, target)
    except OSError as fault:
        raise Refused(f"No se puede guardar en {target}: {fault.strerror}.") from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def _pour(pieces, file) -> int:
    written = 0
    for piece in pieces:
        written += file.write(piece)
    return written
