"""Fields that were renamed or moved between versions of a form: where answers live now, and which types go together.

It must not know who said so or where that is kept. `services/mappings` asks before a person's word is kept,
`variables.move_answers` carries it out.
"""

from collections.abc import Mapping

from collector.domain.columns import Column

_TEXTS = frozenset({"string", "select1", "select", "rank", "barcode"})
_WRITTEN = _TEXTS | {"int", "decimal", "boolean", "date", "time", "dateTime"}  # what a person could have typed as text
_WIDER = {("int", "decimal")}


def fits(before: str, now: str) -> bool:
    """Whether answers of one type can stand among those of the other."""
    return before == now or (before in _TEXTS and now in _WRITTEN) or (before in _WRITTEN and now in _TEXTS) or (
        (before, now) in _WIDER)


def against(before: Column, now: Column, direct: Mapping[str, str]) -> tuple[str, str] | None:
    """(es, en) what stands against reading the answers of one field as those of the other; None when nothing does.

    direct: {path of a field: path that its answers were mapped to} of what is in force.
    """
    if before.path == now.path:
        return "es el mismo campo", "it is the same field"
    if before.path in direct:
        return (f"ya se lee en {direct[before.path]}; quite antes esa unión",
                f"it is read at {direct[before.path]} already; undo that first")
    if before.table != now.table:
        return (f"está en otra tabla ({_table(before, 'los registros')}, no {_table(now, 'los registros')}); "
                "un campo de una repetición solo se une a otro de la misma",
                f"it is in another table ({_table(before, 'the records')}, not {_table(now, 'the records')}); "
                "a field of a repeat goes with another of the same one")
    if not fits(before.type, now.type):
        return (f"su tipo es {before.type} y el del otro {now.type}: las respuestas no caben",
                f"its type is {before.type} and that of the other {now.type}: the answers do not fit")
    if end_of(now.path, direct) == before.path:
        return "el otro campo ya se lee en este: sería un círculo", "the other field is read at this one: a circle"
    return None


def end_of(path: str, direct: Mapping[str, str]) -> str:
    """Where the answers of a field live in the end."""
    seen = {path}
    while path in direct and direct[path] not in seen:
        path = direct[path]
        seen.add(path)
    return path


def settled(direct: Mapping[str, str]) -> dict[str, str]:
    """{path: where its answers live in the end}, what is nearer to that place first."""
    def steps(path: str) -> int:
        number = 0
        while path in direct and number <= len(direct):
            path, number = direct[path], number + 1
        return number

    return {path: end_of(path, direct) for path in sorted(direct, key=lambda one: (steps(one), one))}


def _table(column: Column, root: str) -> str:
    return column.table or root
