"""Room where the settings of a cleaning step become inputs of a page, and what was typed there becomes settings.

It must not judge settings (`domain/cleaning/recipe` does) nor know requests. `recipe_steps` hands in what was typed.
"""

import csv
import io
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from collector.domain.problems import Problem
from collector.domain.tabular.shape import DataTable, Manner, Variable
from collector.web.pages.step_asks import TYPES, Ask

ARROWS = ("→", "=>", "->", "\t", "=", ";")
LARGEST_TABLE = 2_000_000  # bytes


@dataclass(slots=True)
class Input:
    """One input of a step. value: as its kind needs it; groups: (words of a table, [(column id, words)]); offered:
    (value, words, how many rows have it); rows: (row number, tone, words) told of a table that was handed in."""

    ask: Ask
    value: object
    error: str = ""
    groups: list = field(default_factory=list)
    offered: list = field(default_factory=list)
    rows: list = field(default_factory=list)


@dataclass(slots=True)
class Typed:
    """What somebody typed: settings as a recipe has them, {input: what is wrong}, and what is told of a table's rows;
    before: settings that the step had; unfinished: nobody asked yet what it would do."""

    settings: dict
    errors: dict[str, str] = field(default_factory=dict)
    rows: list = field(default_factory=list)
    before: dict = field(default_factory=dict)
    unfinished: bool = False


def inputs_of(type: str, settings: dict | None, tables: tuple[DataTable, ...], manner: Manner,
              offered: list = ()) -> list[Input]:
    """The inputs of a step with these settings; none of them: as a new step begins."""
    found = []
    for ask in TYPES[type][2]:
        value = (settings or {}).get(ask.name, ask.default)
        if settings is None or (value is None and ask.kind == "flag"):
            value = ask.default
        one = Input(ask, value)
        if ask.kind in ("column", "columns", "order"):
            one.groups = columns_of(tables, manner, ask)
            _add_missing(one)
        elif ask.kind == "expression" and not any(each.ask.kind == "expression" for each in found):
            one.groups = [(words, [(id.rpartition("/")[2].rpartition(":")[2], label) for id, label in columns])
                          for words, columns in columns_of(tables, manner, ask)]
        elif ask.kind == "table":
            one.value = value or ""
            one.groups = [(table.path, table_words(table)) for table in tables]
        elif ask.kind in ("recode", "merge"):
            one.offered = list(offered)
        elif ask.kind == "label":
            one.value = {"": value} if isinstance(value, str) else dict(value or {})
            one.groups = [language for language in one.value if language] or [""]
        found.append(one)
    return found


def typed(type: str, form, files, before: dict, tables: tuple[DataTable, ...]) -> Typed:
    """What stands in the inputs. form: a MultiDict; before: settings it had; what no input asks for stays."""
    asked = TYPES[type][2]
    found = Typed({key: value for key, value in before.items() if key not in {one.name for one in asked}},
                  before=before)
    for ask in asked:
        value = _READERS.get(ask.kind, _text)(ask, form, files, found, tables)
        if value not in (None, "", [], {}) or ask.kind == "flag":
            found.settings[ask.name] = value
        elif not ask.may_miss and ask.kind not in ("table", "choice", "ticks") and ask.name not in found.errors:
            found.errors[ask.name] = _("Falta este dato.")
    return found


def place_errors(inputs: list[Input], errors: dict[str, str], problem: Problem | None, message: str) -> str:
    """What went wrong beside no input; the rest stands beside its input. message: of the problem."""
    by_name = {one.ask.name: one for one in inputs}
    for name, words in errors.items():
        by_name[name].error = words
    if problem is None:
        return ""
    name = str(problem.details.get("field", "")).rpartition(".")[2]
    if name not in by_name or by_name[name].error:
        return "" if name in by_name else message
    reason = message.partition("): ")[2] or message
    by_name[name].error = reason[:1].upper() + reason[1:]
    return ""


def columns_of(tables: tuple[DataTable, ...], manner: Manner, ask: Ask) -> list:
    """(words of a table, [(column id, words)]) that an input offers."""
    found = []
    for table in tables:
        chosen = [(one.id, column_words(one, manner)) for one in table.variables
                  if (ask.facts or not one.is_fact) and (not ask.types or one.type in ask.types)]
        if chosen:
            found.append((table_words(table), chosen))
    return found


def table_words(table: DataTable) -> str:
    """What a table is called on a page."""
    return table.name if table.path else _("Registros")


def column_words(variable: Variable, manner: Manner) -> str:
    """A column by label and name."""
    label = manner.label(variable)
    if label == variable.name:
        return label
    return f"{label if len(label) <= 70 else label[:69] + '…'} ({variable.name})"


def pairs_text(pairs) -> str:
    """Rows of a table as lines that can be edited."""
    made = io.StringIO()
    csv.writer(made, delimiter=";", lineterminator="\n").writerows(pairs)
    return made.getvalue()


