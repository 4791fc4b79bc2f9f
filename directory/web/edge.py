"""What stands before every route: how often one may ask, and what every answer carries.

An account is counted by the hash of its token, everybody else by their address. A token counts as
an account's only once this process has seen it accepted: until then it is its sender's address
that pays, or whoever invents a new token for every request would never be stopped.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from flask import Flask, Request, Response
from limits import RateLimitItem, parse
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.errors import InvalidRequestError, UnavailableError
from directory.logs import TOKEN
from directory.settings import OFF, Mode
from directory.web.asked import header, remembered, this_request
from directory.web.context import running
from directory.web.counts import Counts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNCOUNTED = frozenset({"healthz", "readyz", "metrics"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_KNOWN = 10_000
DIGEST_LENGTH = 32
NETWORK_BITS = 64
"""What one holder of IPv6 addresses has at least."""

HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
NOTHING_MORE = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
ENCRYPTED_ONLY = ("Strict-Transport-Security", "max-age=31536000")


class TooManyRequestsError(UnavailableError):
    """Whoever asks has asked too often."""

    slug = "too-many-requests"
    title = "You have asked too often"

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class TokenInAddressError(InvalidRequestError):
    """A token stands in the address, where logs and histories keep it."""

    slug = "token-in-address"
    title = "A token does not belong in an address"


class Edge:
    """The limits of one application, and the tokens that it has seen accepted.

    Args:
        app: The application, which holds its settings.
    """

    def __init__(self, app: Flask) -> None:
        limits = running(app).settings.limits
        self._counts = Counts(limits.storage)
        self._asks = _item(limits.asks)
        self._writes = _item(limits.writes)
        self._refused = _item(limits.refused)
        self._known: dict[str, None] = {}  # the oldest first
        self._lock = Lock()

    def admit(self) -> None:
        """Count a request before anything is done for it.

        Raises:
            TokenInAddressError: The address holds a token.
            TooManyRequestsError: Whoever asks has to wait.
        """
        asked = this_request()
        remembered().token_name = token = _token_name(asked)
        _refuse_token_in_address(asked)
        if asked.endpoint in UNCOUNTED:
            return
        address = _address(asked)
        known = token is not None and token in self._known
        if token is not None and not known:
            self._check_guesses(address)
        who = f"token:{token}" if known else f"address:{address}"
        self._count(self._asks, "asks", who, "requests")
        if asked.method not in READING:
            self._count(self._writes, "writes", who, "requests that change something")

    def conclude(self, response: Response) -> Response:
        """Remember a token that was accepted, and count one that was not."""
        kept = remembered()
        token: str | None = kept.get("token_name")
        if token is None:
            return response
        if kept.get("principal") is not None:
            if token not in self._known:
                self._know(token)
        elif response.status_code == 401:
            with self._lock:
                self._known.pop(token, None)
            if self._refused is not None:
                self._counts.hit(self._refused, f"refused:address:{_address(this_request())}")
        return response

    def _know(self, token: str) -> None:
        with self._lock:
            self._known[token] = None
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]

    def _check_guesses(self, address: str) -> None:
        if self._refused is None:
            return
        wait = self._counts.wait(self._refused, f"refused:address:{address}")
        if wait:
            raise TooManyRequestsError(
                "Too many tokens that are not valid have come from your address. Tokens that were"
                f" in use before go on working; others are looked at again in {wait} seconds.",
                wait,
            )

    def _count(self, item: RateLimitItem | None, kind: str, who: str, what: str) -> None:
        if item is None:
            return
        wait = self._counts.hit(item, f"{kind}:{who}")
        if wait:
            raise TooManyRequestsError(
                f"More than {item.amount} {what} in {_span(item)} have come from you. Ask again in"
                f" {wait} seconds.",
                wait,
            )


def register(app: Flask) -> None:
    """Put the edge before an application."""
    settings = running(app).settings
    edge = Edge(app)
    app.before_request(edge.admit)
    app.after_request(edge.conclude)
    headers = [*HEADERS, *([ENCRYPTED_ONLY] if settings.mode is not Mode.DEVELOPMENT else [])]
    app.wsgi_app = _with_headers(app.wsgi_app, headers)  # type: ignore[assignment, method-assign]
    if settings.trusted_proxies:
        # Only what the nearest proxies have written is believed: the rest may be anybody's.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )


def _item(limit: str) -> RateLimitItem | None:
    return None if limit == OFF else parse(limit)


def _span(item: RateLimitItem) -> str:
    seconds = item.get_expiry()
    return {1: "a second", 60: "a minute", 3600: "an hour"}.get(seconds, f"{seconds} seconds")


def _refuse_token_in_address(asked: Request) -> None:
    query, path = asked.query_string, asked.path
    if b"dir" not in query and b"%" not in query and "dir_" not in path:
        return
    if TOKEN.search(unquote_plus(query.decode("latin-1"))) or TOKEN.search(path):
        raise TokenInAddressError(
            "A token in an address is kept by proxies, logs and histories, so this one must be"
            " taken as stolen: have it revoked, and send the next one as a header,"
            " Authorization: Bearer dir_…"
        )


def _token_name(asked: Request) -> str | None:
    """The hash of whatever was sent as a token; it is counted under this name, not its own."""
    given = header(asked, "HTTP_AUTHORIZATION")
    if given is None:
        return None
    token = given.partition(" ")[2].strip()
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()[:DIGEST_LENGTH]


def _address(asked: Request) -> str:
    """Who is counted without an account: an IPv4 address, or a network of IPv6 addresses."""
    text = asked.remote_addr or ""
    if ":" not in text:
        return text[:DIGEST_LENGTH]
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return text[:DIGEST_LENGTH]
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), NETWORK_BITS), strict=False))


def _with_headers(application: WSGIApplication, headers: list[tuple[str, str]]) -> WSGIApplication:
    """An application whose every answer carries some headers.

    Around the whole application, so that no answer can go past it.
    """

    def answering(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, given: list[tuple[str, str]], *error: Any
        ) -> Callable[[bytes], object]:
            if NOTHING_MORE[0] not in dict(given):
                given.append(NOTHING_MORE)
            given.extend(headers)
            return start_response(status, given, *error)

        return application(environ, start)

    return answering
