"""Economies in APEC's order, their contacts, and what was said of them."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, request

from directory.clock import utc_now
from directory.contacts.past import contacts_of
from directory.reference.aliases import AmbiguousEconomyError, economy_called
from directory.reference.facts import Facts
from directory.reference.queries import economy_page, economy_view, statement_list
from directory.web.answers import answer, dated_answer, dated_by, page_answer, record_answer
from directory.web.api.base import PREFIX, Blueprint, PageQuery, QuerySchema
from directory.web.api.parameters import as_of_instant
from directory.web.api.shapes import (
    Candidates,
    ContactPage,
    EconomyPage,
    EconomyView,
    StatementPage,
)
from directory.web.auth import Permission, allows
from directory.web.context import reading

blueprint = Blueprint("economies", __name__, description="Economies, under their APEC names")


@blueprint.get("/economies")
@allows(Permission.READ)
@blueprint.query(QuerySchema)
@blueprint.answers(EconomyPage)
def economies(query: dict[str, Any]) -> Response:
    """The economies in APEC's order, guests last; the list is short and has one page."""
    with reading() as directory:
        return page_answer(economy_page(directory.facts))


class EconomyQuery(QuerySchema):
    """By when it had been recorded."""

    as_of = as_of_instant()


@blueprint.get("/economies/<string:code>")
@allows(Permission.READ)
@blueprint.query(EconomyQuery)
@blueprint.answers(EconomyView)
@blueprint.also(300, "The name may mean several.", Candidates)
@blueprint.also(308, "The name means this economy.")
def economy(query: dict[str, Any], code: str) -> Response:
    """One economy with its standing in networks, period by period.

    A name or alias redirects to the code; an ambiguous one lists the candidates.
    """
    with reading() as directory:
        facts = directory.standpoint(query["as_of"], now=utc_now()).facts
    if code not in facts.economies:
        return elsewhere(facts, code, "")
    return record_answer(economy_view(facts, code), as_of=query["as_of"])


class EconomyContactsQuery(PageQuery):
    """Which part of the list, and by when it had been recorded."""

    as_of = as_of_instant()


@blueprint.get("/economies/<string:code>/contacts")
@allows(Permission.READ)
@blueprint.query(EconomyContactsQuery)
@blueprint.answers(ContactPage)
@blueprint.also(300, "The name may mean several.", Candidates)
@blueprint.also(308, "The name means this economy.")
def economy_contacts(query: dict[str, Any], code: str) -> Response:
    """The contacts that answer for an economy, with their channels, holders and keys."""
    now, as_of = utc_now(), query.pop("as_of")
    with reading() as directory:
        then = directory.standpoint(as_of, now=now)
        if code not in then.facts.economies:
            return elsewhere(then.facts, code, "/contacts")
        found = dated_answer(
            directory,
            now,
            lambda: contacts_of(
                directory.connection,
                code,
                viewer=directory.viewer,
                moment=then.moment,
                at=then.at,
                **query,
            ),
        )
        return dated_by(as_of, found)


@blueprint.get("/economies/<string:code>/statements")
@allows(Permission.READ)
@blueprint.query(PageQuery)
@blueprint.answers(StatementPage)
@blueprint.also(300, "The name may mean several.", Candidates)
@blueprint.also(308, "The name means this economy.")
def economy_statements(query: dict[str, Any], code: str) -> Response:
    """What was said of an economy, by date, each with what superseded it since."""
    with reading() as directory:
        if code not in directory.facts.economies:
            return elsewhere(directory.facts, code, "/statements")
        return page_answer(
            statement_list(directory.connection, code, viewer=directory.viewer, **query)
        )


def elsewhere(facts: Facts, name: str, rest: str) -> Response:
    """Send an asker who used a name to the code, or list what the name may mean."""
    try:
        code = economy_called(facts, name)
    except AmbiguousEconomyError as error:
        response = answer(
            orjson.dumps(
                {
                    "detail": error.detail,
                    "candidates": [
                        {
                            "code": candidate.code,
                            "name": candidate.name,
                            "also": candidate.also,
                            "href": f"{PREFIX}/economies/{candidate.code}{rest}",
                        }
                        for candidate in error.candidates
                    ],
                }
            ),
            behind=[facts.economies[candidate.code] for candidate in error.candidates],
        )
        if response.status_code == 200:
            response.status_code = 300
        return response
    asked = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return Response(status=308, headers={"Location": f"{PREFIX}/economies/{code}{rest}{asked}"})
