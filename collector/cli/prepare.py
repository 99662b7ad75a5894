"""Room that makes a data folder and its database ready: tables, first project with forms, first administrator.

It must not serve. `serve` runs it as a process of its own, so that what only this needs (form conversion, pictures,
migrations) does not stay in the server's memory; before other WSGI servers it is called by hand.
"""

import click

from collector.cli import folder, welcome
from collector.cli.desk import Desk, Refused, as_json, at_desk
from collector.domain import access
from collector.services import condition, first_start
from collector.services.demo import cast


@click.command(hidden=True)
@click.argument("message")
@at_desk
def revision(desk: Desk, message: str) -> None:
    """Write the next migration from what differs between the database and the models. For maintainers."""
    number = f"{int(condition.newest()) + 1:04}"
    migrate(desk.application(desk.settings), "revision", message=message, autogenerate=True, rev_id=number)


def is_ready(units, demo: bool) -> bool:
    """Whether there is nothing to prepare."""
    with units.reading(access.SYSTEM) as unit:
        return (condition.is_current(unit) and not first_start.is_needed(unit)
                and not (demo and cast.is_needed(unit)))


@click.command()
@click.option("--demo", is_flag=True, help="Agregar un proyecto de demostración con datos simulados.")
@click.option("--json", "json_", is_flag=True, help="Decir en JSON lo que se hizo.")
@at_desk
def prepare(desk: Desk, demo: bool, json_: bool) -> None:
    """Deja lista la base de datos: tablas, primer proyecto con sus formularios, primer administrador.

    «collector serve» lo hace solo. Hace falta antes de usar otro servidor WSGI o «collector worker».
    """
    folder_made(desk)
    application = desk.application(desk.settings)
    units = application.extensions["collector.units"]
    upgrade(application, units)
    done = {"first_start": None, "demo": None}
    with units.reading(access.SYSTEM) as unit:
        first = first_start.is_needed(unit)
    if first:
        done["first_start"] = _told(first_start.begin(units), desk.settings.language)
    if demo:
        from collector.services.demo import demonstration
        done["demo"] = demonstration.begin(units)
    if json_:
        as_json(done)
    else:
        say(done)


def folder_made(desk: Desk) -> None:
    """Nothing; the data folder is there. Raises Refused."""
    try:
        folder.make(desk.settings)
    except OSError as fault:
        raise Refused(f"No se puede usar la carpeta de datos {desk.settings.data}: {fault.strerror}.") from fault


def upgrade(application, units) -> None:
    """Nothing; the tables are those that this program knows. Raises Refused when the database does not answer."""
    with units.reading(access.SYSTEM) as unit:
        if condition.is_current(unit):
            return
    from alembic.util import CommandError
    folder.close_database(units.settings)
    try:
        migrate(application, "upgrade")
    except CommandError as fault:
        raise Refused(f"La base de datos es de una versión más nueva del programa ({fault}). "
                      "Actualice el programa.") from fault


def migrate(application, act: str, **options) -> None:
    """Nothing; Flask-Migrate has done this act. It is read here alone: a server has no use for it once it runs."""
    import flask_migrate
    with application.app_context():
        flask_migrate.Migrate(application, application.extensions["sqlalchemy"], directory=str(condition.MIGRATIONS))
        # the wrapped function: Flask-Migrate's own would end the process without a sentence
        getattr(flask_migrate, act).__wrapped__(**options)


def say(done: dict) -> None:
    """Nothing; what was made stands on stdout."""
    begun, demo = done["first_start"], done["demo"]
    if begun:
        for name, wrong in begun["forms"]:
            click.echo(f"  Formulario {name}: {wrong or 'publicado'}")
        click.echo(f"  Usuario:     {begun['email']}")
        click.echo(f"  Contraseña:  {begun['password'] or 'la de COLLECTOR_ADMIN_PASSWORD'}"
                   + ("   (se muestra solo esta vez: guárdela)" if begun["password"] else ""))
    if demo and not demo["people"]:
        click.echo("\n".join(welcome.OTHER_DEMO))
    elif demo:
        click.echo(f"  Demostración (datos simulados): {demo['submissions']} envíos en «{demo['project']}»")
        for email, password, role in demo["people"]:
            click.echo(f"  {role}: {email}   contraseña: {password}")
    if not begun and not demo:
        click.echo("  Todo estaba listo.")


def _told(begun: first_start.Begun, language: str) -> dict:
    return {"email": begun.email, "password": begun.password, "project": begun.project_id,
            "forms": [[name, problem.message(language) if problem else None] for name, problem in begun.forms]}
