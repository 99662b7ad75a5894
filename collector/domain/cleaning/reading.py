"""How a setting of a cleaning step is read from what somebody typed: JSON values in, checked values out.

It must not know which step asks nor tables: it raises `Unusable`, and `recipe` says of which step and field.
Whether a column is still there is a matter of `steps`, at the time a recipe runs.
"""

import re
from collections.abc import Callable, Mapping

from collector.domain.xpath.errors import ParseError
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.functions.registry import FUNCTIONS
from collector.domain.xpath.structural import MADE

LONGEST_TEXT = 32_000
LONGEST_LIST = 20_000
SHOWN = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
# what gives another value when it is computed again: a recipe would not be repeatable
CHANCE = frozenset({"random", "uuid", "randomize", "once", "property"})

_name = re.compile(r"[^\W\d][\w.-]*\Z")
_codes = re.compile(r"%(.)")


class Unusable(Exception):
    """es, en: what to do about it."""

    def __init__(self, es: str, en: str):
        super().__init__(en)
        self.es = es
        self.en = en


Reader = Callable[[object], object]


def any_text(given) -> str:
    """A text, maybe empty; numbers and yes/no as a person writes them."""
    if given is True or given is False:
        return "true" if given else "false"
    if isinstance(given, int | float):
        return repr(given)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise Unusable("escriba un texto", "write a text")
    if len(given) > LONGEST_TEXT:
        raise Unusable(f"escriba hasta {LONGEST_TEXT} letras", f"write at most {LONGEST_TEXT} characters")
    return given


def text(given) -> str:
    """A text that is not empty."""
    found = any_text(given)
    if not found.strip():
        raise Unusable("falta; escríbalo", "it is missing; write it")
    return found


def column(given) -> str:
    """The id of a variable."""
    return _path(given, "elija una columna por su ruta, por ejemplo /grupo/nombre",
                 "choose a column by its path, such as /group/name")


def table(given) -> str:
    """The path of a table, '' for records."""
    if given in (None, ""):
        return ""
    return _path(given, "elija una repetición por su ruta, o nada para los registros",
                 "choose a repeat by its path, or nothing for records")


def _path(given, es: str, en: str) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > 2000:
        raise Unusable(es, en)
    return given.strip()


def yes_no(given) -> bool:
    """True or False."""
    if given is not True and given is not False:
        raise Unusable("escriba true o false", "write true or false")
    return given


def one_of(*known: str) -> Reader:
    """One of a few words."""
    def read(given) -> str:
        if not isinstance(given, str) or given not in known:
            shown = ", ".join(one or "''" for one in known)
            raise Unusable(f"elija uno de: {shown}", f"choose one of: {shown}")
        return given
    return read


def optional(reader: Reader) -> Reader:
    """The same, or '' where nothing was said."""
    return lambda given: "" if given in (None, "") else reader(given)


def several(reader: Reader, least: int = 1) -> Reader:
    """A list of them, each once; a single one may stand alone."""
    def read(given) -> tuple:
        listed = given if isinstance(given, list | tuple) else [given]
        if len(listed) > LONGEST_LIST:
            raise Unusable(f"escriba hasta {LONGEST_LIST}", f"write at most {LONGEST_LIST}")
        if len(listed) < least or given is None:
            raise Unusable("escriba al menos uno", "write at least one")
        return tuple(dict.fromkeys(reader(one) for one in listed))
    return read


def mapping(given) -> tuple[tuple[str, str], ...]:
    """Value before -> value after."""
    if not isinstance(given, Mapping) or not given:
        raise Unusable("escriba pares de valor anterior y nuevo", "write pairs of the value before and the new one")
    if len(given) > LONGEST_LIST:
        raise Unusable(f"escriba hasta {LONGEST_LIST}", f"write at most {LONGEST_LIST}")
    return tuple((any_text(before), any_text(after)) for before, after in given.items())


def pairs(most: int) -> Reader:
    """Rows of a table of two columns; of two rows for the same value the later counts."""
    def read(given) -> tuple[tuple[str, str], ...]:
        if not isinstance(given, list | tuple) or not given:
            raise Unusable("cargue una tabla de dos columnas: valor anterior, valor nuevo",
                           "upload a table of two columns: value before, new value")
        if len(given) > most:
            raise Unusable(f"la tabla tiene {len(given)} filas; cargue hasta {most}",
                           f"the table has {len(given)} rows; upload at most {most}")
        found = []
        for number, row in enumerate(given, 1):
            if not isinstance(row, list | tuple) or len(row) != 2:
                raise Unusable(f"la fila {number} no tiene dos columnas", f"row {number} has not two columns")
            found.append((any_text(row[0]), any_text(row[1])))
        return tuple(found)
    return read


def labels(given) -> tuple[tuple[str, str], ...]:
    """(language, text) in order; a text alone is one without a language."""
    if given is None:
        return ()
    if isinstance(given, str):
        return (("", any_text(given)),) if given.strip() else ()
    if not isinstance(given, Mapping):
        raise Unusable("escriba un texto por idioma", "write a text for each language")
    return tuple((any_text(language), any_text(words)) for language, words in given.items() if words)


def new_name(given) -> str:
    """The name of a new column, such as an expression can use."""
    if not isinstance(given, str) or len(given) > 60 or not _name.match(given):
        raise Unusable("escriba un nombre corto de letras, números y «_», que empiece con una letra",
                       "write a short name of letters, digits and “_” that begins with a letter")
    return given


def date_format(given) -> str:
    """A format of dates with %d %m %Y and others."""
    codes = _codes.findall(given) if isinstance(given, str) else []
    if set(codes) - set("dmyYHMSbB") or len(set(codes)) != len(codes) or not {"d"} <= set(codes) or not (
            {"m", "b", "B"} & set(codes)) or not {"y", "Y"} & set(codes):
        raise Unusable("escriba el formato con %d, %m (o %B) y %Y, por ejemplo %d/%m/%Y",
                       "write the format with %d, %m (or %B) and %Y, such as %d/%m/%Y")
    return given


def condition(given) -> str:
    """An expression in the form's language, with ${name} for columns."""
    found = text(given).strip()
    try:
        read = compiled(SHOWN.sub("/data/x", found))
    except ParseError as fault:
        near = SHOWN.sub("/data/x", found)[fault.offset:][:40] or found[-40:]
        raise Unusable(f"la expresión no se entiende: revise «{near}»",
                       f"the expression cannot be read: look at “{near}”") from fault
    unknown = sorted(read.functions - FUNCTIONS.keys() - MADE.keys() - {"instance", "current"})
    if unknown:
        raise Unusable(f"no existe la función {unknown[0]}()", f"there is no function {unknown[0]}()")
    chance = sorted(read.functions & CHANCE)
    if chance:
        raise Unusable(f"quite {chance[0]}(): daría otro valor cada vez",
                       f"take out {chance[0]}(): it would give another value each time")
    return found
