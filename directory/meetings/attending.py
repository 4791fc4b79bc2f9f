"""Who attended a meeting, by name."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.meetings.models import attendances
from directory.policy import Viewer, viewer_parameters, visible


def attended_by(connection: Connection, slug: str, *, viewer: Viewer) -> list[str]:
    """Every name, in any language, under which somebody is recorded as having attended."""
    texts = connection.scalars(
        select(attendances.c.document).where(
            attendances.c.meeting == bindparam("slug"),
            attendances.c.retired_at.is_(None),
            visible(attendances),
        ),
        {"slug": slug, **viewer_parameters(viewer)},
    )
    return [name for text in texts for name in orjson.loads(text)["name"].values()]
