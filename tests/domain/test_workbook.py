"""What is taken for a workbook, and the bounds that keep a small file from filling the memory."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from collector.domain import workbook
from collector.domain.workbook import Unusable, column_number, kind

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def a_workbook() -> bytes:
    book = Workbook()
    book.active.title = "survey"
    book.active.append(["type", "name", "label"])
    book.active.append(["text", "a", "A"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content, compression)
    return out.getvalue()


def sheet(inside: str) -> bytes:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{inside}</worksheet>'.encode()


def refusal(data: bytes) -> Unusable:
    with pytest.raises(Unusable) as raised:
        kind(data)
    return raised.value


def test_a_workbook_is_known_by_its_bytes():
    assert kind(a_workbook()) == ".xlsx"
    assert kind(b"| survey |\n| | type | name |\n| | text | a |\n") == ".md"
    ole2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le")
    assert kind(ole2) == ".xls"


@pytest.mark.parametrize(("data", "code"), [
    (b"", "FILE_EMPTY"),
    (b" \n ", "FILE_EMPTY"),
    (b"survey,type,name\n,text,a\n,text,b\n", "FILE_CSV"),
    (b'<?xml version="1.0"?><h:html/>', "FILE_XML"),
    (b"<html><table><tr><td>type</td></tr></table></html>", "FILE_OTHER"),
    (b"%PDF-1.7 ...", "FILE_OTHER"),
    (b"hola", "FILE_UNKNOWN"),
    (bytes(range(128, 256)), "FILE_UNKNOWN"),
    (b"PK\x03\x04 cut short", "FILE_DAMAGED"),
    (a_workbook()[:-40], "FILE_DAMAGED"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "FILE_PASSWORD"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "FILE_OTHER"),
])
def test_what_is_no_workbook_is_named(data, code):
    assert refusal(data).code == code


@pytest.mark.parametrize(("names", "what"), [
    (["word/document.xml"], "Word"),
    (["mimetype", "content.xml"], "LibreOffice"),
    (["a.txt"], "comprimido"),
])
def test_other_archives_are_named(names, what):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"<a/>")
    assert what in refusal(out.getvalue()).fields["what_es"]


@pytest.mark.parametrize(("part", "content", "code"), [
    (SHEET, b"<?xml version='1.0'?><!DOCTYPE w [<!ENTITY a 'b'>]><worksheet>&a;</worksheet>", "BOMB_DTD"),
    (SHEET, "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE w><worksheet/>".encode("utf-16"), "BOMB_DTD"),
    ("xl/odd.bin", b"   <!DOCTYPE w><worksheet/>", "BOMB_DTD"),
    (SHEET, b"<?xml version='1.0' encoding='UTF-7'?><worksheet/>", "FILE_DAMAGED"),
    (SHEET, b"no markup", "FILE_DAMAGED"),
    (SHEET, b"<worksheet><row></worksheet>", "FILE_DAMAGED"),
    ("xl/embeddings/inner.xlsx", a_workbook(), "BOMB_NESTED"),
    (SHEET, sheet('<dimension ref="A1:ZZZZZZ9"/>'), "BOMB_DIMENSION"),
    (SHEET, sheet('<dimension ref="A1:XFE2"/>'), "BOMB_DIMENSION"),
    (SHEET, sheet('<sheetData><row r="1"><c r="AAAAA1"/></row></sheetData>'), "BOMB_DIMENSION"),
    (SHEET, sheet('<sheetData><row r="99999999999"/></sheetData>'), "BOMB_DIMENSION"),
    (SHEET, b"<a>" * 300 + b"</a>" * 300, "BOMB_DEPTH"),
    ("xl/media/zeros.png", bytes(3_000_000), "BOMB_RATIO"),
])
def test_bombs_are_refused(part, content, code):
    assert refusal(with_part(part, content)).code == code


def test_too_many_values_are_refused_and_empty_cells_are_not_counted(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_VALUES", 10)
    empty = with_part(SHEET, sheet("<sheetData>" + '<row><c s="1"/></row>' * 50 + "</sheetData>"))
    assert kind(empty) == ".xlsx"
    full = with_part(SHEET, sheet("<sheetData>" + "<row><c><v>1</v></c></row>" * 11 + "</sheetData>"))
    assert refusal(full).code == "BOMB_CELLS"
    monkeypatch.setattr(workbook, "MAX_STRINGS", 10)
    texts = f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 11}</sst>'.encode()
    assert refusal(with_part("xl/sharedStrings.xml", texts)).code == "BOMB_STRINGS"


def test_sizes_and_parts_are_bounded(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    assert refusal(a_workbook()).code == "BOMB_UNPACKED"
    monkeypatch.setattr(workbook, "MAX_PARTS", 3)
    assert refusal(a_workbook()).code == "BOMB_PARTS"
    monkeypatch.setattr(workbook, "MAX_XLSX", 1000)
    assert refusal(a_workbook()).code == "FILE_TOO_LARGE"


def test_a_size_that_lies_is_found_out():
    data = bytearray(with_part(SHEET, sheet("<sheetData/>" + " " * 5000)))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x05\x06"))
    data[entry + 24:entry + 28] = (10).to_bytes(4, "little")  # unpacked size in the central directory
    assert refusal(bytes(data)).code == "FILE_DAMAGED"


def test_an_unknown_compression_is_refused():
    assert refusal(with_part("xl/extra.xml", b"<a/>", zipfile.ZIP_BZIP2)).code == "FILE_DAMAGED"


def test_columns_are_counted_as_excel_does():
    assert [column_number(letters) for letters in ("A", "z", "AA", "XFD")] == [1, 26, 27, 16_384]
