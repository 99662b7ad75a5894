"""Room of what every request and answer has: an id, a language, headers that keep foreign content harmless.

It must not know any page. `app` attaches it; templates read the language it chose.
"""

import secrets

from flask import Flask, Response, g, request
from flask_babel import get_locale

from collector.settings import Settings
from collector.web.extensions import babel

LANGUAGES = ("es", "en")
LANGUAGE_COOKIE = "language"


def attach(app: Flask, settings: Settings) -> None:
    """Registers what runs before and after each request."""

    def locale() -> str:
        chosen = getattr(g.get("actor"), "language", "") or request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        return request.accept_languages.best_match(LANGUAGES) or settings.language

    babel.init_app(app, locale_selector=locale)
    policy = content_policy(settings)

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(6)
        g.default_language = settings.language

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers["X-Request-Id"] = g.get("request_id", "")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype == "text/html":
            headers.setdefault("Content-Security-Policy", policy)
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("X-Frame-Options", "DENY")
            headers.setdefault("Cache-Control", "no-store")
            headers["Content-Language"] = str(get_locale())
        return response


def content_policy(settings: Settings) -> str:
    """The Content-Security-Policy of pages: nothing inline, nothing foreign but the map tiles that were set."""
    tiles = settings.tiles.split("/{")[0].rsplit("/", 1)[0] if "://" in settings.tiles else ""
    origin = "/".join(tiles.split("/")[:3]) if tiles else ""
    images = f"img-src 'self' data: blob: {origin}".strip()
    return "; ".join(("default-src 'none'", "script-src 'self'", "style-src 'self'", images, "media-src 'self'",
                      "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
                      "frame-ancestors 'none'", "manifest-src 'self'"))
