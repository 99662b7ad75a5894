"""What a cleaning step does, in one sentence, in Spanish and English.

It must not run anything nor know templates. Pages, notices, readable recipes and exported scripts show these.
"""

from collections.abc import Callable, Iterable

from collector.domain.cleaning import settings as kinds
from collector.domain.tabular.shape import DataTable, Manner

Both = tuple[str, str]
Name = Callable[[str], str]  # id of a variable or path of a table -> what people call it
MOST = 4  # things named one by one
LONGEST = 60

_STATES = {"received": ("recibidos", "received"), "edited": ("corregidos", "edited"),
           "hasIssues": ("con observaciones", "with issues"), "approved": ("aprobados", "approved"),
           "rejected": ("rechazados", "rejected")}
_CASES = {"lower": ("minúsculas", "small letters"), "upper": ("mayúsculas", "capital letters"),
          "title": ("mayúscula en cada palabra", "a capital in every word"),
          "sentence": ("mayúscula solo al comienzo", "a capital at the start only")}
_KEEPS = {"first": ("el primero que llegó", "the first that arrived"),
          "last": ("el último que llegó", "the last that arrived"),
          "fullest": ("el que tiene más respuestas", "the one with most answers"),
          "approved": ("el aprobado, si no el primero", "the approved one, else the first")}
_CLASSES = {"open": ("abiertas", "open"), "internal": ("internas", "internal"), "personal": ("personales", "personal"),
            "sensitive": ("sensibles", "sensitive")}
_TYPES = {"string": ("texto", "text"), "int": ("número entero", "whole number"), "decimal": ("número", "number"),
          "boolean": ("sí o no", "yes or no"), "date": ("fecha", "date"), "time": ("hora", "time"),
          "dateTime": ("fecha y hora", "date and time"), "geopoint": ("punto", "point")}


def says(settings: object, name: Name) -> Both:
    """What a step with these settings does."""
    return _SAYS[settings.__class__](settings, name)


def names_in(tables: Iterable[DataTable], manner: Manner | None = None) -> Name:
    """What people call the columns of these tables: their label, with that of the table where it is a repeat's; the
    last part of the path for what is not there."""
    manner = manner or Manner()
    known: dict[str, str] = {}
    for table in tables:
        known.setdefault(table.path, table.name)
        for one in table.variables:
            own = one.name if one.earlier_names else manner.label(one)
            shown = f"{table.name} / {own}" if table.path else own
            known.setdefault(one.id, _short(" ".join(shown.split())))
    return lambda id: known.get(id) or id.rpartition("/")[2].rpartition(":")[2]


def _list(items: Iterable[str], joins: Both = (" y ", " and ")) -> Both:
    listed = [_short(one) for one in items]
    if len(listed) > MOST + 1:
        rest = len(listed) - MOST
        shown = ", ".join(listed[:MOST])
        return f"{shown} y {rest} más", f"{shown} and {rest} more"
    if len(listed) < 2:
        return ("".join(listed),) * 2
    start = ", ".join(listed[:-1])
    return f"{start}{joins[0]}{listed[-1]}", f"{start}{joins[1]}{listed[-1]}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"


def _columns(ids: Iterable[str], name: Name) -> Both:
    ids = list(ids)
    if kinds.EVERY in ids:
        return "todas las columnas de texto", "every column of text"
    return _list(name(one) for one in ids)


def _shown(value: str) -> str:
    return f"«{_short(value)}»"


def _keep_states(one: kinds.KeepStates, name: Name) -> Both:
    if "default" in one.states:
        return ("Deja los registros no rechazados; cuando se usa la revisión, solo los aprobados",
                "Keeps all records but rejected ones; only approved ones once review is in use")
    es, en = (_list(_STATES[state][at] for state in one.states)[at] for at in (0, 1))
    return f"Deja solo los registros {es}", f"Keeps only records that are {en}"


def _filter_rows(one: kinds.FilterRows, name: Name) -> Both:
    what = ("los registros", "records") if not one.table else (f"las filas de {name(one.table)}",
                                                              f"rows of {name(one.table)}")
    where = _short(one.where)
    if one.effect == kinds.KEEP:
        return f"Deja solo {what[0]} donde {where}", f"Keeps only {what[1]} where {where}"
    return f"Quita {what[0]} donde {where}", f"Leaves out {what[1]} where {where}"


def _trim(one: kinds.Trim, name: Name) -> Both:
    es, en = _columns(one.columns, name)
    if one.inner:
        return f"Quita espacios de más en {es}", f"Takes surplus spaces out of {en}"
    return f"Quita espacios al comienzo y al final de {es}", f"Takes spaces off both ends of {en}"


