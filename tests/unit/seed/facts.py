"""The rows of the seed's facts, read once for the tests over them.

A row is as it stands in its file, with the file's defaults under it: what is absent there is
absent here, and one economy without a row in a network has no recorded standing in it.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SEED = Path(__file__).parents[3] / "seed"
SETS = ("reference", "report")
PLURALS = {
    "economies": "economy",
    "networks": "network",
    "memberships": "membership",
    "organisations": "organisation",
    "meetings": "meeting",
    "contacts": "contact",
    "statements": "statement",
    "attendances": "attendance",
    "outcomes": "outcome",
}

# Keys of a row that name another row by its key, and the kind that they name.
KEYED = {
    "contact": {"organisation": "organisation"},
    "organisation": {"parent": "organisation"},
    "membership": {"via": "contact"},
    "meeting": {"body": "organisation"},
    "attendance": {"organisation": "organisation"},
    "statement": {"supersedes": "statement"},
}
# Keys that hold an economy's code, a network's slug or a meeting's slug.
CODES = ("economy", "posted_in", "covers", "raised_by")
NETWORKS = ("network", "networks", "audience")
MEETINGS = ("meeting", "due_meeting")

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]


def _read(seed_set: str, plural: str) -> list[Row]:
    path = SEED / seed_set / f"{plural}.toml"
    if not path.exists():
        return []
    content = tomllib.loads(path.read_text("utf-8"))
    defaults = content.get("defaults", {})
    return [{**defaults, **row} for row in content[PLURALS[plural]]]


ALL = [
    (seed_set, kind, row)
    for seed_set in SETS
    for plural, kind in PLURALS.items()
    for row in _read(seed_set, plural)
]
ROWS: Rows = {
    kind: {row["key"]: row for _, its_kind, row in ALL if its_kind == kind}
    for kind in PLURALS.values()
}
TEXTS = {
    str(path.relative_to(SEED)): path.read_text("utf-8")
    for seed_set in SETS
    for path in sorted((SEED / seed_set).glob("*.toml"))
}


def values(value: object) -> list[Any]:
    """One value or a list or nothing, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def references(kind: str, row: Row) -> Iterator[tuple[str, str]]:
    """The rows that a row names: their kinds and natural keys."""
    for field, target in KEYED.get(kind, {}).items():
        yield from ((target, key) for key in values(row.get(field)))
    for fields, target in ((CODES, "economy"), (NETWORKS, "network"), (MEETINGS, "meeting")):
        for field in fields:
            yield from ((target, key) for key in values(row.get(field)))
    yield from (("meeting", slug) for slug in values(row["source"].get("meeting")))
