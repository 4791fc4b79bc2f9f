"""H18: whoever is killed while bringing a copy on leaves it as it was, or whole."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.changes.world import channel, contact, holder, make_history
from tests.integration.sync.mirrors import MirrorUnderTest
from tests.integration.sync.small_origin import SmallOrigin

ROOT = Path(__file__).resolve().parents[3]


def run(mirror: MirrorUnderTest, how: str) -> list[dict[str, Any]]:
    origin = mirror.way.origin
    key = json.dumps(origin.key.as_dict(private=True))
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.sync.dying", mirror.database.url,
         origin.database.url, str(mirror.folder), how, key],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def write_a_page(origin: SmallOrigin) -> None:
    """Entries of every form: given, withdrawn, hidden."""
    origin.write(contact(base=5), channel(base=5, marking="AMBER", raw="+61 2 5550 0103"))
    origin.write(channel(base=6, marking="RED"), holder(base=2))
    origin.write(channel(base=7, marking="RED", raw="+61 2 5550 0104"))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("what", ["snapshot", "page"])
def test_h18_state_and_cursor_move_together_whoever_is_killed(
    origin: SmallOrigin, mirror: MirrorUnderTest, what: str
) -> None:
    with origin.database.writing() as connection:
        make_history(connection)
    if what == "page":
        origin.write(contact(base=5), channel(base=5, marking="AMBER"))
        assert mirror.pull().is_current
        origin.write(channel(base=6, marking="RED"), holder(base=2))
        origin.write(contact(base=6, title={"en": "Day desk"}))
    before = {"cursor": mirror.state().cursor, "held": [list(each) for each in mirror.held()]}
    *dead, last = run(mirror, what)
    assert {each["exit"] for each in dead} == {-signal.SIGKILL}
    assert len(dead) > 5
    assert last["exit"] == 0
    whole = {"cursor": last["cursor"], "held": [list(each) for each in origin.state()]}
    assert whole["cursor"] != before["cursor"]
    for each in (*dead, last):
        assert each["wrong"] == []
        assert {key: each[key] for key in whole} in (before, whole)
    mirror.must_hold_all()


@pytest.mark.timeout(400)
def test_several_processes_at_once_never_take_anything_twice(
    origin: SmallOrigin, mirror: MirrorUnderTest
) -> None:
    with origin.database.writing() as connection:
        make_history(connection)
    assert mirror.pull().is_current
    write_a_page(origin)
    (found,) = run(mirror, "racing")
    assert (found["exit"], found["wrong"]) == (0, [])
    mirror.must_hold_all()
    assert mirror.alarms() == []
