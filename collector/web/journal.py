"""Room of the line that each request leaves in the log.

It must not tell who somebody is or what they sent: numbers and names of ours alone, the route instead of the address.
`cli/journal` writes the line; its id goes to the caller as X-Request-Id (`web/frame`).
"""

import logging
import re
import time
from collections.abc import Iterable, Iterator

from flask import Flask, Request, Response, g, request

from collector.services import journal

log = logging.getLogger(__name__)
_COLLECT = re.compile(r"org\.odk\.collect\.android/v?(\d[\d.]{0,15})")
_FAMILIES = (("Mozilla/", "browser"), ("pyodk", "pyodk"), ("curl/", "curl"), ("python-", "python"))


def begin() -> None:
    """Nothing; the request has begun, and lines that are written meanwhile carry its id."""
    g.begun = time.perf_counter()
    journal.begin(request=g.request_id)


def attach(app: Flask) -> None:
    """Registers the line of each request, written once its answer has left."""

    @app.after_request
    def follow(response: Response) -> Response:
        if not log.isEnabledFor(logging.INFO):
            return response
        told = _of_request(request._get_current_object(), response)  # asked a dozen things, by way of Flask only once
        begun = g.get("begun", time.perf_counter())
        if response.direct_passthrough or response.content_length is None:
            response.response = _Followed(response.response, told, begun)
        else:
            response.call_on_close(lambda: _write(told, begun, response.content_length))
        return response


def _write(told: dict, begun: float, sent: int) -> None:
    told |= {"ms": round((time.perf_counter() - begun) * 1000, 1), "bytes": sent}
    log.info("request", extra={"fields": told})
    journal.begin()


class _Followed:
    """The pieces of an answer of unknown length or of a file, counted; the line is written when they are closed."""

    def __init__(self, pieces: Iterable[bytes], told: dict, begun: float):
        self._pieces, self._told, self._begun = pieces, told, begun
        self._sent = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._sent += len(piece)
            yield piece

    def close(self) -> None:
        """Nothing; the pieces are closed, and the request has left its line."""
        try:
            if hasattr(self._pieces, "close"):
                self._pieces.close()
        finally:
            _write(self._told, self._begun, self._sent)


def _of_request(request: Request, response: Response) -> dict:
    """What is known before the answer leaves. A form stands there only when it was found: else anything may."""
    actor, given = g.get("actor"), request.view_args or {}
    told = {"request": g.get("request_id", ""), "method": request.method if request.method in _METHODS else "other",
            "route": request.url_rule.rule if request.url_rule else None, "status": response.status_code,
            "problem": g.get("problem"), "received": request.content_length,
            "actor": getattr(actor, "id", None), "actor_kind": getattr(actor, "kind", None),
            "project": given.get("project_id"), "agent": agent(request.headers.get("User-Agent", ""))}
    if response.status_code < 400:
        told["form"] = given.get("xml_form_id") or given.get("form_id")
    return {name: value for name, value in told.items() if value is not None}


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def agent(said: str) -> str:
    """Which kind of program asks; of Collect the version too. Nothing else of what it says of phone and person."""
    if found := _COLLECT.search(said):
        return f"collect {found.group(1)}"
    return next((family for sign, family in _FAMILIES if said.startswith(sign)), "other" if said else "none")
