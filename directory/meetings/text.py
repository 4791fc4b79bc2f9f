"""A briefing as a card of plain text, to be printed and taken along.

At most 60 lines, whatever the directory holds: what does not fit is counted, never dropped without
a word. The card says under which marking it may be passed on: the narrowest of what is on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from directory.documents import Document
from directory.lines import WIDTH, plain, shortened, wrapped
from directory.meetings.briefing import Briefing
from directory.names import in_english
from directory.policy import Tlp
from directory.reference.facts import Facts

MOST_LINES = 60

_INDENT = "   "
_LINES_OF_AN_OUTCOME = 2


@dataclass(frozen=True, slots=True)
class Card:
    """A printed briefing.

    Attributes:
        text: Its lines, each ending in a newline.
        shown: The records that are on it, so that it can be recorded who reads them.
    """

    text: str
    shown: Sequence[Document]


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that stand together, and the records that they tell of."""

    lines: Sequence[str]
    records: Sequence[Document] = ()


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading with blocks; ``share`` is how many lines it may claim before others want them."""

    title: str
    blocks: Sequence[_Block]
    share: int
    nothing: str

    @property
    def wants(self) -> int:
        """Lines, with the blank one and the heading, if nothing has to be left out."""
        return 2 + (sum(len(block.lines) for block in self.blocks) or 1)

    def printed(self, room: int) -> _Block:
        """As much as fits into so many lines."""
        if not self.blocks:
            return _Block(["", self.title, f"{_INDENT}{self.nothing}"])
        lines: list[str] = ["", self.title]
        records: list[Document] = []
        for place, block in enumerate(self.blocks):
            is_last = place == len(self.blocks) - 1
            if len(lines) + len(block.lines) + (0 if is_last else 1) > room:
                left = len(self.blocks) - place
                return _Block([*lines, f"{_INDENT}… and {left} more"], records)
            lines += block.lines
            records += block.records
        return _Block(lines, records)


def card(briefing: Briefing, facts: Facts) -> Card:
    """Print what the next delegate needs."""
    meeting: Document = orjson.loads(briefing.text)
    head = [_line(in_english(meeting["name"])), _line(_when_and_where(meeting, facts))]
    parts = [_Block(head, [meeting]), *_fitted(_sections(briefing, facts), MOST_LINES - 3)]
    shown = [record for part in parts for record in part.records]
    marking = max(Tlp.from_label(record["marking"]) for record in shown)
    lines = [f"TLP:{marking.label}", *(line for part in parts for line in part.lines)]
    return Card("".join(f"{line}\n" for line in lines), shown)


def _fitted(sections: Sequence[_Section], room: int) -> Iterator[_Block]:
    """The sections in so many lines: each its share, and what is left to the first that want it."""
    given = [min(section.wants, section.share) for section in sections]
    left = room - sum(given)
    for section, lines in zip(sections, given, strict=True):
        more = min(section.wants - lines, left)
        left -= more
        yield section.printed(lines + more)


def _sections(briefing: Briefing, facts: Facts) -> list[_Section]:
    left = {each["id"] for each in briefing.open}
    decided = [each for each in briefing.outcomes if each["id"] not in left]
    return [
        _Section(
            f"Still open ({len(briefing.open)})",
            list(_outcomes(briefing.open, facts, is_grouped=True)),
            17,
            "nothing that is recorded",
        ),
        _Section(
            f"Decided, answered and done ({len(decided)})",
            list(_outcomes(decided, facts, is_grouped=False)),
            10,
            "nothing is recorded",
        ),
        _Section(
            "Who represented each economy",
            [_economy(each, facts) for each in briefing.represented],
            14,
            "nobody is recorded",
        ),
        _Section(
            "Who hands over to whom",
            [_handover(each, facts) for each in briefing.handovers],
            8,
            "no change is recorded since the meeting before",
        ),
        _Section(
            "Change sets that came of it",
            [_change_set(each) for each in briefing.change_sets],
            8,
            "none that you may see",
        ),
    ]


def _outcomes(items: Sequence[Document], facts: Facts, *, is_grouped: bool) -> Iterator[_Block]:
    meeting = None
    for each in items:
        before = []
        if is_grouped and each["meeting"] != meeting:
            meeting = each["meeting"]
            before = [_line(f"of {meeting}")]
        whose = f", raised by {_named(facts, each['raised_by'])}" if each["raised_by"] else ""
        does = ", ".join(_named(facts, name) for name in each["responsible"])
        due = f", due at {each['due_meeting']}" if each["due_meeting"] else ""
        state = "" if is_grouped else f" ({each['state'].replace('_', ' ')})"
        what = f"{each['number']} {each['type']}{state}{f' for {does}' if does else ''}{whose}{due}"
        answer = f" Answer: {in_english(each['answer'])}" if each["answer"] else ""
        text = f"{what}: {in_english(each['text'])}{answer}"
        width = WIDTH - len(_INDENT)
        lines = wrapped(plain(text), width, _LINES_OF_AN_OUTCOME)
        yield _Block([*before, *(f"{_INDENT}{line}" for line in lines)], [each])


def _economy(item: Document, facts: Facts) -> _Block:
    parts = []
    if item["before"]:
        parts.append(f"{_people(item['before'])} (at {item['before'][0]['meeting']})")
    if item["here"]:
        parts.append(f"here {_people(item['here'])}")
    text = f"{_INDENT}{_named(facts, item['economy'])}: {'; '.join(parts)}"
    return _Block([_line(text)], [*item["before"], *item["here"]])


def _people(attendances: Iterable[Document]) -> str:
    return ", ".join(
        in_english(each["name"]) if each["name"] else "somebody unnamed" for each in attendances
    )


def _handover(item: Document, facts: Facts) -> _Block:
    names = [
        in_english(item[which]) if item[which] else nobody
        for which, nobody in (("outgoing", "nobody recorded"), ("incoming", "nobody recorded"))
    ]
    how = {True: ", accompanied", False: ", not accompanied", None: ""}[item["accompanied"]]
    on = f", {item['on']}" if item["on"] else ""
    desk = f"{_named(facts, item['economy'])}, {in_english(item['title'])}"
    return _Block([_line(f"{_INDENT}{desk}: {names[0]} → {names[1]}{on}{how}")], item["records"])


def _change_set(item: Document) -> _Block:
    count = f"{item['operations']} operation{'s' if item['operations'] != 1 else ''}"
    text = f"{item['at'][:10]} {item['state']}, {count}: {item['reason']}"
    return _Block([_line(f"{_INDENT}{text}")])


def _when_and_where(meeting: Document, facts: Facts) -> str:
    first, last = meeting["from_date"], meeting["until_date"]
    days = first or "no date is recorded"
    if last is not None and last != first:
        days += f" to {last}"
    place = [in_english(meeting["city"])] if meeting["city"] else []
    place += [_named(facts, meeting["economy"])] if meeting["economy"] else []
    return ", ".join([days, *place, meeting["state"], meeting["slug"]])


def _named(facts: Facts, code: str | None) -> str:
    if code is None:
        return "no economy"
    economy = facts.economies.get(code)
    return code if economy is None else in_english(economy["name"])


def _line(text: str) -> str:
    indent = _INDENT if text.startswith(_INDENT) else ""
    return shortened(indent + plain(text), WIDTH)
