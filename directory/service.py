"""One running directory, as both ways in to it use it: the web and the command line.

Nothing here knows Flask; each way in keeps its ``Running`` wherever its framework keeps things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection

from directory.access.queries import holder_of, makers, named
from directory.access.rules import Principal, viewer_of, why_not_second
from directory.access.uses import LastUses
from directory.access.viewers import anonymous_viewer
from directory.changes import log
from directory.changes.highwater import HighWater
from directory.changes.kinds import Kinds
from directory.changes.past import Moment, moment
from directory.clock import AsOf
from directory.contacts.designations import DesignationMemory
from directory.db import Database
from directory.documents import Document
from directory.policy import PUBLIC, Tlp, Viewer
from directory.readings.log import ReadingLog
from directory.reference.facts import Facts, ReferenceMemory
from directory.reference.past import facts_then
from directory.settings import Anonymous, Mode, Settings
from directory.sync.keys import KeyFile
from directory.sync.mirror.status import old_copy_notes
from directory.sync.snapshots import Snapshots

EXTENSION = "directory"
"""The name under which an application keeps its running directory."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who says to be asking, before it is known whether that is so.

    Attributes:
        token: The secret that a request came with.
        account: Id or name of the account that the operator at the machine has named.
        admit: Raises where what is asked is not open to the account, or to nobody's.
    """

    token: str | None = None
    account: str | None = None
    admit: Callable[[Principal | None], None] = lambda principal: None

    def identified(self, connection: Connection, at: datetime) -> Principal | None:
        """The account, None for somebody without one.

        Raises:
            UnauthenticatedError: The token is not valid.
            UnknownAccountError: There is no such account.
        """
        found = None
        if self.token is not None:
            found = holder_of(connection, self.token, at=at)
        elif self.account is not None:
            found = named(connection, self.account)
        self.admit(found)
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's view of the directory: a snapshot, who looks, and the facts they may see.

    Attributes:
        principal: The reader's account; None without one.
    """

    connection: Connection
    viewer: Viewer
    facts: Facts
    principal: Principal | None

    def standpoint(self, as_of: AsOf | None, *, now: datetime) -> Standpoint:
        """Where this reader stands in the log: at its end, or where it was by an instant.

        Raises:
            NotYetRecordedError: The instant has not come yet.
            BeforeTheLogError: Nothing was recorded by then.
        """
        if as_of is None:
            return Standpoint(None, self.facts, now)
        then = moment(self.connection, as_of.by, now=now)
        facts = facts_then(self.connection, self.facts, then, viewer=self.viewer)
        return Standpoint(then, facts, as_of.by)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What had been recorded.

    Attributes:
        moment: By when; None means now.
        facts: The reference data as it was then, as far as the reader may see it.
        at: The same instant, at which checks are judged.
    """

    moment: Moment | None
    facts: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class Writing:
    """One writer's unit of work: what it writes is kept whole when it ends, or not at all."""

    connection: Connection
    viewer: Viewer
    principal: Principal | None


@dataclass(frozen=True, slots=True)
class Running:
    """The parts of one running directory.

    Attributes:
        settings: What the operator has set.
        database: Where everything is kept.
        kinds: The registered kinds of record.
        uses: When tokens were last used.
        readings: Who read what of AMBER and above.
        keys: What heads of the log are signed with.
        snapshots: The snapshots that were made for partners.
        memory: The reference data as last read.
        designations: The networks that agencies take part in, as last read.
    """

    settings: Settings
    database: Database
    kinds: Kinds
    uses: LastUses
    readings: ReadingLog
    keys: KeyFile
    snapshots: Snapshots
    memory: ReferenceMemory = field(default_factory=ReferenceMemory)
    designations: DesignationMemory = field(default_factory=DesignationMemory)

    @property
    def high_water(self) -> HighWater:
        """How far the log was vouched for."""
        return HighWater(self.settings.state_dir)

    @property
    def is_mirror(self) -> bool:
        """Whether it shows the copy of another directory."""
        return self.settings.mode is Mode.MIRROR

    def refuse_copy(self, connection: Connection) -> None:
        """Refuse to write where this is a mirror, whose origin alone is written to.

        Raises:
            MirrorRefusesError: It is one.
        """
        if self.is_mirror:
            log.refuse_copy(log.copied_from(connection) or "another directory, not named yet")

    def old_copy_notes(self, connection: Connection, at: datetime) -> list[Document]:
        """What whoever reads a mirror has to know first: that it is old, where it is."""
        return old_copy_notes(connection, at=at) if self.is_mirror else []

    def dispose(self) -> None:
        """Close every connection; a process that forks calls this before it does."""
        self.uses.dispose()
        self.database.dispose()
        self.readings.dispose()

    def second_person(self, connection: Connection) -> Callable[[str, str], str | None]:
        """Says why, for what one account wrote, another cannot be the second person."""
        known = makers(connection)
        return lambda proposer, approver: why_not_second(known, proposer, approver)

    @contextmanager
    def reading(self, asker: Asker, *, at: datetime) -> Iterator[Reading]:
        """Read the directory in one snapshot, as whoever asks."""
        with self.database.reading() as connection:
            principal = asker.identified(connection, at)
            # Looked at once: it says whether what is remembered still holds.
            head = log.glance(connection)
            viewer = self.viewer(connection, principal, at=at, head=head)
            facts = self.memory.facts(connection, viewer, head=head)
            yield Reading(connection, viewer, facts, principal)

    @contextmanager
    def writing(self, asker: Asker, *, at: datetime) -> Iterator[Writing]:
        """Write to the directory in one unit of work, as whoever asks."""
        with self.database.writing() as connection:
            principal = asker.identified(connection, at)
            yield Writing(connection, self.viewer(connection, principal, at=at), principal)

    def viewer(
        self,
        connection: Connection,
        principal: Principal | None,
        *,
        at: datetime,
        head: log.Glance | None = None,
    ) -> Viewer:
        """The viewer that an account is at an instant, or somebody without one.

        Whoever has looked at the log's head in this unit of work may give what they saw.
        """
        if principal is None:
            return self._anonymous(connection)
        networks: frozenset[str] = frozenset()
        if principal.is_reader:
            networks = self.designations.networks_of(
                connection,
                organisation=principal.organisation,
                economy=principal.economy,
                day=at.astimezone(UTC).date(),
                head=head,
            )
        return viewer_of(principal, networks)

    def _anonymous(self, connection: Connection) -> Viewer:
        opening = self.settings.anonymous
        if opening is not Anonymous.EVERYTHING:
            return anonymous_viewer(opening, frozenset(), frozenset())
        # Who may see all of it can only be said once it is known what there is.
        public = self.memory.facts(connection, PUBLIC)
        widest = Viewer(None, frozenset(public.networks), Tlp.RED, frozenset(public.economies))
        facts = self.memory.facts(connection, widest)
        return anonymous_viewer(opening, frozenset(facts.economies), frozenset(facts.networks))
