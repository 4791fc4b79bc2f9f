"""Accounts and tokens, put straight into their tables."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from directory.access.models import accounts, grants, partners, tokens
from directory.access.rules import digest_of, hint_of, new_token
from directory.clock import utc_now
from directory.db import Database
from directory.policy import Tlp


def reader(
    database: Database,
    name: str = "reader",
    *,
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> str:
    """The token of a fresh reader."""
    token, now = new_token(), utc_now()
    with database.writing() as connection:
        connection.execute(
            insert(partners).values(
                id=f"partner-{name}",
                name=name,
                clearance=Tlp.CLEAR,
                needs_purpose=False,
                created_at=now,
            )
        )
        connection.execute(
            insert(accounts).values(
                id=f"account-{name}",
                partner=f"partner-{name}",
                account_kind="service",
                name=name,
                created_at=now,
            )
        )
        connection.execute(
            insert(grants).values(
                id=f"grant-{name}",
                account=f"account-{name}",
                role="reader",
                granted_at=now,
                needs_confirmation=False,
            )
        )
        connection.execute(
            insert(tokens).values(
                id=f"token-{name}",
                account=f"account-{name}",
                digest=digest_of(token),
                hint=hint_of(token),
                issued_at=now,
                expires_at=expires_at or now + timedelta(days=90),
                revoked_at=revoked_at,
            )
        )
    return token
