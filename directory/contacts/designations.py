"""In which networks an agency takes part, at an instant.

An economy's membership says that the economy takes part; which of its agencies do is said by the
contacts designated for the network. A private organisation takes part in none.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from threading import Lock

import orjson
from sqlalchemy import Connection, Date, bindparam, or_, select

from directory.changes import log
from directory.contacts.models import contacts, organisations
from directory.contacts.rules.words import Sector
from directory.prepared import Prepared
from directory.reference.models import memberships
from directory.reference.rules import Status

MOST_AGENCIES = 512

_DAY = bindparam("day", type_=Date)
_MEMBERSHIPS = Prepared(
    select(memberships.c.network).where(
        memberships.c.economy == bindparam("economy"),
        memberships.c.status == str(Status.MEMBER),
        memberships.c.retired_at.is_(None),
        or_(memberships.c.from_date.is_(None), memberships.c.from_date <= _DAY),
        or_(memberships.c.until_date.is_(None), memberships.c.until_date > _DAY),
    )
)
_DESIGNATIONS = Prepared(
    select(contacts.c.networks, organisations.c.document)
    .join(organisations, organisations.c.id == contacts.c.organisation)
    .where(
        contacts.c.organisation == bindparam("organisation"),
        contacts.c.economy == bindparam("economy"),
        contacts.c.retired_at.is_(None),
        organisations.c.retired_at.is_(None),
    )
)


def networks_of(
    connection: Connection, *, organisation: str | None, economy: str | None, day: date
) -> frozenset[str]:
    """Slugs of the networks in which an agency takes part on a day.

    This decides what the agency may see, so it looks at every record, whoever may see that.

    Args:
        connection: Any unit of work.
        organisation: Id of the agency; without one, or without an economy, it takes part in none.
        economy: Code of the economy it belongs to.
        day: The day, in UTC.
    """
    if organisation is None or economy is None:
        return frozenset()
    designations = _DESIGNATIONS.rows(
        connection, {"organisation": organisation, "economy": economy}
    )
    if not designations or orjson.loads(designations[0][1])["sector"] == Sector.PRIVATE:
        return frozenset()
    member = {
        network for (network,) in _MEMBERSHIPS.rows(connection, {"economy": economy, "day": day})
    }
    return frozenset(
        network for text, _ in designations for network in orjson.loads(text) if network in member
    )


class DesignationMemory:
    """What agencies take part in, kept for as long as the log's head and the day stand still.

    Safe between threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[object, ...], frozenset[str]] = OrderedDict()

    def networks_of(
        self,
        connection: Connection,
        *,
        organisation: str | None,
        economy: str | None,
        day: date,
        head: log.Glance | None = None,
    ) -> frozenset[str]:
        """What ``networks_of`` finds in this unit of work.

        Whoever has looked at the log's head in it may give what they saw.
        """
        key = (head or log.glance(connection), organisation, economy, day)
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = networks_of(connection, organisation=organisation, economy=economy, day=day)
            with self._lock:
                self._known[key] = known
                while len(self._known) > MOST_AGENCIES:
                    self._known.popitem(last=False)
        return known
