"""What an operator can set, as one value that refuses what cannot work.

``config.py`` is the only reader of the environment and makes this from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from limits import parse
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from directory.errors import DirectoryError, Fault

OFF = "off"
MOST_PROXIES = 10


class SettingsError(DirectoryError):
    """A setting cannot work; the service does not start with it."""

    slug = "bad-settings"
    title = "The directory cannot start with these settings"


class Mode(StrEnum):
    """Where the service runs, and so how much it assumes."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    MIRROR = "mirror"


class Anonymous(StrEnum):
    """What a viewer without an account may read."""

    NOTHING = "nothing"
    CLEAR = "clear"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one may ask: ``600/minute``, or ``off`` where something in front counts.

    Attributes:
        asks: Requests of one account, or of one address without one.
        writes: Those of them that change something.
        refused: Tokens from one address that are not valid.
        storage: Address of the Redis in which all processes count; None counts in each.
    """

    asks: str = "600/minute"
    writes: str = "60/minute"
    refused: str = "20/minute"
    storage: str | None = None

    def faults(self) -> Iterator[Fault]:
        """What cannot work."""
        for name, text in {
            "DIRECTORY_RATE_LIMIT": self.asks,
            "DIRECTORY_RATE_LIMIT_WRITES": self.writes,
            "DIRECTORY_RATE_LIMIT_REFUSED": self.refused,
        }.items():
            if text != OFF and not _is_limit(text):
                yield Fault(name, f"{text!r} is no limit; write it like 600/minute, or off")
        if self.storage is not None and not self.storage.startswith(("redis://", "rediss://")):
            yield Fault("DIRECTORY_RATE_LIMIT_STORAGE", "write it like redis://localhost:6379/0")


def _is_limit(text: str) -> bool:
    try:
        return parse(text).amount > 0
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running directory.

    Attributes:
        mode: Development shows more and opens CLEAR records; production opens nothing unasked; a
            mirror is closed like production, and shows the copy of another directory.
        database_url: SQLAlchemy address of a SQLite file or a PostgreSQL database.
        state_dir: Folder for what the service keeps beside its database.
        anonymous: What a viewer without an account may read. ``everything`` is for a trial on
            fictional data and is refused in production.
        limits: How often one may ask.
        trusted_proxies: How many proxies stand in front, whose word on addresses is believed.
        signing_key_file: The keys that heads of the log are signed with; None in development is
            a file beside the database, made on first use.
        erase_ended_after: How long after their end holders are kept; None keeps them.
    """

    mode: Mode
    database_url: str
    state_dir: Path
    anonymous: Anonymous
    limits: Limits = field(default_factory=Limits)
    trusted_proxies: int = 0
    signing_key_file: Path | None = None
    erase_ended_after: timedelta | None = None

    @property
    def signing_keys(self) -> Path:
        """Where the signing keys are."""
        return self.signing_key_file or self.state_dir / "signing-keys.json"

    def __post_init__(self) -> None:
        faults = [*self.limits.faults()]
        if not 0 <= self.trusted_proxies <= MOST_PROXIES:
            faults.append(
                Fault("DIRECTORY_TRUSTED_PROXIES", f"a number from 0 to {MOST_PROXIES} is needed")
            )
        try:
            backend = make_url(self.database_url).get_backend_name()
            driver = make_url(self.database_url).drivername
        except ArgumentError:
            backend = driver = ""
        if driver not in {"sqlite", "postgresql+psycopg"}:
            faults.append(
                Fault(
                    "DIRECTORY_DATABASE_URL",
                    "write it like sqlite:///state/directory.db or"
                    " postgresql+psycopg://user@host/database",
                )
            )
        if backend == "sqlite" and make_url(self.database_url).database in {None, "", ":memory:"}:
            faults.append(
                Fault("DIRECTORY_DATABASE_URL", "several processes share it: name a file")
            )
        if self.mode is not Mode.DEVELOPMENT and self.anonymous is Anonymous.EVERYTHING:
            faults.append(
                Fault(
                    "DIRECTORY_ANONYMOUS",
                    "in production a viewer without an account may read nothing or clear",
                )
            )
        if faults:
            raise SettingsError("The directory does not start: a setting cannot work.", *faults)
