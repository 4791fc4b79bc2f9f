"""Test vectors for whoever writes a client: a small log, to the byte, and what is to be made of it.

Usage: python -m tests.contracts.vectors writes ``docs/vectors`` and the worked example of
``docs/sync.md``. Everything in them follows from what stands here, but for the signatures, which
ECDSA makes anew each time: those that are committed are kept as long as they hold.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
from joserfc.jwk import ECKey
from sqlalchemy import Connection, select, update

from directory.changes import apply as applying
from directory.changes import operations
from directory.changes.models import log_entries, log_head, log_payloads
from directory.changes.operations import Put, Retire, prepare
from directory.changes.tree import Frontier
from directory.db import Database
from directory.documents import Document
from directory.errors import DirectoryError
from directory.migrate import upgrade
from directory.policy import Tlp
from directory.registry import KINDS
from directory.sync import feed
from directory.sync.digests import digest
from directory.sync.heads import SignedHead
from directory.sync.rules.claims import GOOD_FOR, HeadClaims, PageClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.signing import SigningKey, sign, verify
from directory.sync.snapshots import write_snapshot
from tests.integration.changes.world import (
    ACTOR,
    CHANNEL,
    CONTACT,
    HOLDER,
    channel,
    contact,
    economy,
    holder,
    organisation,
)
from tests.integration.sync.state import redact

FOLDER = Path(__file__).resolve().parents[2] / "docs/vectors"
PAGE = FOLDER.parent / "sync.md"
BEGINS, ENDS = "<!-- made by tests/contracts/vectors.py -->", "<!-- end -->"
LOG = "0123456789abcdef"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = "33333333-0000-4000-8000-000000000001"
SCOPE = Scope(Tlp.AMBER, frozenset())
# The example of RFC 7517, appendix A.2: known to everybody, it signs nothing else.
KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
}
MALFORMED = (
    "", "v1", f"v2.{LOG}.1.{'0' * 16}.{'0' * 8}", f"v1.{LOG}.01.{'0' * 16}.{'0' * 8}",
    f"v1.{LOG}.-1.{'0' * 16}.{'0' * 8}", f"v1.{LOG}.1.{'0' * 15}.{'0' * 8}",
    f"v1.{LOG.upper()}.1.{'0' * 16}.{'0' * 8}", f" v1.{LOG}.1.{'0' * 16}.{'0' * 8}",
)  # fmt: skip


def signing_key() -> SigningKey:
    """The key of the vectors."""
    key = ECKey.import_key(dict(KEY))
    return SigningKey(key.thumbprint(), key, NOW - timedelta(days=1))


def vectors() -> dict[str, Document]:
    """Every file of the vectors by its name."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'vectors.db'}"
        upgrade(url)
        database = Database(url)
        try:
            with database.writing() as connection:
                _rename_log(connection)
            # Two mirrors that begin at different places, before and after what has changed.
            with _nothing_random():
                snapshot = _begun(database)
                _changed(database)
            with database.reading() as connection:
                return {
                    "tree.json": _tree(),
                    "scopes.json": _scopes(),
                    "cursors.json": _cursors(),
                    "feed.json": _feed(connection, snapshot),
                }
        finally:
            database.dispose()


def _rename_log(connection: Connection) -> None:
    connection.execute(update(log_head).values(writing=True, opened_for="copy"))
    connection.execute(update(log_head).values(log_id=LOG))
    connection.execute(update(log_head).values(writing=False, opened_for=None))


class _nothing_random:  # noqa: N801 - reads as a context
    """Salts and ids that are counted instead."""

    def __init__(self) -> None:
        salts, ids = count(1), count(1)

        def salted() -> Iterator[str]:
            return (f"{salt:032x}" for salt in salts)

        def named() -> str:
            return f"22222222-0000-4000-8000-{next(ids):012x}"

        self._patches: list[Any] = [
            patch.object(operations, "fresh_salts", salted),
            patch.object(applying, "fresh_salts", salted),
            patch.object(applying, "new_id", named),
            patch.object(operations, "new_id", named),
            patch("tests.integration.sync.state.new_id", named),
        ]

    def __enter__(self) -> None:
        for each in self._patches:
            each.start()

    def __exit__(self, *_: object) -> None:
        for each in self._patches:
            each.stop()


