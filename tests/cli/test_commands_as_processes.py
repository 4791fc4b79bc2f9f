"""The commands as a shell runs them: exit codes, pipes, colours, settings."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from directory.cli import COMMANDS
from directory.migrate import upgrade
from tests.api.service import seeded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a seeded directory of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    state = tmp_path_factory.mktemp("a state folder")
    url = f"sqlite:///{state / 'directory.db'}"
    upgrade(url)
    with seeded(url, state, "reference", "report"):
        environment = kept | {"DIRECTORY_STATE_DIR": str(state), "PYTHONWARNINGS": "error"}
    environment.pop("COLUMNS", None)
    return environment


def flask(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_the_exit_code_says_how_it_went(environment: dict[str, str]) -> None:
    asked = {("reach", "US", "--from", "TW"): 0, ("reach", "BD"): 2, ("reach", "Atlantis"): 3}
    codes = {arguments: flask(environment, *arguments).returncode for arguments in asked}
    assert codes == asked


def test_a_command_loads_neither_what_answers_requests_nor_other_commands(
    environment: dict[str, str],
) -> None:
    # At its end it tells what it has loaded.
    program = (
        "import atexit, sys; from flask.cli import main;"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr)); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--app", "wsgi", "reach", "US", "--from", "TW"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    loaded = done.stderr.decode().split()
    commands = {f"directory.cli.{place.module}" for place in COMMANDS.values()}
    assert commands & set(loaded) == {"directory.cli.reach"}
    assert not [name for name in loaded if name.startswith("directory.web")]


def test_a_pipe_gets_no_colour_and_whole_names(environment: dict[str, str]) -> None:
    for extra in ({}, {"NO_COLOR": "1"}):
        result = flask(environment | extra, "economies", "list")
        assert b"\x1b" not in result.stdout
        assert "Chinese Taipei / 中華臺北" in result.stdout.decode()
        assert result.stderr == b""


def test_a_terminal_that_can_write_ascii_only_gets_every_character_in_some_form(
    environment: dict[str, str],
) -> None:
    result = flask(environment | {"PYTHONIOENCODING": "ascii"}, "economies", "list")
    assert result.returncode == 0
    assert b"Chinese Taipei / \\u4e2d" in result.stdout


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_that_stops_reading_is_no_error(
    environment: dict[str, str], form: list[str]
) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "contacts", "list", *form]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(timeout=60), told) == (0, b"")


def test_a_setting_that_cannot_work_is_told_without_a_traceback(
    environment: dict[str, str],
) -> None:
    result = flask(environment | {"DIRECTORY_MODE": "prod"}, "reach", "US")
    assert result.returncode == 1
    assert b"DIRECTORY_MODE" in result.stderr
    assert b"Traceback" not in result.stderr
    assert b"SettingsError" not in result.stderr


def test_a_backup_that_is_told_to_end_leaves_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """What it has begun to write holds every secret of the directory."""
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "changes", "backup", "whole.backup"],
        cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".contact-directory-backup-*/0")):
            assert time.monotonic() < until
            assert process.poll() is None
        process.terminate()
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_no_text_are_a_mistake_of_use(environment: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "search", b"\xff\xfe"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 2
    assert b"not UTF-8" in result.stderr
