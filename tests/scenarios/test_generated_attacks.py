"""Ten thousand requests of people who mean no good: nothing breaks, leaks, or is half written.

Every text of a record that not everybody may see holds a word that stands nowhere else and that no
attacker ever sends. Who is answered with a word has been shown the record.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import create_engine, select, text

from directory.access.rules import AccountKind
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Put
from directory.changes.verify import verify
from directory.db import Database
from directory.policy import DIRECTORY, PUBLIC, Label, Role, Tlp, Viewer, may_see
from directory.registry import KINDS
from directory.web.auth import Permission, permission_of
from tests.accounts import account
from tests.api.service import API, Service, served
from tests.api.world import PLURALS, World, make_world, number, rid, write
from tests.databases import Backend
from tests.scenarios.attack import WORD, Attack
from tests.scenarios.attack_lists import Returning

SEEDS = {Backend.SQLITE: 20110924, Backend.POSTGRESQL: 20111125}
"""On each database others."""
REQUESTS = 10_000
ALLOWED = {200, 201, 202, 204, 300, 303, 304, 308, 400, 401, 403, 404, 405, 406, 409, 410, 411, 412,
           413, 415, 422, 428}  # fmt: skip
NAMING = ("title", "name", "text", "note", "said_by")
OTHERS = {"HEAD", "OPTIONS"}
G7 = frozenset({"g7-24-7"})


def viewer(clearance: Tlp, *editor_of: str, networks: frozenset[str] = frozenset()) -> Viewer:
    return Viewer(None, networks, clearance, frozenset(editor_of))


MAY: dict[str | None, Viewer] = {
    None: PUBLIC,
    "reader": viewer(Tlp.AMBER),
    "member": viewer(Tlp.AMBER_STRICT, networks=G7),
    "editor": viewer(Tlp.AMBER, "AU"),
    "chief": viewer(Tlp.RED, "AU"),
    "foreigner": viewer(Tlp.GREEN, "JP"),
    "coordinator": viewer(Tlp.RED, DIRECTORY),
    "service": viewer(Tlp.GREEN, "AU"),
    "operator": PUBLIC,
    "auditor": PUBLIC,
}
"""What everybody may see, said here by hand: no write of the attackers' changes it."""


def marked(world: World) -> World:
    """The world with a word of its own in every text of every record."""
    count = iter(range(10_000))

    def with_word(operation: Any) -> Any:
        document, word = deepcopy(operation.document), f"canary-{next(count):04}-"
        document["source"] = {**document["source"], "document": word}
        for name in NAMING:
            if isinstance(document.get(name), dict) and operation not in world.visible:
                document[name] = {tag: f"{said} {word}" for tag, said in document[name].items()}
        return replace(operation, document=document)

    return replace(
        world,
        visible=[with_word(o) for o in world.visible],
        hidden=[with_word(o) for o in world.hidden],
    )


def employ(database: Database) -> tuple[dict[str, str], list[str]]:
    """The attackers' tokens, and accounts and partners that operators may do anything to."""
    given: dict[str, Any] = {
        "reader": {"roles": [Role.READER], "clearance": Tlp.AMBER},
        "member": {"roles": [Role.READER], "clearance": Tlp.AMBER_STRICT, "economy": "AU",
                   "organisation": rid("organisation", "public")},
        "editor": {"roles": [(Role.EDITOR, "AU")], "clearance": Tlp.AMBER},
        "chief": {"roles": [(Role.EDITOR, "AU")], "clearance": Tlp.RED},
        "foreigner": {"roles": [(Role.EDITOR, "JP")], "clearance": Tlp.GREEN},
        "coordinator": {"roles": [Role.COORDINATOR], "clearance": Tlp.RED},
        "service": {"roles": [(Role.EDITOR, "AU")], "clearance": Tlp.GREEN,
                    "kind": AccountKind.SERVICE},
        "operator": {"roles": [Role.OPERATOR], "clearance": Tlp.RED},
        "auditor": {"roles": [Role.AUDITOR], "clearance": Tlp.RED},
    }  # fmt: skip
    tokens = {}
    with database.writing() as connection:
        for name, about in given.items():
            _, tokens[name] = account(connection, partner=f"partner of {name}", **about)
        spare = [account(connection, partner=rid("partner", n))[0] for n in range(20)]
    return tokens, [*spare, *(rid("partner", n) for n in range(20))]


