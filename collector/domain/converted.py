"""What a workbook became: its XForm, what is to be said of it, its sheets as they were written; or why it became none.

It must not import the converter (`xlsform`), which is large: a server that has a workbook converted apart
(`services/converting`) knows only what came out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collector.domain.form_complaints import Complaint, Place

Row = Mapping[str, str]


class XLSFormError(Exception):
    """complaints: at least one error, then the warnings that pyxform had given before it stopped."""

    def __init__(self, complaints: tuple[Complaint, ...]):
        super().__init__(complaints[0].sentence("en"))
        self.complaints = complaints

    @property
    def errors(self) -> tuple[Complaint, ...]:
        """Those that must be mended."""
        return tuple(each for each in self.complaints if each.severity == "error")

    @property
    def warnings(self) -> tuple[Complaint, ...]:
        """Those that need not be."""
        return tuple(each for each in self.complaints if each.severity == "warning")


@dataclass(frozen=True)
class Converted:
    """xml: the XForm. kind: '.xlsx', '.xls' or '.md'. attachments: files that the workbook itself carries, by name.
    sheets: the workbook as written."""

    xml: str
    warnings: tuple[Complaint, ...]
    kind: str
    attachments: Mapping[str, bytes]
    sheets: "Sheets"


@dataclass(frozen=True)
class Sheets:
    """A workbook as its author wrote it: header and rows per sheet; row i of a list stands in Excel's row i + 2."""

    headers: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, tuple[Row, ...]]
    kind: str
    notes: tuple[tuple[str, str], ...] = ()  # (subject, text) of the sheet `_leame`, which is for people

    def cells(self) -> Iterator[tuple[Place, str]]:
        """Every filled cell with its place."""
        for sheet, rows in self.rows.items():
            for number, row in enumerate(rows, start=2):
                for column, value in row.items():
                    yield Place(sheet, number, column), value
