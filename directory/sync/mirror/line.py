"""A connection that is cut where an answer does not begin in time.

The network's own time-outs count from one byte to the next: whoever sends a header of one byte
every few seconds would keep a copy waiting for weeks, and nobody would hear of anything newer.
"""

from __future__ import annotations

import os
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
        self._held: socket.socket | None = None
        self._timer: Timer | None = None

    def note(self, event: str, told: Mapping[str, Any]) -> None:
        """Note over which connection it goes, as httpx tells it while it opens one."""
        if event in _OPENED:
            self._stream = told["return_value"]
            self._hold()

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the connection after so many seconds, unless it is to be kept by then."""
        self.is_cut = False
        # The one of the question before, unless another one is opened for this.
        self._hold()
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
        self._let_go()

    def _hold(self) -> None:
        """Hold the connection by a handle of our own: its first one goes where it is encrypted."""
        self._let_go()
        found = None if self._stream is None else self._stream.get_extra_info("socket")
        if found is not None and found.fileno() >= 0:
            self._held = socket.socket(fileno=os.dup(found.fileno()))

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _cut(self) -> None:
        held = self._held
        if held is not None:
            self.is_cut = True
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
