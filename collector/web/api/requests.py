"""Room for what views of the API read from a request: JSON bodies, switches in headers and query.

It must not know any resource. Bodies are read in the step before the unit writes.
"""

import zlib
from collections.abc import Callable

import orjson
from flask import request

from collector.domain import problems
from collector.web.api.schemas.shape import Shape

SUCCESS = {"success": True}
UNPACKED = 20_000_000  # bytes of JSON that came compressed


def json_body() -> dict:
    """The JSON object in the body, empty when there is none. Raises 400.1, 400.36, 400.37."""
    data = _unpacked(request.get_data(), request.headers.get("Content-Encoding", "").strip().lower())
    if not data:
        return {}
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise problems.unparseable("json", len(data), str(fault)) from None
    return body if isinstance(body, dict) else {}


def _unpacked(data: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise problems.encoding_unsupported()
    try:
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
        unpacked = unpacking.decompress(data, UNPACKED)
    except zlib.error as fault:
        raise problems.unparseable(encoding, len(data), str(fault)) from None
    if unpacking.unconsumed_tail:
        raise problems.too_large(UNPACKED)
    return unpacked


def body_as(shape: Shape) -> Callable:
    """A step before the view that hands it the body's values."""
    def prepare(unit, **path) -> dict:
        return shape.read(json_body())
    prepare.shape = shape
    return prepare


def is_extended() -> bool:
    """Whether the caller asks for X-Extended-Metadata."""
    return request.headers.get("X-Extended-Metadata", "").lower() == "true"


def is_asked(name: str) -> bool:
    """Whether a switch of the query is on: true, or True as pyODK writes it."""
    return request.args.get(name, "").lower() == "true"


def is_refused(name: str) -> bool:
    """Whether a switch of the query that is on by itself is turned off: false, or False as pyODK writes it."""
    return request.args.get(name, "").lower() == "false"


def number_asked(name: str) -> int | None:
    """A number of the query from 0 up, None when it is not there. Raises 400.11."""
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise problems.wrong_type(name, text, "a number")
    return int(text)
