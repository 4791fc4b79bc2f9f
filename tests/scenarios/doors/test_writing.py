"""Nobody learns by writing: what is hidden answers as what never was, and never stands in the way.

Two comparisons: a write that names a hidden record against one that names an unknown one, and a
write in the whole directory against the same in one that holds no hidden record at all.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from directory.changes.kinds import Kind, Reference
from directory.ids import RECORD_ID
from directory.policy import DIRECTORY
from directory.reference.kinds import SHARED_REFERENCES
from directory.registry import KINDS
from tests.api.service import API, Service
from tests.api.world import PLURALS
from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.records import values_in, word
from tests.scenarios.doors.routes import HERE, UNKNOWN, Route, permission, routes_of
from tests.scenarios.doors.walk import Walk, told

WRITERS = ("editor of AU", "editor of JP cleared for RED", "coordinator", "service", "operator",
           "anonymous")  # fmt: skip
READ_ONLY = ("id", "kind", "revision", "version", "retired_at")
PASSING = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|20\d\d-\d\d-\d\dT[0-9:.]+Z"
)
"""Ids that are made by chance, and instants."""
UNKNOWN_NAMES = {"id": UNKNOWN, "slug": "no-such-name", "code": "QQ"}


def kind_of(route: Route) -> Kind | None:
    """The kind of records that a route writes."""
    first = route.path.removeprefix(f"{API}/").split("/")[0]
    return next((kind for kind in KINDS if PLURALS.get(kind.name, f"{kind.name}s") == first), None)


def writing_routes(service: Service) -> list[Route]:
    return [route for route in routes_of(service.app) if route.method != "get"]


class Writer(Walk):
    """Somebody who writes, and notes what they learn by it."""

    def write(self, service: Service, method: str, path: str, body: Any = None) -> TestResponse:
        """Ask for a write of a record's first revision."""
        headers = {"X-Request-Id": "the-same", "If-Match": '"1.any"', **self.person.headers}
        client = service.app.test_client()
        return client.open(path, method=method, json=body, headers=headers)

    def must_not_tell_apart(
        self, method: str, hidden: tuple[str, Any], unknown: tuple[str, Any], names: tuple[str, str]
    ) -> None:
        """A write that names what is hidden answers as one that names nothing there is."""
        answers = []
        for (path, body), name in zip((hidden, unknown), names, strict=True):
            response = self.write(self.whole, method, path, body)
            said = values_in(repr((path, body)).encode())
            self.look_through(path, response.data, said)
            if response.status_code >= 500:
                self.note(path, f"fails with {response.status_code}")
            told = PASSING.sub(b"?", response.data.replace(name.encode(), b"..."))
            answers.append((response.status_code, told))
        if answers[0] != answers[1]:
            self.note(f"{method} {hidden[0]}", f"{answers[0]} and {answers[1]}")

    def hidden(self, kind: str) -> list[str]:
        """Some records of a kind that the writer may not see, one in so many."""
        keys = [key for key in self.records.of_kind(kind) if key in self._hidden]
        return keys[self.turn % 3 :: max(1, len(keys) // 2)][:2]

    def own(self, kind: Kind) -> Iterator[tuple[str, dict[str, Any]]]:
        """Records of a kind that the writer sees, their own first."""
        seen = [key for key in self.records.of_kind(kind.name) if key not in self._hidden]
        owners = self.person.viewer.editor_of
        seen.sort(key=lambda key: self.records.pasts[key][-1].label.owner not in owners)
        for key in seen:
            if len(self.records.pasts[key]) == 1:
                yield key, self.document(key)

    def document(self, key: str) -> dict[str, Any]:
        """A record's document as it would be sent."""
        return {"marking": "CLEAR", **copy.deepcopy(self.records.document(key))}


def _masked(response: TestResponse) -> bytes:
    return PASSING.sub(b"?", response.data)


def _named(kind: str, key: str, reference: Reference, writer: Writer) -> str:
    return key if reference.key == "id" else str(writer.records.document(key)[reference.key])


def _with(document: dict[str, Any], reference: Reference, value: str) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    place, inner = reference.field.split("/") if "/" in reference.field else (None, None)
    if place is not None and inner is not None:
        changed[place][inner] = value
    else:
        changed[reference.field] = [value] if reference.many else value
    return changed


@pytest.fixture
def writers(house: House) -> list[Writer]:
    return [
        Writer(house.records, person, turn, house.whole, None)
        for turn, person in enumerate(map(house.person, WRITERS))
    ]


def none_learned(writers: list[Writer]) -> None:
    leaks = [leak for writer in writers for leak in writer.leaks]
    if leaks:
        pytest.fail(told(leaks))


def test_every_writing_route_is_known(house: House) -> None:
    """A new one joins by the kind in its path; another one has to be tried by a test of its own."""
    for route in writing_routes(house.whole):
        first = route.path.removeprefix(f"{API}/").split("/")[0]
        assert permission(house.whole.app, route) is not None, route
        assert kind_of(route) is not None or first in {
            "change-sets",
            "returned-lists",
            "access",
        }, f"{route.method.upper()} {route.path}: say in {HERE} or here what it may be told"


def test_a_hidden_record_is_unknown_to_whoever_writes_to_it(writers: list[Writer]) -> None:
    tried = 0
    for writer in writers:
        for route in writing_routes(writer.whole):
            names, kind = route.names("path"), kind_of(route)
            of_lists = route.path.removeprefix(f"{API}/").split("/")[0]
            if len(names) != 1 or not (kind or of_lists in {"change-sets", "returned-lists"}):
                continue
            hidden = writer.hidden(kind.name) if kind else sorted(
                writer._hidden & set(writer.records.named(of_lists))
            )[:4]  # fmt: skip
            for key in hidden:
                body = None
                if route.method == "put":
                    body = writer.document(key)
                elif route.method == "post":
                    body = {}
                addresses = [route.path.replace(f"{{{names[0]}}}", name) for name in (key, UNKNOWN)]
                writer.must_not_tell_apart(
                    route.method.upper(), (addresses[0], body), (addresses[1], body), (key, UNKNOWN)
                )
                tried += 1
    none_learned(writers)
    assert tried > 100


def test_a_reference_to_a_hidden_record_is_one_to_nothing(writers: list[Writer]) -> None:
    tried = 0
    for writer in writers[:4]:  # the others are refused before anything is read
        for route in writing_routes(writer.whole):
            kind = kind_of(route)
            if kind is None or route.method != ("put", "post")[writer.turn % 2]:
                continue
            for key, document in list(writer.own(kind))[:1]:
                path = re.sub(r"{\w+}", key, route.path)
                for reference in (*kind.references, *SHARED_REFERENCES):
                    for target in writer.hidden(reference.target)[:1]:
                        name = _named(reference.target, target, reference, writer)
                        unknown = UNKNOWN_NAMES[reference.key]
                        bodies = [_with(document, reference, each) for each in (name, unknown)]
                        writer.must_not_tell_apart(
                            route.method.upper(), (path, bodies[0]), (path, bodies[1]),
                            (name, unknown),
                        )  # fmt: skip
                        tried += 1
    none_learned(writers)
    assert tried > 40


def test_an_operator_learns_nothing_of_an_agency_by_naming_it(writers: list[Writer]) -> None:
    operator = next(writer for writer in writers if writer.person.name == "operator")
    body = {"name": "A partner", "clearance": "AMBER"}
    for key in operator.hidden("organisation"):
        bodies = [body | {"organisation": name} for name in (key, UNKNOWN)]
        path = f"{API}/access/partners"
        operator.must_not_tell_apart("POST", (path, bodies[0]), (path, bodies[1]), (key, UNKNOWN))
    bodies = [body | {"economy": code} for code in ("QF", "QQ")]
    operator.must_not_tell_apart("POST", (path, bodies[0]), (path, bodies[1]), ("QF", "QQ"))
    none_learned([operator])


def test_what_is_hidden_never_stands_in_the_way(house: House) -> None:
    """The same writes, in order, in both directories: as if the hidden had never been there."""
    asked = written = 0
    walks: list[Writer] = []
    for turn, name in enumerate(("editor of AU", "coordinator")):
        person = house.person(name)
        whole, alone = house.fresh(person)
        writer = Writer(house.records, person, turn, whole, alone)
        walks.append(writer)
        for method, path, body in writes_of(writer):
            one, two = (writer.write(each, method, path, body) for each in (whole, alone))
            asked += 1
            written += one.status_code < 300
            if (one.status_code, _masked(one)) != (two.status_code, _masked(two)):
                writer.note(f"{method} {path}", f"{one.text[:300]} and {two.text[:300]}")
    none_learned(walks)
    assert asked > 60
    assert written > 10


def writes_of(writer: Writer) -> Iterator[tuple[str, str, Any]]:
    """Names that are taken by hidden records, narrower labels, and retirements."""
    owner = min(writer.person.viewer.editor_of)
    for kind in KINDS:
        plural = f"{API}/{PLURALS.get(kind.name, f'{kind.name}s')}"
        own = list(writer.own(kind))[:2]
        if not own:
            continue
        if kind.unique is not None:
            for key in writer.hidden(kind.name)[:2]:
                taken = writer.records.document(key)[kind.unique]
                yield "POST", plural, own[0][1] | {kind.unique: taken}
        for key, document in own:
            narrower = document | {"marking": "AMBER", "owner": document.get("owner", DIRECTORY)}
            yield "PUT", f"{plural}/{key}", narrower
        if kind.name != "check":
            fresh = own[0][1] | ({kind.unique: word("fresh", owner)} if kind.unique else {})
            yield "POST", plural, fresh
    for kind in reversed(list(KINDS)):
        plural = f"{API}/{PLURALS.get(kind.name, f'{kind.name}s')}"
        for key, _ in list(writer.own(kind))[2:4]:
            assert RECORD_ID.match(key)
            yield "DELETE", f"{plural}/{key}", None
