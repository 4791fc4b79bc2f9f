"""What a person's copy may hold, and what leads to it: cursors, and names of snapshots."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from directory.changes.models import log_entries, log_head
from directory.changes.tree import EMPTY_ROOT
from directory.clock import utc_now
from directory.policy import Label, Tlp, may_see
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.web.context import running
from tests.api.service import API, Service
from tests.scenarios.doors.people import Person
from tests.scenarios.doors.records import Records

SYNC = f"{API}/sync/"
MOST_ENTRIES = 1000
WIDEST = Scope(Tlp.AMBER_STRICT, frozenset({"g7-24-7", "interpol"}))


@dataclass(frozen=True)
class Copied:
    """What can be put into the places of routes for copies.

    Attributes:
        cursors: From the first entry on, so that a page after each of them is the whole log; then
            one of another scope and one of another log.
        names: Of a snapshot of the person's own, and of one of everything that is copied at all.
    """

    cursors: list[str]
    names: list[str]


def copied_for(service: Service, person: Person) -> Copied:
    """Cursors and snapshots for a person, and others that are not for them."""
    scope, now = Scope.of(person.viewer), utc_now()
    with service.database.reading() as connection:
        log, size = connection.execute(select(log_head.c.log_id, log_head.c.size)).one()
        places = {0: EMPTY_ROOT} | {
            row.seq: bytes(row.root)
            for row in connection.execute(
                select(log_entries.c.seq, log_entries.c.root).where(
                    log_entries.c.seq.in_(range(0, size, MOST_ENTRIES))
                )
            )
        }
    cursors = [str(Cursor.at(log, seq, root, scope.hash)) for seq, root in places.items()]
    cursors.append(str(Cursor.at(log, 0, EMPTY_ROOT, WIDEST.hash)))
    cursors.append(str(Cursor.at("0" * 16, 0, EMPTY_ROOT, scope.hash)))
    snapshots, kinds = running(service.app).snapshots, running(service.app).kinds
    names = [
        snapshots.newest(service.database, kinds, each, at=now).name for each in (scope, WIDEST)
    ]
    return Copied(cursors, [*names, "no-such-snapshot"])


def values_in_copy(records: Records, person: Person) -> set[str]:
    """Every value that may stand in a person's copy, or stood there before it was withdrawn.

    What is withdrawn is told by its id, to those alone who saw a version of it.
    """
    sees = _sees(Scope.of(person.viewer))
    withdrawn = {
        key for key, past in records.pasts.items() if any(sees(version.label) for version in past)
    }
    return records.values_for(sees) | withdrawn


def _sees(scope: Scope) -> Callable[[Label], bool]:
    return lambda label: may_see(scope.viewer, label)


def unfolded(body: bytes) -> bytes:
    """An answer with what it holds as text within text, as its reader reads it."""
    found = [body]
    for line in body.splitlines():
        with suppress(orjson.JSONDecodeError):
            found += _texts(orjson.loads(line))
    return b"\n".join(found)


def _texts(told: Any) -> list[bytes]:
    entries = told.get("entries", [told]) if isinstance(told, dict) else []
    return [
        value.encode()
        for entry in entries
        for value in (entry.get("env"), entry.get("body"))
        if value is not None
    ]
