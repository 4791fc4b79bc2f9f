"""Identifiers: random for what the server makes, derived for what is seeded.

A seeded id comes from the record's natural key, so seeding twice finds what it wrote before. The
natural key never holds a person's name, because an id outlives an erasure.
"""

from __future__ import annotations

import re
import uuid

SEED_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://contact-directory.example/seed")

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
RECORD_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def new_id() -> str:
    """A random identifier, in the canonical text form of a UUID."""
    return str(uuid.uuid4())


def seeded_id(kind: str, natural_key: str) -> str:
    """The identifier of a seeded record, the same at every seeding."""
    return str(uuid.uuid5(SEED_NAMESPACE, f"{kind}:{natural_key}"))