def words_hidden(database: Database) -> dict[str | None, set[bytes]]:
    """The words that each attacker must never read: of every version, by its and its last label."""
    versions: list[tuple[str, bytes, Label]] = []
    with database.reading() as connection:
        for rid_, body in connection.execute(
            select(log_entries.c.rid, log_payloads.c.body)
            .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .order_by(log_entries.c.seq)
        ):
            record = orjson.loads(body)["record"]
            found = WORD.search(bytes(body))
            assert found is not None
            versions.append((rid_, found[0], Label.of(record)))
    last = {rid_: label for rid_, _, label in versions}
    return {
        who: {
            word for rid_, word, label in versions
            if not (may_see(seen, label) and may_see(seen, last[rid_]))
        }
        for who, seen in MAY.items()
    }  # fmt: skip


STATE = text(
    "SELECT (SELECT size FROM log_head), (SELECT count(*) FROM log_entries),"
    " (SELECT count(*) FROM proposed_change_sets),"
    " (SELECT count(*) FROM proposed_change_sets WHERE state = 'proposed'),"
    " (SELECT count(*) FROM partners WHERE closed_at IS NULL), (SELECT count(*) FROM partners),"
    " (SELECT count(*) FROM accounts WHERE closed_at IS NULL), (SELECT count(*) FROM accounts),"
    " (SELECT count(*) FROM grants WHERE revoked_at IS NULL), (SELECT count(*) FROM grants),"
    " (SELECT count(*) FROM grants WHERE confirmed_at IS NOT NULL),"
    " (SELECT count(*) FROM tokens WHERE revoked_at IS NULL), (SELECT count(*) FROM tokens),"
    " (SELECT count(*) FROM idempotency_keys)"
)


