"""What records said before: the versions that the log holds of them, as their viewer may see them.

A past version is shown only to one who may see both that version's label and the label the record
has now, or had last: what has been narrowed since stays narrow, and what was narrow then too.
"""

from __future__ import annotations

import orjson
from sqlalchemy import ColumnElement, Connection, FromClause, and_, bindparam, case, select

from directory.changes.kinds import Kind
from directory.changes.models import log_entries, log_payloads
from directory.db import constant
from directory.documents import Document
from directory.policy import Viewer, viewer_parameters, visible, visible_under


def seen_version(kind: Kind) -> ColumnElement[bool]:
    """Whether a viewer may see a version, over ``log_entries`` joined with the kind's table."""
    return and_(seen_label(log_entries), visible(kind.table))


def seen_label(entries: FromClause) -> ColumnElement[bool]:
    """Whether a viewer may see what a version itself is labelled; the record is the other half."""
    # Put together once for the log itself; an alias is made anew for each statement.
    return _LABEL_IS_SEEN if entries is log_entries else _seen_label(entries)


def _seen_label(entries: FromClause) -> ColumnElement[bool]:
    return visible_under(label_of(entries), entries.c.owner)


def label_of(entries: FromClause) -> ColumnElement[str]:
    """The label of the version that an entry wrote."""
    # A retirement leaves the label empty, because the record then stands in no list.
    return case(
        (entries.c.op == constant("retire"), entries.c.label_before), else_=entries.c.label_after
    )


_LABEL_IS_SEEN = _seen_label(log_entries)


def version(
    connection: Connection, kind: Kind, rid: str, revision: int, *, viewer: Viewer
) -> Document | None:
    """A record as it was at a revision, in the present shape.

    Returns:
        None where there was no such revision, the viewer may not see it, or it has been erased.
    """
    body = connection.execute(
        select(log_payloads.c.body)
        .select_from(log_entries)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .join(kind.table, kind.table.c.id == log_entries.c.rid)
        .where(
            log_entries.c.rid == bindparam("rid"),
            log_entries.c.revision == bindparam("revision"),
            seen_version(kind),
        ),
        {"rid": rid, "revision": revision, **viewer_parameters(viewer)},
    ).scalar_one_or_none()
    return None if body is None else kind.present(orjson.loads(body)["record"])
