"""The ground that all stands on: two economies, two networks, the partners' agencies and accounts.

Whatever is written carries a word of its own, so that it is known later wherever it turns up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from directory.access.models import partners
from directory.changes.operations import Operation
from directory.clock import utc_now
from directory.contacts.designations import networks_of
from directory.contacts.models import contacts
from directory.db import Database
from directory.policy import Tlp, Viewer
from directory.reference.models import memberships
from directory.sync.rules.scopes import Scope
from tests.accounts import account
from tests.integration.changes.world import (
    contact,
    economy,
    membership,
    network,
    organisation,
    write,
)

NETWORKS = ("interpol", "g7-24-7")
POLICE = "44444444-0000-4000-8000-000000000001"
CLEARANCES = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED)


@dataclass(frozen=True, slots=True)
class Agency:
    """A partner who copies.

    Attributes:
        number: Which one; its partner, organisation, desk and account are named by that.
    """

    number: int
    economy: str
    clearance: Tlp

    @property
    def partner(self) -> str:
        return f"partner {self.number}"

    @property
    def organisation(self) -> str:
        return f"44444444-0000-4000-8000-{self.number:04}00000002"

    @property
    def desk(self) -> str:
        return f"44444444-0000-4000-8000-{self.number:04}00000003"


AGENCIES = (Agency(1, "AU", Tlp.GREEN), Agency(2, "TW", Tlp.AMBER_STRICT))


def mark(dice: random.Random) -> str:
    """A word that nothing else is called."""
    return f"mark{dice.getrandbits(64):016x}"


def lay(database: Database) -> dict[int, str]:
    """Write the ground; the tokens of the partners' accounts by their numbers."""
    with database.writing() as connection:
        write(
            connection,
            *(economy(agency.economy) for agency in AGENCIES),
            *(network(slug) for slug in NETWORKS),
            organisation(POLICE),
            at=utc_now(),
        )
        for agency in AGENCIES:
            write(connection, *_agency(agency), at=utc_now())
        return {
            agency.number: account(
                connection,
                partner=agency.partner,
                economy=agency.economy,
                organisation=agency.organisation,
                clearance=agency.clearance,
            )[1]
            for agency in AGENCIES
        }


def _agency(agency: Agency) -> list[Operation]:
    mine: dict[str, Any] = {"economy": agency.economy, "owner": agency.economy}
    return [
        organisation(agency.organisation, slug=f"agency-{agency.number}", **mine),
        contact(agency.desk, organisation=agency.organisation, networks=[NETWORKS[0]], **mine),
        *(
            membership(_membership(agency, slug), economy=agency.economy, network=slug)
            for slug in NETWORKS
        ),
    ]


def _membership(agency: Agency, slug: str) -> str:
    return f"44444444-0000-4000-8000-{agency.number:04}0000001{NETWORKS.index(slug)}"


def change_rights(database: Database, dice: random.Random) -> str:
    """Let a partner see more or less from now on; what was changed."""
    agency = dice.choice(AGENCIES)
    what = dice.choice(("clearance", "designation", "membership"))
    with database.writing() as connection:
        if what == "clearance":
            # At least GREEN now and then, or nothing would be left to leave their sight.
            clearance = dice.choice(CLEARANCES)
            connection.execute(
                update(partners)
                .where(partners.c.id == agency.partner)
                .values(clearance=int(clearance))
            )
        else:
            designate = what == "designation"
            operation = (_designation if designate else _period)(connection, agency, dice)
            write(connection, operation, at=utc_now())
    return what


def _designation(connection: Connection, agency: Agency, dice: random.Random) -> Operation:
    networks = sorted(slug for slug in NETWORKS if dice.random() < 0.6)
    mine: dict[str, Any] = {"economy": agency.economy, "owner": agency.economy}
    return contact(
        agency.desk,
        _revision(connection, contacts, agency.desk),
        organisation=agency.organisation,
        networks=networks,
        **mine,
    )


def _period(connection: Connection, agency: Agency, dice: random.Random) -> Operation:
    """A membership that has ended, has begun, or begins and ends around today."""
    slug, today = dice.choice(NETWORKS), utc_now().date()
    periods: list[tuple[date | None, date | None]] = [
        (None, None),
        (None, today),
        (today, None),
        (today + timedelta(days=1), None),
    ]
    begins, ends = dice.choice(periods)
    rid = _membership(agency, slug)
    return membership(
        rid,
        _revision(connection, memberships, rid),
        economy=agency.economy,
        network=slug,
        from_date=None if begins is None else begins.isoformat(),
        until_date=None if ends is None else ends.isoformat(),
    )


def _revision(connection: Connection, table: Any, rid: str) -> int:
    return int(connection.scalar(select(table.c.revision).where(table.c.id == rid)) or 0)


def scope_of(connection: Connection, agency: Agency) -> Scope:
    """What a partner's copy may hold now, worked out beside the running service."""
    row = connection.execute(select(partners).where(partners.c.id == agency.partner)).one()
    networks = networks_of(
        connection, organisation=row.organisation, economy=row.economy, day=utc_now().date()
    )
    return Scope.of(Viewer(row.economy, networks, Tlp(row.clearance), frozenset()))
