"""Lists of contacts to take along as files, and the register of those that were taken."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from directory.clock import utc_now
from directory.meetings.lists import listing, register
from directory.meetings.lists.export import FORMS
from directory.policy import Viewer
from directory.reference.facts import Facts
from directory.web.answers import answer, file_answer, page_answer
from directory.web.api.base import Blueprint, PageQuery, QuerySchema
from directory.web.api.list_shapes import ExportPage, ListPage
from directory.web.api.parameters import text_of
from directory.web.auth import Permission, allows
from directory.web.context import Reading, account_of, reading, running, writing

blueprint = Blueprint("lists", __name__, description="Lists of contacts to take along")


class ListQuery(QuerySchema):
    """Which part of a list to take along."""

    economy = text_of(
        "An economy, by its code or any name it goes by; or the codes of several, with commas"
        " between: `TW,JP`.",
        200,
    )


@blueprint.get("/lists")
@allows(Permission.READ)
@blueprint.query(PageQuery)
@blueprint.answers(ListPage)
def lists(query: dict[str, Any]) -> Response:
    """The lists that can be taken along: those of networks, then those of meetings, by slug."""
    with reading() as directory:
        viewer, facts = _taker(directory)
        found = listing.lists(directory.connection, viewer=viewer, facts=facts, **query)
    return answer(found.page.json().encode(), behind=found.records)


@blueprint.get("/lists/<string:slug>.xlsx")
@allows(Permission.READ)
@blueprint.query(ListQuery)
@blueprint.gives(FORMS["xlsx"][0], "The list, valid until the date that stands in it.")
def list_as_xlsx(query: dict[str, Any], slug: str) -> Response:
    """The list of a network or meeting as an Excel workbook, to correct and bring back.

    A network's holds the contacts designated for it, a meeting's those of all economies. That it
    was taken along is entered in the register. Records marked RED stand in no list.
    """
    return _taken(slug, "xlsx", **query)


@blueprint.get("/lists/<string:slug>.csv")
@allows(Permission.READ)
@blueprint.query(ListQuery)
@blueprint.gives(FORMS["csv"][0], "The list, valid until the date that stands in it.")
def list_as_csv(query: dict[str, Any], slug: str) -> Response:
    """The list of a network or meeting as text with commas, to correct and bring back.

    The same as the workbook, without its drop-downs and instructions.
    """
    return _taken(slug, "csv", **query)


@blueprint.get("/exports")
@allows(Permission.ACCOUNT)
@blueprint.query(PageQuery)
@blueprint.answers(ExportPage)
def exports(query: dict[str, Any]) -> Response:
    """The register of lists that were taken along, the newest first.

    Those of your own partner; an auditor sees every partner's. Which records stood in a list is
    told to whoever took it and to auditors.
    """
    with reading() as directory:
        return page_answer(
            register.exports(
                directory.connection,
                viewer=directory.viewer,
                actor=account_of(directory),
                **query,
            )
        )


def _taken(slug: str, form: str, *, economy: str | None) -> Response:
    """A list as a file, entered in the register before it leaves."""
    at = utc_now()
    with reading() as directory:
        viewer, facts = _taker(directory)
        taken = listing.list_called(
            directory.connection,
            slug,
            economies=listing.economies_named(facts, economy),
            viewer=viewer,
            facts=facts,
            at=at,
        )
    media_type, write = FORMS[form]
    body = write(taken)
    response = file_answer(
        body, name=f"{slug}-{at:%Y-%m-%d}.{form}", media_type=media_type, behind=taken.records
    )
    # Whoever asks for the headers alone takes nothing along.
    if request.method != "HEAD":
        with writing() as unit:
            register.register_export(unit.connection, taken, form, body, actor=unit.principal)
    return response


def _taker(directory: Reading) -> tuple[Viewer, Facts]:
    """Whoever asks, as lists see for them, and the reference data that stands in their lists."""
    viewer = listing.taken_along(directory.viewer)
    return viewer, running().memory.facts(directory.connection, viewer)
