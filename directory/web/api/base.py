"""What the API's blueprints share: reading the query strictly, and describing answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import flask_smorest
from flask import Request, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from directory.changes.schemas import faults_of
from directory.errors import Fault, InvalidInputError
from directory.pages import MOST_ITEMS, USUAL_ITEMS

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])


class BadQueryError(InvalidInputError):
    """A parameter of the query is unknown, stands twice, or has a value that cannot be used."""

    slug = "bad-query"
    title = "The query cannot be used"


class QuerySchema(Schema):
    """The parameters of a query; unknown ones are refused, so that a misspelt one is noticed."""


class PageQuery(QuerySchema):
    """Which part of a list."""

    limit = fields.Integer(
        load_default=USUAL_ITEMS,
        validate=validate.Range(1, MOST_ITEMS),
        metadata={"description": "Items on a page."},
    )
    page = fields.String(
        load_default=None,
        validate=validate.Length(1, 1000),
        metadata={"description": "A place in the list, from the `next` of an answer."},
    )


class Parser(FlaskParser):
    """Reads a query strictly and says what is wrong with it as a problem."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Any,
    ) -> NoReturn:
        """Turn marshmallow's messages into faults that name the parameters."""
        messages = error.normalized_messages().get("query", {})
        known = ", ".join(sorted(field.data_key or name for name, field in schema.fields.items()))
        raise BadQueryError(
            "The query cannot be used; nothing was looked up.",
            *(
                Fault(
                    f"?{fault.pointer.removeprefix('#/')}",
                    f"there is no such parameter; there are {known}"
                    if fault.detail == "there is no such field"
                    else fault.detail,
                )
                for fault in faults_of(messages)
            ),
        )


class Blueprint(flask_smorest.Blueprint):
    """A blueprint whose queries are read strictly."""

    ARGUMENTS_PARSER = Parser()

    def query(self, schema: type[QuerySchema]) -> Callable[[View], View]:
        """Read the query by a schema and pass it to the view as a dictionary."""
        found: Callable[[View], View] = self.arguments(schema, location="query")
        return found


class Api(flask_smorest.Api):
    """The API; the application's own handlers answer errors, on every path alike."""

    def _register_error_handlers(self) -> None:
        """Leave errors alone: flask-smorest would take those of the whole application."""


def refuse_repeated_parameters() -> None:
    """Refuse a query that says a thing twice: which of the two was meant cannot be known."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise BadQueryError(
            "The query says something twice; nothing was looked up.",
            *(Fault(f"?{name}", "stands more than once; say it once") for name in sorted(twice)),
        )
