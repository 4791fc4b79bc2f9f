"""Reading what was signed: envelopes, payloads, and JSON of a shape.

Whatever is wrong here is what the origin itself signed, so it is poison and not an attack.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import orjson

from directory.changes.tree import HASH_BYTES
from directory.clock import parse_instant
from directory.sync.rules.alarms import Alarm, RefusedError

ENVELOPE_VERSION = 1
_ENVELOPE: dict[str, type] = {
    "v": int,
    "seq": int,
    "at": str,
    "kind": str,
    "rid": str,
    "op": str,
    "revision": int,
    "owner": str,
    "change_set": str,
    "actor": str,
}


def envelope_of(envelope: bytes, seq: int | None) -> dict[str, Any]:
    """Read an envelope; ``seq`` is the place it has to be of, where that is known."""
    told = shaped(envelope, _envelope_shape)
    place: int = told["seq"] if seq is None else seq
    if told["v"] != ENVELOPE_VERSION:
        raise poison(place, f"its envelope is of version {told['v']}, which is not known here")
    if told["seq"] != place:
        raise poison(place, f"its envelope says that it is entry {told['seq']}")
    if told["op"] not in {"put", "retire", "redact"}:
        raise poison(place, f"the operation {told['op']!r} is not known here")
    try:
        parse_instant(told["at"])
        if told["op"] == "redact":
            _judge_targets(told, place)
        elif len(bytes.fromhex(told["payload_hash"])) != HASH_BYTES:
            raise ValueError("its hash is too short")
    except (KeyError, TypeError, ValueError) as error:
        raise poison(place, f"its envelope cannot be read: {error}") from None
    return told


def _judge_targets(told: dict[str, Any], seq: int) -> None:
    targets = told["targets"]
    if type(targets) is not list or not all(
        type(target) is int and 0 < target < seq for target in targets
    ):
        raise ValueError("its targets are no entries before it")


def body_of(text: Any, told: dict[str, Any], seq: int) -> bytes:
    """The payload that an entry came with, which has to be what its envelope says."""
    body = text_of(text, seq)
    if sha256(body).hexdigest() != told["payload_hash"]:
        raise poison(seq, "its body is not what its envelope says")
    payload = shaped(body, _payload_shape)
    record = payload["record"]
    for name in ("kind", "revision", "owner"):
        if record.get(name) != told[name]:
            raise poison(seq, f"its body says another {name} than its envelope")
    if record.get("id") != told["rid"]:
        raise poison(seq, "its body is of another record than its envelope")
    if (record.get("retired_at") is None) == (told["op"] == "retire"):
        raise poison(seq, "its body and its envelope do not agree on whether it was retired")
    return body


def poison(seq: int, why: str) -> RefusedError:
    """What cannot be taken over though it was signed."""
    return RefusedError(Alarm.POISON, f"entry {seq}: {why}")


def text_of(value: Any, seq: int) -> bytes:
    """The exact bytes of a text."""
    if type(value) is not str:
        raise poison(seq, "what should be text is not")
    return value.encode()


def hash_of(value: Any, seq: int) -> bytes:
    """A leaf that stands for what is hidden."""
    try:
        found = bytes.fromhex(value)
    except (TypeError, ValueError):
        found = b""
    if len(found) != HASH_BYTES:
        raise poison(seq, "its leaf is no hash")
    return found


def shaped(data: bytes, shape: Callable[[Any], bool]) -> dict[str, Any]:
    """JSON of a shape; what is signed and has another cannot be taken over."""
    try:
        found = orjson.loads(data)
        is_right = shape(found)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise RefusedError(Alarm.POISON, f"what was signed cannot be read: {error!r}") from None
    if not is_right:
        raise RefusedError(Alarm.POISON, "what was signed does not have its shape")
    checked: dict[str, Any] = found
    return checked


def has(found: Any, shape: dict[str, type]) -> bool:
    """Whether it is an object with at least these keys, each of exactly this type."""
    return type(found) is dict and all(type(found[name]) is kind for name, kind in shape.items())


def _envelope_shape(found: Any) -> bool:
    return has(found, _ENVELOPE) and "payload_hash" in found


def _payload_shape(found: Any) -> bool:
    return has(found, {"record": dict, "salt": str, "version": int})
