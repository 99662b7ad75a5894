"""Rows -> CSV in ODK Central's shape, one file per table.

Must not know the database, zip files or who asks; gets columns and rows, gives bytes piece by piece.
Next: services/exporting streams these pieces into a zip.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

from collector.domain.columns import Column
from collector.domain.values import POINT_PARTS, Value, value_text

BEFORE = ("SubmissionDate",)
AFTER = ("KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState",
         "DeviceID", "Edits", "FormVersion")
REPEAT_AFTER = ("PARENT_KEY", "KEY")
PIECE = 64 * 1024  # characters gathered before a piece goes out

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """group_paths: 'grupo-nombre' rather than 'nombre'; split_select_multiples: one more column per choice, 1 or 0;
    bom: for Excel; neutralise: text that a spreadsheet would run as a formula gets an apostrophe in front."""

    group_paths: bool = True
    split_select_multiples: bool = False
    bom: bool = False
    neutralise: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server knows of a submission, as it stands in the last columns of the root table.

    submitted_at: ISO 8601 in UTC with milliseconds; status: '' or 'not decrypted'.
    """

    submitted_at: str
    instance_id: str
    submitter_id: int | str | None = None
    submitter_name: str | None = None
    files_present: int = 0
    files_expected: int = 0
    status: str = ""
    review_state: str | None = None
    device_id: str | None = None
    edits: int = 0
    form_version: str | None = None


Choices = Mapping[str, Iterable[str]]  # path of a select or rank -> names of its choices, in order
Cells = Callable[[list], list]


def root_csv(columns: Iterable[Column], rows: Iterable[tuple[Facts, list[Value]]], options: CsvOptions = CsvOptions(),
             choices: Choices | None = None) -> Iterator[bytes]:
    """The root table: pieces of UTF-8. columns: in the order wanted; values: by position, short lists end in None."""
    table = _Table(columns, options, choices or {}, BEFORE, AFTER)
    return table.pieces(([one.submitted_at], values, [
        one.instance_id, one.submitter_id, one.submitter_name, one.files_present, one.files_expected, one.status,
        one.review_state, one.device_id, one.edits, one.form_version]) for one, values in rows)


def repeat_csv(columns: Iterable[Column], rows: Iterable[tuple[str, str, str, list[Value]]],
               options: CsvOptions = CsvOptions(), choices: Choices | None = None) -> Iterator[bytes]:
    """The table of a repeat; rows: (instance id, parent key, key, values), keys as flatten.py makes them."""
    table = _Table(columns, options, choices or {}, (), REPEAT_AFTER)
    return table.pieces(
        ((), values, (f"{instance}/{parent}" if parent else instance, f"{instance}/{key}"))
        for instance, parent, key, values in rows)


def file_names(form_id: str, paths: Iterable[str]) -> dict[str, str]:
    """Names of the files in the zip by path of table: 'form.csv', 'form-repeat.csv'.

    Repeats that bear one name in several places are 'form-repeat~1.csv', 'form-repeat~2.csv' in order, as in Central.
    """
    base = _file_part(form_id) or "form"
    found = {path: f"{base}-{_file_part(path.rpartition('/')[2])}" if path else base for path in paths}
    totals = Counter(name.casefold() for name in found.values())
    counts: Counter[str] = Counter()
    for path, name in found.items():
        key = name.casefold()
        counts[key] += 1
        found[path] = f"{name}~{counts[key]}.csv" if totals[key] > 1 else f"{name}.csv"
    return found


def header(columns: Iterable[Column], options: CsvOptions = CsvOptions(), choices: Choices | None = None,
           before: tuple[str, ...] = BEFORE, after: tuple[str, ...] = AFTER) -> list[str]:
    """The names in the first line. A name that is taken already gets '~2', '~3' in order of columns;
    the server's own names are never changed."""
    return _Table(columns, options, choices or {}, before, after).header


