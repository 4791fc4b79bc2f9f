"""Rows that were taken along and have come back: what a person changed in them, and nothing else.

A row names the records that it was printed from, with their revisions. It is printed again from
just these, and only a cell that says something else now was changed by somebody: so a list that
comes back as it went proposes nothing, however old it is. What is proposed starts from the
revisions that were printed; where the directory has moved on since, that shows as a conflict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from directory.changes.kinds import Kinds
from directory.changes.versions import version
from directory.contacts.queries import checks_of
from directory.documents import Document
from directory.meetings.lists.building import Builder
from directory.meetings.lists.changed import FIELDS, Changes
from directory.meetings.lists.drafts import Draft, Ledger
from directory.meetings.lists.matching import Post, Posts
from directory.meetings.lists.place_names import economy_document
from directory.meetings.lists.planning import Planner
from directory.meetings.lists.rows import Reader
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import changed_columns
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.lists.rules.grid import Cell
from directory.meetings.lists.rules.printing import NOBODY, printed_row
from directory.meetings.lists.rules.record_keys import Printed, RecordKey, read_record_key
from directory.meetings.lists.rules.words import is_empty_word, tidy
from directory.meetings.lists.standing import Standing
from directory.names import in_english
from directory.policy import Viewer
from directory.reference.facts import Facts

LEFT_AS_IT_IS = "nothing was changed: empty the cell, if nothing is to stand in it"


@dataclass(frozen=True, slots=True)
class Edited:
    """A row that was taken along and has come back.

    Attributes:
        base: The contact's view as it was printed.
        texts: What its columns say now; a column that was deleted is not there.
        changed: The columns that a person changed.
    """

    post: Post
    base: Document
    key: RecordKey
    texts: Mapping[Column, str]
    changed: frozenset[Column]
    draft: Draft


class Edits:
    """Reads and proposes the rows of a list that the directory has printed itself."""

    def __init__(
        self,
        connection: Connection,
        kinds: Kinds,
        builder: Builder,
        planner: Planner,
        posts: Posts,
        standing: Standing,
        facts: Facts,
        ledger: Ledger,
        *,
        viewer: Viewer,
    ) -> None:
        self._connection = connection
        self._kinds = kinds
        self._builder = builder
        self._planner = planner
        self._posts = posts
        self._standing = standing
        self._facts = facts
        self._ledger = ledger
        self._viewer = viewer
        self._edited: set[int] = set()
        self._seen: set[str] = set()

    def read(self, reader: Reader, row: int, cells: Sequence[Cell]) -> Draft | None:
        """Read a row that names its records, and propose what a person changed in it.

        None for any other row, which has to be recognised.

        A copy of a row that stands in the list already is another row: whoever adds a colleague
        copies the line above.
        """
        texts, places = _by_column(reader, cells)
        key = read_record_key(texts.get(Column.RECORD, ""))
        if key is None or key.contact is None:
            return self._unused(reader, row, cells, texts, key)
        if key.contact.id in self._seen:
            return None
        draft = Draft(row, f"row {row}", reader.sheet.address_of(cells[0]))
        post = self._posts.get(key.contact.id)
        base = None if post is None else self._printed(post, key)
        for cell in cells:
            self._ledger.use(reader.sheet, cell)
        if post is None or base is None:
            draft.doubt(Code.MISSING, texts.get(Column.POST, ""), None, 1.0)
            return draft
        self._seen.add(key.contact.id)
        was = printed_row(
            base,
            economy_name=self._economy_name(post),
            network_names=self._network_names(),
            day=key.printed_on,
        )
        was[Column.CONFIRMED] = "" if key.confirmed is None else key.confirmed.isoformat()
        changed = changed_columns(was, texts)
        unsaid = {
            column: cells for column in changed if _says_nothing(cells := places.get(column, []))
        }
        changed -= unsaid.keys()
        place = economy_document(self._facts.economies, post.view["economy"])
        told = [cell for column in changed for cell in places.get(column, ())]
        if told:
            draft = reader.read(row, sorted(told, key=lambda c: c.column), place)
        for cell in (cell for cells in unsaid.values() for cell in cells):
            code = Code.FORMULA if cell.is_broken else Code.EMPTY_WORD
            address = reader.sheet.address_of(cell)
            draft.findings.append(Finding(address, code, cell.text, LEFT_AS_IT_IS, 0.5))
        _name_cells(draft, reader, changed)
        draft.economy = place.code
        draft.is_struck = _is_struck(cells)
        self._edited.add(row)
        edited = Edited(post, base, key, texts, changed, draft)
        Changes(
            self._builder, self._planner, self._standing, self._facts, edited, self._checks
        ).propose()
        return draft

    def _unused(
        self,
        reader: Reader,
        row: int,
        cells: Sequence[Cell],
        texts: Mapping[Column, str],
        key: RecordKey | None,
    ) -> Draft | None:
        """The row of an economy without any contact, where nobody has been named in it."""
        said = {column for column, text in texts.items() if text} - {
            Column.ECONOMY,
            Column.RECORD,
            Column.REMARKS,
        }
        if key is None or said or texts.get(Column.REMARKS, NOBODY) not in {NOBODY, ""}:
            return None
        draft = Draft(row, f"row {row}", reader.sheet.address_of(cells[0]))
        for cell in cells:
            self._ledger.use(reader.sheet, cell)
        draft.doubt(Code.NOBODY_NAMED, texts.get(Column.ECONOMY, ""), None, 1.0)
        return draft

    def _economy_name(self, post: Post) -> str:
        document = self._facts.economies.get(post.view["economy"] or "")
        return "" if document is None else in_english(document["name"])

    def _network_names(self) -> dict[str, str]:
        return {slug: in_english(one["name"]) for slug, one in self._facts.networks.items()}

    def _printed(self, post: Post, key: RecordKey) -> Document | None:
        """The contact's view in the revisions that were printed; None where it cannot be told."""
        held = {
            part["id"]: part
            for part in (
                post.view["organisation_record"],
                *post.view["channels"],
                *post.view["holders"],
            )
        }
        contact = self._as_printed("contact", key.contact, {post.id: post.view})
        organisation = self._as_printed("organisation", key.organisation, held)
        if contact is None or organisation is None:
            return None
        return contact | {
            "organisation_record": organisation,
            "channels": self._some("channel", key.channels, held),
            "holders": self._some("holder", key.holders, held),
            "keys": [],
        }

    def _some(
        self, kind: str, printed: Sequence[Printed], held: Mapping[str, Document]
    ) -> list[Document]:
        found = (self._as_printed(kind, one, held) for one in printed)
        return [document for document in found if document is not None]

    def _as_printed(
        self, kind: str, printed: Printed | None, held: Mapping[str, Document]
    ) -> Document | None:
        if printed is None:
            return None
        now = held.get(printed.id)
        if now is not None and now["revision"] == printed.revision:
            return now
        return version(
            self._connection, self._kinds[kind], printed.id, printed.revision, viewer=self._viewer
        )

    @property
    def posts(self) -> Collection[str]:
        """Ids of the posts whose own rows are in the list."""
        return self._seen

    def has(self, draft: Draft) -> bool:
        """Whether a draft is of a row that the directory has printed."""
        return draft.row in self._edited or any(
            finding.code is Code.MISSING for finding in draft.findings
        )

    def _checks(self, channels: Iterable[Document]) -> list[Document]:
        ids = [channel["id"] for channel in channels]
        return checks_of(self._connection, ids, viewer=self._viewer)


