"""Room for what a server says once it is ready: the address, the first sign-in, what to do next.

It must not find anything out. `cli/serve` hands over what was made.
"""

import click

from collector.cli.network import EVERYWHERE
from collector.settings import Settings

RULE = "─" * 72
_UNENCRYPTED = (
    "  Por http sin cifrar, ODK Collect acepta el código QR, porque la clave va en la dirección;",
    "  no acepta usuario y contraseña. Lo enviado no va cifrado: use una red de confianza,",
    "  o https con COLLECTOR_PUBLIC_URL.")

OTHER_DEMO = ("Demostración: ya hay una, de una versión anterior del programa o sin su supervisora. Se deja como está.",
              "  Para tener una completa, use otra carpeta de datos: --demo --data CARPETA")


def say(settings: Settings, done: dict) -> None:
    """Nothing; the words stand on stdout."""
    begun, demo = done.get("first_start"), done.get("demo")
    lines = [RULE, "Collector está listo.", "", f"  Dirección:   {settings.address}"]
    lines += _sign_in(begun, settings) if begun else ["  Ingrese con su usuario de siempre."]
    lines += _demo(demo) if demo else []
    lines += _forms(begun) if begun else []
    lines += ["", "Qué sigue:", *_next(settings)]
    lines += ["", "Para detenerlo: Ctrl+C. Todo lo guardado está en la carpeta "
              f"{settings.data.resolve()}", "", _english(settings, begun), RULE]
    click.echo("\n".join(lines))


def _sign_in(begun: dict, settings: Settings) -> list[str]:
    if begun["password"] is None:
        return [f"  Usuario:     {begun['email']}", "  Contraseña:  la de COLLECTOR_ADMIN_PASSWORD"]
    return [f"  Usuario:     {begun['email']}",
            f"  Contraseña:  {begun['password']}   (se muestra solo esta vez: guárdela)"]


def _demo(demo: dict) -> list[str]:
    if not demo["people"]:
        return ["", *OTHER_DEMO]
    lines = ["", f"Demostración: proyecto «{demo['project']}», con {demo['submissions']} envíos inventados."]
    return lines + [f"  {role}: {email}   contraseña: {password}" for email, password, role in demo["people"]]


def _forms(begun: dict) -> list[str]:
    wrong = [(name, problem) for name, problem in begun["forms"] if problem]
    good = len(begun["forms"]) - len(wrong)
    lines = ["", f"Formularios publicados: {good}."]
    return lines + [f"  No se publicó {name}: {problem}" for name, problem in wrong]


def _next(settings: Settings) -> list[str]:
    lines = ["  1. Abra la dirección en un navegador e ingrese.",
             "  2. En «Teléfonos», agregue un teléfono y muestre su código QR.",
             "  3. En el teléfono, abra ODK Collect, escanee el código, llene un formulario y envíelo."]
    if settings.host in EVERYWHERE:
        return lines + _plain_http(settings)
    if settings.public_url:
        return lines if settings.is_https else [*lines, "", *_UNENCRYPTED]
    return [*lines, "  Por ahora solo esta máquina llega al servidor. Para los teléfonos de su red: --lan"]


def _plain_http(settings: Settings) -> list[str]:
    if settings.is_https:
        return []
    return ["", "  Los teléfonos deben estar en la misma red (el mismo wifi) que esta máquina.", *_UNENCRYPTED]


def _english(settings: Settings, begun: dict | None) -> str:
    who = f" Sign in as {begun['email']} with the password above." if begun else ""
    plain = (" Over plain http Collect takes the QR code (its key stands in the address), not a user name with "
             "password.") if not settings.is_https and (settings.public_url or settings.host in EVERYWHERE) else ""
    return f"English: Collector is ready at {settings.address}.{who}{plain} Stop it with Ctrl+C."
