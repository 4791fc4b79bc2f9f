"""Being the copy of another directory: whose, bringing it on, and how it stands."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import click
import orjson

from directory.clearing import Cleared
from directory.cli.base import TEXT, Group, running
from directory.cli.printing import facts_table, show, show_json
from directory.clock import utc_now
from directory.durable import alone
from directory.errors import UnavailableError
from directory.lines import plain
from directory.settings import Mode
from directory.sync.mirror import adding, alarms, pins, pulling, status, tidying
from directory.sync.mirror.errors import (
    AlarmedError,
    BadOriginError,
    CopyBegunAnewError,
    CopyBehindError,
    CopyTroubleError,
    DifferingCopyError,
    OriginTroubleError,
)
from directory.sync.mirror.origin import HttpOrigin, Unchanged
from directory.sync.mirror.pulling import Mirror, Pulled
from directory.sync.mirror.state import State, state_of
from directory.sync.mirror.tidying import Tidier

group = Group("mirror", help="The verified copy of another directory.")

USUAL_SECONDS = 60
JITTER = 0.1
insecure = click.option(
    "--insecure-http",
    "is_insecure",
    is_flag=True,
    help="Ask without encryption, where something else protects the way.",
)


@group.command("add")
@click.argument("address", type=TEXT, metavar="URL")
@click.option("--token", type=TEXT, help="Of an account there that reads; asked for if left out.")
@click.option(
    "--pin",
    type=TEXT,
    required=True,
    metavar="KEY-or-FILE",
    help="The key that signs there: its name, or a JWK, as its operator told you on another way.",
)
@insecure
def add(address: str, token: str | None, pin: str, is_insecure: bool) -> None:
    """Make this directory the copy of the one at URL, or say again how to ask it."""
    _refuse_other_modes()
    secret = token or click.prompt("Token", hide_input=True)
    origin = HttpOrigin(address, secret, is_insecure=is_insecure)
    try:
        account, key = origin.account(), pins.pinned(_told(pin), origin.keys)
    finally:
        origin.close()
    with running().database.writing() as connection:
        adding.add_origin(
            connection,
            running().kinds,
            address=origin.address,
            account=account,
            token=secret,
            key=key,
        )
        held = state_of(connection)
    how_far = (
        "nothing has been copied yet"
        if held.cursor is None
        else f"the copy goes on from entry {held.frontier.size}"
    )
    show(f"This directory is a copy of {plain(origin.address)} now. It believes the key")
    show(f"{key['kid']}, and {how_far}: flask mirror pull")


@group.command("pin")
@click.argument("pin", type=TEXT, metavar="KEY-or-FILE")
@insecure
def pin(pin: str, is_insecure: bool) -> None:
    """Believe another key from now on, and none of those that were believed before.

    For a copy that was away while its origin changed keys. Ask its operator on another way first.
    """
    with _asking(is_insecure=is_insecure) as origin:
        key = pins.pinned(_told(pin), origin.keys)
    with running().database.writing() as connection:
        adding.pin_key(connection, key, at=utc_now())
    show(f"The key {key['kid']} is believed from now on, and no other.")


@group.command("pull")
@click.option("--watch", "is_watching", is_flag=True, help="Go on until you are told to end.")
@click.option(
    "--every",
    type=click.IntRange(1, 86_400),
    default=USUAL_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait in between.",
)
@insecure
def pull(is_watching: bool, every: int, is_insecure: bool) -> None:
    """Bring the copy on as far as its origin is."""
    _refuse_other_modes()
    ending = Event()
    with _ended_by_signals(ending), _bringing_on() as is_alone:
        if not is_alone:
            show("Another process is bringing this copy on already; nothing was done.")
            return
        tidier = Tidier(_mirror(ending))
        while True:
            pulled = _pull_once(tidier, is_insecure=is_insecure)
            if not is_watching:
                _refuse_unfinished(pulled)
                return
            # Not all mirrors at the same moment.
            if ending.wait(every * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311  # nosec B311
                return


@group.command("status")
@click.option("--json", "is_json", is_flag=True, help="Print it as JSON.")
def tell_status(is_json: bool) -> None:
    """Tell whose copy this is, how old it is, and what alarms stand."""
    now = utc_now()
    with running().database.reading() as connection:
        told = status.standing(connection, running().kinds, now=now).document(now)
    if is_json:
        show_json(orjson.dumps(told))
        return
    if told["origin"] is None:
        show("This directory is nobody's copy yet: flask mirror add URL --token … --pin KEY")
        return
    show(facts_table([(name, _said(told[name])) for name in _SHOWN]))
    for alarm in told["alarms"]:
        show(plain(f"ALARM {alarm['code']} since {alarm['at']}: {alarm['detail']}"))


_SHOWN = (
    "origin", "as_of", "age_seconds", "clearance", "networks", "size", "began_at", "head_at",
    "head_believed_until", "keys", "token_expires_at", "tried_at", "trouble", "put_out_at",
    "records",
)  # fmt: skip


@group.command("check")
@insecure
def check(is_insecure: bool) -> None:
    """Compare what is held with what the origin has, and the tables with what was copied."""
    with _asking(is_insecure=is_insecure) as origin, running().database.reading() as connection:
        state = state_of(connection)
        if state.cursor is None:
            raise DifferingCopyError("Nothing has been copied yet: flask mirror pull")
        held = status.digest(connection)
        wrong = status.differing(connection, running().kinds)
        due = origin.digest(state.cursor)
        is_behind = held != due and not isinstance(origin.page(state.cursor), Unchanged)
    for each in wrong:
        click.echo(f"{each}: its row is not what was copied", err=True)
    if is_behind and not wrong:
        raise CopyBehindError(
            f"The copy stands at entry {state.frontier.size} and its origin has gone on. What was"
            " erased or withdrawn there since cannot be told from what is wrong: flask mirror pull,"
            " then ask again."
        )
    if wrong or held != due:
        raise DifferingCopyError(
            f"{held[1]} records are held with the digest {held[0]}; the origin has {due[1]} with"
            f" {due[0]}. To begin anew: flask mirror reset --apply, then flask mirror pull"
        )
    show(f"{held[1]} records are what the origin holds at entry {state.frontier.size}.")


@group.command("clear")
def clear() -> None:
    """Mark all alarms as seen to."""
    with running().database.writing() as connection:
        count = alarms.clear_alarms(connection, at=utc_now())
    show(
        "1 alarm is marked as seen to." if count == 1 else f"{count} alarms are marked as seen to."
    )


@group.command("reset")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; otherwise only say what it does.")
def reset(is_applied: bool) -> None:
    """Put out all that was copied, to begin anew; origin, token and keys stay as they are."""
    with running().database.reading() as connection:
        state = state_of(connection)
    if not is_applied:
        show(
            f"Would put out the copy of {plain(state.address)} up to entry {state.frontier.size},"
            " and its alarms. Until the next pull nobody finds anything here."
        )
        show("Nothing was changed. Give --apply to do it.")
        return
    with running().database.writing() as connection:
        adding.reset(connection, running().kinds, at=utc_now())
    _tell_uncleared(tidying.overwrite(_mirror(Event())))
    show("The copy is empty. To begin anew: flask mirror pull")


def _refuse_other_modes() -> None:
    if running().settings.mode is not Mode.MIRROR:
        raise BadOriginError("Only a mirror copies: set DIRECTORY_MODE=mirror.")


def _told(pin: str) -> str:
    """A key as it was told, or what stands in the file that was named."""
    try:
        return Path(pin).read_text("utf-8") if Path(pin).is_file() else pin
    except (OSError, UnicodeDecodeError) as error:
        raise BadOriginError(f"{pin} cannot be read: {error}") from error


@contextmanager
def _asking(*, is_insecure: bool) -> Iterator[HttpOrigin]:
    """The origin, as the copy's own account."""
    with running().database.reading() as connection:
        state: State = state_of(connection)
    origin = HttpOrigin(state.address, state.token, is_insecure=is_insecure)
    try:
        yield origin
    finally:
        origin.close()


