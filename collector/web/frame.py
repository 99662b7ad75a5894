"""Room of what every request and answer has: an id, a language, headers that keep foreign content harmless.

It must not know any page. `app` attaches it; templates read the language it chose. Pages leave compressed.
"""

import gzip
import io
import re
import secrets

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import get_locale

from collector.settings import Settings
from collector.web import journal
from collector.web.extensions import babel

LANGUAGES = ("es", "en")
LANGUAGE_COOKIE = "language"
WORTH_SQUEEZING = 1000
MOST_PADDING = 128


class Application(Flask):
    """Flask without what no view of ours needs and every request would pay for: async views, a session for machines."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.session_interface = _Sessions()

    def ensure_sync(self, func):
        """The function itself."""
        return func


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, for pages alone: it carries what a page says after the next one was asked for."""

    def open_session(self, app: Flask, request):
        return None if request.path.startswith("/v1/") else super().open_session(app, request)


def attach(app: Flask, settings: Settings) -> None:
    """Registers what runs before and after each request."""

    def locale() -> str:
        chosen = getattr(g.get("actor"), "language", "") or request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        return request.accept_languages.best_match(LANGUAGES) or settings.language

    app.json.sort_keys = False  # clients see the order in which shapes are declared
    babel.init_app(app, locale_selector=locale)
    policy = content_policy(settings)

    app.before_request(lambda: begin(settings))

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers.add("X-Request-Id", g.get("request_id", ""))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype == "text/html":
            headers.setdefault("Content-Security-Policy", policy)
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("X-Frame-Options", "DENY")
            headers.setdefault("Cache-Control", "no-store")
            headers["Content-Language"] = str(get_locale())
            squeeze(response)
        return response


def begin(settings: Settings) -> None:
    """Nothing; the request has an id, and a language for who has chosen none."""
    g.request_id = secrets.token_hex(6)
    g.default_language = settings.language
    journal.begin()


def squeeze(response: Response) -> None:
    """Nothing; the page is compressed for who takes it: a fifth of the bytes on a slow link.

    A name of chance length in the gzip header hides how well the page compressed, which would otherwise tell a
    stranger who can have words echoed beside the sign against forged requests (BREACH) what that sign is.
    """
    response.vary.add("Accept-Encoding")
    if request.method == "HEAD" or response.is_streamed or not request.accept_encodings["gzip"]:
        return
    plain = response.get_data()
    if len(plain) < WORTH_SQUEEZING:
        return
    squeezed = io.BytesIO()
    padding = "x" * (1 + secrets.randbelow(MOST_PADDING))
    with gzip.GzipFile(padding, "wb", 6, squeezed, 0) as stream:
        stream.write(plain)
    response.set_data(squeezed.getvalue())
    response.headers["Content-Encoding"] = "gzip"


def _origin(tiles: str) -> str:
    """Where the tiles come from, as a policy names it: {s} stands for the names of several servers; '' for our own."""
    found = re.match(r"(https?://)(?:\{s\}|\*)(\.[\w.-]+(?::\d+)?)/|(https?://[\w.-]+(?::\d+)?)/", tiles)
    if found is None:
        return ""
    return found[3] or f"{found[1]}*{found[2]}"


def content_policy(settings: Settings) -> str:
    """The Content-Security-Policy of pages: nothing inline, nothing foreign but the map tiles that were set."""
    origin = _origin(settings.map_tiles)
    images = f"img-src 'self' data: blob: {origin}".strip()
    return "; ".join(("default-src 'none'", "script-src 'self'", "style-src 'self'", images, "media-src 'self'",
                      "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
                      "frame-ancestors 'none'", "manifest-src 'self'"))
