"""What of a person has left this machine, and with whom: lists, copies, mirrors.

The register of exports names its records. A copy that was taken whole names its scope and the place
in the log at which it was cut, so what it held can be told from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.access.models import accounts, partners
from directory.changes import log
from directory.changes.models import log_entries
from directory.changes.reaching import AT_ONCE
from directory.clock import format_instant
from directory.documents import Document
from directory.meetings.models import list_exports
from directory.policy import Label, Tlp, Viewer, may_see
from directory.sync.models import copies_taken, sync_cursors


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that was taken outside.

    Attributes:
        what: ``list``, ``snapshot``, ``offline`` or ``mirror``.
        named: Which one, for people.
        partner: Whose; None for nobody's account.
        account: Who took it.
        at: When; of a mirror, when it was last seen.
        todo: What has to be seen to by hand; empty where the feed does it.
    """

    what: str
    named: str
    partner: str | None
    account: str | None
    at: datetime
    todo: str

    def document(self) -> Document:
        """It as it is printed for programs."""
        return {
            "what": self.what,
            "named": self.named,
            "partner": self.partner,
            "account": self.account,
            "at": format_instant(self.at),
            "todo": self.todo,
        }


def taken_outside(
    connection: Connection, seqs: Iterable[int], *, redacted_at: int | None = None
) -> list[Taken]:
    """What was taken outside that held any of some versions, the newest first.

    Args:
        connection: Any unit of work.
        seqs: The entries that wrote the versions, whether they still say anything or not.
        redacted_at: The entry that erased them, once it is there.
    """
    rows = _entries(connection, sorted(set(seqs)))
    found = [
        *_lists(connection, {row.rid for row in rows}),
        *_copies(connection, rows),
        *_mirrors(connection, rows, redacted_at),
    ]
    return sorted(found, key=lambda taken: taken.at, reverse=True)


def _entries(connection: Connection, seqs: Sequence[int]) -> list[Any]:
    entry = log_entries.c
    columns = (entry.seq, entry.rid, entry.owner, entry.label_before, entry.label_after)
    rows: list[Any] = []
    for start in range(0, len(seqs), AT_ONCE):
        part = seqs[start : start + AT_ONCE]
        rows += connection.execute(select(*columns).where(entry.seq.in_(part))).all()
    return rows


def _lists(connection: Connection, ids: set[str]) -> Iterator[Taken]:
    for row in connection.execute(
        select(list_exports, *_who(list_exports)).select_from(_joined(list_exports))
    ):
        if ids & set(orjson.loads(row.records)):
            yield Taken(
                "list",
                f"{row.list}.{row.form}",
                row.partner_name,
                row.account_name,
                row.at,
                "ask that it be destroyed",
            )


def _copies(connection: Connection, rows: list[Any]) -> Iterator[Taken]:
    copies = connection.execute(
        select(copies_taken, *_who(copies_taken)).select_from(_joined(copies_taken))
    )
    for copy in copies:
        viewer = Viewer(
            None,
            frozenset(orjson.loads(copy.networks)),
            Tlp(copy.clearance),
            frozenset(),
        )
        if any(row.seq <= copy.size and _is_seen(viewer, row) for row in rows):
            yield Taken(
                copy.form,
                f"{copy.records} records at entry {copy.size}",
                copy.partner_name,
                copy.account_name,
                copy.at,
                "ask that it be destroyed, and replaced by a new one"
                if copy.form == "offline"
                else "a mirror that began with it drops this with its next pull",
            )


def _mirrors(connection: Connection, rows: list[Any], redacted_at: int | None) -> Iterator[Taken]:
    if not rows:
        return
    log_id = log.see(connection).log_id
    cursors = connection.execute(
        select(sync_cursors, *_who(sync_cursors)).select_from(_joined(sync_cursors))
    )
    for cursor in cursors:
        # However far behind: it was given what follows the entry with which it came.
        has_dropped = redacted_at is not None and cursor.log_id == log_id
        if has_dropped and cursor.seq >= (redacted_at or 0):
            continue
        yield Taken(
            "mirror",
            f"came last with entry {cursor.seq}",
            cursor.partner_name,
            cursor.account_name,
            cursor.at,
            "drops it with its next pull; see that there is one",
        )


def _is_seen(viewer: Viewer, row: Any) -> bool:
    label = row.label_after or row.label_before
    if not label:
        return False
    marking, *audience = label.split(" ")
    return may_see(viewer, Label(Tlp.from_label(marking), frozenset(audience), row.owner))


def _joined(table: Any) -> Any:
    return table.outerjoin(partners, partners.c.id == table.c.partner).outerjoin(
        accounts, accounts.c.id == table.c.account
    )


def _who(table: Any) -> tuple[Any, Any]:
    return partners.c.name.label("partner_name"), accounts.c.name.label("account_name")
