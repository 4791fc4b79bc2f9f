"""Who may see and write a record: the one policy, as data and small predicates.

Every record carries a label: a marking (TLP 2.0), an audience (networks whose members alone may
see it) and an owner. A viewer is a value resolved before the question is asked. ``may_see`` judges
a label in memory, ``visible`` is the same rule as a condition of a query; a test holds the two to
each other. Hidden equals absent: nothing is ever filtered after a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, literal_column, or_
from sqlalchemy.sql import FromClause

from directory.db import constant, is_one_of, json_list, overlaps

DIRECTORY = "directory"
"""The owner of what no single economy answers for: the coordinators'."""


class Tlp(IntEnum):
    """The markings of TLP 2.0, from the widest circle to the narrowest.

    Source:
        FIRST, Traffic Light Protocol (TLP) 2.0, August 2022.
    """

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """The marking as it is written: ``AMBER+STRICT``."""
        return self.name.replace("_", "+")

    @classmethod
    def from_label(cls, label: str) -> Tlp:
        """Read a marking as it is written.

        Raises:
            KeyError: There is no such marking.
        """
        return _BY_LABEL[label]


_BY_LABEL = {marking.label: marking for marking in Tlp}
MARKINGS = tuple(_BY_LABEL)


class Role(StrEnum):
    """What an account is for."""

    READER = "reader"
    EDITOR = "editor"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Label:
    """What the policy needs to know of a record."""

    marking: Tlp
    audience: frozenset[str]
    owner: str

    @staticmethod
    def of(document: dict[str, Any]) -> Label:
        """The label of a record's document."""
        return _label(document["marking"], tuple(document["audience"]), document["owner"])

    def text(self) -> str:
        """The label in one line, as the log keeps it: ``AMBER budapest-35 g7-24-7``."""
        return " ".join((self.marking.label, *sorted(self.audience)))


@lru_cache(maxsize=4096)
def _label(marking: str, audience: tuple[str, ...], owner: str) -> Label:
    return Label(_BY_LABEL[marking], frozenset(audience), owner)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads, resolved to what the policy asks about.

    Attributes:
        economy: Code of the viewer's economy, if it has one; the default ``from`` of a look-up.
        networks: Slugs of the networks in whose name the viewer takes part at this instant.
        clearance: The highest marking the viewer may see; None sees nothing at all.
        editor_of: Owners whose records the viewer edits; RED is for these alone.
        roles: What the viewer's account is for.
        account: Id of the viewer's account; None is somebody without one.
    """

    economy: str | None
    networks: frozenset[str]
    clearance: Tlp | None
    editor_of: frozenset[str]
    roles: frozenset[Role] = frozenset()
    account: str | None = None


NOBODY = Viewer(None, frozenset(), None, frozenset())
PUBLIC = Viewer(None, frozenset(), Tlp.CLEAR, frozenset())


def may_see(viewer: Viewer, label: Label) -> bool:
    """Whether the viewer may see a record with this label.

    An owner's editors see their own records whatever the audience, up to their clearance; RED is
    seen by them and by nobody else.
    """
    if viewer.clearance is None or label.marking > viewer.clearance:
        return False
    if label.owner in viewer.editor_of:
        return True
    if label.marking is Tlp.RED:
        return False
    return not label.audience or not label.audience.isdisjoint(viewer.networks)


def may_write(viewer: Viewer, label: Label) -> bool:
    """Whether the viewer may write a record with this label, before and after the change alike.

    Nobody marks a record above what they may see themselves.
    """
    return label.owner in viewer.editor_of and may_see(viewer, label)


def may_approve(viewer: Viewer, label: Label) -> bool:
    """Whether the viewer may approve what somebody else would write under this label."""
    return may_see(viewer, label) and (
        label.owner in viewer.editor_of or Role.COORDINATOR in viewer.roles
    )


def visible(table: FromClause) -> ColumnElement[bool]:
    """``may_see`` as a condition on a table with ``marking``, ``audience`` and ``owner`` columns.

    The viewer comes in as parameters (``viewer_parameters``), so one compiled statement serves
    every viewer.
    """
    # Put together once for a table; an alias is made anew for each statement.
    return _visible_in(table) if isinstance(table, Table) else _visible(table)


@lru_cache(maxsize=64)
def _visible_in(table: Table) -> ColumnElement[bool]:
    return _visible(table)


def _visible(table: FromClause) -> ColumnElement[bool]:
    return and_(
        table.c.marking <= bindparam("clearance"),
        or_(
            and_(
                table.c.marking < literal_column(str(int(Tlp.RED))),
                or_(
                    table.c.audience == constant("[]"),
                    overlaps(table.c.audience, bindparam("networks")),
                ),
            ),
            is_one_of(table.c.owner, bindparam("editor_of")),
        ),
    )


def visible_under(label: ColumnElement[str], owner: ColumnElement[str]) -> ColumnElement[bool]:
    """``visible`` for rows that hold a label as ``Label.text`` writes it, such as the log's.

    An empty label is that of what stood in no list: nobody sees it.
    """
    seen = []
    for marking in Tlp:
        name, bare = marking.label, label == constant(marking.label)
        audience = case(
            (bare, constant("[]")),
            else_=constant('["')
            + func.replace(func.substr(label, len(name) + 2), constant(" "), constant('","'))
            + constant('"]'),
        )
        reached: ColumnElement[bool] = is_one_of(owner, bindparam("editor_of"))
        if marking is not Tlp.RED:
            reached = or_(reached, bare, overlaps(audience, bindparam("networks")))
        seen.append(
            and_(
                literal_column(str(int(marking))) <= bindparam("clearance"),
                or_(bare, label.startswith(f"{name} ", autoescape=True)),
                reached,
            )
        )
    return or_(*seen)


def viewer_parameters(viewer: Viewer) -> dict[str, Any]:
    """The parameters that ``visible`` asks for."""
    return {
        "clearance": -1 if viewer.clearance is None else int(viewer.clearance),
        "networks": json_list(viewer.networks),
        "editor_of": json_list(viewer.editor_of),
    }


def covers(target: Label, referrer: Label) -> bool:
    """Whether everyone who may see the referrer may see the target too.

    A record that refers to something its own readers cannot see would betray it.
    """
    if target.marking > referrer.marking:
        return False
    if target.marking is Tlp.RED and target.owner != referrer.owner:
        return False
    if not target.audience:
        return True
    # The referrer's editors see it whatever its audience, but of another owner's records they
    # see no more than anybody else.
    if target.owner != referrer.owner:
        return False
    return referrer.marking is Tlp.RED or (
        bool(referrer.audience) and referrer.audience <= target.audience
    )
