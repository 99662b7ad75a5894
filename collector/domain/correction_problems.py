"""Room for what may go wrong while a record is corrected in place: a part of the catalogue that phones never meet.

It must not know tables. The Problem itself and all else stands in `problems`; `web/errors` tells both.
"""

from collector.domain.problems import Problem


def corrected_meanwhile(who: str, at: str, changes: list[dict], seen: str) -> Problem:
    """who: sent the newer version; at: when; changes: what it says differently; seen: instanceID of that version."""
    return Problem(409.51, f"No se guardó: {who or 'un teléfono'} envió antes otra versión de este registro. "
                   "Vea qué cambió y guarde de nuevo sobre esa versión.",
                   f"Not saved: {who or 'a phone'} sent another version of this record first. "
                   "See what changed and save again on that version.",
                   {"who": who, "at": at, "changes": changes, "seen": seen})


def not_correctable(why: str) -> Problem:
    """why: encrypted, or unreadable."""
    if why == "encrypted":
        return Problem(409.52, "Este registro está cifrado: aquí no se puede corregir. Devuélvalo al teléfono.",
                       "This record is encrypted: it cannot be corrected here. Send it back to the phone.",
                       {"why": why})
    return Problem(409.52, "Este registro no se puede leer por completo, y por eso no se puede corregir aquí.",
                   "This record cannot be read as a whole, and so not be corrected here.", {"why": why})


def nothing_corrected() -> Problem:
    return Problem(409.53, "No hay ningún cambio que guardar.", "There is no change to save.")


def correction_incomplete(stops: list[dict], reasons: list[str]) -> Problem:
    """stops: what the form does not allow, dicts with place and kind; reasons: places of changes without a reason."""
    return Problem(409.54,
                   "No se guardó: falta algo. Diga por qué cambia cada respuesta y cumpla las reglas del formulario.",
                   "Not saved: something is missing. Say why each answer changes and meet the rules of the form.",
                   {"stops": stops, "reasons": reasons})
