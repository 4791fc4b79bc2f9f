"""The application object for a WSGI server: ``gunicorn wsgi:app``."""

import gc
import sys

gc.disable()  # what is imported stays: to look for garbage in it takes a sixth of every start

import click

import config
from directory.app import create_app
from directory.backup.state import refuse_while_restoring
from directory.changes.log import refuse_copies
from directory.db import Database
from directory.errors import DirectoryError
from directory.migrate import refuse_when_behind
from directory.settings import Mode

gc.freeze()
gc.enable()


def is_to_serve(*, or_show: bool = False) -> bool:
    """Whether this process is to answer requests, or show what would, rather than run a command."""
    context = click.get_current_context(silent=True)
    if context is None:
        return True
    while context.parent is not None:
        if context.info_name == "run" or (or_show and context.info_name in {"routes", "shell"}):
            return True
        context = context.parent
    return context.info_name == "run"


def refuse_to_serve_from_another_database() -> None:
    """Look once at what the database is, with a connection that is closed before anything forks."""
    database = Database(settings.database_url)
    try:
        if settings.mode is not Mode.DEVELOPMENT:
            refuse_when_behind(database)
        if settings.mode is not Mode.MIRROR:
            refuse_copies(database)
    finally:
        database.dispose()


try:
    settings = config.load()
    if is_to_serve():
        refuse_while_restoring(settings.state_dir)
        refuse_to_serve_from_another_database()
except DirectoryError as error:
    if click.get_current_context(silent=True) is not None:
        # Somebody at a terminal, who is not told what it is called in the code.
        raise click.ClickException(str(error)) from None
    # A traceback would bury which setting it is. The error itself must get out: a server that
    # sees it gives up, and one whose worker merely exits starts the next, for ever.
    sys.tracebacklimit = 0
    raise

app = create_app(settings, is_to_serve=is_to_serve(or_show=True))
