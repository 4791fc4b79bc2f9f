"""What printing keeps whole, and when a bar is shown."""

import io
from contextlib import redirect_stderr

import pytest
from rich.console import Console

from directory.cli import printing
from directory.cli.printing import keep_whole, named, table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_a_quick_task_shows_no_bar() -> None:
    with redirect_stderr(Terminal()) as terminal, printing.progress("Verifying") as steps:
        steps(1, 2)
    assert terminal.getvalue() == ""


def test_a_slow_task_shows_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "QUICK_SECONDS", 0)
    with redirect_stderr(Terminal()) as terminal, printing.progress("Verifying") as steps:
        steps(1, 2)
    assert "Verifying" in terminal.getvalue()


def test_a_slow_task_shows_nothing_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "QUICK_SECONDS", 0)
    with redirect_stderr(io.StringIO()) as pipe, printing.progress("Verifying") as steps:
        steps(1, 2)
    assert pipe.getvalue() == ""


def test_a_column_that_is_kept_whole_never_pushes_another_over_the_edge() -> None:
    number = "+886 2 0555 0140 ext. 2345"
    rows = table("#", "Desk", "Call", "Why")
    rows.add_row("1", "a desk with a long name " * 5, number, "reasons " * 40 + "END")
    keep_whole(rows, 2, [number])
    out = io.StringIO()
    Console(file=out, width=80).print(rows)
    assert number in out.getvalue()
    assert out.getvalue().count("reasons") == 40
    assert "END" in out.getvalue()


def test_english_comes_first_and_the_own_script_beside_it() -> None:
    assert named({"zh-Hant": "中華臺北", "en": "Chinese Taipei"}) == "Chinese Taipei / 中華臺北"
    assert named({"zh-Hant": "日本", "en": "Japan"}, ["ja-JP"]) == "Japan"
    assert named({"zh-Hant": "王"}) == "王"


def test_a_name_cannot_move_the_pen() -> None:
    assert named({"en": "A\x1b[2Jdesk\u202e"}) == "A [2Jdesk"
