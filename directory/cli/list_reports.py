"""How a list that has come back is put for a person: what is doubted, then what it changes.

Whoever reads this has the list beside them. So doubts name its cells, and what needs a person
stands above what only has to be looked over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from directory.cli.printing import answered, economy_named, heading, indented, table
from directory.documents import Document
from directory.meetings.lists.building import Planned
from directory.meetings.lists.plans import Plan
from directory.names import in_english
from directory.reach.text import plain
from directory.reference.facts import Facts

UNSURE = 0.5
LONGEST = 200
ASKING = frozenset({"ambiguous-match", "ambiguous-economy"})
"""Doubts that only a person can settle: nothing was proposed of these rows."""
GROUPS = (
    ("To settle: less than half sure", 0.0, UNSURE),
    ("To look over", UNSURE, 1.0),
    ("For the record: put otherwise, or not used", 1.0, 2.0),
)
"""Doubts by how sure the reading is: from one figure to below another."""
NOT_TOLD = frozenset(
    {"source", "owner", "economy", "contact", "channel", "marking", "audience", "position", "slug",
     "organisation", "sector", "organisation_type"}
)  # fmt: skip
"""Of new records: what follows from the rest, or stands above."""


def report(plan: Plan, facts: Facts) -> Iterator[RenderableType]:
    """A list that was read: how, what is doubted, and what it changes for each economy."""
    yield from _reading(plan)
    told = [_told(noted.finding) for noted in plan.findings]
    yield from findings(told, sheet=plan.reading["sheet"])
    names = {
        one.id: in_english(one.document["name"])
        for one in plan.operations
        if one.kind == "organisation" and one.document is not None
    }
    for owner, operations in plan.by_owner().items():
        yield heading(f"{owner_named(facts, owner)}: {_counted(operations)}")
        yield indented(_differences(operations, names))


def _told(finding: Any) -> Document:
    return {
        name: getattr(finding, name) for name in ("cell", "code", "read", "proposed", "confidence")
    }


def _reading(plan: Plan) -> Iterator[RenderableType]:
    read = plan.reading
    sheet = f" on the sheet {plain(read['sheet'])}" if read["sheet"] else ""
    yield heading(f"{read['rows']} rows{sheet}")
    if read["encoding"] is not None:
        others = ", ".join(read["encodings_possible"])
        sure = f"{read['encoding_confidence']:.0%} sure"
        yield indented(
            f"Read as {read['encoding']} ({sure}{'; or ' + others if others else ''})."
            + (" Where that is wrong, give --encoding." if others else "")
        )
    yield indented(
        f"Of {plan.cells} cells {len(plan.used)} were used; every other one is listed below."
    )
    for note in read["notes"]:
        yield indented(plain(note))


def findings(found: Sequence[Document], *, sheet: str | None = None) -> Iterator[RenderableType]:
    """Doubts about a list, those that need a person first.

    Args:
        found: In the order of the cells.
        sheet: The sheet that was taken, which cells then need not name.
    """
    for title, least, below in GROUPS:
        group = [each for each in found if least <= each["confidence"] < below]
        if group:
            yield heading(f"{title} ({len(group)})")
            yield indented(_doubts(group, sheet))
    if any(each["code"] in ASKING for each in found):
        yield indented(
            "What is ambiguous was left out. Say what a row is about, by its number, and import the"
            " list again: --match 15=CONTACT_ID, or --match 15=new; write an economy's name out."
        )


def _doubts(group: Iterable[Document], sheet: str | None) -> Table:
    rows = table("Cell", "What stands there", "Taken as", "Doubt")
    for each in group:
        sure = "" if each["confidence"] >= 1 else f", {each['confidence']:.0%} sure"
        rows.add_row(
            plain(each["cell"].removeprefix(f"{sheet}!")),
            _cut(each["read"]),
            _cut(each["proposed"] or ""),
            f"{str(each['code']).replace('-', ' ')}{sure}",
        )
    return rows


def _cut(text: str) -> str:
    return plain(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def owner_named(facts: Facts, owner: str) -> str:
    """Whose records they are, by name."""
    return economy_named(facts, owner) if owner in facts.economies else owner


def _counted(operations: Sequence[Planned]) -> str:
    counts = {
        "new": sum(one.before is None for one in operations),
        "changed": sum(None not in (one.before, one.document) for one in operations),
        "ended": sum(one.document is None for one in operations),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _differences(operations: Sequence[Planned], names: Mapping[str, str]) -> Table:
    """What changes, record by record; confirmations of a day together."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    channels = {one.id: _called(one) for one in operations if one.kind == "channel"}
    confirmed: dict[str, list[str]] = {}
    for one in operations:
        if one.kind == "check" and one.before is None and one.document is not None:
            day = one.document["checked_at"][:10]
            confirmed.setdefault(day, []).append(channels.get(one.document["channel"], ""))
            continue
        rows.add_row(_sign(one), Text(f"{one.kind} {plain(_called(one))}", style="bold"))
        for line in _lines(one, names):
            rows.add_row("", f"  {line}")
    for day, numbers in sorted(confirmed.items()):
        held = sum(not number for number in numbers)
        told = [*filter(None, numbers), *([f"{held} that are held already"] if held else [])]
        rows.add_row("✓", f"confirmed on {day}: {plain(', '.join(told))}")
    return rows


