"""A change set's operations in pages: numbered and counted as their viewer sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from directory.pages import write_page
from directory.service import EXTENSION
from tests.api.editors import HIDDEN_LINE, PLAIN, Editors, editors_in, furnish
from tests.api.proposing import altered, contact, done, logged, new, post, proposed
from tests.api.service import watching
from tests.cli.commands import Commands
from tests.databases import MakeFurnished


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def desks(count: int) -> list[dict[str, Any]]:
    return [new("contact", contact(title={"en": f"Desk {n}"})) for n in range(count)]


def got(editors: Editors, who: str, where: str, **query: str) -> dict[str, Any]:
    return dict(editors.get(who, f"{where}?{urlencode(query)}"))


def walked(editors: Editors, who: str, where: str, limit: int) -> list[dict[str, Any]]:
    """The pages of a change set, one after the other."""
    pages = [got(editors, who, where, limit=str(limit))]
    while pages[-1]["next"] is not None:
        pages.append(got(editors, who, where, limit=str(limit), page=pages[-1]["next"]))
    return pages


def operations(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for page in pages for each in page["operations"]]


@pytest.mark.parametrize("state", ["proposed", "applied", "from the log"])
def test_its_pages_are_the_whole_of_it(editors: Editors, state: str) -> None:
    where = proposed(editors, "reader", *desks(7))
    if state != "proposed":
        done(post(editors, "second", where, "approve"))
        done(post(editors, "second", where, "apply"))
    if state == "from the log":
        undone = post(editors, "second", where, "revert", reason="wrong")
        where = undone.headers["Location"].removeprefix("/api/v1")
    whole = editors.get("second", where)
    assert (len(whole["operations"]), whole["next"]) == (7, None)
    pages = walked(editors, "second", where, 3)
    assert [len(page["operations"]) for page in pages] == [3, 3, 1]
    assert operations(pages) == whole["operations"]
    assert [each["n"] for each in operations(pages)] == list(range(7))
    rest = {"operations": None, "next": None}
    assert all(page | rest == whole | rest for page in pages)
    assert len(walked(editors, "second", where, 7)) == 1


def test_a_page_that_it_never_gave_out_is_refused(editors: Editors) -> None:
    waiting = proposed(editors, "reader", *desks(2))
    (noted,) = logged(editors, PLAIN, 1)
    for where in (waiting, noted):
        for page in (write_page([99]), write_page([-1]), write_page(["a"]), "!"):
            assert editors.ask("reader", "GET", f"{where}?page={page}").status_code in {400, 422}
        assert editors.ask("reader", "GET", f"{where}?limit=201").status_code == 422


def test_pages_tell_nothing_of_what_is_hidden(editors: Editors) -> None:
    hidden = altered(editors, "channel", HIDDEN_LINE, position=3)
    first, *others = desks(4)
    where = proposed(editors, "chief", first, hidden, *others)
    seen = operations(walked(editors, "second", where, 2))
    assert [(each["n"], each["kind"]) for each in seen] == [(n, "contact") for n in range(4)]
    without = proposed(editors, "chief", *desks(4))
    nexts = [got(editors, "second", each, limit="2")["next"] for each in (where, without)]
    assert nexts[0] == nexts[1]
    assert len(walked(editors, "chief", where, 5)) == 1
    for page in ("", "?page=" + write_page([1])):
        alone = proposed(editors, "chief", hidden) + page
        answer = editors.ask("second", "GET", alone)
        assert answer.status_code == 404


def test_a_decision_is_answered_with_the_first_page(editors: Editors) -> None:
    where = proposed(editors, "reader", *desks(51))
    approved = done(post(editors, "second", where, "approve"))
    assert (len(approved["operations"]), approved["state"]) == (50, "approved")
    (last,) = got(editors, "second", where, page=approved["next"])["operations"]
    assert (last["n"], last["state"]) == (50, "approved")


def test_a_page_costs_the_same_statements_wherever_it_stands(editors: Editors) -> None:
    where = proposed(editors, "reader", *desks(40))
    got(editors, "second", where)  # so that what is kept of the reference data is there
    counts = set()
    for first in (0, 10, 30):
        with watching(editors.service.database) as statements:
            got(editors, "second", where, limit="10", page=write_page([first]))
        counts.add(len(statements))
    assert len(counts) == 1, statements


def test_the_command_walks_all_pages(editors: Editors) -> None:
    assert EXTENSION in editors.service.app.extensions
    where = proposed(editors, "reader", *desks(203))
    rid, as_them = where.rpartition("/")[2], ("--as", editors.accounts["second"])
    run = Commands(editors.service.app).run
    shown = run("change-sets", "show", rid, *as_them).output
    assert shown.count("write a new contact") == 203
    assert shown.count("Change set") == 1
    told = run("change-sets", "approve", rid, *as_them).output
    assert told == f"{rid} is approved; 203 operations.\n"
