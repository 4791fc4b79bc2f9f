"""What was worked out from records and may be used again for as long as they stay as they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any


class Kept:
    """A bounded memory: what was not asked for the longest goes first. Safe between threads.

    Args:
        most: How much it may hold, in the unit of the weights it is given.
    """

    def __init__(self, most: int) -> None:
        self._lock = Lock()
        self._most = most
        self._weight = 0
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """What is kept under a key; None where nothing is."""
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, key: Hashable, value: Any, weight: int) -> None:
        """Keep something in the place of what was kept under the key; too heavy a thing is not."""
        if weight > self._most:
            return
        with self._lock:
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = (value, weight)
            self._weight += weight - before
            while self._weight > self._most:
                _, (_, gone) = self._held.popitem(last=False)
                self._weight -= gone

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._weight = 0