def _write(database: Database, minute: int, *made: Put | Retire) -> None:
    at = NOW + timedelta(minutes=minute)
    prepared = prepare(KINDS, made, actor=ACTOR, origin="edit", reason="a vector")
    with database.writing() as connection:
        applying.apply(connection, KINDS, prepared, writer=None, at=at)


def _begun(database: Database) -> bytes:
    """Write what the snapshot holds, and the snapshot."""
    _write(database, 0, economy("AU"))
    _write(database, 1, organisation(), contact())
    _write(database, 2, channel(marking="AMBER"))
    parts: list[bytes] = []
    with database.reading() as connection:
        write_snapshot(connection, KINDS, SCOPE, parts.append)
    return b"".join(parts)


def _changed(database: Database) -> None:
    """Write one of everything that a page can hold."""
    _write(database, 3, holder(marking="GREEN", name={"en": "Ann LEE", "zh-Hant": "李安"}))
    _write(database, 4, channel(base=1, marking="AMBER+STRICT"))  # leaves the scope's sight
    _write(database, 5, channel(base=2, marking="AMBER+STRICT", position=2))  # never seen
    _write(database, 6, contact(base=1, title={"en": "Night desk"}))
    with database.writing() as connection:
        seq = connection.scalar(select(log_entries.c.seq).where(log_entries.c.rid == HOLDER))
        assert seq is not None
        redact(connection, [seq], at=NOW + timedelta(minutes=7))
    _write(database, 8, Retire("contact", CONTACT, 2))


def _tree() -> Document:
    """Leaves, and the root and frontier after each."""
    frontier = Frontier()
    steps = []
    for number in range(20):
        leaf = hashlib.sha256(b"leaf %d" % number).digest()
        frontier.push(leaf)
        steps.append(
            {"leaf": leaf.hex(), "root": frontier.root().hex(), "frontier": frontier.packed().hex()}
        )
    return {"empty": Frontier().root().hex(), "steps": steps}


def _scopes() -> Document:
    scopes = [
        Scope(Tlp.CLEAR, frozenset()),
        Scope(Tlp.AMBER, frozenset()),
        Scope(Tlp.AMBER_STRICT, frozenset({"interpol", "g7-24-7"})),
    ]
    return {
        "scopes": [
            {
                "clearance": scope.clearance.label,
                "networks": sorted(scope.networks),
                "hash": scope.hash,
            }
            for scope in scopes
        ]
    }


def _cursors() -> Document:
    cursor = Cursor.at(LOG, 7, hashlib.sha256(b"root").digest(), SCOPE.hash)
    for text in MALFORMED:
        try:
            Cursor.read(text)
        except DirectoryError:
            continue
        raise AssertionError(text)
    parts = {"log": cursor.log, "seq": cursor.seq, "root": cursor.root, "scope": cursor.scope}
    return {"cursors": [{"cursor": str(cursor), **parts}], "malformed": list(MALFORMED)}


def _feed(connection: Connection, snapshot: bytes) -> Document:
    """The log as it is, the snapshot and a page as they are served, and what a copy then holds."""
    head = connection.execute(select(log_head)).one()
    root = bytes(head.root)
    signed_at = NOW + timedelta(minutes=9)
    claims = HeadClaims(LOG, head.size, root.hex(), signed_at, signed_at + GOOD_FOR)
    unsigned = SignedHead(claims, signing_key().kid, "")
    first = orjson.loads(snapshot.split(b"\n")[0])
    page = feed.page(connection, Cursor.read(first["cursor"]), 1000, scope=SCOPE, head=unsigned)
    held = digest(connection, head.size, scope=SCOPE)
    entries = connection.execute(
        select(log_entries.c.envelope, log_entries.c.leaf, log_entries.c.root, log_payloads.c.body)
        .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .order_by(log_entries.c.seq)
    )
    public = {name: KEY[name] for name in ("kty", "crv", "x", "y")}
    return {
        "key": public | {"kid": signing_key().kid},
        "account": ACCOUNT,
        "log": [
            {
                "env": bytes(row.envelope).decode(),
                "body": None if row.body is None else bytes(row.body).decode(),
                "leaf": bytes(row.leaf).hex(),
                "root": bytes(row.root).hex(),
            }
            for row in entries
        ],
        "head": _claimed(claims, None),
        "snapshot": {
            "body": snapshot.decode(),
            "head": _claimed(claims, (0, first["size"], snapshot)),
        },
        "page": {
            "body": page.body.decode(),
            "head": _claimed(claims, (page.start, page.end, page.body)),
        },
        "held": {"records": held.records, "digest": held.digest.hex()},
        "snapshot_cursor": first["cursor"],
        "hidden": [CHANNEL],
        "erased": [HOLDER],
    }


