"""What one row of a returned list says, before it is held against the directory.

Several rows may come to say the same; one row never says more than one post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from directory.contacts.rules.words import Medium, Purpose
from directory.meetings.lists.rules.findings import Code, Doubt, Finding
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.meetings.lists.rules.network_names import NetworkName
from directory.meetings.lists.rules.people import Person
from directory.meetings.lists.used import Used


@dataclass(frozen=True, slots=True)
class Line:
    """A channel as a list gives it.

    Attributes:
        raw: As written, in one line.
        cell: The address of the cell that it stands in.
    """

    medium: Medium
    raw: str
    cell: str
    e164: str | None = None
    extension: str | None = None
    purpose: Purpose = Purpose.OFFICE


@dataclass(slots=True)
class Draft:
    """What one row says.

    Attributes:
        row: Its number, as a person sees it.
        place: Where it stands, in words: ``row 6 of POC list``.
        economy: Code of its economy; None where it names none that is known.
        is_post: Whether its name column names a post and no person.
        duty_hours: Of the post, in the ``opening_hours`` grammar.
        line_hours: Of its telephones, where they differ.
        is_round_the_clock_alone: Whether nothing but a yes to round the clock tells its hours.
        is_private: Whether the row says that the organisation is a company.
        is_record: Whether the row says anything of anybody.
        is_struck: Whether the row is struck out: who is named has left.
        is_highlighted: Whether it is marked as not confirmed.
        cells: Addresses of the cells that something was made of.
        findings: What is doubted of it.
        at: The address by which the row as a whole is doubted.
    """

    row: int
    place: str
    at: str
    economy: str | None = None
    title: str | None = None
    organisation: str | None = None
    people: tuple[Person, ...] = ()
    is_post: bool = False
    lines: list[Line] = field(default_factory=list)
    duty_hours: str | None = None
    line_hours: str | None = None
    is_round_the_clock_alone: bool = False
    zone: str | None = None
    languages: tuple[str, ...] = ()
    networks: tuple[NetworkName, ...] = ()
    confirmed_on: date | None = None
    remarks: str | None = None
    is_private: bool = False
    is_record: bool = True
    is_struck: bool = False
    is_highlighted: bool = False
    cells: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cell_of: dict[str, str] = field(default_factory=dict)

    def doubt(self, code: Code, read: str, proposed: str | None, confidence: float) -> None:
        """Doubt the row as a whole."""
        self.findings.append(Finding(self.at, code, read, proposed, confidence))

    def doubt_of(
        self, what: str, code: Code, read: str, proposed: str | None, confidence: float
    ) -> None:
        """Doubt the cell from which a field of the draft was read, or else the row."""
        cell = self.cell_of.get(what, self.at)
        self.findings.append(Finding(cell, code, read, proposed, confidence))

    def withhold_confirmation(self) -> None:
        """Make nothing of a date of confirmation that the directory may have printed itself."""
        if self.confirmed_on is not None:
            day, self.confirmed_on = self.confirmed_on.isoformat(), None
            told = "the row's record key is missing or damaged: this may be the date as printed"
            self.doubt_of("confirmed", Code.NOT_CONFIRMED, day, told, 1.0)

    @property
    def name(self) -> str:
        """Who or what it is about, in words."""
        named = [next(iter(person.name.values())) for person in self.people]
        return ", ".join(named) or self.title or self.organisation or self.economy or ""


class Ledger:
    """Every cell of a sheet that is not empty, and whether something was made of it.

    At the end each is used, or stands in a finding: nothing of a file is passed over in silence.
    """

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._sheets = tuple(sheets)
        self.count = sum(sheet.cells.written for sheet in self._sheets)
        self.used = Used()
        self.listed: set[str] = set()

    def use(self, sheet: Sheet, cell: Cell) -> None:
        """Something was made of the cell."""
        self.used.add(sheet.name, cell.row, cell.column)

    def release(self, sheet: Sheet, cell: Cell) -> None:
        """Nothing was made of the cell after all."""
        self.used.discard(sheet.name, cell.row, cell.column)

    def list(self, findings: Iterable[Finding]) -> None:
        """The cells stand in findings."""
        self.listed.update(finding.cell for finding in findings)

    def rest(self) -> Iterator[tuple[str, Cell]]:
        """The cells of which nothing was made and nothing was said.

        What a merged area covers is empty in the file; it is shown what its first cell says.
        """
        for sheet in self._sheets:
            for row in sheet.cells.rows():
                if all(self.used.has(sheet.name, row, c) for c in sheet.cells.columns(row)):
                    continue
                for cell in sheet.cells.row(row):
                    address = sheet.address_of(cell)
                    is_told = address in self.listed or self._is_used(sheet, cell)
                    if cell.merged_with is None and not is_told:
                        yield address, cell

    def _is_used(self, sheet: Sheet, cell: Cell) -> bool:
        return self.used.has(sheet.name, cell.row, cell.column)


def findings_of(cell: str, doubts: Sequence[Doubt]) -> list[Finding]:
    """Doubts as findings about one cell."""
    return [Finding(cell, d.code, d.read, d.proposed, d.confidence) for d in doubts]


def each_once(lines: Sequence[Line]) -> list[Line]:
    """The channels of a row, those left out that only repeat an earlier one."""
    kept: dict[tuple[str, str, str | None], Line] = {}
    for line in lines:
        medium = "" if line.medium in {Medium.TELEPHONE, Medium.MOBILE} else str(line.medium)
        kept.setdefault((medium, line.e164 or line.raw.casefold(), line.extension), line)
    return list(kept.values())
