"""A fictional directory of any size, the same every time: the records to load, in an order to.

All but a few of the desks are spread over twenty economies. What is measured is asked of three
more that hold the same whatever the size: one with twenty desks that everybody may see, one with
twenty under several markings, and one without any from which both are asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from benchmarks import words
from directory.changes.operations import Put
from directory.policy import Tlp, Viewer

AT = datetime(2026, 11, 1, tzinfo=UTC)
"""When the records were written, as far as the log is told."""

OPEN, MIXED, ASKING = "NZ", "SG", "BN"
"""The economies that are measured: all CLEAR, under several labels, and the one that asks."""
MEASURED_DESKS = 20
CHANNELS = 4
ORGANISATIONS = 50
"""How many there are in each of the twenty economies."""

SOURCE = {"document": "fictional: made up for benchmarks", "place": None}
ECONOMIES = Path(__file__).resolve().parent.parent / "seed/reference/economies.toml"
GUESTS = (
    {"code": "FR", "name": {"en": "France"}, "calling_code": "33", "zones": ["Europe/Paris"]},
    {"code": "GB", "name": {"en": "The United Kingdom"}, "calling_code": "44"},
)
NETWORKS = ("g7-24-7", "interpol", "budapest-35")
FUNCTIONS = ("preservation", "technical_advice", "legal_information", "mla_liaison")
HOURS = ("24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 08:30-17:30; Sa 09:00-13:00", None)
OUTCOMES = ("answered", "answered", "answered", "answered_late", "no_answer", "number_dead")
CHECK_DAYS = ("2026-10-30", "2026-09-14", "2026-04-02", "2025-12-19")
MARKINGS = ("CLEAR", "GREEN", "AMBER")

INSIDER = Viewer(ASKING, frozenset(NETWORKS), Tlp.AMBER, frozenset())
"""A partner's officer, who may see what is AMBER."""


@dataclass(frozen=True, slots=True)
class _Place:
    code: str
    calling_code: str
    zone: str
    languages: tuple[str, ...]

    @property
    def script(self) -> str:
        """The tag under which names are written in the economy's own script."""
        for tag in ("zh-Hant", "zh-Hans", "ja", "ko", "ru", "th"):
            if self.languages[0].startswith(tag):
                return tag
        return "en"


