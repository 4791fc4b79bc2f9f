"""Rows as they are held against the directory, and the posts that they are held against."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from directory.contacts.rules.words import Medium
from directory.meetings.lists.claims import matched
from directory.meetings.lists.drafts import Draft, Line
from directory.meetings.lists.matching import Match, Post, Posts, post_of
from directory.meetings.lists.rules.people import Person
from tests.unit.meetings.lists.desks import DAY, channel, desk, holder, record

POLICE = "Example Federal Police (fictional)"
WATCH = "+61255500123"
NIGHT = "+61255500124"


def draft(
    row: int,
    name: str | Mapping[str, str] = "",
    *,
    title: str | None = None,
    organisation: str | None = None,
    numbers: Sequence[str] = (),
    mails: Sequence[str] = (),
    **keys: Any,
) -> Draft:
    """A row of Australia's."""
    names = {"en": name} if isinstance(name, str) else name
    made = Draft(row, f"row {row}", f"A{row}", economy="AU", title=title, organisation=organisation)
    made.people = (Person(names),) if name else ()
    made.lines = [
        *(Line(Medium.TELEPHONE, number, f"T{row}", number) for number in numbers),
        *(Line(Medium.EMAIL, mail, f"M{row}") for mail in mails),
    ]
    for key, value in keys.items():
        setattr(made, key, value)
    return made


def post(
    *holders: str | Mapping[str, str],
    title: str = "Duty desk",
    organisation: str | Mapping[str, str] = POLICE,
    numbers: Sequence[str] = (),
    mails: Sequence[str] = (),
    economy: str = "AU",
) -> Post:
    """A post of the directory."""
    named = {"en": organisation} if isinstance(organisation, str) else dict(organisation)
    view = desk(
        title={"en": title},
        economy=economy,
        organisation_record=record("organisation", name=named),
        channels=[
            *(channel(number, e164=number) for number in numbers),
            *(channel(mail, "e-mail", e164=None) for mail in mails),
        ],
        holders=[
            holder(**({"en": name} if isinstance(name, str) else dict(name))) for name in holders
        ],
    )
    return post_of(orjson.dumps(view).decode(), DAY.isoformat())


def among(*posts: Post) -> Posts:
    found = Posts()
    for one in posts:
        found.add(one)
    return found


def match(row: Draft, *posts: Post) -> Match:
    """What one row alone is about."""
    return among(*posts).match(row)


def matches(
    rows: Sequence[Draft],
    *posts: Post,
    chosen: Mapping[int, str] | None = None,
    edited: Sequence[Post] = (),
) -> list[Match | None]:
    """What rows are about that stand in one list."""
    ids = [one.id for one in edited]
    return [found for _, found in matched(list(rows), among(*posts), chosen or {}, ids)]
