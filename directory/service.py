"""One running directory, as both ways in to it use it: the web and the command line.

Nothing here knows Flask; each way in keeps its ``Running`` wherever its framework keeps things.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from directory.access.viewers import anonymous_viewer
from directory.changes.kinds import Kinds
from directory.db import Database
from directory.policy import PUBLIC, Tlp, Viewer
from directory.reference.facts import Facts, ReferenceMemory
from directory.settings import Anonymous, Settings

EXTENSION = "directory"
"""The name under which an application keeps its running directory."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's view of the directory: a snapshot, who looks, and the facts they may see."""

    connection: Connection
    viewer: Viewer
    facts: Facts


@dataclass(frozen=True, slots=True)
class Running:
    """The parts of one running directory.

    Attributes:
        settings: What the operator has set.
        database: Where everything is kept.
        kinds: The registered kinds of record.
        memory: The reference data as last read.
    """

    settings: Settings
    database: Database
    kinds: Kinds
    memory: ReferenceMemory

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read the directory as a viewer without an account, in one snapshot."""
        with self.database.reading() as connection:
            viewer = self._viewer(connection)
            yield Reading(connection, viewer, self.memory.facts(connection, viewer))

    def _viewer(self, connection: Connection) -> Viewer:
        opening = self.settings.anonymous
        if opening is not Anonymous.EVERYTHING:
            return anonymous_viewer(opening, frozenset(), frozenset())
        # Who may see all of it can only be said once it is known what there is.
        public = self.memory.facts(connection, PUBLIC)
        widest = Viewer(None, frozenset(public.networks), Tlp.RED, frozenset(public.economies))
        facts = self.memory.facts(connection, widest)
        return anonymous_viewer(opening, frozenset(facts.economies), frozenset(facts.networks))
