"""What a request needs of the running directory: its database, its memory, its viewer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import Connection

from directory.access.viewers import anonymous_viewer
from directory.changes.kinds import Kinds
from directory.db import Database
from directory.policy import PUBLIC, Tlp, Viewer
from directory.reference.facts import Facts, ReferenceMemory
from directory.settings import Anonymous, Settings

EXTENSION = "directory"


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


@dataclass(frozen=True, slots=True)
class Reading:
    """One request's view of the directory: a snapshot, who looks, and the facts they may see."""

    connection: Connection
    viewer: Viewer
    facts: Facts


def running(app: Flask | None = None) -> Running:
    """The running directory behind an application, by default the current one."""
    found = (app or current_app).extensions[EXTENSION]
    assert isinstance(found, Running)
    return found


@contextmanager
def reading() -> Iterator[Reading]:
    """Read the directory as the current viewer, in one snapshot."""
    directory = running()
    with directory.database.reading() as connection:
        viewer = _viewer(directory, connection)
        yield Reading(connection, viewer, directory.memory.facts(connection, viewer))


def _viewer(directory: Running, connection: Connection) -> Viewer:
    opening = directory.settings.anonymous
    if opening is not Anonymous.EVERYTHING:
        return anonymous_viewer(opening, frozenset(), frozenset())
    # Who may see all of it can only be said once it is known what there is.
    public = directory.memory.facts(connection, PUBLIC)
    widest = Viewer(None, frozenset(public.networks), Tlp.RED, frozenset(public.economies))
    facts = directory.memory.facts(connection, widest)
    return anonymous_viewer(opening, frozenset(facts.economies), frozenset(facts.networks))
