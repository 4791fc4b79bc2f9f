"""Partners, accounts, roles and tokens: kept by operators; everyone has a look at themselves."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from directory.access import queries
from directory.access.commands import accounts as account_commands
from directory.access.commands import partners as partner_commands
from directory.access.commands import roles as role_commands
from directory.access.commands import tokens as token_commands
from directory.access.errors import UnknownAccountError
from directory.access.schemas import (
    AccountChangeSchema,
    AccountSchema,
    PartnerSchema,
    RoleSchema,
    TokenRequestSchema,
)
from directory.clock import utc_now
from directory.policy import Role
from directory.service import Writing
from directory.web.answers import answer, page_answer
from directory.web.api.access_shapes import AccountPage, IssuedToken, Me, PartnerPage, TokenPage
from directory.web.api.base import PREFIX, Blueprint, PageQuery, QuerySchema
from directory.web.api.parameters import id_of
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing

blueprint = Blueprint("access", __name__, description="Who uses the directory, and as what")


@blueprint.get("/access/me")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(Me)
def me(query: dict[str, Any]) -> Response:
    """Your account: its partner, its roles, what it may see now, and when its token ends."""
    with reading() as directory:
        return _told(queries.oneself(directory.connection, account_of(directory), directory.viewer))


@blueprint.get("/access/partners")
@allows(Permission.OPERATE)
@blueprint.query(PageQuery)
@blueprint.answers(PartnerPage)
def partners(query: dict[str, Any]) -> Response:
    """Partners by name, the closed ones too."""
    with reading() as directory:
        return page_answer(queries.partner_list(directory.connection, **query))


@blueprint.post("/access/partners")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.body(PartnerSchema)
@blueprint.answers(PartnerSchema, status=201)
def create_partner(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Make an agency a partner."""
    at = utc_now()
    with writing() as directory:
        made = partner_commands.create_partner(
            directory.connection,
            running().kinds,
            body,
            actor=account_of(directory),
            viewer=directory.viewer,
            at=at,
        )
        return _made(queries.partner(directory.connection, made), "partners")


