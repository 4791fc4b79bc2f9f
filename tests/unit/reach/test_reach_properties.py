"""What holds of every answer, on directories nobody wrote by hand."""

from __future__ import annotations

import ast
import dataclasses
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import reach as reach_package
from directory.documents import Document
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.answer import Reach, reach
from directory.reach.rules.validity import valid_until
from directory.reach.text import MOST_LINES, WIDTH, card, columns
from tests.unit.reach.world import by_economy, channel, desk, economy, membership, network

ECONOMIES = {
    "JP": economy("JP", "Japan", "ja-JP"),
    "MY": economy("MY", "Malaysia", "ms-MY", "en-MY"),
    "US": economy("US", "The United States", "en-US"),
}
CODES = sorted(ECONOMIES)
ZONES = {"JP": "Asia/Tokyo", "MY": "Asia/Kuala_Lumpur", "US": "America/New_York"}
SLUGS = ["agreement", "alpha", "beta", "future", "jp-posts", "us-posts"]
FUNCTIONS = ["preservation", "mla_liaison"]
DATES = ["2011-09-24", "2012-11-01", "2025-12-01", "2026-11-19"]

hours = st.sampled_from([None, "24/7", "Mo-Fr 09:00-17:00", "Sa 10:00-12:00; PH off", "off"])
examples = settings(max_examples=60)
instants = st.datetimes(datetime(2011, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy wants bounds without a zone
questions = st.builds(
    Question,
    to=st.sampled_from(CODES),
    origin=st.sampled_from([None, *CODES]),
    function=st.sampled_from([None, *FUNCTIONS]),
    language=st.sampled_from([None, "en", "ja", "zh-Hant"]),
    at=instants,
)


@dataclasses.dataclass(frozen=True)
class World:
    """Everything an answer is worked out from."""

    directory: Directory
    desks: list[Desk]
    question: Question

    def answer(self, question: Question | None = None) -> Reach:
        asked = question or self.question
        return reach(
            asked,
            self.directory,
            [d for d in self.desks if d.contact["economy"] == asked.to],
            [d for d in self.desks if d.contact["economy"] == asked.origin],
        )


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Document]:
    served = st.lists(st.sampled_from(FUNCTIONS), unique=True)
    state = st.sampled_from(["operating", "operating", "operating", "planned", "ended"])
    return {
        slug: network(slug, slug.title(), kind, economy=sender, functions=draw(served), state=held)
        for slug, kind, sender, held in (
            ("agreement", "bilateral", None, "operating"),
            ("alpha", "membership", None, "operating"),
            ("beta", "association", None, draw(state)),
            ("future", "membership", None, "planned"),
            ("jp-posts", "attache", "JP", draw(state)),
            ("us-posts", "attache", "US", "operating"),
        )
    }


@st.composite
def channels(draw: st.DrawFn, contact: str) -> list[Document]:
    return [
        channel(
            f"{contact}-{place}",
            draw(st.sampled_from(["telephone", "mobile", "e-mail", "fax", "portal", "messaging"])),
            f"+81 3 0000 {place:04}",
            draw(st.sampled_from(["verified", "stale", "unverified", "failed"])),
            position=draw(st.integers(1, 4)),
            duty_hours=draw(hours),
        )
        for place in range(draw(st.integers(0, 3)))
    ]


@st.composite
def desks(draw: st.DrawFn) -> list[Desk]:
    found = []
    for place in range(draw(st.integers(0, 6))):
        code = draw(st.sampled_from(CODES))
        key = f"desk-{place}"
        posted_in = draw(st.sampled_from([None, *CODES]))
        keys: dict[str, Any] = {
            "posted_in": posted_in,
            "covers": draw(st.lists(st.sampled_from(CODES), unique=True, max_size=2)),
            "networks": draw(st.lists(st.sampled_from([*SLUGS, "gone"]), unique=True, max_size=3)),
            "functions": draw(
                st.dictionaries(st.sampled_from(FUNCTIONS), st.sampled_from(["yes", "no"]))
            ),
            "languages": draw(st.lists(st.sampled_from(["ja", "en", "ms"]), unique=True)),
            "duty_hours": draw(hours),
            "zone": draw(st.sampled_from([None, ZONES[posted_in or code]])),
        }
        sector = draw(st.sampled_from(["public", "public", "private", "international"]))
        found.append(desk(key, code, draw(channels(key)), sector=sector, **keys))
    return found


@st.composite
def memberships(draw: st.DrawFn, contacts: list[Desk]) -> list[Document]:
    """At most two rows for an economy in a network, one after the other."""
    rows = []
    for slug in ("agreement", "alpha", "beta"):
        for code in CODES:
            turn = draw(st.sampled_from([None, *DATES]))
            own = [d.id for d in contacts if d.contact["economy"] == code]
            for begins, ends in ((None, turn), (turn, None)) if turn else ((None, None),):
                status = draw(st.sampled_from(["member", "not_member", "unknown", None]))
                via = draw(st.sampled_from([None, None, *own])) if status == "member" else None
                known_on = draw(st.sampled_from(["2011-09-01", "2024-11-18", "2026-01-31"]))
                if status is not None:
                    rows.append(
                        membership(
                            slug,
                            code,
                            status,
                            from_date=begins,
                            until_date=ends,
                            via=via,
                            known_on=known_on,
                        )
                    )
    return rows


@st.composite
def worlds(draw: st.DrawFn) -> World:
    contacts = draw(desks())
    rows = by_economy(draw(memberships(contacts)))
    return World(Directory(ECONOMIES, draw(networks()), rows), contacts, draw(questions))


def through(answer: Document) -> set[tuple[str | None, str | None]]:
    """What stands open or unknown, by network and contact."""
    return {
        (route["network"], route["contact"] and route["contact"]["id"])
        for route in answer["routes"]
    } | {(item["network"], None) for item in answer["unrecorded"]}


@examples
@given(worlds(), st.sampled_from(["agreement", "alpha", "beta"]), st.sampled_from(CODES))
def test_one_more_member_never_closes_a_route(world: World, slug: str, code: str) -> None:
    before = through(world.answer().document)
    rows = [row for held in world.directory.memberships.values() for row in held]
    more = dataclasses.replace(
        world.directory, memberships=by_economy([*rows, membership(slug, code)])
    )
    after = through(dataclasses.replace(world, directory=more).answer().document)

    assert {pair for pair in before if pair[1] is not None} <= after
    assert {slug for slug, _ in before} <= {slug for slug, _ in after}


@examples
@given(worlds())
def test_of_two_equal_in_standing_and_function_the_reachable_one_ranks_first(
    world: World,
) -> None:
    last: tuple[bool, int, bool] | None = None
    for route in world.answer().document["routes"]:
        codes = [reason["code"] for reason in route["reasons"]]
        doubtful = "function-unknown" in codes or (
            route["contact"] is None and world.question.function is not None
        )
        place = (route["standing"] != "open", doubtful, route["reachable"] != "now")
        assert last is None or last <= place
        last = place


@examples
@given(worlds())
def test_a_failed_channel_never_makes_a_route_reachable_now(world: World) -> None:
    for route in world.answer().document["routes"]:
        if route["reachable"] == "now":
            assert route["call"]["verification"]["result"] != "failed"
        if route["call"] and route["call"]["verification"]["result"] == "failed":
            assert route["reachable"] == "unknown"
            assert route["opens_at"] is None


@examples
@given(worlds())
def test_failing_every_channel_leaves_nobody_reachable(world: World) -> None:
    failed = [
        dataclasses.replace(
            held,
            channels=[
                {**c, "verification": {**c["verification"], "result": "failed"}}
                for c in held.channels
            ],
        )
        for held in world.desks
    ]
    answer = dataclasses.replace(world, desks=failed).answer().document
    assert all(route["reachable"] == "unknown" for route in answer["routes"])


@examples
@given(worlds())
def test_every_contact_on_a_route_is_one_of_the_economy_asked_for(world: World) -> None:
    for route in world.answer().document["routes"]:
        assert route["contact"] is None or route["contact"]["economy"] == world.question.to
        held = world.directory.networks.get(route["network"])
        if held is not None and held["network_kind"] == "attache":
            assert held["economy"] == world.question.to


@examples
@given(worlds())
def test_ranks_count_from_one_and_open_comes_first(world: World) -> None:
    routes = world.answer().document["routes"]
    assert [route["rank"] for route in routes] == list(range(1, len(routes) + 1))
    standings = [route["standing"] for route in routes]
    assert standings == sorted(standings)
    assert set(standings) <= {"open", "unknown"}


@examples
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_come_in_does_not_matter(
    world: World, order: random.Random
) -> None:
    def shuffled(items: Any) -> list[Any]:
        return order.sample(list(items), len(items))

    directory = Directory(
        dict(shuffled(world.directory.economies.items())),
        dict(shuffled(world.directory.networks.items())),
        {code: shuffled(rows) for code, rows in shuffled(world.directory.memberships.items())},
    )
    contacts = [
        dataclasses.replace(held, channels=shuffled(held.channels))
        for held in shuffled(world.desks)
    ]
    assert World(directory, contacts, world.question).answer().document == world.answer().document


@examples
@given(worlds())
def test_no_desk_of_the_economy_asked_for_vanishes_without_a_word(world: World) -> None:
    answer = world.answer().document
    named = {route["contact"]["id"] for route in answer["routes"] if route["contact"]} | {
        item["contact"]["id"] for item in answer["not_for_this"] if item["contact"]
    }
    accounted = {
        item["network"] for key in ("closed", "not_for_this", "unrecorded") for item in answer[key]
    }
    services = {
        slug for slug, held in world.directory.networks.items() if held["network_kind"] == "attache"
    }
    vias = {row["via"] for rows in world.directory.memberships.values() for row in rows}
    for held in world.desks:
        if held.contact["economy"] != world.question.to or held.id in named | vias:
            continue
        assert held.organisation["sector"] != "private"
        # A post that covers others stands for its service, which other posts may serve.
        assert set(held.contact["networks"]) & (accounted | services)


@examples
@given(worlds(), st.floats(0, 0.999999))
def test_an_answer_holds_until_its_end(world: World, share: float) -> None:
    first = world.answer()
    until = valid_until(first)
    assert timedelta() < until - world.question.at <= timedelta(hours=24)

    later = world.question.at + (until - world.question.at) * share
    second = world.answer(dataclasses.replace(world.question, at=later))
    assert said(second.document) == said(first.document)


def said(answer: Document) -> Document:
    """An answer without the clock."""
    routes = [{k: v for k, v in route.items() if k != "local_time"} for route in answer["routes"]]
    own = [{k: v for k, v in item.items() if k != "local_time"} for item in answer["own_desks"]]
    return {**answer, "at": "", "answer": "", "routes": routes, "own_desks": own}


@examples
@given(worlds())
def test_the_answer_does_not_depend_on_where_the_server_stands(world: World) -> None:
    here = world.answer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        there = world.answer()
        assert (there.document, card(there)) == (here.document, card(here))
    time.tzset()


def test_nothing_in_reach_reads_a_clock() -> None:
    folder = Path(str(reach_package.__file__)).parent
    pure = [folder / "inputs.py", folder / "text.py", *sorted((folder / "rules").glob("*.py"))]
    clocks = {"now", "utcnow", "today", "utc_now", "time_ns", "monotonic", "localtime"}
    assert len(pure) > 8
    for path in pure:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", None))
                assert name not in clocks, f"{path.name} reads {name}"


@examples
@given(worlds())
def test_the_answer_is_two_sentences_and_names_no_code(world: World) -> None:
    answer = world.answer().document["answer"]
    assert answer.endswith(".")
    assert ". " in answer


@examples
@given(worlds(), st.text(max_size=300), st.text(max_size=120))
def test_a_card_fits_whatever_the_directory_holds(world: World, title: str, number: str) -> None:
    contacts = [
        dataclasses.replace(
            held,
            contact={**held.contact, "title": {"en": title}},
            channels=[{**c, "raw": number} for c in held.channels],
        )
        for held in world.desks
    ]
    printed = card(dataclasses.replace(world, desks=contacts).answer())
    lines = printed.split("\n")
    assert lines.pop() == ""
    assert len(lines) <= MOST_LINES
    assert max(map(columns, lines)) <= WIDTH
    assert all(line.isprintable() for line in lines)
    assert lines[0] == "TLP:CLEAR"
    assert "Valid until " in lines[2]
