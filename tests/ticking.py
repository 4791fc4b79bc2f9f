"""Ticks before and after everything that writes: where a test kills whoever applies or copies."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from directory.changes import bulk
from directory.db import Database
from directory.prepared import Prepared

AT_THE_ENGINE = ("before_cursor_execute", "after_cursor_execute", "begin", "savepoint", "commit")
PAST_THE_ENGINE = (
    (bulk, "_copy"),
    (bulk, "_insert_by_dozens"),
    (bulk, "_insert_one"),
    (Prepared, "run"),
)


@contextmanager
def ticking(database: Database, tick: Callable[..., None]) -> Iterator[None]:
    """Tick before and after each statement of a database's writing units, while the block lasts."""
    _, writer = database.engines
    for name in AT_THE_ENGINE:
        event.listen(writer, name, tick)
    with ExitStack() as stack:
        for owner, name in PAST_THE_ENGINE:
            stack.enter_context(patch.object(owner, name, _between(getattr(owner, name), tick)))
        yield


def _between(call: Callable[..., Any], tick: Callable[..., None]) -> Callable[..., Any]:
    def called(*arguments: Any) -> Any:
        tick()
        answer = call(*arguments)
        tick()
        return answer

    return called
