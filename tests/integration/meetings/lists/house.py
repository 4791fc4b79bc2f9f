"""A seeded directory, lists taken along from it, and what comes of them when they come back."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from directory.changes.deciding import approve, carry_out
from directory.db import Database
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.export import as_csv, as_xlsx
from directory.meetings.lists.files import read_file
from directory.meetings.lists.listing import list_called, taken_along
from directory.meetings.lists.plans import Options, Plan
from directory.meetings.lists.returned import Kept, Sent, keep
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import machine_name
from directory.policy import PUBLIC, Role, Tlp, Viewer
from directory.reference.facts import ReferenceMemory
from directory.registry import KINDS
from tests.api.service import sown
from tests.databases import MakeFurnished

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FORMS: Mapping[str, Callable[[Any], bytes]] = {"xlsx": as_xlsx, "csv": as_csv}


@dataclass
class House:
    """A directory and somebody who may see and propose everything in it."""

    database: Database

    def __post_init__(self) -> None:
        with self.database.reading() as connection:
            public = ReferenceMemory().facts(connection, PUBLIC)
        self.viewer = Viewer(
            None,
            frozenset(public.networks),
            Tlp.RED,
            frozenset({*public.economies, "directory"}),
            frozenset({Role.COORDINATOR}),
            "somebody",
        )

    def taken(self, slug: str, form: str = "xlsx") -> bytes:
        """A list as it is taken along."""
        viewer = taken_along(self.viewer)
        with self.database.reading() as connection:
            facts = ReferenceMemory().facts(connection, viewer)
            found = list_called(connection, slug, viewer=viewer, facts=facts, at=NOW)
        return FORMS[form](found)

    def plan(
        self,
        data: bytes,
        name: str = "list.xlsx",
        *,
        viewer: Viewer | None = None,
        at: datetime = NOW,
        **options: Any,
    ) -> Plan:
        """What comes of a list that comes back."""
        viewer, book = viewer or self.viewer, read_file(data, file_name=name)
        with self.database.reading() as connection:
            return plan_list(
                connection,
                ReferenceMemory().facts(connection, viewer),
                KINDS,
                book,
                Options(**options),
                file_name=name,
                viewer=viewer,
                at=at,
                progress=lambda done, of: None,
            )

    def kept(
        self, plan: Plan, name: str = "list.xlsx", *, viewer: Viewer | None = None, **options: Any
    ) -> Kept:
        """A list that has become a proposal."""
        viewer = viewer or self.viewer
        sent = Sent(name, b"", str(viewer.account))
        with self.database.writing() as connection:
            return keep(connection, KINDS, plan, Options(**options), sent, viewer=viewer, at=NOW)

    def applied(self, change_sets: Iterable[str], *, by: Viewer | None = None) -> None:
        """Approve and apply each part, as somebody else than who proposed it if nothing is said."""
        for rid in change_sets:
            for decide in (approve, carry_out):
                with self.database.writing() as connection:
                    decide(
                        connection,
                        KINDS,
                        rid,
                        viewer=by or self.second,
                        why_not_second=is_other,
                        at=NOW,
                    )

    @property
    def second(self) -> Viewer:
        """Somebody else who may see and decide on everything."""
        return replace(self.viewer, account="somebody else")

    def records(self) -> dict[str, Any]:
        """What every live record says, by id; how often it was written is left out."""
        found = {}
        with self.database.reading() as connection:
            for kind in KINDS:
                live = kind.table.c.retired_at.is_(None)
                for text in connection.scalars(select(kind.table.c.document).where(live)):
                    document = orjson.loads(text)
                    found[document["id"]] = document | {"revision": None}
        return found


def seeded_house(make: MakeFurnished, *sets: str) -> Iterator[House]:
    """A directory with some seed sets, until the test or module ends that asked for it."""
    database = Database(make(*sown(*sets, at=NOW)).url)
    yield House(database)
    database.dispose()


def is_other(author: str, approver: str) -> str | None:
    """Whoever did not write something is a second person to whoever did."""
    return "It is their own." if author == approver else None


def unaccounted(plan: Plan, data: bytes, name: str = "list.xlsx") -> set[str]:
    """The cells of a file of which nothing was made and nothing was said."""
    written = {
        sheet.address_of(cell)
        for sheet in read_file(data, file_name=name).sheets
        for cell in sheet.cells.values()
        if cell.merged_with is None
    }
    assert plan.cells == len(written)
    return written - plan.used - {noted.finding.cell for noted in plan.findings}


class Sheet:
    """A list that was taken along, opened by a person who changes it."""

    def __init__(self, data: bytes) -> None:
        self._book = load_workbook(io.BytesIO(data))
        self.sheet: Any = self._book.worksheets[0]
        self.machine_row: int = next(
            int(row[0].row or 0)
            for row in self.sheet.iter_rows()
            if str(row[0].value or "").startswith("directory:")
        )

    @property
    def first(self) -> int:
        """The first row of the list itself."""
        return self.machine_row + 1

    def column(self, column: Column) -> int:
        """Where a column stands."""
        return next(
            int(cell.column)
            for cell in self.sheet[self.machine_row]
            if cell.value == machine_name(column)
        )

    def cell(self, row: int, column: Column) -> Any:
        """A cell of the list, rows counted from its first."""
        return self.sheet.cell(self.first + row, self.column(column))

    def rows(self) -> int:
        """How many rows the list has."""
        return int(self.sheet.max_row) - self.first + 1

    def row_where(self, holds: Callable[[Callable[[Column], str]], bool]) -> int:
        """The first row of which something holds."""
        for row in range(self.rows()):
            if holds(lambda column, row=row: str(self.cell(row, column).value or "")):  # type: ignore[misc]
                return row
        raise AssertionError("no such row")

    def saved(self) -> bytes:
        """The file as it is sent back."""
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()

    def as_csv(self, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
        """The first sheet as a spreadsheet program saves it as text."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        for row in self.sheet.iter_rows(values_only=True):
            writer.writerow(["" if value is None else value for value in row])
        return out.getvalue().encode(encoding)


def moved(data: bytes, order: Callable[[list[int]], list[int]]) -> bytes:
    """The same list with its columns in another order, or without some; as a new workbook."""
    source = load_workbook(io.BytesIO(data)).worksheets[0]
    book = Workbook()
    sheet: Any = book.active
    places = order(list(range(source.max_column)))
    for row in source.iter_rows():
        for place, column in enumerate(places, start=1):
            value = row[column].value
            if value is not None:
                sheet.cell(row[0].row, place, value).data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
