"""A person in the directory: where they occur, and taking them out. At the machine alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import click
import orjson
from rich.table import Table

from directory.changes.redactions import Why
from directory.cli.base import TEXT, Group, running
from directory.cli.printing import show, show_json, table
from directory.cli.recording import record
from directory.clock import utc_now
from directory.documents import Document
from directory.errors import InvalidInputError
from directory.persons.erasing import LEAST, Erased, Plan, erase, plan
from directory.persons.finding import Found, find
from directory.persons.outside import Taken
from directory.persons.places import Place
from directory.persons.retention import Ended, ended_holders, erase_ended
from directory.reach.text import plain

group = Group("persons", help="Where a person occurs in the directory, and taking them out.")
NOT_LOOKED_AT = (
    "Not looked at: log files of the service and of what stands in front of it, backups, and what"
    " people have written down elsewhere. Idempotency keys and the spool's entries hold no text but"
    " purposes, which are looked at once they are stored."
)
COPIED = (
    "This is a copy: records, their past and reasons are left alone here however sure they are."
    " They are erased at the origin, and go from here with the next pull."
)
NOTHING_DONE = "Nothing was changed. Give --apply to do it."


class NobodyError(InvalidInputError):
    """There is nothing by which a person could be found."""

    slug = "nobody-named"
    title = "Say who is looked for"


named = click.argument("names", nargs=-1, type=TEXT, metavar="NAME...")
known = click.option(
    "--record",
    "records",
    multiple=True,
    type=TEXT,
    metavar="ID",
    help="A record that is theirs, such as a holder or a mobile number; several may be given.",
)
as_json = click.option("--json", "is_json", is_flag=True, help="Print it for programs.")


@group.command("find")
@named
@known
@as_json
def tell_where(names: tuple[str, ...], records: tuple[str, ...], is_json: bool) -> None:
    """List every place where a person occurs, in any script.

    NAME as it may be written; give several spellings, addresses and numbers where you know them.
    """
    found = _found(names, records)
    if is_json:
        show_json(
            orjson.dumps(
                {
                    "looked_for": list(found.person.spellings),
                    "places": [place.document() for place in found.places],
                    "taken": [taken.document() for taken in found.taken],
                    "readings": found.readings,
                    "not_looked_at": NOT_LOOKED_AT,
                }
            )
        )
        return
    click.echo(plain("Looked for: " + " · ".join(found.person.spellings)))
    if not found.places:
        click.echo("Found nowhere.")
    else:
        show(_places(found.places))
    if found.readings:
        click.echo(f"{found.readings} entries of the log of readings are of their accounts.")
    _tell_taken(found.taken)
    click.echo(NOT_LOOKED_AT)


@group.command("erase")
@named
@known
@click.option("--why", type=click.Choice([str(why) for why in Why]), default=str(Why.ERASURE))
@click.option(
    "--least",
    type=click.FloatRange(0.0, 1.0, min_open=True),
    default=LEAST,
    show_default=True,
    help="How sure it has to be that a place is about them.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Do it; otherwise only say what it does.")
@as_json
def take_out(
    names: tuple[str, ...],
    records: tuple[str, ...],
    why: str,
    least: float,
    is_applied: bool,
    is_json: bool,
) -> None:
    """Take a person out of the directory, its past and what stands beside it; for good."""
    directory = running()
    found = _found(names, records)
    with directory.database.reading() as connection:
        planned = plan(
            connection,
            directory.kinds,
            found,
            records=records,
            least=least,
            is_local=directory.readings.store.is_local,
            at=utc_now(),
        )
    if not is_applied:
        _tell_plan(planned, is_json=is_json)
        return
    done = erase(
        directory.database,
        directory.kinds,
        directory.readings,
        directory.settings.state_dir,
        planned,
        why=Why(why),
        at=utc_now(),
    )
    _tell_done(planned, done, is_json=is_json)


@group.command("expire")
@click.option("--days", type=click.IntRange(1), help="Instead of DIRECTORY_ERASE_ENDED_AFTER.")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; otherwise only say what it does.")
def expire(days: int | None, is_applied: bool) -> None:
    """Erase holders who left longer ago than they are to be kept. Meant for a timer.

    What was erased before, by whatever command, and could not be written over, is tried again.
    """
    directory, ended = running(), list[Ended]()
    kept = directory.settings.erase_ended_after if days is None else timedelta(days=days)
    if kept is None:
        click.echo("DIRECTORY_ERASE_ENDED_AFTER is off: holders are kept.")
    else:
        with directory.database.reading() as connection:
            ended = ended_holders(connection, kept=kept, at=utc_now())
    if not is_applied:
        rows = table("Holder", "Of contact", "Owner", "Until")
        for each in ended:
            rows.add_row(each.id, each.contact, each.owner, each.until.isoformat())
        if ended:
            show(rows)
        click.echo(f"{len(ended)} holders would be erased. {NOTHING_DONE}")
        return
    done, todo = erase_ended(
        directory.database,
        directory.kinds,
        directory.readings.store,
        directory.settings.state_dir,
        ended,
        kept=kept or timedelta(),
        at=utc_now(),
    )
    versions = sum(len(each.targets) for each in done)
    count = sum(kind == "holder" for each in done for kind, _ in each.records)
    click.echo(f"{count} holders were erased, in {versions} versions.")
    for each_todo in todo:
        click.echo(f"By hand: {each_todo}")


def _found(names: Sequence[str], records: Sequence[str]) -> Found:
    directory = running()
    with (
        directory.readings.reading() as read_log,
        directory.database.reading() as connection,
    ):
        found = find(connection, read_log, directory.kinds, names, records=records)
    record(b"null", [place.shown for place in found.places if place.shown is not None])
    if found.person.is_nobody and not records:
        raise NobodyError("Give a name of two letters or more, an address, a number or --record.")
    return found


def _places(places: Sequence[Place]) -> Table:
    rows = table("Where", "What stands there", "Sure", "Erasing")
    for place in places:
        key = " ".join(str(value) for value in place.key.values())
        rows.add_row(
            f"{place.store} {key}\n{place.field}",
            plain(place.text),
            f"{place.confidence:.1f}",
            str(place.treatment),
            end_section=True,
        )
    return rows


def _tell_taken(taken: Sequence[Taken]) -> None:
    if not taken:
        return
    click.echo("Taken outside:")
    rows = table("What", "By whom", "When", "To do")
    for each in taken:
        who = " / ".join(filter(None, (each.partner, each.account))) or "no account"
        rows.add_row(
            f"{each.what}: {plain(each.named)}",
            plain(who),
            each.at.date().isoformat(),
            each.todo,
        )
    show(rows)


def _plan_document(planned: Plan) -> Document:
    return {
        "treated": [place.document() for place in planned.treated],
        "left": [place.document() for place in planned.left],
        "records": sorted(planned.erasing.records),
        "along": sorted(planned.along),
        "rewritten": [{"kind": kind, "id": rid} for kind, rid in planned.rewritten],
        "taken": [taken.document() for taken in planned.taken],
    }


def _tell_plan(planned: Plan, *, is_json: bool) -> None:
    if is_json:
        show_json(orjson.dumps(_plan_document(planned)))
        return
    if planned.treated:
        show(_places(planned.treated))
    for rid in sorted(planned.erasing.records):
        click.echo(f"Erased whole: {rid}")
    for rid in sorted(planned.along):
        click.echo(f"Goes along, because it is nothing without it: {rid}")
    _tell_left(planned)
    _tell_taken(planned.taken)
    click.echo(f"{len(planned.treated)} places would be treated. {NOTHING_DONE}")


def _tell_left(planned: Plan) -> None:
    if planned.left:
        if running().is_mirror:
            click.echo(COPIED)
        click.echo(f"Left alone, by hand or because it is less sure than {planned.least}:")
        show(_places(planned.left))


def _tell_done(planned: Plan, done: Erased, *, is_json: bool) -> None:
    redacted = done.redacted
    if is_json:
        told = {
            "seq": redacted.seq,
            "versions": len(redacted.targets),
            "records": [{"kind": kind, "id": rid} for kind, rid in redacted.records],
            "rewritten": [{"kind": kind, "id": rid} for kind, rid in planned.rewritten],
            "blanked": len(planned.erasing.blanks) + len(planned.erasing.elsewhere),
            "snapshots": done.snapshots,
            "left": [place.document() for place in planned.left],
            "taken": [taken.document() for taken in done.taken],
            "todo": list(done.todo),
        }
        show_json(orjson.dumps(told))
        return
    click.echo(
        f"{len(redacted.targets)} versions and {len(redacted.records)} records were erased,"
        f" {len(planned.rewritten)} records written anew,"
        f" {len(planned.erasing.blanks) + len(planned.erasing.elsewhere)} rows blanked."
    )
    _tell_left(planned)
    _tell_taken(done.taken)
    for todo in done.todo:
        click.echo(f"By hand: {todo}")
    click.echo(NOT_LOOKED_AT)
