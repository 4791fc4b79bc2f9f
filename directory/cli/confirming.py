"""Confirming an economy's list unchanged: its owner's word that every line of it is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import RenderableType
from rich.table import Table

from directory.changes import proposed
from directory.changes.proposals import Proposed
from directory.cli.base import (
    AT,
    PRINCIPAL,
    TEXT,
    account_of,
    as_json,
    reading,
    running,
    writing,
)
from directory.cli.economies import group, named_economy
from directory.cli.printing import heading, indented, keep_whole, named, show_answer, table
from directory.clock import utc_now
from directory.contacts.confirmation import Act, Asked, carry_out, left_out, outcome, work_out
from directory.documents import Document
from directory.reach.text import plain
from directory.service import Writing

NEEDS_A_PERSON = 2


@group.command("confirm")
@named_economy
@click.option(
    "--contact",
    "contacts",
    type=click.UUID,
    multiple=True,
    help="Only this contact; once for each. The whole list if left out.",
)
@click.option("--confirmed-at", type=AT, help="When the word was given; now if left out.")
@click.option("--meeting", type=TEXT, help="The slug of the meeting at which it was given.")
@click.option("--note", type=TEXT, help="In their words.")
@click.option("--apply", "is_applied", is_flag=True, help="Confirm it; without, only look.")
@as_json
def confirm_list(
    name: str,
    contacts: Sequence[Any],
    confirmed_at: datetime | None,
    meeting: str | None,
    note: str | None,
    is_applied: bool,
    is_json: bool,
) -> None:
    """Confirm an economy's list unchanged, as --as, who is its editor.

    It says that its owner stands by what is held, not that anybody was called. Without --apply
    what would be confirmed is printed, and nothing is written. A channel whose last check failed is
    left out until somebody has reached it. The exit code is 2 where a second person has to decide.
    """
    among = [str(each) for each in contacts] or None
    act = _worked_out(name, Asked(among, confirmed_at, meeting, note))
    desks = act.found.desks
    behind = [*act.found.channels, *act.found.failed, *desks.values()]
    if not is_applied:
        show_answer(_looked_at(act), lambda _: _list(act), is_json=is_json, behind=behind)
        return
    with writing() as directory:
        found = _confirmed(directory, act)
    show_answer(found, lambda told: _done(told, act), is_json=is_json, behind=behind)
    if found["state"] != proposed.APPLIED:
        click.get_current_context().exit(NEEDS_A_PERSON)


def _worked_out(name: str, asked: Asked) -> Act:
    with reading() as directory:
        account = account_of(directory)
        return work_out(
            directory.connection,
            directory.facts,
            running().kinds,
            name,
            asked,
            viewer=directory.viewer,
            actor=account,
            at=utc_now(),
        )


def _confirmed(directory: Writing, act: Act) -> Document:
    """What the API answers with when a list has been confirmed."""
    connection, kinds, viewer = directory.connection, running().kinds, directory.viewer
    click.get_current_context().meta[PRINCIPAL] = directory.principal
    done = carry_out(connection, kinds, act, viewer=viewer, at=utc_now())
    if not isinstance(done, Proposed):
        return outcome(connection, act, done.change_set, viewer=viewer)
    kept = proposed.proposal(connection, kinds, done.change_set, viewer=viewer)
    why = [
        {"pointer": f"#/operations/{n}", "detail": row["why"]}
        for n, row in enumerate(kept.operations)
        if row["why"] is not None
    ]
    return {"change_set": done.change_set, "state": kept.head["state"], "why": why}


def _looked_at(act: Act) -> Document:
    """What would be confirmed, for programs."""
    return {
        "economy": act.economy,
        "channels": [each["id"] for each in act.found.channels],
        "contacts": sorted({each["contact"] for each in act.found.channels}),
        "left_out": left_out(act),
        "revisions": dict(act.found.revisions),
    }


def _list(act: Act) -> Iterator[RenderableType]:
    yield heading(f"Of {act.economy} a word would confirm {_counted(act.found.channels)}")
    yield indented(_lines(act, act.found.channels))
    yield from _left_out(act)
    yield "\nNothing was written. If all of it is right: --apply."


def _done(told: Document, act: Act) -> Iterator[RenderableType]:
    if told["state"] == proposed.APPLIED:
        yield f"Confirmed {_counted(act.found.channels)} of {act.economy}: {told['change_set']}"
        yield from _left_out(act)
        return
    yield heading(f"A second person has to decide: {told['change_set']}")
    for detail in dict.fromkeys(each["detail"] for each in told["why"]):
        yield indented(plain(detail))
    yield indented(f"They do it by: change-sets approve {told['change_set']} --as ACCOUNT")


def _left_out(act: Act) -> Iterator[RenderableType]:
    if act.found.failed:
        yield heading("Left out: the last check failed, and somebody has to reach it first")
        yield indented(_lines(act, act.found.failed))


def _lines(act: Act, channels: Sequence[Document]) -> Table:
    rows = table("Desk", "Channel")
    for each in channels:
        rows.add_row(named(act.found.desks[each["contact"]]["title"]), plain(each["raw"]))
    keep_whole(rows, 1, (each["raw"] for each in channels))
    return rows


def _counted(channels: Sequence[Document]) -> str:
    desks = len({each["contact"] for each in channels})
    lines = f"{len(channels)} channel{'' if len(channels) == 1 else 's'}"
    return f"{lines} of {desks} desk{'' if desks == 1 else 's'}"
