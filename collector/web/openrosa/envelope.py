"""Room that unwraps a multipart body: the XML in memory, files into the blob store's spool while they are read.

It must not judge what came. `web/openrosa/submission` hands the Envelope to `services/intake`.
"""

from dataclasses import dataclass, field

from flask import Request
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from collector.domain import problems

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
XML_LIMIT = 16_000_000
PART_LIMIT = 1000
PIECE = 1 << 18


@dataclass(slots=True)
class Envelope:
    """What a phone sent in one request.

    files: (names as sent: the file's, the part's where it is another; spool of the blob store) in the order of their
    arrival; names may repeat.
    """

    xml: bytes | None = None
    files: list[tuple[tuple[str, ...], object]] = field(default_factory=list)
    incomplete: bool = False

    def drop(self) -> None:
        """Forgets every file that was not kept."""
        for _name, spool in self.files:
            spool.drop()


def read_envelope(request: Request, blobs, limit: int, whole: int) -> Envelope:
    """The unwrapped body. limit: bytes of one file; whole: of all.

    Raises 400.7 (no XML), 400.36 (too large), 400.39 (does not parse).
    """
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    boundary = options.get("boundary")
    if kind.lower() != "multipart/form-data":
        raise problems.missing_multipart_field(XML_PART)
    if not boundary:
        raise problems.multipart_unreadable("Content-Type")
    envelope = Envelope()
    try:
        _fill(envelope, get_input_stream(request.environ, max_content_length=whole), boundary, blobs, limit)
    except (MultipartError, UnicodeError, ClientDisconnected) as fault:
        envelope.drop()
        if isinstance(fault, ParserLimitReached) and "segment size" in str(fault).lower():
            raise problems.too_large(limit) from fault
        raise problems.multipart_unreadable(str(fault)[:120]) from fault
    except BaseException:
        envelope.drop()
        raise
    if envelope.xml is None:
        envelope.drop()
        raise problems.missing_multipart_field(XML_PART)
    return envelope


def _fill(envelope: Envelope, stream, boundary: str, blobs, limit: int) -> None:
    taker = None
    with PushMultipartParser(boundary, max_segment_count=PART_LIMIT, max_segment_size=limit) as parser:
        while not parser.closed:
            piece = stream.read(PIECE)
            for event in parser.parse(piece):
                if isinstance(event, MultipartSegment):
                    taker = _Taker(envelope, event, blobs)
                elif event:
                    taker.take(event)
                else:
                    taker.end()


class _Taker:
    """Takes the pieces of one part to where they belong."""

    def __init__(self, envelope: Envelope, segment: MultipartSegment, blobs):
        self._envelope = envelope
        self._text = bytearray()
        self._spool = None
        self._name = segment.name
        if segment.name not in (XML_PART, INCOMPLETE_PART):
            self._spool = blobs.spool(md5=False)  # phones are never told of what they sent
            names = (_storable(segment.filename or segment.name), _storable(segment.name))
            envelope.files.append((names if names[0] != names[1] else names[:1], self._spool))

    def take(self, piece: bytes | bytearray) -> None:
        if self._spool is not None:
            self._spool.write(bytes(piece))
            return
        if len(self._text) + len(piece) > XML_LIMIT:
            raise problems.too_large(XML_LIMIT)
        self._text += piece

    def end(self) -> None:
        if self._name == XML_PART:
            self._envelope.xml = bytes(self._text)
        elif self._name == INCOMPLETE_PART:
            self._envelope.incomplete = self._text.strip().lower() == b"yes"


def _storable(name: str) -> str:
    """The name as it was sent, without what no database stores."""
    return name.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
