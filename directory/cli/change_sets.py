"""Change sets that somebody proposed: what they would do, deciding on them, and undoing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click
import orjson
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from directory.changes import deciding, proposed, views
from directory.changes import revert as reverting
from directory.changes.proposed import STATES, Sought
from directory.changes.revert import Undoing
from directory.cli.base import (
    PRINCIPAL,
    TEXT,
    Group,
    account_of,
    as_json,
    paged,
    reading,
    running,
    writing,
)
from directory.cli.printing import (
    answered,
    facts_table,
    heading,
    indented,
    marked,
    show_answer,
    show_page,
    table,
)
from directory.clock import utc_now
from directory.documents import Document
from directory.meetings.lists.doubted import doubted_change_set
from directory.names import in_english
from directory.pages import MOST_ITEMS
from directory.reach.text import plain
from directory.service import Writing

group = Group("change-sets", help="Changes that somebody proposes and others decide on.")

named_change_set = click.argument("change_set", type=click.UUID, metavar="ID")


@group.command("list")
@click.option("--state", type=click.Choice(STATES), help="What has become of them.")
@click.option("--meeting", type=TEXT, help="The slug of the meeting they come from.")
@click.option("--bundle", type=TEXT, help="What they have in common, such as their list.")
@paged
def list_change_sets(
    state: str | None,
    meeting: str | None,
    bundle: str | None,
    limit: int,
    page: str | None,
    is_json: bool,
) -> None:
    """List change sets that wait, or have waited, for somebody to decide on them."""
    with reading() as directory:
        account_of(directory)
        found = proposed.change_sets(
            directory.connection,
            running().kinds,
            Sought(state, meeting, bundle),
            viewer=directory.viewer,
            limit=limit,
            page=page,
        )
    show_page(found, _change_sets, is_json=is_json)


def _change_sets(items: list[Document]) -> Table:
    rows = table("Proposed", "State", "Of", "Operations", "What, and its id")
    for item in items:
        meeting = f", from {item['meeting']}" if item["meeting"] is not None else ""
        rows.add_row(
            item["proposed_at"][:10],
            item["state"],
            ", ".join(item["owners"]),
            str(item["operations"]),
            f"{plain(item['reason'])}{meeting}\n{item['id']}",
        )
    return rows


@group.command("show")
@named_change_set
@as_json
def show_change_set(change_set: Any, is_json: bool) -> None:
    """Show what a change set would do, or did: each operation, field by field."""
    pages = _pages(str(change_set))
    if is_json:
        found = next(pages)
        for more in pages:
            found["operations"] += more["operations"]
        show_answer(found | {"next": None}, _change_set, is_json=True)
        return
    show_answer(next(pages), _change_set, is_json=False)
    for more in pages:
        show_answer(more, _operations, is_json=False)


def _pages(rid: str) -> Iterator[Document]:
    """A change set page by page; each is read by itself, so that printing holds nothing up."""
    page = None
    while True:
        with reading() as directory:
            account_of(directory)
            found = doubted_change_set(
                directory.connection,
                running().kinds,
                rid,
                viewer=directory.viewer,
                limit=MOST_ITEMS,
                page=page,
            )
        yield found
        page = found["next"]
        if page is None:
            return


@group.command("approve")
@named_change_set
@as_json
def approve(change_set: Any, is_json: bool) -> None:
    """Approve what others propose; a single write is applied by it, others wait for apply."""
    _decide(deciding.approve, str(change_set), is_json=is_json)


@group.command("apply")
@named_change_set
@as_json
def apply(change_set: Any, is_json: bool) -> None:
    """Write what has been approved, whole or not at all."""
    _decide(deciding.carry_out, str(change_set), is_json=is_json)


@group.command("reject")
@named_change_set
@click.option("--remark", type=TEXT, help="Why, for whoever proposed it.")
@as_json
def reject(change_set: Any, remark: str | None, is_json: bool) -> None:
    """Turn a proposal down, or take your own back."""
    rid = str(change_set)

    def decide(directory: Writing) -> str:
        deciding.reject(
            directory.connection,
            running().kinds,
            rid,
            viewer=directory.viewer,
            remark=remark,
            at=utc_now(),
        )
        return rid

    _do(decide, is_json=is_json)


@group.command("revert")
@named_change_set
@click.option("--reason", type=TEXT, help="Why it is undone.")
@click.option(
    "--only", type=click.UUID, multiple=True, metavar="RECORD", help="Undo it for this record."
)
@click.option("--confirm-widening", is_flag=True, help="More people than now may see a record.")
@as_json
def revert(
    change_set: Any,
    reason: str | None,
    only: tuple[Any, ...],
    confirm_widening: bool,
    is_json: bool,
) -> None:
    """Undo an applied change set by a new one, or propose that where others have to decide."""
    undoing = Undoing(reason, frozenset(map(str, only)) if only else None, confirm_widening)

    def undo(directory: Writing) -> str:
        return reverting.revert(
            directory.connection,
            running().kinds,
            str(change_set),
            undoing,
            viewer=directory.viewer,
            actor=account_of(directory),
            at=utc_now(),
        ).change_set

    _do(undo, is_json=is_json)


def _decide(decide: Callable[..., None], rid: str, *, is_json: bool) -> None:
    def do(directory: Writing) -> str:
        decide(
            directory.connection,
            running().kinds,
            rid,
            viewer=directory.viewer,
            why_not_second=running().second_person(directory.connection),
            at=utc_now(),
        )
        return rid

    _do(do, is_json=is_json)


def _do(do: Callable[[Writing], str], *, is_json: bool) -> None:
    """Decide as the account that ``--as`` names, and show what has become of the change set."""
    with writing() as directory:
        account_of(directory)
        rid, kinds = do(directory), running().kinds
        connection, viewer = directory.connection, directory.viewer
        found = doubted_change_set(connection, kinds, rid, viewer=viewer)
        kept, dropped = views.operations_seen(connection, kinds, rid, viewer=viewer)
    click.get_current_context().meta[PRINCIPAL] = directory.principal
    if is_json:
        show_answer(found, _change_set, is_json=True)
        return
    left_out = f", {dropped} dropped" if dropped else ""
    counted = f"{kept} operation{'' if kept == 1 else 's'}{left_out}"
    click.echo(f"{found['id']} is {found['state']}; {counted}.")


def _change_set(found: Document) -> Iterator[RenderableType]:
    yield facts_table(
        [
            ("Change set", found["id"]),
            ("State", found["state"]),
            ("Reason", plain(found["reason"])),
            ("Meeting", found["meeting"]),
            ("Origin", found["origin"]),
            ("Proposed", f"{found['proposed_at']} by {found['proposed_by']}"),
            ("Decided", _decided(found)),
            ("Remark", plain(found["remark"] or "")),
            ("Reverted by", ", ".join(found["reverted_by"])),
        ]
    )
    yield from _operations(found)


def _operations(found: Document) -> Iterator[RenderableType]:
    for operation in found["operations"]:
        yield from _operation(operation)


def _decided(found: Document) -> str | None:
    if found["decided_at"] is None:
        return None
    return " by ".join(filter(None, (found["decided_at"], found["decided_by"])))


def _operation(operation: Document) -> Iterator[RenderableType]:
    verb = "retire" if operation["op"] == "retire" else "write"
    if operation["op"] == "put" and operation["before"] is None:
        verb = "write a new"
    yield heading(f"{operation['n']}  {verb} {operation['kind']} {operation['id']}")
    yield indented(
        facts_table(
            [
                ("About", plain(_called(operation))),
                ("State", operation["state"]),
                ("Owner", f"{operation['owner']}, {marked(operation)}"),
                ("From", ", ".join(map(plain, operation["cells"]))),
                ("Second person", operation["why"]),
                ("Conflict", _conflict(operation)),
                ("Doubted", "\n".join(map(_doubt, operation["findings"]))),
            ]
        )
    )
    if operation["changes"]:
        rows = table("Field", "Before", "After")
        for each in operation["changes"]:
            said = _handover if each["field"] == "handover" else _said
            rows.add_row(each["field"], said(each["before"]), said(each["after"]))
        yield indented(rows)


def _doubt(finding: Document) -> str:
    taken = f", taken as {plain(finding['proposed'])}" if finding["proposed"] else ""
    code = finding["code"].replace("-", " ")
    return f"{plain(finding['cell'])}: {code}: {plain(finding['read'])}{taken}"


def _called(operation: Document) -> str:
    """What a record goes by now, or will where it is new: a retirement has no field to show it."""
    document = operation["before"] or operation["document"] or {}
    for field in ("title", "name"):
        if document.get(field):
            return in_english(document[field])
    return str(document.get("raw") or document.get("checked_at") or "")


def _conflict(operation: Document) -> Text | None:
    if operation["conflict"] is None:
        return None
    return Text(
        f"starts from revision {operation['base_revision']}, the record is at"
        f" {operation['revision']}",
        style="red",
    )


def _handover(value: Any) -> str:
    if not value:
        return ""
    return plain("; ".join(f"{key}: {answered(item)}" for key, item in value.items()))


def _said(value: Any) -> str:
    if value is None:
        return ""
    return plain(value if isinstance(value, str) else orjson.dumps(value).decode())
