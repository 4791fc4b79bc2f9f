"""A meeting from its plan to what the next delegate reads of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from directory.changes.models import proposed_change_sets
from directory.changes.operations import Put, prepare
from directory.changes.proposals import Proposed, apply_or_propose
from directory.changes.rights import author
from directory.clock import utc_now
from directory.policy import Role, Tlp, Viewer
from directory.registry import KINDS
from tests.api.editors import (
    GUARDED,
    GUARDED_LINE,
    PLAIN,
    PLAIN_LINE,
    Editors,
    channel,
    editors_in,
    furnish,
)
from tests.api.service import Service
from tests.api.world import SOURCE, put, rid, write
from tests.databases import MakeFurnished

GROUP, EXPERTS = rid("organisation", "group"), rid("organisation", "experts")


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    body: dict[str, Any] = {"organisation_type": "group", "sector": "international"}
    records = [
        put("organisation", "group", slug="group", name={"en": "A group"}, **body),
        put(
            "organisation", "experts", slug="experts", name={"en": "Experts"}, parent=GROUP, **body
        ),
    ]
    write(editors.service.database, records)
    yield editors
    editors.service.dispose()


def meeting(slug: str, day: str | None, body: str | None = EXPERTS, **more: Any) -> Put:
    return put("meeting", slug, slug=slug, name={"en": slug}, body=body, state="held",
               from_date=day, until_date=day, **more)  # fmt: skip


def outcome(key: str, of: str, number: str, **more: Any) -> Put:
    return put("outcome", key, **({"meeting": of, "number": number, "type": "question",
               "text": {"en": f"Question {key}?"}, "state": "open"} | more))  # fmt: skip


def attendance(key: str, of: str, economy: str | None, name: str, **more: Any) -> Put:
    return put("attendance", key, meeting=of, economy=economy, name={"en": name},
               capacity={"en": "delegate"}, **more)  # fmt: skip


def stand(editors: Editors, *operations: Put) -> None:
    write(editors.service.database, operations)


def test_a_whole_meeting_over_http(editors: Editors) -> None:
    def add(path: str, **document: Any) -> Any:
        body = {"marking": "CLEAR", "source": SOURCE} | document
        made = editors.ask("coordinator", "POST", path, body)
        assert made.status_code == 201, made.text
        return made.get_json()

    add("/meetings", slug="tel46", name={"en": "TEL46"}, body=GROUP, state="planned")
    refused = editors.ask("editor", "POST", "/attendances", {
        "meeting": "tel46", "capacity": {"en": "delegate"}, "marking": "CLEAR", "source": SOURCE,
    })  # fmt: skip
    assert refused.status_code == 403
    days = {"from_date": "2026-10-01", "until_date": "2026-10-03", "state": "held"}
    held = editors.change("coordinator", "/meetings/tel46", **days, city={"en": "Da Nang"})
    assert held.status_code == 200, held.text
    add("/attendances", meeting="tel46", economy="AU", name={"en": "Sam Reed"},
        capacity={"en": "delegate"})  # fmt: skip
    question = add("/outcomes", meeting="tel46", number="Q1", type="question", raised_by="JP",
                   text={"en": "Who keeps the list?"}, state="open")  # fmt: skip
    add("/outcomes", meeting="tel46", number="D1", type="decision", state="done",
        text={"en": "The list is kept."})  # fmt: skip
    told = editors.get("reader", "/meetings/tel46")
    assert [each["number"] for each in told["outcomes"]] == ["D1", "Q1"]
    assert [each["number"] for each in told["open"]] == ["Q1"]
    assert [each["economy"] for each in told["represented"]] == ["AU"]
    answered = editors.change(
        "coordinator", f"/outcomes/{question['id']}", state="answered",
        answer={"en": "The coordinators do."},
    )  # fmt: skip
    assert answered.status_code == 200
    after = editors.get("reader", "/meetings/tel46")
    assert after["open"] == []
    assert [each["state"] for each in after["outcomes"]] == ["done", "answered"]


def test_a_meeting_is_amended_from_what_was_read_of_it(editors: Editors) -> None:
    stand(editors, meeting("tel46", None))
    read = editors.ask("coordinator", "GET", "/meetings/tel46")
    document = read.get_json()
    added = ("attendances", "outcomes", "open", "change_sets", "represented", "handovers")
    for name in ("id", "kind", "revision", "version", "retired_at", *added):
        document.pop(name)
    document["city"] = {"en": "Da Nang"}
    done = editors.ask(
        "coordinator", "PUT", "/meetings/tel46", document, If_Match=read.headers["ETag"]
    )
    assert (done.status_code, done.get_json()["city"]) == (200, {"en": "Da Nang"})


def open_at(editors: Editors, slug: str, who: str = "reader") -> list[str]:
    return [each["number"] for each in editors.get(who, f"/meetings/{slug}")["open"]]


def test_what_earlier_meetings_left_open_is_still_open(editors: Editors) -> None:
    stand(
        editors,
        meeting("experts-1", "2011-09-24"),
        meeting("tel44", "2011-09-22", GROUP),
        meeting("experts-2", "2012-05-01"),
        meeting("elsewhere", "2011-01-01", None),
    )
    stand(
        editors,
        outcome("brunei", "experts-1", "Q1", raised_by="AU"),
        outcome("answered", "experts-1", "Q2", state="answered"),
        outcome("agreed", "experts-1", "A5", type="action", state="agreed"),
        outcome("settled", "experts-1", "D1", type="decision", state="agreed"),
        outcome("of the group", "tel44", "Q3"),
        outcome("later", "experts-2", "Q4"),
        outcome("put off", "elsewhere", "Q5", due_meeting="experts-2"),
        outcome("of others", "elsewhere", "Q6"),
        outcome("hidden", "experts-1", "Q7", marking="RED"),
    )
    assert open_at(editors, "experts-1") == ["A5", "Q1"]
    # The group's own meeting does not concern its experts; theirs concern the group.
    assert open_at(editors, "experts-2") == ["Q5", "A5", "Q1", "Q4"]
    stand(editors, meeting("tel45", None, GROUP))
    assert open_at(editors, "tel45") == ["Q3", "A5", "Q1", "Q4"]
    # Of two meetings without a date neither is the earlier one.
    stand(editors, meeting("tel46", None, GROUP), outcome("of 45", "tel45", "Q8"))
    assert open_at(editors, "tel46") == ["Q3", "A5", "Q1", "Q4"]


def test_who_represented_each_economy_last_time(editors: Editors) -> None:
    stand(
        editors,
        meeting("one", "2024-01-01"),
        meeting("two", "2025-01-01"),
        meeting("three", "2026-01-01"),
        attendance("a", "one", "AU", "Sam Reed"),
        attendance("b", "one", "JP", "Jun Mori"),
        attendance("c", "two", "AU", "Kim Lane"),
        attendance("d", "two", "JP", "Hidden", marking="AMBER"),
        attendance("e", "three", "JP", "Rei Oda"),
        attendance("f", "two", None, "A convenor"),
    )

    def named(who: str) -> list[tuple[str, list[str], list[str]]]:
        return [
            (each["economy"], *([a["name"]["en"] for a in each[n]] for n in ("before", "here")))
            for each in editors.get(who, "/meetings/three")["represented"]
        ]

    editors.employ("public reader", Role.READER, clearance=Tlp.GREEN)
    assert named("public reader") == [("AU", ["Kim Lane"], []), ("JP", ["Jun Mori"], ["Rei Oda"])]
    assert named("chief") == [("AU", ["Kim Lane"], []), ("JP", ["Hidden"], ["Rei Oda"])]


def test_a_meeting_that_was_called_off_brought_nobody_together(editors: Editors) -> None:
    stand(
        editors,
        meeting("one", "2025-01-01"),
        put("meeting", "two", slug="two", name={"en": "two"}, body=EXPERTS, state="cancelled",
            from_date="2025-06-01", until_date="2025-06-01"),
        meeting("three", "2026-01-01"),
        attendance("a", "one", "AU", "Sam Reed"),
        attendance("b", "two", "AU", "Kim Lane"),
        outcome("asked", "two", "Q1"),
        holder("came", "Lee Ash", "2025-03-01", None),
    )  # fmt: skip
    told = editors.get("reader", "/meetings/three")
    assert [each["incoming"] for each in told["handovers"]] == [{"en": "Lee Ash"}]
    (represented,) = told["represented"]
    assert [each["name"]["en"] for each in represented["before"]] == ["Sam Reed"]
    assert [each["number"] for each in told["open"]] == ["Q1"]


def holder(key: str, name: str, begins: str | None, ends: str | None, **more: Any) -> Put:
    return put("holder", key, **({"contact": PLAIN, "name": {"en": name}, "from_date": begins,
               "until_date": ends, "owner": "AU", "marking": "GREEN"} | more))  # fmt: skip


def test_who_hands_over_to_whom(editors: Editors) -> None:
    stand(
        editors,
        meeting("zero", "2024-01-01"),
        meeting("one", "2025-01-01"),
        meeting("two", "2026-01-01"),
        holder("first", "Sam Reed", "2020-01-01", "2024-06-01"),
        holder("second", "Kim Lane", "2024-06-01", "2025-06-01"),
        holder("third", "Lee Ash", "2025-06-01", None,
               handover={"outgoing": "Kim Lane", "incoming": "Lee Ash", "accompanied": True}),
        holder("alone", "Max Hill", None, "2025-07-01", contact=GUARDED),
        holder("hidden", "Nobody", "2025-08-01", None, contact=GUARDED, marking="RED"),
    )  # fmt: skip

    def told(slug: str, who: str = "reader") -> set[tuple[Any, ...]]:
        found = editors.get(who, f"/meetings/{slug}")["handovers"]
        return {
            (each["on"], *((each[n] or {}).get("en") for n in ("outgoing", "incoming")),
             each["accompanied"])
            for each in found
        }  # fmt: skip

    since = {("2025-06-01", "Kim Lane", "Lee Ash", True), ("2025-07-01", "Max Hill", None, None)}
    assert told("two") == since
    assert ("2025-08-01", "Max Hill", "Nobody", None) in told("two", "chief")
    assert told("zero") == set()
    assert told("one") == {("2024-06-01", "Sam Reed", "Kim Lane", None)}
    stand(editors, meeting("three", "2027-01-01"))
    assert told("three") == set()
    (item,) = editors.get("reader", "/meetings/one")["handovers"]
    assert {record["kind"] for record in item["records"]} == {"contact", "holder"}


def test_nobody_follows_themselves(editors: Editors) -> None:
    """Both who went and who came may have the same handover on record."""
    said = {"outgoing": "KIM Lane", "incoming": "Lee Ash", "accompanied": True}
    stand(
        editors,
        meeting("one", "2025-01-01"),
        meeting("two", "2026-01-01"),
        holder("second", "Kim Lane", "2025-02-01", "2025-06-01", handover=said),
        holder("third", "Lee Ash", "2025-06-01", None, handover=said),
        holder("alone", "Max Hill", "2025-03-01", "2025-07-01", contact=GUARDED,
               handover={"outgoing": None, "incoming": "Max Hill", "accompanied": False}),
    )  # fmt: skip
    found = editors.get("reader", "/meetings/two")["handovers"]
    told = {
        (each["on"], *((each[n] or {}).get("en") for n in ("outgoing", "incoming")),
         each["accompanied"])
        for each in found
    }  # fmt: skip
    assert told == {
        ("2025-02-01", None, "Kim Lane", None),
        ("2025-06-01", "Kim Lane", "Lee Ash", True),
        ("2025-03-01", None, "Max Hill", False),
        ("2025-07-01", "Max Hill", None, None),
    }


def test_a_handover_without_a_day_counts_where_it_was_told(editors: Editors) -> None:
    stand(editors, meeting("one", "2025-01-01"), meeting("two", "2026-01-01"))
    said = {"outgoing": "Sam Reed", "incoming": None, "accompanied": False}
    source = {"document": "a list", "place": None, "meeting": "one"}
    stand(editors, holder("told", "Kim Lane", None, None, handover=said, source=source))
    (item,) = editors.get("reader", "/meetings/one")["handovers"]
    assert (item["outgoing"], item["incoming"]) == ({"und": "Sam Reed"}, {"en": "Kim Lane"})
    assert editors.get("reader", "/meetings/two")["handovers"] == []
    left = {"outgoing": "Max Hill", "incoming": "Lee Ash", "accompanied": False}
    source = source | {"meeting": "two"}
    stand(editors, holder("left", "Max Hill", None, None, handover=left, source=source))
    (item,) = editors.get("reader", "/meetings/two")["handovers"]
    assert (item["outgoing"], item["incoming"]) == ({"en": "Max Hill"}, {"und": "Lee Ash"})


def test_the_change_sets_that_came_of_it(editors: Editors) -> None:
    stand(editors, meeting("one", "2025-01-01"), meeting("two", "2026-01-01"))
    red = Viewer(None, frozenset(), Tlp.RED, frozenset({"AU"}))

    def came(reason: str, *operations: Put) -> str:
        given = list(operations)
        prepared = prepare(KINDS, given, actor=editors.accounts["editor"], origin="list",
                           reason=reason, meeting="one")  # fmt: skip
        with editors.service.database.writing() as connection:
            done = apply_or_propose(
                connection, KINDS, prepared, given, writer=author(red), at=utc_now()
            )
        assert isinstance(done, Proposed) is (reason == "waits")
        return done.change_set

    line: dict[str, Any] = channel(PLAIN, raw="+61 2 5550 0155")
    applied = came("applied", Put("channel", line), Put("channel", line | {"marking": "RED"}))
    came("public", Put("channel", line | {"marking": "CLEAR"}))
    came("hidden", Put("channel", line | {"marking": "RED"}))
    guarded = channel(GUARDED, raw="+61 2 5550 0166")
    waits = came("waits", Put("channel", guarded, GUARDED_LINE, 1))
    rejected = came("waits", Put("channel", guarded, GUARDED_LINE, 1))
    with editors.service.database.writing() as connection:
        connection.execute(
            proposed_change_sets.update()
            .where(proposed_change_sets.c.id == rejected)
            .values(state="rejected")
        )

    def told(who: str | None, slug: str = "one") -> list[tuple[str, str, int]]:
        found = editors.get(who, f"/meetings/{slug}")["change_sets"]
        return [(each["id"], each["state"], each["operations"]) for each in found]

    assert [each for each in told("reader") if each[0] in {waits, applied}] == [
        (waits, "proposed", 1), (applied, "applied", 1),
    ]  # fmt: skip
    assert [(state, seen) for _, state, seen in told("chief")] == [
        ("proposed", 1), ("applied", 1), ("applied", 1), ("applied", 2),
    ]  # fmt: skip
    # Why something was written, and what waits, is told to accounts alone.
    assert editors.get(None, "/meetings/one")["slug"] == "one"
    assert told(None) == []
    card = editors.ask(None, "GET", "/meetings/one", Accept="text/plain").text
    assert "none that you may see" in card
    assert told("reader", "two") == []
    assert editors.change("coordinator", f"/channels/{PLAIN_LINE}", position=2).status_code == 403


def test_the_statements_do_not_grow_with_the_meeting(editors: Editors) -> None:
    stand(editors, meeting("one", "2025-01-01"), meeting("two", "2026-01-01"))
    seen: list[str] = []
    engines = editors.service.database.engines

    def asked() -> int:
        seen.clear()
        editors.get("reader", "/meetings/two")
        return len(seen)

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    stand(editors, attendance("0", "one", "AU", "Somebody"), outcome("0", "one", "Q1"))
    asked()
    before = asked()
    stand(
        editors,
        *(meeting(f"m-{n}", f"2025-03-{n:02}") for n in range(1, 9)),
        *(attendance(str(n), "one", "JP", "Somebody") for n in range(1, 9)),
        *(outcome(str(n), f"m-{n}", f"Q{n}") for n in range(1, 9)),
        *(holder(str(n), "Somebody", f"2025-02-{n:02}", None) for n in range(1, 9)),
    )
    asked()
    assert asked() == before


def test_the_real_question_of_2011_is_still_open(real: Service) -> None:
    told = real.get("/meetings/tel45")
    raised = {(each["number"], each["raised_by"], each["meeting"]) for each in told["open"]}
    assert ("Q1", "BN", "apec-cybercrime-experts-1") in raised
    assert ("A1", "BN", "apec-cybercrime-experts-1") in raised
    assert "TW" in {each["economy"] for each in told["represented"]}


@pytest.mark.parametrize("slug", ["tel43", "tel45", "apec-cybercrime-experts-1"])
def test_the_card_fits_on_a_page(demo: Service, slug: str) -> None:
    answer = demo.ask(f"/meetings/{slug}", accept="text/plain")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0].startswith("TLP:")
    assert len(lines) <= 60
    assert all(len(line) <= 100 for line in lines)


def test_the_card_says_what_is_open_and_under_which_marking(editors: Editors) -> None:
    stand(
        editors,
        meeting("one", "2025-01-01"),
        meeting("two", None),
        *(outcome(f"{n:02}", "one", f"Q{n}", raised_by="AU") for n in range(60)),
        outcome("asked", "two", "A1", marking="AMBER", type="action"),
    )
    printed = editors.ask("editor", "GET", "/meetings/two", Accept="text/plain").text
    lines = printed.splitlines()
    assert len(lines) <= 60
    assert "Still open (61)" in lines
    assert any(line.strip().startswith("… and ") for line in lines)
    assert "Q0 question, raised by Australia: Question 00?" in printed
    # The one marked AMBER did not fit.
    assert (lines[0], "A1 action" in printed) == ("TLP:CLEAR", False)
    stand(editors, attendance("x", "two", "AU", "Sam Reed", marking="AMBER"))
    printed = editors.ask("editor", "GET", "/meetings/two", Accept="text/plain").text
    assert printed.startswith("TLP:AMBER\n")
    assert "Australia: here Sam Reed" in printed


def test_the_card_says_who_is_to_do_what_and_what_was_answered(editors: Editors) -> None:
    stand(
        editors,
        meeting("one", "2025-01-01"),
        outcome("a", "one", "A1", type="action", raised_by="AU", responsible=["JP", "everybody"]),
        outcome("q", "one", "Q1", state="answered", answer={"en": "Yes, it is."}),
        outcome("d", "one", "A2", type="action", state="done"),
    )
    printed = editors.ask(None, "GET", "/meetings/one", Accept="text/plain").text
    open_, decided = printed.split("Decided, answered and done (2)")
    assert "A1 action for Japan, everybody, raised by Australia" in open_
    assert "Q1 question (answered)" in decided
    assert "Answer: Yes, it is." in decided
    assert "A2 action (done)" in decided


def test_a_meeting_that_is_hidden_is_not_there(editors: Editors) -> None:
    stand(editors, meeting("secret", "2025-01-01", marking="RED"))
    hidden = editors.ask("reader", "GET", "/meetings/secret")
    unknown = editors.ask("reader", "GET", "/meetings/unknown")
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert (
        hidden.get_json()["detail"].replace("secret", "unknown") == (unknown.get_json()["detail"])
    )
