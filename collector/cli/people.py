"""Room of the commands on people who sign in: add with a role, list, set a password.

It must not hash or check anything. `services/people` and `services/grants` do what is asked.
"""

import click

from collector.cli.desk import Desk, Refused, as_json, at_desk, project_of, table

ROLES = {"administrador": "admin", "admin": "admin", "gestor": "manager", "manager": "manager",
         "supervisor": "supervisor", "analista": "analyst", "analyst": "analyst", "lector": "viewer",
         "viewer": "viewer"}


@click.group()
def people() -> None:
    """Personas que ingresan: agregar, listar, cambiar contraseña."""


@people.command()
@click.argument("email", metavar="CORREO")
@click.option("--name", default="", metavar="NOMBRE", help="Nombre para mostrar.")
@click.option("--role", type=click.Choice(sorted(ROLES)), help="Rol; sin él, la persona ingresa y no ve nada.")
@click.option("--project", type=int, metavar="NÚMERO", help="Proyecto del rol; no hace falta si hay uno solo.")
@click.option("--password", default="", envvar="COLLECTOR_NEW_PASSWORD", metavar="CONTRASEÑA",
              help="Contraseña, o en la variable COLLECTOR_NEW_PASSWORD; sin ella se inventa una y se muestra.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def add(desk: Desk, email: str, name: str, role: str | None, project: int | None, password: str, json_: bool) -> None:
    """Agrega una persona. El rol vale en un proyecto; el de administrador, en todo el servidor."""
    from collector.services import grants
    from collector.services import people as service
    from collector.services.passwords import made_up
    chosen = password or made_up()
    hashed = desk.read(lambda unit: service.hash_password(unit, email, chosen))
    system = ROLES[role] if role else None
    project_id = project_of(desk, project) if system and system != "admin" else None

    def act(unit):
        person = service.add_user(unit, email, name, hashed)
        if system:
            grants.add_grant(unit, grants.place(unit, project_id), grants.role(system), person.id)
        return person

    person = desk.write(act)
    if json_:
        as_json({"id": person.id, "email": person.email, "role": system, "projectId": project_id,
                 "password": None if password else chosen})
        return
    click.echo(f"Agregada: {person.email} (número {person.id}).")
    if not password:
        click.echo(f"Contraseña: {chosen}   (se muestra solo esta vez)")


@people.command("list")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def list_(desk: Desk, json_: bool) -> None:
    """Lista a quienes pueden ingresar."""
    from collector.services import people as service
    found = desk.read(service.list_users)
    if json_:
        as_json([{"id": one.id, "email": one.email, "displayName": one.name, "createdAt": one.created_at,
                  "lastLoginAt": one.last_login_at} for one in found])
    else:
        table([(one.id, one.email, one.name, one.last_login_at) for one in found],
              ("Número", "Correo", "Nombre", "Último ingreso"))


@people.command()
@click.argument("email", metavar="CORREO")
@click.option("--password", default="", envvar="COLLECTOR_NEW_PASSWORD", metavar="CONTRASEÑA",
              help="Contraseña, o en la variable COLLECTOR_NEW_PASSWORD; sin ella se inventa una y se muestra.")
@at_desk
def password(desk: Desk, email: str, password: str) -> None:
    """Cambia la contraseña de una persona y cierra sus sesiones."""
    from collector.services import people as service
    from collector.services.passwords import made_up
    chosen = password or made_up()
    found = desk.read(lambda unit: [one for one in service.list_users(unit) if one.email == service.fold(email)])
    if not found:
        raise Refused(f"No hay ninguna persona con el correo {email}.")
    hashed = desk.read(lambda unit: service.hash_password(unit, email, chosen))
    desk.write(lambda unit: service.set_password(unit, found[0].id, hashed))
    click.echo(f"La contraseña de {found[0].email} cambió; sus sesiones se cerraron.")
    if not password:
        click.echo(f"Contraseña: {chosen}   (se muestra solo esta vez)")
