"""Who takes part in what on a day, and on which evidence.

Periods are half-open: a membership holds on its ``from_date`` and no longer on its ``until_date``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from directory.documents import Document

Participation = Mapping[tuple[str, str], Document]
"""The membership in force, by (network, economy)."""

_STRENGTH = {"member": 2, "not_member": 1}
_OLD_AFTER_YEARS = 2


def memberships_in_force(
    memberships: Mapping[str, Sequence[Document]], economies: Iterable[str], day: str
) -> dict[tuple[str, str], Document]:
    """Pick each economy's membership in each network on a day.

    Periods do not overlap in a sound directory. Should two do so all the same, taking part beats
    not taking part, and the newer evidence the older, whatever order they come in.

    Args:
        memberships: Documents of any period, by economy.
        economies: The codes that matter.
        day: ISO date, in UTC; written dates compare as text.
    """
    chosen: dict[tuple[str, str], Document] = {}
    for economy in economies:
        for row in memberships.get(economy, ()):
            begins, ends = row["from_date"], row["until_date"]
            if (begins is not None and begins > day) or (ends is not None and ends <= day):
                continue
            key = (row["network"], economy)
            held = chosen.get(key)
            if held is None or _weight(row) > _weight(held):
                chosen[key] = row
    return chosen


def oldest_fresh(day: str) -> str:
    """The date on which evidence may have been found and still be fresh on a day."""
    # Written dates compare as text, so a 29 February minus two years needs no calendar.
    return f"{int(day[:4]) - _OLD_AFTER_YEARS:04d}{day[4:]}"


def is_old(row: Document, oldest: str) -> bool:
    """Whether a membership's newest evidence is older than a date."""
    known_on: str | None = row["known_on"]
    return known_on is not None and known_on < oldest


def evidence_of(code: str, row: Document | None) -> Document:
    """Participation, date and source, as answers show them; without a row, unknown."""
    if row is None:
        return {"economy": code, "status": "unknown", "known_on": None, "source": None}
    return {
        "economy": code,
        "status": row["status"],
        "known_on": row["known_on"],
        "source": row["source"],
    }


def source_text(row: Document) -> str:
    """Where a membership is known from."""
    source = row["source"]
    return ", ".join(part for part in (source["document"], source["place"]) if part)


def age_warning(row: Document, economy: str, network: str) -> Document:
    """A warning that the newest evidence of a membership is old.

    Args:
        row: The membership.
        economy: The economy's name.
        network: The network's name.
    """
    text = (
        f"The newest evidence on {economy} in {network} is of {row['known_on']}, more than two"
        " years before."
    )
    return {"code": "evidence-old", "text": text}


def _weight(row: Document) -> tuple[int, bool, str, str]:
    # A way in is part of taking part: a second row that does not name it must not hide it.
    strength = _STRENGTH.get(row["status"], 0)
    return strength, row["via"] is not None, row["known_on"] or "", row["id"]
