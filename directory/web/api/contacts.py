"""Contacts: desks that answer, as JSON or as vCards; and organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response
from marshmallow import ValidationError, validates_schema

from directory.clock import AsOf, utc_now
from directory.contacts import past, queries
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
    dated_by,
    page_answer,
    record_answer,
)
from directory.web.api.base import Blueprint, PageQuery, QuerySchema
from directory.web.api.parameters import (
    as_of_instant,
    economy_name,
    function_name,
    language_tag,
    text_of,
)
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
    as_of = as_of_instant()

    @validates_schema
    def a_search_is_of_today(self, data: dict[str, Any], **kwargs: Any) -> None:
        """The index of names and numbers holds what is held now."""
        if data["q"] is not None and data["as_of"] is not None:
            raise ValidationError("finds what is held now; leave it out, or as_of", "q")


@blueprint.get("/contacts")
@allows(Permission.READ)
@blueprint.query(ContactQuery)
@blueprint.answers(ContactPage)
def contacts(query: dict[str, Any]) -> Response:
    """Contacts by economy in APEC's order, then by title; filters narrow the list."""
    at, as_of = utc_now(), query["as_of"]
    with reading() as directory:
        found = dated_answer(directory, at, lambda: _contacts(directory, at, **query))
        return dated_by(as_of, found)


def _contacts(
    directory: Reading,
    now: datetime,
    *,
    limit: int,
    page: str | None,
    q: str | None,
    as_of: AsOf | None,
    **query: Any,
) -> Page:
    then = directory.standpoint(as_of, now=now)
    if query["economy"] is not None:
        query["economy"] = economy_called(then.facts, query["economy"])
    if q is not None:
        query["ids"] = contacts_matching(directory.connection, directory.viewer, q)
    return past.contact_list(
        directory.connection,
        queries.ContactFilter(**query),
        viewer=directory.viewer,
        moment=then.moment,
        at=then.at,
        limit=limit,
        page=page,
    )


class AsOfQuery(QuerySchema):
    """By when it had been recorded."""

    as_of = as_of_instant()


@blueprint.get("/contacts/<uuid:contact_id>")
@allows(Permission.READ)
@blueprint.query(AsOfQuery)
@blueprint.answers(ContactView)
@blueprint.forms(VCARD)
def contact(query: dict[str, Any], contact_id: Any) -> Response:
    """One contact with its channels, holders and keys; `text/vcard` in `Accept` gives a vCard.

    `text/vcard; version=3.0` gives the older form that many telephones need.
    """
    form, now, as_of = chosen_form((JSON, *VCARDS)), utc_now(), query["as_of"]
    with reading() as directory:

        def stored() -> queries.DatedText:
            then = directory.standpoint(as_of, now=now)
            return past.contact(
                directory.connection,
                str(contact_id),
                viewer=directory.viewer,
                moment=then.moment,
                at=then.at,
            )

        if form == JSON:
            return dated_by(as_of, dated_answer(directory, now, stored))
        found, then = stored(), directory.standpoint(as_of, now=now)
        card = card_of(directory.connection, found, then.facts, VCARDS[form], at=then.at)
    response = answer(
        card.encode(),
        revision=found.revision,
        media_type=VCARD,
        behind=marked_in(found.text.encode()),
    )
    return dated_by(as_of, response)


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
