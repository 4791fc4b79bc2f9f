"""Readers of every role, clearance, economy and agency, and what each of them may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from directory.access.models import ACCESS_TABLES
from directory.access.rules import AccountKind
from directory.db import Database
from directory.policy import DIRECTORY, Label, Role, Tlp, Viewer, may_see
from tests.accounts import Granted, account
from tests.api.world import rid


@dataclass(frozen=True)
class Person:
    """Somebody who asks.

    Attributes:
        token: None is somebody without an account.
        viewer: What the policy has to take them for.
    """

    name: str
    account: str | None
    token: str | None
    viewer: Viewer

    def sees(self, label: Label) -> bool:
        """Whether they may see a record with this label."""
        return may_see(self.viewer, label)

    @property
    def headers(self) -> dict[str, str]:
        """What their requests say of them."""
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class _Plan:
    name: str
    economy: str | None
    agency: str | None
    partner_may: Tlp
    roles: Sequence[Granted]
    sees_up_to: Tlp
    networks: Sequence[str] = ()
    edits: Sequence[str] = ()
    kind: AccountKind = AccountKind.PERSON


_AU, _JP, _NZ, _COMPANY = "AU public", "JP public", "NZ public", "AU private"
_INTERPOL, _G7 = ("interpol",), ("g7-24-7",)
_PLANS = (
    _Plan("reader cleared for AMBER", "AU", _AU, Tlp.AMBER, [Role.READER], Tlp.AMBER, _INTERPOL),
    _Plan("reader cleared for GREEN", "JP", _JP, Tlp.GREEN, [Role.READER], Tlp.GREEN, _G7),
    _Plan("reader cleared for RED", "NZ", _NZ, Tlp.RED, [Role.READER], Tlp.RED),
    _Plan("service", "JP", _JP, Tlp.AMBER_STRICT, [Role.READER], Tlp.AMBER_STRICT, _G7,
          kind=AccountKind.SERVICE),
    _Plan("editor of AU", "AU", _AU, Tlp.AMBER_STRICT, [(Role.EDITOR, "AU")], Tlp.AMBER_STRICT,
          _INTERPOL, ("AU",)),
    _Plan("editor of JP cleared for RED", "JP", _JP, Tlp.RED, [(Role.EDITOR, "JP")], Tlp.RED,
          _G7, ("JP",)),
    _Plan("coordinator", "NZ", _NZ, Tlp.RED, [Role.COORDINATOR], Tlp.RED, (),
          (DIRECTORY,)),
    _Plan("operator", "AU", _AU, Tlp.RED, [Role.OPERATOR], Tlp.CLEAR),
    _Plan("auditor", "JP", _JP, Tlp.RED, [Role.AUDITOR], Tlp.CLEAR),
    _Plan("private agency", "AU", _COMPANY, Tlp.AMBER_STRICT, [Role.READER], Tlp.AMBER_STRICT),
    _Plan("private agency without an economy", None, _COMPANY, Tlp.RED, [Role.READER], Tlp.RED),
)  # fmt: skip


def make_people(connection: Connection) -> list[Person]:
    """Somebody without an account, and everybody with one."""
    people = [Person("anonymous", None, None, Viewer(None, frozenset(), Tlp.CLEAR, frozenset()))]
    for plan in _PLANS:
        made, token = account(
            connection,
            partner=str(rid("partner", plan.name)),
            economy=plan.economy,
            organisation=None if plan.agency is None else rid("organisation", plan.agency),
            clearance=plan.partner_may,
            roles=plan.roles,
            kind=plan.kind,
        )
        viewer = Viewer(
            plan.economy, frozenset(plan.networks), plan.sees_up_to, frozenset(plan.edits)
        )
        people.append(Person(plan.name, made, token, viewer))
    return people


def copy_people(source: Database, target: Database) -> None:
    """Let the same accounts ask another directory, with the same tokens."""
    with source.reading() as reading, target.writing() as writing:
        for table in ACCESS_TABLES:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            writing.execute(insert(table), rows)
