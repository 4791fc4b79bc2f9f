"""Reading the rows of a list, column by column, into drafts.

Each cell is tidied, told apart from a word that only says "nothing" or "as above", and read by the
rule of its column. What a rule is unsure of becomes a finding at the cell's address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from directory.contacts.rules.words import Medium
from directory.meetings.lists.drafts import Draft, Ledger, Line, each_once, findings_of
from directory.meetings.lists.place_names import Place
from directory.meetings.lists.rules import words
from directory.meetings.lists.rules.addresses import read_addresses, read_contact_details
from directory.meetings.lists.rules.answers import read_round_the_clock
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.dates import read_date
from directory.meetings.lists.rules.findings import Code, Doubt, Finding, Read, T
from directory.meetings.lists.rules.found_columns import looks_like_data
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.meetings.lists.rules.hours import read_hours, read_zone
from directory.meetings.lists.rules.name_parts import read_parts
from directory.meetings.lists.rules.network_names import read_networks
from directory.meetings.lists.rules.numbers import Number, read_numbers
from directory.meetings.lists.rules.people import post_in, read_people
from directory.meetings.lists.rules.posts import read_post
from directory.meetings.lists.rules.tongues import read_languages
from directory.meetings.lists.setting import Setting

ROUND_THE_CLOCK = "24/7"
LONGEST_SERIAL = 8
NAMES = (Column.NAME, Column.FAMILY_NAME, Column.GIVEN_NAME)
_LOOKS_LIKE_A_FORMULA = re.compile(r"[=@]|[+\-][^\d\s(]")
_PRIVATE = re.compile(r"private sector|private company|私部門|民間", re.IGNORECASE)
_MEDIA = {
    Column.TELEPHONE: Medium.TELEPHONE,
    Column.MOBILE: Medium.MOBILE,
    Column.FAX: Medium.FAX,
    Column.TELEPHONE_AND_FAX: None,
    Column.MESSAGING: Medium.MESSAGING,
}


@dataclass(slots=True)
class Reader:
    """Reads the rows of one sheet from the top; a row may point to the one above.

    Attributes:
        above: The texts of the row above, by column.
        regions_above: The codes of the economies by whose plans its numbers are read, by column.
    """

    sheet: Sheet
    columns: Mapping[int, Column]
    setting: Setting
    ledger: Ledger
    above: Mapping[int, str] = field(default_factory=dict)
    regions_above: Mapping[int, str] = field(default_factory=dict)
    _place: Place | None = None

    def read(self, row: int, cells: Sequence[Cell], known: Place | None = None) -> Draft:
        """Read one row; one that says nothing of anybody is no record.

        What is not made anything of is listed all the same.

        Args:
            row: Its number.
            cells: Those of it that are read.
            known: The economy that it is about, where that does not have to be read.
        """
        name = f" of {self.sheet.name}" if self.sheet.name else ""
        draft = Draft(row, f"row {row}{name}", self.sheet.address_of(cells[0]))
        texts = _Texts(self, draft, cells)
        texts.gather()
        if known is None and not texts.says_something():
            for cell in cells:
                texts.doubt(cell, Doubt(Code.NOT_A_RECORD, cell.text, None, 1.0))
            draft.is_record = False
            return draft
        draft.is_struck = _mostly(cells, lambda cell: cell.is_struck)
        draft.is_highlighted = _mostly(cells, lambda cell: cell.fill is not None)
        if draft.is_highlighted:
            draft.doubt(Code.HIGHLIGHTED, cells[0].fill or "", "not confirmed", 0.7)
        if known is not None:
            draft.economy = known.code
        else:
            self._place = texts.economy(self._place)
        place = known or self._place
        if place is not None:
            texts.everything_else(place)
        self.above = texts.all
        own = "" if place is None else place.code
        self.regions_above = {c: texts.regions.get(c, own) for c in texts.all}
        return draft

    def enter(self, place: Place | None) -> None:
        """Begin the rows over which an economy stands; none where nobody knows which."""
        self._place = place


def _mostly(cells: Sequence[Cell], is_so: Callable[[Cell], bool]) -> bool:
    """Whether it is so of most cells that are the row's own."""
    own = [cell for cell in cells if cell.merged_with is None]
    return bool(own) and sum(map(is_so, own)) * 2 > len(own)


