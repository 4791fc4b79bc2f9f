"""What stands in the cells of a list, and the way there and back through CSV."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import (
    COLUMNS,
    HEADINGS,
    LONGEST_CELL,
    NOBODY,
    confirmed_on,
    economy_row,
    escaped,
    is_formula_like,
    machine_name,
    name_tags,
    printable,
    unescaped,
)
from directory.meetings.lists.rules.record_keys import read_record_key
from tests.unit.meetings.lists.desks import DAY, channel, desk, holder, record, row_of

FORMULA_STARTS = "=+-@\t\r"


def test_a_row_has_every_column_in_the_order_of_the_headings() -> None:
    assert tuple(row_of(desk())) == COLUMNS == tuple(HEADINGS)
    assert COLUMNS[-1] is Column.RECORD
    assert len(set(HEADINGS.values())) == len(COLUMNS)
    assert machine_name(Column.HOURS) == "directory:duty_hours"


def test_a_row_says_what_the_contact_says() -> None:
    row = row_of(desk(note={"en": "Two lines\nof remarks"}, marking="AMBER+STRICT"))
    assert {column: text for column, text in row.items() if column is not Column.RECORD} == {
        Column.ECONOMY: "Chinese Taipei",
        Column.POST: "Duty window",
        Column.ORGANISATION: "Corps (fictional)",
        Column.NAME: "FAN Li-hua",
        Column.OWN_SCRIPT: "范例華",
        Column.TELEPHONE: "+886 2 0555 0101",
        Column.MOBILE: "",
        Column.FAX: "",
        Column.EMAIL: "",
        Column.PORTAL: "",
        Column.MESSAGING: "",
        Column.HOURS: "24/7",
        Column.ZONE: "Asia/Taipei",
        Column.LANGUAGES: "zh-Hant-TW, en",
        Column.NETWORKS: "G7 24/7 Network\nINTERPOL",
        Column.FUNCTIONS: "preservation: yes; mla liaison: no",
        Column.CONFIRMED: "",
        Column.MARKING: "AMBER+STRICT",
        Column.REMARKS: "Two lines\nof remarks",
    }


def test_channels_of_a_medium_are_lines_of_one_cell_in_their_order() -> None:
    row = row_of(
        desk(
            channels=[
                channel("(02) 0555-0102 分機 345", extension="345"),
                channel("duty@police.camphor.example", "e-mail"),
                channel("+886 2 0555 0101"),
                channel("+886 900 055 103", "mobile"),
            ]
        )
    )
    assert row[Column.TELEPHONE] == "(02) 0555-0102 分機 345\n+886 2 0555 0101"
    assert row[Column.EMAIL] == "duty@police.camphor.example"
    assert row[Column.MOBILE] == "+886 900 055 103"


def test_an_extension_beside_the_number_is_printed_or_nobody_could_dial_it() -> None:
    row = row_of(desk(channels=[channel("+61 2 5550 0112", extension="12")]))
    assert row[Column.TELEPHONE] == "+61 2 5550 0112 ext. 12"


@pytest.mark.parametrize(
    ("since", "until", "is_named"),
    [
        pytest.param(None, None, True, id="for as long as is known"),
        pytest.param("2026-11-26", None, True, id="from today"),
        pytest.param("2026-11-27", None, False, id="from tomorrow"),
        pytest.param(None, "2026-11-27", True, id="until today"),
        pytest.param(None, "2026-11-26", False, id="until yesterday"),
    ],
)
def test_a_row_names_whoever_holds_the_post_on_its_day(
    since: str | None, until: str | None, is_named: bool
) -> None:
    view = desk(holders=[holder(since, until, en="FAN Li-hua")])
    row = row_of(view)
    assert (row[Column.NAME] == "FAN Li-hua") is is_named
    key = read_record_key(row[Column.RECORD])
    assert key is not None
    assert len(key.holders) == is_named


def test_the_names_of_two_holders_stand_on_the_same_lines() -> None:
    row = row_of(
        desk(holders=[holder(en="Ann EXAMPLE"), holder(en="FAN Li-hua", zh_Hant="范例華")])
    )
    assert row[Column.NAME] == "Ann EXAMPLE\nFAN Li-hua"
    assert row[Column.OWN_SCRIPT] == "\n范例華"


def test_a_post_without_a_person_stays_a_post() -> None:
    row = row_of(desk(holders=[]))
    assert (row[Column.POST], row[Column.NAME], row[Column.OWN_SCRIPT]) == ("Duty window", "", "")


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ({"en": "FAN Li-hua", "zh-Hant": "范例華"}, ("en", "zh-Hant")),
        ({"zh-Hant": "范例華"}, (None, "zh-Hant")),
        ({"id": "Misainya"}, ("id", None)),
        ({"fr": "Éléonore EXEMPLE", "en": "Eleonore EXEMPLE"}, ("en", None)),
        ({"ru": "Примерова", "ru-Latn": "Primerova"}, ("ru-Latn", "ru")),
    ],
)
def test_a_name_is_printed_in_latin_letters_and_in_its_own_script(
    name: dict[str, str], tags: tuple[str | None, str | None]
) -> None:
    assert name_tags(name) == tags


def test_a_row_is_confirmed_on_the_day_of_the_newest_check_that_reached_it() -> None:
    def checked(result: str, at: str | None) -> dict[str, str | None]:
        return {"result": result, "checked_at": at, "method": "test_call"}

    view = desk(
        channels=[
            channel("1", verification=checked("stale", "2026-02-01T10:00:00Z")),
            channel("2", verification=checked("verified", "2026-11-02T23:00:00Z")),
            channel("3", verification=checked("failed", "2026-11-20T10:00:00Z")),
            channel("4"),
        ]
    )
    assert confirmed_on(view) == row_of(view)[Column.CONFIRMED] == "2026-11-02"
    del view["channels"][1]["verification"]
    assert confirmed_on(view) == "2026-02-01"


def test_a_network_without_a_name_for_this_reader_is_left_out() -> None:
    row = row_of(desk(), network_names={"interpol": "INTERPOL"})
    assert row[Column.NETWORKS] == "INTERPOL"


def test_an_economy_without_a_contact_has_a_row_that_says_so() -> None:
    economy = record("economy", code="BN")
    row = economy_row(economy, economy_name="Brunei Darussalam", day=DAY)
    key = read_record_key(row[Column.RECORD])
    assert {column: text for column, text in row.items() if text} == {
        Column.ECONOMY: "Brunei Darussalam",
        Column.REMARKS: NOBODY,
        Column.RECORD: row[Column.RECORD],
    }
    assert key is not None
    assert key.contact is None
    assert key.economy is not None
    assert key.economy.id == economy["id"]


def test_what_no_spreadsheet_holds_leaves_a_trace() -> None:
    assert printable("a\x00b\x0bc\x1fd\ufffee\tf\r\ng\rh") == (
        "a\ufffdb\ufffdc\ufffdd\ufffde\tf\ng\nh"
    )


@pytest.mark.parametrize("character", ["a", "華", "\U0002070e"])
def test_what_is_longer_than_a_cell_is_cut_between_characters(character: str) -> None:
    text = printable(character * (LONGEST_CELL + 7))
    assert text.endswith("…")
    assert text.rstrip("…").strip(character) == ""
    assert LONGEST_CELL - 1 <= len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert printable(text) == text


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_looks_like_a_formula_is_escaped_and_comes_back(start: str) -> None:
    for text in (f"{start}cmd|' /C calc'!A0", f"'{start}1", f"''{start}"):
        assert escaped(text) == f"'{text}"
        assert unescaped(escaped(text)) == text
    assert is_formula_like(f"{start}1")


@pytest.mark.parametrize("text", ["", "'", "'tis", "O'Neill", "''", "1+1", "a=b", " =1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert escaped(text) == unescaped(text) == text
    assert not is_formula_like(text)


@given(st.text(alphabet=st.sampled_from("'=+-@\t\ra1 "), max_size=8) | st.text())
@example("'")
def test_no_text_is_changed_on_the_way_there_and_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in set(FORMULA_STARTS)
