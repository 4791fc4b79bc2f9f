"""Partners: agencies that use the directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select, update

from directory.access.commands.acting import close, open_partner, operating
from directory.access.errors import AccessConflictError, InvalidAccessError, UnknownPartnerError
from directory.access.models import partners
from directory.access.rules import Principal
from directory.access.schemas import PartnerSchema, load
from directory.changes.kinds import Kinds
from directory.changes.queries import records
from directory.errors import Fault
from directory.ids import new_id
from directory.names import fold
from directory.policy import Tlp, Viewer, viewer_parameters, visible


def create_partner(
    connection: Connection,
    kinds: Kinds,
    body: Mapping[str, Any],
    *,
    actor: Principal,
    viewer: Viewer,
    at: datetime,
) -> str:
    """Make a partner and return its id.

    Args:
        connection: A writing unit of work.
        kinds: The registered kinds of record.
        body: What was sent.
        actor: The operator.
        viewer: What the operator may see: nothing else can be named.
        at: The present instant.

    Raises:
        InvalidAccessError: Something in it cannot be used.
        AccessConflictError: There is such a partner already.
    """
    given = load(PartnerSchema, body)
    operating(connection, actor)
    _refuse_unseen(connection, kinds, given, viewer)
    return add_partner(connection, given, actor.account, at=at)


def add_partner(
    connection: Connection, given: Mapping[str, Any], actor: str | None, *, at: datetime
) -> str:
    """Write a new partner whose fields have been checked.

    Raises:
        AccessConflictError: There is such a partner already.
    """
    _refuse_double(connection, given, None)
    partner = new_id()
    connection.execute(
        partners.insert().values(
            id=partner, created_at=at, created_by=actor, **_columns(given), closed_at=None
        )
    )
    return partner


def alter_partner(
    connection: Connection,
    kinds: Kinds,
    partner: str,
    body: Mapping[str, Any],
    *,
    actor: Principal,
    viewer: Viewer,
) -> None:
    """Put something else in the place of what is said of a partner; in force at once.

    Raises:
        UnknownPartnerError: There is none.
        SecondOperatorError: It is the operator's own.
        InvalidAccessError: Something in it cannot be used.
        AccessConflictError: It is closed, or another is called that.
    """
    given = load(PartnerSchema, body)
    operator = operating(connection, actor)
    held = open_partner(connection, partner)
    operator.refuse_own_partner(
        partner, "What your own partner may see and who it is, you do not decide."
    )
    if (given["organisation"], given["economy"]) != (held.organisation, held.economy):
        _refuse_unseen(connection, kinds, given, viewer)
    _refuse_double(connection, given, partner)
    connection.execute(update(partners).where(partners.c.id == partner).values(**_columns(given)))


def close_partner(connection: Connection, partner: str, *, actor: Principal, at: datetime) -> None:
    """End a partner, and with it all its accounts, at once.

    Raises:
        UnknownPartnerError: There is none.
        AccessConflictError: No operator would be left.
    """
    operating(connection, actor)
    close(connection, partners, partner, UnknownPartnerError, at=at)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**given, "clearance": int(Tlp.from_label(given["clearance"]))}


def _refuse_unseen(
    connection: Connection, kinds: Kinds, given: Mapping[str, Any], viewer: Viewer
) -> None:
    """Refuse what the operator cannot see, exactly as what does not exist."""
    faults = []
    organisation, economy = given["organisation"], given["economy"]
    if organisation is not None:
        seen = records(connection, kinds["organisation"], [organisation], viewer=viewer)
        if not seen:
            faults.append(Fault("#/organisation", "there is no such organisation"))
        elif economy not in {None, orjson.loads(seen[organisation])["economy"]}:
            faults.append(Fault("#/economy", "is not the organisation's"))
    if economy is not None and not is_an_economy(connection, kinds, economy, viewer):
        faults.append(Fault("#/economy", "there is no such economy"))
    if faults:
        raise InvalidAccessError("This cannot be accepted; nothing was written.", *faults)


def is_an_economy(connection: Connection, kinds: Kinds, code: str, viewer: Viewer) -> bool:
    """Whether an operator can see a live economy with this code."""
    table = kinds["economy"].table
    found = connection.execute(
        select(table.c.id).where(
            table.c.code == bindparam("code"), table.c.retired_at.is_(None), visible(table)
        ),
        {"code": code, **viewer_parameters(viewer)},
    )
    return found.first() is not None


def _refuse_double(connection: Connection, given: Mapping[str, Any], partner: str | None) -> None:
    """An agency is one partner: a second would be a way around what the first may not do."""
    others = connection.execute(
        select(partners.c.id, partners.c.name, partners.c.organisation).where(
            partners.c.closed_at.is_(None)
        )
    )
    for other in others:
        if other.id == partner:
            continue
        if fold(other.name) == fold(given["name"]):
            raise AccessConflictError(f"A partner is called {other.name} already.")
        if given["organisation"] is not None and other.organisation == given["organisation"]:
            raise AccessConflictError(f"The organisation is the partner {other.name} already.")
