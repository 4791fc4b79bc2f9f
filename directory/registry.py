"""The kinds of record of this directory, in an order in which every reference already stands."""

from __future__ import annotations

from directory.access import models as access_tables  # noqa: F401 - they register themselves
from directory.changes.kinds import Kinds
from directory.contacts.due_channels import DUE_CHANNELS
from directory.contacts.guarding import dangers
from directory.contacts.kinds import CHANNEL, CHECK, CONTACT, HOLDER, KEY, ORGANISATION
from directory.contacts.prepared import CONTACT_PARTS
from directory.meetings.kinds import ATTENDANCE, MEETING, OUTCOME
from directory.readings import models as readings_tables  # noqa: F401
from directory.reference.kinds import (
    ECONOMY,
    MEMBERSHIP,
    NETWORK,
    SHARED_REFERENCES,
    STATEMENT,
)
from directory.sync import models as sync_tables  # noqa: F401

KINDS = Kinds(
    (
        ECONOMY,
        NETWORK,
        ORGANISATION,
        MEETING,
        CONTACT,
        MEMBERSHIP,
        STATEMENT,
        HOLDER,
        CHANNEL,
        KEY,
        CHECK,
        ATTENDANCE,
        OUTCOME,
    ),
    SHARED_REFERENCES,
    (CONTACT_PARTS, DUE_CHANNELS),
    dangers,
)
