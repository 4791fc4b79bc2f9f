"""The rows of the demo directory, read once for the tests over them.

A row is as it stands in its file, with the file's defaults under it: what is absent there is
absent here.
"""

import tomllib
from pathlib import Path
from typing import Any

SEED = Path(__file__).parents[3] / "seed"
FILES = {
    "organisation": "organisations",
    "contact": "contacts",
    "holder": "holders",
    "channel": "channels",
    "key": "keys",
    "check": "checks",
}

Row = dict[str, Any]


def rows_of(folder: str, name: str) -> list[Row]:
    """The rows of one seed file; none when the file is not there."""
    path = SEED / folder / f"{name}.toml"
    if not path.exists():
        return []
    content = tomllib.loads(path.read_text("utf-8"))
    defaults = content.pop("defaults", {})
    return [{**defaults, **row} for rows in content.values() for row in rows]


DEMO = {kind: rows_of("demo", name) for kind, name in FILES.items()}
BY_KEY = {kind: {row["key"]: row for row in rows} for kind, rows in DEMO.items()}
ALL = [(kind, row) for kind, rows in DEMO.items() for row in rows]
CONTACTS, CHANNELS, CHECKS = DEMO["contact"], DEMO["channel"], DEMO["check"]