def _case(one: kinds.Case, name: Name) -> Both:
    (es, en), (to_es, to_en) = _columns(one.columns, name), _CASES[one.to]
    return f"Escribe {es} con {to_es}", f"Writes {en} with {to_en}"


def _accents(one: kinds.Accents, name: Name) -> Both:
    es, en = _columns(one.columns, name)
    if one.how == "strip":
        return f"Quita las tildes de {es} (la ñ se queda)", f"Takes accents off {en} (ñ stays)"
    return f"Escribe cada letra con tilde de una sola forma en {es}", f"Writes accented letters in one way in {en}"


def _recode(one: kinds.Recode, name: Name) -> Both:
    es, en = _list(f"{_short(before) or '∅'} → {_short(after) or '∅'}" for before, after in one.map)
    rest = ("; lo demás queda sin respuesta", "; all else becomes empty") if one.others == kinds.BLANK else ("", "")
    return (f"Cambia {es}{rest[0]} ({name(one.column)})", f"Changes {en}{rest[1]} ({name(one.column)})")


def _merge(one: kinds.Merge, name: Name) -> Both:
    listed = ", ".join(one.names[:MOST * 2])
    more = len(one.names) - MOST * 2
    ends = (f" y {more} más", f" and {more} more") if more > 0 else ("", "")
    return (f"Une {listed}{ends[0]} en {one.to} ({name(one.column)})",
            f"Merges {listed}{ends[1]} into {one.to} ({name(one.column)})")


def _map_table(one: kinds.MapTable, name: Name) -> Both:
    into = (f" en la columna nueva {one.into}", f" into the new column {one.into}") if one.into else ("", "")
    rest = ("; lo que no está en ella queda vacío", "; what it has not becomes empty") if one.missing == kinds.BLANK \
        else ("", "")
    rows = len(one.rows)
    size = ("1 fila", "1 row") if rows == 1 else (f"{rows} filas", f"{rows} rows")
    return (f"Cambia {name(one.column)} por una tabla de {size[0]}{into[0]}{rest[0]}",
            f"Changes {name(one.column)} by a table of {size[1]}{into[1]}{rest[1]}")


def _parse_number(one: kinds.ParseNumber, name: Name) -> Both:
    es, en = _columns(one.columns, name)
    kind = ("números enteros", "whole numbers") if one.whole else ("números", "numbers")
    mark = {".": ("punto", "point"), ",": ("coma", "comma")}[one.decimal]
    return (f"Lee {es} como {kind[0]} (decimales con {mark[0]})", f"Reads {en} as {kind[1]} (decimal {mark[1]})")


def _parse_date(one: kinds.ParseDate, name: Name) -> Both:
    (es, en), formats = _columns(one.columns, name), _list(one.formats, (" o ", " or "))
    return f"Lee {es} como fechas escritas {formats[0]}", f"Reads {en} as dates written {formats[1]}"


def _parse_point(one: kinds.ParsePoint, name: Name) -> Both:
    es, en = _list(name(id) for id in (one.column, one.other) if id)
    order = ("latitud, longitud", "latitude, longitude") if one.order == "lat_lon" else ("longitud, latitud",
                                                                                        "longitude, latitude")
    kind = ("grados, minutos y segundos", "degrees, minutes and seconds") if one.format == "dms" else (
        "grados decimales", "decimal degrees")
    into = (f" en la columna nueva {one.into}", f" into the new column {one.into}") if one.into else ("", "")
    return (f"Lee {es} como puntos ({order[0]}; {kind[0]}){into[0]}",
            f"Reads {en} as points ({order[1]}; {kind[1]}){into[1]}")


def _set_where(one: kinds.SetWhere, name: Name) -> Both:
    value, where = _short(one.expression) if one.expression else _shown(one.value), _short(one.where)
    return f"Pone {value} en {name(one.column)} donde {where}", f"Puts {value} into {name(one.column)} where {where}"


def _blank_where(one: kinds.BlankWhere, name: Name) -> Both:
    where = _short(one.where)
    return f"Deja vacío {name(one.column)} donde {where}", f"Empties {name(one.column)} where {where}"


def _fix_cell(one: kinds.FixCell, name: Name) -> Both:
    value = _shown(one.value) if one.value else "∅"
    place = f"{one.record}/{one.key}" if one.key else one.record
    was = (f", si llegó {_shown(one.before)}", f", if {_shown(one.before)} was sent") if one.before is not None else (
        "", "")
    return (f"Corrige {name(one.column)} a {value} en {_short(place)}{was[0]}",
            f"Corrects {name(one.column)} to {value} in {_short(place)}{was[1]}")


