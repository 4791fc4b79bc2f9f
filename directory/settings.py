"""What an operator can set, as one value that refuses what cannot work.

``config.py`` is the only reader of the environment and makes this from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from directory.errors import DirectoryError, Fault


class SettingsError(DirectoryError):
    """A setting cannot work; the service does not start with it."""

    slug = "bad-settings"
    title = "The directory cannot start with these settings"


class Mode(StrEnum):
    """Where the service runs, and so how much it assumes."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Anonymous(StrEnum):
    """What a viewer without an account may read."""

    NOTHING = "nothing"
    CLEAR = "clear"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running directory.

    Attributes:
        mode: Development shows more and opens CLEAR records; production opens nothing unasked.
        database_url: SQLAlchemy address of a SQLite file or a PostgreSQL database.
        state_dir: Folder for what the service keeps beside its database.
        anonymous: What a viewer without an account may read. ``everything`` is for a trial on
            fictional data and is refused in production.
    """

    mode: Mode
    database_url: str
    state_dir: Path
    anonymous: Anonymous

    def __post_init__(self) -> None:
        faults = []
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
        if self.mode is Mode.PRODUCTION and self.anonymous is Anonymous.EVERYTHING:
            faults.append(
                Fault(
                    "DIRECTORY_ANONYMOUS",
                    "in production a viewer without an account may read nothing or clear",
                )
            )
        if faults:
            raise SettingsError("The directory does not start: a setting cannot work.", *faults)
