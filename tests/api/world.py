"""A directory in which every kind of record carries every label, and the part the public sees.

All ids are given, so that a second directory with the visible part alone holds the same bytes.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import product
from typing import Any

from pysequoia import Tsk

from directory.changes.apply import apply
from directory.changes.operations import Operation, Put, prepare
from directory.db import Database
from directory.policy import MARKINGS
from directory.registry import KINDS
from tests.databases import Furnish

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACTOR = str(uuid.uuid5(uuid.NAMESPACE_URL, "https://world.example/actor"))
SOURCE = {"document": "a letter", "place": "page 1", "meeting": None}
AUDIENCES: tuple[tuple[str, ...], ...] = ((), ("interpol",), ("g7-24-7", "interpol"))
LABELS = tuple(product(MARKINGS, AUDIENCES))
PUBLIC_LABEL = ("CLEAR", ())


@dataclass
class World:
    """What is written, in order, and what of it the public must never read.

    Attributes:
        visible: Operations of what the public may see.
        hidden: The others, which refer to the visible ones.
        secrets: Texts that stand in hidden records alone.
        numbers: Telephone numbers of hidden channels, or of hidden versions.
        ids: Ids, slugs and codes to look up, by the plural in an address, hidden ones included.
    """

    visible: list[Operation] = field(default_factory=list)
    hidden: list[Operation] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)


def rid(kind: str, key: object) -> str:
    """The id of a record of the world."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://world.example/{kind}/{key}"))


def number(key: int) -> str:
    """A telephone number of the world."""
    return f"+61 2 5550 {key:04}"


@cache
def certificate(key: int) -> str:
    return str(Tsk.generate(f"Bearer {key} <bearer{key}@world.example>").extract_certificate())


def put(kind: str, key: object, base: int = 0, **document: Any) -> Put:
    return Put(kind, {"source": SOURCE} | document, rid(kind, key), base)


PLURALS = {"attendance": "attendances", "economy": "economies"}


def make_world() -> World:
    """Every kind of record under every label; the first label is the public's."""
    world = World()
    for operation in _frame():
        _add(world, operation)
    for place, (marking, audience) in enumerate(LABELS):
        label = {"marking": marking, "audience": list(audience)}
        is_visible = (marking, audience) == PUBLIC_LABEL
        for operation in _labelled(place, label):
            _add(world, operation, secret=None if is_visible else f"veiled{place:02}")
        if not is_visible:
            world.secrets.append(f"veiled{place:02}")
            world.numbers += [number(100 + place), number(200 + place)]
    _add_pasts(world)
    return world


def write(database: Database, operations: Sequence[Operation]) -> None:
    """Write operations, a second revision of a record in a change set of its own."""
    with database.writing() as connection:
        while operations:
            chosen: dict[str, Operation] = {}
            for operation in operations:
                chosen.setdefault(str(operation.id), operation)
            prepared = prepare(
                KINDS, list(chosen.values()), actor=ACTOR, origin="edit", reason="a world"
            )
            apply(connection, KINDS, prepared, writer=None, at=NOW)
            operations = [o for o in operations if chosen[str(o.id)] is not o]


def whole_world() -> tuple[str, Furnish]:
    """What ``fresh_furnished`` takes to make a database in which the whole world is."""

    def furnish(url: str) -> None:
        world, database = make_world(), Database(url)
        write(database, world.visible + world.hidden)
        database.dispose()

    return "world", furnish


def _add(world: World, operation: Put, secret: str | None = None) -> None:
    (world.visible if secret is None else world.hidden).append(operation)
    names = world.ids.setdefault(PLURALS.get(operation.kind, f"{operation.kind}s"), [])
    for name in (operation.id, operation.document.get("slug"), operation.document.get("code")):
        if name is not None and name not in names:
            names.append(name)


def _frame() -> Iterator[Put]:
    """Public records to which the labelled ones refer."""
    for place, (code, name) in enumerate((("AU", "Australia"), ("JP", "Japan"))):
        zone = {"AU": "Australia/Sydney", "JP": "Asia/Tokyo"}[code]
        yield put("economy", code, code=code, name={"en": name}, apec_order=place + 1, zones=[zone])
    for slug in ("interpol", "g7-24-7"):
        yield put(
            "network", slug, slug=slug, name={"en": slug}, network_kind="membership",
            state="operating",
        )  # fmt: skip
    yield put("membership", "AU", economy="AU", network="g7-24-7", status="member",
              known_on="2026-01-01")  # fmt: skip
    yield put("meeting", "public", slug="public-meeting", name={"en": "Public meeting"},
              state="held", from_date="2026-01-05", until_date="2026-01-05")  # fmt: skip
    yield put("organisation", "public", slug="public-police", name={"en": "Public police"},
              organisation_type="law_enforcement", sector="public", economy="AU",
              owner="AU")  # fmt: skip
    # Two desks: parts under every label hang on the first, checks under every label on the
    # second, because a desk whose checks are narrower than its channels is answered another way.
    for key in ("public", "checked"):
        yield put("contact", key, title={"en": f"{key.capitalize()} desk"},
                  organisation=rid("organisation", "public"), economy="AU",
                  networks=["g7-24-7"], languages=["en-AU"], duty_hours="24/7",
                  zone="Australia/Sydney", owner="AU")  # fmt: skip
    yield put("channel", "public", contact=rid("contact", "public"), medium="telephone",
              raw=number(1), owner="AU")  # fmt: skip
    yield put("check", "public", channel=rid("channel", "public"), outcome="answered",
              checked_at="2026-11-01T00:00:00Z", method="test_call", owner="AU")  # fmt: skip
    yield put("channel", "checked", contact=rid("contact", "checked"), medium="telephone",
              raw=number(2), owner="AU")  # fmt: skip


