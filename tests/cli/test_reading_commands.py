"""The commands that read: the API's body for programs, and the whole answer for people."""

import pytest
from rich.cells import cell_len

from directory.cli.coverage import clock_of
from tests.cli.commands import Commands, is_in

LISTS = {
    ("economies", "list"): "/economies",
    ("economies", "contacts", "TW"): "/economies/TW/contacts",
    ("economies", "statements", "TW"): "/economies/TW/statements",
    ("contacts", "list"): "/contacts",
    ("networks", "list"): "/networks",
    ("organisations", "list"): "/organisations",
    ("meetings", "list"): "/meetings",
}
ONES = {
    ("economies", "show", "HK"): "/economies/HK",
    ("networks", "show", "interpol"): "/networks/interpol",
    ("meetings", "show", "apec-cybercrime-experts-1"): "/meetings/apec-cybercrime-experts-1",
}


@pytest.mark.parametrize(
    ("command", "path"), [*LISTS.items(), *ONES.items()], ids=lambda value: str(value)
)
def test_a_program_gets_what_the_api_serves_to_the_byte(
    demo: Commands, command: tuple[str, ...], path: str
) -> None:
    assert demo.done(*command, "--json").encode() == demo.served(path) + b"\n"


@pytest.mark.parametrize("command", [*LISTS, *ONES], ids=" ".join)
def test_a_person_gets_a_table_of_eighty_columns(demo: Commands, command: tuple[str, ...]) -> None:
    printed = demo.done(*command)
    widths = [
        cell_len(line) for line in printed.splitlines() if not line.startswith("There is more")
    ]
    assert 20 < max(widths) <= 80


def test_economies_stand_in_the_order_of_apec_under_their_names(demo: Commands) -> None:
    printed = demo.done("economies", "list")
    names = ["Australia", "Hong Kong, China", "Chinese Taipei", "The United States", "Viet Nam"]
    places = [printed.index(name) for name in names]
    assert places == sorted(places)
    assert "Chinese Taipei / 中華臺北" in printed


def test_an_economy_is_shown_by_any_name(demo: Commands) -> None:
    assert demo.json("economies", "show", "Hong Kong")["code"] == "HK"
    assert demo.run("economies", "show", "BD").exit_code == 2
    assert demo.run("economies", "contacts", "Atlantis").exit_code == 3


def test_every_number_and_address_of_a_list_is_printed_whole(demo: Commands) -> None:
    items = demo.json("contacts", "list", "--limit", "200")["items"]
    printed = demo.done("contacts", "list", "--limit", "200")
    raws = [channel["raw"] for item in items for channel in item["channels"]]
    assert len(raws) > 100
    assert [raw for raw in raws if len(raw) < 45 and raw not in printed] == []
    assert [item["id"] for item in items if item["id"] not in printed] == []


def test_a_page_leads_to_the_next_until_the_list_ends(demo: Commands) -> None:
    found: list[str] = []
    page: str | None = None
    while True:
        place: list[str] = ["--page", page] if page is not None else []
        part = demo.json("contacts", "list", "--economy", "JP", "--limit", "2", *place)
        found += [item["id"] for item in part["items"]]
        page = part["next"]
        if page is None:
            break
        arguments = ("contacts", "list", "--economy", "JP", "--limit", "2", *place)
        assert f"--page {page}" in demo.done(*arguments)
    whole = demo.json("contacts", "list", "--economy", "JP")["items"]
    assert found == [item["id"] for item in whole]
    assert len(found) > 2


def test_a_page_of_no_list_is_refused(demo: Commands) -> None:
    result = demo.run("contacts", "list", "--page", "nonsense")
    assert result.exit_code == 1
    assert "begin again" in result.stderr


def test_filters_narrow_the_contacts_as_they_do_over_http(demo: Commands) -> None:
    printed = demo.done(
        "contacts", "list", "--economy", "Japan", "--network", "g7-24-7", "--q", "Keyaki", "--json"
    )
    query = {"economy": "JP", "network": "g7-24-7", "q": "Keyaki"}
    assert printed.encode() == demo.served("/contacts", **query) + b"\n"


