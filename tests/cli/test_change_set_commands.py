"""Deciding on change sets at the machine, as an account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.service import EXTENSION
from tests.api.editors import PLAIN, PLAIN_LINE, Editors, editors_in, furnish
from tests.api.proposing import altered, contact, new, proposed, stored
from tests.cli.commands import Commands, is_in
from tests.databases import MakeFurnished


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def run(editors: Editors, who: str | None, verb: str, *arguments: str) -> tuple[int, str]:
    as_them = () if who is None else ("--as", editors.accounts[who])
    result = Commands(editors.service.app).run("change-sets", verb, *arguments, *as_them)
    return result.exit_code, result.output


def test_a_change_set_is_looked_at_approved_applied_and_undone(editors: Editors) -> None:
    assert EXTENSION in editors.service.app.extensions
    note = altered(editors, "contact", PLAIN, note={"en": "Ring twice."})
    where = proposed(editors, "reader", note, new("contact", contact()))
    rid = where.rpartition("/")[2]

    code, listed = run(editors, "second", "list", "--state", "proposed")
    assert code == 0
    assert is_in(rid, listed)
    code, shown = run(editors, "second", "show", rid)
    assert code == 0
    assert is_in('{"en":"Ring twice."}', shown)
    assert is_in("write a new contact", shown)
    assert run(editors, "reader", "approve", rid)[0] == 1
    assert run(editors, None, "approve", rid)[0] != 0
    assert run(editors, "second", "approve", rid) == (0, f"{rid} is approved; 2 operations.\n")
    assert run(editors, "second", "apply", rid) == (0, f"{rid} is applied; 2 operations.\n")
    assert stored(editors, "contact", PLAIN)["note"] == {"en": "Ring twice."}
    code, undone = run(editors, "second", "revert", rid, "--only", PLAIN, "--reason", "wrong")
    assert (code, undone.rpartition(" is ")[2]) == (0, "applied; 1 operation.\n")
    assert stored(editors, "contact", PLAIN)["note"] == {}
    code, refused = run(editors, "second", "revert", rid, "--only", PLAIN)
    assert code == 1
    assert "undone already" in refused


def test_what_was_dropped_is_not_counted_as_written(editors: Editors) -> None:
    note = altered(editors, "contact", PLAIN, note={"en": "Ring twice."})
    where = proposed(editors, "reader", note, new("contact", contact()), new("contact", contact()))
    rid = where.rpartition("/")[2]
    assert (
        editors.ask("second", "PATCH", f"{where}/operations/2", {"state": "dropped"}).status_code
        == 200
    )
    told = f"{rid} is approved; 2 operations, 1 dropped.\n"
    assert run(editors, "second", "approve", rid) == (0, told)
    assert run(editors, "second", "apply", rid)[1].endswith("; 2 operations, 1 dropped.\n")


def test_change_sets_are_told_to_accounts_alone(editors: Editors) -> None:
    """As over HTTP: reasons and who proposed what have no marking of their own."""
    where = proposed(editors, "reader", new("contact", contact(marking="CLEAR")))
    rid = where.rpartition("/")[2]
    for arguments in (("list",), ("show", rid)):
        code, told = run(editors, None, *arguments)
        assert (code, rid in told, "--as ACCOUNT" in told) == (1, False, True)


def test_what_a_command_prints_for_programs_is_what_the_api_answers(editors: Editors) -> None:
    where = proposed(editors, "reader", new("contact", contact()))
    rid = where.rpartition("/")[2]
    _, printed = run(editors, "reader", "show", rid, "--json")
    assert printed.strip() == editors.ask("reader", "GET", where).text
    code, _ = run(editors, "reader", "reject", rid, "--remark", "mine", "--json")
    assert (code, editors.get("reader", where)["remark"]) == (0, "mine")
    assert run(editors, "foreigner", "show", "00000000-0000-4000-8000-000000000000")[0] == 3


def test_a_retirement_names_what_it_ends(editors: Editors) -> None:
    ended = {"op": "retire", "kind": "channel", "id": PLAIN_LINE, "base_revision": 1}
    rid = proposed(editors, "reader", ended).rpartition("/")[2]
    _, shown = run(editors, "second", "show", rid)
    assert is_in(stored(editors, "channel", PLAIN_LINE)["raw"], shown)
