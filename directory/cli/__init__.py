"""The command line: ``flask reach TO``, otherwise ``flask <capability> <verb>``."""

from __future__ import annotations

from flask import Flask

from directory.cli import (
    access,
    backup,  # noqa: F401 - it adds its commands to those of changes
    change_sets,
    changes,
    confirming,  # noqa: F401 - it adds its command to those of economies
    contacts,
    coverage,
    db,
    economies,
    finding,
    list_decisions,  # noqa: F401 - likewise
    lists,
    meetings,
    mirror,
    networks,
    openapi,
    persons,
    reach,
    readings,
    returned_lists,  # noqa: F401 - likewise
    seed,
    sync,
)
from directory.cli.base import read_as_an_account

ASKED_BY_ACCOUNTS = (
    reach.command_reach,
    finding.command_search,
    finding.command_callers,
    economies.group,
    contacts.contacts,
    contacts.organisations,
    networks.group,
    meetings.group,
    change_sets.group,
    lists.group,
    changes.tell_history,
    sync.export,
    coverage.group,
    coverage.command_coverage,
    *access.ASKED_BY_ACCOUNTS,
)
for each in ASKED_BY_ACCOUNTS:
    read_as_an_account(each)

COMMANDS = (
    reach.command_reach,
    finding.command_search,
    finding.command_callers,
    economies.group,
    contacts.contacts,
    contacts.organisations,
    networks.group,
    meetings.group,
    change_sets.group,
    lists.group,
    coverage.group,
    coverage.command_coverage,
    access.group,
    changes.group,
    readings.group,
    sync.group,
    mirror.group,
    persons.group,
    seed.group,
    db.group,
    openapi.command_openapi,
)


def register_commands(app: Flask) -> None:
    """Add the directory's commands to an application's own."""
    for command in COMMANDS:
        app.cli.add_command(command)
