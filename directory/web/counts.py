"""Counting requests: in this process, or in a Redis that all processes count in.

Where Redis does not answer, this process counts by itself: a look-up at night is worth more than
an exact count. Limits are those of the package ``limits``, in fixed windows.
"""

from __future__ import annotations

import logging
import math
import time
from threading import Lock

from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from prometheus_client import Counter

FEW_NAMES = 1000
MOST_NAMES = 100_000
EVERYBODY_ELSE = "everybody else"
LONGEST_ANSWER_SECONDS = 0.25
ASKED_AGAIN_AFTER_SECONDS = 10

FAILURES = Counter(
    "directory_rate_limit_storage_failures_total",
    "Times that the shared count of requests did not answer.",
)
log = logging.getLogger("directory.web")


class Memory:
    """Counts in this process.

    The package's own way starts a thread every few milliseconds to look through all of its names,
    which under a flood of addresses is most of the work. Here names whose time is over are
    forgotten when there have come to be twice as many, and there is an end to how many there are.
    """

    def __init__(self) -> None:
        self._held: dict[str, list[float]] = {}  # how many, and until when they count
        self._looked_through_at = FEW_NAMES
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def count(self, name: str, seconds: int) -> int:
        """Count once under a name, from the first time on for some seconds, and say how many."""
        now = time.monotonic()
        with self._lock:
            held = self._of(name, now)
            if held is None:
                room = self._room_for(name, now)  # which may put another dictionary there
                self._held[room] = held = [0, now + seconds]
            held[0] += 1
            return int(held[0])

    def counted(self, name: str) -> int:
        """How many there are under a name."""
        with self._lock:
            held = self._of(name, time.monotonic())
            return int(held[0]) if held is not None else 0

    def left(self, name: str) -> float:
        """For how many seconds they still count."""
        now = time.monotonic()
        with self._lock:
            held = self._of(name, now)
            return held[1] - now if held is not None else 0

    def _of(self, name: str, now: float) -> list[float] | None:
        held = self._held.get(name)
        if held is None and len(self._held) >= MOST_NAMES:
            held = self._held.get(EVERYBODY_ELSE)
        return held if held is not None and held[1] > now else None

    def _room_for(self, name: str, now: float) -> str:
        if len(self._held) >= self._looked_through_at:
            self._held = {key: held for key, held in self._held.items() if held[1] > now}
            self._looked_through_at = min(max(FEW_NAMES, 2 * len(self._held)), MOST_NAMES)
        return name if len(self._held) < MOST_NAMES else EVERYBODY_ELSE


class Counts:
    """How often each has asked.

    Args:
        storage: Address of a Redis; None to count in this process.
    """

    def __init__(self, storage: str | None) -> None:
        self._here = Memory()
        self._shared = None if storage is None else FixedWindowRateLimiter(_redis(storage))
        self._asked_again_at = 0.0

    def hit(self, item: RateLimitItem, name: str) -> int:
        """Count once under a name.

        Returns:
            The seconds to wait where that is too often, otherwise 0.
        """
        shared = self._answering()
        if shared is not None:
            try:
                return 0 if shared.hit(item, name) else _left(shared, item, name)
            except StorageError as error:
                self._report(error)
        if self._here.count(name, item.get_expiry()) <= item.amount:
            return 0
        return max(1, math.ceil(self._here.left(name)))

    def wait(self, item: RateLimitItem, name: str) -> int:
        """The seconds to wait before a name may be counted again; 0 where it may at once."""
        shared = self._answering()
        if shared is not None:
            try:
                return 0 if shared.test(item, name) else _left(shared, item, name)
            except StorageError as error:
                self._report(error)
        if self._here.counted(name) < item.amount:
            return 0
        return max(1, math.ceil(self._here.left(name)))

    def _answering(self) -> FixedWindowRateLimiter | None:
        return self._shared if time.monotonic() >= self._asked_again_at else None

    def _report(self, error: StorageError) -> None:
        self._asked_again_at = time.monotonic() + ASKED_AGAIN_AFTER_SECONDS
        FAILURES.inc()
        log.error(
            "THE SHARED COUNT OF REQUESTS DOES NOT ANSWER: this process counts by itself, so that"
            " limits are looser than set. Look after the Redis of DIRECTORY_RATE_LIMIT_STORAGE;"
            " it is asked again in %d seconds. It said: %s",
            ASKED_AGAIN_AFTER_SECONDS,
            type(error.storage_error).__name__,
        )


def _redis(address: str) -> RedisStorage:
    # Here, because without a Redis nobody needs it, and it would lengthen every start.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options: dict[str, object] = {
        "socket_timeout": LONGEST_ANSWER_SECONDS,
        "socket_connect_timeout": LONGEST_ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    return RedisStorage(
        address,
        wrap_exceptions=True,
        key_prefix="directory",
        **options,  # type: ignore[arg-type]
    )


def _left(limiter: FixedWindowRateLimiter, item: RateLimitItem, name: str) -> int:
    until = limiter.get_window_stats(item, name).reset_time
    return max(1, math.ceil(until - time.time()))