def _claimed(claims: HeadClaims, page: tuple[int, int, bytes] | None) -> Document:
    """A head's claims, to be signed; for a page where one is given."""
    if page is None:
        return claims.document()
    start, end, body = page
    of = PageClaims(start, end, hashlib.sha256(body).hexdigest(), SCOPE.hash, ACCOUNT)
    return claims.document() | {
        "page": {
            "from": of.start, "to": of.end, "sha256": of.sha256, "scope": of.scope,
            "aud": of.audience,
        }
    }  # fmt: skip


def signed_vectors(held: dict[str, Document]) -> dict[str, Document]:
    """The vectors with their heads signed; what is held already stays where it says the same."""
    made = vectors()
    told, old = made["feed.json"], held.get("feed.json", {})
    for where in (None, "snapshot", "page"):
        place, before = (told, old) if where is None else (told[where], old.get(where, {}))
        place["head"] = _signed(place["head"], before.get("head", ""))
    return made


def _signed(claims: Document, before: str) -> str:
    wanted = HeadClaims.read(claims)
    try:
        if verify(before, [told_key()])[1] == wanted:
            return before
    except DirectoryError:
        pass
    return sign(wanted, signing_key())


def told_key() -> dict[str, Any]:
    """The public key of the vectors."""
    return {name: KEY[name] for name in ("kty", "crv", "x", "y")}


def held_vectors() -> dict[str, Document]:
    """The committed files."""
    return {path.name: orjson.loads(path.read_bytes()) for path in FOLDER.glob("*.json")}


def worked_example(told: Document) -> str:
    """The first two entries and a page, with every hash, for ``docs/sync.md``."""
    lines = []
    for number, entry in enumerate(told["log"][:2], start=1):
        payload = hashlib.sha256(entry["body"].encode()).hexdigest()
        lines += [
            f"Entry {number}, the envelope as it stands in the JSON string once that is read:",
            "",
            f"    {entry['env']}",
            "",
            f"    payload {payload}   SHA-256 of the {len(entry['body'].encode())} bytes of body",
            f"    leaf    {entry['leaf']}   SHA-256(0x00, envelope)",
            f"    root    {entry['root']}   "
            + ("the leaf itself" if number == 1 else "SHA-256(0x01, leaf 1, leaf 2)"),
            "",
        ]
    page = orjson.loads(told["page"]["body"])
    shown = [
        "gone from sight" if "remove" in each else "a leaf alone" if "leaf" in each
        else "erased since" if each.get("body", "") is None
        else "an erasure" if "body" not in each else "shown"
        for each in page["entries"]
    ]  # fmt: skip
    lines += [
        f"The page after `{told['snapshot_cursor']}`, for AMBER and no network (`{SCOPE.hash}`):",
        "",
        *(f"    {page['from'] + place:>2}  {what}" for place, what in enumerate(shown, start=1)),
        "",
        f"    cursor  {page['cursor']}",
        f"    root    {page['root']}",
        f"    held    {told['held']['records']} records, digest {told['held']['digest']}",
    ]
    return "\n".join(lines)


def with_example(text: str, told: Document) -> str:
    """The page with its worked example made again."""
    before, _, rest = text.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{worked_example(told)}\n\n{ENDS}{after}"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    made = signed_vectors(held_vectors())
    for name, told in made.items():
        (FOLDER / name).write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    PAGE.write_text(with_example(PAGE.read_text("utf-8"), made["feed.json"]), "utf-8")


if __name__ == "__main__":
    main()
