"""A client of the feed as small as one can be, which believes nothing that it has not checked."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from directory.changes.tree import Frontier, leaf_hash
from directory.documents import canonical
from directory.registry import KINDS
from directory.sync.rules.claims import HeadClaims
from directory.sync.signing import verify


@dataclass
class Copy:
    """What a partner holds.

    Attributes:
        held: The newest version of each record: the entry that wrote it, and its payload.
        heard: Envelopes that it was sent, by entry.
        forgotten: Entries whose payloads it was told to forget.
        bytes_seen: Everything that it was ever sent, as it came.
    """

    log: str = ""
    cursor: str = ""
    frontier: Frontier = field(default_factory=Frontier)
    held: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    heard: dict[int, dict[str, Any]] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    bytes_seen: bytes = b""
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        return self.frontier.size

    def load(self, body: bytes) -> dict[str, Any]:
        """Take a snapshot in the place of all that it holds."""
        header, *lines = body.splitlines()
        told = orjson.loads(header)
        self.log, self.cursor = told["log"], told["cursor"]
        self.frontier = Frontier(told["size"], bytes.fromhex(told["frontier"]))
        assert self.frontier.root().hex() == told["root"]
        assert told["records"] == len(lines)
        self.held, previous = {}, ""
        for line in lines:
            entry = orjson.loads(line)
            assert set(entry) == {"env", "body"}
            envelope = self._checked(entry)
            assert envelope["rid"] > previous
            previous = envelope["rid"]
            self.held[previous] = (envelope["seq"], entry["body"].encode())
        self.bytes_seen += body
        return dict(told)

    def take(self, body: bytes) -> dict[str, Any]:
        """Take a page of the feed."""
        page = orjson.loads(body)
        assert page["from"] == self.seq
        for entry in page["entries"]:
            self._take(entry)
        assert page["to"] == self.seq
        assert page["root"] == self.frontier.root().hex()
        self.log, self.cursor = page["log"], page["cursor"]
        self.bytes_seen += body
        return dict(page)

    def _take(self, entry: Mapping[str, Any]) -> None:
        seq = self.seq + 1
        form = "+".join(sorted(entry))
        self.counts[form] = self.counts.get(form, 0) + 1
        if "leaf" in entry:
            assert set(entry) == {"leaf"}
            self.frontier.push(bytes.fromhex(entry["leaf"]))
            return
        envelope = self._checked(entry)
        assert envelope["seq"] == seq
        self.frontier.push(leaf_hash(entry["env"].encode()))
        self.heard[seq] = envelope
        rid = envelope["rid"]
        if envelope["op"] == "redact":
            assert set(entry) == {"env"}
            self.forgotten |= set(envelope["targets"])
            self.held = {r: v for r, v in self.held.items() if v[0] not in self.forgotten}
        elif "remove" in entry or entry["body"] is None:
            self.held.pop(rid, None)
        else:
            self.held[rid] = (seq, entry["body"].encode())

    def _checked(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        envelope: dict[str, Any] = orjson.loads(entry["env"])
        assert canonical(envelope) == entry["env"].encode()
        if entry.get("body") is not None:
            body = entry["body"].encode()
            assert hashlib.sha256(body).hexdigest() == envelope["payload_hash"]
            assert orjson.loads(body)["record"]["id"] == envelope["rid"]
        return envelope

    def documents(self) -> dict[str, str]:
        """The records that it holds, as a directory would have them in its tables."""
        found = {}
        for rid, (_, body) in self.held.items():
            record = orjson.loads(body)["record"]
            found[rid] = canonical(KINDS[record["kind"]].present(record)).decode()
        return found

    def digest(self) -> tuple[int, str]:
        """What the directory is asked whether it has the same."""
        lines = sorted(
            f"{rid} {orjson.loads(body)['record']['revision']} {hashlib.sha256(body).hexdigest()}\n"
            for rid, (_, body) in self.held.items()
        )
        return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()


def head_for(
    text: str, body: bytes, keys: Sequence[Mapping[str, Any]], *, account: str, scope: str
) -> HeadClaims:
    """The head that came with some bytes, once it was found to be for exactly these."""
    _, claims = verify(text, keys)
    assert claims.page is not None
    assert claims.page.sha256 == hashlib.sha256(body).hexdigest()
    assert (claims.page.audience, claims.page.scope) == (account, scope)
    assert claims.page.end <= claims.size
    return claims


def plain(body: bytes, encoding: str | None) -> bytes:
    """A body as it was before it was compressed."""
    return gzip.decompress(body) if encoding == "gzip" else body
