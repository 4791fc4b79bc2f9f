"""Which changes need a second person: those to a line that answers around the clock.

Redirecting a 24/7 line is the attack to expect, so whatever would alter which channels, keys,
holders or hours such a route offers, or their order, takes two people; and so does whatever would
turn this rule off. A contact is guarded when a network that it is designated for says so
(``two_people``), or when it answers around the clock; what counts is before the change as well as
after it, so nothing gets out of the rule by the change itself. Every field counts but those known
to be harmless.

One person alone may report that a channel failed: taking a false number out of the way must never
wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, Table, bindparam, select

from directory.changes.kinds import Sees
from directory.changes.steps import Step
from directory.contacts.models import channels, checks, contacts
from directory.contacts.rules.duty_hours import is_round_the_clock
from directory.contacts.rules.words import REACHED
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.errors import Fault
from directory.policy import Label
from directory.reference.models import networks

HARMLESS = frozenset({"revision", "version", "source", "note"})
"""What a record says that alters nothing that a route offers."""
HARMLESS_IN_A_NETWORK = HARMLESS | {"name"}

_PARTS = {
    "contact": "alters what a line that answers around the clock offers",
    "channel": "alters how a line that answers around the clock is reached",
    "holder": "alters who holds a post that answers around the clock",
    "key": "alters to which key is encrypted for a post that answers around the clock",
}

_Tried = tuple[str, str]
"""A channel, and the digest of what was tried of it."""
_PARTS_OF_A_POST = _PARTS.keys() - {"contact"}


@dataclass(frozen=True, slots=True)
class _Guarded:
    """What the directory holds before the change of whom it might touch."""

    networks: frozenset[str]
    contacts: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Held:
    """What the directory holds, as far as the writer may see it."""

    connection: Connection
    sees: Sees

    def documents(
        self, table: Table, column: str | None, values: Iterable[str]
    ) -> Iterator[Document]:
        """The live documents of a table, of those with one of some values in a column."""
        statement = select(table.c.document).where(table.c.retired_at.is_(None))
        parameters = {}
        if column is not None:
            statement = statement.where(is_one_of(table.c[column], bindparam("values")))
            parameters["values"] = json_list(values)
        for (text,) in self.connection.execute(statement, parameters):
            document = orjson.loads(text)
            if self.sees(Label.of(document)):
                yield document


def dangers(connection: Connection, steps: Sequence[Step], sees: Sees) -> Iterator[Fault]:
    """Why some steps need a second person; nothing where they do not.

    Args:
        connection: A unit of work in which the steps are decided but not written.
        steps: The steps of the change set, cascades included, that the writer may see.
        sees: What the writer may see. The judgement rests on nothing else, or it would tell them
            of a hidden line.
    """
    held = _Held(connection, sees)
    of_channel = _contacts_of_channels(held, steps)
    guarded = _guarded(held, steps, of_channel)
    newest = _newest_checks(held, steps)
    for step in steps:
        why = _why(step, guarded, of_channel, newest)
        if why is not None:
            yield Fault(f"{step.kind.name}/{step.id}", why)


def _why(
    step: Step,
    guarded: _Guarded,
    of_channel: dict[str, str],
    newest: dict[_Tried, tuple[str, str]],
) -> str | None:
    kind = step.kind.name
    if kind == "network":
        if step.before is not None and _is_altered(step, HARMLESS_IN_A_NETWORK):
            held = step.before.document["two_people"] or step.record["two_people"]
            return "alters a network whose contacts take two people to change" if held else None
    elif kind == "membership":
        if step.record["network"] in guarded.networks and _is_altered(step, HARMLESS):
            return "opens or closes routes through a network that answers around the clock"
    elif kind in _PARTS:
        contact = step.id if kind == "contact" else step.record["contact"]
        if contact in guarded.contacts and _is_altered(step, HARMLESS):
            return _PARTS[kind]
    elif kind == "check" and of_channel.get(step.record["channel"]) in guarded.contacts:
        return _why_check(step, newest.get(_tried(step.record)))
    return None


def _why_check(step: Step, newest: tuple[str, str] | None) -> str | None:
    is_new = step.before is None
    if is_new and step.record["outcome"] not in REACHED:
        return None
    if is_new and newest is not None:
        checked_at, outcome = newest
        # A line that works goes on working: its place among the others stays what it is.
        if outcome in REACHED or step.record["checked_at"] < checked_at:
            return None
    return "would put a channel that answers around the clock before others, or back in use"


def _is_altered(step: Step, harmless: frozenset[str]) -> bool:
    before = None if step.before is None else step.before.document
    if before is not None and before["retired_at"] is not None:
        before = None
    after = None if step.op == "retire" else step.record
    if before is None or after is None:
        return before is not after
    return any(
        before.get(name) != after.get(name)
        for name in before.keys() | after.keys()
        if name not in harmless
    )


def _guarded(held: _Held, steps: Sequence[Step], of_channel: dict[str, str]) -> _Guarded:
    """The networks and contacts that the rule holds for, before the change or after it."""
    slugs = {
        document["slug"]
        for document in held.documents(networks, None, ())
        if document.get("two_people")
    }
    slugs |= {
        step.record["slug"]
        for step in steps
        if step.kind.name == "network" and step.record["two_people"]
    }
    concerned = {step.id for step in steps if step.kind.name == "contact"}
    concerned |= {
        step.record["contact"]
        for step in steps
        if step.kind.name in _PARTS and step.kind.name != "contact"
    }
    concerned |= set(of_channel.values())
    if not concerned:
        return _Guarded(frozenset(slugs), frozenset())
    posts = [
        *held.documents(contacts, "id", concerned),
        *(step.record for step in steps if step.kind.name == "contact"),
    ]
    found = {
        post["id"]
        for post in posts
        if not slugs.isdisjoint(post["networks"]) or _answers_always(post)
    }
    lines = [
        *held.documents(channels, "contact", concerned),
        *(step.record for step in steps if step.kind.name == "channel"),
    ]
    found |= {line["contact"] for line in lines if _answers_always(line)}
    return _Guarded(frozenset(slugs), frozenset(found))


def _answers_always(document: Document) -> bool:
    hours = document["duty_hours"]
    return hours is not None and is_round_the_clock(hours)


def _contacts_of_channels(held: _Held, steps: Sequence[Step]) -> dict[str, str]:
    """The contact of each channel that a check is about."""
    wanted = {step.record["channel"] for step in steps if step.kind.name == "check"}
    found = {
        document["id"]: document["contact"] for document in held.documents(channels, "id", wanted)
    }
    found |= {
        step.id: step.record["contact"]
        for step in steps
        if step.kind.name == "channel" and step.id in wanted
    }
    return found


def _newest_checks(held: _Held, steps: Sequence[Step]) -> dict[_Tried, tuple[str, str]]:
    """When each number or address that a check is about was last tried, and how that went."""
    wanted = {step.record["channel"] for step in steps if step.kind.name == "check"}
    newest: dict[_Tried, tuple[str, str]] = {}
    for document in held.documents(checks, "channel", wanted):
        what, how = _tried(document), (document["checked_at"], document["outcome"])
        newest[what] = max(how, newest.get(what, ("", "")))
    return newest


def _tried(check: Document) -> _Tried:
    """What a check is about: a number that has changed since was another one."""
    # A row may still hold the shape in which nothing was noted, and that is like nothing else.
    return check["channel"], check.get("tried") or check["id"]
