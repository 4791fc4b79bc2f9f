"""Erasing at an origin by hand, as the log itself allows it."""

from collections.abc import Iterable

from tests.integration.sync import state
from tests.integration.sync.small_origin import SmallOrigin


def redact(origin: SmallOrigin, targets: Iterable[int]) -> int:
    """Erase payloads, and the records whose newest they are."""
    with origin.database.writing() as connection:
        return state.redact(connection, targets, at=origin.now)
