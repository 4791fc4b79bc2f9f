"""The application object for a WSGI server: ``gunicorn wsgi:app``."""

import sys

import config
from directory.app import create_app
from directory.settings import SettingsError

try:
    settings = config.load()
except SettingsError:
    # A traceback would bury which setting it is. The error itself must get out: a server that
    # sees it gives up, and one whose worker merely exits starts the next, for ever.
    sys.tracebacklimit = 0
    raise

app = create_app(settings)
