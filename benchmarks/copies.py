"""Copies of loaded databases, for what is measured by writing to them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from directory.db import Database


@contextmanager
def copied(url: str, what: str) -> Iterator[Database]:
    """A copy of a loaded database, removed afterwards.

    Args:
        url: The address of the loaded one.
        what: What it is for: a word that its name begins with.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        yield from _copied_file(Path(str(address.database)), what)
        return
    name = f"{what}_{address.database}"
    admin = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {address.database}"))
    database = Database(address.set(database=name).render_as_string(hide_password=False))
    try:
        yield database
    finally:
        database.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


def _copied_file(source: Path, what: str) -> Iterator[Database]:
    target = source.with_name(f"{what}_{source.name}")
    shutil.copyfile(source, target)
    database = Database(f"sqlite:///{target}")
    try:
        yield database
    finally:
        database.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