class World:
    """A directory of some number of desks.

    Args:
        contacts: How many, those of the measured economies included.
    """

    def __init__(self, contacts: int) -> None:
        self.contacts = contacts
        self._dice = Random(20_111_130)  # noqa: S311 - the same world every time
        given = tomllib.loads(ECONOMIES.read_text("utf-8"))["economy"]
        self._economies = [*given, *GUESTS]
        self._places = {row["code"]: _place(row) for row in self._economies}
        self._organisations: dict[str, list[str]] = {}

    def operations(self) -> Iterator[Put]:
        """Everything, each record after those that it names."""
        yield from self._reference()
        yield from self._agencies()
        measured = {OPEN: MEASURED_DESKS, MIXED: MEASURED_DESKS, ASKING: 0}
        for code, desks in measured.items():
            for number in range(desks):
                yield from self._measured_desk(self._places[code], number)
        others = [place for code, place in self._places.items() if code not in measured]
        for number in range(self.contacts - sum(measured.values())):
            yield from self._desk(others[number % len(others)], number)

    def _reference(self) -> Iterator[Put]:
        def is_closed(code: str, slug: str) -> bool:
            # So that every route is by a desk: an open network without one is a route as well.
            return code == ASKING and slug != NETWORKS[0]

        for row in self._economies:
            fields = ("code", "name", "calling_code", "zones", "languages", "apec_order")
            document = {key: row[key] for key in fields if key in row}
            yield self._put("economy", "directory", "CLEAR", **document)
        for slug in NETWORKS:
            yield self._put(
                "network",
                "directory",
                "CLEAR",
                slug=slug,
                name={"en": f"The {slug} network"},
                network_kind="membership",
                state="operating",
                functions=list(FUNCTIONS),
            )
            for code in self._places:
                yield self._put(
                    "membership",
                    "directory",
                    "CLEAR",
                    economy=code,
                    network=slug,
                    status="not_member" if is_closed(code, slug) else "member",
                    known_on="2026-06-01",
                )

    def _agencies(self) -> Iterator[Put]:
        for code in self._places:
            ids = self._organisations[code] = []
            for number in range(ORGANISATIONS):
                ids.append(self._id())
                yield self._put(
                    "organisation",
                    code,
                    "CLEAR",
                    ids[-1],
                    slug=f"fictional-{code.lower()}-{number}",
                    name={"en": f"{words.latin_word(self._dice)} Agency (fictional)"},
                    organisation_type="law_enforcement",
                    sector="public",
                    economy=code,
                )

    def _measured_desk(self, place: _Place, number: int) -> Iterator[Put]:
        is_mixed = place.code == MIXED
        yield from self._contact(
            place,
            number,
            markings=[MARKINGS[number % 3] if is_mixed else "CLEAR"],
            audience=["interpol"] if is_mixed and number % 5 == 4 else [],
            checked=is_mixed,
            networks=["g7-24-7"],
            functions={"preservation": "yes"},
        )

    def _desk(self, place: _Place, number: int) -> Iterator[Put]:
        dice = self._dice
        yield from self._contact(
            place,
            number,
            markings=dice.choices(MARKINGS, (60, 25, 15)),
            audience=["interpol"] if dice.random() < 0.1 else [],
            checked=dice.random() < 0.3,
            networks=dice.sample(NETWORKS, dice.randint(0, 2)),
            functions=dict.fromkeys(dice.sample(FUNCTIONS, 2), "yes"),
        )

    def _contact(
        self,
        place: _Place,
        number: int,
        *,
        markings: list[str],
        audience: list[str],
        checked: bool,
        networks: list[str],
        functions: dict[str, str],
    ) -> Iterator[Put]:
        dice, rid, marking = self._dice, self._id(), markings[0]
        # A public desk with a restricted number and a holder whose name is not for everybody.
        narrow = "AMBER" if checked and number % 4 == 0 else marking
        yield self._put(
            "contact",
            place.code,
            marking,
            rid,
            audience=audience,
            title=words.title(dice, place.script, number),
            organisation=dice.choice(self._organisations[place.code]),
            economy=place.code,
            languages=sorted({place.languages[0], "en"}, reverse=True),
            duty_hours=dice.choice(HOURS),
            zone=place.zone,
            networks=networks,
            functions=functions,
        )
        yield self._put(
            "holder",
            place.code,
            narrow,
            audience=audience,
            contact=rid,
            name=words.person(dice, place.script),
            from_date="2024-03-01",
        )
        for position in range(1, CHANNELS + 1):
            channel = self._id()
            label = narrow if position == CHANNELS else marking
            yield self._put(
                "channel",
                place.code,
                label,
                channel,
                audience=audience,
                contact=rid,
                position=position,
                **self._way(place, position, number),
            )
            if checked and position != 3:
                yield self._check(place, channel, label, audience)

    def _way(self, place: _Place, position: int, number: int) -> dict[str, Any]:
        match position:
            case 1:
                way = ("telephone", words.number(self._dice, place.calling_code), "duty")
            case 2:
                way = ("mobile", words.number(self._dice, place.calling_code), "out_of_hours")
            case 3:
                way = ("e-mail", words.address(self._dice, number), "office")
            case _:
                way = ("telephone", words.number(self._dice, place.calling_code), "switchboard")
        return {"medium": way[0], "raw": way[1], "purpose": way[2]}

    def _check(self, place: _Place, channel: str, label: str, audience: list[str]) -> Put:
        dice = self._dice
        return self._put(
            "check",
            place.code,
            label,
            audience=audience,
            channel=channel,
            checked_at=f"{dice.choice(CHECK_DAYS)}T{dice.randrange(24):02}:00:00Z",
            outcome=dice.choice(OUTCOMES),
            method="test_call",
        )

    def _put(
        self, kind: str, owner: str, marking: str, rid: str | None = None, **fields: Any
    ) -> Put:
        shared = {"owner": owner, "marking": marking, "source": SOURCE}
        return Put(kind, shared | fields, rid or self._id())

    def _id(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128), version=4))


def _place(row: dict[str, Any]) -> _Place:
    return _Place(
        row["code"],
        row["calling_code"],
        row.get("zones", ["Europe/London"])[0],
        tuple(row.get("languages", ["en"])),
    )
