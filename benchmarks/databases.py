"""Where the loaded databases are kept between runs: a folder of this user's under /tmp.

Loading 100,000 contacts takes minutes, so a database is used again for as long as the code that
decides what is written in it is the same. Nothing else is kept: delete the folder when you like.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.databases import Backend
from tests.postgres import PostgresServer, locked

ROOT = Path(__file__).resolve().parent.parent
# Not the TMPDIR: PostgreSQL takes no space in the path, and a socket's path ends at 107 bytes.
FOLDER = Path("/tmp") / f"contact-directory-benchmarks-{os.getuid()}"  # noqa: S108
DECIDING = (
    "benchmarks/words.py",
    "benchmarks/world.py",
    "migrations/versions/*.py",
    "seed/reference/economies.toml",
    "directory/names.py",
    "directory/changes/log.py",
    "directory/changes/rows.py",
    "directory/contacts/due_channels.py",
    "directory/contacts/index.py",
    "directory/contacts/kinds.py",
    "directory/contacts/prepared.py",
    "directory/contacts/rules/tried.py",
    "directory/contacts/schemas.py",
    "directory/contacts/views.py",
    "directory/reference/kinds.py",
)
"""The files on which the rows of a loaded database depend."""


class Store:
    """The kept databases. One run at a time has them, and its server, for itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = _KeptServer(folder)
        self._digest = _digest()

    def path(self, backend: Backend, contacts: int) -> Path:
        """What notes are kept in beside a database; there is none until it is loaded whole."""
        return self._folder / f"{self._name(backend, contacts)}.json"

    def url(self, backend: Backend, contacts: int) -> str:
        """The address of a database, whether or not it is there yet."""
        name = self._name(backend, contacts)
        if backend is Backend.SQLITE:
            return f"sqlite:///{self._folder / name}.db"
        self._server.start()
        url = make_url(self._server.url).set(database=name)
        return url.render_as_string(hide_password=False)

    def make_empty(self, backend: Backend, contacts: int) -> str:
        """Remove a database and its notes, older ones of the same size too, and make it anew."""
        for notes in self._folder.glob(f"{backend}_{contacts}_*.json"):
            notes.unlink()
        url = self.url(backend, contacts)
        if backend is Backend.SQLITE:
            for file in self._folder.glob(f"{backend}_{contacts}_*.db*"):
                file.unlink()
            return url
        engine = create_engine(self._server.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            older = connection.scalars(
                text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"),
                {"prefix": f"{backend}_{contacts}_"},
            ).all()
            for name in older:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(
                text(f"CREATE DATABASE {self._name(backend, contacts)} TEMPLATE template0")
            )
        engine.dispose()
        return url

    def close(self) -> None:
        """Stop the server, if this run needed one."""
        self._server.stop()

    def _name(self, backend: Backend, contacts: int) -> str:
        return f"{backend}_{contacts}_{self._digest}"


@contextmanager
def opened_store(folder: Path = FOLDER) -> Iterator[Store]:
    """The store, for as long as the block lasts; another run waits until it ends."""
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} is somebody else's")
    with locked(folder / "run.lock"):
        store = Store(folder)
        try:
            yield store
        finally:
            store.close()


class _KeptServer(PostgresServer):
    """A server whose data outlive it."""

    def start(self) -> None:
        """Start the server unless it runs."""
        if self._runs():
            return
        if not (self._data / "PG_VERSION").exists():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._prepare()
        self._run("pg_ctl", "start", "--wait", f"--log={self._folder / 'log'}")

    def stop(self) -> None:
        """Stop the server if it runs."""
        if self._runs():
            self._run("pg_ctl", "stop", "--wait", "--mode=fast")

    def _runs(self) -> bool:
        if not (self._data / "postmaster.pid").exists():
            return False
        try:
            self._run("pg_ctl", "status")
        except RuntimeError:
            return False
        return True


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted(path for pattern in DECIDING for path in ROOT.glob(pattern)):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
