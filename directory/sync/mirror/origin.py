"""Asking an origin, over HTTP, without believing it: how much, how long, and from where.

Everything that comes is counted after it was decompressed, and only ever a little at a time, so
that neither an endless body nor one that swells takes more room than its limit.
"""

from __future__ import annotations

import ipaddress
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx
import orjson

from directory.clock import parse_instant
from directory.sync.mirror.errors import BadOriginError, OriginTroubleError
from directory.sync.mirror.line import Line

PREFIX = "/api/v1"
SNAPSHOTS = f"{PREFIX}/sync/snapshots/"
PURPOSE = "mirror"
"""What a copy reads for, where the partner wants that said."""
MOST_PAGE_BYTES = 128 * 2**20
MOST_SNAPSHOT_BYTES = 16 * 2**30
MOST_OTHER_BYTES = 2**20
PIECE_BYTES = 2**16
HEADER_SECONDS = 300
PAGE_SECONDS = 300
SNAPSHOT_SECONDS = 6 * 3600
_TIMEOUT = httpx.Timeout(30, connect=10)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came.

    Attributes:
        head: The head that came with it, signed for it; empty where none did.
    """

    body: bytes
    head: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """That nothing follows the cursor, and the head that says so."""

    head: str


@dataclass(frozen=True, slots=True)
class Gone:
    """That nobody can go on from the cursor, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A snapshot, decompressed into a file, and the SHA-256 of what came."""

    path: Path
    head: str
    digest: str


class Origin(Protocol):
    """Whoever a copy is taken from.

    Attributes:
        token_ends_at: When the token ends, where the origin has warned of it.
    """

    token_ends_at: datetime | None

    def page(self, cursor: str) -> Page | Unchanged | Gone:
        """What follows a cursor."""

    def snapshot(self, path: Path) -> SnapshotFile:
        """A snapshot of all that may be held, written to a file."""

    def digest(self, cursor: str) -> tuple[str, int]:
        """What has to be held at a cursor, and of how many records."""

    def rotated(self) -> tuple[str, datetime]:
        """A new token in the place of this one, and when it ends."""


class HttpOrigin:
    """An origin at an address.

    Args:
        address: Such as ``https://directory.example``.
        token: Of an account there that reads.
        is_insecure: Whether to ask without encryption beyond this machine.
        transport: What carries requests instead of the network.

    Raises:
        BadOriginError: It would be asked without encryption.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        is_insecure: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.address = checked_address(address, is_insecure=is_insecure)
        self._client = httpx.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Accept-Encoding": "gzip",
                "Purpose": PURPOSE,
                "User-Agent": "contact-directory mirror",
            },
            timeout=_TIMEOUT,
            follow_redirects=False,
            transport=transport,
        )
        self._line = Line()
        self.token_ends_at: datetime | None = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def account(self) -> str:
        """Id of the account that the token is of."""
        rid = self._json("GET", "/access/me").get("id")
        if not isinstance(rid, str):
            raise OriginTroubleError("The origin does not say whose the token is.")
        return rid

    def keys(self) -> list[dict[str, Any]]:
        """The public keys that it says it signs with; nothing is believed for that."""
        found = self._json("GET", "/sync/keys").get("keys")
        return [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []

    def page(self, cursor: str) -> Page | Unchanged | Gone:
        """What follows a cursor."""
        with self._asked(
            "GET",
            f"{PREFIX}/sync/changes",
            params={"after": cursor},
            headers={"If-None-Match": f'"{cursor}"'},
        ) as response:
            head = response.headers.get("Sync-Head", "")
            if response.status_code == 304:
                return Unchanged(head)
            if response.status_code == 410:
                told = _parsed(b"".join(_pieces(response, MOST_OTHER_BYTES, PAGE_SECONDS)))
                return Gone(str(told.get("reason")))
            _expect(response, 200)
            return Page(b"".join(_pieces(response, MOST_PAGE_BYTES, PAGE_SECONDS)), head)

    def snapshot(self, path: Path) -> SnapshotFile:
        """A snapshot of all that may be held, written to a file."""
        with self._asked("GET", f"{PREFIX}/sync/snapshot") as response:
            _expect(response, 303)
            place = urljoin(self.address, response.headers.get("Location", ""))
        if not place.startswith(self.address + SNAPSHOTS):
            raise OriginTroubleError("The origin leads elsewhere for its snapshot; nobody follows.")
        total = sha256()
        with self._asked("GET", place.removeprefix(self.address)) as response:
            _expect(response, 200)
            head = response.headers.get("Sync-Head", "")
            with path.open("wb") as out:
                for piece in _pieces(response, MOST_SNAPSHOT_BYTES, SNAPSHOT_SECONDS):
                    total.update(piece)
                    out.write(piece)
        return SnapshotFile(path, head, total.hexdigest())

    def digest(self, cursor: str) -> tuple[str, int]:
        """What has to be held at a cursor, and of how many records."""
        told = self._json("GET", "/sync/digest", params={"at": cursor})
        return str(told.get("digest")), int(told.get("records") or 0)

    def rotated(self) -> tuple[str, datetime]:
        """A new token in the place of this one, and when it ends."""
        told = self._json("POST", "/access/tokens/rotate", status=201)
        try:
            return str(told["token"]), parse_instant(told["expires_at"])
        except (KeyError, TypeError, ValueError):
            raise OriginTroubleError("The origin's answer holds no new token.") from None

    def _json(
        self, method: str, path: str, *, status: int = 200, params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        with self._asked(method, PREFIX + path, params=params) as response:
            _expect(response, status)
            return _parsed(b"".join(_pieces(response, MOST_OTHER_BYTES, PAGE_SECONDS)))

    @contextmanager
    def _asked(self, method: str, path: str, **more: Any) -> Iterator[httpx.Response]:
        line = self._line
        try:
            with (
                line.cut_after(HEADER_SECONDS),
                self._client.stream(
                    method, self.address + path, extensions={"trace": line.note}, **more
                ) as response,
            ):
                line.keep()
                if ends := response.headers.get("Token-Expires"):
                    self.token_ends_at = parse_instant(ends)
                yield response
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            if line.is_cut:
                raise OriginTroubleError(
                    f"The origin had not begun to answer after {HEADER_SECONDS:,} seconds."
                ) from error
            raise OriginTroubleError(
                f"The origin {self.address} does not answer: {type(error).__name__}: {error}"
            ) from error
        except ValueError as error:
            raise OriginTroubleError(f"The origin's answer cannot be read: {error}") from error


def checked_address(address: str, *, is_insecure: bool = False) -> str:
    """An address in the form in which it is kept.

    Raises:
        BadOriginError: It is none, or would be asked without encryption.
    """
    parts = urlsplit(address.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise BadOriginError(f"{address!r} is no address; write it like https://directory.example")
    if parts.scheme == "http" and not (is_insecure or _is_this_machine(parts.hostname)):
        raise BadOriginError(
            f"{address} is asked without encryption: anybody on the way reads the token and the"
            " records. Write https://, or give --insecure-http where something else protects it."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _expect(response: httpx.Response, status: int) -> None:
    if response.status_code == status:
        return
    said = b"".join(_pieces(response, MOST_OTHER_BYTES, PAGE_SECONDS))
    try:
        detail = str(_parsed(said).get("detail", ""))
    except OriginTroubleError:
        detail = ""
    raise OriginTroubleError(f"The origin answered {response.status_code}. {detail}".strip())


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise OriginTroubleError("The origin's answer is not what it should be.")
    return told


def _pieces(response: httpx.Response, most: int, seconds: float) -> Iterator[bytes]:
    """A body piece by piece, decompressed; no more of it than a limit, and not for ever.

    Raises:
        OriginTroubleError: It is too large, too slow, cut off, or compressed in a way nobody asked.
    """
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding not in {"identity", "gzip"}:
        raise OriginTroubleError(
            f"The origin compresses with {encoding!r}, which nobody asked for."
        )
    count, give_up = 0, time.monotonic() + seconds
    pieces = response.iter_raw(PIECE_BYTES)
    for piece in _inflated(pieces) if encoding == "gzip" else pieces:
        count += len(piece)
        if count > most:
            raise OriginTroubleError(f"The origin sends more than {most:,} bytes at once.")
        if time.monotonic() > give_up:
            raise OriginTroubleError(f"The origin was still sending after {seconds:,} seconds.")
        yield piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflating = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield inflating.decompress(rest, PIECE_BYTES)
                rest = inflating.unconsumed_tail
                if inflating.eof:
                    break
            if inflating.unused_data:
                raise OriginTroubleError("Something follows the end of what was compressed.")
        while not inflating.eof and (piece := inflating.decompress(b"", PIECE_BYTES)):
            yield piece
    except zlib.error as error:
        raise OriginTroubleError(f"What the origin compressed is damaged: {error}") from error
    if not inflating.eof:
        raise OriginTroubleError("What the origin sent was cut off.")
