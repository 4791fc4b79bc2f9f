"""The kinds of reference records, as the log knows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from directory.changes.kinds import Kind, OnRetire, Reference
from directory.changes.schemas import given_by, loader
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.errors import Fault
from directory.reference import models, schemas


def day(text: str | None) -> date | None:
    """A document's date as a typed column holds it."""
    return None if text is None else date.fromisoformat(text)


def _economy_columns(document: Document) -> dict[str, Any]:
    return {"code": document["code"], "apec_order": document["apec_order"]}


def _network_columns(document: Document) -> dict[str, Any]:
    return {"slug": document["slug"], "economy": document["economy"]}


def _upcast_network(document: Document, version: int) -> Document:
    """Shape 1 did not know of changes that take two people."""
    return document | {"two_people": False}


def _membership_columns(document: Document) -> dict[str, Any]:
    return {
        "economy": document["economy"],
        "network": document["network"],
        "status": document["status"],
        "from_date": day(document["from_date"]),
        "until_date": day(document["until_date"]),
        "via": document["via"],
    }


def _statement_columns(document: Document) -> dict[str, Any]:
    return {
        "economy": document["economy"],
        "said_on": day(document["said_on"]),
        "meeting": document["meeting"],
        "supersedes": json_list(document["supersedes"]),
    }


def no_overlapping_memberships(connection: Connection, changed: Sequence[str]) -> Iterable[Fault]:
    """One economy has one standing in one network on one day."""
    mine, other = models.memberships.alias("mine"), models.memberships.alias("other")
    first_day, last_day = date.min, date.max
    found = connection.execute(
        select(mine.c.id, mine.c.economy, mine.c.network, other.c.from_date, other.c.until_date)
        .join(
            other,
            and_(
                other.c.economy == mine.c.economy,
                other.c.network == mine.c.network,
                other.c.id != mine.c.id,
            ),
        )
        .where(
            is_one_of(mine.c.id, bindparam("changed")),
            mine.c.retired_at.is_(None),
            other.c.retired_at.is_(None),
            func.coalesce(mine.c.from_date, first_day)
            < func.coalesce(other.c.until_date, last_day),
            func.coalesce(other.c.from_date, first_day)
            < func.coalesce(mine.c.until_date, last_day),
        ),
        {"changed": json_list(changed)},
    )
    for row in found:
        period = f"{row.from_date or 'the beginning'} to {row.until_date or 'further notice'}"
        yield Fault(
            f"membership/{row.id}#/from_date",
            f"{row.economy} has a membership in {row.network} from {period} already;"
            " two standings cannot hold on one day",
        )


ECONOMY = Kind(
    name="economy",
    table=models.economies,
    load=loader(schemas.EconomySchema),
    given=given_by(schemas.EconomySchema),
    columns=_economy_columns,
    fixed=("code",),
    unique="code",
    is_judged_against_all=True,
)
NETWORK = Kind(
    name="network",
    table=models.networks,
    load=loader(schemas.NetworkSchema),
    given=given_by(schemas.NetworkSchema),
    columns=_network_columns,
    references=(Reference("economy", "economy", "code"),),
    fixed=("slug",),
    unique="slug",
    version=2,
    upcast=_upcast_network,
    is_judged_against_all=True,
)
MEMBERSHIP = Kind(
    name="membership",
    table=models.memberships,
    load=loader(schemas.MembershipSchema),
    given=given_by(schemas.MembershipSchema),
    columns=_membership_columns,
    references=(
        Reference("economy", "economy", "code"),
        Reference("network", "network", "slug"),
        Reference("via", "contact"),
    ),
    fixed=("economy", "network"),
    rule=no_overlapping_memberships,
    is_judged_against_all=True,
)
STATEMENT = Kind(
    name="statement",
    table=models.statements,
    load=loader(schemas.StatementSchema),
    given=given_by(schemas.StatementSchema),
    columns=_statement_columns,
    references=(
        Reference("economy", "economy", "code"),
        Reference("meeting", "meeting", "slug"),
        Reference("supersedes", "statement", many=True, on_retire=OnRetire.KEEP),
    ),
    fixed=("economy",),
)
SHARED_REFERENCES = (
    Reference("audience", "network", "slug", many=True),
    Reference("source/meeting", "meeting", "slug", on_retire=OnRetire.KEEP),
)
