"""The kinds of contact records, as the log knows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from directory import names
from directory.changes.kinds import Kind, Noting, OnRetire, Reference
from directory.changes.schemas import given_by, loader
from directory.clock import CLOCKS_DIFFER, NOON, parse_instant
from directory.contacts import index, models, schemas
from directory.contacts.rules import languages
from directory.contacts.rules.tried import digest_of
from directory.contacts.rules.words import CheckMethod
from directory.db import json_list
from directory.documents import Document
from directory.errors import Fault
from directory.reference.kinds import day


def _organisation_columns(document: Document) -> dict[str, Any]:
    return {key: document[key] for key in ("slug", "economy", "parent")}


def _contact_columns(document: Document) -> dict[str, Any]:
    return {
        "organisation": document["organisation"],
        "economy": document["economy"],
        "posted_in": document["posted_in"],
        "covers": json_list(document["covers"]),
        "networks": json_list(document["networks"]),
        "functions": json_list(
            name for name, answer in document["functions"].items() if answer == "yes"
        ),
        "spoken": json_list({languages.spoken_code(tag) for tag in document["languages"]}),
        "sort_title": sort_title(document),
    }


def sort_title(document: Document) -> str:
    """The folded title of a contact, by which desks of one economy are listed."""
    return names.fold(names.in_english(document["title"]))


def _holder_columns(document: Document) -> dict[str, Any]:
    return {
        "contact": document["contact"],
        "from_date": day(document["from_date"]),
        "until_date": day(document["until_date"]),
    }


def _channel_columns(document: Document) -> dict[str, Any]:
    columns = {key: document[key] for key in ("contact", "medium", "position")}
    return columns | {"digest": digest_of(document)}


def _key_columns(document: Document) -> dict[str, Any]:
    return {key: document[key] for key in ("contact", "fingerprint")}


def _check_columns(document: Document) -> dict[str, Any]:
    return {
        "channel": document["channel"],
        "checked_at": document["checked_at"],
        "outcome": document["outcome"],
        "method": document["method"],
        "tried": document["tried"],
    }


def _check_to_come(document: Document, at: datetime) -> Iterator[Fault]:
    # One from the future would outlast every call of today.
    latest = at + CLOCKS_DIFFER
    if document["method"] == CheckMethod.CONFIRMATION:
        # A list dates its confirmations by the day, which stands for its noon.
        latest = max(latest, datetime.combine(at.date(), NOON))
    if parse_instant(document["checked_at"]) > latest:
        yield Fault("#/checked_at", "lies in the future")


def _upcast_check(document: Document, version: int) -> Document:
    # Version 2 knows confirmations: what version 1 could say is still said in the same way.
    # Version 3 notes what was tried; of an earlier check nobody knows, so it assures nobody.
    return document | {"tried": None}


_OF_A_CONTACT = Reference("contact", "contact", on_retire=OnRetire.CASCADE, same_owner=True)

ORGANISATION = Kind(
    name="organisation",
    table=models.organisations,
    load=loader(schemas.OrganisationSchema),
    given=given_by(schemas.OrganisationSchema),
    columns=_organisation_columns,
    references=(
        Reference("economy", "economy", "code"),
        Reference("parent", "organisation"),
    ),
    fixed=("slug",),
    unique="slug",
    follow=index.follow_names,
    forget=index.forget_names,
    derived=index.NAME_TABLES,
)
CONTACT = Kind(
    name="contact",
    table=models.contacts,
    load=loader(schemas.ContactSchema),
    given=given_by(schemas.ContactSchema),
    columns=_contact_columns,
    references=(
        Reference("organisation", "organisation"),
        Reference("economy", "economy", "code"),
        Reference("posted_in", "economy", "code"),
        Reference("covers", "economy", "code", many=True),
        Reference("networks", "network", "slug", many=True),
    ),
    follow=index.follow_names,
    forget=index.forget_names,
    derived=index.NAME_TABLES,
)
HOLDER = Kind(
    name="holder",
    table=models.holders,
    load=loader(schemas.HolderSchema),
    given=given_by(schemas.HolderSchema),
    columns=_holder_columns,
    references=(_OF_A_CONTACT,),
    fixed=("contact",),
    follow=index.follow_names,
    forget=index.forget_names,
    derived=index.NAME_TABLES,
)
CHANNEL = Kind(
    name="channel",
    table=models.channels,
    load=loader(schemas.ChannelSchema),
    given=given_by(schemas.ChannelSchema),
    columns=_channel_columns,
    references=(_OF_A_CONTACT,),
    fixed=("contact",),
    follow=index.follow_channels,
    forget=index.forget_channels,
    derived=(*index.NAME_TABLES, models.number_entries),
)
KEY = Kind(
    name="key",
    table=models.keys,
    load=loader(schemas.KeySchema),
    given=given_by(schemas.KeySchema),
    columns=_key_columns,
    references=(_OF_A_CONTACT,),
    fixed=("contact",),
)
CHECK = Kind(
    name="check",
    table=models.checks,
    load=loader(schemas.CheckSchema),
    given=given_by(schemas.CheckSchema),
    columns=_check_columns,
    # A check outlives its channel: that it failed is why the channel was retired.
    references=(Reference("channel", "channel", on_retire=OnRetire.KEEP, same_owner=True),),
    fixed=("channel", "checked_at"),
    noting=Noting("tried", "channel", "channel", digest_of),
    untimely=_check_to_come,
    version=3,
    upcast=_upcast_check,
)
