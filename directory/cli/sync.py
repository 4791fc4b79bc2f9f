"""Verified copies for partners: the keys that heads are signed with, and the newest head."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
import orjson

from directory.access.errors import RoleNeededError
from directory.cli.base import SAY_WHO, Group, read_as_an_account, reading, running, to_new_file
from directory.cli.printing import keep_whole, show, show_json, table
from directory.clock import format_instant, utc_now
from directory.sync.heads import signed
from directory.sync.keys import ANNOUNCED_FOR, Ring
from directory.sync.offline import export_offline_copy
from directory.sync.rules.scopes import Scope

group = Group("sync", help="Verified copies for partners.")
keys = Group("keys", help="The keys that heads of the log are signed with.")
group.add_command(keys)


@keys.command("create")
def create_keys() -> None:
    """Make the first signing key, in the file that DIRECTORY_SIGNING_KEY_FILE names."""
    directory = running()
    _refuse_copy()
    ring = directory.keys.create(utc_now())
    click.echo(f"Made {directory.keys.path}. Partners pin the key {ring.keys[0].kid}")


@keys.command("rotate")
@click.option(
    "--after",
    type=click.IntRange(ANNOUNCED_FOR.days, 366),
    default=ANNOUNCED_FOR.days,
    show_default=True,
    metavar="DAYS",
    help="For how many days it is announced before it takes over.",
)
def rotate_keys(after: int) -> None:
    """Make the next signing key and announce it in every head until it takes over."""
    at = utc_now()
    _refuse_copy()
    ring = running().keys.rotate(at, after=timedelta(days=after))
    _show(ring)
    click.echo(
        "Running services announce it from their next head on. Partners who are away until it has"
        " taken over have to pin it themselves."
    )


@keys.command("list")
def list_keys() -> None:
    """List the signing keys by their thumbprints; what is secret stays in the file."""
    _show(running().keys.ring(utc_now()))


@group.command("head")
@click.option("--json", "is_json", is_flag=True, help="Print the body that the API answers with.")
def head(is_json: bool) -> None:
    """Show the newest head, and sign it first where that is due."""
    directory, at = running(), utc_now()
    found = signed(directory.database, directory.keys, directory.high_water, at=at)
    if is_json:
        show_json(orjson.dumps({"head": found.text}))
        return
    claims = found.claims
    click.echo(f"Log   {claims.log}, {claims.size} entries")
    click.echo(f"Root  {claims.root}")
    click.echo(f"At    {format_instant(claims.at)}, believed until {format_instant(claims.until)}")
    click.echo(f"Key   {found.kid}")
    if claims.next_key is not None:
        click.echo(f"Next  {claims.next_key['kid']}")


@group.command("export")
@to_new_file
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=30,
    show_default=True,
    help="For how long it is to be believed.",
)
def export(file: Path, days: int) -> None:
    """Write what the agency of an account (--as) may hold into FILE, signed, for a stick.

    docs/clients/offline_copy.py verifies and searches it where there is no network. That it was
    taken is entered in the register of copies.
    """
    directory, at = running(), utc_now()
    with reading() as unit:
        actor, scope = unit.principal, Scope.of(unit.viewer)
    if actor is None:
        raise click.UsageError(SAY_WHO)
    if not actor.is_reader:
        raise RoleNeededError("A copy is made for an account that reads; this one does not.")
    until = at + timedelta(days=days)
    cut = export_offline_copy(
        directory.database,
        directory.kinds,
        directory.keys,
        directory.high_water,
        file.absolute(),
        scope=scope,
        actor=actor,
        at=at,
        valid_until=until,
    )
    networks = ", ".join(sorted(scope.networks)) or "no network"
    click.echo(f"{cut.records} records up to TLP:{scope.clearance.label}, for {networks}.")
    click.echo(f"To be believed until {format_instant(until.replace(microsecond=0))}.")
    click.echo(f"Its reader needs the key {directory.keys.ring(at).signing(at).kid}")


def _refuse_copy() -> None:
    """Refuse to make keys where nothing is ever signed.

    Raises:
        MirrorRefusesError: This is a mirror.
    """
    if running().is_mirror:
        with running().database.reading() as connection:
            running().refuse_copy(connection)


def _show(ring: Ring) -> None:
    rows = table("Key", "Signs from", "Until")
    for key in ring.keys:
        until = "" if key.end is None else format_instant(key.end.replace(microsecond=0))
        rows.add_row(key.kid, format_instant(key.start.replace(microsecond=0)), until)
    keep_whole(rows, 0, (key.kid for key in ring.keys))
    show(rows)


read_as_an_account(export)