@contextmanager
def watching_tables(url: str) -> Iterator[Callable[[], tuple[int, ...]]]:
    """How much stands in each table that a request can change, asked past the service."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda: tuple(connection.execute(STATE).one())
    engine.dispose()


def problems(database: Database) -> tuple[str, ...]:
    with database.reading() as connection:
        return verify(connection, KINDS, progress=lambda done, of: None).problems


@dataclass
class Answered:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def ask(service: Service, attack: Attack) -> Answered:
    answered = Answered()

    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], None]:
        answered.status, answered.headers = int(status[:3]), headers
        return lambda data: None

    parts = service.app.wsgi_app(attack.environ(), start)
    answered.body = b"".join(parts)
    close = getattr(parts, "close", None)
    if close is not None:
        close()
    return answered


def attacker(service: Service, world: World, seed: int) -> Returning:
    tokens, spare = employ(service.database)
    routes = []
    for rule in service.app.url_map.iter_rules():
        if rule.rule.startswith(f"{API}/") and (
            permission_of(service.app, rule.endpoint) is not Permission.ANYONE
        ):
            routes += [(rule.rule, m) for m in sorted(rule.methods or ()) if m not in OTHERS]
    documents: dict[str, list[dict[str, Any]]] = {}
    for operation in world.visible:
        assert isinstance(operation, Put)
        source = {"document": "an attack", "place": None, "meeting": None}
        document = {"marking": "CLEAR", **deepcopy(operation.document), "source": source}
        if operation.kind == "membership":
            document["economy"] = "JP"  # AU's say what the attackers may see
        documents.setdefault(PLURALS.get(operation.kind, f"{operation.kind}s"), []).append(document)
    names = [name for known in world.ids.values() for name in known]
    parameters = {
        "limit": ["1", "2", "100", "101"],
        "page": [""],
        "economy": world.ids["economies"],
        "organisation": world.ids["organisations"],
        "network": world.ids["networks"],
        "function": ["preservation", "mla_liaison"],
        "language": ["fr", "en-AU", "zh-Hant"],
        "q": [*world.secrets, "name", "holder", "5550", number(107), "police"],
        "number": [*world.numbers, "5550 0107", "0107"],
        "to": world.ids["economies"],
        "from": [*world.ids["economies"], "2026-11-01"],
        "code": ["conflict", "number-elsewhere", "no-such-code"],
        "until": ["2026-11-20", "2100-01-01"],
        "at": ["2026-11-18", "2005-06-01", "2026-11-18T03:00:00Z", *CURSORS],
        "after": CURSORS,
        "as_of": ["2026-11-20", "2026-11-20T12:00:00Z"],
        "state": ["proposed", "applied"],
        "owner": ["AU", "JP", "directory"],
        "partner": [*spare, *names[:5]],
        "account": spare,
        "bundle": spare,
        "meeting": names[:3],
        "reason": ["why not"],
        "sort": names[:3],
    }
    kept = frozenset(str(o.id) for o in world.visible if o.kind not in {"check", "channel"}) | {
        "AU", "JP", "interpol", "g7-24-7",
    }  # fmt: skip
    told = orjson.loads(ask_plainly(service, f"{API}/openapi.json"))["paths"]
    asked = {
        pattern: [p["name"] for p in _parameters(told, pattern) if p["in"] == "query"]
        for pattern, method in routes if method == "GET"
    }  # fmt: skip
    draw = random.Random(seed)  # noqa: S311 - the same requests every time
    ids = world.ids | {"lists": [*world.ids["networks"], *world.ids["meetings"]]}
    return Returning(draw, routes, asked, parameters, ids, kept, documents, tokens, spare)


CURSORS = [
    f"v1.{'0' * 16}.{seq}.{root}.{scope}"
    for seq in (0, 1, 10**17)
    for root in ("0" * 16, "e3b0c44298fc1c14")
    for scope in ("0" * 8, "b507c213")
]
"""Places in logs that are nobody's; those that are somebody's are walked by the doors."""


def ask_plainly(service: Service, path: str) -> bytes:
    return service.app.test_client().get(path).get_data()


def _parameters(told: dict[str, Any], pattern: str) -> list[dict[str, Any]]:
    path = told.get(re.sub("<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", pattern), {})
    return [p for p in path.get("get", {}).get("parameters", []) if "name" in p]


def faults(attack: Attack, answered: Answered, hidden: set[bytes], tokens: set[str]) -> list[str]:
    """What is wrong with an answer, whatever was asked."""
    head = "\n".join(f"{name}: {value}" for name, value in answered.headers)
    whole, found = head.encode("utf-8", "replace") + answered.body, []
    if answered.status not in ALLOWED:
        found.append(f"status {answered.status}")
    leaked = hidden.intersection(WORD.findall(whole))
    if leaked:
        found.append(f"leaks {sorted(leaked)}")
    if attack.is_forged and answered.status < 400 and attack.method != "OPTIONS":
        found.append("a forged token was answered")
    if any("\r" in value or "\n" in value for _, value in answered.headers):
        found.append("a line break in a header")
    if {"Set-Cookie", "X-Injected"} & {name for name, _ in answered.headers}:
        found.append("an injected header")
    if b"dir_" in whole and any(token.encode() in whole for token in tokens):
        found.append("a token came back")
    kind = dict(answered.headers).get("Content-Type", "")
    if answered.status >= 400 and attack.method != "HEAD" and kind != "application/problem+json":
        found.append(f"refused as {kind}")
    return found


@dataclass
class Campaign:
    """What ten thousand requests came to.

    Attributes:
        wrong: What should not have happened.
        statuses: How many answers had each status.
        wrote: How many requests changed something, by method and status.
        shown: The words that were read by anybody.
    """

    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrote: Counter[str] = field(default_factory=Counter)
    shown: set[bytes] = field(default_factory=set)


def attack_all(
    service: Service, world: World, look: Callable[[], tuple[int, ...]], seed: int
) -> Campaign:
    mallory, told = attacker(service, world, seed), Campaign()
    tokens, hidden = set(mallory.tokens.values()), words_hidden(service.database)
    before = look()
    for count in range(REQUESTS):
        attack = mallory.next()
        answered = ask(service, attack)
        found = faults(attack, answered, hidden[attack.who], tokens)
        reads = attack.method in {"GET", "HEAD"}
        after = before if reads and count % 20 else look()
        if after != before and (reads or answered.status >= 300):
            found.append(f"changed {before} to {after}")
        if found:
            told.wrong.append(f"{count}: {found} {answered.status} {attack!r:.600}")
        elif after != before:
            told.wrote[f"{attack.method} {answered.status}"] += 1
        mallory.learn(attack, answered.body, dict(answered.headers))
        told.statuses[answered.status] += 1
        told.shown.update(WORD.findall(answered.body))
        before = after
    mallory.must_have_met()
    return told


@pytest.mark.timeout(900)
def test_nothing_breaks_leaks_or_is_half_written(
    fresh_database: str, backend: Backend, tmp_path: Path
) -> None:
    url, world = fresh_database, marked(make_world())
    service = served(url, tmp_path)
    write(service.database, world.visible + world.hidden)
    assert problems(service.database) == ()
    with watching_tables(url) as look:
        told = attack_all(service, world, look, SEEDS[backend])
    found_at_the_end = problems(service.database)
    service.dispose()
    assert told.wrong[:20] == []
    assert found_at_the_end == ()
    # It proves nothing unless much was answered, shown and written, in every way there is.
    assert told.statuses[200] > 900, told.statuses
    assert len(told.shown) > 200
    assert {"POST 201", "POST 202", "POST 200", "PUT 200", "PUT 202", "DELETE 202",
            "DELETE 204"} <= told.wrote.keys()  # fmt: skip
    assert told.wrote.total() > 200, told.wrote