def test_a_contact_is_shown_with_all_its_channels(demo: Commands) -> None:
    for item in demo.json("contacts", "list", "--economy", "TW")["items"]:
        printed = demo.done("contacts", "show", item["id"])
        for channel in item["channels"]:
            assert channel["raw"] in printed
        for holder in item["holders"]:
            assert all(is_in(name, printed) for name in holder["name"].values())


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_contact_is_printed_as_the_card_that_the_api_serves(demo: Commands, version: str) -> None:
    contact = demo.json("contacts", "list", "--economy", "TW")["items"][0]["id"]
    printed = demo.run("contacts", "show", contact, "--vcard", version).stdout_bytes
    answer = demo.app.test_client().get(
        f"/api/v1/contacts/{contact}", headers={"Accept": f"text/vcard; version={version}"}
    )
    assert printed == answer.get_data()
    assert f"VERSION:{version}".encode() in printed


def test_an_unknown_record_is_not_found(demo: Commands) -> None:
    unknown = "00000000-0000-0000-0000-000000000000"
    for command in (("contacts", unknown), ("networks", "x"), ("organisations", "x")):
        result = demo.run(command[0], "show", command[1])
        assert (result.exit_code, result.stdout) == (3, "")
    assert demo.run("contacts", "show", "7").exit_code == 2


def test_search_finds_by_any_script(demo: Commands) -> None:
    printed = demo.done("search", "樟樹", "--json")
    assert printed.encode() == demo.served("/search", q="樟樹") + b"\n"
    assert "Camphor" in demo.done("search", "樟樹")


def test_search_that_finds_nothing_says_so(demo: Commands) -> None:
    assert "Nothing is found" in demo.done("search", "zzzzqqqq")


def test_a_displayed_number_proves_nothing(demo: Commands) -> None:
    printed = demo.done("callers", "02 0555 0101", "--economy", "Chinese Taipei")
    assert is_in("A displayed number proves nothing", printed)
    assert "Match: exact, +886205550101" in printed
    assert "+886 2 0555 0101" not in printed  # never the incoming number
    body = demo.done("callers", "+886205550101", "--json")
    assert body.encode() == demo.served("/callers", number="+886205550101") + b"\n"


def test_a_number_that_nobody_has_is_no_error(demo: Commands) -> None:
    assert "No desk held here has" in demo.done("callers", "+81 3 0555 0999")


def test_a_contradiction_in_the_sources_is_shown_with_both_readings(demo: Commands) -> None:
    printed = demo.done("meetings", "show", "tel43")
    assert "27 March 2011" in printed
    assert "24 March 2011" in printed


def test_the_openapi_document_is_the_one_that_is_served(demo: Commands) -> None:
    served = demo.served("/openapi.json")
    assert demo.done("openapi").encode() == served  # describing has left the command as it was


def test_an_agency_is_shown_with_the_id_that_a_partner_is_made_with(demo: Commands) -> None:
    agency = demo.json("organisations", "list", "--economy", "JP")["items"][0]
    assert agency["id"] in demo.done("organisations", "show", agency["slug"])


def test_what_is_due_is_printed_whole_each_on_a_line_of_its_own(demo: Commands) -> None:
    items = demo.json("checks", "due", "--economy", "JP")["items"]
    printed = demo.done("checks", "due", "--economy", "JP")
    checked = [item["verification"]["checked_at"] for item in items]
    told = [item["raw"] for item in items] + [day[:10] for day in checked if day is not None]
    assert len(told) > 10
    assert [each for each in [*told, "Asia/Tokyo"] if each not in printed] == []


def test_a_clock_that_is_not_known_is_not_said_to_be() -> None:
    assert clock_of(None) == "not known"
    assert clock_of("2026-03-03 09:05 Asia/Tokyo") == "09:05\nAsia/Tokyo"
