"""Partners with accounts and tokens, put into the tables as they stand after all ceremony."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select

from directory.access.models import accounts, grants, partners, tokens
from directory.access.rules import AccountKind, digest_of, hint_of, new_token
from directory.policy import Role, Tlp

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
Granted = Role | tuple[Role, str]
"""A role, or an editor's with the economy whose records it is for."""


def account(
    connection: Connection,
    *,
    partner: str = "partner",
    economy: str | None = None,
    organisation: str | None = None,
    clearance: Tlp = Tlp.AMBER,
    needs_purpose: bool = False,
    roles: Sequence[Granted] = (Role.READER,),
    kind: AccountKind = AccountKind.PERSON,
    at: datetime = MADE_AT,
) -> tuple[str, str]:
    """Make an account of a partner, which is made with the first.

    Args:
        connection: A writing unit of work.
        partner: Id and name of the partner; what else is said of it holds for the first account.
        economy: The partner's.
        organisation: Id of the partner's.
        clearance: The partner's.
        needs_purpose: Whether the partner's accounts must say what they read for.
        roles: All in force.
        kind: Whether a person or a service stands behind the account.
        at: When everything was made; the token holds for ten years.

    Returns:
        The account's id and its token.
    """
    if connection.scalar(select(partners.c.id).where(partners.c.id == partner)) is None:
        connection.execute(
            insert(partners).values(
                id=partner,
                name=partner,
                organisation=organisation,
                economy=economy,
                clearance=int(clearance),
                needs_purpose=needs_purpose,
                created_at=at,
            )
        )
    made, token = str(uuid.uuid4()), new_token()
    connection.execute(
        insert(accounts).values(
            id=made,
            partner=partner,
            account_kind=str(kind),
            name=f"account {made}",
            email=f"{made}@accounts.example" if kind is AccountKind.PERSON else None,
            created_at=at,
        )
    )
    for granted in roles:
        role, of_economy = granted if isinstance(granted, tuple) else (granted, None)
        connection.execute(
            insert(grants).values(
                id=str(uuid.uuid4()),
                account=made,
                role=str(role),
                economy=of_economy,
                granted_at=at,
                needs_confirmation=False,
            )
        )
    connection.execute(
        insert(tokens).values(
            id=str(uuid.uuid4()),
            account=made,
            digest=digest_of(token),
            hint=hint_of(token),
            issued_at=at,
            expires_at=at + timedelta(days=3650),
        )
    )
    return made, token
