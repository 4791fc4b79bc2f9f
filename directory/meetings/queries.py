"""The list of meetings, as its viewer may see it; one meeting with all about it is a briefing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, literal, select

from directory.meetings.models import meetings
from directory.pages import Page, after, bad_page, page_of, read_page
from directory.policy import Viewer, viewer_parameters, visible

_UNDATED = date.max


def meeting_list(connection: Connection, *, viewer: Viewer, limit: int, page: str | None) -> Page:
    """Meetings by their first day, those without a date last.

    Raises:
        BadPageError: The page is not one of this list.
    """
    first_day = func.coalesce(meetings.c.from_date, literal(_UNDATED))
    statement = (
        select(meetings.c.document, first_day, meetings.c.slug)
        .where(meetings.c.retired_at.is_(None), visible(meetings))
        .order_by(first_day, meetings.c.slug)
        .limit(limit + 1)
    )
    if page is not None:
        day, slug = read_page(page, str, str)
        try:
            place = [date.fromisoformat(day), slug]
        except ValueError:
            raise bad_page() from None
        statement = statement.where(after((first_day, meetings.c.slug), place))
    rows = connection.execute(statement, viewer_parameters(viewer)).all()
    return page_of(rows, limit, lambda row: [row[1].isoformat(), row[2]])
