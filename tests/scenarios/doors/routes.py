"""Every route of the OpenAPI document, and what is put into each of its places.

A new route joins by itself. Where it has a place or a parameter for which nothing is known to be
put there, the walk fails and says where to add it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from flask import Flask

from directory.changes.operations import Put
from directory.web.auth import Permission, permission_of
from directory.web.openapi import openapi_document
from tests.api.service import API
from tests.api.world import number
from tests.scenarios.doors.copied import Copied
from tests.scenarios.doors.people import Person
from tests.scenarios.doors.records import COMMON, LABELS, OWNERS, Records

UNKNOWN = "00000000-0000-5000-8000-000000000000"
HERE = "tests/scenarios/doors/routes.py"
SHARE = 24
"""Of many values each person tries one in so many, others the others."""
FORMER_SHARE = 5
FEW = 5
WRITING = {"post", "put", "patch", "delete"}


class UnknownPlaceError(Exception):
    """Nobody has said what to put into a place of a route."""


@dataclass(frozen=True)
class Route:
    """One operation of the OpenAPI document."""

    path: str
    method: str
    parameters: tuple[Mapping[str, Any], ...]
    forms: tuple[str, ...]

    def names(self, place: str) -> list[str]:
        """Its parameters in the path or the query."""
        return [each["name"] for each in self.parameters if each["in"] == place]

    @property
    def required(self) -> list[str]:
        """Parameters of the query without which it answers nothing."""
        return [p["name"] for p in self.parameters if p["in"] == "query" and p.get("required")]

    @property
    def is_list(self) -> bool:
        """Whether it answers in pages."""
        return "page" in self.names("query")


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes:
        record: Id of the record that the path names, where it names one.
    """

    route: Route
    address: str
    form: str | None = None
    record: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The form, as it is asked for."""
        return {} if self.form is None else {"Accept": self.form}


@cache
def routes_of(app: Flask) -> list[Route]:
    """Every operation that the document describes."""
    document = orjson.loads(openapi_document(app))
    return [
        Route(
            path,
            method,
            (*item.get("parameters", ()), *operation.get("parameters", ())),
            tuple(operation["responses"].get("200", {}).get("content", {})),
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in WRITING | {"get"}
    ]


def complaints(app: Flask) -> list[str]:
    """What keeps a route from being walked at all."""
    described = {route.path for route in routes_of(app)} | {f"{API}/openapi.json"}
    found = []
    for rule in app.url_map.iter_rules():
        if permission_of(app, rule.endpoint) is None:
            found.append(
                f"{rule.rule} says nobody may read it: put @allows(Permission.…) of"
                " directory.web.auth on its view"
            )
        if rule.rule.startswith(f"{API}/") and _path_of(rule.rule) not in described:
            found.append(
                f"{rule.rule} is not in the OpenAPI document: make it with Blueprint.query and"
                " Blueprint.answers, so that its places and parameters can be walked"
            )
    return found


def _path_of(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def beside_the_api(app: Flask) -> list[str]:
    """Addresses of everything that is read outside the API."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [
        re.sub("<.*?>", "no-such-thing", rule.rule)
        for rule in rules
        if not rule.rule.startswith(f"{API}/")
    ] + [f"{API}/openapi.json", f"{API}/no-such-thing"]


def permission(app: Flask, route: Route) -> Permission | None:
    """Whom a route says that it is open to."""
    return next(
        permission_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if _path_of(rule.rule) == route.path and route.method.upper() in (rule.methods or ())
    )


