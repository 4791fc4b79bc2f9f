"""A seeded directory, lists taken along from it, and what comes of them when they come back."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook, load_workbook

from directory.db import Database
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.export import as_csv, as_xlsx
from directory.meetings.lists.files import read_file
from directory.meetings.lists.listing import list_called, taken_along
from directory.meetings.lists.plans import Options, Plan
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import machine_name
from directory.policy import PUBLIC, Role, Tlp, Viewer
from directory.reference.facts import ReferenceMemory
from directory.registry import KINDS

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

    def plan(self, data: bytes, name: str = "list.xlsx", **options: Any) -> Plan:
        """What comes of a list that comes back."""
        book = read_file(data, file_name=name)
        with self.database.reading() as connection:
            facts = ReferenceMemory().facts(connection, self.viewer)
            return plan_list(
                connection,
                facts,
                KINDS,
                book,
                Options(**options),
                file_name=name,
                viewer=self.viewer,
                at=NOW,
                progress=lambda done, of: None,
            )


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