class _Table:
    """The header of one file, and how a row of values becomes its cells."""

    def __init__(self, columns: Iterable[Column], options: CsvOptions, choices: Choices, before: tuple[str, ...],
                 after: tuple[str, ...]):
        self.options = options
        taken = {*before, *after}
        names: list[str] = []
        self.cells: list[Cells] = []
        columns = list(columns)
        self.width = max((one.position + 1 for one in columns), default=0)
        plain: list[int] = []
        for column in columns:
            own = column.name if options.group_paths else column.path.rpartition("/")[2]
            heads, cells = self._special(column, choices)
            names += [_free(own + head, taken) for head in heads]
            if cells is None:
                plain.append(column.position)
            else:
                self._take(plain)
                self.cells.append(cells)
        self.in_order = not self.cells and plain == list(range(self.width))
        self._take(plain)
        self.header = [*before, *names, *after]

    def pieces(self, rows: Iterable[tuple]) -> Iterator[bytes]:
        """Header and rows as UTF-8. rows: (cells before, values, cells after)."""
        lines = ["\ufeff" if self.options.bom else "", quoted_line(self.header)]
        every, width, neutralise, in_order = self.cells, self.width, self.options.neutralise, self.in_order
        size, most = 0, len(self.header)
        for before, values, after in rows:
            if len(values) < width:
                values = [*values, *[None] * (width - len(values))]
            if in_order and len(values) == width:
                row = [*before, *values, *after]
            else:
                row = [*before]
                for cells in every:
                    row += cells(values)
                row += after
            if neutralise:
                row = [harmless(one) for one in row]
            line = ",".join(["" if one is None else one if one.__class__ is str else repr(one) for one in row])
            # Most rows hold nothing that wants quotes; asking once for the whole line halves the time of an export.
            if '"' in line or "\n" in line or "\r" in line or line.count(",") >= most:
                lines.append(quoted_line(row))
            else:
                lines.append(line + "\n")
            size += len(line)
            if size >= PIECE:
                yield _emptied(lines)
                size = 0
        yield _emptied(lines)

    def _take(self, plain: list[int]) -> None:
        """Turns the positions gathered into one step, then forgets them."""
        if len(plain) == 1:
            self.cells.append(lambda values, at=plain[0]: (values[at],))
        elif plain:
            self.cells.append(itemgetter(*plain))
        plain.clear()

    def _special(self, column: Column, choices: Choices) -> tuple[list[str], Cells | None]:
        """Endings of the names a column has, and how its cells are made; None when it is one plain cell."""
        at = column.position
        if column.type == "geopoint":
            return ["-" + part for part in POINT_PARTS], lambda values: _point(values[at])
        if column.type in ("select", "rank") and self.options.split_select_multiples:
            listed = list(dict.fromkeys(choices.get(column.path, ())))
            return ["", *("/" + name for name in listed)], lambda values: _split(values[at], listed)
        if column.type == "boolean":
            return [""], lambda values: (value_text(values[at]),)
        return [""], None


def _point(value: Value) -> list:
    if isinstance(value, list):
        return value
    return [value, None, None, None]


def _split(value: Value, listed: list[str]) -> list:
    names = () if value is None else set(str(value).split())
    return [value, *(1 if name in names else 0 for name in listed)]


def harmless(cell):
    """The cell with an apostrophe in front where a spreadsheet would run it as a formula; numbers stay."""
    if not isinstance(cell, str) or not cell.startswith(_DANGEROUS):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def quoted_line(row: Iterable) -> str:
    """The row as CSV, with quotes where they are needed; it ends with \\n alone, as in Central.

    The writer is told \\r\\n because it puts quotes around just those characters that end a line.
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(row)
    return out.getvalue()[:-2] + "\n"


def _emptied(lines: list[str]) -> bytes:
    text = "".join(lines)
    lines.clear()
    return text.encode("utf-8", "replace")


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found = f"{name}~{number}"
        number += 1
    taken.add(found)
    return found


def _file_part(name: str) -> str:
    kept = "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in name)
    return kept.strip(" .")[:120]