def _mirror(ending: Event) -> Mirror:
    directory = running()
    return Mirror(
        directory.database,
        directory.kinds,
        directory.settings.state_dir / "mirror",
        utc_now,
        ending.is_set,
    )


def _pull_once(tidier: Tidier, *, is_insecure: bool) -> Pulled:
    cleared = Cleared()
    try:
        with _asking(is_insecure=is_insecure) as origin:
            pulled = pulling.pull(tidier.mirror, origin)
            cleared = tidier.tidy(origin)
    except UnavailableError as error:
        pulled = Pulled(trouble=str(error), is_own=pulling.is_own(error))
    _tell(pulled)
    _tell_uncleared(cleared)
    return pulled


def _tell(pulled: Pulled) -> None:
    for alarmed in (pulled.begun_anew, pulled.refused):
        if alarmed is not None:
            click.echo(plain(f"ALARM {alarmed}"), err=True)
    if pulled.trouble is not None:
        click.echo(plain(pulled.trouble), err=True)
    if pulled.records is not None:
        show(f"Began with {pulled.records} records, up to entry {pulled.size}.")
    elif pulled.pages:
        pages = "one page" if pulled.pages == 1 else f"{pulled.pages} pages"
        show(f"Up to entry {pulled.size}, by {pages}.")


def _tell_uncleared(cleared: Cleared) -> None:
    for each in cleared.again:
        told = "What was put out may still stand in the files; the next pull sees to it again"
        click.echo(plain(f"{told}: {each}"), err=True)
    for each in cleared.by_hand:
        click.echo(plain(f"By hand: {each}"), err=True)


def _refuse_unfinished(pulled: Pulled) -> None:
    if pulled.refused is not None:
        raise AlarmedError(
            "The last good copy goes on serving. See flask mirror status, and ask the operator of"
            " the origin on another way."
        )
    if pulled.begun_anew is not None:
        raise CopyBegunAnewError(
            "It serves what the origin has now. See flask mirror status, and ask the operator of"
            " the origin on another way whether it was restored."
        )
    if pulled.trouble is not None and pulled.is_own:
        raise CopyTroubleError(
            "It is as far as it had come. See to what is named above, then again."
        )
    if pulled.trouble is not None:
        raise OriginTroubleError("The copy is as far as it had come; try again.")
    if not pulled.pages and pulled.records is None and pulled.is_current:
        show(f"Nothing new; the copy has all {pulled.size} entries.")


@contextmanager
def _bringing_on() -> Iterator[bool]:
    """Whether nobody else on this machine brings the copy on; until the block ends nobody does."""
    folder = running().settings.state_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(folder / "mirror.lock", waits=False) as is_alone:
        yield is_alone


@contextmanager
def _ended_by_signals(ending: Event) -> Iterator[None]:
    """Let whoever asks the process to end have it end between two pages."""

    def end(*_: Any) -> None:
        ending.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else plain(str(value))