@blueprint.get("/access/partners/<uuid:partner_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.answers(PartnerSchema)
def partner(query: dict[str, Any], partner_id: Any) -> Response:
    """One partner."""
    with reading() as directory:
        return _told(queries.partner(directory.connection, str(partner_id)))


@blueprint.put("/access/partners/<uuid:partner_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.body(PartnerSchema)
@blueprint.answers(PartnerSchema)
def alter_partner(query: dict[str, Any], body: dict[str, Any], partner_id: Any) -> Response:
    """Say something else of a partner, all of it; never of your own."""
    with writing() as directory:
        partner_commands.alter_partner(
            directory.connection,
            running().kinds,
            str(partner_id),
            body,
            actor=account_of(directory),
            viewer=directory.viewer,
        )
        return _told(queries.partner(directory.connection, str(partner_id)))


@blueprint.delete("/access/partners/<uuid:partner_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.answers(None, status=204)
def close_partner(query: dict[str, Any], partner_id: Any) -> Response:
    """Close a partner, and with it all its accounts, at once."""
    at = utc_now()
    with writing() as directory:
        partner_commands.close_partner(
            directory.connection, str(partner_id), actor=account_of(directory), at=at
        )
    return _done()


class AccountQuery(PageQuery):
    """Which accounts."""

    partner = id_of("The id of a partner whose accounts they are.")


@blueprint.get("/access/accounts")
@allows(Permission.OPERATE)
@blueprint.query(AccountQuery)
@blueprint.answers(AccountPage)
def accounts(query: dict[str, Any]) -> Response:
    """Accounts by name with all their roles, the closed ones too."""
    of_partner = query.pop("partner")
    with reading() as directory:
        return page_answer(
            queries.account_list(directory.connection, of_partner=of_partner, **query)
        )


@blueprint.post("/access/accounts")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.body(AccountSchema)
@blueprint.answers(AccountSchema, status=201)
def create_account(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Make an account for a person or a service of a partner's; it has no role yet."""
    at = utc_now()
    with writing() as directory:
        made = account_commands.create_account(
            directory.connection, body, actor=account_of(directory), at=at
        )
        return _made(queries.account(directory.connection, made), "accounts")


@blueprint.get("/access/accounts/<uuid:account_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.answers(AccountSchema)
def account(query: dict[str, Any], account_id: Any) -> Response:
    """One account with all the roles it has or had."""
    with reading() as directory:
        return _told(queries.account(directory.connection, str(account_id)))


@blueprint.put("/access/accounts/<uuid:account_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.body(AccountChangeSchema)
@blueprint.answers(AccountSchema)
def alter_account(query: dict[str, Any], body: dict[str, Any], account_id: Any) -> Response:
    """Correct the name and address of an account; never of your own partner's."""
    with writing() as directory:
        account_commands.alter_account(
            directory.connection, str(account_id), body, actor=account_of(directory)
        )
        return _told(queries.account(directory.connection, str(account_id)))


@blueprint.delete("/access/accounts/<uuid:account_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.answers(None, status=204)
def close_account(query: dict[str, Any], account_id: Any) -> Response:
    """Close an account at once, with its roles and tokens."""
    at = utc_now()
    with writing() as directory:
        account_commands.close_account(
            directory.connection, str(account_id), actor=account_of(directory), at=at
        )
    return _done()


@blueprint.post("/access/accounts/<uuid:account_id>/roles")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.body(RoleSchema)
@blueprint.answers(AccountSchema, "The account; a role of your own partner's waits.", status=201)
def grant_role(query: dict[str, Any], body: dict[str, Any], account_id: Any) -> Response:
    """Give an account a role; within your own partner a second operator has to confirm it."""
    at = utc_now()
    with writing() as directory:
        role_commands.grant_role(
            directory.connection,
            running().kinds,
            str(account_id),
            body,
            actor=account_of(directory),
            viewer=directory.viewer,
            at=at,
        )
        return _made(queries.account(directory.connection, str(account_id)), "accounts")


@blueprint.post("/access/accounts/<uuid:account_id>/roles/<uuid:grant_id>/confirm")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.answers(AccountSchema)
def confirm_role(query: dict[str, Any], account_id: Any, grant_id: Any) -> Response:
    """Bring a role into force that another operator gave within their own partner."""
    at = utc_now()
    with writing() as directory:
        role_commands.confirm_role(
            directory.connection,
            str(account_id),
            str(grant_id),
            actor=account_of(directory),
            at=at,
        )
        return _told(queries.account(directory.connection, str(account_id)))


@blueprint.delete("/access/accounts/<uuid:account_id>/roles/<uuid:grant_id>")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.answers(None, status=204)
def revoke_role(query: dict[str, Any], account_id: Any, grant_id: Any) -> Response:
    """Take a role away at once."""
    at = utc_now()
    with writing() as directory:
        role_commands.revoke_role(
            directory.connection,
            str(account_id),
            str(grant_id),
            actor=account_of(directory),
            at=at,
        )
    return _done()


class TokenQuery(PageQuery):
    """Whose tokens."""

    account = id_of("The id of an account; by default your own, and operators' alone to choose.")


@blueprint.get("/access/tokens")
@allows(Permission.ACCOUNT)
@blueprint.query(TokenQuery)
@blueprint.answers(TokenPage)
def tokens(query: dict[str, Any]) -> Response:
    """Your tokens in the order in which they were issued, the ended ones too."""
    wanted = query.pop("account")
    with reading() as directory:
        actor = account_of(directory)
        if wanted not in {None, actor.account} and Role.OPERATOR not in actor.roles:
            raise UnknownAccountError(f"There is no account {wanted}.")
        return page_answer(
            queries.token_list(
                directory.connection,
                of_account=wanted or actor.account,
                uses=running().uses,
                **query,
            )
        )


@blueprint.post("/access/tokens")
@allows(Permission.OPERATE)
@blueprint.query(QuerySchema)
@blueprint.body(TokenRequestSchema)
@blueprint.answers(IssuedToken, "The token itself stands in this answer alone.", status=201)
def issue_token(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Issue a token for an account."""
    at = utc_now()
    with writing() as directory:
        made = token_commands.issue_token(
            directory.connection, body, actor=account_of(directory), at=at
        )
        return _issued(directory, *made)


@blueprint.post("/access/tokens/rotate")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(IssuedToken, "The token itself stands in this answer alone.", status=201)
def rotate_token(query: dict[str, Any]) -> Response:
    """Replace the token that this is asked with; it holds for a day more at most."""
    at = utc_now()
    with writing() as directory:
        made = token_commands.rotate_token(directory.connection, actor=account_of(directory), at=at)
        return _issued(directory, *made)


@blueprint.delete("/access/tokens/<uuid:token_id>")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(None, status=204)
def revoke_token(query: dict[str, Any], token_id: Any) -> Response:
    """End one of your tokens at once, as an operator anybody's."""
    at = utc_now()
    with writing() as directory:
        token_commands.revoke_token(
            directory.connection, str(token_id), actor=account_of(directory), at=at
        )
    return _done()


def _told(view: dict[str, Any]) -> Response:
    return answer(orjson.dumps(view))


def _made(view: dict[str, Any], plural: str) -> Response:
    """What was made, before the unit of work ends: it is sent only when that is kept."""
    response = _told(view)
    response.status_code = 201
    response.headers["Location"] = f"{PREFIX}/access/{plural}/{view['id']}"
    return response


def _issued(directory: Writing, token_id: str, token: str) -> Response:
    view = queries.token(directory.connection, token_id, uses=running().uses)
    response = _made(view | {"token": token}, "tokens")
    response.headers.remove("ETag")
    response.headers.remove("Location")
    response.headers["Cache-Control"] = "no-store"
    return response


def _done() -> Response:
    return Response(status=204, headers={"Cache-Control": "no-store"})
