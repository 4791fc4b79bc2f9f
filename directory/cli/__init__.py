"""The command line: ``flask reach TO``, otherwise ``flask <capability> <verb>``."""

from __future__ import annotations

from flask import Flask

from directory.cli import (
    changes,
    contacts,
    db,
    economies,
    finding,
    meetings,
    networks,
    openapi,
    reach,
    readings,
    seed,
)

COMMANDS = (
    reach.command_reach,
    finding.command_search,
    finding.command_callers,
    economies.group,
    contacts.contacts,
    contacts.organisations,
    networks.group,
    meetings.group,
    changes.group,
    readings.group,
    seed.group,
    db.group,
    openapi.command_openapi,
)


def register_commands(app: Flask) -> None:
    """Add the directory's commands to an application's own."""
    for command in COMMANDS:
        app.cli.add_command(command)