@dataclass(frozen=True)
class Values:
    """What somebody puts into the places of routes: visible, hidden and unknown.

    Attributes:
        records: The whole directory.
        person: Who asks.
        turn: Which share of many values it is this person's turn to try.
        access: Ids of partners, accounts, tokens and roles.
        copied: Cursors, and names of snapshots.
    """

    records: Records
    person: Person
    turn: int
    access: Sequence[str]
    copied: Copied

    def in_path(self, route: Route, name: str) -> list[str]:
        """What stands in a place of a path.

        Raises:
            UnknownPlaceError: Nobody has said.
        """
        if name == "operation":
            return ["0", "1"]
        first = route.path.removeprefix(f"{API}/").split("/")[0]
        names = self.records.named(first)
        if first == "returned-lists":
            return [*names, UNKNOWN]
        if names or first == "change-sets":
            is_id = name.endswith("_id") or first == "change-sets"
            chosen = [n for n in names if not is_id or len(n) == len(UNKNOWN)]
            unknown = [UNKNOWN] if is_id else [UNKNOWN, "no-such-name", *self.names_of(first)]
            return [*self.share(chosen), *unknown]
        if first == "lists":
            chosen = [*self.records.named("networks"), *self.records.named("meetings")]
            chosen = self.share([each for each in chosen if len(each) != len(UNKNOWN)])
            return ["g7-24-7", "public-meeting", *chosen, UNKNOWN, "no-such-name"]
        if first == "sync":
            return self.copied.names
        if first == "access" and name.endswith("_id"):
            return [*self.share(self.access), self.records.of_kind("contact")[0], UNKNOWN]
        raise UnknownPlaceError(
            f"{route.method.upper()} {route.path}: nothing is known to be put into {{{name}}}."
            f" If it names records of a kind, begin the path with the kind's plural; otherwise say"
            f" in Values.in_path of {HERE} what to put there, hidden values included."
        )

    def names_of(self, plural: str) -> list[str]:
        """Other names than codes and slugs by which a path may lead to a record."""
        if plural != "economies":
            return []
        economies = [self.records.document(key) for key in self.records.of_kind("economy")]
        return [COMMON, "QQ", *self.share([e["aliases"][0] for e in economies if "aliases" in e])]

    def in_query(self, route: Route, name: str) -> list[str]:
        """What a parameter of a query is given.

        Raises:
            UnknownPlaceError: Nobody has said.
        """
        told = PARAMETERS.get(f"{route.path.removeprefix(API)}?{name}") or PARAMETERS.get(name)
        if told is None:
            raise UnknownPlaceError(
                f"{route.method.upper()} {route.path}: nothing is known to be put into ?{name}="
                f" Say in PARAMETERS of {HERE} what to put there, hidden values included."
            )
        return told(self)

    def share(self, values: Sequence[str]) -> list[str]:
        """This person's share of many values."""
        return list(values[self.turn % SHARE :: SHARE])

    def hidden_and_shown(
        self, name: Callable[[dict[str, Any]], str | None], *kinds: str
    ) -> list[str]:
        """A share of what the documents of some kinds say in some place."""
        found = []
        for kind in kinds:
            for key in self.records.of_kind(kind):
                for version in self.records.pasts[key]:
                    told = name(dict(getattr(version.operation, "document", {})))
                    if told is not None:
                        found.append(told)
        mine = self.share(found)
        return mine[:: max(1, len(mine) // 6)]

    def former_numbers(self) -> list[str]:
        """Numbers that channels had, under whatever label they had then."""
        pasts = (self.records.pasts[key] for key in self.records.of_kind("channel"))
        found = [
            str(version.operation.document["raw"])
            for past in pasts
            for version in past[:-1]
            if isinstance(version.operation, Put)
        ]
        return found[self.turn % FORMER_SHARE :: FORMER_SHARE]

    def words(self) -> list[str]:
        """Names, titles, addresses and slugs, whole and with a slip."""
        found = self.hidden_and_shown(_name, "contact", "organisation", "holder", "network",
                                      "economy", "meeting")  # fmt: skip
        mails = self.hidden_and_shown(_mail, "channel")
        return [*found, *mails, found[0][:-1], f"{found[-1]}x", "police", "no such word"]

    def numbers(self) -> list[str]:
        """Numbers, whole, without their calling code, and their last digits."""
        found = self.hidden_and_shown(_number, "channel")
        found += self.former_numbers()
        return [*found, *(n[4:] for n in found[:2]), *(n[-4:] for n in found[2:4]), number(9999)]

    def people(self) -> list[str]:
        """Ids of accounts and partners."""
        return [*self.share(self.access), UNKNOWN]


def _name(document: dict[str, Any]) -> str | None:
    return dict(document.get("name") or document.get("title") or {}).get("en")


def _mail(document: dict[str, Any]) -> str | None:
    return document["raw"] if document.get("medium") == "e-mail" else None


def _number(document: dict[str, Any]) -> str | None:
    return document["raw"] if document.get("medium") == "telephone" else None


def _economies(values: Values) -> list[str]:
    return [*OWNERS, "NZ", *values.share([f"Q{chr(65 + n)}" for n in range(len(LABELS))]), "QQ",
            COMMON, *values.share(values.names_of("economies"))]  # fmt: skip


def _days(values: Values) -> list[str]:
    return [f"{1901 + n}-06-01" for n in range(len(LABELS))][values.turn % SHARE :: SHARE]


PARAMETERS: dict[str, Callable[[Values], list[str]]] = {
    "to": lambda values: _economies(values)[1:6],
    "from": lambda values: _economies(values)[1:6],
    "economy": _economies,
    "/checks/due?economy": lambda values: [*_economies(values), "all"],
    "/readings?from": lambda values: ["2026-01-01"],
    "until": lambda values: ["2026-01-01", "2099-01-01"],
    "function": lambda values: ["preservation"],
    "language": lambda values: ["fr", "en"],
    "at": _days,
    # Before anything was written, and after all of it; the test of the past itself goes between.
    "as_of": lambda values: ["2001-01-01", "2026-11-24"],
    "network": lambda values: values.share(values.records.named("networks")),
    "organisation": lambda values: values.share(values.records.named("organisations")),
    "q": Values.words,
    "number": Values.numbers,
    "owner": lambda values: [*OWNERS, "directory", "NZ"],
    "partner": Values.people,
    "account": Values.people,
    "limit": lambda values: ["1", "200"],
    "after": lambda values: values.copied.cursors,
    "/sync/digest?at": lambda values: values.copied.cursors,
    "/lists/{slug}.xlsx?economy": lambda values: ["JP", "AU,NZ", *_economies(values)[3:7]],
    "/lists/{slug}.csv?economy": lambda values: ["JP", "AU,NZ", *_economies(values)[3:7]],
    "state": lambda values: ["proposed", "approved", "applied", "rejected"],
    "meeting": lambda values: values.share(values.records.named("meetings")),
    "/returned-lists?meeting": lambda values: values.records.named("meetings"),
    "bundle": lambda values: [UNKNOWN, *values.records.named("returned-lists")],
    "code": lambda values: ["remark", "other-sheet"],
    "page": lambda values: [],  # the walk takes pages from lists, those of others included
}


def requests_for(routes: Sequence[Route], values: Values) -> Iterator[Asked]:
    """Every route that reads, in every form, with everything that can stand in its places."""
    for route in routes:
        if route.method == "get":
            yield from _requests(route, values)


def _requests(route: Route, values: Values) -> Iterator[Asked]:
    paths = list(_paths(route, values))
    queries = list(_queries(route, values))
    for count, (path, record) in enumerate(paths):
        yield Asked(route, _address(path, queries[0]), None, record)
        if count % 8 == 0:
            for form in (*route.forms, *_versions(route), "image/png"):
                yield Asked(route, _address(path, queries[0]), form, record)
    for path, record in paths[:2]:
        for query in queries[1:]:
            yield Asked(route, _address(path, query), None, record)
    for form in route.forms[1:]:
        for query in queries[1::3]:
            yield Asked(route, _address(paths[0][0], query), form, paths[0][1])


def _versions(route: Route) -> list[str]:
    return ["text/vcard;version=3.0"] if "text/vcard" in route.forms else []


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _paths(route: Route, values: Values) -> Iterator[tuple[str, str | None]]:
    names = route.names("path")
    if not names:
        yield route.path, None
        return
    choices = {name: values.in_path(route, name) for name in names}
    for each in choices[names[0]]:
        path = route.path.replace(f"{{{names[0]}}}", quote(each, safe=""))
        for name in names[1:]:
            path = path.replace(f"{{{name}}}", quote(choices[name][0], safe=""))
        yield path, each


def _queries(route: Route, values: Values) -> Iterator[dict[str, str]]:
    """One parameter at a time, with what has to be there besides."""
    given = {name: values.in_query(route, name) for name in route.names("query")}
    needed = {name: given[name][0] for name in route.required}
    yield needed
    if route.is_list:
        needed["limit"] = str(FEW)  # the pages of the whole list are walked besides
    for name, choices in given.items():
        for choice in choices:
            yield needed | {name: choice}
    if {"to", "from"} <= given.keys():
        for to, origin in (("AU", "JP"), ("JP", "AU"), ("NZ", "AU"), ("JP", "NZ")):
            yield {"to": to, "from": origin, "at": "2026-11-18", "function": "preservation"}
