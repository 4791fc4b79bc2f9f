"""An owner confirms a list from the command line as over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result

from tests.api.editors import (
    GUARDED,
    GUARDED_LINE,
    PLAIN,
    PLAIN_LINE,
    Editors,
    editors_in,
    furnish,
)
from tests.api.world import SOURCE
from tests.cli.commands import Commands, is_in
from tests.databases import MakeFurnished


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def confirm(editors: Editors, who: str | None, *more: str, of: str = "AU") -> Result:
    as_them = [] if who is None else ["--as", editors.accounts[who]]
    return Commands(editors.service.app).run("economies", "confirm", of, *more, *as_them)


def told(editors: Editors, who: str, *more: str) -> Any:
    result = confirm(editors, who, *more, "--json")
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


def fail(editors: Editors, line: str) -> None:
    check = {"channel": line, "checked_at": "2026-11-01T02:00:00Z", "outcome": "number_dead",
             "method": "test_call", "source": SOURCE}  # fmt: skip
    assert editors.ask("reader", "POST", "/checks", check).status_code == 201


def verification(editors: Editors, contact: str) -> Any:
    (line,) = editors.get("reader", f"/contacts/{contact}")["channels"]
    return line["verification"]


def test_without_apply_it_is_only_looked_at(editors: Editors) -> None:
    before = editors.size()
    result = confirm(editors, "editor")
    assert result.exit_code == 0, result.output
    for text in ("2 channels of 2 desks", "+61 2 5550 0102", "Office", "Nothing was written"):
        assert is_in(text, result.stdout), text
    looked = told(editors, "editor")
    assert sorted(looked["channels"]) == sorted([GUARDED_LINE, PLAIN_LINE])
    assert looked["revisions"] == {GUARDED: 1, PLAIN: 1, GUARDED_LINE: 1, PLAIN_LINE: 1}
    assert editors.size() == before


def test_it_confirms_what_http_would(editors: Editors) -> None:
    result = confirm(
        editors, "editor", "--contact", PLAIN, "--confirmed-at", "2026-11-20", "--apply",
        of="Australia",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert is_in("Confirmed 1 channel of 1 desk of AU", result.stdout)
    said = verification(editors, PLAIN)
    assert (said["method"], said["checked_at"]) == ("confirmation", "2026-11-20T12:00:00Z")
    assert verification(editors, GUARDED)["result"] == "unverified"
    over_http = editors.ask("editor", "POST", "/economies/AU/confirm", {"contacts": [PLAIN]})
    assert (
        told(editors, "editor", "--contact", PLAIN, "--apply").keys() == over_http.get_json().keys()
    )


def test_a_line_around_the_clock_takes_a_second_person_and_ends_with_2(editors: Editors) -> None:
    result = confirm(editors, "editor", "--apply", "--json")
    assert result.exit_code == 2, result.output
    waiting = orjson.loads(result.stdout)
    over_http = editors.ask("editor", "POST", "/economies/AU/confirm", {})
    assert over_http.status_code == 202
    assert over_http.get_json() == waiting | {"change_set": over_http.get_json()["change_set"]}
    printed = confirm(editors, "editor", "--apply")
    assert printed.exit_code == 2
    assert is_in("A second person has to decide", printed.stdout)
    commands = Commands(editors.service.app)
    commands.done(
        "change-sets", "approve", waiting["change_set"], "--as", editors.accounts["second"]
    )
    assert verification(editors, GUARDED)["method"] == "confirmation"


def test_a_line_whose_last_check_failed_is_left_out(editors: Editors) -> None:
    fail(editors, GUARDED_LINE)
    result = confirm(editors, "editor", "--apply")
    assert result.exit_code == 0, result.output
    assert is_in("Left out: the last check failed", result.stdout)
    assert is_in("+61 2 5550 0101", result.stdout)
    assert verification(editors, GUARDED)["result"] == "failed"
    assert [each["channel"] for each in told(editors, "editor", "--apply")["left_out"]] == [
        GUARDED_LINE
    ]


@pytest.mark.parametrize(
    ("who", "more", "code", "text"),
    [
        (None, ("--apply",), 1, "--as ACCOUNT"),
        ("reader", ("--apply",), 1, "Nothing was confirmed"),
        ("foreigner", (), 1, "Nothing was confirmed"),
        ("editor", ("--confirmed-at", "2199-01-01"), 1, "lies in the future"),
        ("editor", ("--contact", "nobody"), 2, "--contact"),
        ("editor", ("--meeting", "no-such-meeting"), 3, "no-such-meeting"),
        ("editor", ("--contact", GUARDED_LINE), 1, "there is no contact"),
    ],
)
def test_what_cannot_be_confirmed_is_said(
    editors: Editors, who: str | None, more: tuple[str, ...], code: int, text: str
) -> None:
    before = editors.size()
    result = confirm(editors, who, *more)
    assert result.exit_code == code, result.output
    assert text in result.stderr
    assert editors.size() == before
    assert confirm(editors, "editor", of="Atlantis").exit_code == 3
