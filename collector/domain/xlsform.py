"""Room for turning an XLSForm into an XForm: bytes in, XML and warnings out. pyxform lives only here.

It must not know where the bytes come from, who sent them or what is published already.
Publishing parses the XML with `xform` and turns XLSFormError into a Problem.
"""

import re
import warnings as python_warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from itertools import islice
from xml.parsers import expat

import xlrd
from openpyxl import load_workbook
from pyxform.errors import ErrorCode, PyXFormError
from pyxform.xls2json_backends import (
    DefinitionData,
    get_excel_column_headers,
    get_excel_rows,
    get_xlsform,
    xls_value_to_unicode,
)
from pyxform.xls2xform import convert as pyxform_convert

from collector.domain import workbook
from collector.domain.converted import Converted, Sheets, XLSFormError
from collector.domain.form_complaints import Complaint, Place, complaint, recognise, templates
from collector.domain.form_expressions import fault, unknown_functions

SHEETS = ("survey", "choices", "settings", "entities", "external_choices", "osm")
NOTES = "_leame"
EXPRESSIONS = {"relevant", "relevance", "constraint", "calculation", "calculate", "required", "readonly",
               "choice_filter", "repeat_count", "jr:count", "instance_name", "entity_id", "create_if", "update_if"}
# what XML cannot carry, and how Excel writes the same into its files, which a phone would show as it stands
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x00[01][0-9A-Fa-f]_")
TEMPLATES = templates({code.name: code.value.msg for code in ErrorCode})


def convert(data: bytes, filename: str = "", fallback_form_id: str | None = None) -> Converted:
    """The XForm of a workbook (.xlsx, .xlsm, .xls or markdown tables), told apart by its bytes.

    fallback_form_id: used where the settings sheet has no form_id; the stem of `filename` after that.
    Raises XLSFormError and nothing else, whatever the bytes are.
    """
    book, kind = _read(data)
    sheets = _sheets(book, kind)
    _refuse_faulty_cells(sheets)
    book.fallback_form_name = fallback_form_id or _stem(filename)
    said: list[str] = []
    try:
        result = pyxform_convert({name: getattr(book, name) for name in DefinitionData.__slots__}, warnings=said,
                                 validate=False)
    except Exception as error:  # whatever pyxform trips over, the author gets a sentence
        raise XLSFormError((*_errors(error, sheets), *_warnings(said, sheets))) from error
    _require_well_formed(result.xform)
    attachments = {"itemsets.csv": result.itemsets.encode()} if result.itemsets else {}
    return Converted(result.xform, (*_warnings(said, sheets), *_own_warnings(sheets)), kind, attachments, sheets)


def read_sheets(data: bytes) -> Sheets:
    """The sheets of a workbook as written, without converting it. Raises XLSFormError."""
    book, kind = _read(data)
    return replace(_sheets(book, kind), notes=_notes(data) if kind == ".xlsx" else ())


def _notes(data: bytes) -> tuple[tuple[str, str], ...]:
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        if NOTES not in book.sheetnames:
            return ()
        rows = islice(book[NOTES].iter_rows(min_row=2, max_row=200, max_col=2, values_only=True), 199)
        return tuple((str(row[0]), str(row[1])) for row in rows if len(row) == 2 and all(row))
    except Exception as error:
        raise XLSFormError((complaint("FILE_DAMAGED", reason=f"{NOTES}: {type(error).__name__}"),)) from error


def _read(data: bytes) -> tuple[DefinitionData, str]:
    try:
        kind = workbook.kind(data)
    except workbook.Unusable as error:
        raise XLSFormError((complaint(error.code, **error.fields),)) from None
    except Exception as error:
        raise XLSFormError((complaint("FILE_DAMAGED", reason=type(error).__name__),)) from error
    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # openpyxl's remarks on styles and extensions
            return _read_xls(data) if kind == ".xls" else get_xlsform(BytesIO(data), file_type=kind), kind
    except XLSFormError:
        raise
    except PyXFormError as error:
        if kind == ".xlsx" and str(error).startswith("Argument 'definition'"):  # it has lost the reader's reason
            raise XLSFormError((complaint("FILE_DAMAGED", reason="Excel"),)) from error
        raise XLSFormError(tuple(recognise(str(error), "error", TEMPLATES))) from error
    except Exception as error:
        if isinstance(error, xlrd.XLRDError) and "encrypted" in str(error):
            raise XLSFormError((complaint("FILE_PASSWORD"),)) from error
        raise XLSFormError((complaint("FILE_DAMAGED", reason=f"{type(error).__name__}: {error}"),)) from error


