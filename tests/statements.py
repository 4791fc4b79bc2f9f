"""Statements that one engine has compiled serve every other engine of the same kind.

Almost every test makes an application with engines of its own, and SQLAlchemy keeps what it has
compiled for each engine alone. A process that serves compiles a statement once and then runs it
for years; without this the tests would mostly compile.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

_MOST = 4000


class _Shared(MutableMapping[Any, Any]):
    """What was compiled, by the kind of the dialect instead of the dialect of one engine.

    The dialects of a kind differ in what they have learnt of their server, which is the same one.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[Any, Any] = LRUCache(_MOST)

    def get(self, key: Any, default: Any = None) -> Any:
        return self._kept.get((type(key[0]), *key[1:]), default)

    def __getitem__(self, key: Any) -> Any:
        return self._kept[(type(key[0]), *key[1:])]

    def __setitem__(self, key: Any, compiled: Any) -> None:
        self._kept[(type(key[0]), *key[1:])] = compiled

    def __delitem__(self, key: Any) -> None:
        del self._kept[(type(key[0]), *key[1:])]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def share() -> None:
    """Let every connection of every engine look there, from now on."""
    shared = _Shared()

    @event.listens_for(Engine, "engine_connect")
    def look_there(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)
