"""Partners, accounts, roles and tokens, for operators at the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import orjson
from rich.table import Table

from directory.access import queries
from directory.access.commands import accounts as account_commands
from directory.access.commands import partners as partner_commands
from directory.access.commands import roles as role_commands
from directory.access.commands import tokens as token_commands
from directory.access.errors import RoleNeededError
from directory.access.rules import LONGEST_LIFE, USUAL_LIFE, AccountKind, Principal
from directory.cli.base import (
    TEXT,
    Group,
    as_json,
    code_of,
    paged,
    read_as_an_account,
    reading,
    running,
    writing,
)
from directory.cli.printing import keep_whole, show, show_json, show_page, table
from directory.clock import utc_now
from directory.documents import Document
from directory.policy import MARKINGS, Role
from directory.reach.text import plain
from directory.service import Reading, Writing

group = Group("access", help="Who uses the directory: partners, accounts, roles, tokens.")
operator = Group("operator", help="Operators, as whoever may open the database makes them.")
partners = Group("partners", help="Agencies that use the directory.")
accounts = Group("accounts", help="Their people and services.")
roles = Group("roles", help="What accounts are for.")
tokens = Group("tokens", help="The secrets of accounts.")
for each in (operator, partners, accounts, roles, tokens):
    group.add_command(each)

named_partner = click.argument("partner", type=click.UUID, metavar="ID")
named_account = click.argument("account", type=TEXT, metavar="ACCOUNT")


@contextmanager
def _operating() -> Iterator[tuple[Writing, Principal]]:
    """A writing unit of work for the operator that ``--as`` names."""
    with writing(is_beside=True) as directory:
        yield directory, _operator_of(directory)


def _operator_of(directory: Reading | Writing) -> Principal:
    if directory.principal is None:
        raise RoleNeededError("Say as which operator: --as ACCOUNT, by id or name.")
    if Role.OPERATOR not in directory.principal.roles:
        raise RoleNeededError("Partners, accounts and tokens are kept by operators.")
    return directory.principal


@operator.command("create")
@click.argument("name", type=TEXT)
@click.option("--email", type=TEXT, required=True, help="Who the person is.")
@click.option("--partner-name", type=TEXT, required=True, help="Their agency; made if it is new.")
@as_json
def create_operator(name: str, email: str, partner_name: str, is_json: bool) -> None:
    """Make an operator; this takes no account, but the machine. Prints the token once."""
    with running().database.writing() as connection:
        account, token = account_commands.create_operator(
            connection, name, email, partner_name, at=utc_now()
        )
        view = queries.account(connection, account)
    _show_issued(view | {"token": token}, is_json=is_json)


@partners.command("list")
@paged
def list_partners(limit: int, page: str | None, is_json: bool) -> None:
    """List partners by name, the closed ones too."""
    with reading() as directory:
        _operator_of(directory)
        found = queries.partner_list(directory.connection, limit=limit, page=page)
    show_page(found, _partners, is_json=is_json)


def _partners(items: list[Document]) -> Table:
    rows = table("Partner", "Economy", "Clearance", "Id")
    for item in items:
        closed = f"\n(closed {item['closed_at'][:10]})" if item["closed_at"] else ""
        rows.add_row(
            plain(item["name"]) + closed, item["economy"] or "", item["clearance"], item["id"]
        )
    keep_whole(rows, 3, (item["id"] for item in items))
    return rows


_of_partner = (
    click.option("--organisation", type=click.UUID, help="The id of its record."),
    click.option("--economy", type=TEXT, help="Its economy, by code or any name."),
    click.option("--clearance", type=click.Choice(MARKINGS), help="The highest it may see."),
    click.option("--needs-purpose/--no-needs-purpose", default=None, help="Must say what for."),
)


def _describing_a_partner(function: Any) -> Any:
    for option in reversed(_of_partner):
        function = option(function)
    return function


def _partner_body(directory: Writing, held: Document, given: dict[str, Any]) -> Document:
    """What a partner shall be: what is given, and otherwise what is held."""
    if given["economy"] is not None:
        facts = running().memory.facts(directory.connection, directory.viewer)
        given = given | {"economy": code_of(facts, given["economy"])}
    said = {
        key: str(v) if key == "organisation" else v for key, v in given.items() if v is not None
    }
    kept = ("name", "organisation", "economy", "clearance", "needs_purpose")
    return {key: held[key] for key in kept if key in held} | said


@partners.command("create")
@click.argument("name", type=TEXT)
@_describing_a_partner
@as_json
def create_partner(is_json: bool, **given: Any) -> None:
    """Make an agency a partner; --clearance has to be said."""
    with _operating() as (directory, actor):
        made = partner_commands.create_partner(
            directory.connection,
            running().kinds,
            _partner_body(directory, {}, given),
            actor=actor,
            viewer=directory.viewer,
            at=utc_now(),
        )
        view = queries.partner(directory.connection, made)
    _show_one(view, _partners, is_json=is_json)


@partners.command("alter")
@named_partner
@click.option("--name", type=TEXT, help="What it is called.")
@_describing_a_partner
@as_json
def alter_partner(partner: Any, is_json: bool, **given: Any) -> None:
    """Alter what is said of a partner; what is not named stays. Never your own."""
    with _operating() as (directory, actor):
        held = queries.partner(directory.connection, str(partner))
        partner_commands.alter_partner(
            directory.connection,
            running().kinds,
            str(partner),
            _partner_body(directory, held, given),
            actor=actor,
            viewer=directory.viewer,
        )
        view = queries.partner(directory.connection, str(partner))
    _show_one(view, _partners, is_json=is_json)


@partners.command("close")
@named_partner
def close_partner(partner: Any) -> None:
    """Close a partner and all its accounts, at once and for good."""
    with _operating() as (directory, actor):
        partner_commands.close_partner(
            directory.connection, str(partner), actor=actor, at=utc_now()
        )
    click.echo("The partner is closed.")


@accounts.command("list")
@click.option("--partner", type=click.UUID, help="The id of their partner.")
@paged
def list_accounts(partner: Any, limit: int, page: str | None, is_json: bool) -> None:
    """List accounts by name with their roles, the closed ones too."""
    of_partner = None if partner is None else str(partner)
    with reading() as directory:
        _operator_of(directory)
        found = queries.account_list(
            directory.connection, of_partner=of_partner, limit=limit, page=page
        )
    show_page(found, _accounts, is_json=is_json)


def _accounts(items: list[Document]) -> Table:
    rows = table("Account", "Roles, and ids")
    for item in items:
        closed = f"(closed {item['closed_at'][:10]})" if item["closed_at"] else ""
        named = [plain(item["name"]), plain(item["email"] or item["account_kind"]), closed]
        rows.add_row("\n".join(filter(None, named)), "\n".join(_lines(item)), end_section=True)
    keep_whole(rows, 1, (line for item in items for line in _lines(item)))
    return rows


def _lines(account: Document) -> Iterator[str]:
    """An account's id and roles, with the id of each role that somebody has to confirm."""
    yield account["id"]
    for role in account["roles"]:
        if role["revoked_at"] is None:
            text = f"{role['role']} {role['economy'] or ''}".strip()
            if role["needs_confirmation"] and role["confirmed_at"] is None:
                yield f"{text}, waits for a second operator:"
                yield role["id"]
            else:
                yield text


