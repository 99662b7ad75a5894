"""Room of the command that moves in: asks for the password, shows how far it is, and what was compared at the end.

It must not fetch (`source`) nor keep anything (`journey`).
"""

import time
from urllib.parse import urlsplit

import click

from collector.cli.desk import Desk, Refused, as_json, at_desk, table, tell
from collector.plugins.pull.comparison import Line, compare
from collector.plugins.pull.journey import Journey, Pulled
from collector.plugins.pull.ledger import Ledger, Taken
from collector.plugins.pull.source import Source, Unanswered

WHAT = {"versions": "Versiones del formulario", "media": "Archivos del formulario", "submissions": "Envíos",
        "xml": "Versiones de envíos, por su huella", "attachments": "Fotos y archivos, por su huella",
        "states": "Estados de revisión", "comments": "Comentarios"}
STAYS = """No se trae: la papelera; envíos de prueba de borradores; cuentas, contraseñas y papeles de personas; enlaces
públicos (quien envió por ellos queda con su nombre); listas de entidades; la actividad de allí, salvo versiones,
decisiones y comentarios. Cambian: los números de proyectos y personas, y los códigos para probar borradores. Quien
tiene aquí una cuenta con el mismo correo es la misma persona; los demás quedan con su nombre, sin poder entrar."""
SHOWN = 10  # things that differ


@click.command()
@click.argument("address", metavar="DIRECCIÓN")
@click.option("--email", required=True, metavar="CORREO", help="Quién entra allí; debe administrar esos proyectos.")
@click.option("--password", default="", envvar="COLLECTOR_PULL_PASSWORD", metavar="CONTRASEÑA",
              help="Su contraseña allí, o en COLLECTOR_PULL_PASSWORD; sin ella se pregunta.")
@click.option("--project", "wanted", multiple=True, metavar="PROYECTO",
              help="Número o nombre allí; puede repetirse. Sin esto, todos los que esa persona ve.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def pull(desk: Desk, address: str, email: str, password: str, wanted: tuple[str, ...], json_: bool) -> None:
    """Trae proyectos de un ODK Central, o de otro Collector, que está en marcha en DIRECCIÓN.

    Trae formularios con todas sus versiones y archivos, teléfonos con su clave, y envíos con sus versiones, fotos,
    comentarios y estados; con las fechas y los nombres de allí. Allí no cambia nada. Si se corta, repita la misma
    orden: sigue donde quedó. Repetida más tarde, trae lo nuevo. Al final compara cantidades y huellas.

    Código de salida: 0 todo igual; 1 algo falta o difiere.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise Refused(f"Escriba la dirección completa, por ejemplo https://{address}")
    units = desk.units
    source = Source(address, email, password or click.prompt("Contraseña allí", hide_input=True, err=True))
    if source.is_open:
        click.echo("Cuidado: la dirección no es https. Contraseña y datos pasan sin cifrar.", err=True)
    try:
        ledger = Ledger(desk.settings.data, source.address)
    except Taken:
        raise Refused("Ya se está trayendo de ese servidor a esta carpeta.") from None
    try:
        source.sign_in()
        journey = Journey(units, source, ledger, Progress())
        pulled = [one for told in journey.projects(wanted) for one in journey.project(told)]
        lines = [line for one in pulled for line in compare(units, source, ledger, one)]
        ledger.end()
    except Unanswered as fault:
        raise Refused(f"{fault}\nLo que ya vino queda aquí. Para seguir, repita la misma orden.") from None
    finally:
        source.sign_out()
        source.close()
        ledger.close()
    _say(journey, pulled, lines, json_)
    if journey.faults or not all(line.is_alike for line in lines):
        raise SystemExit(1)


class Progress:
    """Says now and then how many submissions of a form are here."""

    def __init__(self):
        self._next = 0.0

    def __call__(self, form: str, done: int, total: int) -> None:
        if done in (0, total) or time.monotonic() >= self._next:
            self._next = time.monotonic() + 5
            click.echo(f"{form}: {done} de {total}", err=True)


def _say(journey: Journey, pulled: list[Pulled], lines: list[Line], json_: bool) -> None:
    if json_:
        as_json({"forms": [{"projectId": one.project_id, "xmlFormId": one.xml_form_id, "new": one.new,
                            "known": one.known} for one in pulled],
                 "compared": [{"xmlFormId": line.form, "what": line.what, "there": line.there, "here": line.here,
                               "alike": line.is_alike, "wrong": list(line.wrong)} for line in lines],
                 "faults": [{"what": one.what, "fault": str(one.fault)} for one in journey.faults],
                 "notes": journey.notes})
        return
    table([(one.project_id, one.xml_form_id, one.new, one.known) for one in pulled],
          ("Proyecto", "Formulario", "Envíos nuevos", "Ya estaban"))
    click.echo()
    table([(line.form, WHAT[line.what], line.there, line.here, line.is_alike) for line in lines],
          ("Formulario", "Qué", "Allí", "Aquí", "Igual"))
    for line in lines:
        for one in line.wrong[:SHOWN]:
            click.echo(f"Difiere: {line.form}, {WHAT[line.what]}: {one}", err=True)
    for one in journey.faults:
        click.echo(f"No vino: {one.what}", err=True)
        tell(one.fault)
    for note in journey.notes:
        click.echo(note)
    click.echo()
    click.echo(STAYS)
