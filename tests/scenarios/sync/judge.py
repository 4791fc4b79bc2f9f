"""What must be true in the end: a mirror is its scope and no more, and its alarms are explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.changes.models import log_entries, log_payloads
from directory.db import Database
from directory.policy import Label, may_see, viewer_parameters, visible
from directory.registry import KINDS
from directory.sync import digests
from directory.sync.mirror import status
from directory.sync.models import mirror_alarms
from directory.sync.rules.alarms import Alarm
from directory.sync.rules.scopes import Scope
from tests.scenarios.sync.ground import scope_of
from tests.scenarios.sync.processes import Mirror, head_of
from tests.scenarios.sync.proxy import Fault

WORDS = re.compile(rb"mark[0-9a-f]{16}")
SALTS = re.compile(rb'"salt":"([0-9a-f]{32})"')
EXPLAINED: dict[str, set[str]] = {
    Alarm.SPLICE: {Fault.FLIP, Fault.TRUNCATE, Fault.DUPLICATE},
    Alarm.REPLAY: {Fault.DUPLICATE},
    Alarm.ROLLBACK: {Fault.DUPLICATE},
    Alarm.FORK: {Fault.DUPLICATE, "restore"},
    Alarm.UNKNOWN_KEY: {Fault.FLIP},
}
"""The faults that may raise each alarm; what no fault explains must never be raised here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one mirror.

    Attributes:
        records: How many it holds, by kind those that the writers write.
        words: How many words of theirs stand in it.
        absent: How many words were written that must not stand in it.
        alarms: The alarms that it raised.
    """

    records: int
    words: int
    absent: int
    alarms: tuple[str, ...]


def judge(
    origin: Database, mirror: Mirror, *, restored_at: float | None, every_word: set[bytes]
) -> Verdict:
    """Hold a mirror that has ended against its origin.

    Args:
        origin: The database of the origin, to which nobody writes any more.
        mirror: The mirror, which has all that there is.
        restored_at: When the origin was restored, by the clock.
        every_word: All that was ever written, as far as it is known.
    """
    assert head_of(mirror.database) == head_of(origin)
    with origin.reading() as there, mirror.database.reading() as here:
        scope = scope_of(there, mirror.agency)
        records = _must_hold_what_the_scope_sees(there, here, scope)
        words, salts = _allowed(there, scope)
        alarms = _must_be_explained(here, mirror, restored_at)
    held = b"".join(_files(mirror))
    found, found_salts = set(WORDS.findall(held)), set(SALTS.findall(held))
    # Not one that was erased, withdrawn, or never for this partner; in no file at all.
    assert found <= words, sorted(found - words)[:5]
    assert found_salts <= salts
    return Verdict(records, len(found), len(every_word - words), alarms)


def _must_hold_what_the_scope_sees(there: Connection, here: Connection, scope: Scope) -> int:
    """Every row of every table, column by column, and the log that says the same."""
    records = 0
    for kind in KINDS:
        statement = select(kind.table).order_by(kind.table.c.id)
        due = there.execute(statement.where(visible(kind.table)), viewer_parameters(scope.viewer))
        rows = [tuple(row) for row in due]
        assert [tuple(row) for row in here.execute(statement)] == rows, kind.name
        records += len(rows)
    assert status.differing(here, KINDS) == []
    size = there.scalar(select(log_entries.c.seq).order_by(log_entries.c.seq.desc()).limit(1))
    told = digests.digest(there, size or 0, scope=scope)
    assert status.digest(here) == (told.digest.hex(), told.records)
    return records


def _allowed(there: Connection, scope: Scope) -> tuple[set[bytes], set[bytes]]:
    """The words and salts of all versions that the scope may see."""
    words, salts, newest = set[bytes](), set[bytes](), dict[str, Any]()
    rows = list(_payloads(there))
    for row in rows:
        newest[row.rid] = row
    for row in rows:
        if _sees(scope, row.body) and _sees(scope, newest[row.rid].body):
            words |= set(WORDS.findall(bytes(row.body)))
            salts |= set(SALTS.findall(bytes(row.body)))
    return words, salts


def _payloads(connection: Connection) -> Iterator[Any]:
    yield from connection.execute(
        select(log_entries.c.rid, log_payloads.c.body)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .order_by(log_entries.c.seq)
    )


def words_of(database: Database) -> set[bytes]:
    """Every word that stands in a log now."""
    with database.reading() as connection:
        return {word for row in _payloads(connection) for word in WORDS.findall(bytes(row.body))}


def _sees(scope: Scope, body: Any) -> bool:
    return may_see(scope.viewer, Label.of(orjson.loads(bytes(body))["record"]))


def _must_be_explained(
    here: Connection, mirror: Mirror, restored_at: float | None
) -> tuple[str, ...]:
    """Every alarm comes after a fault that raises such an alarm."""
    began = dict(mirror.way.first)
    if restored_at is not None:
        began["restore"] = restored_at
    found = here.execute(select(mirror_alarms).order_by(mirror_alarms.c.at)).all()
    for row in found:
        causes = [began[each] for each in EXPLAINED.get(row.code, ()) if each in began]
        assert any(at <= row.at.timestamp() for at in causes), (row.code, row.detail, began)
    return tuple(row.code for row in found)


def _files(mirror: Mirror) -> Iterator[bytes]:
    """What stands in the files of a mirror, and in whatever it left beside them."""
    for path in mirror.folder.rglob("*"):
        if path.is_file() and path != mirror.log:
            yield path.read_bytes()
