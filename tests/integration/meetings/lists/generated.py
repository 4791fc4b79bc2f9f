"""Directories that nobody would think of, and what people do to the lists taken from them."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from directory.changes.operations import Operation, Put
from directory.ids import new_id
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import normal
from directory.meetings.lists.rules.printing import COLUMNS, machine_name
from directory.meetings.lists.rules.record_keys import read_record_key
from tests.integration.changes.world import SOURCE

_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What a spreadsheet program writes otherwise, so that it is no escape."""
NETWORK = "interpol"
ECONOMIES = {"AU": "Australia", "JP": "Japan", "TH": "Thailand", "RU": "Russia"}
ZONES = {"AU": "Australia/Sydney", "JP": "Asia/Tokyo", "TH": "Asia/Bangkok", "RU": "Europe/Moscow"}
AWKWARD = (
    "=1+1", "'=1+1", "''quoted", "+61", "-", "@desk", "n/a", "TBC", "same", "〃", "24/7", "0012",
    "1E5", "12/3/2012", "_x000D_", "Head; Deputy", "Head, Deputy", 'the "night" desk', "a\nb",
    "例　太郎", "許功蓋", "Nguyễn Văn Ví Dụ", "สมชาย ตัวอย่าง", "Управление «Пример»", "Economy",
    "(former)", "Ministry / Ministère", "｜全角｜", "<b>bold</b>", "directory:post", "Ａ１",
)  # fmt: skip
_LETTERS = "abcXYZ éñßøı ĐłŽ  (),.;:'\"=+-@/_&#–—·０１Ａ 警視庁國际한글 ไทย Пример 例"
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT")
HOURS = (None, "24/7", "Mo-Fr 09:00-17:00", "Mo-Su 00:00-24:00; PH off")


def said_by(text: str) -> bool:
    """Whether a text says something, so that a cell can hold it."""
    return bool(normal(text))


def odd_texts(longest: int = 24) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(AWKWARD), st.text(_LETTERS, min_size=1, max_size=longest)
    ).filter(said_by)


def names() -> st.SearchStrategy[dict[str, str]]:
    """A holder's name, which is one line."""
    latin = st.builds(
        "{} {}".format,
        st.sampled_from(["EXAMPLETON", "CONTOH", "DELA CRUZ", "O'SAMPLE", "Ñ", "van der MUSTER"]),
        st.sampled_from(["Alex", "Jean-François", "Q.", "María José", "Søren", "Li"]),
    )
    own = st.sampled_from(["例　太郎", "許功蓋", "예시 길동", "สมชาย ตัวอย่าง", "Примеров Иван"])
    return st.one_of(
        latin.map(lambda name: {"en": name}),
        st.tuples(latin, own).map(lambda both: {"en": both[0], "zh-Hant": both[1]}),
        own.map(lambda name: {"ja": name}),
    )


def channels() -> st.SearchStrategy[dict[str, Any]]:
    numbers = st.integers(0, 999).map(lambda n: f"+61 2 5550 0{n:03}")
    odd = st.sampled_from(
        ["switchboard, ask for 12", "5550 0101~3", "(0)2 5550 0199 ext. 7", "911"]
    )
    mails = st.integers(0, 99).map(lambda n: f"desk{n}@desk.example")
    named = mails.map('"Duty desk, night" <{}>'.format)
    return st.one_of(
        st.builds(_channel, st.sampled_from(["telephone", "mobile", "fax"]), numbers | odd),
        st.builds(_channel, st.just("e-mail"), mails | named),
        st.builds(_channel, st.just("portal"), st.just("https://portal.example/=x")),
    )


def _channel(medium: str, raw: str) -> dict[str, Any]:
    return {"medium": medium, "raw": raw}


