"""The application object for a WSGI server: ``gunicorn wsgi:app``."""

import sys

import config
from directory.app import create_app
from directory.settings import SettingsError

try:
    settings = config.load()
except SettingsError as error:
    # For whoever starts the service: a traceback would bury which setting it is.
    sys.exit(str(error))

app = create_app(settings)
