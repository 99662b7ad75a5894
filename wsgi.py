"""For any WSGI server: gunicorn wsgi:app, granian --interface wsgi wsgi:app. Run `collector prepare` before."""

from collector.app import create_app
from collector.cli import folder
from collector.settings import from_environment

app = create_app(folder.opened(from_environment()))
