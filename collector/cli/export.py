"""Room of the command that hands a dataset out: raw or cleaned, in the formats asked for, with photos by choice.

It must not know what a table holds. `services/exporting` streams the CSV of raw records, `services/building` makes
everything else; the bytes go to a file or to stdout.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from collector.cli.desk import Desk, Refused, at_desk, project_of

_DAY = click.DateTime(["%Y-%m-%d"])
_FORMATS = ("csv", "xlsx", "stata", "spss", "parquet", "geojson", "jsonl")
_STATES = ("received", "edited", "hasIssues", "approved", "rejected")


@click.command()
@click.argument("form", metavar="FORMULARIO")
@click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True), metavar="ARCHIVO",
              help="Dónde guardar; por defecto, FORMULARIO.csv.zip o FORMULARIO.zip aquí mismo. «-» escribe a la "
                   "salida. Con el nombre de un solo archivo de datos (datos.xlsx), ese archivo sin lo demás.")
@click.option("--no-media", is_flag=True, help="Sin fotos ni otros archivos.")
@click.option("--format", "formats", type=click.Choice(_FORMATS), multiple=True,
              help="Formato de los datos; se puede repetir. Con libro de códigos y descripción del paquete.")
@click.option("--recipe", metavar="NOMBRE", help="Limpiar con esta receta; sin ella, datos como llegaron.")
@click.option("--recipe-version", type=int, metavar="NÚMERO", help="Versión de la receta; por defecto, la vigente.")
@click.option("--lang", metavar="IDIOMA", help="Idioma de preguntas y opciones: es, en u otro del formulario.")
@click.option("--labels", is_flag=True, help="Textos de las opciones en lugar de sus códigos.")
@click.option("--split", is_flag=True, help="Además una columna 1/0 por cada opción de las preguntas múltiples.")
@click.option("--no-group-paths", is_flag=True, help="Nombres de columna sin los grupos.")
@click.option("--bom", is_flag=True, help="CSV con marca de UTF-8, para Excel.")
@click.option("--neutralise", is_flag=True, help="CSV con apóstrofo ante textos que parecen fórmulas.")
@click.option("--states", type=click.Choice(_STATES), multiple=True, help="Solo estos estados; se puede repetir.")
@click.option("--since", type=_DAY, metavar="DÍA", help="Solo lo que llegó desde este día (2026-05-01).")
@click.option("--until", type=_DAY, metavar="DÍA", help="Solo lo que llegó hasta este día, incluido.")
@click.option("--purpose", default="", metavar="TEXTO", help="Para qué; queda en el historial y en receipt.json.")
@at_desk
def export(desk: Desk, form: str, project: int | None, out: Path | None, no_media: bool, **wanted) -> None:
    """Exporta los envíos de un formulario. Se escribe entero o no se escribe.

    Sin más opciones: un CSV por tabla, en un zip, como los da ODK Central. Con --format, --recipe u otra opción de los
    datos: los formatos pedidos con libro de códigos (codebook.xlsx, codebook.html), datapackage.json y receipt.json.
    """
    from collector.cli.export_build import seldom_look_for_rings
    project_id = project_of(desk, project)
    seldom_look_for_rings()
    if any(wanted.values()):
        target = out or Path(f"{form.replace('/', '_')}.zip")
        act = _built(project_id, form, target, not no_media, wanted)
    else:
        target = out or Path(f"{form.replace('/', '_')}.csv.zip")
        act = _streamed(project_id, form, not no_media)
    if str(target) == "-":
        desk.read(lambda unit: act(unit, sys.stdout.buffer.write))
        return
    written = desk.read(lambda unit: _save(lambda write: act(unit, write), target))
    click.echo(f"Guardado: {target} ({written} bytes)")


def _streamed(project_id: int, form: str, files: bool) -> Callable:
    from collector.services import exporting

    def act(unit, write) -> None:
        for piece in exporting.csv_zip(unit, project_id, form, exporting.Options(files=files)):
            write(piece)
    return act


def _built(project_id: int, form: str, target: Path, files: bool, wanted: dict) -> Callable:
    from collector.services import building, orders, recipes
    from collector.services.data_files import ENDINGS
    formats = wanted.pop("formats") or ("csv",)
    recipe, version = wanted.pop("recipe"), wanted.pop("recipe_version")
    if version is not None and recipe is None:
        raise click.UsageError("--recipe-version va con --recipe.")
    alone = len(formats) == 1 and target.suffix == ENDINGS[formats[0]]
    if not alone and str(target) != "-" and target.suffix != ".zip":
        raise click.UsageError(f"{target} no es .zip, y saldrá más de un archivo. Dé un nombre que termine en .zip.")
    given = {"formats": formats, "files": files, "alone": alone, "language": wanted.pop("lang") or "es",
             "states": list(wanted.pop("states")) or None, "group_paths": not wanted.pop("no_group_paths"),
             "since": _day(wanted.pop("since")), "until": _day(wanted.pop("until")), **wanted}

    def act(unit, write) -> None:
        number = recipes.find_named(unit, project_id, form, recipe).row.id if recipe else None
        order = orders.order(recipe_id=number, recipe_version=version, **given)
        packed = building.pack_now(unit, project_id, form, order, write, _tell if sys.stderr.isatty() else None)
        if alone and Path(packed.name).suffix != target.suffix:
            raise Refused(f"El formulario tiene varias tablas: cada una es un archivo {target.suffix}. "
                          "Dé un nombre que termine en .zip.")
    return act


def _day(value: datetime | None):
    return None if value is None else value.date()


def _tell(phase: str, step: int, steps: int, done: int, total: int) -> None:
    """Nothing; whoever waits at a terminal sees how far it is."""
    click.echo(f"\r{step}/{steps} {phase} {done}/{total}\033[K", err=True, nl=False)


def _save(act: Callable, target: Path) -> int:
    """Bytes written, to a file that is there whole or not at all. Raises Refused."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            act(file.write)
            written = file.tell()
        os.replace(unfinished, target)
    except OSError as fault:
        raise Refused(f"No se puede guardar en {target}: {fault.strerror}.") from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return written
