"""Which channels to try next: lines that answer around the clock first, the least known in front.

Whoever depends on a 24/7 line finds out at night that it is dead; so these come first, whatever is
known of them. Within each part those that were never tried, or failed, come before those that were
reached, and of either the one whose last check is oldest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, bindparam, case, select

from directory.clock import format_instant
from directory.contacts.due_channels import IS_ALWAYS
from directory.contacts.due_order import STAGES, order_for
from directory.contacts.models import channels, contacts
from directory.contacts.rules import duty_hours
from directory.contacts.views import at_instant, channel_text, view_parameters
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.pages import Page, bad_page, page_of, read_page
from directory.policy import Viewer, visible
from directory.reference.aliases import economy_called
from directory.reference.facts import Facts

EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose channels.

    Attributes:
        economy: Code of the economy for which their desks answer; None means everybody's.
        guarded: Slugs of the networks whose contacts answer around the clock by agreement.
    """

    economy: str | None
    guarded: Iterable[str]


def whose_channels(facts: Facts, named: str | None, *, viewer: Viewer) -> Whose:
    """Whose channels somebody asks about: by default their own economy's.

    Raises:
        UnknownEconomyError: No economy the viewer may see is called that.
        AmbiguousEconomyError: The name may mean several.
    """
    economy = viewer.economy if named is None else None
    if named not in {None, EVERYBODY}:
        economy = economy_called(facts, str(named))
    guarded = [slug for slug, network in facts.networks.items() if network["two_people"]]
    return Whose(economy, guarded)


def channels_due(
    connection: Connection,
    whose: Whose,
    *,
    viewer: Viewer,
    at: datetime,
    limit: int,
    page: str | None,
) -> Page:
    """The channels of live desks, lines around the clock first, the least known in front.

    At most seven statements. What stands ready (``due_channels``) is read in its order, so a page
    costs its own rows. Judged anew are the channels of which the viewer may see checks under other
    labels than theirs, or whose newest check is later than the instant; and all of them where the
    viewer does not see every network that has its contacts answer around the clock.

    Args:
        connection: A reading unit of work.
        whose: Whose channels.
        viewer: Who asks.
        at: The present instant.
        limit: Items on a page.
        page: A place in the list.

    Returns:
        Channels with their verification, each with the ``title`` of its desk, ``why`` (what its
        checks say) and the hour in which to call.

    Raises:
        BadPageError: The page is not one of this list.
    """
    given = view_parameters(viewer, at) | {"guarded": json_list(whose.guarded)}
    if whose.economy is not None:
        given["economy"] = whose.economy
    place: list[Any] = [] if page is None else read_page(page, int, str, str, int, str)
    first: int = place[0] if place else 0
    if not 0 <= first < len(STAGES):
        raise bad_page()
    order = order_for(connection, whose.economy, whose.guarded, given)
    chosen: list[list[Any]] = []
    for stage in range(first, len(STAGES)):
        statement = order.stage(stage, place[1:] if stage == first else [], limit + 1 - len(chosen))
        chosen += [[stage, *row] for row in connection.execute(statement, given)]
        if len(chosen) > limit:
            break
    texts = _texts(connection, [row[-1] for row in chosen], given, at)
    return page_of([(texts[row[-1]], *row) for row in chosen], limit, lambda row: list(row[1:]))


def _texts(
    connection: Connection, ids: Sequence[str], given: dict[str, Any], at: datetime
) -> dict[str, str]:
    """What is shown of some channels, which are visible: the long texts are made for them alone."""
    rows = connection.execute(
        select(
            channels.c.id,
            channel_text(visible, at_instant),
            contacts.c.document,
            case((IS_ALWAYS, 1), else_=0),
        )
        .join(contacts, contacts.c.id == channels.c.contact)
        .where(is_one_of(channels.c.id, bindparam("ids"))),
        given | {"ids": json_list(ids)},
    )
    return {row[0]: _line(row[1], row[2], row[3] == 1, at) for row in rows}


def _line(channel: str, contact: str, is_around_the_clock: bool, at: datetime) -> str:
    item, desk = orjson.loads(channel), orjson.loads(contact)
    item |= {
        "title": desk["title"],
        "economy": desk["economy"],
        "why": item["verification"]["result"],
        "around_the_clock": is_around_the_clock,
    }
    return orjson.dumps(item | when_to_call(item, desk, at)).decode()


def when_to_call(channel: Document, contact: Document, at: datetime) -> Document:
    """The hour in which to call a channel, on the clock of its desk.

    Returns:
        ``reachable`` (now, later or unknown), ``opens_at`` where it is later, ``local_time`` at the
        desk now, and ``local_hour``: the hour in which to call, as a check notes it.
    """
    hours = channel["duty_hours"] or contact["duty_hours"]
    zone, place = contact["zone"], contact["posted_in"] or contact["economy"]
    opens_at = None
    try:
        runs = None if hours is None else duty_hours.is_open(hours, zone, place, at)
        if runs is False:
            opens_at = duty_hours.opens_at(hours, zone, place, at)
    except ValueError:
        runs = None  # refused on the way in today, but an older record may hold it
    call_at = at if runs else opens_at
    here = None if zone is None else ZoneInfo(zone)
    return {
        "reachable": "now" if runs else "later" if opens_at is not None else "unknown",
        "opens_at": None if opens_at is None else format_instant(opens_at),
        "local_time": None if here is None else f"{at.astimezone(here):%Y-%m-%d %H:%M} {zone}",
        "local_hour": None if here is None or call_at is None else call_at.astimezone(here).hour,
    }
