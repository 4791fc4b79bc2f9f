"""Time zones as the directory accepts them: the tz database's Area/City names."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

FIXED = ("Etc", "posix", "right", "SystemV")
"""Areas of the tz database in which no place lies."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that name.

    ``EST`` and ``Etc/GMT-8`` would load, but as fixed offsets that are wrong all summer.

    Raises:
        ValueError: With an example of what to write.
    """
    area, slash, _ = name.partition("/")
    is_place = slash and area not in FIXED and name in _known()
    if not is_place and name not in ("UTC", "Etc/UTC"):
        raise ValueError(
            f"'{name}' is not a time zone of a place: write its IANA name,"
            " such as Asia/Taipei or America/New_York."
        )
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
