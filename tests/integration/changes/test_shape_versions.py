"""Shapes change, the log does not: what an earlier version wrote is read, and written on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select

from directory.changes.errors import DamagedLogError
from directory.changes.kinds import Kinds
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Put, Retire
from directory.changes.rebuild import rebuild
from directory.documents import Document
from directory.reference.kinds import ECONOMY
from directory.reference.models import economies
from tests.integration.changes.tables import all_rows
from tests.integration.changes.world import SOURCE, check_log, write

AU = "22222222-0000-4000-8000-000000000001"
TW = "22222222-0000-4000-8000-000000000002"


def seats_from_seat(document: Document, version: int) -> Document:
    """Version 2 allows more than one seat; version 3 counts them."""
    document = dict(document)
    if version < 2:
        seat = document.pop("seat")
        document["seats"] = [seat] if seat else []
    document["seat_count"] = len(document["seats"])
    return document


def load_version_2(document: Mapping[str, Any]) -> Document:
    seats = document.get("seats", [])
    loaded = ECONOMY.load({key: document[key] for key in document if key != "seats"})
    del loaded["seat"]
    return loaded | {"seats": seats}


def load_version_3(document: Mapping[str, Any]) -> Document:
    loaded = load_version_2(document)
    return loaded | {"seat_count": len(loaded["seats"])}


def upcast_to_2(document: Document, version: int) -> Document:
    upcast = seats_from_seat(document, version)
    del upcast["seat_count"]
    return upcast


V1 = Kinds((ECONOMY,))
V2 = Kinds((replace(ECONOMY, version=2, load=load_version_2, upcast=upcast_to_2),))
V3 = Kinds(
    (
        replace(
            ECONOMY,
            version=3,
            load=load_version_3,
            upcast=seats_from_seat,
            fixed=("code", "seats"),  # a field that version 1 did not have
        ),
    )
)


def economy(rid: str, code: str, base: int = 0, **fields: Any) -> Put:
    return Put(
        "economy", {"code": code, "name": {"en": code}, "source": SOURCE} | fields, rid, base
    )


def document_of(connection: Connection, rid: str) -> Document:
    text = connection.scalar(select(economies.c.document).where(economies.c.id == rid))
    document: Document = orjson.loads(text or b"null")
    return document


def rebuilt(connection: Connection, kinds: Kinds) -> None:
    rebuild(connection, kinds, progress=lambda done, of: None)


@pytest.fixture
def old(connection: Connection) -> Connection:
    """A log in which version 1 wrote, changed, retired and put again."""
    write(connection, economy(AU, "AU", seat={"en": "Canberra"}), economy(TW, "TW"), kinds=V1)
    write(connection, economy(AU, "AU", 1, seat={"en": "Canberra, ACT"}), kinds=V1)
    write(connection, Retire("economy", TW, 1), kinds=V1)
    return connection


@pytest.mark.parametrize("kinds", [V2, V3], ids=["version 2", "version 3"])
def test_an_old_log_verifies_and_rebuilds_in_the_present_shape(
    old: Connection, kinds: Kinds
) -> None:
    assert check_log(old, V1).problems == ()
    rebuilt(old, kinds)
    assert check_log(old, kinds).problems == ()
    document = document_of(old, AU)
    assert document["seats"] == [{"en": "Canberra, ACT"}]
    assert "seat" not in document
    assert document["version"] == kinds["economy"].version
    assert document["revision"] == 2
    assert document_of(old, TW)["retired_at"] is not None
    before = all_rows(old)
    rebuilt(old, kinds)
    assert all_rows(old) == before


@pytest.mark.parametrize("first", ["rebuild first", "write at once"])
def test_a_new_version_writes_on_where_an_old_one_ended(old: Connection, first: str) -> None:
    if first == "rebuild first":
        rebuilt(old, V3)
    write(old, economy(AU, "AU", 2, seats=[{"en": "Canberra, ACT"}]), kinds=V3)
    write(old, economy(TW, "TW", 2), kinds=V3)
    write(old, Retire("economy", AU, 3), kinds=V3)
    rebuilt(old, V3)
    assert check_log(old, V3).problems == ()
    document = document_of(old, AU)
    assert (document["version"], document["seat_count"]) == (3, 1)
    assert document["retired_at"] is not None


def test_what_version_1_wrote_stands_in_the_log_as_it_was(old: Connection) -> None:
    statement = select(log_payloads.c.body).order_by(log_payloads.c.seq)
    before = old.scalars(statement).all()
    rebuilt(old, V2)
    write(old, economy(AU, "AU", 2, seats=[]), kinds=V2)
    after = old.scalars(statement).all()
    assert after[: len(before)] == before
    assert [orjson.loads(bytes(body))["version"] for body in after] == [1, 1, 1, 1, 2]


def test_a_record_of_version_1_is_retired_in_the_present_shape(old: Connection) -> None:
    write(old, Retire("economy", AU, 2), kinds=V2)
    body = old.scalar(
        select(log_payloads.c.body)
        .join(log_entries, log_entries.c.seq == log_payloads.c.seq)
        .where(log_entries.c.rid == AU, log_entries.c.revision == 3)
    )
    assert body is not None
    payload = orjson.loads(bytes(body))
    assert payload["version"] == payload["record"]["version"] == 2
    assert payload["record"]["seats"] == [{"en": "Canberra, ACT"}]


def test_a_log_of_a_later_version_is_not_misread(old: Connection) -> None:
    write(old, economy(AU, "AU", 2, seats=[]), kinds=V2)
    before = all_rows(old)
    with pytest.raises(DamagedLogError, match="shape version 2"):
        rebuilt(old, V1)
    assert all_rows(old) == before
    with pytest.raises(DamagedLogError, match="or a later one"):
        write(old, Retire("economy", AU, 3), kinds=V1)
    assert all_rows(old) == before


def test_a_version_that_never_was_is_not_guessed_at() -> None:
    with pytest.raises(DamagedLogError, match="never in use"):
        ECONOMY.present({"version": 0})
