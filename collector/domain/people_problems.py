"""Room for what may go wrong with accounts, links and keys: a part of the catalogue of problems.

It must not know tables. The Problem itself and all else stands in `problems`; `web/errors` tells both.
"""

from collector.domain.problems import Problem


def account_over(day: str) -> Problem:
    """day: yyyy-mm-dd, in the time of the server."""
    return Problem(401.31, f"Su acceso terminó el {_plainly(day)}. Pida a quien coordina que lo alargue.",
                   f"Your access ended on {_plainly(day)}. Ask your coordinator to extend it.", {"endedOn": day})


def link_over() -> Problem:
    """Used, withdrawn, past its end, or never made: a stranger is not told which."""
    return Problem(404.31, "Este enlace ya no sirve: se usó, se retiró o venció. Pida otro a quien se lo dio.",
                   "This link is not valid any more: it was used, withdrawn or has ended. Ask for another.")


def notes_unreadable(value: str) -> Problem:
    return Problem(400.6, "La cabecera X-Action-Notes no se puede leer: debe ir codificada en UTF-8 con %.",
                   "The header X-Action-Notes cannot be read: it must be percent-encoded UTF-8.",
                   {"field": "x-action-notes", "value": value[:200]})


def no_such_reference(field: str, value, table: str) -> Problem:
    return Problem(400.14, f"«{field}» señala algo que no existe: {value}.",
                   f"The {field} {value} refers to a {table} that does not exist.",
                   {"field": field, "value": value, "table": table})


def password_too_weak() -> Problem:
    return Problem(400.44, "La contraseña es demasiado fácil de adivinar. Use una frase más larga.",
                   "The password is too easy to guess. Use a longer phrase.",
                   {"warning": "It is like a password that many people use.", "suggestions": ["Add a word or two."]})


def out_of_range(value: str) -> Problem:
    return Problem(400.22, f"El número {value[:40]} es demasiado grande.", f"The number {value[:40]} is out of range.",
                   {"value": value[:40], "type": "integer"})


def account_exists() -> Problem:
    return Problem(409.41, "Este correo ya tiene cuenta aquí. Entre con ella y abra otra vez el enlace.",
                   "This e-mail has an account here. Sign in with it and open the link again.")


def link_of_another() -> Problem:
    return Problem(409.42, "La invitación es para otro correo. Salga de esta cuenta y abra otra vez el enlace.",
                   "The invitation is for another e-mail. Sign out of this account and open the link again.")


def has_role_already() -> Problem:
    return Problem(409.43, "Esta cuenta ya tiene ese papel aquí.", "This account has that role here already.")


def last_administrator() -> Problem:
    return Problem(409.44, "No se cambió: es la última persona que administra el servidor. Nombre antes a otra.",
                   "Not changed: this is the last person who administers the server. Name another one first.")


def mail_not_set() -> Problem:
    return Problem(409.45, "Este servidor no envía correos. Entregue el enlace por mensaje.",
                   "This server sends no mail. Hand over the link by message.")


def link_spent() -> Problem:
    return Problem(409.46, "Este enlace era para un solo envío y ya se usó. Pida otro a quien se lo dio.",
                   "This link was for one submission, which has been sent. Ask for another.")


def other_capitals(current: str, provided: str) -> Problem:
    return Problem(409.17, f"Ya existe «{current}», que sólo difiere en las mayúsculas de «{provided}».",
                   f"{current!r} exists already and differs from {provided!r} in capitals only.",
                   {"current": current, "provided": provided})


def preference_missing(property: str = "propertyValue") -> Problem:
    return Problem(400.23, f"Falta el dato «{property}».", f"Could not find a property named {property!r}.",
                   {"property": property})


def preference_unexpected(expected: list[str], actual: list[str]) -> Problem:
    return Problem(400.33, f"Se esperaba sólo: {', '.join(expected)}.",
                   f"Expected properties: {', '.join(expected)}. Got: {', '.join(actual)}.",
                   {"expected": expected, "actual": actual})


def day_is_past(day: str) -> Problem:
    return Problem(400.81, f"El {_plainly(day)} ya pasó. Elija un día de hoy en adelante.",
                   f"{_plainly(day)} is past. Choose a day from today on.", {"day": day})


def _plainly(day: str) -> str:
    """dd/mm/yyyy"""
    return "/".join(reversed(day.split("-"))) if day.count("-") == 2 else day
