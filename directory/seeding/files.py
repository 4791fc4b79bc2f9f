"""Reading seed files: TOML tables with natural keys, turned into documents with ids.

A row names other records by their natural keys; the ids are derived from these, so a row can refer
to one of another file or set.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.changes.kinds import Kinds
from directory.errors import Fault, InvalidInputError
from directory.ids import seeded_id

NAMES_PREFIX = "names."


class SeedFileError(InvalidInputError):
    """A seed file cannot be read as one."""

    slug = "bad-seed-file"
    title = "A seed file cannot be used"


@dataclass(frozen=True, slots=True)
class SeedRow:
    """One record as a seed file has it.

    Attributes:
        place: File and number of the row, for messages: ``reference/economies.toml [3]``.
        document: The record's fields, its references already ids.
    """

    place: str
    kind: str
    id: str
    document: dict[str, Any]


def sets_in(folder: Path) -> list[str]:
    """The names of the seed sets in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def read_set(kinds: Kinds, folder: Path, name: str) -> list[SeedRow]:
    """Read one seed set.

    Raises:
        SeedFileError: There is no such set, or a file or row of it cannot be understood.
    """
    if not (folder / name).is_dir():
        known = ", ".join(sets_in(folder))
        raise SeedFileError(f"There is no seed set {name!r}; there are {known}.")
    rows: list[SeedRow] = []
    by_plural = {kind.table.name: kind.name for kind in kinds}
    for path in sorted((folder / name).glob("*.toml")):
        if path.name.startswith(NAMES_PREFIX):
            continue
        kind = by_plural.get(path.stem)
        if kind is None:
            raise SeedFileError(f"{name}/{path.name} is named after no kind of record.")
        rows.extend(_rows(kinds, kind, path, f"{name}/{path.name}"))
    _merge_names(rows, folder / name)
    _refuse_repeats(rows)
    return rows


def _rows(kinds: Kinds, kind: str, path: Path, place: str) -> Iterator[SeedRow]:
    content = _read(path, place)
    defaults = content.pop("defaults", {})
    tables = content.pop(kind, [])
    if content or not isinstance(tables, list):
        raise SeedFileError(f"{place} may hold [defaults] and [[{kind}]] and nothing else.")
    by_id = {
        reference.field: reference
        for reference in kinds.references_of(kinds[kind])
        if reference.key == "id"
    }
    for number, table in enumerate(tables, start=1):
        row = defaults | table
        key = row.pop("key", None)
        if not isinstance(key, str) or not key:
            raise SeedFileError(f"{place} [{number}] has no key.")
        for field, reference in by_id.items():
            value = row.get(field)
            if isinstance(value, str):
                row[field] = seeded_id(reference.target, value)
            elif isinstance(value, list):
                row[field] = [seeded_id(reference.target, str(item)) for item in value]
        yield SeedRow(f"{place} [{number}] {key}", kind, seeded_id(kind, key), row)


def _read(path: Path, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SeedFileError(f"{place} cannot be read.", Fault(place, str(error))) from None


def _merge_names(rows: list[SeedRow], folder: Path) -> None:
    """Merge each ``names.<language>.toml`` into the economies' names.

    What an economy is called in a language can be contested, so an operator can replace the file
    of a language without touching anything else.
    """
    for path in sorted(folder.glob(f"{NAMES_PREFIX}*.toml")):
        language = path.name.removeprefix(NAMES_PREFIX).removesuffix(".toml")
        content = _read(path, path.name)
        for table, field in (("names", "name"), ("short_names", "short_name")):
            names: Mapping[str, str] = content.pop(table, {})
            for row in rows:
                if row.kind == "economy" and row.document.get("code") in names:
                    given = row.document.get(field, {})
                    row.document[field] = given | {language: names[row.document["code"]]}
        if content:
            raise SeedFileError(f"{path.name} may hold [names] and [short_names] only.")


def _refuse_repeats(rows: list[SeedRow]) -> None:
    first: dict[str, str] = {}
    for row in rows:
        if row.id in first:
            raise SeedFileError(
                "A seed set names a record twice.",
                Fault(row.place, f"the same key stands at {first[row.id]}"),
            )
        first[row.id] = row.place
