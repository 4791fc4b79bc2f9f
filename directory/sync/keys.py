"""The private keys that heads are signed with, in a file that nobody else may read.

One key signs at a time. Another is announced in every head at least a week before it takes over;
from then on the one before it is never used again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from directory.clock import format_instant, parse_instant
from directory.documents import Document
from directory.durable import alone, replacing
from directory.sync.errors import KeysInUseError, SigningKeyError
from directory.sync.signing import CURVE, SigningKey

ANNOUNCED_FOR = timedelta(days=7)
"""For how long a key is announced at least: a partner may be away for some days."""
OTHERS = 0o077
CREATE = "flask --app wsgi sync keys create"


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of one directory, the oldest first."""

    keys: tuple[SigningKey, ...]

    def signing(self, at: datetime) -> SigningKey:
        """The key that signs at an instant; where a clock went back before all, the first."""
        return [self.keys[0], *(key for key in self.keys if key.start <= at)][-1]

    def next(self, at: datetime) -> SigningKey | None:
        """The key that is announced at an instant."""
        return next((key for key in self.keys[1:] if key.start > at), None)

    def rotated(self, at: datetime, *, after: timedelta) -> Ring:
        """The ring with a fresh key that takes over after some time.

        Raises:
            KeysInUseError: One is announced already, or the time is too short.
        """
        if after < ANNOUNCED_FOR:
            raise KeysInUseError(
                f"Partners need {ANNOUNCED_FOR.days} days at least to hear of a new key."
            )
        announced = self.next(at)
        if announced is not None:
            raise KeysInUseError(
                f"The key {announced.kid} is announced and takes over at"
                f" {format_instant(announced.start)}; wait until then."
            )
        current, start = self.signing(at), at + after
        kept = [replace(key, end=start) if key is current else key for key in self.keys]
        return Ring((*kept, fresh_key(start)))


def fresh_key(start: datetime) -> SigningKey:
    """A new key, to sign from an instant on.

    Its id is its thumbprint. One in 64 begins with a dash, and programs would take it for an option
    where somebody gives it to them: such a key is not used.
    """
    while (kid := (key := ECKey.generate_key(CURVE)).thumbprint()).startswith("-"):
        pass
    return SigningKey(kid, key, start)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Where the keys are kept.

    Attributes:
        path: The file.
        is_made_when_missing: Whether a first key is made where there is none: for development.
    """

    path: Path
    is_made_when_missing: bool = False

    def ring(self, at: datetime) -> Ring:
        """The keys, as the file has them now.

        Raises:
            SigningKeyError: There are none, they cannot be read, or others may read them.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            if not self.is_made_when_missing:
                raise SigningKeyError(
                    f"There is no signing key at {self.path}. To make one: {CREATE}"
                ) from None
            with suppress(KeysInUseError):  # another process was quicker
                self.create(at)
            found = self.path.stat()
        except OSError as error:
            raise SigningKeyError(f"{self.path} cannot be read: {error.strerror}.") from None
        if found.st_mode & OTHERS:
            raise SigningKeyError(
                f"{self.path} may be read by others than its owner: chmod 600 {self.path}, and"
                " rotate the keys, for somebody may have them."
            )
        return _read(self.path, found.st_ino, found.st_mtime_ns, found.st_size)

    def trouble(self, at: datetime) -> str | None:
        """Why nothing can be signed, in words; None where all is well."""
        try:
            self.ring(at).signing(at)
        except SigningKeyError as error:
            return error.detail
        return None

    def create(self, at: datetime) -> Ring:
        """Make the first key.

        Raises:
            KeysInUseError: The file is there already.
            SigningKeyError: It cannot be written.
        """
        ring = Ring((fresh_key(at),))
        with self._locked():
            if self.path.exists():
                raise KeysInUseError(f"{self.path} is there already; to change keys, rotate them.")
            self._write(ring)
        return ring

    def rotate(self, at: datetime, *, after: timedelta) -> Ring:
        """Announce a fresh key.

        Raises:
            SigningKeyError: The keys cannot be read or written.
            KeysInUseError: One is announced already, or the time is too short.
        """
        with self._locked():
            ring = self.ring(at).rotated(at, after=after)
            self._write(ring)
        return ring

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from changing the file meanwhile."""
        with ExitStack() as held:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(alone(Path(f"{self.path}.lock")))
            except OSError as error:
                raise SigningKeyError(f"{self.path} cannot be written: {error.strerror}.") from None
            yield

    def _write(self, ring: Ring) -> None:
        """Put the whole file in the place of the old one, once it outlasts a crash."""
        try:
            with replacing(self.path) as out:
                out.write(orjson.dumps({"keys": [_told(key) for key in ring.keys]}))
        except OSError as error:
            raise SigningKeyError(f"{self.path} cannot be written: {error.strerror}.") from None


def _told(key: SigningKey) -> Document:
    return {
        **key.key.as_dict(private=True),
        "kid": key.kid,
        "from": format_instant(key.start),
        "until": None if key.end is None else format_instant(key.end),
    }


@lru_cache(maxsize=8)
def _read(path: Path, inode: int, changed_ns: int, size: int) -> Ring:
    """Read a file once for each state of it."""
    try:
        keys = [_key(told) for told in orjson.loads(path.read_bytes())["keys"]]
    except OSError as error:
        raise SigningKeyError(f"{path} cannot be read: {error.strerror}.") from None
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        # Not what it holds: that would end up in a log.
        raise SigningKeyError(
            f"{path} does not hold signing keys as {CREATE} makes them."
        ) from None
    if not keys:
        raise SigningKeyError(f"{path} holds no key. To make one, remove it: {CREATE}")
    return Ring(tuple(sorted(keys, key=lambda key: key.start)))


def _key(told: Document) -> SigningKey:
    private = {name: told[name] for name in ("kty", "crv", "x", "y", "d")}
    key = ECKey.import_key(private)
    if private["crv"] != CURVE or key.thumbprint() != told["kid"]:
        raise ValueError("another curve, or another name than its thumbprint")
    end = told["until"]
    return SigningKey(
        told["kid"], key, parse_instant(told["from"]), None if end is None else parse_instant(end)
    )
