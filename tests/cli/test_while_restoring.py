"""What a restore has left half done may hold what was erased: nothing reads or writes it."""

from pathlib import Path

import pytest

from directory.backup.state import RESTORING
from tests.cli.commands import Commands, commands


@pytest.mark.parametrize(
    "command",
    [
        ("reach", "AU"),
        ("economies", "list"),
        ("persons", "find", "Kim"),
        ("changes", "verify"),
        ("changes", "backup", "a-file"),
        ("sync", "export", "a-file"),
        ("mirror", "status"),
    ],
)
def test_no_command_uses_it(fresh: Commands, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / RESTORING).write_text("{}")
    refused = fresh.run(*command)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "a restore was begun and has not ended" in refused.stderr


def test_the_database_is_seen_to_and_restored_all_the_same(fresh: Commands, tmp_path: Path) -> None:
    (tmp_path / RESTORING).write_text("{}")
    fresh.done("db", "check")
    refused = fresh.run("changes", "restore", __file__)
    assert "a restore was begun" not in refused.stderr
    assert "backup" in refused.stderr


def test_what_a_restore_cannot_know_of_is_told(
    fresh: Commands, empty_database: str, tmp_path: Path
) -> None:
    fresh.done("sync", "keys", "create")
    fresh.done("changes", "backup", str(tmp_path / "file"))
    with commands(empty_database, tmp_path) as restoring:
        told = restoring.done("changes", "restore", str(tmp_path / "file"))
    assert "closed, revoked or lowered since holds again" in " ".join(told.split())
