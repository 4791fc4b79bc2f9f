"""A list that has come back from a meeting: what it says, what is doubted, and proposing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import RenderableType

from directory.access.errors import RoleNeededError
from directory.changes.proposed import APPLIED
from directory.cli.base import PRINCIPAL, TEXT, as_json, asker, reading, running, writing
from directory.cli.list_decisions import decided
from directory.cli.list_reports import ASKING, next_steps, outcomes, report, summed_up
from directory.cli.lists import group
from directory.cli.printing import heading, progress, show, show_json
from directory.cli.recording import record
from directory.clock import utc_now
from directory.documents import Document
from directory.meetings.lists import queries
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.files import read_file
from directory.meetings.lists.limits import MOST_BYTES
from directory.meetings.lists.plans import Options, Plan
from directory.meetings.lists.queries import Part
from directory.meetings.lists.returned import Sent, keep
from directory.meetings.lists.saying import DAY_FIRST, MONTH_FIRST, SayingSchema, within_clearance
from directory.meetings.lists.together import Terms, Unit, applying, approving
from directory.meetings.no_list import refuse_no_list
from directory.policy import MARKINGS, Tlp
from directory.reference.facts import Facts

NO_ACCOUNT = """\
A list is proposed by somebody: name the account, --as ACCOUNT, by id or name.
Without one this only told what the list would change.
docs/operating.md has the commands that make an account, under
"An account that brings lists back"."""
NEEDS_A_PERSON = 2
MARKING_HELP = (
    "Of what is new; AMBER if left out, or the clearance of --as where that is lower. With one"
    " cleared for CLEAR alone it has to be said to propose."
)
PUBLIC_UNSAID = (
    "--marking: this account is cleared for nothing but CLEAR, so what the list brings new would"
    " be public; say --marking CLEAR if it may be"
)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--meeting", type=TEXT, help="The slug of the meeting that it comes from.")
@click.option("--sheet", type=TEXT, help="The sheet to take; the first with a list on it if not.")
@click.option("--encoding", type=TEXT, help="Of a text file, where the guess is wrong.")
@click.option("--delimiter", type=TEXT, help="Of a text file, where the guess is wrong.")
@click.option("--dates", type=click.Choice((DAY_FIRST, MONTH_FIRST)), help="What 3/4/2012 means.")
@click.option("--marking", type=click.Choice(MARKINGS), help=MARKING_HELP)
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
    """Read a list that has come back, and print what is doubted and what it changes.

    Nothing is kept without --propose or --apply. With --apply each economy's part is approved and
    applied where --as may decide on it; what takes somebody else waits for them. The exit code is
    2 where something waits, or a row is ambiguous.
    """
    if (is_proposed or is_applied) and asker().account is None:
        raise RoleNeededError(NO_ACCOUNT)
    plan, options, facts, data = _read(file, matches, said)
    is_unsaid = said["marking"] is None and options.marking is Tlp.CLEAR
    if (is_proposed or is_applied) and is_unsaid:
        raise click.UsageError(PUBLIC_UNSAID)
    record(b"{}", [one.before | {"id": one.id, "kind": one.kind} for one in _held(plan)])
    told = _document(plan)
    if not is_json:
        show(*report(plan, facts))
    if is_proposed or is_applied:
        list_id, items = _propose(plan, options, file.name, data, is_applied=is_applied)
        told |= {"id": list_id, "change_sets": items}
        if not is_json:
            show(*_ending(list_id, items, facts))
    elif not is_json:
        click.echo(_not_kept(plan, is_unsaid=is_unsaid))
    if is_json:
        show_json(orjson.dumps(told))
    else:
        click.echo(f"\n{summed_up(plan)}")
    if _waits(told, is_applied=is_applied):
        click.get_current_context().exit(NEEDS_A_PERSON)


def _ending(list_id: str, items: Sequence[Document], facts: Facts) -> Iterator[RenderableType]:
    """What became of a list that was kept, and how to go on with the rest."""
    if not items:
        yield heading("Nothing is proposed: the directory says all of it already.")
        return
    yield heading(f"Returned list {list_id}")
    yield from outcomes(items, facts)
    if any(item["state"] != APPLIED for item in items):
        yield next_steps(list_id)


def _not_kept(plan: Plan, *, is_unsaid: bool) -> str:
    told = "\nNothing was kept."
    if not plan.operations:
        return f"{told} There is nothing to propose."
    if asker().account is None:
        return f"{told} To go on: --propose or --apply, with --as ACCOUNT."
    public = ", with --marking CLEAR if what is new may be public" if is_unsaid else ""
    return f"{told} To go on: --propose or --apply{public}."


def _read(
    file: Path, matches: Sequence[str], said: dict[str, Any]
) -> tuple[Plan, Options, Facts, bytes]:
    """What a file proposes, held against what ``--as`` may see."""
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
        facts = directory.facts
        options = within_clearance(loaded["options"], directory.viewer)
        if said["marking"] not in {None, options.marking.label}:
            raise click.UsageError(f"--marking: above the clearance, {options.marking.label}")
        plan = plan_list(
            directory.connection,
            facts,
            running().kinds,
            book,
            options,
            file_name=file.name,
            viewer=directory.viewer,
            at=utc_now(),
            progress=steps,
        )
    refuse_no_list(plan)
    return plan, options, facts, data


def _waits(told: Document, *, is_applied: bool) -> bool:
    """Whether a person has to do something before all of it is done."""
    if any(each["code"] in ASKING for each in told["findings"]):
        return True
    return is_applied and any(each["state"] != "applied" for each in told["change_sets"])


def _held(plan: Plan) -> Iterator[Any]:
    """The changes of records that are held: the report shows what these say now."""
    return (one for one in plan.operations if one.before is not None)


def _loaded(given: dict[str, Any]) -> dict[str, Any]:
    schema = SayingSchema()
    faults = schema.validate(given)
    if faults:
        names = {"matches": "match"}
        raise click.UsageError(
            "; ".join(f"--{names.get(n, n)}: {', '.join(told)}" for n, told in faults.items())
        )
    loaded: dict[str, Any] = schema.load(given)
    return loaded


def _propose(
    plan: Plan, options: Options, name: str, data: bytes, *, is_applied: bool
) -> tuple[str, list[Document]]:
    """Keep the list as a proposal, and apply the parts that whoever proposes may apply."""
    kinds = running().kinds
    account = click.get_current_context().meta[PRINCIPAL].account
    sent = Sent(name, data, account)
    with writing() as unit, progress("Proposing"):
        kept = keep(unit.connection, kinds, plan, options, sent, viewer=unit.viewer, at=utc_now())
        parts = queries.parts_of(unit.connection, kinds, kept.id, viewer=unit.viewer)
    if not is_applied:
        return kept.id, [
            {"change_set": part.id, "owner": part.owner, "state": part.state} for part in parts
        ]
    terms = Terms(kinds, running().second_person, utc_now())
    approve, apply = approving(terms), applying(terms)

    def decide(unit: Unit, part: Part) -> Document:
        approve(unit, part)
        return apply(unit, part)

    return kept.id, decided(parts, decide)


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
