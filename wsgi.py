"""For any WSGI server: gunicorn wsgi:app, granian --interface wsgi wsgi:app. Run `collector prepare` before."""

from collector.app import create_app
from collector.cli import folder, journal
from collector.settings import from_environment

settings = folder.opened(from_environment())
journal.begin(settings)
app = create_app(settings)
