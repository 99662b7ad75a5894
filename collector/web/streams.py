"""Room for answers that are files: definitions, media, workbooks, photos. Nothing in them can run in our origin.

It must not decide who may have them; views hand in what a service opened. Conditional requests are answered here.
"""

import mimetypes
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import get_input_stream

from collector.domain import problems
from collector.services.unit import UnitOfWork

_KINDS = {
    ".csv": "text/csv", ".geojson": "application/geo+json", ".json": "application/json", ".xml": "application/xml",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
    ".svg": "image/svg+xml", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".amr": "audio/amr", ".wav": "audio/wav",
    ".ogg": "audio/ogg", ".mp4": "video/mp4", ".3gp": "video/3gpp", ".webm": "video/webm", ".pdf": "application/pdf",
    ".txt": "text/plain", ".html": "text/html", ".zip": "application/zip", ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".mbtiles": "application/x-sqlite3",
}
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+_-]{1,80}")
_TELLS_NOTHING = ("application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PIECE = 1 << 17


class Pieces:
    """A file piece by piece, or a part of it; closed at its end, or when the caller is gone."""

    def __init__(self, stream: BinaryIO, length: int):
        self._stream, self._left = stream, length

    def __iter__(self) -> Iterator[bytes]:
        with self._stream:
            while self._left and (piece := self._stream.read(min(PIECE, self._left))):
                self._left -= len(piece)
                yield piece

    def close(self) -> None:
        """Closes the file; what WSGI servers call last."""
        self._stream.close()


def content_type(name: str) -> str:
    """The media type that a file's name suggests."""
    ending = "." + name.rpartition(".")[2].lower()
    return _KINDS.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def declared_type() -> str:
    """The media type of the body as its sender declared it, '' where that tells nothing."""
    said = request.mimetype
    return said if _TYPE.fullmatch(said) and said not in _TELLS_NOTHING else ""


def with_charset(kind: str) -> str:
    """The media type as a header has it: text is UTF-8."""
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def is_known(etag: str) -> bool:
    """Whether the caller already holds what has this tag, so that 304 is the answer.

    A tag that a proxy made weak, because it compressed the answer, is the same tag here (RFC 9110, 13.1.2).
    """
    return request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(etag)


def not_modified(etag: str) -> Response:
    """304 with the tag."""
    response = Response(status=304)
    response.set_etag(etag)
    return response


def file_answer(open_file: Callable[[], BinaryIO], size: int, etag: str, name: str, kind: str = "",
                inline: bool = False) -> Response:
    """The file, streamed, or 304; or the part of it that is asked for (206, 416), so that a download goes on where it
    broke off. open_file is called only when the content is needed; size in bytes."""
    if is_known(etag):
        return sandboxed(not_modified(etag))
    start, end = _part(size, etag)
    response = Response(content_type=kind or content_type(name), direct_passthrough=True)
    response.set_etag(etag)
    response.headers["Accept-Ranges"] = "bytes"
    if start >= end and size:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{size}"
        return sandboxed(response)
    if end - start < size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method != "HEAD":
        stream = open_file()
        stream.seek(start)
        response.response = Pieces(stream, end - start)
    response.content_length = end - start
    response.headers["Content-Disposition"] = disposition("inline" if inline else "attachment", name)
    return sandboxed(response)


def _part(size: int, etag: str) -> tuple[int, int]:
    """(start, end) of the one part asked for, of which the caller holds the same file's beginning; else of it all."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return 0, size
    held = request.if_range
    if "If-Range" in request.headers and not (held and held.etag == etag):
        return 0, size
    return wanted.range_for_length(size) or (size, size)


def list_answer(found, name: str) -> Response:
    """An entity list as a CSV (`services/list_files`), packed for who takes it so, or 304."""
    packed = request.accept_encodings.quality("gzip") > 0 and request.range is None
    path = found.packed if packed else found.path
    response = file_answer(lambda: path.open("rb"), path.stat().st_size, found.md5, name)
    response.vary.add("Accept-Encoding")
    if packed and response.status_code == 200:
        response.headers["Content-Encoding"] = "gzip"
    return response


def bytes_answer(data: bytes, etag: str, kind: str) -> Response:
    """These bytes, or 304."""
    if is_known(etag):
        return sandboxed(not_modified(etag))
    response = Response(data, content_type=kind)
    response.set_etag(etag)
    return sandboxed(response)


def pieces_answer(unit: UnitOfWork, pieces: Iterator[bytes], kind: str, name: str = "") -> Response:
    """What a generator gives, as it gives it; the unit it reads from stays open until the answer is closed.

    The first piece is made at once, so that what fails at the start is told as a Problem. name: offers a download.
    """
    first = next(pieces, b"")
    response = Response(chain((first,), pieces), content_type=kind)
    unit.keep_open()
    if name:
        response.headers["Content-Disposition"] = disposition("attachment", name)
    return sandboxed(response)


def body_stream() -> BinaryIO:
    """The body of the request as it arrives, of known length or chunked; whoever reads it bounds it."""
    return get_input_stream(request.environ)


def body_bytes(limit: int) -> bytes:
    """The whole body. Raises 400.36 beyond limit bytes."""
    data = body_stream().read(limit + 1)
    if len(data) > limit:
        raise problems.too_large(limit)
    return data


def sandboxed(response: Response) -> Response:
    """The same answer, in which a browser runs nothing and guesses nothing."""
    headers = response.headers
    headers.add("X-Content-Type-Options", "nosniff")
    headers.add("Content-Security-Policy", "sandbox; default-src 'none'")
    headers.setdefault("Cache-Control", "private, no-cache")
    return response


def disposition(kind: str, name: str) -> str:
    """The header that offers a file under its name, in any script (RFC 6266). kind: inline or attachment."""
    plain = _CONTROL.sub("_", name).encode("utf-8", "replace").decode("utf-8")
    simple = re.sub(r'[^ -~]|["\\%]', "_", plain)
    return f"{kind}; filename=\"{simple}\"; filename*=UTF-8''{quote(plain, safe='')}"
