"""Undoing change sets, over histories that nobody thought of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from directory.changes.apply import Applied, apply
from directory.changes.deciding import approve, carry_out
from directory.changes.entries import Entry, entries_of
from directory.changes.errors import (
    BrokenReferenceError,
    BuiltOnError,
    ForgottenError,
    UnknownChangeSetError,
)
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Operation, Put, Retire, prepare
from directory.changes.proposals import Proposed, ProposedOperation, propose
from directory.changes.revert import Undoing, revert
from directory.db import Database
from directory.ids import new_id
from directory.policy import NOBODY
from directory.registry import KINDS
from tests.integration.changes.deciders import DECIDER, LATER, applied, is_second
from tests.integration.changes.tables import take_guards_away
from tests.integration.changes.world import (
    CONTACT,
    ORGANISATION,
    channel,
    check_log,
    contact,
    economy,
    holder,
    organisation,
    settle,
)

AGENCIES = [ORGANISATION, "22222222-0000-4000-8000-000000000001"]
DESKS = [f"22222222-0000-4000-8000-00000000001{n}" for n in range(3)]
PARTS = [f"22222222-0000-4000-8000-00000000002{n}" for n in range(5)]
RECORDS = [*AGENCIES[1:], *DESKS, *PARTS]


class _UndoneError(Exception):
    pass


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    try:
        with database.writing() as connection:
            yield connection
            raise _UndoneError
    except _UndoneError:
        pass


def put_of(rid: str, base: int, dice: int) -> Put:
    """A revision of one of the records, as the dice fall."""
    note = {"en": f"note {dice}"}
    if rid in AGENCIES:
        return organisation(rid, base, slug="second", name=note)
    if rid in DESKS:
        return contact(rid, base, organisation=AGENCIES[dice % 2], note=note)
    place = PARTS.index(rid)
    desk = DESKS[place % len(DESKS)]
    if place % 2:
        return holder(rid, base, contact=desk, name=note)
    return channel(rid, base, contact=desk, position=1 + dice)


def operation_of(held: dict[str, Any], rid: str, dice: int) -> Operation:
    document = held.get(rid)
    if document is None:
        return put_of(rid, 0, dice)
    if document["retired_at"] is None and dice % 3 == 0:
        return Retire(document["kind"], rid, document["revision"])
    return put_of(rid, document["revision"], dice)


def documents(connection: Connection) -> dict[str, Any]:
    """Every record as it stands."""
    return {
        row.id: orjson.loads(row.document)
        for kind in KINDS
        for row in connection.execute(select(kind.table.c.id, kind.table.c.document))
    }


def but_for_revisions(held: dict[str, Any]) -> dict[str, Any]:
    return {
        rid: {name: value for name, value in document.items() if name != "revision"}
        for rid, document in held.items()
    }


def write(connection: Connection, operations: Sequence[Operation]) -> Applied:
    prepared = prepare(KINDS, operations, actor="somebody", origin="edit", reason="a history")
    return apply(connection, KINDS, prepared, writer=None, at=LATER)


def undo(connection: Connection, rid: str, only: frozenset[str] | None = None) -> Applied:
    done = revert(
        connection, KINDS, rid, Undoing(only=only, may_widen=True),
        viewer=DECIDER, actor="somebody", at=LATER,
    )  # fmt: skip
    assert isinstance(done, Applied)
    return done


@dataclass(frozen=True)
class Written:
    """A change set of the history, and every record before and after it."""

    id: str
    before: dict[str, Any]
    after: dict[str, Any]
    entries: Sequence[Entry]

    def is_ended_by_undoing(self, rid: str) -> bool:
        before = self.before.get(rid)
        return before is None or before["retired_at"] is not None

    def built_on(self, now: dict[str, Any], chosen: set[str]) -> set[str]:
        """The records that stand in the way of undoing it for some of its own."""
        found = {rid for rid in chosen if now[rid]["revision"] != self.after[rid]["revision"]}
        ended = {rid for rid in chosen if self.is_ended_by_undoing(rid)}
        for rid, document in now.items():
            named = {document.get("contact"), document.get("organisation")}
            if document["retired_at"] is None and rid not in chosen and named & ended:
                found.add(rid)
        return found

    def expected(self, now: dict[str, Any], chosen: set[str]) -> dict[str, Any]:
        """Every record once it is undone, but for the revisions."""
        found = dict(now)
        for rid in chosen:
            if self.is_ended_by_undoing(rid):
                found[rid] = now[rid] | {"retired_at": "2026-03-01T13:00:00Z"}
            else:
                found[rid] = self.before[rid]
        return but_for_revisions(found)


def names_what_is_gone(held: dict[str, Any], chosen: set[str]) -> bool:
    """Whether a record that lives names one that does not."""
    return any(
        held[rid]["retired_at"] is None
        and any(
            held[named]["retired_at"] is not None
            for named in (held[rid].get("contact"), held[rid].get("organisation"))
            if named is not None
        )
        for rid in chosen
    )


histories = st.lists(
    st.dictionaries(st.sampled_from(RECORDS), st.integers(0, 8), min_size=1, max_size=6),
    min_size=1,
    max_size=8,
)


def lived(connection: Connection, history: Sequence[dict[str, int]]) -> list[Written]:
    """Write a history; what cannot be written of it is left out."""
    found = []
    for dice in history:
        before = documents(connection)
        operations = [operation_of(before, rid, thrown) for rid, thrown in dice.items()]
        try:
            done = write(connection, operations)
        except BrokenReferenceError:
            continue
        entries = entries_of(connection, KINDS, done.change_set, viewer=DECIDER)
        found.append(Written(done.change_set, before, documents(connection), entries))
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, choice=st.integers(0, 100))
def test_undoing_gives_back_what_was_and_undoing_that_gives_back_what_is(
    shared_database: Database, history: list[dict[str, int]], choice: int
) -> None:
    with undone(shared_database) as connection:
        settle(connection)
        lives = lived(connection, [dict.fromkeys(RECORDS, 1), *history])
        target = lives[choice % len(lives)]
        now = documents(connection)
        chosen = {entry["rid"] for entry in target.entries}
        built_on = target.built_on(now, chosen)
        if built_on:
            with pytest.raises(BuiltOnError) as refused:
                undo(connection, target.id)
            named = {fault.pointer.partition("/")[2] for fault in refused.value.faults}
            assert named == built_on
            assert documents(connection) == now
            chosen -= built_on
            while still := target.built_on(now, chosen):
                chosen -= {rid for rid in chosen if target.is_ended_by_undoing(rid)} | still
            event("something was built on it")
        if not chosen:
            return
        expected = target.expected(now, chosen)
        if names_what_is_gone(expected, chosen):
            with pytest.raises(BrokenReferenceError):
                undo(connection, target.id, frozenset(chosen))
            assert documents(connection) == now
            event("what it named is gone")
            return
        done = undo(connection, target.id, frozenset(chosen))
        assert but_for_revisions(documents(connection)) == expected
        undo(connection, done.change_set)
        assert but_for_revisions(documents(connection)) == but_for_revisions(now)
        assert not check_log(connection).problems
        event("undone")


def test_the_directory_gives_back_each_kind_of_record_as_it_was(whole_seed: Connection) -> None:
    """Every record of the seed is changed and the change undone: nothing else comes of it."""
    before = documents(whole_seed)
    changed: list[Operation] = []
    for document in before.values():
        kind = KINDS[document["kind"]]
        source = document["source"] | {"place": "another page"}
        given = kind.as_given(document) | {"source": source}
        changed.append(Put(kind.name, given, document["id"], document["revision"]))
    done = write(whole_seed, changed)
    assert but_for_revisions(documents(whole_seed)) != but_for_revisions(before)
    owners = frozenset(document["owner"] for document in before.values())
    everybody = replace(DECIDER, editor_of=owners)
    asked = revert(
        whole_seed, KINDS, done.change_set, Undoing(may_widen=True),
        viewer=everybody, actor="somebody", at=LATER,
    )  # fmt: skip
    assert isinstance(asked, Proposed)  # checks of guarded lines are not altered by one person
    for decide in (approve, carry_out):
        decide(whole_seed, KINDS, asked.change_set, viewer=everybody, why_not_second=is_second,
               at=LATER)  # fmt: skip
    assert but_for_revisions(documents(whole_seed)) == but_for_revisions(before)


def test_what_has_been_erased_is_not_said_again(settled: Connection) -> None:
    done = write(
        settled, [contact(base=1, note={"en": "second"}), holder(base=1, name={"en": "B"})]
    )
    seq = settled.scalar(
        select(log_entries.c.seq).where(log_entries.c.rid == CONTACT, log_entries.c.revision == 1)
    )
    take_guards_away(settled, "log_payloads")
    settled.execute(log_payloads.delete().where(log_payloads.c.seq == seq))
    with pytest.raises(ForgottenError) as refused:
        undo(settled, done.change_set)
    assert [fault.pointer for fault in refused.value.faults] == [f"contact/{CONTACT}"]
    others = frozenset(done.revisions) - {CONTACT}
    undo(settled, done.change_set, others)


def test_a_change_set_of_which_nothing_is_seen_is_unknown(settled: Connection) -> None:
    done = write(settled, [economy("SG")])
    with pytest.raises(UnknownChangeSetError):
        revert(
            settled, KINDS, done.change_set, Undoing(),
            viewer=NOBODY, actor="nobody", at=LATER,
        )  # fmt: skip


def test_what_came_of_one_list_is_undone_change_set_by_change_set(settled: Connection) -> None:
    bundle = new_id()
    kept = []
    new = channel(new_id(), raw="+61 2 5550 0144")
    for each in (contact(base=1, note={"en": "a"}), new, holder(base=1, name={"en": "B"})):
        rid = propose(
            settled, KINDS, [ProposedOperation(each, ("List!A1",))],
            viewer=DECIDER, actor="proposer", origin="list", reason="a list", meeting=None,
            bundle=bundle, at=LATER,
        )  # fmt: skip
        approve(settled, KINDS, rid, viewer=DECIDER, why_not_second=is_second, at=LATER)
        kept.append(rid)
    for rid in kept[:2]:
        applied(settled, rid)
    write(settled, [contact(base=2, note={"en": "built on"})])
    one = revert(settled, KINDS, kept[1], Undoing(), viewer=DECIDER, actor="somebody", at=LATER)
    assert isinstance(one, Applied)
    with pytest.raises(BuiltOnError):
        revert(settled, KINDS, kept[0], Undoing(), viewer=DECIDER, actor="somebody", at=LATER)
    held = documents(settled)
    assert held[CONTACT]["note"] == {"en": "built on"}
