"""Putting the API together: its blueprints, its OpenAPI document, its strictness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from apispec import APISpec
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
    returned_lists,
    sync,
    writing,
)
from directory.web.api.base import PREFIX, Api, Blueprint, refuse_nul
from directory.web.auth import Permission, allows
from directory.web.openapi import DESCRIPTION, openapi_document, write_document

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
    returned_lists,
    readings,
    sync,
    access,
)


def register_api(app: Flask) -> None:
    """Add the API and its OpenAPI document to an application."""
    blueprints = [module.blueprint for module in BLUEPRINTS]
    app.before_request(refuse_nul)
    for blueprint in blueprints:
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    # Describing takes longer than all the rest of starting, and few commands and workers are asked.
    app.extensions[DESCRIPTION] = cache(
        lambda: write_document(described(app, blueprints).to_dict())
    )
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", openapi)


def described(app: Flask, blueprints: Sequence[Blueprint]) -> APISpec:
    """What the routes of an application's blueprints say of themselves."""
    app.config |= {
        "API_TITLE": "Contact directory",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": None,
    }
    commands = dict(app.cli.commands)
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
    app.cli.commands = commands  # it has put one of its own in the place of ours
    for blueprint in blueprints:
        api.describe(blueprint)
    spec: APISpec = api.spec
    return spec


@allows(Permission.ANYONE)
def openapi() -> Response:
    """The OpenAPI document."""
    return Response(openapi_document(current_app), mimetype="application/json")
