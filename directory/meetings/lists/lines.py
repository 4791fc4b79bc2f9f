"""Proposing the changed lines of a row that the directory has printed: how a post is reached.

A line that was written otherwise stays on its own channel, with what its checks say of the number
that stands there then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from directory.contacts.rules.words import TELEPHONE_MEDIA, Medium
from directory.documents import Document
from directory.meetings.lists.building import Builder
from directory.meetings.lists.drafts import Line, findings_of
from directory.meetings.lists.pairing import replaced
from directory.meetings.lists.planning import Planner
from directory.meetings.lists.present import Present, renumbered, says
from directory.meetings.lists.rules.addresses import read_addresses
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import listed, normal
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.lists.rules.numbers import read_numbers
from directory.meetings.lists.rules.printing import MEDIA, printed_channel

if TYPE_CHECKING:
    from directory.meetings.lists.edits import Edited


@dataclass(slots=True)
class _Block:
    """Lines of a cell that were replaced.

    Attributes:
        held: The channels that were printed there.
        lines: What stands there instead.
        elsewhere: What stood there, too, and another channel of the post has already.
    """

    held: list[Document]
    lines: list[Line]
    elsewhere: list[Line] = field(default_factory=list)


def _printed(blocks: Iterable[_Block], rid: str) -> tuple[_Block, Document] | None:
    """Where a channel was printed that was replaced."""
    return next(((block, one) for block in blocks for one in block.held if one["id"] == rid), None)


class Lines:
    """The changed lines of one row.

    Args:
        builder: Takes what is proposed.
        planner: Proposes new channels.
        edited: The row.
        now: The post as the directory has it now.
        checks_of: The live checks of some channels, as far as the sender may see them.
    """

    def __init__(
        self,
        builder: Builder,
        planner: Planner,
        edited: Edited,
        now: Present,
        checks_of: Callable[[Iterable[Document]], Iterable[Document]],
    ) -> None:
        self._builder = builder
        self._planner = planner
        self._edited = edited
        self._draft = edited.draft
        self._base = edited.base
        self._now = now
        self._checks_of = checks_of

    def propose(self) -> list[Document]:
        """Propose what was changed of each medium; returns the channels that stay or come."""
        return [channel for column, medium in MEDIA.items() for channel in self._of(column, medium)]

    def _of(self, column: Column, medium: Medium) -> list[Document]:
        """Propose the changed lines of a medium; returns the channels that stay or come."""
        held = [channel for channel in self._base["channels"] if channel["medium"] == medium]
        if column not in self._edited.changed:
            return self._still_there(held)
        was = [normal(printed_channel(channel)) for channel in held]
        now = listed(normal(self._edited.texts[column]), "\n")
        same, blocks = replaced(was, held, now)
        told = [
            _Block(
                [each for _, each in before],
                [line for text in lines for line in self._read(column, medium, text)],
            )
            for before, lines in blocks
        ]
        for (_, lines), block in zip(blocks, told, strict=True):
            if lines and not block.lines:
                # What stands there now is no number and no address: it takes none out.
                same += block.held
                block.held.clear()
        staying = self._known(told, self._still_there(same))
        for block in told:
            staying += self._replaced(column, block)
        return staying

    def _still_there(self, printed: Iterable[Document]) -> list[Document]:
        """Channels that were printed, as they are now."""
        return [now for each in printed if (now := self._now.channel(each)) is not None]

    def _known(self, blocks: Sequence[_Block], staying: list[Document]) -> list[Document]:
        """Take out the lines that the post has on a channel; returns the channels that stay.

        A line that was written otherwise stays on its own channel. One that another channel has,
        which nobody replaced, is not written over a second one: the post would have it twice.
        """
        for block in blocks:
            for line in list(block.lines):
                alike = self._now.with_line(line)
                if not alike:
                    continue
                block.lines.remove(line)
                own = next((found for one in alike if (found := _printed(blocks, one["id"]))), None)
                if own is not None:
                    of, printed = own
                    of.held.remove(printed)
                    now = next(one for one in alike if one["id"] == printed["id"])
                    staying.append(self._replace(printed, now, line))
                    continue
                block.elsewhere.append(line)
                if alike[0]["id"] not in {one["id"] for one in staying}:
                    staying.append(alike[0])
        return staying

    def _replaced(self, column: Column, block: _Block) -> list[Document]:
        staying: list[Document] = []
        new: list[Line] = []
        for channel, line in zip_longest(block.held, block.lines):
            now = None if channel is None else self._now.channel(channel)
            if line is None:
                if now is not None:
                    self._end(column, channel, block)
            elif now is None:
                new.append(line)
            else:
                staying.append(self._replace(channel, now, line))
        added = self._planner.add_channels(
            self._draft, self._base, self._edited.post.view["channels"], new
        )
        return [*staying, *added]

    def _end(self, column: Column, channel: Document, block: _Block) -> None:
        planned = self._builder.retire(
            "channel", channel, [self._draft.cell_of.get(str(column), self._draft.at)]
        )
        for line in block.elsewhere:
            told = f"the post has it already; {channel['raw']} is taken out"
            planned.findings.append(Finding(line.cell, Code.DUPLICATE, line.raw, told, 0.8))

    def _replace(self, channel: Document, now: Document, line: Line) -> Document:
        said = {
            "raw": line.raw,
            "medium": str(line.medium),
            "e164": line.e164,
            "extension": line.extension,
            "source": self._planner.source(self._draft),
        }
        if says(now, said):
            return now
        planned = self._builder.amend("channel", channel, said, [line.cell])
        planned.findings += [f for f in self._draft.findings if f.cell == line.cell]
        return renumbered(now, said, lambda: self._checks_of([now]))

    def _read(self, column: Column, medium: Medium, text: str) -> list[Line]:
        cell = self._draft.cell_of.get(str(column), self._draft.at)
        if medium in TELEPHONE_MEDIA:
            numbers = read_numbers(text, text, medium=medium, region=self._base["economy"])
            self._draft.findings += findings_of(cell, numbers.doubts)
            return [
                Line(n.medium, n.raw, cell, n.e164, n.extension, n.purpose)
                for n in numbers.value or ()
            ]
        if medium is Medium.EMAIL:
            mails = read_addresses(text, link=None)
            self._draft.findings += findings_of(cell, mails.doubts)
            return [Line(medium, raw, cell) for raw in mails.value or ()]
        return [Line(medium, text, cell)]
