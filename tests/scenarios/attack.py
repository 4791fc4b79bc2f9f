"""Requests as an attacker would make them: drawn at random, always the same for the same seed.

A request is put together as a WSGI environment, because ordinary clients refuse to send what an
attacker sends.
"""

import io
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from directory.web.bodies import MOST_BYTES, MOST_LEVELS
from tests.api.service import API

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "PROPFIND")
INJECTED = (
    "' OR '1'='1", "'; DROP TABLE log_entries; --", '" UNION SELECT document FROM channels --',
    "1) OR 1=1 --", "x' AND (SELECT count(*) FROM holders) > 0 --", "%' --", "%", "_", "*", "^",
    'title:"a" OR *', "NEAR(a b)", "a AND NOT (", "\\", "$$", "{{7*7}}", "${jndi:ldap://a.example}",
    "../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//state/directory.db", "/", "//", ".",
    "a\r\nSet-Cookie: stolen=1", "a\nX-Injected: 1", "\x00", "a\x00b", "\u202e", "\ud800",
    "\U0001f600",
    "null", "None", "NaN", "-1", "0", "1e999", "9" * 400, "a" * 1900, "", " ", "\t", "true", "[]",
    "{}",
    "<script>alert(1)</script>", "İ", "ß" * 50, "٣", "+61 2 5550 0107", "2026-13-45", "0000-00-00",
    "9999-12-31T23:59:60Z", "-9999-01-01", "2026-11-20T12:00:00+99:99", "RED", "directory", "AU",
)  # fmt: skip
TOKENS_MANGLED = ("flipped", "cut", "longer", "upper", "scheme", "twice", "spaced", "odd", "huge")
HEADERS = {
    "HTTP_ACCEPT": ("application/json", "text/plain", "text/vcard", "text/vcard;version=3.0",
                    "*/*;q=nan", "application/json;q=0", "a/b, " * 80, "\xff", "text/html"),
    "HTTP_IF_NONE_MATCH": ("*", '"1.x"', "W/" * 900, '"' + "a" * 3000 + '"', "\xff\xfe"),
    "HTTP_X_REQUEST_ID": ("a\r\nSet-Cookie: stolen=1", "../../x", "a" * 3000, "\xe9", "plain-1"),
    "HTTP_IDEMPOTENCY_KEY": ("same", "a" * 201, "\x01", "' OR 1=1 --", "\xff"),
    "HTTP_PURPOSE": ("a call at night", "a" * 3000, "\r\nX-Injected: 1", "\xff", "\x00"),
    "HTTP_HOST": ("evil.example", "a b", "[::1", "localhost\r\nX-Injected: 1", ""),
    "HTTP_X_FORWARDED_FOR": ("127.0.0.1", "' OR 1=1 --", "a" * 500),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE", "PUT"),
    "HTTP_X_ORIGINAL_URL": ("/api/v1/access/partners",),
    "HTTP_RANGE": ("bytes=0-1", "bytes=-99999999999", "records=x"),
    "HTTP_COOKIE": ("session=stolen", "a=" + "b" * 3000),
    "HTTP_CONTENT_ENCODING": ("gzip", "identity"),
}  # fmt: skip
BROKEN_BODIES = (
    b"", b"{", b"[]", b"null", b'"text"', b"1", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b'{"a": 1,}',
    b'{"marking": "CLEAR", "marking": "RED"}', b'{"marking": NaN}', b'{"position": Infinity}',
    b'{"position": -Infinity}', b'{"position": 1e400}', b'{"position": ' + b"9" * 5000 + b"}",
    b'{"position": 9223372036854775808}', b'{"position": -0}', b'{"note": {"en": "\\ud800"}}',
    b'{"\\udfff": 1}', b'{"note": "\\u0000"}', b"{" + b'"a":{' * (MOST_LEVELS + 1),
    b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a": "' + b"x" * MOST_BYTES + b'"}',
    b'{"__proto__": {}, "constructor": {}}', b'{"id": "x", "revision": 7, "version": 9}',
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**62, 1.5, "", " ", "x" * 70_000, [], {}, [[]], {"en": None}, {"": ""},
    {"en": "x" * 20_000}, {"not a tag": "a"}, ["AU", "AU"], ["interpol", "net-veiled03"], "RED",
    "AMBER+STRICT", "JP", "XC", "directory", "2026-02-30", "2026-11-20T25:00:00Z", "24/7",
    "Mo-Su 00:00-24:00 " * 500, "Asia/Nowhere", "' OR 1=1 --", {"$ref": "#"}, "\u202e", "+1",
)  # fmt: skip


