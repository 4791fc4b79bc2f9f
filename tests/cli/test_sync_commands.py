"""Keys, heads and files for others at the command line."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import update

from directory.changes.models import log_head
from directory.clock import utc_now
from directory.service import EXTENSION, Running
from directory.settings import Anonymous, Mode
from directory.sync.mirror import pulling
from directory.sync.mirror.adding import add_origin
from directory.sync.signing import verify
from tests.accounts import account
from tests.cli.commands import Commands, commands
from tests.integration.sync.small_origin import new_key, public


def running(commands: Commands) -> Running:
    found: Running = commands.app.extensions[EXTENSION]
    return found


def test_a_first_key_is_made_once_and_its_thumbprint_is_told(fresh: Commands) -> None:
    told = fresh.done("sync", "keys", "create")
    (key,) = running(fresh).keys.ring(utc_now()).keys
    assert told.endswith(f"Partners pin the key {key.kid}\n")
    again = fresh.run("sync", "keys", "create")
    assert again.exit_code == 1
    assert "rotate" in again.output
    assert key.kid in fresh.done("sync", "keys", "list")


def test_rotating_announces_a_key_and_shows_nothing_secret(fresh: Commands) -> None:
    fresh.done("sync", "keys", "create")
    told = fresh.done("sync", "keys", "rotate", "--after", "9")
    old, new = running(fresh).keys.ring(utc_now()).keys
    assert old.kid in told
    assert new.kid in told
    assert (new.start - old.start).days == 9
    for secret in orjson.loads(running(fresh).keys.path.read_bytes())["keys"]:
        assert secret["d"] not in told + fresh.done("sync", "keys", "list")
    assert fresh.run("sync", "keys", "rotate").exit_code == 1
    assert new.kid in fresh.done("sync", "head")


@pytest.mark.parametrize("days", ["6", "0", "-1"])
def test_a_key_is_announced_for_a_week_at_least(fresh: Commands, days: str) -> None:
    fresh.done("sync", "keys", "create")
    assert fresh.run("sync", "keys", "rotate", "--after", days).exit_code == 2
    assert len(running(fresh).keys.ring(utc_now()).keys) == 1


def test_the_head_is_shown_for_people_and_for_programs(fresh: Commands) -> None:
    told = fresh.json("sync", "head")
    (key,) = running(fresh).keys.ring(utc_now()).keys
    kid, claims = verify(told["head"], [key.public])
    shown = fresh.done("sync", "head")
    assert all(text in shown for text in (claims.log, claims.root, kid, "0 entries"))


@pytest.mark.parametrize("command", [("create",), ("rotate",)])
def test_a_mirror_makes_no_keys(
    fresh_database: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """It signs nothing: whoever wants to know a key is sent to the origin."""
    closed = Anonymous.NOTHING
    with commands(fresh_database, tmp_path, anonymous=closed, mode=Mode.MIRROR) as mirror:
        with running(mirror).database.writing() as connection:
            connection.execute(update(log_head).values(writing=True, opened_for="copy"))
            connection.execute(update(log_head).values(copy_of="https://origin.example"))
            connection.execute(update(log_head).values(writing=False, opened_for=None))
        refused = mirror.run("sync", "keys", *command)
        assert refused.exit_code == 1
        assert "https://origin.example" in refused.stderr
        assert not running(mirror).keys.path.exists()


@pytest.mark.parametrize(("is_own", "title"), [(True, "on here"), (False, "origin did not answer")])
def test_a_full_disk_is_not_laid_to_the_origin(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_own: bool, title: str
) -> None:
    closed = Anonymous.NOTHING
    with commands(fresh_database, tmp_path, anonymous=closed, mode=Mode.MIRROR) as mirror:
        with running(mirror).database.writing() as connection:
            add_origin(
                connection, running(mirror).kinds, address="http://127.0.0.1:9", account="a",
                token="b", key=public(new_key()),  # noqa: S106 - of a test
            )  # fmt: skip
        pulled = pulling.Pulled(trouble="database or disk is full", is_own=is_own)
        monkeypatch.setattr(pulling, "pull", lambda *_: pulled)
        refused = mirror.run("mirror", "pull")
    assert refused.exit_code == 1
    assert "disk is full" in refused.stderr
    assert title in refused.stderr


@pytest.mark.parametrize("command", [("changes", "backup"), ("sync", "export")])
def test_a_file_is_written_over_only_when_that_is_said(
    fresh: Commands, tmp_path: Path, command: tuple[str, ...]
) -> None:
    with running(fresh).database.writing() as connection:
        name, _ = account(connection, partner="Gamma")
    file = tmp_path / "held"
    file.write_text("somebody's own")
    given = (
        (*command, str(file)) if command[0] == "changes" else (*command, str(file), "--as", name)
    )
    refused = fresh.run(*given)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert file.read_text() == "somebody's own"
    fresh.done(*given, "--force")
    assert b"somebody" not in file.read_bytes()
    file.unlink()
    fresh.done(*given)
    nowhere = fresh.run(*command, str(tmp_path / "none" / "file"), *given[3:])
    assert nowhere.exit_code == 2
    assert "there is no folder" in nowhere.stderr
