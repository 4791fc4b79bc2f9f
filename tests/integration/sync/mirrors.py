"""A mirror under test: the small origin asked without a network, by somebody who may interfere."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from directory.db import Database
from directory.registry import KINDS
from directory.sync.mirror import adding, pulling, status
from directory.sync.mirror.errors import OriginTroubleError
from directory.sync.mirror.origin import Gone, Page, SnapshotFile, Unchanged
from directory.sync.mirror.pulling import Mirror, Pulled
from directory.sync.mirror.state import State, alarms
from directory.sync.mirror.tidying import Tidier
from directory.sync.rules.cursors import Cursor
from tests.integration.sync.copies import ADDRESS, ALL
from tests.integration.sync.small_origin import ACCOUNT, SmallOrigin, public, state

Answer = Page | Unchanged | Gone


@dataclass
class Way:
    """The way to a small origin.

    Attributes:
        meddle: What somebody on the way makes of a page.
        limit: Entries on a page.
        asked: The cursors that were asked with.
    """

    origin: SmallOrigin
    meddle: Callable[[Answer], Answer] = lambda answer: answer
    meddle_snapshot: Callable[[bytes, str], tuple[bytes, str]] = lambda body, head: (body, head)
    limit: int = 1000
    token_ends_at: datetime | None = None
    tokens: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False

    def page(self, cursor: str) -> Answer:
        self.asked.append(cursor)
        self._refuse_when_down()
        return self.meddle(self._page(Cursor.read(cursor)))

    def _page(self, cursor: Cursor) -> Answer:
        origin, head = self.origin, self.origin.head()
        most = head.size
        if cursor.log != head.log:
            parent = next((each for each in origin.epochs if each.parent == cursor.log), None)
            if parent is None:
                return Gone("unknown-log")
            most = parent.size
        if cursor.seq > most or origin.root_at(cursor.seq)[:8].hex() != cursor.root:
            return Gone("forked")
        if cursor.scope != origin.scope.hash:
            return Gone("scope-changed")
        if cursor.seq == head.size and cursor.log == head.log:
            return Unchanged(origin.sign(head))
        body, claims = origin.page(cursor.seq, self.limit)
        return Page(body, origin.sign(claims))

    def snapshot(self, path: Path) -> SnapshotFile:
        self._refuse_when_down()
        body, claims = self.origin.snapshot()
        body, head = self.meddle_snapshot(body, self.origin.sign(claims))
        path.write_bytes(body)
        return SnapshotFile(path, head, sha256(body).hexdigest())

    def digest(self, cursor: str) -> tuple[str, int]:
        raise NotImplementedError

    def rotated(self) -> tuple[str, datetime]:
        self._refuse_when_down()
        self.tokens.append(f"token {len(self.tokens) + 2}")
        self.token_ends_at = None
        return self.tokens[-1], self.origin.now + timedelta(days=90)

    def _refuse_when_down(self) -> None:
        if self.is_down:
            raise OriginTroubleError("The origin does not answer.")


@dataclass
class MirrorUnderTest:
    """A mirror of a small origin."""

    way: Way
    database: Database
    folder: Path

    def add(self) -> None:
        with self.database.writing() as connection:
            adding.add_origin(
                connection,
                KINDS,
                address=ADDRESS,
                account=ACCOUNT,
                token="token 1",  # noqa: S106 - of a test
                key=public(self.way.origin.key),
            )

    @property
    def mirror(self) -> Mirror:
        return Mirror(self.database, KINDS, self.folder, lambda: self.way.origin.now)

    def pull(self) -> Pulled:
        pulled = pulling.pull(self.mirror, self.way)
        for _ in range(6):
            # Whoever writes to another database of the server is waited for, each time a bit.
            if not Tidier(self.mirror).tidy(self.way).again:
                break
        return pulled

    def take_pages(self, pages: int) -> None:
        """Take some pages and leave off in the middle of the feed."""
        last = len(self.way.asked) + pages
        mirror = replace(self.mirror, is_stopping=lambda: len(self.way.asked) >= last)
        pulled = pulling.pull(mirror, self.way)
        assert (pulled.pages, pulled.is_current, pulled.refused) == (pages, False, None)

    def state(self) -> State:
        return self.mirror.state()

    def alarms(self) -> list[str]:
        with self.database.reading() as connection:
            return [alarm.code for alarm in alarms(connection, now=self.way.origin.now)]

    def held(self) -> list[tuple[str, int, str]]:
        with self.database.reading() as connection:
            assert status.differing(connection, KINDS) == []
            return state(connection, ALL)

    def must_hold_all(self) -> None:
        assert self.held() == self.way.origin.state() != []
        assert self.state().log == self.way.origin.head().log
        assert self.state().frontier.size == self.way.origin.head().size
