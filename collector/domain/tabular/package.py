"""What a package of files says of itself: datapackage.json (Frictionless Data Package) and receipt.json, as bytes.

It must not know a clock, the database or files; the same data gives the same bytes. Who took it and when is told by the
receipt alone. Next: services/building puts both beside the data.

Of datapackage.json these properties are ours and not Frictionless's: `collector` of the package (form, records, tables
with rows and cells, recipe, filters, options, review, openFindings), of a resource (table, title, rows, cells, cut)
and of a field (variable, part, type, privacy, answered, missing, earlierNames). All else is read by Frictionless tools.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from collector.domain.tabular.layout import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MOMENT,
    TEXT,
    TIME,
    OutColumn,
    laid_out,
)
from collector.domain.tabular.shape import KEY, PARENT_KEY, DataTable, Manner
from collector.domain.tabular.summary import TableSummary

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {TEXT: "string", INTEGER: "integer", DECIMAL: "number", BOOLEAN: "boolean", DATE: "date", TIME: "time",
          MOMENT: "datetime"}
# phones write zones behind times, which the default of Frictionless has not
_FORMATS = {TIME: "any", MOMENT: "any"}
_MEDIA_TYPES = {
    "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "stata": "application/x-stata-dta", "spss": "application/x-spss-sav", "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/x-ndjson", "geojson": "application/geo+json", "html": "text/html", "zip": "application/zip",
}
_ENDINGS = {"stata": "dta", "spss": "sav"}
_READ = ("csv", "parquet", "jsonl")  # as tables, by Frictionless tools; of the others the schema only tells
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of the package. path: its name there; format: csv, xlsx, stata, spss, parquet, jsonl, geojson, html or
    another ending; rows: None where it holds no rows.

    table, summary, manner, names: of the one table that the file holds, the names as they stand in it; None for a
    workbook, a codebook and other files. cut: cells that were too long for the format and stand shortened.
    """

    path: str
    format: str
    bytes: int
    sha256: str
    rows: int | None = None
    table: DataTable | None = None
    summary: TableSummary | None = None
    manner: Manner | None = None
    names: list[str] | None = None
    cut: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What the package is of. form_id: of the XForm; versions: of the form, the current one first; recipe: name,
    version, steps, None for raw data; filters and options (how names and cells are written): as they were asked for,
    as JSON; review: {state: records}; tables: summaries of all of them."""

    title: str
    form_id: str
    versions: tuple[str, ...] = ()
    records: int = 0
    recipe: Mapping | None = None
    filters: Mapping = field(default_factory=dict)
    review: Mapping[str, int] = field(default_factory=dict)
    open_findings: int = 0
    options: Mapping = field(default_factory=dict)
    tables: tuple[TableSummary, ...] = ()
    languages: tuple[str, ...] = ()


def data_package(about: About, files: Iterable[DataFile]) -> bytes:
    """datapackage.json: the files with their hashes, columns, keys, and what our own properties tell."""
    files = sorted(files, key=lambda one: one.path)
    names = _resource_names(files)
    own = {"form": {"id": about.form_id, "versions": list(about.versions)}, "records": about.records,
           "recipe": about.recipe, "filters": about.filters, "review": about.review,
           "openFindings": about.open_findings, "options": about.options,
           "tables": [{"path": one.table.path, "name": one.table.name, "parent": one.table.parent, "rows": one.rows,
                       "cells": one.cells} for one in about.tables]}
    return _written({
        "$schema": PROFILE, "profile": "data-package", "name": _slug(about.form_id) or "data", "title": about.title,
        "resources": [_resource(one, files, names) for one in files], "collector": own,
        **({"languages": list(about.languages)} if about.languages else {})})


def receipt(who: str, when: str, purpose: str, server_version: str, files: Mapping[str, str], **more) -> bytes:
    """receipt.json: who took the data, when (ISO 8601) and what for, and the SHA-256 of every file by its name."""
    return _written({"who": who, "when": when, "purpose": purpose, "serverVersion": server_version,
                     "files": dict(files), **more})


def _resource(one: DataFile, files: list[DataFile], names: dict[str, str]) -> dict:
    found = {"name": names[one.path], "path": one.path, "bytes": one.bytes, "hash": f"sha256:{one.sha256}",
             "format": _ENDINGS.get(one.format, one.format)}
    if one.format in _MEDIA_TYPES:
        found["mediatype"] = _MEDIA_TYPES[one.format]
    if one.format in ("csv", "jsonl", "geojson", "html"):
        found["encoding"] = "utf-8"
    own = {} if one.rows is None else {"rows": one.rows}
    if one.cut:
        own["cut"] = one.cut
    if one.table is not None:
        own |= {"table": one.table.path, "title": one.table.name, "cells": one.summary.cells}
        if one.format != "geojson":
            found["schema"] = _schema(one, files, names)
        if one.format in _READ:
            found["type"] = "table"
            if one.format == "csv":
                found |= {"profile": "tabular-data-resource", "dialect": {"delimiter": ",", "lineTerminator": "\n"}}
    return found | ({"collector": own} if own else {})


def _schema(one: DataFile, files: list[DataFile], names: dict[str, str]) -> dict:
    columns = laid_out(one.table, one.manner)
    called = one.names or [column.name for column in columns]
    found = {"fields": [_field(column, name, one) for column, name in zip(columns, called, strict=True)],
             "missingValues": [""]}
    own, above = _key(one, KEY), _key(one, PARENT_KEY)
    if own:
        found["primaryKey"] = [own]
    parent = next((other for other in files if other.format == one.format and other.table is not None
                   and other.table.path == one.table.parent), None)
    if above and parent is not None and _key(parent, KEY):
        found["foreignKeys"] = [{"fields": [above], "reference": {
            "resource": names[parent.path], "fields": [_key(parent, KEY)]}}]
    return found


def _field(column: OutColumn, name: str, one: DataFile) -> dict:
    variable, summary = column.variable, one.summary.of(column.variable.id)
    kind = column.kind if summary.fits else TEXT
    found = {"name": name, "type": _TYPES[kind], "title": column.label}
    if kind in _FORMATS:
        found["format"] = _FORMATS[kind]
    constraints = {}
    if variable.id == KEY:
        constraints = {"required": True, "unique": True}
    if column.categories:
        found["categories"] = [{"value": code, "label": label} for code, label in column.categories.items()]
        if summary.counts is not None and set(summary.counts) <= set(column.categories):
            constraints["enum"] = list(column.categories)
    if constraints:
        found["constraints"] = constraints
    own = {"variable": variable.id, "type": variable.type, "privacy": variable.privacy,
           "answered": summary.answered, "missing": summary.missing}
    if column.part:
        own["part"] = column.part
    if variable.earlier_names:
        own["earlierNames"] = list(variable.earlier_names)
    return found | {"collector": own}


def _key(one: DataFile, id: str) -> str | None:
    """The name of the column that holds a key, None where the table has it no more."""
    columns = laid_out(one.table, one.manner)
    called = one.names or [column.name for column in columns]
    return next((name for column, name in zip(columns, called, strict=True) if column.variable.id == id), None)


def _resource_names(files: list[DataFile]) -> dict[str, str]:
    """{path: name}: small letters, digits and -._ alone, each once."""
    found: dict[str, str] = {}
    for one in files:
        name = base = _slug(one.path) or "file"
        number = 2
        while name in found.values():
            name, number = f"{base}-{number}", number + 1
        found[one.path] = name
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", text.casefold()).strip("-._")


def _written(whole: dict) -> bytes:
    try:
        return orjson.dumps(whole, option=_OPTIONS)
    except TypeError:
        return orjson.dumps(_sound(whole), option=_OPTIONS)


def _sound(value):
    """The value with what JSON cannot hold (half a letter) as a question mark, at any depth."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_sound(key): _sound(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sound(one) for one in value]
    return value
