"""Telling a list of contacts from any other table that has a heading or two in common with it."""

from __future__ import annotations

import re

from directory.meetings.errors import NoListError
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.findings import Code
from directory.policy import DIRECTORY

OF_NO_ECONOMY = frozenset({Code.NO_ECONOMY, Code.UNKNOWN_ECONOMY, Code.NOT_A_RECORD})
MOST_SHOWN = 3
_ROW = re.compile(r"[0-9]+\Z")


def refuse_no_list(plan: Plan) -> None:
    """Refuse a file in which no row could be told to be about an economy.

    Raises:
        NoListError: It proposes nothing, and every row was doubted for want of an economy.
    """
    rows = plan.reading["rows"]
    if plan.operations or not rows or any(one.owner != DIRECTORY for one in plan.findings):
        return
    doubted = [one.finding for one in plan.findings if one.finding.code in OF_NO_ECONOMY]
    if len({found[0] for each in doubted if (found := _ROW.search(each.cell))}) < rows:
        return
    unknown = [each.read for each in doubted if each.code is Code.UNKNOWN_ECONOMY]
    shown = "; ".join(dict.fromkeys(repr(text[:40]) for text in unknown[:MOST_SHOWN]))
    raise NoListError(
        f"In none of the {rows} rows could it be told which economy it is about."
        + (f" Where economies are expected stands {shown}." if shown else "")
        + " Write each economy's name or code in a column of its own."
    )
