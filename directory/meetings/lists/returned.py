"""Keeping what a returned list comes to: one proposal, of one change set for each owner.

Each owner decides on their own part, whole or not at all; who does not answer delays nobody else.
The file itself is not kept: what it says stands in the operations, what is doubted in the findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection

from directory.changes.kinds import Kinds
from directory.changes.proposals import propose
from directory.db import json_list
from directory.documents import sha256
from directory.ids import new_id
from directory.meetings.lists.building import Planned
from directory.meetings.lists.plans import Noted, Options, Plan
from directory.meetings.lists.sifting import sifted
from directory.meetings.models import list_findings, returned_lists
from directory.policy import Viewer

ORIGIN = "list"
LONGEST_TOLD = 1000
"""Characters of a cell that a finding repeats."""
AT_A_TIME = 1000
"""How many findings are written at once."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent in.

    Attributes:
        name: What it is called, without the folders on its sender's machine.
        account: Id of the account that sent it.
    """

    name: str
    data: bytes
    account: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A returned list that has become a proposal.

    Attributes:
        id: Also the bundle of its change sets.
        change_sets: Their ids by owner; none where the list says nothing new.
    """

    id: str
    change_sets: Mapping[str, str]


def keep(
    connection: Connection,
    kinds: Kinds,
    plan: Plan,
    options: Options,
    sent: Sent,
    *,
    viewer: Viewer,
    at: datetime,
) -> Kept:
    """Propose what a list comes to, and note how it was read.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        plan: What the list comes to.
        options: What its sender said of it.
        sent: The file.
        viewer: Who sent it.
        at: The present instant.

    Raises:
        UnacceptableChangeSetError: One owner's part is larger than a change set may be.
        DirectoryError: As ``propose`` raises, where no cell is to blame; nothing was kept.
    """
    list_id = new_id()
    connection.execute(
        returned_lists.insert(),
        {
            "id": list_id,
            "meeting": options.meeting,
            "file_name": sent.name,
            "digest": sha256(sent.data),
            "size_bytes": len(sent.data),
            "account": sent.account,
            "received_at": at,
            "reading": orjson.dumps(plan.reading).decode(),
            "cells": plan.cells,
            "cells_used": len(plan.used),
        },
    )
    change_sets: dict[str, str] = {}
    places: dict[int, tuple[str, int]] = {}
    findings = list(plan.findings)
    for owner, operations in plan.by_owner().items():

        def proposed(part: Sequence[Planned]) -> str:
            return propose(
                connection,
                kinds,
                [one.proposed for one in part],
                viewer=viewer,
                actor=sent.account,
                origin=ORIGIN,
                reason=f"List returned: {sent.name}",
                meeting=options.meeting,
                bundle=list_id,
                at=at,
            )

        change_set, part, hindered = sifted(operations, proposed)
        findings += hindered
        if change_set is not None:
            change_sets[owner] = change_set
            places |= {id(one): (change_set, place) for place, one in enumerate(part)}
    for start in range(0, len(findings), AT_A_TIME):
        some = enumerate(findings[start : start + AT_A_TIME], start)
        rows = [_row(list_id, place, noted, places) for place, noted in some]
        connection.execute(list_findings.insert(), rows)
    return Kept(list_id, change_sets)


def _row(
    list_id: str, place: int, noted: Noted, places: Mapping[int, tuple[str, int]]
) -> dict[str, object]:
    finding = noted.finding
    change_set, operation = places.get(id(noted.planned), (None, None))
    return {
        "returned_list": list_id,
        "place": place,
        "cell": finding.cell,
        "code": str(finding.code),
        "read": finding.read[:LONGEST_TOLD],
        "proposed": None if finding.proposed is None else finding.proposed[:LONGEST_TOLD],
        "confidence": finding.confidence,
        "change_set": change_set,
        "operation": operation,
        "marking": int(noted.marking),
        "audience": json_list(noted.audience),
        "owner": noted.owner,
    }
