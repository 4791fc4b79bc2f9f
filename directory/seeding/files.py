"""Reading seed files: TOML tables with natural keys, turned into documents with ids.

A row names other records by their natural keys; the ids are derived from these, so a row can refer
to one of another file or set.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Iterator
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
        names: The seeded records it refers to by key: the field, kind and key as written.
    """

    place: str
    kind: str
    id: str
    document: dict[str, Any]
    names: tuple[tuple[str, str, str], ...] = ()


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
    return rows


def _rows(kinds: Kinds, kind: str, path: Path, place: str) -> Iterator[SeedRow]:
    content = _read(path, place)
    defaults = content.pop("defaults", {})
    tables = content.pop(kind, [])
    if content or not isinstance(defaults, dict) or not _are_tables(tables):
        raise SeedFileError(f"{place} may hold [defaults] and [[{kind}]] and nothing else.")
    by_key = [reference for reference in kinds.references_of(kinds[kind]) if reference.key == "id"]
    for number, table in enumerate(tables, start=1):
        row = defaults | table
        key = row.pop("key", None)
        if not isinstance(key, str) or not key:
            raise SeedFileError(f"{place} [{number}] has no key.")
        names: list[tuple[str, str, str]] = []
        for reference in by_key:
            field, target, value = reference.field, reference.target, row.get(reference.field)
            if isinstance(value, str):
                row[field] = seeded_id(target, value)
                names.append((field, target, value))
            elif isinstance(value, list):
                row[field] = [seeded_id(target, str(item)) for item in value]
                names.extend((f"{field}/{n}", target, str(item)) for n, item in enumerate(value))
        yield SeedRow(f"{place} [{number}] {key}", kind, seeded_id(kind, key), row, tuple(names))


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


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
            names = content.pop(table, {})
            if not isinstance(names, dict):
                raise SeedFileError(f"{path.name}: {table} must be a table of names by code.")
            for row in rows:
                code, given = row.document.get("code"), row.document.get(field, {})
                if row.kind == "economy" and code in names and isinstance(given, dict):
                    row.document[field] = given | {language: names[code]}
        if content:
            raise SeedFileError(f"{path.name} may hold [names] and [short_names] only.")


def refuse_repeats(rows: Iterable[SeedRow]) -> None:
    """Refuse a key that stands twice, in whichever sets.

    Raises:
        SeedFileError: With a fault for each row that repeats an earlier one.
    """
    first: dict[str, str] = {}
    faults = [
        Fault(row.place, f"the same key stands at {first[row.id]}")
        for row in rows
        if first.setdefault(row.id, row.place) != row.place
    ]
    if faults:
        raise SeedFileError("The seed files name a record twice.", *faults)


def refuse_dangling_keys(rows: Iterable[SeedRow], known: Container[str]) -> None:
    """Refuse a reference to a record that stands in no set.

    Args:
        rows: Rows whose references are checked.
        known: The ids of all rows of all sets.

    Raises:
        SeedFileError: With a fault for each reference, the key as it was written.
    """
    faults = [
        Fault(f"{row.place}#/{field}", f"there is no {target} with the key {key!r} in any set")
        for row in rows
        for field, target, key in row.names
        if seeded_id(target, key) not in known
    ]
    if faults:
        raise SeedFileError("The seed files cannot be used; nothing was written.", *faults)
