"""Documents while a list is read: thousands are held at once, so each is kept as JSON.

As JSON a document takes a fifth of what it takes as a tree. It is read again by whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from directory.documents import Document


def packed(document: Document) -> bytes:
    """A document as it is held."""
    # A copy: what the writer of JSON hands out holds on to several times its length.
    return bytes(memoryview(orjson.dumps(document)))


def unpacked(text: bytes) -> Document:
    """A document that was held, for whoever asks alone."""
    found: Document = orjson.loads(text)
    return found


_looked_at = lru_cache(maxsize=16)(unpacked)


class Packed(Mapping[str, Any]):
    """A document that nobody changes, read as often as somebody looks into it."""

    __slots__ = ("_text",)

    def __init__(self, text: bytes) -> None:
        self._text = text

    def __getitem__(self, name: str) -> Any:
        """The value of a field."""
        return _looked_at(self._text)[name]

    def __iter__(self) -> Iterator[str]:
        """The names of its fields, in its order."""
        return iter(_looked_at(self._text))

    def __len__(self) -> int:
        """How many fields it has."""
        return len(_looked_at(self._text))
