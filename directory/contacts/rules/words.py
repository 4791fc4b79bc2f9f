"""The words of contact data: what kinds of organisation, channel and check there are."""

from __future__ import annotations

from enum import StrEnum


class OrganisationType(StrEnum):
    """What an organisation is."""

    LAW_ENFORCEMENT = "law_enforcement"
    PROSECUTION = "prosecution"
    JUSTICE = "justice"
    CSIRT = "csirt"
    PROVIDER = "provider"
    REGULATOR = "regulator"
    INTERNATIONAL_BODY = "international_body"
    GROUP = "group"
    OTHER = "other"


class Sector(StrEnum):
    """Whose an organisation is; a private one never inherits its economy's networks."""

    PUBLIC = "public"
    PRIVATE = "private"
    INTERNATIONAL = "international"


class Medium(StrEnum):
    """The technical means of a channel."""

    TELEPHONE = "telephone"
    MOBILE = "mobile"
    FAX = "fax"
    EMAIL = "e-mail"
    PORTAL = "portal"
    MESSAGING = "messaging"


class Purpose(StrEnum):
    """What a channel is for."""

    DUTY = "duty"
    OFFICE = "office"
    EMERGENCY = "emergency"
    OUT_OF_HOURS = "out_of_hours"
    SWITCHBOARD = "switchboard"
    OTHER = "other"


class CheckOutcome(StrEnum):
    """How an attempt to reach a channel ended."""

    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    LANGUAGE_PROBLEM = "language_problem"
    NO_ANSWER = "no_answer"
    WRONG_PERSON = "wrong_person"
    NUMBER_DEAD = "number_dead"
    BOUNCED = "bounced"
    CONFIRMED = "confirmed"


class CheckMethod(StrEnum):
    """By what the channel was tried; a confirmation is somebody's word, and nothing was tried."""

    TEST_CALL = "test_call"
    TEST_MESSAGE = "test_message"
    REAL_REQUEST = "real_request"
    VISIT = "visit"
    CONFIRMATION = "confirmation"
    OTHER = "other"


class Verification(StrEnum):
    """What a channel's checks say of it at an instant."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    STALE = "stale"
    FAILED = "failed"


REACHED = (
    CheckOutcome.ANSWERED,
    CheckOutcome.ANSWERED_LATE,
    CheckOutcome.LANGUAGE_PROBLEM,
    CheckOutcome.CONFIRMED,
)
"""The outcomes that verify a channel: the right desk was on the line, or stands by what is held."""

STALE_AFTER_DAYS = 90
TELEPHONE_MEDIA = (Medium.TELEPHONE, Medium.MOBILE, Medium.FAX, Medium.MESSAGING)
