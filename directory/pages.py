"""Pages of lists: a place in a list is the sort key of the last item shown, made opaque."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, literal, or_

from directory.errors import Fault, InvalidInputError

MOST_ITEMS = 200
USUAL_ITEMS = 50


class BadPageError(InvalidInputError):
    """A page is not one that this list gave out."""

    slug = "bad-page"
    title = "The page is not one of this list"


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list.

    Attributes:
        texts: The JSON text of each item.
        next: What to ask for to get the following page, None at the end.
        until: The instant until which time alone changes nothing in it; None where it cannot be
            told. Only set where something in it depends on time.
    """

    texts: Sequence[str]
    next: str | None
    until: datetime | None = None

    def json(self) -> str:
        """The page as it is served; a page's address holds nothing that JSON would escape."""
        following = "null" if self.next is None else f'"{self.next}"'
        return f'{{"items":[{",".join(self.texts)}],"next":{following}}}'


def page_of(
    rows: Sequence[Sequence[Any]],
    limit: int,
    key: Callable[[Sequence[Any]], list[Any]],
    *,
    until: datetime | None = None,
) -> Page:
    """The page that some rows make, of which one more than ``limit`` was asked for.

    Args:
        rows: Rows whose first column is the item's JSON text.
        limit: Items on a page.
        key: The sort key of a row.
        until: The instant until which time alone changes nothing in them.
    """
    shown = rows[:limit]
    following = write_page(key(shown[-1])) if len(rows) > limit else None
    return Page([row[0] for row in shown], following, until)


def write_page(key: list[Any]) -> str:
    """Make a place in a list opaque."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def read_page(page: str, *types: type) -> list[Any]:
    """Read a place in a list back.

    Raises:
        BadPageError: This list never gave it out.
    """
    try:
        key = orjson.loads(base64.b64decode(page + "=" * (-len(page) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        key = None
    if (
        not isinstance(key, list)
        or len(key) != len(types)
        or not all(
            type(item) is expected and not (isinstance(item, str) and "\x00" in item)
            for item, expected in zip(key, types, strict=True)
        )
        or not all(abs(item) < 2**31 for item in key if type(item) is int)
    ):
        raise bad_page()
    return key


def bad_page() -> BadPageError:
    """The error that a list never gave a page out."""
    return BadPageError(
        "This list gave out no such page; begin again without it.",
        Fault("?page", "take it from the next of an answer, or leave it out"),
    )


def after(columns: Sequence[ColumnElement[Any]], key: Sequence[Any]) -> ColumnElement[bool]:
    """The condition that a row comes after a place, in ascending order of all columns."""
    steps = []
    for index, column in enumerate(columns):
        same = [columns[i] == literal(key[i], columns[i].type) for i in range(index)]
        steps.append(and_(*same, column > literal(key[index], column.type)))
    return or_(*steps)


def older(at: ColumnElement[Any], rid: ColumnElement[Any], page: str) -> ColumnElement[bool]:
    """The condition that a row comes after a place in a list from the newest to the oldest.

    Args:
        at: The column of instants that the list goes by; the place has it in ISO 8601.
        rid: The column that orders rows of one instant.
        page: The place.

    Raises:
        BadPageError: This list never gave it out.
    """
    text, last = read_page(page, str, str)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise bad_page() from None
    if instant.tzinfo is None:
        raise bad_page()
    return or_(at < instant, and_(at == instant, rid < last))
