"""A recipe as one readable Python script that turns the raw csv.zip into the clean one.

It must not run anything. The script carries the text of `cells`, `script_steps` and `values`; only expressions need
this project installed. The key of pseudonyms is never inside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from inspect import getsource
from pprint import pformat

from collector.domain import problems, values
from collector.domain.cleaning import cells, script_main, script_steps
from collector.domain.cleaning import settings as kinds
from collector.domain.cleaning.conditions import written_out
from collector.domain.cleaning.ground import Circumstances, Gone, Ground
from collector.domain.cleaning.origins import ground_of
from collector.domain.cleaning.recipe import Recipe, Step
from collector.domain.cleaning.sentences import names_in, says
from collector.domain.cleaning.steps.privacy import chosen_of
from collector.domain.cleaning.steps.registry import STEPS
from collector.domain.cleaning.steps.rows import states_of
from collector.domain.cleaning.steps.texts import every_text
from collector.domain.formats.csvfile import file_names
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.shape import DataTable, Manner
from collector.domain.xpath.expression import Expression, compiled
from collector.domain.xpath.syntax import Call, Text, parts

WIDTH = 110
_EXPRESSIVE = ("filter_rows", "set_where", "blank_where", "derive")
_NO_CELLS = ("classify",)


@dataclass(slots=True)
class _Written:
    """What the recipe needs, gathered while its calls are written."""

    calls: list[str]
    expressions: list[Expression]
    pseudonyms: bool = False


def python_script(recipe: Recipe, tables: Iterable[DataTable], circumstances: Circumstances, form_id: str,
                  title: str = "", files: Mapping[str, str] | None = None,
                  moved: Mapping[str, str] | None = None) -> str:
    """The script. title: of the recipe, with its version; files: path of a table -> its file in the zip, else as the
    server names them; moved: path of an earlier field -> path of the one that has its answers now.
    Raises 501.1 where an expression looks into a file of the form (pulldata)."""
    tables = tuple(tables)
    files = files or file_names(form_id, [one.path for one in tables])
    written = _calls(recipe, tables, circumstances)
    expressive = bool(written.expressions)
    if any("pulldata" in one.functions for one in written.expressions):
        raise problems.not_implemented("pulldata() in a Python script")
    head = _head(title or "receta", form_id, expressive, written.pseudonyms)
    about = [f"TABLES = {pformat(_tables(tables, files, moved or {}), width=WIDTH, sort_dicts=False)}"]
    if expressive:
        about.append(_surroundings(circumstances, written.expressions))
    recipe_text = "\n".join(["def recipe(data):", *(written.calls or ["    pass  # sin pasos / no steps"])])
    return "\n\n".join([
        head, "\n".join(_imports(expressive)), _section("La receta / The recipe"), recipe_text,
        _section("Las tablas / The tables"), *about, _section("Valores / Values"), _body(values),
        _section("Una celda / One cell"), _body(cells), "one_cell = SimpleNamespace(**globals())",
        _section("Los pasos / The steps"), _body(script_steps),
        _section("Leer y escribir / Reading and writing"), script_main.TEXT]) + "\n"


def _calls(recipe: Recipe, tables: tuple[DataTable, ...], circumstances: Circumstances) -> _Written:
    """One call per step that runs; a comment with what it does and why stands before it."""
    found = _Written([], [])
    ground = ground_of(tables, circumstances)
    for number, step in enumerate(recipe.steps, 1):
        name = names_in(ground.tables.values())
        found.calls += [f"    # {line}" for line in _comment(number, step, name)]
        if not step.on:
            found.calls += ["    # Apagado / off.", ""]
            continue
        try:
            work = STEPS[step.type](step.settings, ground)
        except Gone as fault:
            found.calls += [f"    # No se aplica / not applied: {_one_line(fault.es)}", ""]
            continue
        if step.type not in _NO_CELLS:
            found.calls.append("    " + _call(step, ground, found))
        found.calls.append("")
        ground = work.ground
    while found.calls and not found.calls[-1]:
        found.calls.pop()
    if found.calls and all(one.lstrip().startswith("#") or not one for one in found.calls):
        found.calls.append("    pass")
    return found


def _comment(number: int, step: Step, name) -> list[str]:
    lines = [f"{number}. {_one_line(says(step.settings, name)[0])}"]
    if step.reason:
        lines.append(f"   {_one_line(step.reason)}")
    who = ", ".join(one for one in (step.author, step.at[:10]) if one)
    return [*lines, f"   ({_one_line(who)})"] if who else lines


def _call(step: Step, ground: Ground, found: _Written) -> str:
    """The call of one step, with what is known of it now: columns by name, states, labels."""
    given = {key: getattr(step.settings, key) for key in step.settings.__dataclass_fields__}
    first = ["data"]
    if step.type == "keep_states":
        given = {"states": sorted(states_of(step.settings, ground.circumstances.review_in_use))}
    elif step.type == "trim" and kinds.EVERY in given["columns"]:
        given["columns"] = [id for _, id in every_text(ground)]
    elif step.type == "rename":
        given["to"] = given["to"].strip() or ground.find(step.settings.column)[1].name
    elif step.type == "protect":
        given = {"columns": list(dict.fromkeys(one.id for _, one in chosen_of(step.settings, ground))),
                 "how": step.settings.how}
        found.pseudonyms |= step.settings.how == "pseudonym"
    elif step.type in _EXPRESSIVE:
        first.append(_around(step, ground, given, found))
    given.pop("label", None)
    if step.type == "recode":
        given["map"] = dict(given["map"])
    defaults = {key: field.default for key, field in step.settings.__dataclass_fields__.items()}
    said = [f"{key}={_shown(value)}" for key, value in given.items() if key in ("states", "columns", "formats") or
            value != defaults.get(key)]
    line = f"{step.type}({', '.join([*first, *said])})"
    if len(line) <= WIDTH:
        return line
    inner = ",\n".join(f"        {one}" for one in [", ".join(first), *said])
    return f"{step.type}(\n{inner},\n    )"


def _around(step: Step, ground: Ground, given: dict, found: _Written) -> str:
    """What expressions stand in; those of the step are remembered."""
    table = getattr(step.settings, "table", None)
    if table is None:
        table = ground.find(step.settings.column)[0]
    labels: dict[str, dict[str, str]] = {}
    for text in (given.get("where"), given.get("expression")):
        if text:
            expression = compiled(written_out(text, ground, table))
            found.expressions.append(expression)
            if "jr:choice-name" in expression.functions:
                labels = _labels(ground)
    return f"AROUND.knowing({_shown(labels)})" if labels else "AROUND"


def _labels(ground: Ground) -> dict[str, dict[str, str]]:
    language = ground.circumstances.language
    return {one.id: {choice.name: choice.labels.get(language) or next(iter(choice.labels.values()), "") or choice.name
                     for choice in one.categories}
            for table in ground.tables.values() for one in table.variables if one.categories}


def _tables(tables: tuple[DataTable, ...], files: Mapping[str, str], moved: Mapping[str, str]) -> list[dict]:
    """What the script knows of each table: its file, its columns with the names they bear there, and the columns of
    earlier fields, which stand in a zip that nobody put together by the mapping."""
    found = []
    for table in tables:
        heads: dict[str, list[str]] = {}
        for column in laid_out(table, Manner()):
            heads.setdefault(column.variable.id, []).append(column.name)
        found.append({"path": table.path, "parent": table.parent, "file": files[table.path], "columns": [
            (one.id, one.name, one.type, *([heads[one.id]] if heads[one.id] != [one.name] else []))
            for one in table.variables]})
        earlier = [(now, _heads(before[len(table.path) + 1:].replace("/", "-"), table.variable(now).type))
                   for before, now in moved.items() if table.variable(now)]
        if earlier:
            found[-1]["moved"] = earlier
    return found


def _heads(name: str, type: str) -> list[str]:
    return [f"{name}-{part}" for part in values.POINT_PARTS] if type == "geopoint" else [name]


def _surroundings(circumstances: Circumstances, expressions: list[Expression]) -> str:
    lists = {}
    for id in sorted({call.arguments[0].value for one in expressions for call in parts(one.ast)
                      if isinstance(call, Call) and call.name == "instance" and call.arguments
                      and isinstance(call.arguments[0], Text)}):
        root = circumstances.instances.get(id)
        if root is not None:
            lists[id] = [{child.name: child.text for child in item.children} for item in root.children]
    said = [repr(circumstances.root_name), f"zone={str(circumstances.zone)!r}", f"language={circumstances.language!r}"]
    if lists:
        said.append(f"lists={pformat(lists, width=WIDTH)}")
    return f"AROUND = Surroundings({', '.join(said)})"


def _head(title: str, form_id: str, expressive: bool, pseudonyms: bool) -> str:
    title, form_id = _quoted(title), _quoted(form_id)
    lines = ["#!/usr/bin/env python3", f'"""Receta de limpieza: {title}. Formulario: {form_id}.', "",
             "Convierte la exportación sin limpiar (csv.zip) en la limpia; el archivo original no cambia.",
             "Turns the raw export (csv.zip) into the clean one; the original file is not changed.", "",
             "    python3 limpiar.py crudo.csv.zip limpio.csv.zip", ""]
    if expressive:
        lines += ["Necesita Python 3.11 o más nuevo y el paquete «collector» de este servidor, por las expresiones.",
                  "Needs Python 3.11 or newer and this server's package “collector”, for the expressions."]
    else:
        lines += ["Necesita solo Python 3.11 o más nuevo. / Needs nothing but Python 3.11 or newer."]
    if pseudonyms:
        lines += ["", "La clave de los seudónimos (hexadecimal) va en la variable COLLECTOR_PSEUDONYM_KEY o en --key.",
                  "The key of the pseudonyms (hexadecimal) goes into COLLECTOR_PSEUDONYM_KEY or --key."]
    return "\n".join([*lines, '"""'])


