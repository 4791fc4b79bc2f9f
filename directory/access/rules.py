"""Tokens, what roles give, and who counts as another person: pure rules."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from directory.names import fold
from directory.policy import DIRECTORY, Role, Tlp, Viewer

PREFIX = "dir_"
TOKEN_BYTES = 32
TOKEN = re.compile(r"dir_[A-Za-z0-9_-]{43}\Z")
HINT_LENGTH = 4
USUAL_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)
WARNED_BEFORE = timedelta(days=14)
OVERLAP = timedelta(days=1)
"""For how long the old token still holds after its own rotation."""

READING_ROLES = frozenset({Role.READER, Role.EDITOR, Role.COORDINATOR})
APPROVING_ROLES = frozenset({Role.EDITOR, Role.COORDINATOR})


class AccountKind(StrEnum):
    """Who stands behind an account."""

    PERSON = "person"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Granted:
    """A role in force; an editor's names the economy."""

    role: Role
    economy: str | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """The account behind a request, as its token or the operator at the machine named it.

    Attributes:
        token: Id of the token used; None at the command line.
        expires_at: When that token ends.
    """

    account: str
    account_kind: AccountKind
    partner: str
    organisation: str | None
    economy: str | None
    clearance: Tlp
    needs_purpose: bool
    granted: frozenset[Granted]
    token: str | None = None
    expires_at: datetime | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles in force."""
        return frozenset(granted.role for granted in self.granted)

    @property
    def is_reader(self) -> bool:
        """Whether the account may read what its partner is cleared for: an operator never is."""
        return Role.OPERATOR not in self.roles and not READING_ROLES.isdisjoint(self.roles)


def new_token() -> str:
    """A fresh token: 256 random bits behind a prefix that scanners of leaked secrets can find."""
    return PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def hint_of(token: str) -> str:
    """What may be shown of a token: too little to guess the rest from."""
    return token[: len(PREFIX) + HINT_LENGTH]


def viewer_of(principal: Principal, networks: frozenset[str]) -> Viewer:
    """The viewer that an account is.

    Args:
        principal: The account.
        networks: Slugs of the networks its partner takes part in at this instant.
    """
    if not principal.is_reader:
        return Viewer(
            principal.economy,
            frozenset(),
            Tlp.CLEAR,
            frozenset(),
            principal.roles,
            principal.account,
        )
    owners = {granted.economy for granted in principal.granted if granted.economy is not None}
    if Role.COORDINATOR in principal.roles:
        owners.add(DIRECTORY)
    return Viewer(
        principal.economy,
        networks,
        principal.clearance,
        frozenset(owners),
        principal.roles,
        principal.account,
    )


def chain_of(replaces: Mapping[str, str | None], token: str) -> set[str]:
    """The tokens that were rotated from each other, a token's own among them.

    Args:
        replaces: The token that each token of an account replaces, by id.
        token: One of them.
    """
    chain, size = {token}, 0
    while len(chain) > size:
        size = len(chain)
        chain |= {new for new, old in replaces.items() if old in chain}
        chain |= {old for new, old in replaces.items() if new in chain and old is not None}
    return chain


def why_not_role(kind: AccountKind, held: Collection[Granted], wanted: Granted) -> str | None:
    """Why an account cannot be given a role; None when it can."""
    if wanted in held:
        return "The account has this role already, or it waits for its confirmation."
    if kind is AccountKind.SERVICE and wanted.role not in READING_ROLES:
        return "A service can be reader, editor or coordinator, never operator or auditor."
    roles = {granted.role for granted in held}
    if roles and (wanted.role is Role.OPERATOR or Role.OPERATOR in roles):
        return "An operator's account has no other role; make the person another account."
    return None


@dataclass(frozen=True, slots=True)
class Made:
    """An account and by whom it came to be what it is.

    Attributes:
        by: The accounts that created it, gave or confirmed one of its roles, or issued its tokens.
    """

    account: str
    account_kind: AccountKind
    partner: str
    name: str
    email: str | None
    by: frozenset[str]


def is_same_person(one: Made, other: Made) -> bool:
    """Whether two accounts belong to one person, as far as can be told: when in doubt, yes."""
    if one.account == other.account:
        return True
    if one.email and other.email and _mailbox(one.email) == _mailbox(other.email):
        return True
    return one.partner == other.partner and fold(one.name) == fold(other.name)


def _mailbox(email: str) -> tuple[str, str]:
    """Where mail arrives: what follows a + is chosen by whoever owns the mailbox."""
    local, _, domain = email.lower().rpartition("@")
    return local.partition("+")[0], domain


def lineage(known: Mapping[str, Made], account: str) -> list[Made]:
    """An account, and everybody who made it what it is, directly or through others."""
    due, seen = [account], {account}
    found = []
    while due:
        made = known.get(due.pop())
        if made is not None:
            found.append(made)
            due += made.by - seen
            seen |= made.by
    return found


def is_their_own(known: Mapping[str, Made], operator: str, made: Made) -> bool:
    """Whether an account is of an operator's own partner or person, or of those who made them.

    Otherwise an operator could make another one and have that one do what they may not.
    """
    return any(
        behind.partner == made.partner or is_same_person(behind, made)
        for behind in lineage(known, operator)
    )


def are_independent(known: Mapping[str, Made], one: str, other: str) -> bool:
    """Whether two operators are two people neither of whom, nor anybody else, made them both.

    Whoever made both could be both: they have had the tokens in hand.
    """
    behind = lineage(known, one)
    return not any(is_same_person(a, b) for b in lineage(known, other) for a in behind)


def why_not_second(known: Mapping[str, Made], proposer: str, approver: str) -> str | None:
    """Why an account cannot be the second person for what another proposed; None when it can.

    Args:
        known: Every account that could matter, by id.
        proposer: Who proposed.
        approver: Who would approve.
    """
    second = known[approver]
    if second.account_kind is not AccountKind.PERSON:
        return "A service account decides nothing; a second person has to."
    first = known.get(proposer)
    if first is None:
        return None
    if is_same_person(first, second):
        return "The second person must be somebody other than those who proposed or edited it."
    if any(is_same_person(first, maker) for maker in lineage(known, approver)):
        return (
            "This account was made, or given its role or its token, by one who proposed or edited"
            " the change, directly or through others; somebody else has to decide."
        )
    return None
