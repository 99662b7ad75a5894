"""Answers of a filled form, read from its XML with nothing but ElementTree and the form's binds.

It must not use the server's own code: what the server stored and exports is compared with this.
"""

import csv
import io
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field

SERVER_COLUMNS = {"SubmissionDate", "KEY", "PARENT_KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent",
                  "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion"}
POINT = ("-Latitude", "-Longitude", "-Altitude", "-Accuracy")
Rows = dict[str, dict[str, dict[str, str]]]  # table (name of the repeat, '' for the root) -> KEY -> column -> text


@dataclass
class FormBinds:
    """Types by path, paths of repeats; paths begin below the root node."""

    types: dict[str, str] = field(default_factory=dict)
    repeats: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, xml: bytes) -> "FormBinds":
        found = cls()
        for node in ET.fromstring(xml).iter():
            path = "/".join((node.get("nodeset") or "").split("/")[2:])
            if _local(node) == "bind":
                found.types[path] = node.get("type", "string")
            if _local(node) == "repeat":
                found.repeats.add(path)
        return found


def rows_of(xml: bytes, binds: FormBinds) -> Rows:
    """Every answer that is not empty, by the table and the row it stands in."""
    root = ET.fromstring(xml)
    instance = next(node.text for node in root.iter() if _local(node) == "instanceID")
    rows: Rows = {"": {instance: {}}}
    _walk(root, "", "", instance, instance, rows[""][instance], rows, binds)
    return rows


def _walk(node, path: str, below: str, parent: str, place: str, row: dict, rows: Rows, binds: FormBinds) -> None:
    """parent: KEY of the row; place: KEY of the row and the groups below it, as ODK Central tells a repeat's place."""
    counts: dict[str, int] = {}
    for child in node:
        name = _local(child)
        here, column = f"{path}/{name}".strip("/"), f"{below}-{name}".strip("-")
        if here in binds.repeats:
            counts[name] = counts.get(name, 0) + 1
            key = f"{place}/{name}[{counts[name]}]"
            own = rows.setdefault(name, {}).setdefault(key, {"PARENT_KEY": parent})
            _walk(child, here, "", key, key, own, rows, binds)
        elif len(child):
            _walk(child, here, column, parent, f"{place}/{name}", row, rows, binds)
        elif name != "deprecatedID" and child.text and child.text.strip():  # no question of the form
            _put(row, column, child.text, binds.types.get(here, "string"))


def _put(row: dict, column: str, text: str, kind: str) -> None:
    if kind == "geopoint":
        for part, ending in zip(text.split(), POINT, strict=False):
            row[column + ending] = str(float(part))
    elif kind in ("int", "decimal"):
        row[column] = str(float(text))
    else:
        row[column] = text


def rows_in_zip(content: bytes, form_id: str, binds: FormBinds) -> Rows:
    """The same, out of an export: cells that are not empty, but for the server's own columns."""
    tables: Rows = {}
    numbers = {name.rpartition("/")[2] for name, kind in binds.types.items() if kind in ("int", "decimal")}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if "/" in name or not name.endswith(".csv") or name.endswith(" - audit.csv"):
                continue  # logs of filling, in one table
            table = name.removesuffix(".csv").removeprefix(form_id).removeprefix("-")
            reader = csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
            tables[table] = {line["KEY"]: _cells(line, numbers) for line in reader}
    return tables


def _cells(line: dict[str, str], numbers: set[str]) -> dict[str, str]:
    told = {"PARENT_KEY": line["PARENT_KEY"]} if "PARENT_KEY" in line else {}
    for column, cell in line.items():
        if cell == "" or column in SERVER_COLUMNS:
            continue
        number = column.endswith(POINT) or column.rpartition("-")[2] in numbers
        told[column] = str(float(cell)) if number else cell
    return told


def files_in_zip(content: bytes) -> dict[str, bytes]:
    """The media in an export by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist() if name.startswith("media/")}


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]
