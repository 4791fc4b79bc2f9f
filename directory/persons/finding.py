"""Finding every place where a person occurs.

What a newcomer would get wrong: somebody whose name stands in two scripts is found by either. A
record that names them in both lends its other spelling to the search, which is then begun again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from directory.access.models import accounts
from directory.changes.kinds import Kinds
from directory.persons.outside import Taken, taken_outside
from directory.persons.places import Place, Treatment, excerpt
from directory.persons.records import in_records, is_theirs, newest_of, spellings_in
from directory.persons.rules.matching import OTHER_SCRIPT, Person
from directory.persons.tables import in_tables
from directory.readings.models import readings


@dataclass(frozen=True, slots=True)
class Found:
    """What the directory holds of a person.

    Attributes:
        person: As they were looked for in the end.
        places: Every text that tells of them.
        taken: What was taken outside that held any of it.
        readings: How many entries of the log of readings are of accounts of theirs.
    """

    person: Person
    places: tuple[Place, ...]
    taken: tuple[Taken, ...]
    readings: int


def find(
    connection: Connection,
    read_log: Connection,
    kinds: Kinds,
    spellings: Iterable[str],
    *,
    records: Sequence[str] = (),
) -> Found:
    """Every place where a person occurs.

    Args:
        connection: A reading unit of work.
        read_log: One of the log of readings.
        kinds: The registered kinds.
        spellings: Their name, in any script; also addresses and numbers of theirs.
        records: Ids of records that are known to be theirs, whose names are looked for as well.
    """
    known = spellings_in(connection, newest_of(connection, records))
    person = Person([*spellings, *known])
    places = list(in_records(connection, kinds, person))
    named = {
        place.seq
        for place in places
        if place.seq is not None
        and place.key["kind"] in {"holder", "attendance"}
        and is_theirs(place)
        and place.confidence >= OTHER_SCRIPT
    }
    wider = Person([*person.spellings, *spellings_in(connection, named)])
    if wider.spellings != person.spellings:
        person = wider
        places = list(in_records(connection, kinds, person))
    seqs = {place.seq for place in places if place.seq is not None}
    places += in_tables(connection, person)
    places += _in_readings(read_log, person)
    theirs = {place.key["id"] for place in places if place.store == accounts.name}
    return Found(
        person,
        tuple(places),
        tuple(taken_outside(connection, seqs)),
        _read_by(read_log, theirs),
    )


def _in_readings(read_log: Connection, person: Person) -> list[Place]:
    rows = read_log.execute(
        select(readings.c.id, readings.c.purpose).where(readings.c.purpose.is_not(None))
    )
    return [
        Place(
            readings.name,
            {"id": row.id},
            "purpose",
            excerpt(row.purpose),
            sure,
            Treatment.BLANKED,
        )
        for row in rows
        if (sure := person.confidence(row.purpose))
    ]


def _read_by(read_log: Connection, ids: set[str]) -> int:
    found = read_log.execute(select(readings.c.id).where(readings.c.account.in_(sorted(ids))))
    return len(found.all())
