"""A list that has come back from a meeting: what it says, what is doubted, and proposing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import RenderableType
from rich.table import Table

from directory.changes import deciding
from directory.cli.base import (
    PRINCIPAL,
    TEXT,
    as_json,
    asker,
    reading,
    running,
    writing,
)
from directory.cli.lists import group
from directory.cli.printing import (
    economy_named,
    heading,
    indented,
    progress,
    show,
    show_json,
    table,
)
from directory.cli.recording import record
from directory.clock import utc_now
from directory.documents import Document
from directory.errors import DirectoryError
from directory.meetings.lists.building import Planned
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.files import read_file
from directory.meetings.lists.limits import MOST_BYTES
from directory.meetings.lists.plans import Noted, Options, Plan
from directory.meetings.lists.returned import Sent, keep
from directory.meetings.lists.saying import DAY_FIRST, MONTH_FIRST, SayingSchema, within_clearance
from directory.names import in_english
from directory.policy import MARKINGS, Viewer
from directory.reach.text import plain
from directory.reference.facts import Facts

NO_ACCOUNT = """\
A list is proposed by somebody: name the account with --as. An account that may also approve is an
editor of the economies in the list, or a coordinator; docs/operating.md says how to make one:
    flask --app wsgi access operator create NAME"""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--meeting", type=TEXT, help="The slug of the meeting that it comes from.")
@click.option("--sheet", type=TEXT, help="The sheet to take; the first with a list on it if not.")
@click.option("--encoding", type=TEXT, help="Of a text file, where the guess is wrong.")
@click.option("--delimiter", type=TEXT, help="Of a text file, where the guess is wrong.")
@click.option("--dates", type=click.Choice((DAY_FIRST, MONTH_FIRST)), help="What 3/4/2012 means.")
@click.option("--marking", type=click.Choice(MARKINGS), help="Of what is new; AMBER if left out.")
@click.option("--match", "matches", type=TEXT, multiple=True, help="15=CONTACT_ID, or 15=new.")
@click.option("--propose", "is_proposed", is_flag=True, help="Keep it for others to decide on.")
@click.option("--apply", "is_applied", is_flag=True, help="Propose, and apply what --as may.")
@as_json
def import_list(
    file: Path,
    is_proposed: bool,
    is_applied: bool,
    is_json: bool,
    matches: Sequence[str],
    **said: Any,
) -> None:
    """Read a list that has come back, and print what it changes and what is doubted.

    Nothing is kept without --propose or --apply. With --apply each economy's part is approved and
    applied where --as may decide on it; what takes somebody else waits for them.
    """
    if (is_proposed or is_applied) and asker().account is None:
        raise click.UsageError(NO_ACCOUNT)
    given = {name: value for name, value in said.items() if value is not None}
    if matches:
        given["matches"] = ",".join(matches)
    loaded = _loaded(given)
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    book = read_file(
        data,
        file_name=file.name,
        encoding=loaded["encoding"],
        delimiter=loaded["delimiter"],
    )
    with reading() as directory, progress("Reading") as steps:
        viewer, facts = directory.viewer, directory.facts
        options = within_clearance(loaded["options"], viewer)
        plan = plan_list(
            directory.connection,
            facts,
            running().kinds,
            book,
            options,
            file_name=file.name,
            viewer=viewer,
            at=utc_now(),
            progress=steps,
        )
    record(b"{}", [one.before | {"id": one.id, "kind": one.kind} for one in _held(plan)])
    told = _document(plan)
    if not is_json:
        show(*_report(plan, facts))
    if is_proposed or is_applied:
        outcomes = _propose(plan, options, file.name, data, viewer, is_applied=is_applied)
        told["change_sets"] = outcomes
        if not is_json:
            show(*_outcomes(outcomes, facts))
    elif not is_json:
        click.echo("Nothing was kept. Give --propose or --apply, with --as ACCOUNT, to go on.")
    if is_json:
        show_json(orjson.dumps(told))


def _held(plan: Plan) -> Iterator[Any]:
    """The changes of records that are held: the report shows what these say now."""
    return (one for one in plan.operations if one.before is not None)


def _loaded(given: dict[str, Any]) -> dict[str, Any]:
    schema = SayingSchema()
    faults = schema.validate(given)
    if faults:
        raise click.UsageError("; ".join(f"--{name}: {told}" for name, told in faults.items()))
    loaded: dict[str, Any] = schema.load(given)
    return loaded


def _propose(
    plan: Plan, options: Options, name: str, data: bytes, viewer: Viewer, *, is_applied: bool
) -> list[Document]:
    """Keep the list as a proposal, and apply the parts that whoever proposes may apply."""
    kinds = running().kinds
    account = click.get_current_context().meta[PRINCIPAL].account
    with writing() as unit, progress("Proposing"):
        kept = keep(
            unit.connection,
            kinds,
            plan,
            options,
            Sent(name, data, account),
            viewer=unit.viewer,
            at=utc_now(),
        )
    outcomes = []
    with progress("Applying") as steps:
        for done, (owner, rid) in enumerate(kept.change_sets.items(), start=1):
            told: Document = {"owner": owner, "id": rid, "list": kept.id, "state": "proposed"}
            if is_applied:
                told |= _applied(rid)
                steps(done, len(kept.change_sets))
            outcomes.append(told)
    return outcomes


def _applied(rid: str) -> Document:
    """Approve and apply one part, whole or not at all; what hinders it is told."""
    kinds = running().kinds
    try:
        with writing() as unit:
            for decide in (deciding.approve, deciding.carry_out):
                decide(
                    unit.connection,
                    kinds,
                    rid,
                    viewer=unit.viewer,
                    why_not_second=running().second_person(unit.connection),
                    at=utc_now(),
                )
    except DirectoryError as error:
        return {"state": "proposed", "why": str(error)}
    return {"state": "applied"}


def _outcomes(outcomes: Sequence[Document], facts: Facts) -> list[RenderableType]:
    rows = table("Of", "State", "Change set, and what hinders it")
    for outcome in outcomes:
        why = f"\n{plain(outcome['why'])}" if "why" in outcome else ""
        rows.add_row(_owner(facts, outcome["owner"]), outcome["state"], f"{outcome['id']}{why}")
    if not outcomes:
        return [heading("Nothing is proposed: the directory says all of it already")]
    return [heading(f"Proposed as {outcomes[0]['list']}"), rows]


def _owner(facts: Facts, owner: str) -> str:
    return economy_named(facts, owner) if owner in facts.economies else owner


def _document(plan: Plan) -> Document:
    """The report for programs."""
    return {
        "reading": plan.reading,
        "cells": plan.cells,
        "cells_used": len(plan.used),
        "operations": [
            {
                "op": "retire" if one.document is None else "put",
                "kind": one.kind,
                "id": one.id,
                "owner": one.owner,
                "base_revision": one.base_revision,
                "cells": list(one.cells),
                "before": one.before,
                "document": one.document,
            }
            for one in plan.operations
        ],
        "findings": [
            {
                "cell": noted.finding.cell,
                "code": str(noted.finding.code),
                "read": noted.finding.read,
                "proposed": noted.finding.proposed,
                "confidence": noted.finding.confidence,
            }
            for noted in plan.findings
        ],
    }


def _report(plan: Plan, facts: Facts) -> Iterator[RenderableType]:
    """The report for people: how it was read, what it changes, and what is doubted."""
    read = plan.reading
    sheet = f", sheet {read['sheet']}" if read["sheet"] else ""
    encoding = ""
    if read["encoding"] is not None:
        others = ", ".join(read["encodings_possible"])
        sure = f" ({read['encoding_confidence']:.0%} sure{'; or ' + others if others else ''})"
        encoding = f", read as {read['encoding']}{sure}"
    yield heading(f"{read['rows']} rows{plain(sheet)}{encoding}")
    yield indented(
        f"Of {plan.cells} cells, {len(plan.used)} were used; every other one is among the findings."
    )
    for note in read["notes"]:
        yield indented(plain(note))
    for owner, operations in plan.by_owner().items():
        yield heading(f"{_owner(facts, owner)}: {len(operations)} changes")
        yield _differences(operations)
    yield heading(f"{len(plan.findings)} findings")
    yield _findings(plan.findings)


def _differences(operations: Sequence[Planned]) -> Table:
    rows = table("Record", "Field", "Before", "After")
    for one in operations:
        name = f"{one.kind} {_called(one)}"
        for number, (field, before, after) in enumerate(_changes(one)):
            rows.add_row(plain(name) if number == 0 else "", field, before, after)
    return rows


def _called(one: Planned) -> str:
    document = one.document or one.before or {}
    for field in ("title", "name"):
        if document.get(field):
            return in_english(document[field])
    return str(document.get("raw") or document.get("checked_at") or one.id)


NOT_TOLD = frozenset({"source", "owner", "contact", "channel", "marking", "audience", "position"})


def _changes(one: Planned) -> Iterator[tuple[str, str, str]]:
    if one.document is None:
        yield "retired", "", ""
    elif one.before is None:
        told = (
            f"{field.replace('_', ' ')}: {_text(value)}"
            for field, value in one.document.items()
            if value and field not in NOT_TOLD
        )
        yield "new", "", "; ".join(told)
    else:
        for field in one.document.keys() | one.before.keys():
            was, now = one.before.get(field), one.document.get(field)
            if was != now and field != "source":
                yield field.replace("_", " "), _text(was), _text(now)


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        return plain("; ".join(f"{key}: {item}" for key, item in value.items()))
    if isinstance(value, list):
        return plain(", ".join(map(str, value)))
    return plain(str(value))


def _findings(findings: Sequence[Noted]) -> Table:
    rows = table("Cell", "Doubt", "Read", "Proposed", "Sure")
    for noted in findings:
        finding = noted.finding
        rows.add_row(
            plain(finding.cell),
            str(finding.code).replace("-", " "),
            plain(finding.read[:200]),
            plain((finding.proposed or "")[:200]),
            f"{finding.confidence:.0%}",
        )
    return rows
