"""Lists that have come back: which there are, what is doubted of them, and deciding on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import orjson
from rich.console import Group as Renderables
from rich.table import Table

from directory.changes.revert import Undoing
from directory.cli.base import TEXT, account_of, as_json, paged, reading, running, writing
from directory.cli.list_reports import findings, outcomes
from directory.cli.lists import group
from directory.cli.printing import keep_whole, progress, show, show_json, show_page, table
from directory.clock import utc_now
from directory.documents import Document
from directory.meetings.lists import queries, together
from directory.meetings.lists.queries import Part
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.together import REVERTED, Decision, Terms
from directory.reach.text import plain

NEEDS_A_PERSON = 2
named_list = click.argument("list_id", type=click.UUID, metavar="LIST_ID")


@group.command("returned")
@click.option("--meeting", type=TEXT, help="The slug of the meeting that they come from.")
@paged
def returned_lists(meeting: str | None, limit: int, page: str | None, is_json: bool) -> None:
    """List the lists that have come back, the newest first."""
    with reading() as directory:
        account_of(directory)
        found = queries.returned(
            directory.connection,
            running().kinds,
            viewer=directory.viewer,
            meeting=meeting,
            limit=limit,
            page=page,
        )
    show_page(found, _lists, is_json=is_json)


def _lists(items: list[Document]) -> Table:
    rows = table("Received", "Meeting", "Id", "File")
    for item in items:
        rows.add_row(
            item["received_at"][:10], item["meeting"] or "", item["id"], plain(item["file_name"])
        )
    keep_whole(rows, 2, (item["id"] for item in items))
    return rows


@group.command("findings")
@named_list
@click.option("--code", type=click.Choice(list(Code)), help="Only doubts of one sort.")
@paged
def list_findings(
    list_id: Any, code: str | None, limit: int, page: str | None, is_json: bool
) -> None:
    """List what is doubted of a list that has come back, what needs a person first."""
    with reading() as directory:
        account_of(directory)
        found = queries.findings(
            directory.connection,
            running().kinds,
            str(list_id),
            viewer=directory.viewer,
            code=code,
            limit=limit,
            page=page,
        )
    show_page(found, lambda items: Renderables(*findings(items)), is_json=is_json)


@group.command("approve")
@named_list
@as_json
def approve_list(list_id: Any, is_json: bool) -> None:
    """Approve every economy's part of a list on which --as may decide."""
    _decide(list_id, together.approving(_terms()), {"approved", "applied"}, is_json=is_json)


@group.command("apply")
@named_list
@as_json
def apply_list(list_id: Any, is_json: bool) -> None:
    """Write every economy's part of a list that has been approved, each whole or not at all."""
    _decide(list_id, together.applying(_terms()), {"applied"}, is_json=is_json)


@group.command("revert")
@named_list
@click.option("--reason", type=TEXT, help="Why it is undone.")
@click.option("--confirm-widening", is_flag=True, help="More people than now may see a record.")
@as_json
def revert_list(list_id: Any, reason: str | None, confirm_widening: bool, is_json: bool) -> None:
    """Undo what was applied of a list, or propose that where others have to decide."""
    with reading() as directory:
        account = account_of(directory)
    decision = together.reverting(_terms(), Undoing(reason, None, confirm_widening), account)
    _decide(list_id, decision, {REVERTED}, is_json=is_json, is_backwards=True)


def _terms() -> Terms:
    return Terms(running().kinds, running().second_person, utc_now())


def _decide(
    list_id: Any,
    decision: Decision,
    wanted: set[str],
    *,
    is_json: bool,
    is_backwards: bool = False,
) -> None:
    """Decide on each part, tell what became of it, and end with 2 where a person is needed."""
    with reading() as directory:
        account_of(directory)
        facts = directory.facts
        parts = queries.parts_of(
            directory.connection, running().kinds, str(list_id), viewer=directory.viewer
        )
    items = decided(parts[::-1] if is_backwards else parts, decision)
    if is_json:
        show_json(orjson.dumps({"items": items}))
    else:
        show(*outcomes(items, facts))
    if any(item["state"] not in wanted for item in items):
        click.get_current_context().exit(NEEDS_A_PERSON)


def decided(parts: Sequence[Part], decision: Decision) -> list[Document]:
    """What becomes of each part, with a bar while that takes its time."""
    with progress("Deciding") as steps:
        found = []
        for done, part in enumerate(parts, start=1):
            found += together.decide_on_each([part], decision, writing)
            steps(done, len(parts))
    return found
