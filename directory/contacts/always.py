"""Who answers around the clock, as a condition of a query.

Duty hours stand in documents alone. These are canonical, so what they say can be sought in their
text: within a text a quotation mark has a backslash before it, and nothing else reads like a key.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

AROUND_THE_CLOCK = ("24/7", "00:00-24:00", "Mo-Su 00:00-24:00")
"""Hours that answer at all times: how the first begin, and the others whole.

Any other spelling of them is not found. ``rules.duty_hours.is_round_the_clock`` finds it, but only
for one expression at a time.
"""


def has_no_hours(document: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a channel's document leaves its hours to its desk."""
    return _says(document, "null")


def answers_always(document: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the hours of a channel's or a contact's document run at all times."""
    first, *whole = AROUND_THE_CLOCK
    return or_(_says(document, f'"{first}'), *(_says(document, f'"{each}"') for each in whole))


def _says(document: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return document.contains(f'"duty_hours":{start}', autoescape=True)
