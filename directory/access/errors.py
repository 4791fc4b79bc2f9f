"""What access refuses."""

from __future__ import annotations

from directory.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError


class RoleNeededError(ForbiddenError):
    """The account has not the role that this takes."""

    slug = "role-needed"
    title = "Your account has not the role for this"


class SecondOperatorError(ForbiddenError):
    """An operator would serve their own partner alone."""

    slug = "second-operator-needed"
    title = "Another operator has to do this"


class UnknownPartnerError(NotFoundError):
    """There is no such partner."""

    slug = "unknown-partner"
    title = "There is no such partner"


class UnknownAccountError(NotFoundError):
    """There is no such account."""

    slug = "unknown-account"
    title = "There is no such account"


class UnknownTokenError(NotFoundError):
    """There is no such token."""

    slug = "unknown-token"
    title = "There is no such token"


class UnknownGrantError(NotFoundError):
    """There is no such role of this account."""

    slug = "unknown-grant"
    title = "There is no such role"


class AccessConflictError(ConflictError):
    """Partners, accounts and roles would contradict each other."""

    slug = "access-conflict"
    title = "This does not fit the partners and accounts that there are"


class InvalidAccessError(InvalidInputError):
    """What was sent for a partner, an account, a role or a token cannot be used."""

    slug = "invalid-access"
    title = "A partner, account, role or token cannot be accepted"
