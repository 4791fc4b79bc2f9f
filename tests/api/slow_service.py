"""The application with one slow address more, to be stopped in the middle of a request."""

import time

from flask import Response

from directory.web.auth import Permission, allows
from wsgi import app

__all__ = ["app"]


@app.get("/slow")
@allows(Permission.ANYONE)
def slow() -> Response:
    time.sleep(2)
    return Response("done in peace", mimetype="text/plain")
