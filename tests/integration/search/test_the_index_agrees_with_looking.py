"""On either database a search finds what reading every record would find, and nothing else."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select

from directory.changes.operations import Put
from directory.contacts.models import channels, contacts, holders, organisations
from directory.contacts.search import search
from directory.names import contains, query_grams
from directory.policy import PUBLIC, Label, Viewer, may_see
from tests.integration.changes.world import SOURCE, economy, network, write
from tests.integration.search.desks import EDITOR, OUTSIDER, PARTNER

GIVEN = ["José", "Margarethe", "Tai-man", "小明", "志偉", "민수", "Иван", "สมชาย", "タロウ", "An"]
FAMILY = ["Ñáñez", "Szymanski", "Chan", "王", "司徒", "김", "Петров", "ใจดี", "山田", "O'Brien"]
WORK = ["Cyber crime", "網絡安全", "Duty", "資訊科技罪案", "Liaison", "24/7"]
QUERIES = [
    *GIVEN,
    *FAMILY,
    "an",
    "a",
    "c",
    "tai chan",
    "chan tai",
    "安全",
    "技罪",
    "科技罪案",
    "資訊安全",
    "志偉 司徒",
    "wang",
    "wangxiao",
    "ivan petrov",
    "cyb",
    "пет",
    "cyber",
    "crime duty",
    "cyber 網絡安全",
    "24",
    "desk7",
    "desk",
    "example",
    "nothing of the kind",
]


@dataclass(frozen=True)
class Named:
    label: Label
    desk: str
    names: tuple[str, ...]


@pytest.fixture
def crowd(connection: Connection) -> Connection:
    """A directory of generated desks, people and addresses under all kinds of labels."""
    write(connection, economy("AU"), economy("TW"), network("interpol"))
    write(connection, *_generated(random.Random(11)))  # noqa: S311 - repeatable
    return connection


def _generated(chance: random.Random) -> Iterator[Put]:
    def put(kind: str, label: dict[str, Any], **fields: Any) -> Put:
        rid = f"{chance.getrandbits(32):08x}-0000-4000-8000-{chance.getrandbits(48):012x}"
        return Put(kind, {"owner": "AU", "source": SOURCE} | label | fields, rid)

    body = put(
        "organisation",
        {},
        economy="AU",
        slug="constabulary",
        name={"en": "Constabulary", "zh-Hant": "警察局"},
        organisation_type="law_enforcement",
        sector="public",
    )
    yield body
    for number in range(80):
        label = {"marking": chance.choice(["CLEAR", "CLEAR", "AMBER"])}
        title = {
            "en": f"{chance.choice(WORK)} {chance.choice(WORK)}",
            "zh-Hant": chance.choice(WORK),
        }
        desk = put("contact", label, economy="AU", title=title, organisation=body.id)
        yield desk
        for _ in range(2):
            kept: dict[str, Any] = chance.choice(
                [label, {"marking": "RED"}, {**label, "audience": ["interpol"]}]
            )
            name = f"{chance.choice(FAMILY)}{chance.choice([' ', ''])}{chance.choice(GIVEN)}"
            yield put("holder", kept, contact=desk.id, name={"en": name})
        raw = f"desk{number % 10}@{chance.choice(['duty', 'cyber'])}.example"
        yield put("channel", label, contact=desk.id, medium="e-mail", raw=raw)


def _named(connection: Connection) -> Iterator[Named]:
    for table in (organisations, contacts, holders, channels):
        for (text,) in connection.execute(select(table.c.document)):
            document = orjson.loads(text)
            match document["kind"]:
                case "channel":
                    names = [document["raw"]]
                case "contact":
                    names = list(document["title"].values())
                case "organisation":
                    names = [*document["name"].values(), document["slug"]]
                case _:
                    names = list(document["name"].values())
            desk = document.get("contact", document["id"])
            yield Named(Label.of(document), desk, tuple(names))


def _holds(named: Named, q: str) -> bool:
    """Whether the names of a record, taken together, hold all of a query."""
    return contains(" | ".join(named.names), q)


@pytest.mark.parametrize("viewer", [PUBLIC, OUTSIDER, PARTNER, EDITOR])
def test_a_search_finds_what_looking_at_every_record_finds(
    crowd: Connection, viewer: Viewer
) -> None:
    everything = list(_named(crowd))
    for q in QUERIES:
        found = search(crowd, viewer, q, limit=1000, correct=False)
        desks = [hit.contact or hit.id for hit in found.hits]
        expected = {
            named.desk for named in everything if may_see(viewer, named.label) and _holds(named, q)
        }
        missing = expected - set(desks)
        assert set(desks) <= expected, q
        assert len(desks) == len(set(desks)), q
        # Reading allows every word to be only begun; the index allows it of the last.
        assert not missing or len(query_grams(q).complete) > 0, (q, missing)


def test_the_order_is_the_same_at_every_asking(crowd: Connection) -> None:
    for q in QUERIES:
        first = search(crowd, PARTNER, q, limit=50)
        assert search(crowd, PARTNER, q, limit=50) == first
        assert search(crowd, PARTNER, q, limit=7).hits == first.hits[:7]
