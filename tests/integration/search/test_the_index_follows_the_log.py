"""The index is made of the log alone: a rebuild gives the same, and nobody else writes it."""

import random
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select, text
from sqlalchemy.exc import DBAPIError

from directory.changes.rebuild import rebuild
from directory.contacts.models import number_entries, search_entries, search_words
from directory.registry import KINDS
from tests.integration.search.desks import PARTNER, Desks

TABLES = (search_entries, search_words, number_entries)


def rows(connection: Connection) -> dict[str, list[Any]]:
    return {
        table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in TABLES
    }


def check_full_text(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Compares the index with the rows it was made from, and raises where they differ.
        connection.execute(
            text("INSERT INTO search_grams(search_grams, rank) VALUES ('integrity-check', 1)")
        )


def live(desks: Desks, seed: int) -> None:
    """Many changes to a few records: renamed, renumbered, hidden, ended and put again."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    contact = desks.contact()
    holders = [desks.holder(contact, "Margarethe"), desks.holder(contact, "王小明")]
    channels = [desks.channel(contact, "+61 2 5550 0123"), desks.channel(contact, "5550 0124")]
    retired: set[str] = set()
    for _ in range(60):
        rid = chance.choice(holders + channels)
        kind = "holder" if rid in holders else "channel"
        if rid not in retired and chance.random() < 0.25:
            desks.retire(kind, rid)
            retired.add(rid)
            continue
        retired.discard(rid)
        marking = chance.choice(["CLEAR", "AMBER"])
        if kind == "holder":
            name = chance.choice(["Margarethe", "Margarethe Szymanski", "王小明", "Иван"])
            desks.holder(contact, name, rid, marking=marking)
        else:
            raw = chance.choice(["+61 2 5550 0123", "+61 2 5550 0120 ~ 29", "5550 0124", "none"])
            medium = chance.choice(["telephone", "telephone", "portal"])
            desks.channel(contact, raw, rid, marking=marking, medium=medium)


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_changes_nothing(desks: Desks, seed: int) -> None:
    live(desks, seed)
    before = rows(desks.connection)
    assert all(before.values())
    check_full_text(desks.connection)
    with_slip = desks.search("margarehte", PARTNER)
    rebuild(desks.connection, KINDS, progress=lambda done, of: None)
    assert rows(desks.connection) == before
    check_full_text(desks.connection)
    assert desks.search("margarehte", PARTNER) == with_slip


def test_words_that_stand_in_no_live_name_are_forgotten(desks: Desks) -> None:
    words = set(desks.connection.scalars(select(search_words.c.word)))
    contact = desks.contact("Harbour desk")
    desks.holder(contact, "Harbour")
    assert set(desks.connection.scalars(select(search_words.c.word))) - words == {
        "harbour",
        "desk",
    }
    desks.retire("contact", contact)
    assert set(desks.connection.scalars(select(search_words.c.word))) == words


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_nobody_writes_the_index_but_the_log(desks: Desks, table: Table) -> None:
    desks.channel(desks.contact(), "+61 2 5550 0123")
    with pytest.raises(DBAPIError, match="log alone"):
        desks.connection.execute(table.delete())


def test_an_entry_is_replaced_never_changed(desks: Desks) -> None:
    if desks.connection.dialect.name != "sqlite":
        pytest.skip("only SQLite keeps its full-text index beside the row")
    with pytest.raises(DBAPIError):
        desks.connection.execute(search_entries.update().values(grams="other"))