def _read_xls(data: bytes) -> DefinitionData:
    """As pyxform reads it, but sheet by sheet, only those of a form, without padding rows and without printing."""
    book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True, logfile=StringIO())
    names = book.sheet_names()
    sheets: dict = {"sheet_names": names}
    for index, name in enumerate(names):
        title = "survey" if len(names) == 1 and name.lower() not in SHEETS else name.lower()
        if title not in SHEETS:
            continue
        sheet = book.sheet_by_index(index)
        if sum(map(sheet.row_len, range(sheet.nrows))) > workbook.MAX_VALUES:
            raise XLSFormError((complaint("BOMB_CELLS", place=Place(title), limit=workbook.MAX_VALUES),))
        headers = get_excel_column_headers(str(value) for value in (sheet.row_values(0) if sheet.nrows else ()))
        rows = (tuple(sheet.row(number)) for number in range(1, sheet.nrows))
        sheets[title] = get_excel_rows(headers, rows, _cell_text(title, book.datemode))
        sheets[f"{title}_header"] = [dict.fromkeys(header for header in headers if header is not None)]
        book.unload_sheet(index)
    return DefinitionData(**sheets)


def _cell_text(sheet: str, datemode: int) -> Callable[[xlrd.sheet.Cell, int, str], str]:
    def text(cell: xlrd.sheet.Cell, row: int, column: str) -> str:
        value = cell.value.strip() if isinstance(cell.value, str) else cell.value
        try:
            return xls_value_to_unicode(value, cell.ctype, datemode)
        except xlrd.xldate.XLDateError:
            raise XLSFormError((complaint("DATE_CELL", place=Place(sheet, row + 2, column)),)) from None

    return text


def _sheets(book: DefinitionData, kind: str) -> Sheets:
    headers, rows = {}, {}
    for name in SHEETS:
        header = getattr(book, f"{name}_header")
        if header or getattr(book, name):
            headers[name] = tuple(header[0]) if header else ()
            rows[name] = tuple(getattr(book, name) or ())
    return Sheets(headers, rows, kind)


def _stem(filename: str) -> str | None:
    stem = re.split(r"[\\/]", filename)[-1].rpartition(".")[0]
    return re.sub(r"[^\w.-]+", "_", stem).strip("_") or None


def _refuse_faulty_cells(sheets: Sheets) -> None:
    """Raises XLSFormError for what pyxform lets pass and a phone, or XML, does not; all such cells at once."""
    if sheets.headers.get("survey") and not any(sheets.rows["survey"]):
        raise XLSFormError((complaint("NO_QUESTIONS", place=Place("survey")),))
    faults = []
    for place, value in sheets.cells():
        if match := FORBIDDEN.search(value):
            faults.append(complaint("CELL_CHARACTER", place=place, character=_character(match[0])))
        elif _is_expression(place) and (found := fault(value)):
            faults.append(complaint(found.code, place=place, mark=found.mark))
    if faults:
        raise XLSFormError(tuple(faults[:100]))


def _character(found: str) -> str:
    return f"U+{found[2:6]}" if len(found) > 1 else f"U+{ord(found):04X}"


def _is_expression(place: Place) -> bool:
    """Whether the column holds XPath, under any of the names that XLSForm knows for it."""
    column = (place.column or "").lower().replace(" ", "_").removeprefix("bind::").removeprefix("bind:")
    return place.sheet in ("survey", "settings", "entities") and column in EXPRESSIONS


def _errors(error: Exception, sheets: Sheets) -> list[Complaint]:
    if isinstance(error, PyXFormError):
        return [_located(each, sheets) for each in recognise(str(error), "error", TEMPLATES)]
    return [complaint("UNKNOWN", text=f"{type(error).__name__}: {error}")]


def _warnings(said: list[str], sheets: Sheets) -> tuple[Complaint, ...]:
    return tuple(_located(each, sheets) for text in said for each in recognise(text, "warning", TEMPLATES))


def _own_warnings(sheets: Sheets) -> Iterator[Complaint]:
    for place, value in sheets.cells():
        if _is_expression(place):
            for name, near in unknown_functions(value):
                yield complaint("FUNCTION_UNKNOWN", "warning", place, name=name, near=near or "-")


# complaints without a row: the column whose cell holds what pyxform quotes
QUOTED = {
    "TYPE_UNKNOWN": ("survey", ("type",), re.compile(r"type '(.*)'\.")),
    "CHOICE_SPACE": ("choices", ("name", "value"), re.compile(r"See \[(.*?)\] in")),
    "TRIGGER_HIDDEN": ("survey", ("trigger",), re.compile(r"(\$\{.*?\}) is not")),
    "NO_LABEL": ("survey", ("name",), re.compile(r"named '(.*)' has")),
    "BIG_IMAGE": ("survey", ("name",), re.compile(r"named (.*)\.")),
    "SEARCH": ("survey", ("name",), re.compile(r"Question '(.*?)'")),
}


def _located(found: Complaint, sheets: Sheets) -> Complaint:
    """The same complaint with its row, where the sheet tells it and pyxform did not."""
    if found.row is not None or found.code not in QUOTED:
        return found
    sheet, columns, pattern = QUOTED[found.code]
    match = pattern.search(found.text)
    for number, row in enumerate(sheets.rows.get(sheet, ()), start=2):
        if match and any(str(row.get(column, "")).strip() == match[1] for column in columns):
            return Complaint(**{**vars(found), "sheet": sheet, "row": number})
    return found


def _require_well_formed(xml: str) -> None:
    try:
        expat.ParserCreate().Parse(xml, True)
    except (expat.ExpatError, UnicodeError) as error:
        raise XLSFormError((complaint("UNKNOWN", text=f"XML: {error}"),)) from error
