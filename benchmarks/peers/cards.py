"""The cards that all of them hold: fictional desks, each with a number and an address."""

from __future__ import annotations

from directory.changes.operations import Put

SOURCE = {"document": "a benchmark", "place": None, "meeting": None}
ORGANISATION = "11111111-0000-4000-8000-000000000001"


def rid_of(number: int) -> str:
    """The id of a card."""
    return f"44444444-0000-4000-8000-{number:012x}"


def vcard(number: int, version: int) -> str:
    """A card as CardDAV servers keep it, as long as a desk's own document within a tenth or so."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{rid_of(number)}",
        f"FN:Duty desk {number} ({version})",
        f"N:;Duty desk {number};;;",
        "ORG:Fictional Agency",
        f"TEL;TYPE=WORK:+61 2 5550 {number % 10_000:04d}",
        f"EMAIL;TYPE=WORK:desk{number}@agency.example",
        "NOTE:Preservation and emergency disclosure\\, in English and Chinese",
        "END:VCARD",
    ]
    return "\r\n".join([*lines, ""])


def put(number: int, version: int) -> Put:
    """The same desk as a record here."""
    document = {
        "title": {"en": f"Duty desk {number} ({version})"},
        "organisation": ORGANISATION,
        "economy": "AU",
        "owner": "AU",
        "languages": ["en", "zh-Hant"],
        "functions": {"preservation": "yes", "emergency_disclosure": "yes"},
        "duty_hours": "Mo-Fr 09:00-17:00",
        "zone": "Australia/Sydney",
        "source": SOURCE,
    }
    return Put("contact", document, rid_of(number), version - 1)