@accounts.command("create")
@click.argument("name", type=TEXT)
@click.option("--partner", type=click.UUID, required=True, help="The id of its partner.")
@click.option("--email", type=TEXT, help="Who the person is.")
@click.option("--service", "is_service", is_flag=True, help="It is a program, not a person.")
@as_json
def create_account(
    name: str, partner: Any, email: str | None, is_service: bool, is_json: bool
) -> None:
    """Make an account; it has no role yet."""
    kind = AccountKind.SERVICE if is_service else AccountKind.PERSON
    body = {"partner": str(partner), "account_kind": str(kind), "name": name, "email": email}
    with _operating() as (directory, actor):
        made = account_commands.create_account(
            directory.connection, body, actor=actor, at=utc_now()
        )
        view = queries.account(directory.connection, made)
    _show_one(view, _accounts, is_json=is_json)


@accounts.command("close")
@named_account
def close_account(account: str) -> None:
    """Close an account with its roles and tokens, at once and for good."""
    with _operating() as (directory, actor):
        account = queries.account_called(directory.connection, account)
        account_commands.close_account(directory.connection, account, actor=actor, at=utc_now())
    click.echo("The account is closed.")


@roles.command("grant")
@named_account
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.option("--economy", type=TEXT, help="Whose records an editor writes.")
@as_json
def grant_role(account: str, role: str, economy: str | None, is_json: bool) -> None:
    """Give an account a role; within your own partner a second operator confirms it."""
    with _operating() as (directory, actor):
        account = queries.account_called(directory.connection, account)
        facts = running().memory.facts(directory.connection, directory.viewer)
        role_commands.grant_role(
            directory.connection,
            running().kinds,
            account,
            {"role": role, "economy": code_of(facts, economy)},
            actor=actor,
            viewer=directory.viewer,
            at=utc_now(),
        )
        view = queries.account(directory.connection, account)
    _show_one(view, _accounts, is_json=is_json)


