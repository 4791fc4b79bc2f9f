"""Whatever is altered behind the directory's back is found and told in plain words."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.tree import leaf_hash
from directory.changes.verify import verify
from directory.db import Database
from directory.registry import KINDS
from tests.integration.changes.tables import GUARDED, RECORD_NAMES, table, take_guards_away
from tests.integration.changes.world import CHANNEL, CONTACT, NOW, check_log


@pytest.fixture
def unguarded(history: Connection) -> Connection:
    """A directory with a history in the hands of somebody who has taken its guards away."""
    take_guards_away(history, *GUARDED)
    return history


def told(connection: Connection) -> str:
    problems = check_log(connection).problems
    assert problems
    assert all("Error" not in problem and "object at" not in problem for problem in problems)
    return "\n".join(problems)


def entry(connection: Connection, seq: int = 5) -> Any:
    return connection.execute(
        select(log_entries, log_payloads.c.body)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(log_entries.c.seq == seq)
    ).one()


def set_entry(connection: Connection, seq: int = 5, **values: Any) -> None:
    connection.execute(update(log_entries).where(log_entries.c.seq == seq).values(values))


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def test_an_untouched_directory_verifies(lived_in: Database, seeded: Database) -> None:
    for database in (lived_in, seeded):
        with database.reading() as connection:
            result = check_log(connection)
            size, root = connection.execute(select(log_head.c.size, log_head.c.root)).one()
        assert result.problems == ()
        assert (result.entries, result.root) == (size, bytes(root))


def test_an_empty_directory_verifies(connection: Connection) -> None:
    assert check_log(connection).problems == ()


@pytest.mark.parametrize("place", [0, 1, 9, 40, -1])
def test_a_flipped_bit_in_an_envelope_is_told(unguarded: Connection, place: int) -> None:
    set_entry(unguarded, envelope=flipped(bytes(entry(unguarded).envelope), place))
    assert "entry 5: the leaf is not the hash of the envelope" in told(unguarded)


def test_an_envelope_rewritten_with_its_leaf_is_told_by_the_roots(unguarded: Connection) -> None:
    envelope = bytes(entry(unguarded).envelope).replace(b'"op":"put"', b'"op":"not"')
    set_entry(unguarded, envelope=envelope, leaf=leaf_hash(envelope))
    problems = told(unguarded)
    assert "entry 5: the root after it is not what the leaves give, nor are" in problems
    assert "entry 5: op stands as 'put' beside the envelope's 'not'" in problems


@pytest.mark.parametrize("place", [0, 12, 60, -1])
def test_a_flipped_bit_in_a_payload_is_told(unguarded: Connection, place: int) -> None:
    body = flipped(bytes(entry(unguarded).body), place)
    unguarded.execute(update(log_payloads).where(log_payloads.c.seq == 5).values(body=body))
    assert "entry 5: the payload is not what the envelope's hash says" in told(unguarded)


def test_a_flipped_bit_in_a_root_is_told_once(unguarded: Connection) -> None:
    set_entry(unguarded, root=flipped(bytes(entry(unguarded).root), 3))
    assert told(unguarded) == "entry 5: the root after it is not what the leaves give"


def test_a_flipped_bit_in_a_leaf_is_told(unguarded: Connection) -> None:
    set_entry(unguarded, leaf=flipped(bytes(entry(unguarded).leaf), 3))
    assert told(unguarded) == "entry 5: the leaf is not the hash of the envelope"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "contact"}, "kind stands as 'contact'"),
        ({"rid": "x"}, "rid stands as 'x'"),
        ({"op": "retire"}, "op stands as 'retire'"),
        ({"owner": "TW"}, "owner stands as 'TW'"),
        ({"revision": 7}, "revision stands as 7"),
        ({"at": NOW.replace(year=2020)}, "at stands as '2020-"),
        ({"change_set": "x"}, "change_set stands as 'x'"),
        ({"payload_hash": b"\0" * 32}, "payload_hash stands as '00"),
        ({"label_after": "RED"}, "entry 5: the label after it stands as 'RED', not 'CLEAR'"),
        ({"label_before": "RED"}, "entry 5: the label before it stands as 'RED', not ''"),
    ],
)
def test_a_column_beside_the_envelope_is_held_to_it(
    unguarded: Connection, values: dict[str, Any], words: str
) -> None:
    set_entry(unguarded, **values)
    assert words in told(unguarded)


@pytest.mark.parametrize("seq", [1, 7, -1], ids=["first", "middle", "last"])
def test_a_deleted_entry_is_told(unguarded: Connection, seq: int) -> None:
    size = unguarded.scalar(select(log_head.c.size)) or 0
    seq = size if seq < 0 else seq
    unguarded.execute(log_entries.delete().where(log_entries.c.seq == seq))
    problems = told(unguarded)
    assert f"the head counts {size} entries; there are {size - 1}" in problems
    assert f"payload {seq}: there is no entry with that number" in problems
    if seq < size:
        assert f"entry {seq}: the sequence jumps to {seq + 1}" in problems


def test_a_deleted_payload_is_told(unguarded: Connection) -> None:
    unguarded.execute(log_payloads.delete().where(log_payloads.c.seq == 5))
    assert "entry 5: the payload is missing" in told(unguarded)


def test_an_entry_slipped_in_behind_the_head_is_told(unguarded: Connection) -> None:
    size = unguarded.scalar(select(log_head.c.size)) or 0
    row = dict(entry(unguarded, size)._mapping) | {"seq": size + 1, "rid": "x"}
    del row["body"]
    unguarded.execute(log_entries.insert(), row)
    assert f"the head counts {size} entries; there are {size + 1}" in told(unguarded)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"size": 3}, "the head counts 3 entries"),
        ({"root": b"\0" * 32}, "the head's root"),
        ({"frontier": b"\0" * 64}, "the head's frontier"),
        ({"last_at": None}, "the head's time"),
        ({"last_at": NOW.replace(year=2030)}, "the head's time"),
        ({"writing": True}, "left open"),
    ],
)
def test_an_altered_head_is_told(unguarded: Connection, values: dict[str, Any], words: str) -> None:
    unguarded.execute(update(log_head).values(values))
    assert words in told(unguarded)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"first_seq": 2, "last_seq": 3}, "is noted for entries 2 to 3; entries 1 to 9 name it"),
        ({"actor": "somebody"}, "its actor or time is not what its entries say"),
        ({"at": NOW.replace(year=2030)}, "its actor or time is not what its entries say"),
        ({"id": "x"}, "change set x: no entry names it"),
    ],
)
def test_an_altered_change_set_is_told(
    unguarded: Connection, values: dict[str, Any], words: str
) -> None:
    unguarded.execute(update(change_sets).where(change_sets.c.first_seq == 1).values(values))
    assert words in told(unguarded)


def test_a_deleted_change_set_is_told(unguarded: Connection) -> None:
    unguarded.execute(change_sets.delete().where(change_sets.c.first_seq == 1))
    assert "entries 1 to 9 name it; it is not noted" in told(unguarded)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("channels", {"position": 3}),
        ("channels", {"medium": "fax"}),
        ("channels", {"marking": 0}),
        ("channels", {"audience": '["interpol"]'}),
        ("channels", {"owner": "TW"}),
        ("channels", {"revision": 9}),
        ("channels", {"seq": 2}),
        ("channels", {"source_meeting": "x"}),
        ("channels", {"retired_at": NOW}),
        ("contacts", {"networks": '["interpol"]'}),
        ("contacts", {"economy": None}),
    ],
)
def test_an_altered_row_is_told(unguarded: Connection, name: str, values: dict[str, Any]) -> None:
    rid = {"channels": CHANNEL, "contacts": CONTACT}[name]
    unguarded.execute(update(table(name)).where(table(name).c.id == rid).values(values))
    assert told(unguarded) == f"{name[:-1]} {rid}: its row is not what the log says"


def test_a_document_altered_by_one_digit_is_told(unguarded: Connection) -> None:
    channels = table("channels")
    text = unguarded.scalar(select(channels.c.document).where(channels.c.id == CHANNEL))
    assert text is not None
    unguarded.execute(
        update(channels)
        .where(channels.c.id == CHANNEL)
        .values(document=text.replace("0100", "0101"))
    )
    assert told(unguarded) == f"channel {CHANNEL}: its row is not what the log says"


def test_a_missing_row_is_told(unguarded: Connection) -> None:
    unguarded.execute(table("checks").delete())
    assert "the log knows it, its table does not" in told(unguarded)


def test_a_row_the_log_does_not_know_is_told(unguarded: Connection) -> None:
    networks = table("networks")
    row = dict(unguarded.execute(select(networks).limit(1)).mappings().one())
    unguarded.execute(networks.insert(), row | {"id": "stray", "slug": "stray"})
    assert told(unguarded) == "network stray: the log does not know it"


def test_progress_is_told_to_the_end(lived_in: Database) -> None:
    steps: list[tuple[int, int]] = []
    with lived_in.reading() as connection:
        verify(connection, KINDS, progress=lambda done, of: steps.append((done, of)))
    size = len(steps)
    assert steps == [(n, size) for n in range(1, size + 1)]


def test_every_table_has_rows_to_damage(seeded: Database) -> None:
    with seeded.reading() as connection:
        for name in RECORD_NAMES:
            assert connection.execute(select(table(name)).limit(1)).one_or_none() is not None