def _labelled(place: int, label: dict[str, Any]) -> Iterator[Put]:
    """One record of each kind under a label, alone and as part of something public."""
    word = "shown" if place == 0 else f"veiled{place:02}"
    text = {"en": f"Name {word}"}
    of_economy = {"owner": "AU"} | label
    yield put("economy", word, code=f"X{chr(65 + place)}", name=text, **label)
    yield put("network", word, slug=f"net-{word}", name=text, network_kind="membership",
              state="operating", **label)  # fmt: skip
    yield put("membership", word, economy="JP", network="g7-24-7", status="member",
              from_date=f"{2000 + place}-01-01", until_date=f"{2001 + place}-01-01",
              known_on="2026-01-01", note=text, **label)  # fmt: skip
    yield put("membership", f"own {word}", economy="AU", network=f"net-{word}", status="member",
              known_on="2026-01-01", **label)  # fmt: skip
    yield put("statement", word, economy="JP", topic=f"topic-{word}", text=text,
              said_on="2026-01-01", said_by=f"speaker {word}", **label)  # fmt: skip
    yield put("meeting", word, slug=f"meeting-{word}", name=text, state="held",
              from_date="2026-01-06", until_date="2026-01-06", **label)  # fmt: skip
    yield put("attendance", word, meeting="public-meeting", economy="JP", name=text,
              capacity={"en": "delegate"}, **label)  # fmt: skip
    yield put("outcome", word, meeting="public-meeting", number=f"A{place}", type="decision",
              text=text, state="agreed", **label)  # fmt: skip
    yield put("organisation", word, slug=f"org-{word}", name=text, economy="AU",
              organisation_type="law_enforcement", sector="public", **of_economy)  # fmt: skip
    yield put("contact", word, title=text, organisation=rid("organisation", word), economy="AU",
              networks=["interpol"], functions={"preservation": "yes"}, languages=["fr"],
              duty_hours="24/7", zone="Australia/Sydney", **of_economy)  # fmt: skip
    for key, contact in ((100 + place, word), (200 + place, "public")):
        desk = rid("contact", contact)
        yield put("channel", key, contact=desk, medium="telephone", raw=number(key),
                  position=2, **of_economy)  # fmt: skip
        yield put("channel", f"mail {key}", contact=desk, medium="e-mail",
                  raw=f"{word}.{key}@world.example", position=3, **of_economy)  # fmt: skip
        yield put("holder", key, contact=desk, name={"en": f"Holder {word}"}, **of_economy)
        yield put("key", key, contact=desk, armored=certificate(key), **of_economy)
    yield put("check", word, channel=rid("channel", "checked"), outcome="answered",
              checked_at=f"2026-11-{place + 1:02}T00:00:00Z", method="test_call",
              **of_economy)  # fmt: skip


def _add_pasts(world: World) -> None:
    """A channel that was public and is hidden now, and one that was hidden and is public now."""
    desk: dict[str, Any] = {
        "contact": rid("contact", "public"),
        "medium": "telephone",
        "owner": "AU",
    }
    world.hidden += [
        put("channel", "withdrawn", raw=number(300), position=8, **desk),
        put("channel", "withdrawn", 1, raw=number(301), position=8, marking="AMBER", **desk),
        put("channel", "opened", raw=number(302), position=9, marking="AMBER", **desk),
        put("channel", "opened", 1, raw=number(303), position=9, **desk),
    ]
    world.numbers += [number(300), number(301), number(302)]
    world.ids["channels"] += [rid("channel", "withdrawn"), rid("channel", "opened")]


def public_pasts() -> list[Operation]:
    """What the public sees of the channels with a past, with the same revisions."""
    desk: dict[str, Any] = {
        "contact": rid("contact", "public"),
        "medium": "telephone",
        "owner": "AU",
    }
    return [
        put("channel", "opened", raw=number(303), position=9, purpose="office", **desk),
        put("channel", "opened", 1, raw=number(303), position=9, **desk),
    ]
