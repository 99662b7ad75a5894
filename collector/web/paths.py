"""Room for how addresses are read before routing: undecoded segments, the key of a phone, the token of a draft.

It must not know who is asking nor any route. `app` wraps the WSGI application with it.
"""

from urllib.parse import unquote_to_bytes

from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

MOST = 2**31 - 1  # of numbers in an address
_SLASH = "\ue02f"
_PREFIXES = {"key": "collector.key", "test": "collector.draft_token"}


class Segment(BaseConverter):
    """One segment of a path; a slash that came percent-encoded is part of it."""

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """The text, with its slashes."""
        if "\x00" in value:  # no database holds it, so there is no such thing
            raise ValidationError
        return value.replace(_SLASH, "/")

    def to_url(self, value: str) -> str:
        """The percent-encoded segment."""
        return super().to_url(str(value)).replace("/", "%2F")


class RowNumber(IntegerConverter):
    """A number that a database can hold. What stands there instead, `web/errors` tells from what does not exist."""

    def __init__(self, map, **options):
        super().__init__(map, max=MOST, **options)


class UndecodedPaths:
    """WSGI middleware that splits the path before decoding it and takes off the prefix of a phone or draft.

    Servers decode PATH_INFO, so that %2F in a form id would split it; the raw address stands in REQUEST_URI.
    """

    def __init__(self, application):
        self._application = application

    def __call__(self, environ, start_response):
        segments = _segments(environ)
        environ["collector.prefix"] = "/v1"
        if len(segments) > 3 and segments[1] == "v1" and segments[2] in _PREFIXES:
            environ[_PREFIXES[segments[2]]] = _text(segments[3])
            environ["collector.prefix"] = "/".join(("", *segments[1:4]))
            segments = segments[:2] + segments[4:]
        if segments[1:2] == ["v1"] and len(segments) > 3 and not segments[-1]:
            segments = segments[:-1]  # ODK Central knows its addresses with a slash at the end too
        path = "/".join(_text(segment).replace("/", _SLASH) for segment in segments)
        environ["PATH_INFO"] = path.encode("utf-8").decode("latin-1")
        return self._application(environ, start_response)


def _segments(environ) -> list[str]:
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
    if "://" in raw.partition("?")[0]:
        raw = "/" + raw.split("://", 1)[1].partition("/")[2]
    path = raw.partition("?")[0]
    if not path.startswith("/"):
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
    return path.split("/")


def _text(segment: str) -> str:
    return unquote_to_bytes(segment).decode("utf-8", "replace")
