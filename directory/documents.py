"""Canonical bytes: one way to write a document, so that a hash means the same everywhere.

The form is RFC 8785's for the values a document may hold: objects with ASCII keys, lists, text,
booleans, null and whole numbers that every JSON reader keeps exactly. Everything outside that
domain is refused on the way in, because two writers could disagree on its bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import orjson

Document = dict[str, Any]
T = TypeVar("T")


class Written(dict[str, Any]):
    """A document that knows its JSON, so that it is written once however many answers show it.

    What else is worked out from it alone is kept with it. Nobody changes it.
    """

    __slots__ = ("_fragment", "_worked_out")

    _fragment: orjson.Fragment
    _worked_out: dict[Callable[[Any], Any], Any]

    @property
    def fragment(self) -> orjson.Fragment:
        """Its JSON, as ``orjson`` takes it over."""
        try:
            return self._fragment
        except AttributeError:
            self._fragment = orjson.Fragment(orjson.dumps(self))
            return self._fragment

    def worked_out(self, work: Callable[[Document], T]) -> T:
        """What a pure function makes of it, called once."""
        try:
            known = self._worked_out
        except AttributeError:
            known = self._worked_out = {}
        if work not in known:
            known[work] = work(self)
        found: T = known[work]
        return found


def json_bytes(value: Any) -> bytes:
    """Write a value as JSON, taking over what is written already."""
    return orjson.dumps(value, default=_fragment_of, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def _fragment_of(value: Any) -> orjson.Fragment:
    if isinstance(value, Written):
        return value.fragment
    raise TypeError(f"{type(value).__name__} is not a value of JSON")


LARGEST_INTEGER = 2**53 - 1
DEEPEST = 16
_TEXT = {str}
_SCALARS = frozenset({str, int, bool, type(None)})
_SORTED_AND_EXACT = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: Any) -> bytes:
    """Write a value of the allowed domain as canonical JSON.

    Raises:
        ValueError: The value lies outside the domain; the message says where.
    """
    if not _is_plain(value):
        check_domain(value, "")
    try:
        return orjson.dumps(value, option=_SORTED_AND_EXACT)
    except orjson.JSONEncodeError:
        check_domain(value, "")  # it says where
        raise


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value lies in the domain but for what the writer itself refuses.

    The writer refuses halves of characters and numbers that are too large.
    """
    kind = type(value)
    if kind not in _SCALARS and depth >= DEEPEST:
        return False
    if not value and (kind is list or kind is dict):
        return True
    if kind is dict:
        if set(map(type, value)) != _TEXT or not "".join(value).isascii():
            return False
        items = value.values()
    elif kind is list:
        items = value
    else:
        return kind in _SCALARS
    others = set(map(type, items)) - _SCALARS
    return not others or all(_is_plain(item, depth + 1) for item in items if type(item) in others)


def check_domain(value: Any, place: str, depth: int = 0) -> None:
    """Refuse what JSON writers disagree about: floats, large numbers, odd keys, lone surrogates.

    Args:
        value: Any value made of JSON types.
        place: JSON Pointer of the value, for the message.
        depth: How deep the value lies.

    Raises:
        ValueError: With the JSON Pointer of the offending place.
    """
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_encodable(value, place)
    elif kind is int:
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"#{place}: {value} is larger than every JSON reader keeps exactly")
    elif kind is dict or kind is list:
        if depth >= DEEPEST:
            raise ValueError(f"#{place}: nested deeper than {DEEPEST} levels")
        for key, item in value.items() if kind is dict else enumerate(value):
            if kind is dict and (type(key) is not str or not key.isascii()):
                raise ValueError(f"#{place}: the key {key!r} is not plain ASCII text")
            check_domain(item, f"{place}/{key}", depth + 1)
    elif value is not None and kind is not bool:
        raise ValueError(f"#{place}: {kind.__name__} is not a value a document may hold")


def _check_encodable(text: str, place: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"#{place}: holds half of a character (a lone surrogate)") from None


def sha256(data: bytes) -> bytes:
    """SHA-256 of some bytes, 32 bytes."""
    return hashlib.sha256(data).digest()
