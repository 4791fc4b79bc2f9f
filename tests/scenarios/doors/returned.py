"""A list that somebody sent in, with doubts under every label: whom what of it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Table, insert, select

from directory.changes.models import proposed_change_sets, proposed_operations
from directory.db import Database
from directory.meetings.lists.building import Planned
from directory.meetings.lists.plans import Noted, Options, Plan
from directory.meetings.lists.returned import Sent, keep
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.models import list_findings, returned_lists
from directory.policy import DIRECTORY, Label, Tlp
from directory.registry import KINDS
from directory.service import Asker
from directory.web.context import running
from tests.api.service import Service
from tests.api.world import number, rid
from tests.scenarios.doors.people import Person
from tests.scenarios.doors.records import LABELS, Records, word

SENT_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
FILE_NAME = f"{word('the file of a list')}.csv"
MEETING_PLACE = LABELS.index(Label(Tlp.AMBER, frozenset(), DIRECTORY))
FIRST = {"AU": 1100, "JP": 1200}
"""The first of an economy's lines that a list proposes another number for, one for each label."""
DECIDES_FOR_ALL = "coordinator"


@dataclass(frozen=True)
class Doubt:
    """One finding, and who may see it.

    Attributes:
        place: Its place among all.
        operation: The line that it casts doubt on; None where nothing was made of it.
    """

    place: int
    label: Label
    values: frozenset[str]
    operation: str | None = None

    def is_seen(self, person: Person) -> bool:
        """Whether somebody who did not send the list in may see it."""
        if not person.sees(self.label):
            return False
        decides = self.label.owner in person.viewer.editor_of or person.name == DECIDES_FOR_ALL
        return self.operation is not None or decides


@dataclass
class Returned:
    """The list, as everybody may see it.

    Attributes:
        change_sets: By owner.
        lines: The labels of the lines that it proposes to change, by id.
    """

    sender: Person
    id: str = ""
    change_sets: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Label] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)

    def lines_for(self, person: Person, owner: str | None = None) -> list[str]:
        """The lines whose change somebody may see, of one owner or of all."""
        return [
            key for key, label in self.lines.items()
            if person.sees(label) and owner in {None, label.owner}
        ]  # fmt: skip

    def doubts_for(self, person: Person) -> list[Doubt]:
        """The findings that somebody may see."""
        if person.account == self.sender.account:
            return self.doubts
        return [doubt for doubt in self.doubts if doubt.is_seen(person)]

    def values_for(self, person: Person | None) -> set[str]:
        """What somebody may meet of it; None is everything there is."""
        doubts = self.doubts if person is None else self.doubts_for(person)
        lines = self.lines if person is None else self.lines_for(person)
        found = {value for doubt in doubts for value in doubt.values}
        found |= {self.numbers[key] for key in lines}
        if found:
            found |= {self.id, FILE_NAME.removesuffix(".csv")}
        for owner, change_set in self.change_sets.items():
            if person is None or self.lines_for(person, owner):
                found.add(change_set)
        return found

    def hidden_from(self, person: Person) -> set[str]:
        """Ids of the list and of those change sets of which somebody may see nothing."""
        return {self.id, *self.change_sets.values()} - self.values_for(person)

    def copy(self, source: Database, target: Database, person: Person) -> None:
        """Let a directory hold what somebody may see of the list, and nothing else."""
        if self.id not in self.values_for(person):
            return
        places = {doubt.place for doubt in self.doubts_for(person)}
        lines = set(self.lines_for(person))
        shown: dict[Table, Callable[[RowMapping], bool]] = {
            proposed_change_sets: lambda row: (
                row["bundle"] == self.id and row["id"] not in self.hidden_from(person)
            ),
            proposed_operations: lambda row: (
                row["change_set"] in self.change_sets.values() and row["rid"] in lines
            ),
            returned_lists: lambda row: True,
            list_findings: lambda row: row["place"] in places,
        }
        places_of: dict[tuple[str, int], int] = {}
        with source.reading() as reading, target.writing() as writing:
            for table, is_shown in shown.items():
                found = reading.execute(select(table)).mappings()
                if rows := [dict(row) for row in found if is_shown(row)]:
                    _close_gaps(rows, places_of)
                    writing.execute(insert(table), rows)


def _close_gaps(rows: list[dict[str, Any]], places_of: dict[tuple[str, int], int]) -> None:
    """Count operations and findings anew, as if the hidden ones had never been there.

    Args:
        rows: Of one table.
        places_of: The new places of operations, by change set and old place; filled by theirs.
    """
    if "rid" in rows[0]:
        rows.sort(key=lambda row: (row["change_set"], row["place"]))
        for row in rows:
            taken = sum(change_set == row["change_set"] for change_set, _ in places_of)
            places_of[row["change_set"], row["place"]] = taken
            row["place"] = taken
    elif "cell" in rows[0]:
        rows.sort(key=lambda row: int(row["place"]))
        for place, row in enumerate(rows):
            row["place"] = place
            if row["operation"] is not None:
                row["operation"] = places_of.get((row["change_set"], row["operation"]))


def send_in(service: Service, records: Records, sender: Person) -> Returned:
    """Let somebody send in a list that proposes another number for lines under every label."""
    made = Returned(sender)
    planned = []
    for owner, first in FIRST.items():
        for place in range(len(LABELS)):
            key = rid("channel", first + place)
            label = records.pasts[key][-1].label
            if not sender.sees(label):
                continue
            before = records.document(key)
            raw = number(9100 + first - 1100 + place)
            planned.append(
                Planned("channel", key, 1, owner, label, {**before, "raw": raw}, before,
                        cells=[f"E{first + place}"])
            )  # fmt: skip
            made.lines[key], made.numbers[key] = label, raw[-4:]
    noted = [_noted(made, one, one.label) for one in planned]
    noted += [
        _noted(made, None, Label(marking, frozenset(), owner))
        for owner in (*FIRST, DIRECTORY)
        for marking in Tlp
    ]
    plan = Plan(planned, noted, {"form": "csv"}, 500, frozenset({"E1"}), SENT_AT.date())
    meeting = str(records.document(rid("meeting", MEETING_PLACE))["slug"])
    with running(service.app).writing(Asker(token=sender.token), at=SENT_AT) as unit:
        kept = keep(
            unit.connection,
            KINDS,
            plan,
            Options(meeting=meeting),
            Sent(FILE_NAME, b"a list", str(sender.account)),
            viewer=unit.viewer,
            at=SENT_AT,
        )
    made.id, made.change_sets = kept.id, dict(kept.change_sets)
    return made


def _noted(made: Returned, planned: Planned | None, label: Label) -> Noted:
    """A finding in which words stand that stand nowhere else."""
    place = len(made.doubts)
    read, proposed = word("read", place), word("proposed", place)
    made.doubts.append(
        Doubt(place, label, frozenset({read, proposed}), None if planned is None else planned.id)
    )
    finding = Finding(f"POC!L{place}", Code.REMARK, read, proposed, 0.5)
    return Noted(finding, planned, label.owner, label.marking, tuple(sorted(label.audience)))