def _deduplicate(one: kinds.Deduplicate, name: Name) -> Both:
    (es, en), keep = _columns(one.columns, name), _KEEPS[one.keep]
    alike = (" (sin distinguir mayúsculas, tildes ni espacios)", " (whatever their case, accents and spaces)") \
        if one.folded else ("", "")
    count = len(one.apart)
    apart = (f"; {count} quedan aparte", f"; {count} stand apart") if count else ("", "")
    return (f"De los registros con igual {es}{alike[0]} deja {keep[0]}{apart[0]}",
            f"Of records with the same {en}{alike[1]} keeps {keep[1]}{apart[1]}")


def _derive(one: kinds.Derive, name: Name) -> Both:
    where = (f" en {name(one.table)}", f" in {name(one.table)}") if one.table else ("", "")
    kind, given = _TYPES[one.type], _short(one.expression)
    return (f"Crea la columna {one.name}{where[0]} ({kind[0]}): {given}",
            f"Makes the column {one.name}{where[1]} ({kind[1]}): {given}")


def _rename(one: kinds.Rename, name: Name) -> Both:
    if one.to and one.label:
        label = _shown(one.label[0][1])
        return (f"Llama {one.to} a {name(one.column)}, con la etiqueta {label}",
                f"Calls {name(one.column)} {one.to}, with the label {label}")
    if one.to:
        return f"Llama {one.to} a {name(one.column)}", f"Calls {name(one.column)} {one.to}"
    label = _shown(one.label[0][1])
    return f"Pone a {name(one.column)} la etiqueta {label}", f"Gives {name(one.column)} the label {label}"


def _order(one: kinds.Order, name: Name) -> Both:
    es, en = _columns(one.columns, name)
    return f"Pone primero {es}", f"Puts {en} first"


def _drop(one: kinds.Drop, name: Name) -> Both:
    es, en = _columns(one.columns, name)
    return f"Quita {es}", f"Leaves out {en}"


def _classify(one: kinds.Classify, name: Name) -> Both:
    es, en = ("todas las columnas", "all columns") if kinds.EVERY in one.columns else _columns(one.columns, name)
    kind = _CLASSES[one.privacy]
    return f"Clasifica como {kind[0]}: {es}", f"Classes as {kind[1]}: {en}"


_PROTECTS = {
    "drop": ("Quita {es}", "Leaves out {en}"),
    "mask": ("Tapa {es}: solo se ve si hay respuesta", "Masks {en}: only whether there is an answer shows"),
    "pseudonym": ("Reemplaza {es} por seudónimos, los mismos en todo el proyecto",
                  "Puts pseudonyms in place of {en}, the same in the whole project"),
    "month": ("Deja solo el mes en {es}", "Keeps only the month of {en}"),
    "year": ("Deja solo el año en {es}", "Keeps only the year of {en}"),
    "area": ("Redondea {es} a 0,1 grados (unos 11 km, más o menos un distrito)",
             "Rounds {en} to 0.1 degrees (some 11 km, about a district)"),
}


def _protect(one: kinds.Protect, name: Name) -> Both:
    if one.privacy:
        kind = _CLASSES[one.privacy]
        what = {"month": ("las fechas", "dates"), "year": ("las fechas", "dates"), "area": ("los lugares", "places")}
        nouns = what.get(one.how, ("las columnas", "columns"))
        adjective = kind[0][:-2] + "os" if one.how == "area" and kind[0].endswith("as") else kind[0]
        es, en = f"{nouns[0]} {adjective}", f"{kind[1]} {nouns[1]}"
    else:
        es, en = _columns(one.columns, name)
    words = _PROTECTS[one.how]
    made = ("", "") if one.privacy else (" y lo que se hizo con ello", " and what was made of it")
    if one.how in ("mask", "pseudonym", "drop"):
        es, en = es + made[0], en + made[1]
    return words[0].format(es=es, en=en), words[1].format(es=es, en=en)


_SAYS = {
    kinds.KeepStates: _keep_states, kinds.FilterRows: _filter_rows, kinds.Trim: _trim, kinds.Case: _case,
    kinds.Accents: _accents, kinds.Recode: _recode, kinds.Merge: _merge, kinds.MapTable: _map_table,
    kinds.ParseNumber: _parse_number, kinds.ParseDate: _parse_date, kinds.ParsePoint: _parse_point,
    kinds.SetWhere: _set_where, kinds.BlankWhere: _blank_where, kinds.FixCell: _fix_cell,
    kinds.Deduplicate: _deduplicate, kinds.Derive: _derive, kinds.Rename: _rename, kinds.Order: _order,
    kinds.Drop: _drop, kinds.Classify: _classify, kinds.Protect: _protect,
}
