"""Cursors: a place in the log that says which log, whose root and which scope it belongs to.

To its holder a cursor is opaque. It holds no time and no secret: rights come from authentication
at every request, and every part is checked against the log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from directory.errors import InvalidRequestError

ROOT_BYTES = 8
_CURSOR = re.compile(
    r"v1\.(?P<log>[0-9a-f]{16})\.(?P<seq>0|[1-9][0-9]{0,17})\.(?P<root>[0-9a-f]{16})"
    r"\.(?P<scope>[0-9a-f]{8})"
)


class MalformedCursorError(InvalidRequestError):
    """It is no cursor at all, or not one of this version."""

    slug = "malformed-cursor"
    title = "That is no cursor"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a log.

    Attributes:
        log: The log's id, 16 hexadecimal digits.
        seq: The last entry that its holder has.
        root: The first eight bytes of the root after that entry, in hexadecimal.
        scope: The hash of the scope under which it was given.
    """

    log: str
    seq: int
    root: str
    scope: str

    @staticmethod
    def at(log: str, seq: int, root: bytes, scope: str) -> Cursor:
        """The cursor of a place.

        Args:
            log: The log's id.
            seq: The last entry before the place.
            root: The whole root after it, 32 bytes.
            scope: The scope's hash.
        """
        return Cursor(log, seq, root[:ROOT_BYTES].hex(), scope)

    @staticmethod
    def read(text: str) -> Cursor:
        """Read a cursor.

        Raises:
            MalformedCursorError: It is none.
        """
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise MalformedCursorError(
                "Send the cursor exactly as it was given; without one, begin with a snapshot."
            )
        return Cursor(found["log"], int(found["seq"]), found["root"], found["scope"])

    def __str__(self) -> str:
        return f"v1.{self.log}.{self.seq}.{self.root}.{self.scope}"