WRITERS = ("editor", "chief", "coordinator", "service", "foreigner")
WORD = re.compile(rb"canary-\d{4}-")
"""What stands in a record and is never sent: who is answered with it was shown the record."""
VIEWED = ("id", "kind", "revision", "version", "retired_at", "verification", "organisation_record",
          "channels", "holders", "keys", "memberships", "attendances", "outcomes")  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One request.

    Attributes:
        who: Whose token goes with it; None where none does, or none that holds.
        is_forged: Whether something that is no valid token goes with it.
        target: Path and query, percent-encoded.
        header: Further keys of the WSGI environment.
    """

    who: str | None
    is_forged: bool
    method: str
    target: str
    header: dict[str, str]
    body: bytes

    def environ(self) -> dict[str, Any]:
        path, _, query = self.target.partition("?")
        given = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if self.body or self.method in {"POST", "PUT"}:
            given |= {"CONTENT_LENGTH": str(len(self.body)), "CONTENT_TYPE": "application/json"}
        return given | self.header


@dataclass
class Attacker:
    """Draws requests, and learns from the answers what a curious person would.

    Attributes:
        routes: Patterns of the API's paths, with a method each.
        asked: By pattern, the parameters that reading it knows.
        parameters: Names of all parameters of queries, and values that mean something.
        ids: Ids, slugs and codes by the plural in an address, hidden ones included.
        kept: What must go on standing, or there is soon nothing left to attack.
        documents: By plural, documents to begin bodies with; none holds anything hidden.
        tokens: By whom.
        spare: Ids of the accounts and partners that operators may do anything to.
    """

    random: random.Random
    routes: Sequence[tuple[str, str]]
    asked: dict[str, list[str]]
    parameters: dict[str, list[str]]
    ids: dict[str, list[str]]
    kept: frozenset[str]
    documents: dict[str, list[dict[str, Any]]]
    tokens: dict[str, str]
    spare: list[str]
    pages: list[str] = field(default_factory=lambda: ["eyJhIjoxfQ"])
    tags: dict[str, str] = field(default_factory=dict)
    read: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: int = 0

    def next(self) -> Attack:
        """The next request."""
        draw = self.random
        reads = draw.random() < 0.5
        pattern, method = draw.choice([r for r in self.routes if (r[1] == "GET") is reads])
        if draw.random() < 0.05:
            method = draw.choice(METHODS)
        who = draw.choice([*self.tokens, None])
        if method in {"POST", "PUT", "DELETE"} and draw.random() < 0.6:
            who = "operator" if "/access/" in pattern else draw.choice(WRITERS)
        path = self._path(pattern, method, who)
        header, is_forged = self._headers(path), False
        if who is not None and draw.random() < 0.1:
            header["HTTP_AUTHORIZATION"] = self._forged(self.tokens[who])
            who, is_forged = None, True
        elif who is not None:
            header["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[who]}"
        writes = method in {"POST", "PUT", "DELETE", "PATCH"}
        names = self.asked.get(pattern, []) if draw.random() < 0.9 else sorted(self.parameters)
        query = self._query([] if writes and draw.random() < 0.9 else names)
        body = self._body(path) if writes and method != "DELETE" else b""
        if draw.random() < 0.01:
            header["CONTENT_TYPE"] = draw.choice(
                ["text/plain", "application/json; charset=utf-16",
                 "multipart/form-data; boundary=a",
                 "application/x-www-form-urlencoded", "", "a" * 2000])  # fmt: skip
        return Attack(who, is_forged, method, path + query, header, body)

    def learn(self, attack: Attack, answer: bytes, headers: dict[str, str]) -> None:
        """Keep the pages, tags and addresses that an answer names, for whoever comes next."""
        path = attack.target.partition("?")[0]
        if "ETag" in headers and path.count("/") > 3:
            self.tags[path] = headers["ETag"]
            self._keep(path, answer)
        found = re.search(rb'"next":"([A-Za-z0-9_-]+)"', answer)
        if found:
            self.pages.append(found[1].decode())
        if "Location" in headers and headers["Location"].startswith(API):
            plural, name = headers["Location"].split("/")[-2:]
            known = self.spare if "/access/" in path else self.ids.setdefault(plural, [])
            known.append(name)

    def _keep(self, path: str, answer: bytes) -> None:
        """Keep a record that was shown, to send it back in another shape."""
        if b'"revision":' in answer and "/memberships/" not in path and "/access/" not in path:
            try:
                document = json.loads(WORD.sub(b"", answer))
            except ValueError:
                return  # a vCard
            self.read[path] = {n: v for n, v in document.items() if n not in VIEWED}

    def _path(self, pattern: str, method: str, who: str | None) -> str:
        draw, plural = self.random, pattern.removeprefix(f"{API}/").split("/")[0]
        for place in re.findall("<[^>]+>", pattern):
            pattern = pattern.replace(place, _escaped(self._name(plural, method, who)), 1)
        if draw.random() < 0.03:
            pattern += draw.choice(
                ["/", "//", "/..", "%00", "%2e%2e/", ";a=b", "%0d%0aX: 1", ".json"]
            )
        return pattern

    def _name(self, plural: str, method: str, who: str | None) -> str:
        draw = self.random
        if plural == "access":
            # What an operator does to those who attack besides would change what they may see.
            known = self.spare if who == "operator" else [*self.spare, *self.ids["contacts"][:2]]
        elif draw.random() < 0.05:
            known = self.ids[draw.choice(sorted(self.ids))]
        else:
            known = self.ids.get(plural, self.ids["contacts"])
        name = draw.choice(known)
        if method == "DELETE" and name in self.kept:
            name = "00000000-0000-4000-8000-00000000dead"
        if draw.random() < 0.1:
            return self._mutated(name)
        return draw.choice(INJECTED) if draw.random() < 0.06 else name

    def _mutated(self, text: str) -> str:
        draw = self.random
        place = draw.randrange(len(text))
        return draw.choice([
            text[:place] + draw.choice("0123456789abcdefxyz-") + text[place + 1 :],
            text.upper(), text[:place], text + draw.choice(["'", " ", "0", "\x00"]),
            text.replace("-", ""), f"{{{text}}}", f"urn:uuid:{text}",
        ])  # fmt: skip

    def _forged(self, token: str) -> str:
        place = 4 + self.random.randrange(30)
        other = "A" if token[place] != "A" else "B"
        return {
            "flipped": f"Bearer {token[:place]}{other}{token[place + 1 :]}",
            "cut": f"Bearer {token[:-1]}",
            "longer": f"Bearer {token}A",
            "upper": f"Bearer {token.upper()}",
            "scheme": f"Basic {token}",
            "twice": f"Bearer {token}, Bearer {token}",
            "spaced": f"Bearer {token[:20]} {token[20:]}",
            "odd": f"Bearer dir_\xff{token[5:]}",
            "huge": f"Bearer dir_{'A' * 3900}",
        }[self.random.choice(TOKENS_MANGLED)]

    def _headers(self, path: str) -> dict[str, str]:
        draw, given = self.random, {}
        for name, values in HEADERS.items():
            if draw.random() < 0.02:
                given[name] = draw.choice(values)
        if draw.random() < 0.9:
            given["HTTP_IF_MATCH"] = self.tags.get(path, '"1.x"')
        elif draw.random() < 0.5:
            given["HTTP_IF_MATCH"] = draw.choice(
                ["*", '"0.x"', '"99999999999.x"', "\xff", '"-1.x"']
            )
        return given

    def _query(self, names: list[str]) -> str:
        draw = self.random
        if not names or draw.random() < 0.15:  # most people just ask
            return ""
        parts = []
        for name in draw.sample(names, min(len(names), draw.choice([1, 1, 2, 3]))):
            value = draw.choice(self.parameters[name])
            if name == "page":
                value = draw.choice(self.pages)
            if draw.random() < 0.3:
                value = (
                    draw.choice(INJECTED)
                    if draw.random() < 0.6 or not value
                    else self._mutated(value)
                )
            parts.append(f"{name}={_escaped(value)}")
        if draw.random() < 0.03:
            parts.append(
                draw.choice([parts[0], "&&&", "=", "a", "%", "%zz=%", "debug=true", "q=%ff"])
            )
        return "?" + "&".join(parts)

    def _body(self, path: str) -> bytes:
        draw = self.random
        if draw.random() < 0.15:
            return draw.choice(BROKEN_BODIES)
        plural = path.removeprefix(f"{API}/").split("/")[0]
        if plural == "access":
            document = self._of_access(path)
        elif path.endswith("/reject"):
            document = {"remark": draw.choice(["no", None, 1, "x" * 501])}
        else:
            document = dict(self.read.get(path) or draw.choice(self.documents.get(plural, [{}])))
        self.written += 1
        for name in ("slug", "number", "topic"):
            if name in document and path not in self.read and draw.random() < 0.8:
                document[name] = f"made-{self.written}"
        if draw.random() < 0.4:
            self._alter(document)
        text = json.dumps(document, ensure_ascii=draw.random() < 0.5)
        if document and draw.random() < 0.04:
            text = text[:-1] + "," + text[1:]
        return text.encode("utf-8", "surrogatepass")

    def _alter(self, document: dict[str, Any]) -> None:
        draw = self.random
        for _ in range(draw.choice([1, 1, 2])):
            names = sorted(document.keys() - {"economy"}) or ["marking"]
            name, chance = draw.choice(names), draw.random()
            if chance < 0.2:
                document.pop(name, None)
            elif chance < 0.5:
                document[name] = draw.choice(ODD_VALUES)
            elif chance < 0.65:
                document[name] = draw.choice(self.ids[draw.choice(sorted(self.ids))])
            elif chance < 0.8:
                document["marking"] = draw.choice(
                    ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
                )
            elif chance < 0.9:
                document[
                    draw.choice(["id", "revision", "is_admin", "retired_at", "e164", "a" * 900])
                ] = 1
            else:
                document["owner"] = draw.choice(["AU", "JP", "directory", "XC", ""])

    def _of_access(self, path: str) -> dict[str, Any]:
        draw = self.random
        name = f"made {self.written}"
        if path.endswith("/roles"):
            role = draw.choice(["reader", "editor", "operator", "auditor", "coordinator", "root"])
            return {"role": role, "economy": draw.choice([None, "AU", "XC"])}
        if "partners" in path:
            return {"name": name, "clearance": draw.choice(["CLEAR", "AMBER", "RED", "TOP"]),
                    "economy": draw.choice(["AU", "XC", None])}  # fmt: skip
        if "accounts" in path:
            return {
                "partner": draw.choice(self.spare),
                "name": name,
                "email": f"m{self.written}@a.example",
            }
        return {"account": draw.choice(self.spare), "days": draw.choice([1, 90, 0, 10**9])}


def _escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