@dataclass
class Desk:
    """A post as it is generated."""

    economy: str
    title: dict[str, str]
    note: dict[str, str]
    marking: str
    audience: list[str]
    hours: str | None
    languages: list[str]
    functions: dict[str, str]
    holders: list[dict[str, str]]
    channels: list[dict[str, Any]]
    id: str = field(default_factory=new_id)

    def operations(self) -> list[Operation]:
        """What writes it, with an organisation of its own."""
        label = {"owner": self.economy, "marking": self.marking, "audience": self.audience}
        organisation = new_id()
        parts = [
            *(("holder", {"name": name}) for name in self.holders),
            *(("channel", {**one, "position": n + 1}) for n, one in enumerate(self.channels)),
        ]
        return [
            Put("organisation", {
                "slug": f"agency-{organisation}", "name": {"en": f"Agency {organisation[:4]}"},
                "organisation_type": "law_enforcement", "sector": "public",
                "economy": self.economy, "owner": self.economy, "source": SOURCE,
            }, organisation),
            Put("contact", {
                "title": self.title, "organisation": organisation, "economy": self.economy,
                "networks": [NETWORK], "languages": self.languages, "duty_hours": self.hours,
                "functions": self.functions, "note": self.note,
                "zone": ZONES[self.economy] if self.hours else None, "source": SOURCE, **label,
            }, self.id),
            *(Put(kind, {"contact": self.id, "source": SOURCE, **label, **document}, new_id())
              for kind, document in parts),
        ]  # fmt: skip


def desks() -> st.SearchStrategy[list[Desk]]:
    """A few posts, as odd as records may be."""
    texts = odd_texts()
    titles = st.one_of(
        texts.map(lambda text: {"en": text}),
        st.tuples(texts, texts).map(lambda both: {"en": both[0], "zh-Hant": both[1]}),
        texts.map(lambda text: {"und": text}),
    )
    one = st.builds(
        Desk,
        st.sampled_from(sorted(ECONOMIES)),
        titles,
        st.just({}) | titles,
        st.sampled_from(MARKINGS),
        st.sampled_from([[], [NETWORK]]),
        st.sampled_from(HOURS),
        st.sampled_from([[], ["en"], ["zh-Hant-TW", "en"], ["ja", "ru", "th"]]),
        st.sampled_from([{}, {"preservation": "yes", "mla_liaison": "no"}]),
        st.lists(names(), max_size=2, unique_by=lambda name: [*name.values()][-1]),
        st.lists(channels(), max_size=4, unique_by=lambda one: (one["medium"], one["raw"])),
    )
    return st.lists(one, min_size=1, max_size=4)


class Table:
    """A list as a table of texts, which a person changes and saves in some form."""

    def __init__(self, data: bytes) -> None:
        lines = _lines(data)
        first = 1 + next(n for n, line in enumerate(lines) if machine_name(COLUMNS[0]) in line)
        self.columns = list(COLUMNS)
        self.top, rows = lines[:first], lines[first:]
        self.rows = [row for row in rows if read_record_key(row[-1]) is not None]
        self.bottom = [row for row in rows if read_record_key(row[-1]) is None]
        self.struck: list[list[str]] = []

    def posts(self) -> dict[str, list[str]]:
        """The rows of contacts, by the contact's id."""
        found = {}
        for row in self.rows:
            key = read_record_key(row[self.columns.index(Column.RECORD)])
            if key is not None and key.contact is not None:
                found[key.contact.id] = row
        return found

    def told(self) -> dict[str, dict[Column, str]]:
        """What the row of each contact says, without what spreadsheets do by themselves."""
        return {
            rid: {
                column: normal(text)
                for column, text in zip(self.columns, row, strict=True)
                if column is not Column.RECORD
            }
            for rid, row in self.posts().items()
        }

    def add(self, texts: Mapping[Column, str]) -> None:
        """Write a row below the others."""
        self.rows.append([texts.get(column, "") for column in self.columns])

    def shaped(self, order: Sequence[int]) -> None:
        """Put the columns in another order, or leave some out."""
        for lines in (self.top, self.rows, self.bottom):
            for line in lines:
                line[:] = [line[place] for place in order]
        self.columns = [self.columns[place] for place in order]

    def rename(self, places: Sequence[int]) -> None:
        """Give some columns another heading."""
        for place in places:
            self.top[-2][place % len(self.columns)] = f"My column {place}"

    def as_csv(self, delimiter: str, encoding: str) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows([*self.top, *self.rows, *self.bottom])
        return out.getvalue().encode(encoding)

    def as_xlsx(self) -> bytes:
        book = Workbook()
        sheet: Any = book.active
        for place, line in enumerate([*self.top, *self.rows, *self.bottom], start=1):
            for column, text in enumerate(line, start=1):
                if text:
                    cell = sheet.cell(place, column, _LIKE_AN_ESCAPE.sub("_x005F_", text))
                    cell.data_type = "s"
                    if any(line is struck for struck in self.struck):
                        cell.font = Font(strike=True)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _lines(data: bytes) -> list[list[str]]:
    if data.startswith(b"PK"):
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [line + [""] * (len(COLUMNS) - len(line)) for line in lines]
