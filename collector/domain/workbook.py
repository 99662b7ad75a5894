"""Room for what a file that calls itself a workbook may be: its kind by its first bytes, and its bounds.

It must not know what an XLSForm says; it never unpacks more than a chunk at a time, and keeps nothing.
`xlsform` asks here before pyxform may see the bytes.
"""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

MAX_XLSX = 20_000_000  # bytes as sent
MAX_XLS = 10_000_000
MAX_TABLE = 5_000_000  # markdown
MAX_PARTS = 2_000
MAX_UNPACKED = 150_000_000  # all parts together
MAX_RATIO = 400  # of one part above MAX_RATIO_FLOOR; sheets with whole columns formatted come near 200
MAX_RATIO_FLOOR = 2_000_000
MAX_STRINGS = 400_000
MAX_VALUES = 300_000  # cells that hold something, all sheets together
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # Excel's own; openpyxl would reserve memory for whatever is declared
MAX_DEPTH = 200
CHUNK = 65_536

ZIP, OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
BLANKS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
ENCODINGS = {"UTF-8", "UTF-16", "US-ASCII", "ASCII", "ISO-8859-1"}


class Unusable(Exception):
    """code: a key of `form_sentences.SENTENCES`; fields: what its sentence names."""

    def __init__(self, code: str, **fields):
        super().__init__(code)
        self.code = code
        self.fields = fields


def kind(data: bytes) -> str:
    """'.xlsx', '.xls' or '.md', judged by the bytes alone, with all bounds kept.

    Raises Unusable: what it is instead, or which bound it breaks.
    """
    if not data.strip():
        raise Unusable("FILE_EMPTY")
    if data.startswith(ZIP):
        _bound_size(data, MAX_XLSX)
        _inspect_zip(data)
        return ".xlsx"
    if data.startswith(OLE2):
        _bound_size(data, MAX_XLS)
        _inspect_ole2(data)
        return ".xls"
    _bound_size(data, MAX_TABLE)
    _inspect_text(data)
    return ".md"


def _bound_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise Unusable("FILE_TOO_LARGE", size=_mega(len(data)), limit=_mega(limit))


def _mega(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"


def _inspect_ole2(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unusable("FILE_PASSWORD")
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise Unusable("FILE_OTHER", what_es="un documento antiguo de Office", what_en="an old Office document")


def _inspect_text(data: bytes) -> None:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<?xml", b"<h:html")):
        raise Unusable("FILE_XML")
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        raise Unusable("FILE_OTHER", what_es="una página web guardada con otro nombre",
                       what_en="a web page saved under another name")
    if head.startswith(b"%pdf"):
        raise Unusable("FILE_OTHER", what_es="un PDF", what_en="a PDF")
    if head.startswith((b"pk\x05\x06", b"pk\x07\x08")):
        raise Unusable("FILE_DAMAGED", reason="zip")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable("FILE_UNKNOWN") from None
    if len(re.findall(r"^\s*\|.*\|\s*$", text, re.MULTILINE)) >= 2:
        return
    if text.count(",") + text.count(";") >= 4 and "\x00" not in text:
        raise Unusable("FILE_CSV")
    raise Unusable("FILE_UNKNOWN")


def _inspect_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _inspect_directory(parts)
            tally = _Tally()
            for part in parts:
                if not part.is_dir():
                    _inspect_part(archive, part, tally)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Unusable("FILE_DAMAGED", reason=str(error)) from None


def _inspect_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise Unusable("BOMB_PARTS", count=len(parts), limit=MAX_PARTS)
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unusable("FILE_PASSWORD")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise Unusable("BOMB_UNPACKED", size=_mega(unpacked), limit=_mega(MAX_UNPACKED))
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unusable("FILE_DAMAGED", reason=f"{part.filename}: compression {part.compress_type}")
        if part.file_size > MAX_RATIO_FLOOR and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Unusable("BOMB_RATIO", part=part.filename)
    _require_workbook(set(names))


def _require_workbook(names: set[str]) -> None:
    if any(name.startswith("xl/") for name in names) and "[Content_Types].xml" in names:
        return
    if any(name.startswith("word/") for name in names):
        raise Unusable("FILE_OTHER", what_es="un documento de Word", what_en="a Word document")
    if {"mimetype", "content.xml"} <= names:
        raise Unusable("FILE_OTHER", what_es="un documento de LibreOffice (.ods)",
                       what_en="a LibreOffice document (.ods)")
    raise Unusable("FILE_OTHER", what_es="un archivo comprimido", what_en="a compressed archive")


class _Tally:
    """What all sheets of one workbook have used up so far."""

    def __init__(self):
        self.values = 0
        self.strings = 0


def _inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, tally: _Tally) -> None:
    with archive.open(part) as stream:
        chunk = stream.read(CHUNK)
        if chunk.startswith(ZIP):
            raise Unusable("BOMB_NESTED", part=part.filename)
        reader = _reader(part.filename, chunk, tally)
        while chunk:
            if reader:
                _feed(reader, part.filename, chunk)
            chunk = stream.read(CHUNK)
        if reader:
            _feed(reader, part.filename, b"", last=True)


def _feed(reader, name: str, chunk: bytes, last: bool = False) -> None:
    try:
        reader.Parse(chunk, last)
    except expat.ExpatError as error:
        if name.lower().endswith(".vml"):
            return  # drawings of comments are often not well-formed
        raise Unusable("FILE_DAMAGED", reason=f"{name}: {error}") from None


def _reader(name: str, head: bytes, tally: _Tally):
    """A parser that stops at the first thing out of bounds; None for a part that is not XML (pictures, macros)."""
    if not head.lstrip(BLANKS).startswith(b"<"):
        if name.lower().endswith((".xml", ".rels")):
            raise Unusable("FILE_DAMAGED", reason=f"{name}: no XML")
        return None
    parser = expat.ParserCreate()
    depth = 0

    def start(tag: str, attributes: dict) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Unusable("BOMB_DEPTH", part=name)
        _count(tag.rpartition(":")[2], attributes, name, tally)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_) -> None:
        raise Unusable("BOMB_DTD", part=name)

    def declaration(_version, encoding, _standalone) -> None:
        if encoding and encoding.upper() not in ENCODINGS:
            raise Unusable("FILE_DAMAGED", reason=f"{name}: encoding {encoding}")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = doctype, declaration
    return parser


def _count(tag: str, attributes: dict, name: str, tally: _Tally) -> None:
    if tag in ("v", "is"):
        tally.values += 1
        if tally.values > MAX_VALUES:
            raise Unusable("BOMB_CELLS", limit=MAX_VALUES)
    elif tag == "si":
        tally.strings += 1
        if tally.strings > MAX_STRINGS:
            raise Unusable("BOMB_STRINGS", limit=MAX_STRINGS)
    elif tag == "c" and "r" in attributes:
        _require_cell(attributes["r"], name)
    elif tag == "row" and "r" in attributes:
        if not attributes["r"].isdecimal() or not 1 <= int(attributes["r"][:9]) <= MAX_ROW:
            raise Unusable("BOMB_DIMENSION", part=name, reference=attributes["r"][:40])
    elif tag == "dimension" and attributes.get("ref"):
        for cell in attributes["ref"].split(":"):
            _require_cell(cell, name)


def _require_cell(reference: str, name: str) -> None:
    match = CELL.fullmatch(reference)
    if match is None or column_number(match[1]) > MAX_COLUMN or not 1 <= int(match[2]) <= MAX_ROW:
        raise Unusable("BOMB_DIMENSION", part=name, reference=reference[:40])


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
