"""What somebody may not see is absent from every command that reads as they do.

A new command joins by itself. Where it takes an argument for which nothing is known to be given,
the walk fails and says where to add it; a command that writes has to be named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest
from click.testing import Result

from directory.cli import COMMANDS, loaded
from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.records import values_in
from tests.scenarios.doors.routes import PARAMETERS, UNKNOWN, Values
from tests.scenarios.doors.walk import PASSING, Leak, Walk, listening, told

HERE = "tests/scenarios/doors/test_commands.py"
READERS = ("reader cleared for AMBER", "editor of JP cleared for RED", "operator", "anonymous")
WRITING = {
    "access partners create", "access partners alter", "access partners close",
    "access accounts create", "access accounts alter", "access accounts close",
    "lists export", "lists import", "lists approve", "lists apply", "lists revert",
    "access roles grant", "access roles confirm", "access roles revoke",
    "access tokens issue", "access tokens rotate", "access tokens revoke",
    "economies confirm", "sync export",
    "change-sets approve", "change-sets apply", "change-sets reject", "change-sets revert",
}  # fmt: skip
"""Commands that change something; they show accounts and tokens, or what the API answers."""
OF_THE_MACHINE = {
    "db", "seed", "changes", "openapi", "access operator", "readings", "sync", "mirror",
    "persons",
}  # fmt: skip
"""What whoever is at the machine asks as nobody's account."""


def _plural(kind: str) -> Callable[[Values], list[str]]:
    def names(values: Values) -> list[str]:
        found = values.records.named(kind)
        return [*found[values.turn :: 61], UNKNOWN]

    return names


ARGUMENTS: dict[str, Callable[[Values], list[str]]] = {
    "reach to": PARAMETERS["economy"],
    "reach origin": PARAMETERS["from"],
    "search query": PARAMETERS["q"],
    "callers number": PARAMETERS["number"],
    "contacts show contact": _plural("contacts"),
    "organisations show name": _plural("organisations"),
    "networks show name": _plural("networks"),
    "meetings show name": _plural("meetings"),
    "change-sets change_set": _plural("change-sets"),
    "lists list_id": lambda values: [*values.records.named("returned-lists"), UNKNOWN],
    "lists returned meeting": lambda values: values.records.named("meetings")[:2],
    "economies name": PARAMETERS["economy"],
    "vcard": lambda values: ["3.0", "4.0"],
    "account": lambda values: [*values.access[:2], UNKNOWN],
    "partner": lambda values: [*values.access[:2], UNKNOWN],
}


def commands_of(
    group: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words by which it is called."""
    words = (*path, str(group.name))
    if isinstance(group, click.Group):
        for each in group.commands.values():
            yield from commands_of(each, words)
    else:
        yield " ".join(words), group


ALL = dict(pair for place in COMMANDS.values() for pair in commands_of(loaded(place)))
READING = {
    name: command for name, command in ALL.items()
    if name not in WRITING and not any(name.startswith(first) for first in OF_THE_MACHINE)
}  # fmt: skip


def values_for(name: str, parameter: click.Parameter, values: Values) -> list[str]:
    """What a parameter of a command is given; what decides on the form alone is not tried."""
    first = name.split()[0]
    for key in (f"{name} {parameter.name}", f"{first} {parameter.name}", str(parameter.name)):
        known = ARGUMENTS.get(key) or PARAMETERS.get(key)
        if known is not None:
            return known(values)
    raise AssertionError(
        f"flask {name}: nothing is known to be given as {parameter.name}: say in ARGUMENTS of"
        f" {HERE} what, hidden values included; if the command writes, name it in WRITING there"
    )


def calls(name: str, command: click.Command, values: Values) -> Iterator[list[str]]:
    """A command with everything that can be given to it, one thing at a time."""
    arguments: list[list[str]] = [[]]
    options: list[tuple[str, list[str]]] = []
    flags: list[str] = []
    for parameter in command.params:
        if parameter.name in {"as_account", "purpose", "is_json", "is_card", "page", "help"}:
            continue
        if isinstance(parameter, click.Option) and parameter.is_flag:
            flags.append(parameter.opts[0])
            continue
        given = values_for(name, parameter, values)
        if isinstance(parameter, click.Argument):
            arguments = [[*before, each] for before in arguments for each in given]
        else:
            options.append((parameter.opts[0], given))
    for each in arguments:
        yield [*each]
    for option, given in options:
        for value in given[:2]:
            yield [*arguments[0], option, value]
    for flag in flags:
        for each in arguments:
            yield [*each, flag]
    yield [*arguments[0], "--json"]


class Terminal(Walk):
    """Somebody at a terminal, or for whom the operator at the machine asks."""

    def run(self, service: Any, words: list[str]) -> Result:
        """Run a command as this person."""
        as_them = [] if self.person.account is None else ["--as", self.person.account]
        runner = service.app.test_cli_runner()
        result: Result = runner.invoke(args=[*words, *as_them], env={"COLUMNS": "400"})
        return result

    def commands(self) -> int:
        """Run every command that reads, and look at what it prints."""
        count = 0
        for name, command in READING.items():
            for given in calls(name, command, self._values):
                words = [*name.split(), *given]
                result = self.run(self.whole, words)
                count += 1
                if result.exception is not None and not isinstance(result.exception, SystemExit):
                    self.note(" ".join(words), repr(result.exception))
                self.look_through(" ".join(words), result.output.encode())
                if self.alone is not None and count % 5 == 0:
                    self._must_print_alike(words, result, self.alone)
        return count

    def _must_print_alike(self, words: list[str], result: Result, alone: Any) -> None:
        if result.output != self.run(alone, words).output:
            again, other = (
                _without_uses(words, self.run(app, words).output) for app in (self.whole, alone)
            )
            if again != other:
                self.note(" ".join(words), f"differs: {again[:200]!r} and {other[:200]!r}")


def _without_uses(words: list[str], output: str) -> str:
    """What was printed without when tokens were last used, on which the width of columns hangs."""
    if words[:3] != ["access", "tokens", "list"]:
        return output
    if "--json" in words:
        return PASSING.sub(b"", output.encode()).decode()
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?!:)|[ ─]+", "", output)


def test_every_command_that_reads_does_it_as_somebody() -> None:
    for name, command in READING.items():
        assert "as_account" in {each.name for each in command.params}, (
            f"flask {name} reads for whoever is at the machine: give it --as"
            f" (COMMANDS of directory.cli), or name it in WRITING of {HERE}"
        )


def test_nobody_is_printed_what_they_may_not_see(house: House) -> None:
    leaks: list[Leak] = []
    count = 0
    with listening("directory") as ear:
        for turn, name in enumerate(READERS):
            person = house.person(name)
            terminal = Terminal(house.records, person, turn, house.whole, house.alone(person))
            count += terminal.commands()
            leaks += terminal.leaks
    if leaks:
        pytest.fail(told(leaks))
    assert count > 150
    assert not values_in(ear.stream.getvalue().encode()) & house.records.values
