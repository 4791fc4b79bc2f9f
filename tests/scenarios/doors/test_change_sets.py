"""Nobody learns from change sets: from what the log says of them, or by proposing some."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.changes.models import change_sets
from directory.registry import KINDS
from tests.api.service import API, Service
from tests.api.world import PLURALS
from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.routes import UNKNOWN
from tests.scenarios.doors.test_writing import (
    PASSING,
    UNKNOWN_NAMES,
    WRITERS,
    Writer,
    _named,
    _with,
    none_learned,
    writers,
    writes_of,
)
from tests.scenarios.doors.walk import Walk, told

__all__ = ["writers"]
CHANGE_SETS = f"{API}/change-sets"
READERS = ("reader cleared for AMBER", "editor of JP cleared for RED", "coordinator", "operator")


def test_the_log_tells_of_no_version_that_its_reader_may_not_see(house: House) -> None:
    with house.whole.database.reading() as connection:
        ids = connection.scalars(select(change_sets.c.id)).all()
    leaks, shown = [], 0
    for turn, name in enumerate(READERS):
        walk = Walk(house.records, house.person(name), turn, house.whole, None)
        client = house.whole.app.test_client()
        for rid in ids:
            response = client.get(f"{CHANGE_SETS}/{rid}", headers=walk.person.headers)
            walk.look_at(f"{CHANGE_SETS}/{rid}", response)
            if response.status_code == 200:
                operations = response.get_json()["operations"]
                shown += len(operations)
                assert [each["n"] for each in operations] == list(range(len(operations)))
        leaks += walk.leaks
    if leaks:
        pytest.fail(told(leaks))
    assert shown > 300


def proposal(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "a list", "operations": list(operations)}


def test_who_proposes_for_a_hidden_record_proposes_for_none(writers: list[Writer]) -> None:
    tried = 0
    for writer in writers[:4]:
        for kind in KINDS:
            for key in writer.hidden(kind.name):
                for op in ("put", "retire"):
                    bodies = []
                    for rid in (key, UNKNOWN):
                        operation: dict[str, Any] = {
                            "op": op,
                            "kind": kind.name,
                            "id": rid,
                            "base_revision": 1,
                        }
                        if op == "put":
                            operation["document"] = writer.document(key)
                        bodies.append(proposal(operation))
                    writer.must_not_tell_apart(
                        "POST", (CHANGE_SETS, bodies[0]), (CHANGE_SETS, bodies[1]), (key, UNKNOWN)
                    )
                    tried += 1
    none_learned(writers)
    assert tried > 60


def test_a_reference_to_a_hidden_record_is_proposed_as_one_to_nothing(
    writers: list[Writer],
) -> None:
    tried = 0
    for writer in writers[:4]:
        for kind in KINDS:
            for _, document in list(writer.own(kind))[:1]:
                if kind.unique is not None:
                    document[kind.unique] = "ZZ" if kind.unique == "code" else "fresh-name"
                for reference in KINDS.references_of(kind):
                    for target in writer.hidden(reference.target)[:1]:
                        name = _named(reference.target, target, reference, writer)
                        unknown = UNKNOWN_NAMES[reference.key]
                        bodies = [
                            proposal({"op": "put", "kind": kind.name,
                                      "document": _with(document, reference, each)})
                            for each in (name, unknown)
                        ]  # fmt: skip
                        writer.must_not_tell_apart(
                            "POST", (CHANGE_SETS, bodies[0]), (CHANGE_SETS, bodies[1]),
                            (name, unknown),
                        )  # fmt: skip
                        tried += 1
    none_learned(writers)
    assert tried > 40


def operation_of(method: str, path: str, body: Any) -> dict[str, Any]:
    """A single write as an operation of a change set."""
    plural, _, rid = path.removeprefix(f"{API}/").partition("/")
    name = next(k.name for k in KINDS if PLURALS.get(k.name, f"{k.name}s") == plural)
    operation: dict[str, Any] = {"op": "retire" if method == "DELETE" else "put", "kind": name}
    if rid:
        operation |= {"id": rid, "base_revision": 1}
    if body is not None:
        operation["document"] = body
    return operation


def decided(writer: Writer, service: Service, body: Any) -> list[TestResponse]:
    """Propose, approve and apply, as far as that goes."""
    answers = [writer.write(service, "POST", CHANGE_SETS, body)]
    if answers[0].status_code == 201:
        where = answers[0].headers["Location"]
        answers += [writer.write(service, "POST", f"{where}/{v}") for v in ("approve", "apply")]
    return answers


def test_what_is_hidden_never_stands_in_the_way_of_a_proposal(house: House) -> None:
    asked = written = 0
    walks: list[Writer] = []
    for turn, name in enumerate(("editor of AU", "coordinator")):
        assert name in WRITERS
        person = house.person(name)
        whole, alone = house.fresh(person)
        writer = Writer(house.records, person, turn, whole, alone)
        walks.append(writer)
        for method, path, body in writes_of(writer):
            given = proposal(operation_of(method, path, body))
            told_of = []
            for service in (whole, alone):
                answers = decided(writer, service, given)
                told_of.append([(a.status_code, PASSING.sub(b"?", a.data)) for a in answers])
            asked += 1
            written += told_of[0][-1][0] == 200
            if told_of[0] != told_of[1]:
                writer.note(f"{method} {path}", f"{told_of[0]!r:.600} and {told_of[1]!r:.600}")
    none_learned(walks)
    assert asked > 60
    assert written > 10
