"""What the API's blueprints share: reading the query strictly, and describing answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

import flask_smorest
from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from directory.changes.schemas import UNKNOWN_FIELD, faults_of, messages_of
from directory.errors import Fault, InvalidInputError, InvalidRequestError
from directory.pages import MOST_ITEMS, USUAL_ITEMS
from directory.web.api.shapes import ProblemShape
from directory.web.asked import this_request
from directory.web.bodies import read_json
from directory.web.uploads import FORM

PREFIX = "/api/v1"
LONGEST_PAGE = 2000
"""Room for the sort key of the longest title in any script."""
View = TypeVar("View", bound=Callable[..., Any])
FormView = Callable[[dict[str, Any]], Any]
FORMS = "x-forms"
"""Where an operation's further forms wait for the OpenAPI document to be put together."""


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
        validate=[
            validate.Length(1, LONGEST_PAGE),
            validate.Regexp(
                r"^[A-Za-z0-9_-]+$", error="take it from the next of an answer, or leave it out"
            ),
        ],
        metadata={"description": "A place in the list, from the `next` of an answer."},
    )


class Blueprint(flask_smorest.Blueprint):
    """A blueprint whose routes are described by flask-smorest and read strictly by us.

    Its own wrappers stay out of the way at run time: they cost more than a look-up's query, and
    answers are stored bytes that need no dumping.
    """

    def query(self, schema: type[QuerySchema]) -> Callable[[View], View]:
        """Read the query by a schema and pass it to the view as a dictionary."""
        reader = _Reader(schema())

        def decorate(view: View) -> View:
            @wraps(view)
            def reading(**path: Any) -> Any:
                return view(reader.read(), **path)

            return self._described(reading, self.arguments(reader.schema, location="query")(view))

        return decorate

    def body(
        self, schema: type[Schema], *, form: tuple[type[Schema], FormView] | None = None
    ) -> Callable[[View], View]:
        """Pass the body of a request to the view as it is; its command checks it by the schema.

        Args:
            schema: Of the JSON.
            form: Of a form with a file in it that may be sent instead, and the view that then
                answers; it reads the form by itself (``uploads``).
        """

        def decorate(view: View) -> View:
            @wraps(view)
            def reading(*given: Any, **path: Any) -> Any:
                if form is not None and request.mimetype == FORM:
                    return form[1](*given, **path)
                return view(*given, read_json(request), **path)

            described = self.arguments(schema)(view)
            if form is not None:
                described = self.doc(requestBody=_form_of(form[0]))(described)
            return self._described(reading, described)

        return decorate

    def upload(self, schema: type[Schema]) -> Callable[[View], View]:
        """Describe the form, with a file in it, that a view reads by itself (``uploads``)."""

        def decorate(view: View) -> View:
            return self._described(view, self.doc(requestBody=_form_of(schema))(view))

        return decorate

    def answers(
        self,
        schema: type[Schema] | dict[str, Any] | None,
        description: str = "",
        *,
        status: int = 200,
    ) -> Callable[[View], View]:
        """Describe the answer of a view; without a schema it has no body."""

        def decorate(view: View) -> View:
            described = self.response(status, schema, description=description or None)(view)
            return self._described(view, described)

        return decorate

    def gives(self, media_type: str, description: str) -> Callable[[View], View]:
        """Describe the answer of a view that is a file."""

        def decorate(view: View) -> View:
            told = {"type": "string", "format": "binary"}
            described = self.response(200, told, content_type=media_type, description=description)(
                view
            )
            return self._described(view, described)

        return decorate

    def also(self, status: int, description: str, schema: type[Schema] | None = None) -> Any:
        """Describe another answer of a view."""

        def decorate(view: View) -> View:
            described = self.alt_response(status, schema=schema, description=description)(view)
            return self._described(view, described)

        return decorate

    def forms(self, *media_types: str) -> Any:
        """Describe the forms, beside JSON, that ``Accept`` may ask a view for."""

        def decorate(view: View) -> View:
            described = self.doc(**{FORMS: list(media_types)})(view)
            return self._described(view, described)

        return decorate

    def _described(self, view: Any, described: Any) -> Any:
        view._apidoc = described._apidoc
        return view


def _form_of(schema: type[Schema]) -> dict[str, Any]:
    return {"required": True, "content": {FORM: {"schema": schema}}}


class _Reader:
    """Reads queries by one schema."""

    def __init__(self, schema: QuerySchema) -> None:
        self.schema = schema
        # The same few questions are asked again and again, and checking one costs as much as
        # answering it from the database. What a query means depends on nothing but its text.
        self._read = lru_cache(maxsize=256)(self._read_anew)

    def read(self) -> dict[str, Any]:
        """The query of the current request.

        Raises:
            BadQueryError: One fault per parameter that is unknown, stands twice or cannot be used.
        """
        return dict(self._read(this_request().query_string))

    def _read_anew(self, text: bytes) -> dict[str, Any]:
        refuse_repeated_parameters()
        return self._load(request.args.to_dict())

    def _load(self, given: dict[str, str]) -> dict[str, Any]:
        try:
            loaded: dict[str, Any] = self.schema.load(given)
        except ValidationError as error:
            raise BadQueryError(
                "The query cannot be used; nothing was looked up.",
                *(self._named(fault) for fault in faults_of(messages_of(error))),
            ) from None
        return loaded

    def _named(self, fault: Fault) -> Fault:
        detail = fault.detail
        if detail == UNKNOWN_FIELD:
            known = sorted(field.data_key or name for name, field in self.schema.fields.items())
            detail = f"there is no such parameter; there are {', '.join(known) or 'none here'}"
        return Fault(f"?{fault.pointer.removeprefix('#/')}", detail)


class Api(flask_smorest.Api):
    """The description of the API; routes and the handling of errors are the application's own."""

    ERROR_SCHEMA = ProblemShape

    def describe(self, blueprint: Blueprint) -> None:
        """Describe the routes of a blueprint that the application has."""
        blueprint.register_views_in_doc(
            self, self._app, self.spec, name=blueprint.name, parameters=None
        )
        self.spec.tag({"name": blueprint.name, "description": blueprint.description})

    def _init_spec(self, **options: Any) -> None:
        """Leave the commands alone: flask-smorest's would take the place of ``flask openapi``."""
        commands = dict(self._app.cli.commands)
        super()._init_spec(**options)
        self._app.cli.commands = commands

    def _register_error_handlers(self) -> None:
        """Leave errors alone: flask-smorest would take those of the whole application."""


def refuse_nul() -> None:
    """Refuse an address with a NUL character: no name holds one, and PostgreSQL takes none.

    Raises:
        InvalidRequestError: The path or the query holds one.
    """
    asked = this_request()
    if "\x00" in asked.path or b"%00" in asked.query_string:
        raise InvalidRequestError("The address holds a NUL character (%00); leave it out.")


def refuse_repeated_parameters() -> None:
    """Refuse a query that says a thing twice: which of the two was meant cannot be known."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise BadQueryError(
            "The query says something twice; nothing was looked up.",
            *(Fault(f"?{name}", "stands more than once; say it once") for name in sorted(twice)),
        )
