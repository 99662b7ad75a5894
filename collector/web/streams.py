"""Room for answers that are files: definitions, media, workbooks, photos. Nothing in them can run in our origin.

It must not decide who may have them; views hand in what a service opened. Conditional requests are answered here.
"""

import mimetypes
import re
from collections.abc import Callable
from typing import BinaryIO

from flask import Response, request
from werkzeug.wsgi import wrap_file

_KINDS = {
    ".csv": "text/csv", ".geojson": "application/geo+json", ".json": "application/json", ".xml": "application/xml",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
    ".svg": "image/svg+xml", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".amr": "audio/amr", ".wav": "audio/wav",
    ".ogg": "audio/ogg", ".mp4": "video/mp4", ".3gp": "video/3gpp", ".webm": "video/webm", ".pdf": "application/pdf",
    ".txt": "text/plain", ".html": "text/html", ".zip": "application/zip", ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".mbtiles": "application/x-sqlite3",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PIECE = 1 << 17


def content_type(name: str) -> str:
    """The media type that a file's name suggests."""
    ending = "." + name.rpartition(".")[2].lower()
    return _KINDS.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def is_known(etag: str) -> bool:
    """Whether the caller already holds what has this tag, so that 304 is the answer."""
    return request.method in ("GET", "HEAD") and request.if_none_match.contains(etag)


def not_modified(etag: str) -> Response:
    """304 with the tag."""
    response = Response(status=304)
    response.set_etag(etag)
    return response


def file_answer(open_file: Callable[[], BinaryIO], size: int, etag: str, name: str, kind: str = "",
                inline: bool = False) -> Response:
    """The file, streamed, or 304. open_file is called only when the content is needed; size in bytes."""
    if is_known(etag):
        return sandboxed(not_modified(etag))
    stream = None if request.method == "HEAD" else open_file()
    body = wrap_file(request.environ, stream, PIECE) if stream else None
    response = Response(body, content_type=kind or content_type(name), direct_passthrough=True)
    response.content_length = size
    response.set_etag(etag)
    response.headers.set("Content-Disposition", "inline" if inline else "attachment",
                         filename=_CONTROL.sub("_", name).encode("utf-8", "replace").decode("utf-8"))
    return sandboxed(response)


def bytes_answer(data: bytes, etag: str, kind: str) -> Response:
    """These bytes, or 304."""
    if is_known(etag):
        return sandboxed(not_modified(etag))
    response = Response(data, content_type=kind)
    response.set_etag(etag)
    return sandboxed(response)


def sandboxed(response: Response) -> Response:
    """The same answer, in which a browser runs nothing and guesses nothing."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
