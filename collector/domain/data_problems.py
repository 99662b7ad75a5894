"""Room for what may go wrong with recipes and exports: the part of the catalogue of problems that phones never meet.

It must not know formats or jobs. The Problem itself and all else stands in `problems`; `web/errors` tells both.
"""

from collector.domain.problems import Problem


def recipe_saved_meanwhile(name: str, version: int, who: str, at: str) -> Problem:
    return Problem(409.3,
                   f"No se guardó: {who or 'otra persona'} guardó antes la versión {version} de «{name}» ({at}). "
                   "Revise lo que cambió y guarde de nuevo sobre esa versión.",
                   f"Not saved: {who or 'somebody else'} saved version {version} of {name!r} first ({at}). "
                   "See what changed and save again on that version.",
                   {"fields": ["version"], "values": [version], "author": who, "at": at})


def unreadable_recipe(line: int, es: str, en: str, raw_length: int = 0) -> Problem:
    return Problem(400.1, f"La receta no se pudo leer. Línea {line}: {es}.",
                   f"The recipe could not be read. Line {line}: {en}.",
                   {"format": "yaml", "rawLength": raw_length, "line": line})


def beyond_format(format: str, es: str, en: str) -> Problem:
    """409.93; es, en: what the file format cannot hold, as half a sentence."""
    return Problem(409.93, f"{format} no puede guardar esto: {es}. Quite columnas con una receta o elija otro formato.",
                   f"{format} cannot hold this: {en}. Drop columns with a recipe or choose another format.",
                   {"format": format})


def export_not_done(state: str) -> Problem:
    return Problem(409.94, "Esta exportación todavía no tiene archivo. Espere a que termine, o pida otra.",
                   f"This export has no file: it is {state}. Wait until it is done, or ask for another.",
                   {"state": state})


def counts_differ(place: str, expected: int, found: int) -> Problem:
    """500.91; place: a table or a file. Better no file than one with rows missing."""
    return Problem(500.91, f"No se entregó el archivo: en «{place}» debía haber {expected} filas y hay {found}. "
                   "Vuelva a pedirlo; si se repite, avise a quien administra el servidor.",
                   f"No file was made: {place} should have {expected} rows and has {found}. "
                   "Ask again; if it happens again, tell who runs the server.",
                   {"place": place, "expected": expected, "found": found})


def export_cut_off(tries: int) -> Problem:
    return Problem(500.92, f"El proceso que preparaba el archivo terminó {tries} veces a la mitad, quizá por falta de "
                   "memoria. Pida menos formatos o avise a quien administra el servidor.",
                   f"The process that made the file ended {tries} times half-way, perhaps for lack of memory. "
                   "Ask for fewer formats, or tell who runs the server.", {"tries": tries})
