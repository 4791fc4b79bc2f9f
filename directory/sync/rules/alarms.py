"""What a copy must never take for good, each under a name of its own.

Trouble is something else: an origin that does not answer is no sign of an attack.
"""

from __future__ import annotations

from enum import StrEnum


class Alarm(StrEnum):
    """What was found that must not be.

    Attributes:
        ROLLBACK: A head that is older, or of fewer entries, than one that was verified before.
        FREEZE: The newest head is no longer believed: nobody says any more that nothing changed.
        FORK: Another history than the one that is held.
        SPLICE: Bytes that are not those signed, or were signed for something else.
        REPLAY: A page that does not begin where the copy ends.
        EQUIVOCATION: Two roots for one size of one log: somebody is told different things.
        UNKNOWN_KEY: Signed with a key that is not believed here.
        POISON: An entry that cannot be taken over, though it is what was signed.
    """

    ROLLBACK = "rollback"
    FREEZE = "freeze"
    FORK = "fork"
    SPLICE = "splice"
    REPLAY = "replay"
    EQUIVOCATION = "equivocation"
    UNKNOWN_KEY = "unknown-key"
    POISON = "poison"


class RefusedError(Exception):
    """What came is not taken; the copy stays as it is.

    Attributes:
        alarm: Why.
        detail: In words, for whoever runs the copy. It holds no contact data.
    """

    def __init__(self, alarm: Alarm, detail: str) -> None:
        super().__init__(f"{alarm}: {detail}")
        self.alarm = alarm
        self.detail = detail


class OlderSnapshotError(RefusedError):
    """A snapshot takes back what is held, under the rights under which it is held.

    Honest only where the rights were others for a moment, and are the same again.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(Alarm.ROLLBACK, detail)
