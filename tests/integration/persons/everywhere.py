"""One person, put into every place of a directory that keeps text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from pysequoia import Tsk
from sqlalchemy import Connection, insert, select

from directory.access.models import accounts
from directory.changes.apply import apply
from directory.changes.log import see
from directory.changes.models import log_entries, proposed_change_sets, proposed_operations
from directory.changes.operations import Operation, Put, prepare
from directory.changes.redactions import Why
from directory.contacts.models import channels
from directory.db import Database
from directory.ids import new_id
from directory.meetings.models import list_exports, list_findings, returned_lists
from directory.persons.erasing import LEAST, Erased, Plan, erase, plan
from directory.persons.finding import Found, find
from directory.readings.log import ReadingLog
from directory.readings.rules import Reader, Shown, entries_of
from directory.registry import KINDS
from directory.sync.models import copies_taken, sync_cursors
from tests.accounts import account
from tests.integration.changes.world import (
    ACTOR,
    CONTACT,
    HOLDER,
    NOW,
    SOURCE,
    channel,
    check,
    contact,
    holder,
    settle,
)

NAME, OWN_SCRIPT = "Quuxley Zebulon", "澤布隆"
NUMBER, DIGITS = "+61 491 570 156", "61491570156"
MAILBOX = "zebulon.quuxley@police.example"
TRACES = tuple(
    trace.encode()
    for trace in ("zebulon", "quuxley", OWN_SCRIPT, "491 570 156", DIGITS, DIGITS[::-1], MAILBOX)
)
"""What must be nowhere afterwards, in lower case."""
MOBILE = "11111111-0000-4000-8000-00000000000a"
MAIL = "11111111-0000-4000-8000-00000000000b"
ATTENDANCE = "11111111-0000-4000-8000-00000000000c"
CALLED = "11111111-0000-4000-8000-00000000000d"
SUCCESSOR = "11111111-0000-4000-8000-00000000000e"
KEY = "11111111-0000-4000-8000-000000000010"
MEETING = "11111111-0000-4000-8000-00000000000f"


@dataclass(frozen=True)
class Everywhere:
    """The directory and what belongs to it."""

    database: Database
    readings: ReadingLog
    state: Path

    def found(self, *spellings: str, records: Sequence[str] = ()) -> Found:
        """Where somebody occurs."""
        with self.readings.reading() as read_log, self.database.reading() as connection:
            return find(connection, read_log, KINDS, spellings, records=records)

    def planned(self, *spellings: str, records: Sequence[str] = (), least: float = LEAST) -> Plan:
        """What erasing them would do."""
        found = self.found(*spellings, records=records)
        with self.database.reading() as connection:
            return plan(
                connection, KINDS, found, records=records, least=least,
                is_local=self.readings.store.is_local, at=NOW + timedelta(days=1),
            )  # fmt: skip

    def erased(self, planned: Plan) -> Erased:
        """Do it."""
        return erase(
            self.database, KINDS, self.readings, self.state, planned,
            why=Why.ERASURE, at=NOW + timedelta(days=1),
        )  # fmt: skip


def put_everywhere(directory: Everywhere) -> Everywhere:
    """Put them everywhere."""
    with directory.database.writing() as connection:
        settle(connection)
        _in_records(connection)
        _beside(connection)
        _outside(connection)
    shown = Shown("holder", HOLDER, "AU", "AMBER", ())
    entries = entries_of(
        [shown],
        Reader("partner", None, f"to call {NAME} back", "/contacts", "request"),
        NOW,
    )
    directory.readings.record(entries)
    snapshots = directory.state / "snapshots"
    snapshots.mkdir(parents=True)
    (snapshots / "0123-7-abcd.ndjson.gz").write_bytes(f"{NAME} {NUMBER}".encode())
    return directory


def changed(connection: Connection, *operations: Operation, reason: str = "a test") -> None:
    prepared = prepare(KINDS, operations, actor=ACTOR, origin="edit", reason=reason)
    apply(connection, KINDS, prepared, writer=None, at=NOW)


@cache
def certificate() -> str:
    """An OpenPGP key of theirs."""
    return str(Tsk.generate(f"Zebulon Quuxley <{MAILBOX}>").extract_certificate())


def _in_records(connection: Connection) -> None:
    meeting = {"slug": "tel45", "name": {"en": "TEL 45"}, "state": "held", "source": SOURCE}
    came = {
        "meeting": "tel45",
        "name": {"en": f"Mr {NAME}"},
        "capacity": {"en": "delegate"},
        "source": SOURCE,
    }
    key = {"contact": CONTACT, "armored": certificate(), "owner": "AU", "source": SOURCE}
    changed(
        connection,
        holder(base=1, name={"en": NAME, "zh-Hant": OWN_SCRIPT}),
        channel(MOBILE, medium="mobile", raw=NUMBER, position=5),
        channel(MAIL, medium="e-mail", raw=MAILBOX, position=6),
        check(CALLED, channel=MOBILE),
        contact(base=1, note={"en": f"At night ask for Zebulon Quuxley, {NUMBER}."}),
        holder(SUCCESSOR, name={"en": "Kim"}, handover={"outgoing": NAME, "incoming": "Kim"}),
        Put("key", key, KEY),
        Put("meeting", meeting, MEETING),
        Put("attendance", came, ATTENDANCE),
        reason=f"{NAME} has called",
    )
    changed(connection, holder(base=2, name={"en": NAME, "zh-Hant": OWN_SCRIPT}, marking="AMBER"))


def _beside(connection: Connection) -> None:
    person, _ = account(connection, partner="police")
    connection.execute(
        accounts.update().where(accounts.c.id == person).values(name=NAME, email=MAILBOX)
    )
    other, _ = account(connection, partner="ministry")
    proposal: dict[str, Any] = {
        "id": "p", "state": "proposed", "actor": other, "origin": "list",
        "reason": f"List returned: {NAME}.xlsx", "bundle": "list", "proposed_at": NOW,
        "remark": f"ask {OWN_SCRIPT}",
    }  # fmt: skip
    connection.execute(insert(proposed_change_sets).values(proposal))
    # Nothing in this one names anybody, but it is about a line that will be gone.
    line = channel(MOBILE, base=1, medium="mobile", raw="+61 491 570 156")
    connection.execute(
        insert(proposed_operations).values(
            change_set="p", place=1, state="open", op="put", kind="channel", rid=MOBILE,
            base_revision=1, document=orjson.dumps(dict(line.document)).decode(),
            marking=0, audience="[]", owner="AU",
        )
    )  # fmt: skip
    # A call that somebody reports: what it tried is noted, and found by trying numbers.
    tried = connection.scalar(select(channels.c.digest).where(channels.c.id == MOBILE))
    call = check(new_id(), channel=MOBILE)
    connection.execute(
        insert(proposed_operations).values(
            change_set="p", place=2, state="open", op="put", kind="check", rid=str(call.id),
            base_revision=0, document=orjson.dumps(dict(call.document)).decode(),
            noted=orjson.dumps({"tried": tried}).decode(), marking=0, audience="[]", owner="AU",
        )
    )  # fmt: skip
    put = holder(base=3, name={"en": f"Dr {NAME}"})
    connection.execute(
        insert(proposed_operations).values(
            change_set="p", place=0, state="open", op="put", kind="holder", rid=HOLDER,
            base_revision=3, document=orjson.dumps(dict(put.document)).decode(),
            marking=0, audience="[]", owner="AU",
        )
    )  # fmt: skip
    connection.execute(
        insert(returned_lists).values(
            id="list", file_name=f"{NAME}.xlsx", digest=b"", size_bytes=1, received_at=NOW,
            reading=orjson.dumps({"sheet": f"List of {NAME}"}).decode(), cells=1, cells_used=1,
        )
    )  # fmt: skip
    connection.execute(
        insert(list_findings).values(
            returned_list="list", place=0, cell="POC list!C4", code="title-removed",
            read=f"Mr. {NAME}", proposed=NAME, confidence=0.9, marking=2, audience="[]", owner="AU",
        )
    )  # fmt: skip


def _outside(connection: Connection) -> None:
    head = see(connection)
    connection.execute(
        insert(list_exports).values(
            id="export", at=NOW, valid_until=NOW, partner="ministry", list="interpol", form="xlsx",
            digest=b"", records=orjson.dumps([HOLDER, CONTACT]).decode(),
        )
    )  # fmt: skip
    for form, clearance in (("offline", 2), ("snapshot", -0)):
        connection.execute(
            insert(copies_taken).values(
                id=form, at=NOW, valid_until=NOW, partner="ministry", form=form,
                log_id=head.log_id, size=head.size, clearance=clearance, networks="[]",
                records=5, digest=b"",
            )
        )  # fmt: skip
    connection.execute(
        insert(sync_cursors).values(
            account="mirror", partner="ministry", log_id=head.log_id, seq=head.size, scope="",
            at=NOW,
        )
    )  # fmt: skip


def seq_of(connection: Connection, rid: str, revision: int) -> int:
    found = connection.scalar(
        select(log_entries.c.seq).where(
            log_entries.c.rid == rid, log_entries.c.revision == revision
        )
    )
    assert found is not None
    return int(found)
