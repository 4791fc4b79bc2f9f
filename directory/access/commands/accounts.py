"""Accounts of partners, persons and services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from directory.access.commands.acting import close, open_account, open_partner, operating
from directory.access.commands.partners import add_partner
from directory.access.commands.roles import add_role
from directory.access.commands.tokens import add_token
from directory.access.errors import InvalidAccessError, SecondOperatorError, UnknownAccountError
from directory.access.models import accounts, partners
from directory.access.queries import open_partner_called
from directory.access.rules import USUAL_LIFE, AccountKind, Principal
from directory.access.schemas import AccountChangeSchema, AccountSchema, PartnerSchema, load
from directory.db import lock_out_writers
from directory.errors import Fault
from directory.ids import new_id
from directory.policy import Role, Tlp


def create_account(
    connection: Connection, body: Mapping[str, Any], *, actor: Principal, at: datetime
) -> str:
    """Make an account, which can do nothing before it has a role, and return its id.

    Raises:
        InvalidAccessError: Something in it cannot be used.
        UnknownPartnerError: There is no such partner.
        AccessConflictError: The partner is closed.
    """
    given = load(AccountSchema, body)
    operating(connection, actor)
    open_partner(connection, given["partner"])
    return _add_account(connection, given, actor.account, at=at)


def create_operator(
    connection: Connection, name: str, email: str, partner_name: str, *, at: datetime
) -> tuple[str, str]:
    """Make an operator from the machine itself, as whoever may open its database.

    Two operators so made are independent of each other: each can confirm what the other grants.

    Args:
        connection: A writing unit of work.
        name: The person.
        email: Where they can be reached.
        partner_name: Their agency; it becomes a partner where there is none of that name.
        at: The present instant.

    Returns:
        Id of the account, and its token.

    Raises:
        InvalidAccessError: Something in it cannot be used.
    """
    agency = load(PartnerSchema, {"name": partner_name, "clearance": Tlp.CLEAR.label})
    lock_out_writers(connection, partners)
    partner = open_partner_called(connection, agency["name"]) or add_partner(
        connection, agency, None, at=at
    )
    given = load(AccountSchema, {"partner": partner, "name": name, "email": email})
    account = _add_account(connection, given, None, at=at)
    add_role(connection, account, Role.OPERATOR, None, by=None, needs_confirmation=False, at=at)
    _, token = add_token(connection, account, by=None, life=USUAL_LIFE, at=at)
    return account, token


def alter_account(
    connection: Connection, account: str, body: Mapping[str, Any], *, actor: Principal
) -> None:
    """Correct how an account's person or service is called.

    Raises:
        UnknownAccountError: There is none.
        SecondOperatorError: It is of the operator's own partner.
        InvalidAccessError: Something in it cannot be used.
        AccessConflictError: It is closed.
    """
    given = load(AccountChangeSchema, body)
    operator = operating(connection, actor)
    held = open_account(connection, account)
    if operator.is_own_account(account):
        # Who is one person is told by name and address: whoever alters theirs could be two.
        raise SecondOperatorError(
            "How the accounts of your own partner are called, you do not decide. Ask an operator"
            " of another partner."
        )
    if held.account_kind == AccountKind.PERSON and given["email"] is None:
        raise InvalidAccessError(
            "This cannot be accepted; nothing was written.",
            Fault("#/email", "a person's account names an e-mail address"),
        )
    connection.execute(update(accounts).where(accounts.c.id == account).values(**given))


def close_account(connection: Connection, account: str, *, actor: Principal, at: datetime) -> None:
    """End an account at once, with its roles and tokens.

    Raises:
        UnknownAccountError: There is none.
        AccessConflictError: No operator would be left.
    """
    operating(connection, actor)
    close(connection, accounts, account, UnknownAccountError, at=at)


def _add_account(
    connection: Connection, given: Mapping[str, Any], actor: str | None, *, at: datetime
) -> str:
    account = new_id()
    connection.execute(
        accounts.insert().values(
            id=account, created_at=at, created_by=actor, **given, closed_at=None
        )
    )
    return account
