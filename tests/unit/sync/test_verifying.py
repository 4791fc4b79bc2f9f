"""Whatever bytes come, verifying gives entries or a named refusal, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.changes.tree import Frontier, leaf_hash
from directory.documents import canonical
from directory.policy import Tlp
from directory.sync.rules.alarms import Alarm, RefusedError
from directory.sync.rules.claims import HeadClaims, PageClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.rules.standing import Standing
from directory.sync.rules.verifying import read_header, read_page, read_records

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOG, ACCOUNT = "0123456789abcdef", "an account"
SCOPE = Scope(Tlp.GREEN, frozenset({"interpol"}))
STANDING = Standing(ACCOUNT, LOG, Frontier(), SCOPE.hash, None)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def payload(rid: str) -> bytes:
    record = {"id": rid, "kind": "economy", "revision": 1, "owner": "directory", "retired_at": None}
    return canonical({"record": record, "salt": "00", "version": 1})


def envelope(seq: int, rid: str) -> bytes:
    return canonical(
        {
            "v": 1, "seq": seq, "at": "2026-03-01T12:00:00Z", "kind": "economy", "rid": rid,
            "op": "put", "revision": 1, "owner": "directory", "change_set": "a", "actor": "b",
            "payload_hash": sha256(payload(rid)).hexdigest(),
        }
    )  # fmt: skip


def page() -> tuple[dict[str, Any], Frontier]:
    """A page of three entries: given, hidden, withdrawn."""
    frontier = Frontier()
    first, third = envelope(1, "one"), envelope(3, "three")
    hidden = sha256(b"hidden").digest()
    for leaf in (leaf_hash(first), hidden, leaf_hash(third)):
        frontier.push(leaf)
    told = {
        "log": LOG,
        "from": 0,
        "to": 3,
        "more": False,
        "cursor": str(Cursor.at(LOG, 3, frontier.root(), SCOPE.hash)),
        "root": frontier.root().hex(),
        "entries": [
            {"env": first.decode(), "body": payload("one").decode()},
            {"leaf": hidden.hex()},
            {"env": third.decode(), "remove": 1},
        ],
    }
    return told, frontier


def head_of(body: bytes, frontier: Frontier, end: int = 3) -> HeadClaims:
    claims = PageClaims(0, end, sha256(body).hexdigest(), SCOPE.hash, ACCOUNT)
    root = frontier.root().hex()
    return HeadClaims(LOG, frontier.size, root, NOW, NOW + timedelta(hours=48), page=claims)


def test_a_right_page_gives_its_entries() -> None:
    told, frontier = page()
    body = canonical(told)
    found = read_page(body, head_of(body, frontier), STANDING, now=NOW)
    assert [(each.seq, each.body is None) for each in found.entries] == [(1, False), (3, True)]
    assert found.is_last
    assert found.frontier.root() == frontier.root()
    # What is verified leaves what it was verified against as it was.
    assert STANDING.frontier.size == 0


@given(st.data())
def test_h22_any_value_in_any_place_of_a_signed_page_is_refused_by_name(
    data: st.DataObject,
) -> None:
    told, frontier = page()
    places: list[tuple[Any, Any]] = [(told, key) for key in told]
    places += [(entry, key) for entry in told["entries"] for key in entry]
    holder, key = data.draw(st.sampled_from(places))
    value = data.draw(json_values)
    if value == holder[key] and type(value) is type(holder[key]):
        return
    holder[key] = value
    body = orjson.dumps(told)
    with pytest.raises(RefusedError):
        read_page(body, head_of(body, frontier), STANDING, now=NOW)


@given(st.binary(max_size=200))
def test_h22_any_bytes_that_are_signed_are_poison_or_nothing(body: bytes) -> None:
    _, frontier = page()
    with pytest.raises(RefusedError):
        read_page(body, head_of(body, frontier), STANDING, now=NOW)


@given(json_values)
def test_h19_any_envelope_is_read_or_refused(value: Any) -> None:
    told, frontier = page()
    text = orjson.dumps(value)
    told["entries"] = [{"env": text.decode(), "body": None}]
    frontier = Frontier()
    frontier.push(leaf_hash(text))
    told |= {"to": 1, "root": frontier.root().hex()}
    told["cursor"] = str(Cursor.at(LOG, 1, frontier.root(), SCOPE.hash))
    body = orjson.dumps(told)
    with pytest.raises(RefusedError) as refused:
        read_page(body, head_of(body, frontier, 1), STANDING, now=NOW)
    assert refused.value.alarm is Alarm.POISON


def snapshot() -> tuple[list[dict[str, Any]], Frontier]:
    frontier = Frontier()
    for seq, rid in ((1, "one"), (2, "two")):
        frontier.push(leaf_hash(envelope(seq, rid)))
    header = {
        "v": 1, "log": LOG, "size": 2, "root": frontier.root().hex(),
        "frontier": frontier.packed().hex(), "at": "2026-03-01T12:00:00Z", "scope": SCOPE.hash,
        "clearance": "GREEN", "networks": ["interpol"],
        "cursor": str(Cursor.at(LOG, 2, frontier.root(), SCOPE.hash)), "records": 2,
    }  # fmt: skip
    lines: list[dict[str, Any]] = [header]
    lines += [
        {"env": envelope(seq, rid).decode(), "body": payload(rid).decode()}
        for seq, rid in ((1, "one"), (2, "two"))
    ]
    return lines, frontier


def read_snapshot(lines: list[dict[str, Any]], frontier: Frontier) -> int:
    body = b"\n".join(map(orjson.dumps, lines))
    first, *rest = body.split(b"\n")
    header = read_header(first, head_of(body, frontier, 2), replace(STANDING, log=None))
    return len(list(read_records(iter(rest), header)))


def test_a_right_snapshot_gives_its_records() -> None:
    assert read_snapshot(*snapshot()) == 2


@given(st.data())
def test_h22_any_value_in_any_place_of_a_signed_snapshot_is_refused_by_name(
    data: st.DataObject,
) -> None:
    lines, frontier = snapshot()
    line = data.draw(st.sampled_from(lines))
    key = data.draw(st.sampled_from(sorted(line.keys() - {"at"})))
    value = data.draw(json_values)
    if value == line[key] and type(value) is type(line[key]):
        return
    line[key] = value
    with pytest.raises(RefusedError):
        read_snapshot(lines, frontier)


def test_a_snapshot_that_lacks_a_record_or_holds_one_twice_is_refused() -> None:
    lines, frontier = snapshot()
    for wrong in (lines[:2], [*lines, lines[2]], [lines[0], lines[2], lines[1]]):
        with pytest.raises(RefusedError):
            read_snapshot(wrong, frontier)
