"""What every command shares: how it reads the directory, refuses, and ends.

Exit codes: 0 done, 1 refused, 2 needs a person (click's usage errors are of this kind: somebody
must say it differently), 3 not found. A shell script can rely on them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import current_app, has_app_context
from flask.cli import AppGroup, ScriptInfo, with_appcontext

from directory import migrate
from directory.access.errors import RoleNeededError
from directory.backup.state import refuse_while_restoring
from directory.changes.errors import UnknownRecordError
from directory.clock import AsOf, parse_as_of, parse_at, utc_now
from directory.contacts.rules import languages
from directory.errors import DirectoryError, NotFoundError, UnavailableError
from directory.pages import MOST_ITEMS, USUAL_ITEMS
from directory.reference.aliases import AmbiguousEconomyError, UnknownEconomyError, economy_called
from directory.reference.facts import Facts
from directory.reference.rules import Function
from directory.service import EXTENSION, Asker, Reading, Running, Writing
from directory.settings import Anonymous
from directory.sync.mirror.errors import AlarmedError

Callback = TypeVar("Callback", bound=Callable[..., Any])

EXIT_CODES: dict[type[DirectoryError], int] = {
    AmbiguousEconomyError: 2,
    AlarmedError: 2,
    NotFoundError: 3,
    DirectoryError: 1,
}
AS_ACCOUNT = "directory.as"
"""Where a command keeps the account that it reads as."""
PURPOSE = "directory.purpose"
"""Where a command keeps what it reads for."""
FORCE = "directory.force"
"""Where a command keeps whether a file may be written over."""
PRINCIPAL = "directory.principal"
"""Where a command keeps the account that it has read as."""
AS_WHOM = "Say as whom: --as ACCOUNT, by id or name."
SAY_WHO = (
    f"{AS_WHOM} docs/operating.md has the commands that make an"
    ' account, under "An account that brings lists back".'
)
UPGRADE = "flask --app wsgi db upgrade"
SEED = "flask --app wsgi seed apply reference report"


class Command(click.Command):
    """A command that says what the directory refuses instead of showing a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn a refusal into words on standard error and an exit code."""
        try:
            _refuse_while_restoring(ctx)
            found = super().invoke(ctx)
            sys.stdout.flush()
        except DirectoryError as error:
            click.echo(_said(error), err=True)
            ctx.exit(exit_code_of(error))
        except BrokenPipeError:
            # Whoever read our output has seen enough. Nothing may be written when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            behind = _not_migrated()
            if behind is None:
                raise
            click.echo(behind, err=True)
            ctx.exit(1)
        return found


def _refuse_while_restoring(ctx: click.Context) -> None:
    """Refuse to read or write what a restore has left half done, but to end that.

    Raises:
        RestoringError: A restore was begun and has not ended.
    """
    group = ctx.parent.info_name if ctx.parent is not None else None
    if group == "db" or (group, ctx.info_name) == ("changes", "restore"):
        return
    if not has_app_context():
        # As Flask does for the command itself, a moment later.
        ctx.with_resource(ctx.ensure_object(ScriptInfo).load_app().app_context())
    refuse_while_restoring(running().settings.state_dir)


class Group(AppGroup):
    """The commands of one capability."""

    command_class = Command


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command that stands for itself: ``flask reach``."""

    def decorate(function: Callable[..., None]) -> click.Command:
        return click.command(name, cls=Command)(with_appcontext(function))

    return decorate


def running() -> Running:
    """The running directory behind the current application."""
    found: Running = current_app.extensions[EXTENSION]
    return found


@contextmanager
def reading() -> Iterator[Reading]:
    """Read the directory in one snapshot, as the account named by ``--as`` or as nobody's."""
    with running().reading(asker(), at=utc_now()) as found:
        click.get_current_context().meta[PRINCIPAL] = found.principal
        yield found


@contextmanager
def writing(*, is_beside: bool = False) -> Iterator[Writing]:
    """Write in one unit of work, as the account named by ``--as``.

    Args:
        is_beside: Whether what is written stands beside the records, so that a mirror keeps its
            own: accounts, or that a list was taken along.

    Raises:
        MirrorRefusesError: It does not, and this is a mirror.
    """
    with running().writing(asker(), at=utc_now()) as unit:
        if not is_beside:
            running().refuse_copy(unit.connection)
        yield unit


def account_of(directory: Reading | Writing) -> str:
    """The account that ``--as`` names, for what is told to accounts alone.

    Raises:
        RoleNeededError: Nobody was named.
    """
    if directory.principal is None:
        raise RoleNeededError(SAY_WHO)
    return directory.principal.account


def asker() -> Asker:
    """Whom the operator at the machine has named; no token is asked for."""
    return Asker(account=click.get_current_context().meta.get(AS_ACCOUNT))


def exit_code_of(error: DirectoryError) -> int:
    """The exit code of an error's category."""
    return next(EXIT_CODES[base] for base in type(error).__mro__ if base in EXIT_CODES)


