"""On whose behalf a command acts, decided while nobody else can change it.

Every command begins with one of these. They keep all other commands of access waiting, so that what
is decided on cannot move: two operators who each end the other do not both succeed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from directory.access.errors import (
    AccessConflictError,
    RoleNeededError,
    SecondOperatorError,
    UnknownAccountError,
    UnknownPartnerError,
)
from directory.access.models import accounts, grants, partners
from directory.access.queries import makers, named
from directory.access.rules import Made, Principal, is_their_own, lineage
from directory.db import lock_out_writers
from directory.errors import NotFoundError
from directory.policy import Role


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator at work.

    Attributes:
        account: Id of their account.
        known: Every account there ever was, and who made it.
    """

    account: str
    known: Mapping[str, Made]

    def is_own_partner(self, partner: str) -> bool:
        """Whether a partner is theirs, or that of somebody who made them."""
        return any(made.partner == partner for made in lineage(self.known, self.account))

    def is_own_account(self, account: str) -> bool:
        """Whether an account is of their own partner or person."""
        return is_their_own(self.known, self.account, self.known[account])

    def refuse_own_partner(self, partner: str, what: str) -> None:
        """Leave what concerns their own partner to an operator of another.

        Raises:
            SecondOperatorError: It is their own.
        """
        if self.is_own_partner(partner):
            raise SecondOperatorError(
                f"{what} Ask an operator of another partner, whom neither you nor anybody of"
                " yours has made."
            )


def operating(connection: Connection, actor: Principal) -> Operator:
    """Begin what takes an operator.

    Raises:
        RoleNeededError: The account is none, or has ceased to be one in the meantime.
    """
    lock_out_writers(connection, partners)
    if not _is_operator(connection, actor.account):
        raise RoleNeededError("Partners, accounts and tokens are kept by operators.")
    return Operator(actor.account, makers(connection))


def _is_operator(connection: Connection, account: str) -> bool:
    try:
        return Role.OPERATOR in named(connection, account).roles
    except UnknownAccountError:
        return False


def open_partner(connection: Connection, partner: str) -> Row[Any]:
    """A partner that is not closed.

    Raises:
        UnknownPartnerError: There is no such partner.
        AccessConflictError: It is closed.
    """
    row = connection.execute(select(partners).where(partners.c.id == partner)).one_or_none()
    if row is None:
        raise UnknownPartnerError(f"There is no partner {partner}.")
    if row.closed_at is not None:
        raise AccessConflictError("The partner is closed; make a new one.")
    return row


def open_account(connection: Connection, account: str) -> Row[Any]:
    """An account that is not closed, nor its partner.

    Raises:
        UnknownAccountError: There is no such account.
        AccessConflictError: It or its partner is closed.
    """
    row = connection.execute(select(accounts).where(accounts.c.id == account)).one_or_none()
    if row is None:
        raise UnknownAccountError(f"There is no account {account}.")
    if row.closed_at is not None:
        raise AccessConflictError("The account is closed; make a new one.")
    open_partner(connection, row.partner)
    return row


def close(
    connection: Connection, table: Any, row_id: str, error: type[NotFoundError], *, at: datetime
) -> None:
    """End a partner or an account; one that has ended already stays as it is.

    Raises:
        NotFoundError: There is none.
        AccessConflictError: No operator would be left.
    """
    found = connection.execute(select(table.c.id).where(table.c.id == row_id)).one_or_none()
    if found is None:
        raise error(f"There is no {table.name.removesuffix('s')} {row_id}.")
    connection.execute(
        update(table).where(table.c.id == row_id, table.c.closed_at.is_(None)).values(closed_at=at)
    )
    refuse_no_operator(connection)


def refuse_no_operator(connection: Connection) -> None:
    """Keep one operator at least; called after the change, which is undone with the unit of work.

    Raises:
        AccessConflictError: There is none any more.
    """
    operators = connection.scalars(
        select(grants.c.account).where(
            grants.c.role == str(Role.OPERATOR), grants.c.revoked_at.is_(None)
        )
    )
    if not any(_is_operator(connection, account) for account in set(operators)):
        raise AccessConflictError(
            "No operator would be left. Make another first, with flask --app wsgi access operator"
            " create."
        )
