"""The command line: ``flask reach TO``, otherwise ``flask <capability> <verb>``."""

from __future__ import annotations

from flask import Flask

from directory.cli import changes, db, seed

COMMANDS = (db.group, seed.group, changes.group)


def register_commands(app: Flask) -> None:
    """Add the directory's commands to an application's own."""
    for command in COMMANDS:
        app.cli.add_command(command)