def _said(error: DirectoryError) -> str:
    """An error for people, with what to do about it where that can be known."""
    lines = [f"{error.title}.", str(error)]
    if isinstance(error, UnknownEconomyError | UnknownRecordError):
        if _reads_as_nobody():
            # Whatever was named: it is not that there were none.
            return "\n".join(why_nothing_is_found())
        lines += why_nothing_is_found()
    return "\n".join(line for line in lines if line)


def why_nothing_is_found() -> list[str]:
    """Two reasons for which a viewer finds nothing at all, and the way out of each."""
    if _reads_as_nobody():
        return [
            "Without an account nothing can be read here (DIRECTORY_ANONYMOUS=nothing).",
            AS_WHOM,
        ]
    with reading() as found:
        if found.facts.economies:
            return []
    if running().is_mirror:
        return ["Nothing has been copied yet that may be seen. To copy: flask mirror pull"]
    return [f"The directory is empty. To fill it: {SEED}"]


def _reads_as_nobody() -> bool:
    return asker().account is None and running().settings.anonymous is Anonymous.NOTHING


def _not_migrated() -> str | None:
    """What to do when the database is not the one this code is written for; None when it is."""
    try:
        with running().database.reading() as connection:
            held = migrate.current(connection)
    except UnavailableError as error:
        return str(error)
    newest = migrate.newest()
    if held == newest:
        return None
    return f"The database is at migration {held or 'none'}, this code needs {newest}: {UPGRADE}"


class _Text(click.ParamType[str]):
    """Text that can be stored and sent: an argument may hold bytes that are no characters."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("it holds bytes that are not UTF-8", param, ctx)
        return str(value)


class _At(click.ParamType[datetime]):
    """An instant with its zone, or a date, which means noon UTC."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_at(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _AsOf(click.ParamType[AsOf]):
    """An instant with its zone, or a date, which means the end of that day."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> AsOf:
        if isinstance(value, AsOf):
            return value
        try:
            return parse_as_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Language(click.ParamType[str]):
    """A language by its BCP 47 tag."""

    name = "language"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        try:
            return languages.normalise_tag(value[:100])
        except ValueError as error:
            self.fail(str(error), param, ctx)


TEXT = _Text()
AT = _At()
AS_OF = _AsOf()
LANGUAGE = _Language()
FUNCTION = click.Choice([str(function) for function in Function])


def _keep_purpose(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    ctx.meta[PURPOSE] = value


for_purpose = click.option(
    "--purpose",
    type=TEXT,
    expose_value=False,
    callback=_keep_purpose,
    help="What you read it for; recorded where something marked AMBER or above is shown.",
)


def as_json(function: Callback) -> Callback:
    """Give a reading command the options to say why, and to print what the API answers with."""
    is_json = click.option(
        "--json", "is_json", is_flag=True, help="Print the body that the API answers with."
    )
    return is_json(for_purpose(function))


def to_new_file(function: Callback) -> Callback:
    """Give a command the argument FILE, which is not written over unless that is said."""
    force = click.option(
        "--force",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_keep_force,
        help="Write over FILE where it is there already.",
    )
    path = click.Path(dir_okay=False, path_type=Path)
    return click.argument("file", type=path, callback=_refuse_held)(force(function))


def _keep_force(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[FORCE] = value


def _refuse_held(ctx: click.Context, param: click.Parameter, file: Path) -> Path:
    if not file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}")
    if file.exists() and not ctx.meta[FORCE]:
        raise click.BadParameter(f"{file} is there already; --force writes over it")
    ctx.with_resource(_putting_away())
    return file


@contextmanager
def _putting_away() -> Iterator[None]:
    """Let a command that is told to end (SIGTERM) put away first what it has begun to write."""

    def end(*_: Any) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


as_recorded = click.option(
    "--as-of",
    type=AS_OF,
    metavar="INSTANT",
    help="What had been recorded by an instant, with its zone, or by the end of a date (UTC).",
)
in_economy = click.option("--economy", type=TEXT, help="An economy, by its code or any name.")


def read_as_an_account(named: click.Command) -> None:
    """Give a command, or every command of a group, the option ``--as``."""
    if isinstance(named, click.Group):
        for each in named.commands.values():
            read_as_an_account(each)
    else:
        named.params.append(
            click.Option(
                ["--as", "as_account"],
                type=TEXT,
                metavar="ACCOUNT",
                expose_value=False,
                callback=_note_account,
                help="The account to act as, by id or name.",
            )
        )


def _note_account(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[AS_ACCOUNT] = value


def paged(function: Callback) -> Callback:
    """Give a command the options of a list that comes in pages."""
    limit = click.option(
        "--limit",
        type=click.IntRange(1, MOST_ITEMS),
        default=USUAL_ITEMS,
        show_default=True,
        help="Items on a page.",
    )
    page = click.option("--page", type=TEXT, help="A place in the list, from a page before.")
    return limit(page(as_json(function)))


def code_of(facts: Facts, name: str | None) -> str | None:
    """The code of an economy that may have been named."""
    return None if name is None else economy_called(facts, name)
