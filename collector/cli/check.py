"""Room of the command that holds one submission against one form, without a server or data folder.

It must not know how rules are evaluated: `domain/check` does. Ends with 0 for no findings (notes of what could not be
evaluated are none), 1 for findings, 2 when it could not check.
"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from collector.cli.desk import as_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
LANGUAGE = "es"
SEVERITIES = {"error": "ERROR", "warning": "AVISO", "note": "NOTA"}


@click.command()
@click.argument("form", type=FILE, metavar="FORMULARIO")
@click.argument("submission", type=FILE, metavar="ENVÍO.xml")
@click.option("--media", type=FOLDER, metavar="CARPETA",
              help="Carpeta con los archivos del formulario: listas CSV, XML, GeoJSON.")
@click.option("--files", type=FOLDER, metavar="CARPETA",
              help="Carpeta con los archivos del envío; si no se da, no se mira si faltan.")
@click.option("--at", metavar="MOMENTO", help="Cuándo se llenó, si el envío no lo dice: 2026-05-03T14:30. "
              "Si no se da: ahora, que no basta para comprobar cálculos con la fecha de hoy.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONA",
              help="Zona horaria de lo que no trae la suya: America/Lima.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@click.pass_context
def check(context: click.Context, form: Path, submission: Path, media: Path | None, files: Path | None,
          at: str | None, tz: str, json_: bool) -> None:
    """Comprueba un envío contra las reglas de su formulario (.xlsx, .xls, .md o .xml), sin servidor.

    Códigos de salida: 0 sin hallazgos (las notas no cuentan); 1 con hallazgos; 2 no se pudo comprobar.
    """
    from collector.domain.check import Circumstances, prepare
    from collector.domain.finding_sentences import sentence
    zone = _zone(tz)
    stated = _moment(at, zone) if at is not None else None
    model, carried = _model(context, form)

    def beside(name: str) -> bytes | None:
        path = media / name if media and Path(name).name == name else None
        return path.read_bytes() if path and path.is_file() else carried.get(name)

    circumstances = Circumstances(
        received_at=datetime.now(UTC), at=stated, zone=tz, media=beside,
        files=frozenset(one.name for one in files.iterdir()) if files else None)
    found = _found(context, prepare(model), submission, circumstances)
    rows = [{"ref": one.ref, "kind": one.kind, "severity": one.severity, "value": one.value,
             "message": sentence(one, LANGUAGE)} for one in found]
    if json_:
        as_json(rows)
    else:
        for row in rows:
            click.echo(f"{SEVERITIES[row['severity']]:5}  {row['ref']}  [{row['kind']}]  {row['message']}")
        click.echo(_summary(rows))
    context.exit(1 if any(row["severity"] != "note" for row in rows) else 0)


def _model(context: click.Context, form: Path):
    """The form and the files that its workbook carries. Ends with 2 for what is no form."""
    from collector.domain.xform import FormFault, parse_form
    from collector.domain.xlsform import XLSFormError, convert
    data = form.read_bytes()
    try:
        if form.suffix.lower() == ".xml":
            return parse_form(data), {}
        converted = convert(data, form.name)
        return parse_form(converted.xml), converted.attachments
    except XLSFormError as fault:
        _stop(context, "\n".join(one.sentence(LANGUAGE) for one in fault.errors))
    except FormFault as fault:
        _stop(context, f"{form.name} no es un formulario que se pueda leer: {fault}")


def _found(context: click.Context, checker, submission: Path, circumstances):
    """The findings. Ends with 2 for what is no submission."""
    from collector.domain.xmltext import SENTENCES, XMLFault
    try:
        return checker.check(submission.read_bytes(), circumstances)
    except XMLFault as fault:
        _stop(context, f"{SENTENCES[fault.reason][0]} {fault.detail}".strip())


def _stop(context: click.Context, text: str) -> None:
    click.echo(text, err=True)
    context.exit(2)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise click.BadParameter(f"no hay zona horaria {name}; por ejemplo: America/Lima", param_hint="--tz") from None


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"«{text}» no es un momento como 2026-05-03T14:30", param_hint="--at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _summary(rows: list[dict]) -> str:
    notes = sum(row["severity"] == "note" for row in rows)
    count = len(rows) - notes
    said = "Sin hallazgos." if not count else f"{count} hallazgo{'s' if count > 1 else ''}."
    if not notes:
        return said
    return said + (" Una regla no se pudo comprobar." if notes == 1 else f" {notes} reglas no se pudieron comprobar.")
