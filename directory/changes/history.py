"""Who changed which field of a record, when, why, and from which meeting.

The versions that a viewer may not see are absent, and what a later one changed is told against the
newest older one that they may see. Of a version that has been erased it is told that there was one,
and no more. What was proposed may have been written by somebody else than its proposer, who is the
actor in the log: whoever edited and approved it is told too. Who wrote, and why, is told to
accounts alone: a reason is nobody's record and has no marking of its own, and who reported a check
says who called whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, bindparam, select

from directory.changes.kinds import Kind
from directory.changes.models import change_sets, log_entries, log_payloads, proposed_operations
from directory.changes.versions import seen_version
from directory.clock import format_instant
from directory.documents import Document
from directory.pages import Page, read_page, write_page
from directory.policy import Viewer, viewer_parameters, visible

BOOKKEEPING = frozenset({"id", "kind", "revision", "version"})
"""What changes with every version, or never."""
FIRST_PAGE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class History:
    """Part of a record's history.

    Attributes:
        page: The changes, the newest first.
        behind: The versions that they tell of.
    """

    page: Page
    behind: Sequence[Document]


def history(
    connection: Connection,
    kind: Kind,
    rid: str,
    *,
    meetings: Kind,
    viewer: Viewer,
    limit: int,
    page: str | None,
) -> History:
    """What became of a record that the viewer may see, the newest change first.

    Args:
        connection: A reading unit of work.
        kind: The record's kind.
        rid: Its id.
        meetings: The kind of the meetings from which changes come.
        viewer: Who asks.
        limit: Changes on a page.
        page: A place in the list.

    Raises:
        BadPageError: The page is not one of this list.
    """
    (before,) = read_page(page, int) if page is not None else (FIRST_PAGE,)
    rows = connection.execute(
        _statement(kind, meetings),
        {"rid": rid, "before": before, "most": limit + 1, **viewer_parameters(viewer)},
    ).all()
    documents = [
        None if row.body is None else kind.present(orjson.loads(row.body)["record"]) for row in rows
    ]
    # What followed an erased version is told whole: what it changed is not known any more.
    older = [*documents[1:], None]
    texts = [
        orjson.dumps(_item(row, was, now, viewer)).decode()
        for row, now, was in zip(rows[:limit], documents, older, strict=False)
    ]
    following = write_page([rows[limit - 1].revision]) if len(rows) > limit else None
    held = [document for document in documents if document is not None]
    return History(Page(texts, following), held)


@lru_cache(maxsize=32)
def _statement(kind: Kind, meetings: Kind) -> Select[Any]:
    # Another name, for where the record is a meeting itself.
    meeting = meetings.table.alias("from_meeting")
    return (
        select(
            log_entries.c.revision,
            log_entries.c.op,
            log_entries.c.at,
            log_entries.c.change_set,
            log_payloads.c.body,
            change_sets.c.actor,
            change_sets.c.origin,
            change_sets.c.reason,
            proposed_operations.c.edited_by,
            proposed_operations.c.approved_by,
            meeting.c.slug.label("meeting"),
        )
        .select_from(log_entries)
        .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .join(kind.table, kind.table.c.id == log_entries.c.rid)
        .join(change_sets, change_sets.c.id == log_entries.c.change_set)
        # By the record first: a change set may hold thousands of operations.
        .outerjoin(
            proposed_operations,
            and_(
                proposed_operations.c.rid == bindparam("rid"),
                proposed_operations.c.change_set == log_entries.c.change_set,
            ),
        )
        .outerjoin(meeting, and_(meeting.c.slug == change_sets.c.meeting, visible(meeting)))
        .where(
            log_entries.c.rid == bindparam("rid"),
            log_entries.c.revision < bindparam("before"),
            seen_version(kind),
        )
        .order_by(log_entries.c.revision.desc())
        .limit(bindparam("most"))
    )


def _item(row: Any, was: Document | None, now: Document | None, viewer: Viewer) -> Document:
    is_told_who = viewer.account is not None
    return {
        "revision": row.revision,
        "op": row.op,
        "at": format_instant(row.at),
        "change_set": row.change_set,
        "actor": row.actor if is_told_who else None,
        "edited_by": orjson.loads(row.edited_by) if is_told_who and row.edited_by else [],
        "approved_by": row.approved_by if is_told_who else None,
        "origin": row.origin,
        "reason": row.reason if is_told_who else None,
        "meeting": row.meeting,
        "is_erased": now is None,
        "changes": [] if now is None else list(changes_between(was, now)),
    }


def changes_between(before: Document | None, after: Document) -> Iterator[Document]:
    """The fields that differ between two versions, by JSON Pointer.

    Objects are gone into, lists are not. A first version is told by the fields that say something,
    each whole.
    """
    if before is None:
        for name in sorted(after.keys() - BOOKKEEPING):
            if after[name] is not None and after[name] not in ([], {}):
                yield {"field": _pointer("", name), "before": None, "after": after[name]}
        return
    yield from _within("", before, after, BOOKKEEPING)


def _within(
    place: str, before: Document, after: Document, left_out: frozenset[str] = frozenset()
) -> Iterator[Document]:
    for name in sorted((before.keys() | after.keys()) - left_out):
        was, now = before.get(name), after.get(name)
        pointer = _pointer(place, name)
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _within(pointer, was, now)
        elif was != now:
            yield {"field": pointer, "before": was, "after": now}


def _pointer(place: str, name: str) -> str:
    return f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
