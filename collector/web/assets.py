"""Room of our static files: each address carries the hash of its content, so that browsers keep it for a year.

It must not know pages. `app` attaches it; templates ask `asset(name)`. Text files leave compressed.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

_YEAR = "public, max-age=31536000, immutable"
_TEXTS = (".css", ".js", ".svg")


def attach(app: Flask) -> None:
    """Registers `asset` for templates and the headers of what it points at."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        if "v" in request.args:
            response.headers["Cache-Control"] = _YEAR
        name = request.view_args["filename"]
        response.headers["Vary"] = "Accept-Encoding"
        if name.endswith(_TEXTS) and request.method == "GET" and request.accept_encodings["gzip"]:
            path = _path(name)
            response.direct_passthrough = False
            response.set_data(_squeezed(path, path.stat().st_mtime_ns))
            response.headers["Content-Encoding"] = "gzip"
        return response


def asset(name: str) -> str:
    """The address of a static file, with the hash of its content."""
    path = _path(name)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_hash(path, changed))


def _path(name: str) -> Path:
    return Path(current_app.static_folder) / name


@lru_cache(maxsize=64)
def _hash(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=64)
def _squeezed(path: Path, changed: int) -> bytes:
    beside = path.with_name(path.name + ".gz")
    return beside.read_bytes() if beside.exists() else gzip.compress(path.read_bytes(), mtime=0)
