"""Room that answers requests which the server did not take: too long, no space, too much waits.

It must not read the body nor ask the database: what is refused holds nothing of ours. `cli/receiving` decides.
"""

from flask import Flask

from collector.settings import Settings
from collector.web import errors, frame

REFUSAL = "collector.refusal"  # in the environment: the Problem to tell


class Refusals:
    """WSGI middleware that tells a refusal in the dialect of its address, and lets all else pass."""

    def __init__(self, app: Flask, settings: Settings):
        self._app = app
        self._settings = settings
        self._inside = app.wsgi_app

    def __call__(self, environ, start_response):
        problem = environ.get(REFUSAL)
        if problem is None:
            return self._inside(environ, start_response)
        with self._app.request_context(environ):
            frame.begin(self._settings)
            response = self._app.process_response(errors.respond(problem, errors.dialect_of_request()))
            return response(environ, start_response)
