"""A connection that is cut where an answer does not begin in time.

The network's own time-outs count from one byte to the next: whoever sends a header of one byte
every few seconds would keep a copy waiting for weeks, and nobody would hear of anything newer.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

_OPENED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


class Line:
    """The connection that questions are asked over, one after the other.

    Attributes:
        is_cut: Whether it was cut at the last one, because the answer had not begun in time.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self._stream: Any = None
        self._timer: Timer | None = None

    def note(self, event: str, told: Mapping[str, Any]) -> None:
        """Note over which connection it goes, as httpx tells it while it opens one."""
        if event in _OPENED:
            self._stream = told["return_value"]

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the connection after so many seconds, unless it is to be kept by then."""
        self.is_cut = False
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()
        try:
            yield
        finally:
            self.keep()

    def keep(self) -> None:
        """Cut it no more: the answer has begun."""
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self) -> None:
        found = None if self._stream is None else self._stream.get_extra_info("socket")
        if found is None:
            return
        self.is_cut = True
        with suppress(OSError):
            # Not an encrypted one's own way, which waits for what another thread reads.
            socket.socket.shutdown(found, socket.SHUT_RDWR)
