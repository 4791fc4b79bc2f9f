"""The application: the one place that knows every part of the directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.routing import Rule

from directory.access.uses import kept_beside
from directory.changes.highwater import HighWater
from directory.cli import register_commands
from directory.db import Database
from directory.logs import configure_logging
from directory.readings.log import ReadingLog
from directory.registry import KINDS
from directory.service import EXTENSION, Running
from directory.settings import Mode, Settings
from directory.sync.keys import KeyFile
from directory.sync.snapshots import Snapshots


class _Rule(Rule):
    """A route that learns to write its address when it is first to write it.

    Otherwise every route has a function compiled for that, two of them, at every start: a
    twelfth of it, and hardly a route is ever asked.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now, made = super()._compile_builder, list[Callable[..., tuple[str, str]]]()

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compile_now(append_unknown))
            return made[0](rule, **values)

        return build


class _NoSessions(SessionInterface):
    """There are no sessions here: one that nobody can write to stands for all of them."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """The one that is none."""
        return self._none


class _Application(Flask):
    """Flask's application, told that no function of ours is asynchronous and nobody has a session.

    It would otherwise look at each function, and for a session, at every request: a tenth of what
    an unchanged answer costs.
    """

    session_interface = _NoSessions()
    url_rule_class = _Rule
    is_serving = False

    def serve(self) -> None:
        """Add all that answers requests, once."""
        if self.is_serving:
            return
        # Here, because it takes as long to load as all the rest, and hardly a command needs it.
        from directory.web.serving import register

        self.is_serving = True
        register(self)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(settings: Settings, *, is_to_serve: bool = True) -> Flask:
    """Put a directory together from its settings; nothing is opened until it is asked for.

    Args:
        settings: What the directory is to be.
        is_to_serve: Whether it is to answer requests, rather than to run a command.
    """
    app = _Application("directory", static_folder=None)
    app.url_map.strict_slashes = False
    # What a redirect would lead to is for the asker to write, and its host for nobody to choose.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    url, state_dir = settings.database_url, settings.state_dir
    database = Database(
        url,
        guard=HighWater(state_dir).refuse_behind,
        is_copy=settings.mode is Mode.MIRROR,
    )
    app.extensions[EXTENSION] = Running(
        settings,
        database,
        KINDS,
        kept_beside(database, state_dir),
        ReadingLog.of(url, state_dir),
        KeyFile(settings.signing_keys, settings.mode is Mode.DEVELOPMENT),
        Snapshots(state_dir),
    )
    configure_logging()
    register_commands(app)
    if is_to_serve:
        app.serve()
    return app
