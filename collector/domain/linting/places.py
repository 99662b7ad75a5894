"""Room for where something of a form stands in its author's workbook: sheet, row and column.

It must not judge. The lint finds fields of the compiled form; this room finds the cell each of them was written in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from collector.domain.fields import FormModel
from collector.domain.form_complaints import Place

if TYPE_CHECKING:
    from collector.domain.converted import Sheets

# a part of a field -> the columns that XLSForm knows for it, the one we call it by first
COLUMNS = {
    "relevant": ("relevant", "relevance"), "constraint": ("constraint",), "required": ("required",),
    "calculate": ("calculation", "calculate"), "readonly": ("readonly", "read_only"),
    "repeat_count": ("repeat_count", "jr:count", "count"), "choice_filter": ("choice_filter",),
    "default": ("default",), "name": ("name", "value"), "label": ("label",), "type": ("type",),
}
ENTITY = {"@create": "create_if", "@update": "update_if", "@id": "entity_id", "label": "label"}
STRUCTURE = re.compile(r"(begin|end)[ _](group|repeat|loop)\b", re.IGNORECASE)
FIRST = 2  # the row below the headers


@lru_cache(maxsize=1000)
def plain(header: str) -> str:
    """A header as we know it: small letters, underscores, without `bind::` and without a language."""
    name = re.split(r"::?(?=.)", header.strip().removeprefix("jr:"), maxsplit=1)
    if name[0].lower() == "bind" and len(name) > 1:
        name = name[1:]
    return name[0].lower().strip().replace(" ", "_")


class Workbook:
    """The sheets of a form, asked by path. Without sheets (an XForm was uploaded) a place is the
    path alone.

    row: path of a field -> number of its row in the sheet survey.
    """

    def __init__(self, model: FormModel, sheets: "Sheets | None"):
        self.sheets = sheets
        self.survey: dict[str, int] = {}
        self._columns: dict[str, dict[str, str]] = {}
        if sheets is None:
            return
        for sheet, headers in sheets.headers.items():
            found = self._columns[sheet] = {}
            for header in headers:
                if header:
                    found.setdefault(plain(header), header)
        for path, number in _paths(self.rows("survey")):
            self.survey.setdefault(path, number)
        self._entities = {str(row.get(self.column("entities", "list_name", "dataset"), "")).strip(): number
                          for number, row in self.numbered("entities")}
        self._dataset = {one.path: one.dataset for one in model.entities}

    def rows(self, sheet: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a sheet below its headers."""
        return self.sheets.rows.get(sheet, ()) if self.sheets else ()

    def numbered(self, sheet: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """(number as in Excel, row) of every row that is not empty."""
        return ((number, row) for number, row in enumerate(self.rows(sheet), FIRST) if row)

    def headers(self, sheet: str) -> tuple[str, ...]:
        """The header cells of a sheet as written."""
        return self.sheets.headers.get(sheet, ()) if self.sheets else ()

    def column(self, sheet: str, *names: str) -> str:
        """The header that the author wrote for one of these columns; the first name where there is none."""
        known = self._columns.get(sheet, {})
        return next((known[name] for name in names if name in known), names[0])

    def cell(self, path: str, what: str) -> Place:
        """Where this part of a field is written. what: a key of COLUMNS."""
        names = COLUMNS[what]
        if self.sheets is None:
            return Place(None, None, f"{names[0]} {path}")
        if path == "/meta/instanceName":
            return Place("settings", FIRST, self.column("settings", "instance_name"))
        owner, _, last = path.rpartition("/")
        if owner.endswith("/meta/entity") and last in ENTITY:
            row = self._entities.get(self._dataset.get(owner, ""), FIRST)
            return Place("entities", row, self.column("entities", ENTITY[last]))
        repeated = path.removesuffix("_count")
        if path not in self.survey and path != repeated and repeated in self.survey:
            path, names = repeated, COLUMNS["repeat_count"]  # the converter makes a calculation of its own of it
        if path not in self.survey and path.endswith("_other"):
            path = path.removesuffix("_other")
        return Place("survey", self.survey.get(path), self.column("survey", *names))

    def is_written(self, path: str) -> bool:
        """Whether the author wrote this field as a row; without sheets, whether it is not of the form's own."""
        return path in self.survey if self.sheets else not path.startswith("/meta")


def _paths(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, int]]:
    above: list[str] = []
    for number, row in enumerate(rows, FIRST):
        said = {plain(header): str(value).strip() for header, value in row.items() if header}
        kind, name = said.get("type", said.get("command", "")), said.get("name", said.get("value", ""))
        structure = STRUCTURE.match(kind)
        if structure and structure[1].lower() == "end":
            above = above[:-1]
            continue
        if kind and name:
            yield "".join(f"/{step}" for step in (*above, name)), number
        if structure:
            above.append(name)
