"""What the columns of lists mean, and the headings under which the directory itself writes them."""

from __future__ import annotations

from enum import StrEnum


class Column(StrEnum):
    """The meaning of a column.

    Several columns of a list may have the same meaning; one column has one.
    """

    NUMBER = "number"
    ECONOMY = "economy"
    POST = "post"
    HONORIFIC = "honorific"
    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    OWN_SCRIPT = "own_script"
    POSITION = "position"
    ORGANISATION = "organisation"
    POSITION_AND_ORGANISATION = "position_and_organisation"
    ROLE = "role"
    TELEPHONE = "telephone"
    MOBILE = "mobile"
    FAX = "fax"
    TELEPHONE_AND_FAX = "telephone_and_fax"
    EMAIL = "e-mail"
    PORTAL = "portal"
    MESSAGING = "messaging"
    CONTACT_DETAILS = "contact_details"
    ROUND_THE_CLOCK = "round_the_clock"
    LANGUAGES = "languages"
    HOURS = "duty_hours"
    ZONE = "zone"
    HOURS_AND_ZONE = "hours_and_zone"
    NETWORKS = "networks"
    FUNCTIONS = "functions"
    CONFIRMED = "confirmed"
    MARKING = "marking"
    REMARKS = "remarks"
    RECORD = "record"
