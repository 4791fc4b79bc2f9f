"""Putting the API together: its blueprints, its OpenAPI document, its strictness."""

from __future__ import annotations

from flask import Flask, Response, current_app

from directory.web.api import (
    access,
    change_sets,
    checks,
    confirming,
    contacts,
    coverage,
    economies,
    finding,
    history,
    lists,
    meetings,
    networks,
    reach,
    readings,
    records,
    writing,
)
from directory.web.api.base import PREFIX, Api, refuse_nul
from directory.web.auth import Permission, allows
from directory.web.openapi import openapi_document

BLUEPRINTS = (
    reach,
    economies,
    contacts,
    finding,
    networks,
    meetings,
    records,
    history,
    checks,
    confirming,
    coverage,
    writing,
    change_sets,
    lists,
    readings,
    access,
)


def register_api(app: Flask) -> Api:
    """Add the API and its OpenAPI document to an application."""
    app.config |= {
        "API_TITLE": "Contact directory",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": None,
    }
    api = Api(
        app,
        spec_kwargs={
            "info": {
                "description": "The cybercrime points of contact of the APEC economies and their"
                " partners: whom to reach, by which route, right now.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
        },
    )
    app.before_request(refuse_nul)
    for module in BLUEPRINTS:
        api.register_blueprint(module.blueprint, url_prefix=PREFIX)
    app.extensions["directory-openapi"] = api.spec
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", openapi)
    return api


@allows(Permission.ANYONE)
def openapi() -> Response:
    """The OpenAPI document."""
    return Response(openapi_document(current_app), mimetype="application/json")