@roles.command("confirm")
@named_account
@click.argument("grant", type=click.UUID, metavar="ROLE_ID")
@as_json
def confirm_role(account: str, grant: Any, is_json: bool) -> None:
    """Bring a role into force that another operator gave within their own partner."""
    with _operating() as (directory, actor):
        account = queries.account_called(directory.connection, account)
        role_commands.confirm_role(
            directory.connection, account, str(grant), actor=actor, at=utc_now()
        )
        view = queries.account(directory.connection, account)
    _show_one(view, _accounts, is_json=is_json)


@roles.command("revoke")
@named_account
@click.argument("grant", type=click.UUID, metavar="ROLE_ID")
def revoke_role(account: str, grant: Any) -> None:
    """Take a role away at once; `accounts list --json` has the ids."""
    with _operating() as (directory, actor):
        account = queries.account_called(directory.connection, account)
        role_commands.revoke_role(
            directory.connection, account, str(grant), actor=actor, at=utc_now()
        )
    click.echo("The role is revoked.")


@tokens.command("list")
@named_account
@paged
def list_tokens(account: str, limit: int, page: str | None, is_json: bool) -> None:
    """List the tokens of an account in the order in which they were issued."""
    with reading() as directory:
        _operator_of(directory)
        account = queries.account_called(directory.connection, account)
        found = queries.token_list(
            directory.connection,
            of_account=account,
            uses=running().uses,
            limit=limit,
            page=page,
        )
    show_page(found, _tokens, is_json=is_json)


def _tokens(items: list[Document]) -> Table:
    rows = table("Begins", "Ends", "Last used", "Id")
    for item in items:
        ends = f"revoked {item['revoked_at'][:10]}" if item["revoked_at"] else item["expires_at"]
        rows.add_row(item["hint"], ends[:19], (item["last_used_at"] or "")[:16], item["id"])
    keep_whole(rows, 3, (item["id"] for item in items))
    return rows


@tokens.command("issue")
@named_account
@click.option("--days", type=click.IntRange(1, LONGEST_LIFE.days), default=USUAL_LIFE.days,
              show_default=True, help="After how many days it ends.")  # fmt: skip
@as_json
def issue_token(account: str, days: int, is_json: bool) -> None:
    """Issue a token for an account, and print it once."""
    with _operating() as (directory, actor):
        account = queries.account_called(directory.connection, account)
        made, token = token_commands.issue_token(
            directory.connection,
            {"account": account, "days": days},
            actor=actor,
            at=utc_now(),
        )
        view = queries.token(directory.connection, made, uses=running().uses)
    _show_issued(view | {"token": token}, is_json=is_json)


@tokens.command("revoke")
@click.argument("token", type=click.UUID, metavar="ID")
def revoke_token(token: Any) -> None:
    """End a token at once."""
    with _operating() as (directory, actor):
        token_commands.revoke_token(directory.connection, str(token), actor=actor, at=utc_now())
    click.echo("The token is revoked.")


def _show_one(view: Document, made: Any, *, is_json: bool) -> None:
    if is_json:
        show_json(orjson.dumps(view))
    else:
        show(made([view]))


def _show_issued(view: Document, *, is_json: bool) -> None:
    if is_json:
        show_json(orjson.dumps(view))
        return
    click.echo(f"{view['id']}\n{view['token']}")
    click.echo("The token is shown this once; hand it over on a safe way.", err=True)


for each in (partners, accounts, roles, tokens):
    read_as_an_account(each)
