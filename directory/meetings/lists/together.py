"""Deciding on a returned list as a whole, part by part: what hinders one owner's hinders no other.

Every part has a unit of work of its own. Each is decided on whole or not at all, and asked again it
is not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from directory.changes import deciding
from directory.changes.apply import Applied
from directory.changes.deciding import WhyNotSecond
from directory.changes.errors import UndoneError
from directory.changes.kinds import Kinds
from directory.changes.proposed import APPLIED, proposal
from directory.changes.revert import Undoing
from directory.changes.revert import revert as revert_change_set
from directory.documents import Document
from directory.errors import DirectoryError
from directory.meetings.lists.queries import Part
from directory.policy import Viewer

REVERTED = "reverted"
MOST_FAULTS = 20


class Unit(Protocol):
    """A writing unit of work for whoever decides."""

    @property
    def connection(self) -> Connection:
        """The connection, in a transaction."""

    @property
    def viewer(self) -> Viewer:
        """Who decides."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What every decision rests on.

    Attributes:
        why_not_second: Makes what judges whether an account is a second person.
        at: The present instant.
    """

    kinds: Kinds
    why_not_second: Callable[[Connection], WhyNotSecond]
    at: datetime


Decision = Callable[[Unit, Part], Document]


def decide_on_each(
    parts: Iterable[Part],
    decide: Decision,
    open_unit: Callable[[], AbstractContextManager[Unit]],
) -> list[Document]:
    """Decide on each part of a list, and tell what became of it.

    Returns:
        ``change_set, owner, state`` of each, with ``detail`` and ``errors`` where something hinders
        it: it is then in the state that it was in.
    """
    told = []
    for part in parts:
        about = {"change_set": part.id, "owner": part.owner}
        try:
            with open_unit() as unit:
                told.append(about | decide(unit, part))
        except DirectoryError as error:
            told.append(about | {"state": part.state} | _hindrance(error))
    return told


def _hindrance(error: DirectoryError) -> Document:
    faults = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
    return {"detail": error.detail} | ({"errors": faults[:MOST_FAULTS]} if faults else {})


def approving(terms: Terms) -> Decision:
    """Approve a part as far as whoever asks may decide on it."""
    return _deciding(deciding.approve, terms)


def applying(terms: Terms) -> Decision:
    """Write a part of which everything has been approved."""
    return _deciding(deciding.carry_out, terms)


def _deciding(verb: Callable[..., None], terms: Terms) -> Decision:
    def decide(unit: Unit, part: Part) -> Document:
        connection, viewer = unit.connection, unit.viewer
        verb(
            connection,
            terms.kinds,
            part.id,
            viewer=viewer,
            why_not_second=terms.why_not_second(connection),
            at=terms.at,
        )
        found = proposal(connection, terms.kinds, part.id, viewer=viewer)
        return {"state": found.head["state"]}

    return decide


def reverting(terms: Terms, undoing: Undoing, actor: str) -> Decision:
    """Undo a part that was applied, or propose that where others have to decide."""

    def decide(unit: Unit, part: Part) -> Document:
        try:
            done = revert_change_set(
                unit.connection,
                terms.kinds,
                part.id,
                undoing,
                viewer=unit.viewer,
                actor=actor,
                at=terms.at,
            )
        except UndoneError as error:
            return {"state": REVERTED, "reverted_by": error.by}
        if isinstance(done, Applied) or _is_carried(unit, done.change_set):
            return {"state": REVERTED, "reverted_by": done.change_set}
        return {
            "state": APPLIED,
            "reverted_by": done.change_set,
            "detail": "Undoing it has been proposed, and waits for others to decide.",
        }

    def _is_carried(unit: Unit, change_set: str) -> bool:
        """Whether who may decide for the owner has done so at once."""
        undone = Part(change_set, "", "")
        try:
            with unit.connection.begin_nested():
                approving(terms)(unit, undone)
                applying(terms)(unit, undone)
        except DirectoryError:
            return False
        return True

    return decide