def _imports(expressive: bool) -> list[str]:
    found = ["import csv", "import io", "import re", "import sys", "import unicodedata", "import zipfile",
             "from datetime import date, datetime", "from hashlib import blake2b, sha256",
             "from hmac import digest as hmac_digest", "from math import isfinite", "from os import environ",
             "from types import SimpleNamespace"]
    if expressive:
        found += ["", "from collector.domain.cleaning.script_expressions import (", "    Surroundings,",
                  "    blank_where,", "    derive,", "    filter_rows,", "    set_where,", ")"]
    return found


def _body(module) -> str:
    """The text of a module without its head: docstring and imports. It is this very code, not a file of data."""
    lines = getsource(module).split('"""\n', 1)[1].splitlines()
    return "\n".join(one for one in lines if not one.startswith(("import ", "from "))).strip("\n")


def _section(name: str) -> str:
    return f"# {name} {'-' * (WIDTH - len(name) - 3)}"


def _shown(value) -> str:
    if isinstance(value, tuple):
        value = [list(one) if isinstance(one, tuple) else one for one in value]
    text = pformat(value, width=WIDTH - 20, sort_dicts=False)
    return text.replace("\n", "\n        ")


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _quoted(text: str) -> str:
    return _one_line(text).replace("\\", "/").replace('"', "'")