def _add_missing(one: Input) -> None:
    """Nothing; a column that is chosen and no longer there is offered still, and told."""
    chosen = [one.value] if one.ask.kind == "column" else one.value
    known = {id for _words, columns in one.groups for id, _label in columns} | {"*", None, ""}
    gone = [id for id in chosen or () if id not in known]
    if gone:
        one.groups.append((_("Ya no están en este punto"), [(id, id) for id in gone]))


def _text(ask, form, files, found, tables):
    value = form.get(ask.name, "")
    return value if ask.name == "value" else value.strip()


def _several(ask, form, files, found, tables):
    return [one for one in dict.fromkeys(form.getlist(ask.name)) if one]


def _flag(ask, form, files, found, tables):
    return ask.name in form


def _lines(ask, form, files, found, tables):
    return list(dict.fromkeys(line.strip() for line in form.get(ask.name, "").splitlines() if line.strip()))


def _order(ask, form, files, found, tables):
    """Columns by id or name, one in each line."""
    ids = {}
    for table in tables:
        for one in table.variables:
            ids.setdefault(one.name, one.id)
            ids[one.id] = one.id
    named = _lines(ask, form, files, found, tables)
    unknown = [one for one in named if one not in ids]
    if unknown:
        found.errors[ask.name] = _("No hay ninguna columna «%(name)s».", name=unknown[0])
    return [ids.get(one, one) for one in named]


def _label(ask, form, files, found, tables):
    given = {key.partition(":")[2]: form[key].strip() for key in form if key.startswith(f"{ask.name}:")}
    kept = {language: words for language, words in given.items() if words}
    return kept[""] if set(kept) == {""} else kept


def _recode(ask, form, files, found, tables):
    blank = set(form.getlist("map_blank"))
    made = {before: "" if before in blank else after.strip()
            for before, after in zip(form.getlist("map_from"), form.getlist("map_to"), strict=False)
            if after.strip() or before in blank}
    for number, line in enumerate(form.get("map_more", "").splitlines(), 1):
        if not line.strip():
            continue
        arrow = next((one for one in ARROWS if one in line), None)
        if arrow is None:
            found.errors[ask.name] = _("Línea %(number)s: escriba el valor anterior, → y el nuevo.", number=number)
            continue
        before, _arrow, after = line.partition(arrow)
        made[before.strip()] = after.strip()
    return made


def _merge(ask, form, files, found, tables):
    more = [line.strip() for line in form.get("from_more", "").splitlines() if line.strip()]
    return list(dict.fromkeys([*form.getlist("from"), *more]))


def _pairs(ask, form, files, found, tables):
    upload = files.get("table_file")
    data = upload.stream.read(LARGEST_TABLE + 1) if upload is not None and upload.filename else b""
    if len(data) > LARGEST_TABLE:
        found.errors[ask.name] = _("El archivo es demasiado grande: hasta 2 MB.")
        return None
    text = decoded(data) if data else form.get(ask.name, "")
    rows = _split(text)
    if data and "table_head" in form:
        rows = rows[1:]
    if not rows and "table_kept" in form and not data:
        return found.before.get(ask.name) or None
    return _judged(rows, found, ask)


def decoded(data: bytes) -> str:
    """The text of an uploaded file: UTF-8, or what Excel in Windows writes."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _split(text: str) -> list[tuple[int, list[str]]]:
    """(row number, cells) of rows that are not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";,\t", key=first.count)
    return [(number, [cell.strip() for cell in row]) for number, row in enumerate(
        csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1) if any(cell.strip() for cell in row)]


def _judged(rows: list, found: Typed, ask: Ask) -> list[list[str]]:
    made: dict[str, str] = {}
    wrong = 0
    for number, cells in rows:
        if len(cells) != 2:
            wrong += 1
            found.rows.append((number, "error", ngettext(
                "Tiene %(num)s columna y deben ser dos.", "Tiene %(num)s columnas y deben ser dos.", len(cells))))
            continue
        before, after = cells
        if made.get(before, after) != after:
            found.rows.append((number, "warning",
                               _("«%(value)s» ya estaba con otro valor; vale esta fila.", value=before)))
        elif before in made:
            found.rows.append((number, "note", _("Repite otra fila.")))
        elif not after:
            found.rows.append((number, "note", _("Sin valor nuevo: «%(value)s» queda sin respuesta.", value=before)))
        made[before] = after
    if wrong:
        found.errors[ask.name] = ngettext("%(num)s fila de la tabla no sirve. Vea cuál abajo.",
                                          "%(num)s filas de la tabla no sirven. Vea cuáles abajo.", wrong)
    return [[before, after] for before, after in made.items()]


_READERS = {"columns": _several, "ticks": _several, "flag": _flag, "lines": _lines, "order": _order, "label": _label,
            "recode": _recode, "merge": _merge, "pairs": _pairs}
