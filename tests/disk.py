"""Where a database keeps what it holds, for tests that look for what must be gone from there."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from directory.db import Database


def files_of(database: Database) -> list[Path]:
    """The files of a database, all that it has in memory being written to them."""
    if database.is_sqlite:
        path = Path(str(make_url(database.url).database))
        return [path, *path.parent.glob(f"{path.name}-*")]
    engine = database.engines[1].execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        data = connection.scalar(text("SELECT current_setting('data_directory')"))
        oid = connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    folder = Path(str(data)) / "base" / str(oid)
    if not folder.is_dir():
        pytest.skip("the server's files are not on this machine")
    return [file for file in folder.iterdir() if file.is_file()]


def bytes_of(database: Database) -> bytes:
    """What stands in the files of a database."""
    return b"".join(file.read_bytes() for file in files_of(database))