@dataclass(slots=True)
class _Texts:
    """The texts of one row, by column and by meaning.

    Attributes:
        regions: Of a text that another cell lends, the economy in which it was written.
    """

    reader: Reader
    draft: Draft
    cells: Sequence[Cell]
    all: dict[int, str] = field(default_factory=dict)
    regions: dict[int, str] = field(default_factory=dict)
    meant: dict[Column, list[tuple[Cell, str]]] = field(default_factory=dict)

    def gather(self) -> None:
        """Tidy each cell, and leave out what only says that there is nothing."""
        for cell in self.cells:
            text = self._text(cell)
            if text is None:
                continue
            self.all[cell.column] = text
            column = self.reader.columns.get(cell.column)
            if column is None:
                self.doubt(cell, Doubt(Code.UNKNOWN_COLUMN, cell.text, None, 1.0))
            else:
                self.meant.setdefault(column, []).append((cell, text))

    def _text(self, cell: Cell) -> str | None:
        if cell.comment:
            self.doubt(cell, Doubt(Code.COMMENT, cell.comment, None, 1.0))
        if cell.is_broken:
            self.doubt(cell, Doubt(Code.FORMULA, cell.formula or cell.text, None, 0.0))
            return None
        tidied = words.tidied(cell.text)
        for doubt in tidied.doubts:
            self.doubt(cell, doubt)
        text = tidied.value or ""
        if not text or words.is_empty_word(text):
            self.doubt(cell, Doubt(Code.EMPTY_WORD, cell.text, None, 1.0))
            return None
        where = words.same_as(text)
        if where is not None:
            return self._same(cell, text, where)
        if _LOOKS_LIKE_A_FORMULA.match(text):
            self.doubt(cell, Doubt(Code.FORMULA_TEXT, cell.text, text, 1.0))
        return text

    def _same(self, cell: Cell, text: str, where: str) -> str | None:
        if where == "above":
            meant = self.reader.above.get(cell.column)
            region = self.reader.regions_above.get(cell.column)
        else:
            left = next((c for c in range(cell.column - 1, 0, -1) if c in self.all), 0)
            meant, region = self.all.get(left), self.regions.get(left)
        if region:
            # Another economy's number without its calling code is still that economy's.
            self.regions[cell.column] = region
        self.doubt(cell, Doubt(Code.SAME_AS, text, meant, 0.8 if meant else 0.0))
        return meant

    def says_something(self) -> bool:
        """Whether the row names anybody, any post or any way to reach one."""
        telling = self.meant.keys() - {Column.NUMBER, Column.CONFIRMED, Column.REMARKS}
        return bool(telling)

    def doubt(self, cell: Cell, doubt: Doubt) -> None:
        """Doubt a cell."""
        self.draft.findings += findings_of(self.reader.sheet.address_of(cell), [doubt])

    def take(self, *columns: Column) -> Iterator[tuple[Cell, str, str]]:
        """The cells of some meanings, with their texts and addresses; they count as used."""
        for column in columns:
            for cell, text in self.meant.get(column, ()):
                address = self.reader.sheet.address_of(cell)
                self.reader.ledger.use(self.reader.sheet, cell)
                self.draft.cells.append(address)
                yield cell, text, address

    def one(self, what: str, *columns: Column) -> str | None:
        """The text of some meanings, joined where several cells have it."""
        texts = []
        for _, text, address in self.take(*columns):
            self.draft.cell_of.setdefault(what, address)
            texts.append(text)
        return "; ".join(texts) or None

    def kept(self, what: str, read: Read[T]) -> T | None:
        """What a rule has read, its doubts noted at the cell of a field."""
        cell = self.draft.cell_of.get(what, self.draft.at)
        self.draft.findings += findings_of(cell, read.doubts)
        return read.value

    def economy(self, before: Place | None) -> Place | None:
        """The economy of the row; one that is named once stands for the rows below it."""
        text = self.one("economy", Column.ECONOMY)
        if text is None:
            if before is not None:
                self.draft.economy = before.code
                self.draft.doubt(Code.SAME_AS, "", f"economy as above: {before.code}", 0.8)
            else:
                self.draft.doubt(Code.NO_ECONOMY, self._summary(), None, 0.0)
            return before
        place, doubts = self.reader.setting.place_called(text)
        self.draft.findings += findings_of(self.draft.cell_of["economy"], doubts)
        self.draft.economy = None if place is None else place.code
        return place

    def _summary(self) -> str:
        return " | ".join(list(self.all.values())[:4])[:200]

    def everything_else(self, place: Place) -> None:
        """Read every other column; they are read once the economy is known."""
        lent = {self.reader.sheet.address(self.draft.row, c) for c, at in self.regions.items()
                if at != place.code}  # fmt: skip
        self.draft.findings = [
            replace(each, confidence=min(each.confidence, 0.4))
            if each.code is Code.SAME_AS and each.cell in lent
            else each
            for each in self.draft.findings
        ]
        number = self.one("number", Column.NUMBER)
        if number is not None and len(number) > LONGEST_SERIAL:
            self.draft.doubt_of("number", Code.REMARK, number, None, 1.0)
        self._remarks()
        self._post()
        self._people(place)
        self._channels(place)
        self._hours(place)
        self._rest()

    def _post(self) -> None:
        position = self.one("title", Column.POST, Column.POSITION)
        organisation = self.one("organisation", Column.ORGANISATION)
        combined = self.one("title", Column.POSITION_AND_ORGANISATION)
        if combined is not None:
            self.draft.cell_of.setdefault("organisation", self.draft.cell_of["title"])
        post = read_post(position, organisation, combined)
        found = self.kept("title", post)
        if found is not None:
            self.draft.title = found.title
            self.draft.organisation = found.organisation
            self.draft.is_private |= bool(_PRIVATE.search(found.organisation or ""))

    def _people(self, place: Place) -> None:
        honorific = self.one("honorific", Column.HONORIFIC)
        if honorific is not None:
            self.draft.doubt_of("honorific", Code.HONORIFIC, honorific, None, 1.0)
        name, family, given = [self.one(str(part), part) for part in NAMES]
        first = next((cell for part in NAMES if (cell := self.draft.cell_of.get(part))), None)
        if first is not None:
            self.draft.cell_of["name"] = first
        name = self.kept("name", read_parts(name, family, given))
        own = self.one("own_script", Column.OWN_SCRIPT)
        if name is None and own is None:
            return
        read = read_people(
            name or "", own_script=own, honorific=honorific, script_tag=place.scripts
        )
        self.kept("name" if name else "own_script", read)
        self.draft.people = read.value or ()
        if not self.draft.people and name is not None:
            self.draft.is_post = True
            self.draft.title = self.draft.title or post_in(name)

    def _channels(self, place: Place) -> None:
        for column, medium in _MEDIA.items():
            for cell, text, address in self.take(column):
                region = self.regions.get(cell.column, place.code)
                if "@" in text and column is not Column.MESSAGING:
                    self._details(text, address, region)
                    continue
                read = read_numbers(text, cell.value, medium=medium, region=region)
                self.draft.findings += findings_of(address, read.doubts)
                self._add_numbers(read.value or (), address)
        for cell, text, address in self.take(Column.EMAIL):
            if "@" not in text and cell.link is None and looks_like_data(text):
                self._details(text, address, self.regions.get(cell.column, place.code))
                continue
            mails = read_addresses(text, link=cell.link)
            self.draft.findings += findings_of(address, mails.doubts)
            self.draft.lines += [Line(Medium.EMAIL, raw, address) for raw in mails.value or ()]
        for cell, text, address in self.take(Column.CONTACT_DETAILS):
            self._details(text, address, self.regions.get(cell.column, place.code))
        for _, text, address in self.take(Column.PORTAL):
            self.draft.lines.append(Line(Medium.PORTAL, " ".join(text.split()), address))
        self.draft.lines = each_once(self.draft.lines)

    def _details(self, text: str, address: str, region: str) -> None:
        """Read numbers and addresses alike, also from a column that is for the other."""
        details = read_contact_details(text, region=region)
        self.draft.findings += findings_of(address, details.doubts)
        if details.value is not None:
            self._add_numbers(details.value.numbers, address)
            for medium, raws in (
                (Medium.EMAIL, details.value.addresses),
                (Medium.PORTAL, details.value.portals),
            ):
                self.draft.lines += [Line(medium, raw, address) for raw in raws]

    def _add_numbers(self, numbers: Sequence[Number], address: str) -> None:
        self.draft.lines += [
            Line(n.medium, n.raw, address, n.e164, n.extension, n.purpose) for n in numbers
        ]

    def _hours(self, place: Place) -> None:
        on = self.reader.setting.day
        always = self.one("round_the_clock", Column.ROUND_THE_CLOCK)
        is_always = None
        if always is not None:
            is_always = self.kept("round_the_clock", read_round_the_clock(always))
        written = self.one("hours", Column.HOURS, Column.HOURS_AND_ZONE)
        if written is not None:
            hours = read_hours(written, zones=place.zones, on=on)
            self.kept("hours", hours)
            if hours.value is not None:
                self.draft.duty_hours, self.draft.zone = hours.value.duty_hours, hours.value.zone
        zone = self.one("zone", Column.ZONE)
        if zone is not None:
            read = read_zone(zone, zones=place.zones, on=on)
            self.kept("zone", read)
            self.draft.zone = read.value or self.draft.zone
        self._settle_hours(place, bool(is_always))

    def _settle_hours(self, place: Place, is_always: bool) -> None:
        draft = self.draft
        if is_always and draft.duty_hours in {None, ROUND_THE_CLOCK}:
            draft.is_round_the_clock_alone = draft.duty_hours is None
            draft.duty_hours = ROUND_THE_CLOCK
        elif is_always:
            draft.line_hours = ROUND_THE_CLOCK
            draft.doubt_of(
                "round_the_clock",
                Code.HOURS_UNCLEAR,
                draft.duty_hours or "",
                f"office {draft.duty_hours}, telephones at any hour",
                0.6,
            )
        if draft.duty_hours is None:
            return
        if draft.zone is None and place.zones:
            draft.zone = place.zones[0]
            if len(place.zones) > 1:
                draft.doubt_of("hours", Code.ZONE_UNCLEAR, "", draft.zone, 0.4)
        elif draft.zone is None:
            draft.duty_hours = None

    def _rest(self) -> None:
        languages = self.one("languages", Column.LANGUAGES)
        if languages is not None:
            tongues = read_languages(languages)
            self.kept("languages", tongues)
            self.draft.languages = tongues.value or ()
        networks = self.one("networks", Column.NETWORKS)
        if networks is not None:
            named = read_networks(networks, known=self.reader.setting.networks)
            self.kept("networks", named)
            self.draft.networks = named.value or ()
        for cell, text, address in self.take(Column.CONFIRMED):
            self.draft.cell_of.setdefault("confirmed", address)
            day = read_date(
                text, cell.value, order=self.reader.setting.order, today=self.reader.setting.day
            )
            self.draft.findings += findings_of(address, day.doubts)
            if all(doubt.code is not Code.MONTH_ONLY for doubt in day.doubts):
                self.draft.confirmed_on = day.value
        for _ in self.take(Column.RECORD, Column.MARKING, Column.FUNCTIONS):
            pass

    def _remarks(self) -> None:
        self.draft.remarks = self.one("remarks", Column.REMARKS)
        role = self.one("role", Column.ROLE)
        if role is not None:
            self.draft.is_private = bool(_PRIVATE.search(role))
            self.draft.doubt_of("role", Code.REMARK, role, None, 1.0)


def note_everything(sheet: Sheet, code: Code) -> list[Finding]:
    """Every cell of a sheet of which nothing is made, listed."""
    return [
        Finding(sheet.address_of(cell), code, cell.text, None, 1.0) for cell in sheet.cells.values()
    ]
