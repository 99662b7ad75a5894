"""Room of the commands on phones (app users): add, list, show or save the QR code, revoke.

It must not know what stands in a QR code. `services/phones` does what is asked.
"""

import io
from pathlib import Path

import click

from collector.cli.desk import Desk, as_json, at_desk, project_of, table

PROJECT = click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")
JSON = click.option("--json", "json_", is_flag=True, help="Responder en JSON.")


@click.group()
def phone() -> None:
    """Teléfonos: agregar, listar, código QR, retirar."""


@phone.command()
@click.argument("name", metavar="NOMBRE")
@PROJECT
@click.option("--no-forms", is_flag=True, help="Sin acceso a los formularios del proyecto; se le dan después.")
@JSON
@at_desk
def add(desk: Desk, name: str, project: int | None, no_forms: bool, json_: bool) -> None:
    """Agrega un teléfono, con acceso a todos los formularios del proyecto."""
    from collector.services import phones
    project_id = project_of(desk, project)
    made = desk.write(lambda unit: phones.add_phone(unit, project_id, name, all_forms=not no_forms))
    if json_:
        as_json(_plain(made) | {"serverUrl": desk.read(lambda unit: phones.server_url(unit, made))})
    else:
        click.echo(f"Agregado: {made.name} (número {made.id}). Su código QR: collector phone qr {made.id}")


@phone.command("list")
@PROJECT
@JSON
@at_desk
def list_(desk: Desk, project: int | None, json_: bool) -> None:
    """Lista los teléfonos de un proyecto."""
    from collector.services import phones
    project_id = project_of(desk, project)
    found = desk.read(lambda unit: phones.list_phones(unit, project_id))
    if json_:
        as_json([_plain(one) for one in found])
    else:
        table([(one.id, one.name, "activo" if one.token else "retirado", one.last_used) for one in found],
              ("Número", "Nombre", "Estado", "Último uso"))


@phone.command()
@click.argument("number", type=int, metavar="NÚMERO")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="ARCHIVO",
              help="Guardar el código como imagen PNG; sin esto se muestra en la terminal.")
@click.option("--text", is_flag=True, help="Escribir el texto del código en vez del dibujo.")
@at_desk
def qr(desk: Desk, number: int, out: Path | None, text: bool) -> None:
    """Muestra o guarda el código QR que configura el teléfono.

    La dirección que lleva es COLLECTOR_PUBLIC_URL o, sin ella, la del último servidor de esta carpeta.
    """
    from collector.services import phones
    held = desk.read(lambda unit: phones.settings_text(unit, number))
    if text:
        click.echo(held)
    elif out is not None:
        out.write_bytes(phones.qr_png(held))
        click.echo(f"Guardado: {out}")
    else:
        click.echo(_drawn(held), nl=False)


@phone.command()
@click.argument("number", type=int, metavar="NÚMERO")
@at_desk
def revoke(desk: Desk, number: int) -> None:
    """Retira un teléfono: su clave deja de servir. Lo que ya envió se queda."""
    from collector.services import phones
    desk.write(lambda unit: phones.revoke_phone(unit, number))
    click.echo(f"El teléfono {number} quedó retirado.")


def _drawn(text: str) -> str:
    import segno
    drawing = io.StringIO()
    segno.make_qr(text, error="l", boost_error=False).terminal(drawing, compact=True)
    return drawing.getvalue()


def _plain(one) -> dict:
    return {"id": one.id, "displayName": one.name, "projectId": one.project_id, "token": one.token,
            "createdAt": one.created_at, "lastUsed": one.last_used}
