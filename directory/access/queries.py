"""Whose token it is, who made whom, and what operators see of it all."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, LargeBinary, Row, Table, and_, bindparam, or_, select
from sqlalchemy.sql import Select

from directory.access.errors import (
    UnknownAccountError,
    UnknownPartnerError,
    UnknownTokenError,
)
from directory.access.models import accounts, grants, partners, tokens
from directory.access.rules import TOKEN, AccountKind, Granted, Made, Principal, digest_of
from directory.clock import format_instant, parse_instant
from directory.db import Instant, is_one_of, json_list
from directory.documents import Document
from directory.errors import NotFoundError, UnauthenticatedError
from directory.names import fold
from directory.pages import Page, after, bad_page, page_of, read_page
from directory.policy import Role, Tlp, Viewer
from directory.prepared import Prepared

_IN_FORCE = and_(
    grants.c.revoked_at.is_(None),
    or_(grants.c.needs_confirmation.is_(False), grants.c.confirmed_at.is_not(None)),
)
_OPEN = and_(accounts.c.closed_at.is_(None), partners.c.closed_at.is_(None))


def _principals(*more: Any) -> Select[Any]:
    return select(
        accounts.c.id,
        accounts.c.account_kind,
        partners.c.id,
        partners.c.organisation,
        partners.c.economy,
        partners.c.clearance,
        partners.c.needs_purpose,
        grants.c.role,
        grants.c.economy,
        *more,
    )


# One row for each role in force. Everything that ends a token stands in the query, so that one
# that was never issued, has expired or was revoked takes the same way to the same answer.
_BY_TOKEN = Prepared(
    _principals(tokens.c.id, tokens.c.digest, tokens.c.expires_at)
    .join(accounts, accounts.c.id == tokens.c.account)
    .join(partners, partners.c.id == accounts.c.partner)
    .outerjoin(grants, and_(grants.c.account == accounts.c.id, _IN_FORCE))
    .where(
        tokens.c.digest == bindparam("digest", type_=LargeBinary),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > bindparam("at", type_=Instant),
        _OPEN,
    )
)


def holder_of(connection: Connection, token: str, *, at: datetime) -> Principal:
    """The account whose token this is.

    Raises:
        UnauthenticatedError: The token is malformed, unknown, expired or revoked, or its account
            or partner is closed: all of them look the same.
    """
    digest = digest_of(token)
    rows = _BY_TOKEN.rows(connection, {"digest": digest, "at": at})
    # Found by an index over the hashes of random secrets, whose timing tells nothing of a secret;
    # the hashes are compared once more in constant time.
    if (
        TOKEN.match(token) is None
        or not rows
        or not hmac.compare_digest(bytes(rows[0][10]), digest)
    ):
        raise UnauthenticatedError(
            "The token is not valid. Ask an operator of the directory that gave it for another one."
        )
    expires_at = rows[0][11]
    return _principal(
        rows,
        token=rows[0][9],
        expires_at=datetime.fromisoformat(expires_at)
        if isinstance(expires_at, str)
        else expires_at,
    )


def named(connection: Connection, name: str) -> Principal:
    """An open account by its id, or by its name where no other has it; for the command line.

    Raises:
        UnknownAccountError: There is none, or more than one is called that.
    """
    rows = connection.execute(
        _principals()
        .join(partners, partners.c.id == accounts.c.partner)
        .outerjoin(grants, and_(grants.c.account == accounts.c.id, _IN_FORCE))
        .where(or_(accounts.c.id == name, accounts.c.name == name), _OPEN)
    ).all()
    if not rows:
        raise UnknownAccountError(f"There is no open account {name!r}.")
    _refuse_several({row[0] for row in rows}, name)
    return _principal(rows)


def _refuse_several(ids: Collection[str], name: str) -> None:
    if len(ids) > 1:
        raise UnknownAccountError(f"Several accounts are called {name!r}; name one by its id.")


def _principal(
    rows: Sequence[Row[Any]] | Sequence[Sequence[Any]],
    *,
    token: str | None = None,
    expires_at: datetime | None = None,
) -> Principal:
    first = rows[0]
    return Principal(
        account=first[0],
        account_kind=AccountKind(first[1]),
        partner=first[2],
        organisation=first[3],
        economy=first[4],
        clearance=Tlp(first[5]),
        needs_purpose=bool(first[6]),
        granted=frozenset(Granted(Role(row[7]), row[8]) for row in rows if row[7] is not None),
        token=token,
        expires_at=expires_at,
    )


def makers(connection: Connection) -> dict[str, Made]:
    """Every account there ever was, with those who made it what it is."""
    by: dict[str, set[str]] = {}
    for column, maker in (
        (accounts.c.id, accounts.c.created_by),
        (grants.c.account, grants.c.granted_by),
        (grants.c.account, grants.c.confirmed_by),
        (tokens.c.account, tokens.c.issued_by),
    ):
        for account, who in connection.execute(select(column, maker).where(maker.is_not(None))):
            if who != account:
                by.setdefault(account, set()).add(who)
    return {
        row.id: Made(
            row.id,
            AccountKind(row.account_kind),
            row.partner,
            row.name,
            row.email,
            frozenset(by.get(row.id, ())),
        )
        for row in connection.execute(select(accounts))
    }


class Uses(Protocol):
    """Where it is kept when tokens were last used."""

    def of(self, token_ids: Iterable[str]) -> Mapping[str, datetime]:
        """When each of some tokens was last used, as far as it ever was."""


def oneself(connection: Connection, principal: Principal, viewer: Viewer) -> Document:
    """What an account is told of itself: its roles in force, and what it may see just now."""
    own = _row(connection, accounts, principal.account, UnknownAccountError)
    agency = partner(connection, principal.partner)
    return {
        **{key: own[key] for key in ("id", "name", "email", "account_kind")},
        "partner": {
            key: agency[key] for key in ("id", "name", "organisation", "economy", "needs_purpose")
        },
        "roles": [
            {"role": granted.role, "economy": granted.economy}
            for granted in sorted(principal.granted, key=lambda one: (one.role, one.economy or ""))
        ],
        "clearance": None if viewer.clearance is None else viewer.clearance.label,
        "networks": sorted(viewer.networks),
        "token": {
            "id": principal.token,
            "expires_at": principal.expires_at and format_instant(principal.expires_at),
        },
    }


def partner(connection: Connection, partner_id: str) -> Document:
    """One partner, open or closed.

    Raises:
        UnknownPartnerError: There is none.
    """
    return _partner_view(_row(connection, partners, partner_id, UnknownPartnerError))


def partner_list(connection: Connection, *, limit: int, page: str | None) -> Page:
    """The partners by name, the closed ones too."""
    statement = select(partners).order_by(partners.c.name, partners.c.id)
    if page is not None:
        statement = statement.where(after((partners.c.name, partners.c.id), _name_key(page)))
    rows = connection.execute(statement.limit(limit + 1)).mappings().all()
    return _page((_partner_view(dict(row)) for row in rows), limit, "name")


def open_partner_called(connection: Connection, name: str) -> str | None:
    """Id of the open partner of a name, however that is spelt; None where there is none."""
    rows = connection.execute(
        select(partners.c.id, partners.c.name).where(partners.c.closed_at.is_(None))
    )
    return next((row.id for row in rows if fold(row.name) == fold(name)), None)


def account(connection: Connection, account_id: str) -> Document:
    """One account with all the roles it has or had, open or closed.

    Raises:
        UnknownAccountError: There is none.
    """
    row = _row(connection, accounts, account_id, UnknownAccountError)
    return _account_view(row, _roles(connection, [account_id]))


def account_called(connection: Connection, name: str) -> str:
    """The id of an account by its id or name; one that is closed only where none is open.

    Raises:
        UnknownAccountError: There is none, or more than one is called that.
    """
    is_it = or_(accounts.c.id == name.lower(), accounts.c.name == name)
    rows = connection.execute(select(accounts.c.id, accounts.c.closed_at).where(is_it)).all()
    ids = [row.id for row in rows if row.closed_at is None] or [row.id for row in rows]
    if not ids:
        raise UnknownAccountError(f"There is no account {name!r}.")
    _refuse_several(ids, name)
    return str(ids[0])


def account_list(
    connection: Connection, *, of_partner: str | None, limit: int, page: str | None
) -> Page:
    """The accounts by name, of one partner or of all, the closed ones too."""
    statement = select(accounts).order_by(accounts.c.name, accounts.c.id)
    if of_partner is not None:
        statement = statement.where(accounts.c.partner == of_partner)
    if page is not None:
        statement = statement.where(after((accounts.c.name, accounts.c.id), _name_key(page)))
    rows = connection.execute(statement.limit(limit + 1)).mappings().all()
    roles = _roles(connection, [row["id"] for row in rows])
    return _page((_account_view(dict(row), roles) for row in rows), limit, "name")


def token(connection: Connection, token_id: str, *, uses: Uses) -> Document:
    """One token without its secret, in force or ended.

    Raises:
        UnknownTokenError: There is none.
    """
    row = _row(connection, tokens, token_id, UnknownTokenError)
    return _token_view(row, uses.of([token_id]))


def token_list(
    connection: Connection, *, of_account: str, uses: Uses, limit: int, page: str | None
) -> Page:
    """The tokens of an account in the order in which they were issued, the ended ones too."""
    statement = (
        select(tokens)
        .where(tokens.c.account == of_account)
        .order_by(tokens.c.issued_at, tokens.c.id)
    )
    if page is not None:
        issued_at, token_id = read_page(page, str, str)
        try:
            key = [parse_instant(issued_at), token_id]
        except ValueError:
            raise bad_page() from None
        statement = statement.where(after((tokens.c.issued_at, tokens.c.id), key))
    rows = connection.execute(statement.limit(limit + 1)).mappings().all()
    used = uses.of([row["id"] for row in rows])
    return _page((_token_view(dict(row), used) for row in rows), limit, "issued_at")


def _row(
    connection: Connection, table: Table, row_id: str, error: type[NotFoundError]
) -> Mapping[str, Any]:
    row = connection.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
    if row is None:
        raise error(f"There is no {table.name.removesuffix('s')} {row_id}.")
    return dict(row)


def _roles(connection: Connection, account_ids: Iterable[str]) -> dict[str, list[Document]]:
    rows = connection.execute(
        select(grants)
        .where(is_one_of(grants.c.account, bindparam("accounts")))
        .order_by(grants.c.granted_at, grants.c.id),
        {"accounts": json_list(account_ids)},
    )
    found: dict[str, list[Document]] = {}
    for row in rows.mappings():
        found.setdefault(row["account"], []).append(_told(dict(row), without=("account",)))
    return found


def _partner_view(row: Mapping[str, Any]) -> Document:
    return _told(row) | {"clearance": Tlp(row["clearance"]).label}


def _account_view(row: Mapping[str, Any], roles: Mapping[str, list[Document]]) -> Document:
    return _told(row) | {"roles": roles.get(row["id"], [])}


def _token_view(row: Mapping[str, Any], used: Mapping[str, datetime]) -> Document:
    last = used.get(row["id"])
    return _told(row, without=("digest",)) | {
        "last_used_at": None if last is None else format_instant(last)
    }


def _told(row: Mapping[str, Any], without: Sequence[str] = ()) -> Document:
    return {
        str(name): format_instant(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in without
    }


def _name_key(page: str) -> list[Any]:
    return read_page(page, str, str)


def _page(views: Iterable[Document], limit: int, key: str) -> Page:
    rows = [(orjson.dumps(view).decode(), view[key], view["id"]) for view in views]
    return page_of(rows, limit, lambda row: [row[1], row[2]])
