"""LibreOffice opens what is written for spreadsheets: each cell has the type and the value that it had."""

import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from collector.domain.formats import csvtable, workbook_out
from collector.domain.formats.workbook_out import PlainSheet, Sheet
from collector.domain.tabular.shape import Manner
from setup import system
from tests.domain.formats.small_tables import Small, column

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
SOFFICE = system.office()

TRUE = ("formula", "1", "TRUE")  # LibreOffice takes a boolean of Excel for =TRUE()
TEXTS = ["01234567", "=1+1", "a,\"b\"", "dos\nlíneas", "🛶 awajún", "שלום", "12345678901234567890", " x ", "_x0041_"]
SMALL = Small(
    [column("t"), column("n", "int"), column("x", "decimal"), column("b", "boolean"), column("d", "date"),
     column("h", "time"), column("m", "dateTime"), column("l", "select1", choices={"es": "Español"})],
    {"t": TEXTS, "n": [7, "unos 3", *[None] * 7], "x": [1.5, -0.25, *[None] * 7], "b": [True, False, *[None] * 7],
     "d": ["2026-11-22", "2026-02-30", *[None] * 7], "h": ["10:20:30", None, *[None] * 7],
     "m": ["2026-11-22T10:20:30.500-05:00", "2026-11-22T10:20:30Z", *[None] * 7], "l": ["es"] * 9})


def opened(path: Path, *options: str) -> dict[str, list[list[tuple]]]:
    """What LibreOffice sees in a file: {sheet: rows of (type, value, text as shown)}; type 'formula' for those.

    Without a screen it must be told that a CSV is UTF-8; on a screen it sees the mark in front.
    """
    profile = (path.parent / "profile").as_uri()
    subprocess.run([SOFFICE, f"-env:UserInstallation={profile}", "--headless", *options, "--convert-to", "ods",
                    "--outdir", path.parent, path], check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(path.with_suffix(".ods")) as archive:
        content = etree.fromstring(archive.read("content.xml"))
    found = {}
    for sheet in content.iter(f"{TABLE}table"):
        rows = [row for row in sheet.iter(f"{TABLE}table-row") if row.find(f".//{TEXT}p") is not None]
        found[sheet.get(f"{TABLE}name")] = [
            [_cell(one) for one in row.iter(f"{TABLE}table-cell")
             for _time in range(min(int(one.get(f"{TABLE}number-columns-repeated", 1)), 20))] for row in rows]
    return found


def _cell(one) -> tuple:
    kind = "formula" if one.get(f"{TABLE}formula") else one.get(f"{OFFICE}value-type")
    values = (one.get(f"{OFFICE}{name}") for name in ("value", "date-value", "time-value", "boolean-value"))
    return kind, next((value for value in values if value), None), "\n".join(
        "".join(_letters(line)) for line in one.findall(f"{TEXT}p"))


def _letters(line):
    """The text of a line; blanks that stand together are elements."""
    yield line.text or ""
    for part in line:
        yield " " * int(part.get(f"{TEXT}c", 1)) if part.tag == f"{TEXT}s" else "".join(part.itertext())
        yield part.tail or ""


@pytest.mark.skipif(not SOFFICE, reason="no LibreOffice: set COLLECTOR_TEST_SOFFICE")
def test_libreoffice_opens_the_workbook_and_the_csv(tmp_path):
    with open(tmp_path / "libro.xlsx", "wb") as target:
        workbook_out.write(target, [Sheet("Hogares ñ", SMALL.table, SMALL.pieces, SMALL.summary),
                                    PlainSheet("Códigos", ["variable"], [["t"], [3]])], Manner(labels=True))
    with open(tmp_path / "tabla.csv", "wb") as target:
        csvtable.write(target, SMALL.table, SMALL.pieces, SMALL.summary, Manner(bom=True, neutralise=True))
    book = opened(tmp_path / "libro.xlsx")
    assert list(book) == ["Hogares ñ", "Códigos"]
    header, *rows = book["Hogares ñ"]
    assert [text for _kind, _value, text in header[:8]] == ["t", "n", "x", "b", "d", "h", "m", "l"]
    assert [row[0] for row in rows] == [("string", None, text) for text in TEXTS]
    assert rows[0][1:8] == [
        ("float", "7", "7"), ("float", "1.5", "1.5"), TRUE, ("date", "2026-11-22", "2026-11-22"),
        ("time", "PT10H20M30S", "10:20:30"), rows[0][6], ("string", None, "Español")]
    kind, value, shown = rows[0][6]
    assert (kind, value[:21], shown) == ("date", "2026-11-22T10:20:30.5", "2026-11-22 10:20:30.500-05:00")
    assert [rows[1][at][::2] for at in (1, 4, 6)] == [
        ("string", "unos 3"), ("string", "2026-02-30"), ("date", "2026-11-22 10:20:30Z")]
    assert [row[0][2] for row in book["Códigos"]] == ["variable", "t", "3"]

    header, *rows = opened(tmp_path / "tabla.csv", "--infilter=CSV:44,34,76,1")["tabla"]
    assert header[0][2] == "t"  # no mark of byte order left in front
    assert [row[0][2] for row in rows][1:6] == ["'=1+1", *TEXTS[2:6]]
    assert not any(cell[0] == "formula" for row in rows for cell in row)
    assert rows[0][4][:2] == ("date", "2026-11-22") and rows[0][2][:2] == ("float", "1.5")
