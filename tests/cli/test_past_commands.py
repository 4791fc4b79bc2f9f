"""The past, as commands print it: the same that the API answers with."""

import pytest

from directory.clock import format_instant, utc_now
from tests.cli.commands import Commands, is_in


@pytest.fixture
def instant() -> str:
    return format_instant(utc_now())


@pytest.mark.parametrize(
    ("command", "path", "query"),
    [
        (("reach", "US", "--from", "CA"), "/reach", {"to": "US", "from": "CA"}),
        (("contacts", "list", "--economy", "TW"), "/contacts", {"economy": "TW"}),
        (("economies", "show", "TW"), "/economies/TW", {}),
        (("economies", "contacts", "TW"), "/economies/TW/contacts", {}),
        (("networks", "show", "interpol"), "/networks/interpol", {}),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else None,
)
def test_the_past_is_printed_as_it_is_served(
    demo: Commands, command: tuple[str, ...], path: str, query: dict[str, str], instant: str
) -> None:
    printed = demo.done(*command, "--as-of", instant, "--json")
    assert printed.encode() == demo.served(path, as_of=instant, **query) + b"\n"
    assert demo.done(*command, "--as-of", instant)


def test_a_contact_is_shown_as_it_was(demo: Commands, instant: str) -> None:
    contact = demo.json("contacts", "list", "--economy", "TW")["items"][0]["id"]
    printed = demo.done("contacts", "show", contact, "--as-of", instant, "--json")
    assert printed.encode() == demo.served(f"/contacts/{contact}", as_of=instant) + b"\n"


def test_a_reach_of_the_past_is_not_for_use_now(demo: Commands, instant: str) -> None:
    printed = demo.done("reach", "US", "--from", "CA", "--as-of", instant)
    assert is_in("not for use now", printed)
    assert "Valid until" not in printed


def test_before_the_log_nothing_is_found_and_after_now_it_is_refused(demo: Commands) -> None:
    assert demo.run("networks", "show", "interpol", "--as-of", "2011-09-24").exit_code == 3
    assert demo.run("networks", "show", "interpol", "--as-of", "2190-01-01").exit_code == 1
    assert demo.run("networks", "show", "interpol", "--as-of", "soon").exit_code == 2
    assert demo.run("contacts", "list", "--q", "FBI", "--as-of", "2026-01-01").exit_code == 2


def test_a_history_is_printed(demo: Commands) -> None:
    printed = demo.done("changes", "history", "network", "interpol")
    assert is_in("1 put", printed)
    assert is_in("/slug: null -> interpol", printed)
    body = demo.done("changes", "history", "network", "interpol", "--json")
    assert body.encode() == demo.served("/networks/interpol/history") + b"\n"
    assert demo.run("changes", "history", "network", "nothing").exit_code == 3
    assert demo.run("changes", "history", "ghost", "nothing").exit_code == 1