def _by_column(
    reader: Reader, cells: Sequence[Cell]
) -> tuple[dict[Column, str], dict[Column, list[Cell]]]:
    """The text of each column that the list still has, and the cells of it."""
    texts = dict.fromkeys(reader.columns.values(), "")
    places: dict[Column, list[Cell]] = {}
    for cell in cells:
        column = reader.columns.get(cell.column)
        if column is not None:
            texts[column] = f"{texts[column]}\n{cell.text}" if texts[column] else cell.text
            places.setdefault(column, []).append(cell)
    return texts, places


def _says_nothing(cells: Sequence[Cell]) -> bool:
    """Whether what stands in a column now is no change of it: "n/a", a formula that broke."""
    return bool(cells) and all(cell.is_broken or is_empty_word(cell.text) for cell in cells)


def _name_cells(draft: Draft, reader: Reader, changed: Collection[Column]) -> None:
    """Note which cell of the row a changed column is in, even where it was emptied."""
    for number, column in reader.columns.items():
        if column in changed:
            address = reader.sheet.address_of(Cell(draft.row, number, ""))
            draft.cell_of.setdefault(FIELDS.get(column, str(column)), address)
            if address not in draft.cells:
                draft.cells.append(address)


def _is_struck(cells: Sequence[Cell]) -> bool:
    """Whether most of a row is struck out; its hidden part never is."""
    shown = [cell for cell in cells if not cell.is_hidden and tidy(cell.text)]
    return bool(shown) and sum(cell.is_struck for cell in shown) * 2 > len(shown)
