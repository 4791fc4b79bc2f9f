"""From a file that was read to the plan of what it proposes: the one engine of API and commands.

Nothing is written here. The directory is read as whoever returned the list may see it, so a list
can be held against nothing that its sender could not have looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import orjson
from sqlalchemy import Connection

from directory.changes.errors import UnknownRecordError
from directory.changes.kinds import Kinds
from directory.changes.operations import checked
from directory.changes.queries import find, records
from directory.contacts.queries import desks, organisations_of
from directory.db import let_go_of_pages
from directory.documents import Document
from directory.meetings.attending import attended_by
from directory.meetings.lists.agencies import Agencies
from directory.meetings.lists.building import Builder
from directory.meetings.lists.choosing import chosen_sheet
from directory.meetings.lists.claims import NEW, matched
from directory.meetings.lists.drafts import Draft, Ledger, findings_of
from directory.meetings.lists.duplicates import without_duplicates
from directory.meetings.lists.edits import Edits
from directory.meetings.lists.elsewhere import note_numbers_elsewhere
from directory.meetings.lists.help_sheet import is_help, is_printed_help
from directory.meetings.lists.likeness import name_key
from directory.meetings.lists.matching import Posts, post_of
from directory.meetings.lists.place_names import Places
from directory.meetings.lists.planning import Planner
from directory.meetings.lists.plans import Options, Plan, Progress, noted
from directory.meetings.lists.rows import Reader, note_everything
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.dates import DayOrder, day_order
from directory.meetings.lists.rules.findings import Code, Doubt, Finding
from directory.meetings.lists.rules.grid import Book, Cell, Sheet, column_letters
from directory.meetings.lists.rules.headings import FoundTable
from directory.meetings.lists.rules.network_names import ALIASES
from directory.meetings.lists.rules.words import tidy
from directory.meetings.lists.sections import Sections, with_economies
from directory.meetings.lists.setting import Setting
from directory.meetings.lists.sifting import proposable
from directory.meetings.lists.standing import Standing
from directory.meetings.lists.terms import Terms
from directory.policy import DIRECTORY, Label, Viewer, covers
from directory.reference.facts import Facts

_WHO_HAS_LEFT = (
    "number", "economy", "honorific", "name", "family_name", "given_name", "own_script", "title",
    "organisation", "confirmed",
)  # fmt: skip
STEPS = 100
"""After how many rows progress is told."""


def plan_list(
    connection: Connection,
    facts: Facts,
    kinds: Kinds,
    book: Book,
    options: Options,
    *,
    file_name: str,
    viewer: Viewer,
    at: datetime,
    progress: Progress,
) -> Plan:
    """Work out what a returned list proposes.

    Args:
        connection: A reading unit of work.
        facts: The reference data that the viewer may see.
        kinds: The registered kinds.
        book: The file as it was read.
        options: What its sender says of it.
        file_name: What the records that come of it name as their source.
        viewer: Who returned it.
        at: The present instant.
        progress: Told how many rows of how many are done.

    Raises:
        NoListError: There is no row of headings in it that a list of contacts has.
        UnknownSheetError: It has no sheet of the name that was asked for.
        UnknownRecordError: The viewer may not see the meeting, or there is none.
    """
    sheet, table = chosen_sheet(book, options.sheet)
    work = _Work(connection, facts, kinds, book, sheet, table, options, viewer, at)
    work.look_around(file_name)
    work.read(progress)
    work.propose()
    plan = work.plan()
    let_go_of_pages(connection)
    return plan


class _Work:
    """One list on its way to a plan."""

    def __init__(
        self,
        connection: Connection,
        facts: Facts,
        kinds: Kinds,
        book: Book,
        sheet: Sheet,
        table: FoundTable,
        options: Options,
        viewer: Viewer,
        at: datetime,
    ) -> None:
        self._connection = connection
        self._facts = facts
        self._kinds = kinds
        self._book = book
        self._sheet = sheet
        self._table = table
        self._options = options
        self._viewer = viewer
        self._at = at
        self._today = at.date()
        self._ledger = Ledger(book.sheets)
        self._loose: list[Finding] = []
        self._doubts: list[tuple[str, list[Finding]]] = []
        self._foreign: list[Draft] = []
        self._builder = Builder(lambda kind, document: kinds[kind].as_given(document))

    def look_around(self, file_name: str) -> None:
        """Look up what the list is held against."""
        meeting = self._meeting()
        self._terms = Terms(
            document=file_name,
            meeting=self._named(meeting),
            marking=self._options.marking,
            viewer=self._viewer,
            at=self._at,
            changed_on=self._changed_on(meeting),
            attended=self._attended(meeting),
            economies=self._facts.economies,
        )
        # Not a method of this: what is looked up here is to go as soon as the plan is made.
        self._place_called = Places(self._facts).called
        self._table = with_economies(self._sheet, self._table, self._place_called)
        self._columns = self._table.meanings()
        self._sections = Sections(self._sheet, self._table, self._place_called)
        self._setting = Setting(
            self._place_called,
            {slug: _names(document) for slug, document in self._facts.networks.items()},
            self._order(),
            self._today,
            file_name,
        )
        self._standing = Standing(self._facts.networks, self._facts.memberships_of, self._today)
        codes = self._economies()
        self._posts = self._held_posts(codes)
        self._agencies = Agencies(
            self._builder,
            organisations_of(self._connection, codes, viewer=self._viewer),
            marking=self._options.marking,
            source=self._terms.source,
            language_of=self._terms.language_of,
        )
        self._planner = Planner(
            self._builder, self._terms, self._posts, self._agencies, self._standing
        )
        self._edits = Edits(
            self._connection,
            self._kinds,
            self._builder,
            self._planner,
            self._posts,
            self._standing,
            self._facts,
            self._ledger,
            viewer=self._viewer,
        )

    def _meeting(self) -> Document | None:
        if self._options.meeting is None:
            return None
        kind = self._kinds["meeting"]
        rid = find(self._connection, kind, self._options.meeting, viewer=self._viewer)
        live = records(self._connection, kind, [rid], viewer=self._viewer)
        if rid not in live:
            raise UnknownRecordError(f"There is no meeting {self._options.meeting!r}.")
        found: Document = orjson.loads(live[rid])
        return found

    def _named(self, meeting: Document | None) -> str | None:
        """The meeting as records name it, where all who see them see it as well."""
        if meeting is None:
            return None
        records = Label(self._options.marking, frozenset(), DIRECTORY)
        return meeting["slug"] if covers(Label.of(meeting), records) else None

    def _changed_on(self, meeting: Document | None) -> date:
        if meeting is not None:
            day = meeting["until_date"] or meeting["from_date"]
            if day is not None and day <= self._today.isoformat():
                return date.fromisoformat(day)
        return self._today

    def _attended(self, meeting: Document | None) -> frozenset[str]:
        if meeting is None:
            return frozenset()
        names = attended_by(self._connection, meeting["slug"], viewer=self._viewer)
        return frozenset(name_key(name) for name in names)

    def _texts(self, column: Column) -> Iterator[str]:
        """The texts of one meaning, over all rows."""
        if not any(column in meant.values() for _, meant in self._table.parts):
            return
        for row in self._table.data_rows:
            meant = self._table.meanings_of(row)
            for cell in self._sheet.cells.row(row):
                if meant.get(cell.column) is column and not cell.is_hidden:
                    yield tidy(cell.text)

    def _order(self) -> DayOrder | None:
        if self._options.is_month_first is not None:
            return DayOrder.MONTH_FIRST if self._options.is_month_first else DayOrder.DAY_FIRST
        return day_order(list(self._texts(Column.CONFIRMED)))

    def _economies(self) -> list[str]:
        """The codes of the economies that its rows name."""
        places = (self._place_called(text)[0] for text in set(self._texts(Column.ECONOMY)))
        named = {place.code for place in places if place is not None}
        return sorted(named | self._sections.codes)

    def _held_posts(self, economies: Sequence[str]) -> Posts:
        ids = [rid for rid in self._options.matches.values() if rid != NEW]
        posts, today = Posts(), self._today.isoformat()
        # One economy after the other: the answer of the database is never held for all of them.
        for codes, some in (*(([code], []) for code in economies), ([], ids)):
            views = desks(self._connection, codes, some, viewer=self._viewer, at=self._at)
            for rid in sorted(views.texts):
                if posts.get(rid) is None:
                    posts.add(post_of(views.texts[rid], today))
            let_go_of_pages(self._connection)
        return posts

    def read(self, progress: Progress) -> None:
        """Read every row; each becomes a draft or findings.

        An edit of what was taken along is proposed at once: it hangs on no other row.
        """
        self._list_what_is_no_row()
        reader = Reader(self._sheet, self._columns, self._setting, self._ledger)
        rows = [row for row in self._table.data_rows if row not in self._sections.rows]
        for done, row in enumerate(rows, start=1):
            reader.columns = self._table.meanings_of(row)
            if self._sections:
                reader.enter(self._sections.over(row))
            self._row(reader, row, self._sheet.cells.row(row))
            if done % STEPS == 0 or done == len(rows):
                progress(done, len(rows))

    def _list_what_is_no_row(self) -> None:
        for sheet in self._book.sheets:
            if self._table.machine_row is not None and is_help(sheet):
                for cell in sheet.cells.values():
                    if is_printed_help(cell):
                        self._ledger.use(sheet, cell)
                    else:
                        self._loose += self._told(sheet, cell, Code.OTHER_SHEET)
            elif sheet is not self._sheet:
                code = Code.HIDDEN if sheet.is_hidden else Code.OTHER_SHEET
                self._loose += note_everything(sheet, code)
        self._loose += [*self._sections.without(self._table.findings), *self._sections.findings]
        for cell in self._sections.cells:
            self._ledger.use(self._sheet, cell)
        for row in (*self._table.heading_rows, self._table.machine_row):
            for cell in () if row is None else self._sheet.cells.row(row):
                self._ledger.use(self._sheet, cell)

    def _told(self, sheet: Sheet, cell: Cell, code: Code) -> list[Finding]:
        return findings_of(sheet.address_of(cell), [Doubt(code, cell.text, None, 1.0)])

    def _row(self, reader: Reader, row: int, cells: Sequence[Cell]) -> None:
        shown = [cell for cell in cells if not cell.is_hidden or self._is_ours(cell)]
        for cell in cells:
            if cell not in shown:
                self._loose += self._told(self._sheet, cell, Code.HIDDEN)
        if not shown:
            return
        draft = self._edits.read(reader, row, shown)
        if draft is None:
            draft = reader.read(row, shown)
            if self._has_lost_its_key(shown):
                draft.withhold_confirmation()
        # Of a draft that is proposed only what is doubted is needed any more.
        self._doubts.append((draft.economy or DIRECTORY, draft.findings))
        if draft.is_record and not self._edits.has(draft):
            self._foreign.append(draft)

    def _has_lost_its_key(self, cells: Sequence[Cell]) -> bool:
        """Whether a row may be one that the directory printed, though nothing says of what.

        A row whose key is empty was added by somebody.
        """
        if self._table.machine_row is None:
            return False
        keys = [cell for cell in cells if self._is_ours(cell)]
        return bool(keys) or Column.RECORD not in self._columns.values()

    def _is_ours(self, cell: Cell) -> bool:
        """Whether a hidden cell is the directory's own, by which it knows its records again."""
        return self._columns.get(cell.column) is Column.RECORD

    def propose(self) -> None:
        """Propose what the rows say, each thing once."""
        for draft in self._foreign:
            if draft.is_struck:
                self._let_go(draft)
        rows = without_duplicates(self._foreign)
        self._foreign.clear()
        for draft, match in matched(rows, self._posts, self._options.matches, self._edits.posts):
            self._planner.propose(draft, match)
        # What is planned needs nothing more of what the directory holds.
        del self._posts, self._agencies, self._planner, self._edits

    def _let_go(self, draft: Draft) -> None:
        """List what a struck-out row says beyond who has left which post, and when."""
        telling = {draft.cell_of.get(what) for what in _WHO_HAS_LEFT}
        cells = {self._sheet.address_of(c): c for c in self._sheet.cells.row(draft.row)}
        for address in draft.cells:
            if address not in telling:
                cell = cells[address]
                self._ledger.release(self._sheet, cell)
                text = cell.text if cell.merged_with is None else ""
                told = "nothing is made of how somebody was reached who has left"
                draft.findings.append(Finding(address, Code.NOT_PROPOSED, text, told, 1.0))
        draft.cells = [address for address in draft.cells if address in telling]

    def plan(self) -> Plan:
        """What all of it comes to."""
        unsound = self._builder.drop_unsound(lambda put: checked(self._kinds, put))
        operations = self._builder.operations()
        sound, hindered = proposable(
            self._connection, self._kinds, operations, viewer=self._viewer, at=self._at
        )
        note_numbers_elsewhere(self._connection, self._kinds, operations, viewer=self._viewer)
        findings = [(finding, DIRECTORY) for finding in self._loose]
        findings += [(finding, one.owner) for one in unsound for finding in one.findings]
        for owner, doubts in self._doubts:
            findings += [(finding, owner) for finding in doubts]
        self._ledger.list(finding for finding, _ in findings)
        findings += [
            (Finding(address, Code.NOT_PROPOSED, cell.text, None, 1.0), DIRECTORY)
            for address, cell in self._ledger.rest()
        ]
        return Plan(
            sound,
            [*noted(findings, operations, self._options.marking), *hindered],
            self._reading(),
            self._ledger.count,
            self._ledger.used,
            self._today,
        )

    def _reading(self) -> Document:
        return {
            "form": self._book.form,
            "sheet": self._sheet.name or None,
            "encoding": self._book.encoding,
            "encoding_confidence": self._book.encoding_confidence,
            "encodings_possible": list(self._book.encodings_possible),
            "delimiter": self._book.delimiter,
            "notes": list(self._book.notes),
            "heading_rows": list(self._table.heading_rows),
            "rows": len(self._table.data_rows),
            "columns": {
                column_letters(column.column): {
                    "heading": column.heading,
                    "meaning": None if column.meaning is None else str(column.meaning),
                }
                for column in self._table.columns
            },
            "marked": self._options.marking.label,
            "dates": None if self._setting.order is None else str(self._setting.order),
        }


def _names(document: Document) -> list[str]:
    slug = document["slug"]
    return [*document["name"].values(), slug, *ALIASES.get(slug, ())]
