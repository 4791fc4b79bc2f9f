"""Where a copy stands, and which heads may follow what it has been told before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from directory.changes.tree import Frontier
from directory.clock import CLOCKS_DIFFER, format_instant
from directory.sync.rules.alarms import Alarm, RefusedError
from directory.sync.rules.claims import HeadClaims, PageClaims


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a copy stands, and as whom it asks.

    Attributes:
        account: Id of the account as which it copies.
        log: Id of the log that it holds; None before it holds any.
        frontier: Of what it holds.
        scope: Hash of the scope under which it holds it; None before the first snapshot.
        head: The newest head that was verified and reached.
    """

    account: str
    log: str | None
    frontier: Frontier
    scope: str | None
    head: HeadClaims | None


def judge_head(head: HeadClaims, standing: Standing, *, now: datetime) -> None:
    """Refuse a head that takes back what an earlier one said, or is not of this time.

    Raises:
        RefusedError: ``freeze``, ``rollback``, ``equivocation`` or ``fork``.
    """
    before = standing.head
    if before is not None and head.log == before.log:
        if head.size == before.size and head.root != before.root:
            raise RefusedError(
                Alarm.EQUIVOCATION,
                f"two heads of size {head.size} have the roots {before.root} and {head.root}",
            )
        if head.size < before.size:
            raise RefusedError(
                Alarm.ROLLBACK, f"a head of size {head.size} after one of size {before.size}"
            )
    if before is not None and head.at < before.at:
        raise RefusedError(
            Alarm.ROLLBACK,
            f"a head of {format_instant(head.at)} after one of {format_instant(before.at)}",
        )
    if head.log == standing.log and head.size < standing.frontier.size:
        # In the middle of several pages no head has been reached that would say so.
        raise RefusedError(
            Alarm.ROLLBACK,
            f"a head of size {head.size}, and {standing.frontier.size} entries are held",
        )
    if standing.log is not None and head.log != standing.log:
        _judge_other_log(head, standing, standing.log)
    if head.at > now + CLOCKS_DIFFER:
        raise RefusedError(
            Alarm.FREEZE, f"the head is of {format_instant(head.at)}, which has not come yet"
        )
    if now >= head.believed_until:
        raise RefusedError(
            Alarm.FREEZE,
            f"the newest head is of {format_instant(head.at)} and was believed until"
            f" {format_instant(head.believed_until)}",
        )


def _judge_other_log(head: HeadClaims, standing: Standing, mine: str) -> None:
    parent = next((epoch for epoch in head.epochs if epoch.parent == mine), None)
    if parent is None:
        raise RefusedError(
            Alarm.FORK, f"the log {head.log} does not go on from the log {mine} that is held here"
        )
    size = standing.frontier.size
    if size == parent.size and standing.frontier.root().hex() != parent.root:
        raise RefusedError(
            Alarm.FORK,
            f"the log {head.log} goes on from another history of the log {mine} than is held here",
        )


def is_beyond(head: HeadClaims, standing: Standing) -> bool:
    """Whether the copy holds what its origin has given up."""
    parent = next((each for each in head.epochs if each.parent == standing.log), None)
    return parent is not None and standing.frontier.size > parent.size


def judge_claims(head: HeadClaims, standing: Standing, digest: str) -> PageClaims:
    """Refuse bytes that are not those which the head was signed for, for this account.

    Args:
        head: The head that came with them.
        standing: Where the copy stands.
        digest: The SHA-256 of the bytes, in hexadecimal.

    Raises:
        RefusedError: ``splice``.
    """
    page = head.page
    if page is None:
        raise RefusedError(Alarm.SPLICE, "the head was signed for no bytes at all")
    if page.sha256 != digest:
        raise RefusedError(Alarm.SPLICE, "the bytes are not those that were signed")
    if page.audience != standing.account:
        raise RefusedError(Alarm.SPLICE, "the bytes were signed for another account")
    return page
