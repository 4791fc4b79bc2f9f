"""The table of readings: one row for all that an answer showed of one owner under one label.

On PostgreSQL it stands beside the other tables and is made by a migration. On SQLite it has a file
of its own, since a file has one writer at a time and an import may hold the directory's for long;
there ``store`` makes it.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, SmallInteger, Table, Text

from directory.db import Instant, metadata

readings = Table(
    "readings",
    metadata,
    # The answer's id and the entry's place in it: written twice, it is still one entry.
    Column("id", Text, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("day", Text, nullable=False),
    # No foreign keys: on SQLite those tables are in another file, and a log outlives what it names.
    Column("partner", Text, nullable=True),
    Column("account", Text, nullable=True),
    # Kind and id of each record, as JSON.
    Column("records", Text, nullable=False),
    # The label under which they were shown, by which the policy judges the entry too.
    Column("owner", Text, nullable=False),
    Column("marking", SmallInteger, nullable=False),
    Column("audience", Text, nullable=False),
    Column("purpose", Text, nullable=True),
    Column("door", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index(None, "owner", "day", "partner"),
    Index(None, "partner", "at"),
    Index(None, "at"),
    # A row of its own number could be replaced without its id being met again.
    sqlite_with_rowid=False,
    info={"only_on": "postgresql"},
)
