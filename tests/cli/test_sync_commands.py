"""Keys and heads at the command line."""

import orjson
import pytest

from directory.clock import utc_now
from directory.service import EXTENSION, Running
from directory.sync.signing import verify
from tests.cli.commands import Commands


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
