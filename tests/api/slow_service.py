"""The application with one slow address more, to be stopped in the middle of a request."""

import time

from flask import Response

from wsgi import app

__all__ = ["app"]


@app.get("/slow")
def slow() -> Response:
    time.sleep(2)
    return Response("done in peace", mimetype="text/plain")
