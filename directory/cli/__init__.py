"""The command line: ``flask reach TO``, otherwise ``flask <capability> <verb>``.

A command is loaded when it is asked for: all of them take longer to load than most take to run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import cast

import click
from flask import Flask
from flask.cli import AppGroup

from directory.cli.base import read_as_an_account


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is written.

    Attributes:
        module: A module beside this one.
        name: The command's name in it.
        more: The modules that add commands to a group.
        is_asked_by_accounts: Whether it takes ``--as``; a group whose commands differ in that says
            so for each.
    """

    module: str
    name: str = "group"
    more: tuple[str, ...] = ()
    is_asked_by_accounts: bool = True


COMMANDS: Mapping[str, Place] = {
    "reach": Place("reach", "command_reach"),
    "search": Place("finding", "command_search"),
    "callers": Place("finding", "command_callers"),
    "economies": Place("economies", more=("confirming",)),
    "contacts": Place("contacts", "contacts"),
    "organisations": Place("contacts", "organisations"),
    "networks": Place("networks"),
    "meetings": Place("meetings"),
    "change-sets": Place("change_sets"),
    "lists": Place("lists", more=("returned_lists", "list_decisions")),
    "checks": Place("coverage"),
    "coverage": Place("coverage", "command_coverage"),
    "access": Place("access", is_asked_by_accounts=False),
    "changes": Place("changes", more=("backup",), is_asked_by_accounts=False),
    "readings": Place("readings"),
    "sync": Place("sync", is_asked_by_accounts=False),
    "mirror": Place("mirror", is_asked_by_accounts=False),
    "persons": Place("persons", is_asked_by_accounts=False),
    "seed": Place("seed", is_asked_by_accounts=False),
    "db": Place("db", is_asked_by_accounts=False),
    "openapi": Place("openapi", "command_openapi", is_asked_by_accounts=False),
}


class Commands(AppGroup):
    """The directory's commands beside whatever else an application has."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, from wherever it is written."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.add_command(loaded(COMMANDS[cmd_name]), cmd_name)
        return super().get_command(ctx, cmd_name)


@cache
def loaded(place: Place) -> click.Command:
    """The command that is written in some place; it is made once."""
    module = import_module(f"{__name__}.{place.module}")
    for each in place.more:
        import_module(f"{__name__}.{each}")
    found = cast(click.Command, getattr(module, place.name))
    if place.is_asked_by_accounts:
        read_as_an_account(found)
    return found


def register_commands(app: Flask) -> None:
    """Add the directory's commands to an application's own."""
    app.cli = Commands(app.name)
