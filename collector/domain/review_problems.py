"""Room for what may go wrong while records are decided: a part of the catalogue of problems that phones never meet.

It must not know tables. The Problem itself and all else stands in `problems`; `web/errors` tells both.
"""

from collector.domain.problems import Problem


def decided_meanwhile(who: str, since: list[dict], edited: bool, seen: str) -> Problem:
    """who: names; since: what was decided meanwhile, oldest first; edited: a new version came; seen: how it stands."""
    return Problem(409.31, f"No se guardó: el registro cambió antes{f' ({who})' if who else ''}. "
                   "Vea qué cambió y decida de nuevo.",
                   f"Not saved: the record changed first{f' ({who})' if who else ''}. "
                   "See what changed and decide again.", {"since": since, "edited": edited, "seen": seen})


def no_such_move(move: str, why: str) -> Problem:
    if why == "same_person":
        return Problem(409.32, "Usted ya lo aprobó. La segunda aprobación es de otra persona.",
                       "You approved it already. The second approval is another person's.",
                       {"move": move, "why": why})
    return Problem(409.32, "El registro ya no admite esa decisión en el estado en que está.",
                   "The record does not allow that decision in the state it is in.", {"move": move, "why": why})


def nothing_to_undo() -> Problem:
    return Problem(409.33, "Ya no se puede deshacer: pasaron 15 minutos, o el registro se decidió de nuevo.",
                   "It can no longer be undone: 15 minutes have passed, or the record was decided again.")


def count_differs(expected: int, given: int | None) -> Problem:
    return Problem(409.34, f"No se cambió nada: ahora son {expected}. Confirme con ese número.",
                   f"Nothing was changed: there are {expected} now. Confirm with that number.",
                   {"expected": expected, "given": given})
