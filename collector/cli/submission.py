"""Room of the commands on submissions: list those of a form, show one, have them checked again.

It must not read XML nor check itself. `services/records` and `services/record_files` find what is shown,
`services/rechecking` looks again.
"""

import sys
import time

import click

from collector.cli.desk import Desk, Refused, as_json, at_desk, project_of, table

PROJECT = click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")


@click.group()
def submission() -> None:
    """Envíos: listar, mostrar, revisar otra vez."""


@submission.command("list")
@click.argument("form", metavar="FORMULARIO")
@PROJECT
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Cuántos, los más nuevos primero.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def list_(desk: Desk, form: str, project: int | None, limit: int, json_: bool) -> None:
    """Lista los envíos de un formulario."""
    from collector.services import records
    project_id = project_of(desk, project)
    # read out page by page: the unit rests between pages, and what it found then can no longer be asked
    found = desk.read(lambda unit: [_plain(one) for page in records.pages_of_form(unit, project_id, form, limit=limit)
                                    for one in page])
    if json_:
        as_json(found)
    else:
        table([(one["instanceId"], one["instanceName"], one["createdAt"], one["submitter"], one["reviewState"],
                f"{one['filesPresent']}/{one['filesExpected']}") for one in found],
              ("Envío", "Nombre", "Recibido", "Enviado por", "Revisión", "Archivos"))


@submission.command()
@click.argument("form", metavar="FORMULARIO")
@click.argument("instance_id", metavar="ENVÍO")
@PROJECT
@click.option("--xml", is_flag=True, help="Escribir el XML tal como llegó, byte por byte.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def show(desk: Desk, form: str, instance_id: str, project: int | None, xml: bool, json_: bool) -> None:
    """Muestra un envío: de quién, cuándo, sus respuestas y sus archivos."""
    from collector.services import record_files, records
    project_id = project_of(desk, project)

    def look(unit):
        shown = records.show_record(unit, project_id, form, instance_id)
        return shown, records.record_xml(unit, shown.record), record_files.list_files(unit, shown.record)

    shown, sent, files = desk.read(look)
    if xml:
        sys.stdout.buffer.write(sent)
        return
    if json_:
        as_json(_plain(shown.record) | {"answers": _answers(shown), "files": [
            {"name": one.name, "exists": one.blob is not None} for one in files]})
        return
    if shown.instance is None and not shown.record.version.encrypted:
        raise Refused("Las respuestas de este envío no se pueden leer. Su XML está completo: --xml")
    table(list(_plain(shown.record).items()), ("Dato", "Valor"))
    click.echo()
    table(list(_answers(shown).items()), ("Pregunta", "Respuesta"))
    if files:
        click.echo()
        table([(one.name, "aquí" if one.blob else "falta", one.blob.size if one.blob else None) for one in files],
              ("Archivo", "Estado", "Bytes"))


@submission.command()
@click.option("--form", "form_ids", multiple=True, metavar="FORMULARIO",
              help="Formulario, puede repetirse; si no se da, todos los del proyecto.")
@PROJECT
@click.option("--wait", is_flag=True, help="Hacerlo aquí mismo, también sin servidor, y decir cuánto falta.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def recheck(desk: Desk, form_ids: tuple[str, ...], project: int | None, wait: bool, json_: bool) -> None:
    """Revisa otra vez los envíos con las reglas de su formulario, por ejemplo tras actualizar el servidor.

    El servidor lo hace en segundo plano, por partes. Lo que alguien ya resolvió queda resuelto, con su nota.
    """
    from collector.services import forms, rechecking
    project_id = project_of(desk, project)
    if not form_ids:
        form_ids = tuple(desk.read(lambda unit: [one.form.xml_form_id for one in forms.list_forms(unit, project_id)
                                                 if not one.is_draft]))
    begun = [(form, desk.write(lambda unit, form=form: rechecking.begin(unit, project_id, form).total))
             for form in form_ids]
    if wait:
        for form, total in begun:
            _wait(desk, project_id, form, total)
    if json_:
        as_json([{"xmlFormId": form, "total": total} for form, total in begun])
    elif wait:
        table(begun, ("Formulario", "Revisados"))
    else:
        table(begun, ("Formulario", "Por revisar"))


def _wait(desk: Desk, project_id: int, form: str, total: int) -> None:
    """Nothing; the re-check of the form is done, by us or by the worker of a server that runs beside us."""
    from collector.services import forms, rechecking, tasks

    def now(unit):
        row = rechecking.progress(unit, forms.find_form(unit, project_id, form).form)
        return row.done, row.ended_at

    told = 0
    while True:
        busy = tasks.run_waiting(desk.units) > 0
        done, ended_at = desk.read(now)
        if ended_at is not None:
            return
        if done - told >= 500:
            told = done
            click.echo(f"{form}: {done} de {total}", err=True)
        if not busy:
            time.sleep(0.5)


def _answers(shown) -> dict[str, str]:
    if shown.instance is None:
        return {}
    return {node.ref: node.text for node in shown.instance.root.walk() if not node.children and node.text}


def _plain(record) -> dict:
    held, version = record.submission, record.version
    return {"instanceId": held.instance_id, "instanceName": held.name, "form": record.xml_form_id,
            "version": record.form_version, "submitter": record.submitter.name if record.submitter else None,
            "deviceId": version.device_id, "createdAt": held.created_at, "updatedAt": held.updated_at,
            "reviewState": held.review_state, "edits": held.edits, "encrypted": version.encrypted,
            "filesExpected": held.files_expected, "filesPresent": held.files_present}
