"""The API's own description, for ``docs/openapi.json``.

The route that serves it is asked, so that what is printed is what is served.
"""

from __future__ import annotations

from typing import cast

from flask import Response, current_app

from directory.cli.base import command
from directory.cli.printing import show_json


@command("openapi")
def command_openapi() -> None:
    """Print the OpenAPI document of the API."""
    with current_app.test_request_context():
        served = cast(Response, current_app.view_functions["openapi"]())
    show_json(served.get_data().removesuffix(b"\n"))
