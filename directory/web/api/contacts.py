"""Contacts: desks that answer, as JSON or as vCards; and organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from directory.clock import utc_now
from directory.contacts import queries
from directory.contacts.finding import card_of, contacts_matching
from directory.contacts.rules.vcard import Version
from directory.pages import Page
from directory.readings.rules import marked_in
from directory.reference.aliases import economy_called
from directory.web.answers import (
    JSON,
    answer,
    chosen_form,
    dated_answer,
    page_answer,
    record_answer,
)
from directory.web.api.base import Blueprint, PageQuery, QuerySchema
from directory.web.api.parameters import economy_name, function_name, language_tag, text_of
from directory.web.api.shapes import ContactPage, ContactView, OrganisationPage, OrganisationView
from directory.web.auth import Permission, allows
from directory.web.context import Reading, reading

blueprint = Blueprint("contacts", __name__, description="Desks that answer, and their agencies")

VCARD = "text/vcard"
VCARDS: dict[str, Version] = {
    VCARD: "4.0",
    f"{VCARD};version=4.0": "4.0",
    f"{VCARD};version=3.0": "3.0",
}


class ContactQuery(PageQuery):
    """What the contacts of a list have in common."""

    economy = economy_name(load_default=None)
    network = text_of("The slug of a network they are designated for.", 80)
    function = function_name()
    language = language_tag()
    organisation = text_of("The id or slug of their organisation.", 80)
    q = text_of("A name, an address or digits of a number to find them by.", 200)


@blueprint.get("/contacts")
@allows(Permission.READ)
@blueprint.query(ContactQuery)
@blueprint.answers(ContactPage)
def contacts(query: dict[str, Any]) -> Response:
    """Contacts by economy in APEC's order, then by title; filters narrow the list."""
    at = utc_now()
    with reading() as directory:
        return dated_answer(directory, at, lambda: _contacts(directory, at, **query))


def _contacts(
    directory: Reading, at: datetime, *, limit: int, page: str | None, q: str | None, **query: Any
) -> Page:
    if query["economy"] is not None:
        query["economy"] = economy_called(directory.facts, query["economy"])
    if q is not None:
        query["ids"] = contacts_matching(directory.connection, directory.viewer, q)
    return queries.contact_list(
        directory.connection,
        queries.ContactFilter(**query),
        viewer=directory.viewer,
        at=at,
        limit=limit,
        page=page,
    )


@blueprint.get("/contacts/<uuid:contact_id>")
@allows(Permission.READ)
@blueprint.query(QuerySchema)
@blueprint.answers(ContactView)
@blueprint.forms(VCARD)
def contact(query: dict[str, Any], contact_id: Any) -> Response:
    """One contact with its channels, holders and keys; `text/vcard` in `Accept` gives a vCard.

    `text/vcard; version=3.0` gives the older form that many telephones need.
    """
    form, at = chosen_form((JSON, *VCARDS)), utc_now()
    with reading() as directory:

        def stored() -> queries.DatedText:
            return queries.contact(
                directory.connection, str(contact_id), viewer=directory.viewer, at=at
            )

        if form == JSON:
            return dated_answer(directory, at, stored)
        found = stored()
        card = card_of(directory.connection, found, directory.facts, VCARDS[form], at=at)
    return answer(
        card.encode(),
        revision=found.revision,
        media_type=VCARD,
        behind=marked_in(found.text.encode()),
    )


class OrganisationQuery(PageQuery):
    """What the organisations of a list have in common."""

    economy = economy_name(load_default=None)


@blueprint.get("/organisations")
@allows(Permission.READ)
@blueprint.query(OrganisationQuery)
@blueprint.answers(OrganisationPage)
def organisations(query: dict[str, Any]) -> Response:
    """Organisations by slug."""
    with reading() as directory:
        if query["economy"] is not None:
            query["economy"] = economy_called(directory.facts, query["economy"])
        return page_answer(
            queries.organisation_list(directory.connection, viewer=directory.viewer, **query)
        )


@blueprint.get("/organisations/<string:name>")
@allows(Permission.READ)
@blueprint.query(QuerySchema)
@blueprint.answers(OrganisationView)
def organisation(query: dict[str, Any], name: str) -> Response:
    """One organisation, by slug or id."""
    with reading() as directory:
        return record_answer(
            queries.organisation(directory.connection, name, viewer=directory.viewer)
        )
