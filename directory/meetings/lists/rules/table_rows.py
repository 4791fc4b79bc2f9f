"""Which rows of a sheet are the list, and which only stand around it.

What a newcomer would get wrong: a row with one filled cell may be a record. An economy that
nominated nobody is a gap in the directory, not a footnote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.meetings.lists.rules.grid import Cell
from directory.meetings.lists.rules.words import one_line
from directory.names import fold

_MARKED = re.compile(
    r"\s*(?:[*※†‡•]|註|注\s*[:：]|备注\s*[:：]|備註\s*[:：]|備考\s*[:：]|說明\s*[:：]|説明\s*[:：]"
    r"|(?:notes?|n\.?b\.?|remarks?|source|legend|key|p\.?s\.?|nota|notas|observaciones|remarques?"
    r"|примечани[ея]|catatan|ghi chú|หมายเหตุ|비고|참고|yellow|red|green|grey|struck)"
    r"\s*(?:\d+\s*)?[:：.)])",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\s*(?:(?:sub-?)?totals?|count|合計|小计|总计|總計|小計|總數|总数|共計|共计|合计|합계|총|итого|всего|jumlah"
    r"|tổng(?: cộng)?|รวม|total(?:es)?)(?![^\W\d_])|\s*(?:共|計)\s*\d",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.:。：]\s|[.。]$")
LONG = 40
BANNER_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sheet that are not empty, sorted by what they are."""

    preamble: tuple[int, ...]
    data: tuple[int, ...]
    footnotes: tuple[int, ...]
    repeated: tuple[int, ...]


def is_own(cell: Cell, above: int) -> bool:
    """Whether a cell says something that the row above it does not already say."""
    return cell.merged_with is None or cell.merged_with[0] > above


def sort_rows(
    grid: Mapping[int, Sequence[Cell]],
    heading_rows: Sequence[int],
    machine_row: int | None,
    machine_columns: frozenset[int],
) -> Rows:
    """Sort the rows around one or two rows of headings.

    Args:
        grid: The rows that are not empty, from the top, each with its cells that say anything.
        heading_rows: None of them where nobody knows the headings any more.
        machine_row: The directory's own row; wherever somebody sorted it to.
        machine_columns: The columns that it names.
    """
    apart = {*heading_rows, machine_row}
    begin = max(heading_rows) if heading_rows else 0
    headings = {cell.column: fold(cell.text) for row in heading_rows for cell in grid[row]}
    preamble: list[int] = []
    body: list[int] = []
    repeated: list[int] = []
    for row, cells in grid.items():
        own = [cell for cell in cells if is_own(cell, row - 1)]
        if row in apart or not own:
            continue
        if row < begin:
            # A list that was sorted with its headings has records above them.
            is_record = len({c.column for c in own} & machine_columns) >= BANNER_COLUMNS
            (body if is_record else preamble).append(row)
        elif _repeats(cells, headings):
            repeated.append(row)
        else:
            body.append(row)
    footnotes = _footnotes(grid, body)
    data = tuple(row for row in body if row not in footnotes)
    return Rows(tuple(preamble), data, tuple(sorted(footnotes)), tuple(repeated))


def _repeats(cells: Sequence[Cell], headings: Mapping[int, str]) -> bool:
    own = [(cell.column, text) for cell in cells if (text := fold(cell.text))]
    same = sum(headings.get(column) == text for column, text in own)
    return same > 1 and same >= 0.6 * max(len(own), len(headings))


def _footnotes(grid: Mapping[int, Sequence[Cell]], body: Sequence[int]) -> set[int]:
    found = {row for row in body if _is_marked(grid[row])}
    # Sentences are footnotes only below the last record: within the list they may be one.
    for row in reversed(body):
        if row in found:
            continue
        texts = _texts(grid[row])
        after_gap = row - 1 not in grid
        is_sentence = len(texts) == 1 and (
            len(texts[0]) > LONG or (after_gap and _SENTENCE.search(texts[0]) is not None)
        )
        if not is_sentence:
            break
        found.add(row)
    return found


def _is_marked(cells: Sequence[Cell]) -> bool:
    texts = _texts(cells)
    beside = [c for c in cells if c.merged_with is not None and c.merged_with[0] == c.row]
    if len(texts) == 1 and len(beside) + 1 >= BANNER_COLUMNS:
        return True  # a caption across the list
    if len(texts) <= 2 and _MARKED.match(texts[0]):
        return True
    return len(texts) <= 3 and _TOTAL.match(texts[0]) is not None


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [one_line(c.text) for c in cells if c.merged_with is None] or [""]
