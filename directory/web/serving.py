"""All that answers requests, put before an application."""

from __future__ import annotations

from flask import Flask

from directory.web import auth, documentation, edge, mirrored, observe, problems, recording
from directory.web.api.register import register_api
from directory.web.bodies import MOST_BYTES


def register(app: Flask) -> None:
    """Add the API, its documentation and what stands before them to an application."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    problems.register(app)
    observe.register(app)
    edge.register(app)
    auth.register(app)
    recording.register(app)
    mirrored.register(app)
    register_api(app)
    documentation.register(app)
