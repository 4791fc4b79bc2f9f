"""The application object for a WSGI server: ``gunicorn wsgi:app``."""

import config
from directory.app import create_app

app = create_app(config.load())
