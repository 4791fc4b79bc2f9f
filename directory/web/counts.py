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
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

MOST_NAMES = 100_000
EVERYBODY_ELSE = "everybody else"
LONGEST_ANSWER_SECONDS = 0.25
ASKED_AGAIN_AFTER_SECONDS = 10

FAILURES = Counter(
    "directory_rate_limit_storage_failures_total",
    "Times that the shared count of requests did not answer.",
)
log = logging.getLogger("directory.web")


class Memory(Storage):
    """Counts in this process.

    The package's own storage starts a thread every few milliseconds to look through all of its
    names, which under a flood of addresses is most of the work. Here names whose time is over are
    forgotten when there have come to be twice as many, and there is an end to how many there are.
    """

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, list[float]] = {}  # how many, and until when they count
        self._looked_through_at = 1000
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What counting may raise: nothing of its own."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count under a name and say how many there are."""
        now = time.monotonic()
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[1] > now:
                held[0] += amount
                return int(held[0])
            if held is None and len(self._held) >= self._looked_through_at:
                self._forget(now)
            if held is None and len(self._held) >= MOST_NAMES:
                key = EVERYBODY_ELSE
                held = self._held.get(key)
                if held is not None and held[1] > now:
                    held[0] += amount
                    return int(held[0])
            self._held[key] = [amount, now + expiry]
            return amount

    def get(self, key: str) -> int:
        """How many there are under a name."""
        held = self._held.get(key)
        return int(held[0]) if held is not None and held[1] > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When counting begins anew, as the clock on the wall says."""
        held = self._held.get(key) or self._held.get(EVERYBODY_ELSE)
        return time.time() + (max(held[1] - time.monotonic(), 0) if held is not None else 0)

    def check(self) -> bool:
        """Whether it can count."""
        return True

    def reset(self) -> int:
        """Forget everything."""
        with self._lock:
            count = len(self._held)
            self._held.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget a name."""
        with self._lock:
            self._held.pop(key, None)

    def _forget(self, now: float) -> None:
        self._held = {key: held for key, held in self._held.items() if held[1] > now}
        self._looked_through_at = min(max(1000, 2 * len(self._held)), MOST_NAMES)


class Counts:
    """How often each has asked.

    Args:
        storage: Address of a Redis; None to count in this process.
    """

    def __init__(self, storage: str | None) -> None:
        self._here = FixedWindowRateLimiter(Memory())
        self._shared = None if storage is None else FixedWindowRateLimiter(_redis(storage))
        self._asked_again_at = 0.0

    def hit(self, item: RateLimitItem, *name: str) -> int:
        """Count once under a name.

        Returns:
            The seconds to wait where that is too often, otherwise 0.
        """
        shared = self._answering()
        if shared is not None:
            try:
                return 0 if shared.hit(item, *name) else _left(shared, item, name)
            except StorageError as error:
                self._report(error)
        return 0 if self._here.hit(item, *name) else _left(self._here, item, name)

    def wait(self, item: RateLimitItem, *name: str) -> int:
        """The seconds to wait before a name may be counted again; 0 where it may at once."""
        shared = self._answering()
        if shared is not None:
            try:
                return 0 if shared.test(item, *name) else _left(shared, item, name)
            except StorageError as error:
                self._report(error)
        return 0 if self._here.test(item, *name) else _left(self._here, item, name)

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


def _redis(address: str) -> Storage:
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


def _left(limiter: FixedWindowRateLimiter, item: RateLimitItem, name: tuple[str, ...]) -> int:
    until = limiter.get_window_stats(item, *name).reset_time
    return max(1, math.ceil(until - time.time()))
