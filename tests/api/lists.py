"""Lists that a service gave out, opened again."""

import csv
import io
import zipfile
from typing import Any

import openpyxl

from directory.meetings.lists.export import FIRST_ROW
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import MACHINE_PREFIX, unescaped
from directory.meetings.lists.rules.record_keys import read_record_key

Row = dict[Column, str]


def workbook(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def rows_of(body: bytes) -> list[Row]:
    """The rows of contacts of a list in either form."""
    if body.startswith(b"PK"):
        _, names, *lines = workbook(body).worksheets[0].iter_rows(FIRST_ROW - 2, values_only=True)
        table = [[str(text or "") for text in line] for line in lines]
    else:
        everything = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        names = tuple(everything[1])
        table = [[unescaped(text) for text in line] for line in everything[2:-2]]
    columns = [Column(str(name).removeprefix(MACHINE_PREFIX)) for name in names]
    return [dict(zip(columns, line, strict=True)) for line in table]


def ids_in(rows: list[Row]) -> set[str]:
    """The ids that the hidden column tells programs."""
    found: set[str] = set()
    for row in rows:
        key = read_record_key(row[Column.RECORD])
        assert key is not None
        single = (key.contact, key.organisation, key.economy)
        printed = [*(each for each in single if each is not None), *key.holders, *key.channels]
        found |= {each.id for each in printed}
    return found


def unpacked(body: bytes) -> bytes:
    """Every byte of a list as its reader can find it, names of parts included."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())