def _sign(one: Planned) -> str:
    if one.document is None:
        return "-"
    return "+" if one.before is None else "~"


def _called(one: Planned) -> str:
    document = one.document or one.before or {}
    for name in ("title", "name"):
        if document.get(name):
            return in_english(document[name])
    return str(document.get("raw") or document.get("checked_at") or one.id)


def _lines(one: Planned, names: Mapping[str, str]) -> Iterator[str]:
    document, before = one.document, one.before
    if document is None:
        return
    if before is None:
        agency = names.get(document.get("organisation", ""))
        told = [f"of {plain(agency)}"] if agency is not None and one.kind == "contact" else []
        told += [
            f"{_word(name)} {_text(value)}"
            for name, value in document.items()
            if value and name not in NOT_TOLD and not _is_the_name(one, name, value)
        ]
        if told:
            yield "; ".join(told)
        return
    for name, value in document.items():
        if value != before.get(name) and name != "source":
            was = _text(before.get(name)) or "nothing"
            yield f"{_word(name)}: {was} → {_text(value) or 'nothing'}"


def _is_the_name(one: Planned, name: str, value: Any) -> bool:
    return name in {"title", "name", "raw"} and (not isinstance(value, dict) or len(value) == 1)


def _word(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        if len(value) == 1:
            return plain(str(next(iter(value.values()))))
        return plain("; ".join(f"{key}: {answered(item)}" for key, item in value.items()))
    if isinstance(value, list):
        return plain(", ".join(map(str, value)))
    return plain(str(value))


def outcomes(items: Sequence[Document], facts: Facts) -> Iterator[RenderableType]:
    """What became of a list, economy by economy; then what hinders the rest, each thing once."""
    rows = table("Of", "State", "Change set")
    hindered: dict[str, list[str]] = {}
    for item in items:
        rows.add_row(owner_named(facts, item["owner"]), item["state"], item["change_set"])
        if "detail" in item:
            hindered.setdefault(item["detail"], []).append(item["owner"])
    yield rows
    for detail, owners in hindered.items():
        yield indented(f"{', '.join(owners)}: {plain(detail)}")
    why = (each["detail"] for item in items for each in item.get("errors", ()))
    for detail in dict.fromkeys(why):
        yield indented(f"· {plain(detail)}")


def next_steps(list_id: str) -> RenderableType:
    """What whoever may decide on the rest has to type."""
    return indented(
        "Whoever may decide on what waits goes on with:\n"
        f"  lists approve {list_id} --as ACCOUNT\n"
        f"  lists apply {list_id} --as ACCOUNT"
    )


def summed_up(plan: Plan) -> str:
    """All of it in one line."""
    to_settle = sum(noted.finding.confidence < UNSURE for noted in plan.findings)
    return ", ".join(
        (
            _count(len(plan.by_owner()), "economy", "economies"),
            _count(len(plan.operations), "change", "changes"),
            f"{_count(to_settle, 'doubt', 'doubts')} to settle",
        )
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
