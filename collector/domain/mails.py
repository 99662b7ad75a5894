"""Room for the words of what is sent by mail: an invitation, a new password. In Spanish or English.

It must not know servers of mail (`services/mailing`) nor how links are made (`services/links`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. text: plain, with the link on a line of its own, so that no program breaks it."""

    to: str
    subject: str
    text: str


def invitation(to: str, name: str, place: str, link: str, days: int, language: str) -> Mail:
    """What somebody invited reads. name: theirs, or ''; place: what they are invited to."""
    if language == "en":
        return Mail(to, f"You are invited to {place}", _body(
            f"Hello{_named(name)},", f"You are invited to work on {place}. Open this link to choose your password:",
            link, f"The link is valid for {days} days and for one person.",
            "If you did not expect this, do nothing: without the link no account is made."))
    return Mail(to, f"Invitación a {place}", _body(
        f"Hola{_named(name)}:", f"Le invitan a trabajar en {place}. Abra este enlace y elija su contraseña:",
        link, f"El enlace vale {days} días y para una sola persona.",
        "Si no lo esperaba, no haga nada: sin el enlace no se crea ninguna cuenta."))


def reset(to: str, name: str, link: str, hours: int, language: str) -> Mail:
    """What somebody reads who is to choose a new password."""
    if language == "en":
        return Mail(to, "A new password", _body(
            f"Hello{_named(name)},", "Open this link to choose a new password:", link,
            f"The link is valid for {hours} hours, once. Your sessions end when the password changes.",
            "If you did not ask for it, do nothing: your password stays as it is."))
    return Mail(to, "Contraseña nueva", _body(
        f"Hola{_named(name)}:", "Abra este enlace y elija una contraseña nueva:", link,
        f"El enlace vale {hours} horas, una sola vez. Al cambiar la contraseña se cierran sus sesiones.",
        "Si usted no la pidió, no haga nada: su contraseña sigue igual."))


def _named(name: str) -> str:
    return f" {' '.join(name.split())}" if name.strip() and "@" not in name else ""


def _body(greeting: str, *parts: str) -> str:
    return "\n\n".join((greeting, *parts)) + "\n"
