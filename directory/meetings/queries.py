"""Meetings with who took part and what came of them, as their viewer may see them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, func, literal, or_, select

from directory.changes.errors import UnknownRecordError
from directory.changes.queries import StoredText
from directory.meetings.models import attendances, meetings, outcomes
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


def meeting(connection: Connection, name: str, *, viewer: Viewer) -> StoredText:
    """One meeting by slug or id, with its attendance and outcomes.

    Raises:
        UnknownRecordError: There is none that the viewer may see.
    """
    rights = viewer_parameters(viewer)
    found = connection.execute(
        select(meetings.c.revision, meetings.c.document, meetings.c.slug).where(
            or_(meetings.c.slug == bindparam("name"), meetings.c.id == bindparam("name")),
            visible(meetings),
        ),
        {"name": name, **rights},
    ).one_or_none()
    if found is None:
        raise UnknownRecordError(f"There is no meeting {name!r}.")
    parts = []
    for table, order in (
        (attendances, (attendances.c.economy, attendances.c.id)),
        (outcomes, (outcomes.c.number, outcomes.c.id)),
    ):
        texts = connection.scalars(
            select(table.c.document)
            .where(
                table.c.meeting == bindparam("slug"), table.c.retired_at.is_(None), visible(table)
            )
            .order_by(*order),
            {"slug": found.slug, **rights},
        )
        parts.append(f'"{table.name}":[{",".join(texts)}]')
    return StoredText(found.revision, f"{found.document[:-1]},{','.join(parts)}}}")
