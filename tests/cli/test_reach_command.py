"""``flask reach``: the answer of the API, for a person."""

import re

import orjson

from tests.cli.commands import Commands, is_in

AT = "2026-11-23T03:00:00Z"
ASKED = ("reach", "US", "--from", "TW", "--function", "preservation", "--at", AT)


def test_a_program_gets_what_the_api_serves_to_the_byte(demo: Commands) -> None:
    query = {"to": "US", "from": "TW", "function": "preservation", "language": "zh-Hant", "at": AT}
    printed = demo.done(*ASKED, "--language", "zh-hant", "--json")
    assert printed.encode() == demo.served("/reach", **query) + b"\n"


def test_a_person_reads_the_two_sentences_before_anything_else(demo: Commands) -> None:
    answer = demo.json(*ASKED)["answer"]
    printed = demo.done(*ASKED)
    head, _, rest = printed.partition("\n\n")
    assert "To The United States, from Chinese Taipei, for preservation" in head
    assert is_in(answer, rest.partition("\n\n")[0])


def test_both_clocks_are_shown(demo: Commands) -> None:
    assert f"At {AT} = 2026-11-23 11:00 Asia/Taipei" in demo.done(*ASKED)


def test_nothing_that_is_answered_is_left_out_and_no_number_is_broken(demo: Commands) -> None:
    for economy in demo.json("economies", "list")["items"]:
        asked = ("reach", economy["code"], "--from", "SG", "--at", AT)
        answer, printed = demo.json(*asked), demo.done(*asked)
        for route in answer["routes"]:
            call = route["call"]
            if call is not None and call["medium"] in {"telephone", "mobile", "fax"}:
                assert call["raw"] in printed
        for part in ("closed", "unrecorded", "not_for_this", "notes"):
            assert [item["text"] for item in answer[part] if not is_in(item["text"], printed)] == []
        ranks = re.findall(r"^(\d+(?: \d+)*) +\S", printed.partition("Routes\n")[2], re.MULTILINE)
        shown = {int(rank) for group in ranks for rank in group.split()}
        assert {route["rank"] for route in answer["routes"]} <= shown


def test_no_line_is_wider_than_the_terminal(demo: Commands) -> None:
    printed = demo.done("reach", "US", "--from", "AU", "--at", AT)  # no wide characters in either
    assert max(map(len, printed.splitlines())) <= 80


def test_a_desk_reached_through_several_networks_stands_in_one_row(demo: Commands) -> None:
    asked = ("reach", "JP", "--from", "US", "--at", AT)
    answer = demo.json(*asked)
    ranks: dict[str, list[str]] = {}
    for route in answer["routes"]:
        if route["contact"] is not None:
            ranks.setdefault(route["contact"]["id"], []).append(str(route["rank"]))
    shared = [" ".join(each) for each in ranks.values() if len(each) > 1]
    assert shared
    assert all(re.search(rf"^{each} ", demo.done(*asked), re.MULTILINE) for each in shared)


def test_economies_may_be_named_as_people_name_them(demo: Commands) -> None:
    named = demo.json("reach", "美國", "--from", "Chinese Taipei", "--at", AT)
    assert (named["to"], named["from"]) == ("US", "TW")


def test_an_ambiguous_name_needs_a_person_and_lists_the_candidates(demo: Commands) -> None:
    result = demo.run("reach", "BD", "--from", "TW")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Brunei Darussalam (BN)" in result.stderr
    assert "Bangladesh" in result.stderr


def test_an_unknown_economy_is_not_found(demo: Commands) -> None:
    result = demo.run("reach", "Atlantis")
    assert result.exit_code == 3
    assert "Atlantis" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_date_time_without_a_zone_is_refused_with_the_form_to_write(demo: Commands) -> None:
    result = demo.run("reach", "US", "--at", "2026-11-23T03:00:00")
    assert result.exit_code == 2
    assert "2011-09-24T01:10:00Z" in result.stderr


def test_a_date_means_noon_utc(demo: Commands) -> None:
    assert demo.json("reach", "US", "--at", "2012-11-02")["at"] == "2012-11-02T12:00:00Z"


def test_what_is_no_language_or_function_is_refused(demo: Commands) -> None:
    assert demo.run("reach", "US", "--language", "klingonese").exit_code == 2
    result = demo.run("reach", "US", "--function", "arrest")
    assert result.exit_code == 2
    assert "preservation" in result.stderr


def test_without_an_asking_economy_the_answer_says_that_standing_is_not_judged(
    demo: Commands,
) -> None:
    assert is_in("Standing is not judged", demo.done("reach", "US"))


def test_the_answer_of_the_report_names_the_network_that_is_open(demo: Commands) -> None:
    routes = orjson.loads(demo.done(*ASKED, "--json"))["routes"]
    assert "g7-24-7" in {route["network"] for route in routes if route["standing"] == "open"}
    assert "g7-24-7: open" in demo.done(*ASKED)
