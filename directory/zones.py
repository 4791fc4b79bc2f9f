"""Time zones as the directory accepts them: the tz database's Area/City names."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone of that name.

    Abbreviations are refused even where they load: ``EST`` is a fixed offset in the tz database
    and is wrong all summer.

    Raises:
        ValueError: With a message for people.
    """
    if name != "UTC" and ("/" not in name or name.startswith(("Etc/GMT", "SystemV/", "posix/"))):
        raise ValueError(f"{name!r} is not a zone such as Asia/Tokyo; abbreviations are ambiguous")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; write it like Asia/Tokyo") from None
