"""Files that outlast a crash are whole, or as they were."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from directory.durable import append_whole, fresh, replacing, working_folder


class _FullError(Exception):
    pass


def test_a_file_is_replaced_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def _half_written(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"ne")
        raise _FullError


def test_where_that_fails_the_old_one_stays_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with pytest.raises(_FullError):
        _half_written(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_fresh_file_writes_over_none(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError), fresh(path):
        pass
    assert path.read_bytes() == b"old"


def test_what_cannot_be_appended_whole_is_not_appended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"one\n")
    written: list[int] = []
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if written:
            raise OSError("the disk is full")
        written.append(write(descriptor, bytes(data[:2])))
        return written[0]

    monkeypatch.setattr(os, "write", full)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    with pytest.raises(OSError, match="full"):
        append_whole(descriptor, b"two\n", end=4)
    os.close(descriptor)
    assert path.read_bytes() == b"one\n"


def test_a_working_folder_is_for_nobody_else_and_is_gone_in_the_end(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    with working_folder(file, ".kept-") as folder:
        assert (folder.parent, folder.stat().st_mode & 0o777) == (tmp_path, 0o700)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_others_work_in_is_not(
    tmp_path: Path,
) -> None:
    file, other = tmp_path / "kept", tmp_path / ".other-0"
    other.mkdir()
    left = subprocess.run(
        [sys.executable, "-c", LEAVING, str(file)], capture_output=True, text=True, check=False
    )
    assert left.returncode == -signal.SIGKILL, left.stderr
    (folder,) = tmp_path.glob(".kept-*")
    assert (folder / "secret").read_text() == "secret"
    with working_folder(file, ".kept-") as mine:
        assert not folder.exists()
        with working_folder(file, ".kept-") as theirs:
            assert mine.is_dir()
            assert theirs != mine
    assert list(tmp_path.iterdir()) == [other]


def test_what_is_no_folder_of_ones_own_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, link, theirs = tmp_path / ".kept-file", tmp_path / ".kept-link", tmp_path / ".kept-theirs"
    file.write_text("a file", "utf-8")
    theirs.mkdir(mode=0)
    link.symlink_to(theirs)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with working_folder(tmp_path / "kept", ".kept-"):
        pass
    assert {each.name for each in tmp_path.iterdir()} == {file.name, link.name, theirs.name}


LEAVING = """
import os, signal, sys
from pathlib import Path
from directory.durable import working_folder

with working_folder(Path(sys.argv[1]), ".kept-") as folder:
    (folder / "secret").write_text("secret")
    os.kill(os.getpid(), signal.SIGKILL)
"""
