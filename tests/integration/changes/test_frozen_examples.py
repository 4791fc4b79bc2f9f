"""What each earlier version of the directory wrote is still read.

``tests/frozen/<version>/`` holds one record per kind, as written at that shape version of the
kind; ``tests/frozen/log.jsonl`` a whole small log, envelopes and payloads to the byte. They are
never edited: who changes a shape adds an example of the new version.
"""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select, true

from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.rebuild import rebuild
from directory.changes.schemas import SET_BY_THE_DIRECTORY
from directory.changes.tree import Frontier, leaf_hash
from directory.clock import parse_instant
from directory.documents import canonical
from directory.registry import KINDS
from tests.integration.changes.tables import RECORD_NAMES, all_rows, table
from tests.integration.changes.world import check_log, economy, write

FROZEN = Path(__file__).resolve().parents[2] / "frozen"
EXAMPLES = [
    pytest.param(kind.name, version, id=f"{kind.name} {version}")
    for kind in KINDS
    for version in range(1, kind.version + 1)
]
READ_FROM_THE_KEY = ("fingerprint", "user_ids", "created_at", "expires_at")


def example(kind: str, version: int) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads((FROZEN / str(version) / f"{kind}.json").read_bytes())
    return document


def frozen_log() -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (FROZEN / "log.jsonl").read_bytes().splitlines()]


@pytest.mark.parametrize(("name", "version"), EXAMPLES)
def test_an_example_is_accepted_and_comes_out_unchanged(name: str, version: int) -> None:
    kind = KINDS[name]
    document = example(name, version)
    assert (document["kind"], document["version"]) == (name, version)
    present = kind.present(document)
    assert present["version"] == kind.version
    noted = () if kind.noting is None else (kind.noting.field,)
    left_out = SET_BY_THE_DIRECTORY + noted + (READ_FROM_THE_KEY if name == "key" else ())
    given = {key: value for key, value in present.items() if key not in left_out}
    kept = {key: present[key] for key in SET_BY_THE_DIRECTORY + noted}
    assert canonical(kind.load(given) | kept) == canonical(present)


def replay(connection: Connection) -> None:
    """Write the frozen log's bytes where the log stands; no code of today makes any of them."""
    frontier = Frontier()
    connection.execute(log_head.update().values(writing=true()))
    rows = []
    for line in frozen_log():
        envelope = line["envelope"].encode()
        told = orjson.loads(envelope)
        leaf = leaf_hash(envelope)
        frontier.push(leaf)
        columns = ("seq", "kind", "rid", "op", "revision", "owner", "change_set")
        rows.append(
            {name: told[name] for name in columns}
            | {name: line[name] for name in ("label_before", "label_after")}
            | {
                "at": parse_instant(told["at"]),
                "payload_hash": bytes.fromhex(told["payload_hash"]),
                "envelope": envelope,
                "leaf": leaf,
                "root": frontier.root(),
            }
        )
        connection.execute(
            log_payloads.insert(), {"seq": told["seq"], "body": line["body"].encode()}
        )
        assert told["v"] == 1
    connection.execute(log_entries.insert(), rows)
    for name in dict.fromkeys(row["change_set"] for row in rows):
        mine = [row for row in rows if row["change_set"] == name]
        first, last = mine[0], mine[-1]
        connection.execute(
            change_sets.insert(),
            {
                "id": name,
                "first_seq": first["seq"],
                "last_seq": last["seq"],
                "at": first["at"],
                "actor": orjson.loads(first["envelope"])["actor"],
                "origin": "seed",
                "reason": "frozen",
            },
        )
    connection.execute(
        log_head.update().values(
            size=frontier.size,
            root=frontier.root(),
            frontier=frontier.packed(),
            last_at=rows[-1]["at"],
            writing=False,
        )
    )


def test_the_first_log_is_replayed(connection: Connection) -> None:
    replay(connection)
    rebuild(connection, KINDS, progress=lambda done, of: None)
    assert check_log(connection).problems == ()
    for name in RECORD_NAMES:
        assert connection.execute(select(table(name)).limit(1)).one_or_none() is not None
    before = all_rows(connection)
    rebuild(connection, KINDS, progress=lambda done, of: None)
    assert all_rows(connection) == before
    write(connection, economy("ZZ"))
    assert check_log(connection).problems == ()


def test_the_first_logs_root_is_what_it_was() -> None:
    frontier = Frontier()
    for line in frozen_log():
        frontier.push(leaf_hash(line["envelope"].encode()))
    assert frontier.root().hex() == (FROZEN / "log.root").read_text("ascii").strip()
