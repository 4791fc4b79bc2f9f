"""What a sheet says of its cells after it has listed them: merged areas, links and comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from directory.meetings.errors import FileTooLargeError
from directory.meetings.lists.limits import MOST_CELLS, Tally, listed, place_of
from directory.meetings.lists.places import Area, address
from directory.meetings.lists.rules.grid import Cell

Cells = dict[tuple[int, int], Cell]


def refuse_wide(areas: Sequence[Area], sheet: str, what: str) -> None:
    """Refuse areas that would unfold to more cells than a list has."""
    if sum(area.size for area in areas) > MOST_CELLS:
        raise FileTooLargeError(
            f"{what} in the sheet '{sheet}' cover more than {MOST_CELLS:,} cells. Undo those that"
            " reach beyond the list."
        )


def merge(
    cells: Cells,
    areas: Sequence[Area],
    *,
    sheet: str,
    tally: Tally,
    is_hidden: Callable[[int, int], bool],
) -> list[str]:
    """Give the cells that merged areas cover what is seen there.

    Returns:
        What a person should know, in sentences.
    """
    refuse_wide(areas, sheet, "Merged areas")
    beneath = list[str]()
    for area in areas:
        corner = area.top, area.left
        anchor = cells.get(corner)
        if anchor is None or anchor.merged_with:
            continue
        for place in area.places():
            if place == corner:
                continue
            covered = cells.get(place)
            if covered and covered.merged_with:
                continue
            if covered:
                beneath.append(f"{place_of(sheet, *place)} ('{covered.text}')")
            tally.take(sheet, *place, anchor.text)
            cells[place] = replace(
                anchor,
                row=place[0],
                column=place[1],
                formula=None,
                is_hidden=is_hidden(*place),
                merged_with=corner,
            )
    if not beneath:
        return []
    return [
        f"What stands beneath merged cells was not read, for nobody sees it: {listed(beneath)}."
    ]


def link(cells: Cells, links: Sequence[tuple[Area, str]], *, sheet: str, tally: Tally) -> None:
    """Tell cells where they link to."""
    refuse_wide([area for area, _ in links], sheet, "Links")
    for area, target in links:
        kept = tally.take_remark(target)
        for place in area.places():
            if target and (cell := cells.get(place)) and not cell.merged_with:
                cells[place] = replace(cell, link=kept)


def comment(cells: Cells, comments: Mapping[str, str], *, sheet: str, tally: Tally) -> list[str]:
    """Tell cells what was remarked on them.

    Returns:
        Remarks on cells that hold nothing, in sentences.
    """
    notes = list[str]()
    for written, text in comments.items():
        place = address(written)
        kept = tally.take_remark(text)
        if cell := cells.get(place):
            cells[place] = replace(cell, comment=kept)
        elif kept.strip():
            notes.append(f"{place_of(sheet, *place)} is empty but has a comment: {kept}")
    return notes
