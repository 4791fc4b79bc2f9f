from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.grid import Cell, Cells, Sheet, column_letters
from directory.meetings.lists.rules.heading_meanings import meaning_of
from directory.meetings.lists.rules.headings import FoundTable, find_table
from tests.unit.meetings.lists.rules.sheets import TEL45_HEADINGS, merged, sheet


def found(of: Sheet) -> FoundTable:
    table = find_table(of)
    assert table is not None
    return table


def meanings(of: Sheet) -> list[Column | None]:
    return [column.meaning for column in found(of).columns]


HEADINGS: dict[Column, str] = {
    Column.ECONOMY: (
        "Economy|Country|Member|經濟體|经济体|国家|国名|국가|País|Pays|Страна|Negara|Quốc gia"
        "|ประเทศ|Ekonomi"
    ),
    Column.NAME: (
        "Nombre|Nom|Имя|ФИО|Nama|Họ và tên|ชื่อ|Name (family name in CAPITALS)|姓 名"
        "|Officer in post|Name 姓名|聯絡人"
    ),
    Column.OWN_SCRIPT: "Name in own script",
    Column.POSITION: "Должность|Jabatan|Chức vụ|ตำแหน่ง",
    Column.POSITION_AND_ORGANISATION: "Position / Agency|Agency & Title|機關／職稱",
    Column.POST: "Point of contact (post)",
    Column.ROLE: "Role in list",
    Column.TELEPHONE: "Teléfono|Телефон|Điện thoại|โทรศัพท์",
    Column.FAX: "Fax|傳真|传真|ファックス|팩스|Факс",
    Column.TELEPHONE_AND_FAX: "Tel/Fax|電話/傳真|Phone & Fax",
    Column.EMAIL: "Correo electrónico|Courriel|อีเมล|E-MAIL:",
    Column.ROUND_THE_CLOCK: "24/7?|24/7|24x7|24小時",
    Column.LANGUAGES: "Working language(s)|Lang.|語言|Язык",
    Column.HOURS: "Office hours",
    Column.HOURS_AND_ZONE: "Office hours / Time zone",
    Column.ZONE: "Zone|Time zone|時區|Zona horaria",
    Column.NETWORKS: "Networks|網路|Redes|เครือข่าย",
    Column.NUMBER: "No.|編號|#|STT|№",
    Column.CONTACT_DETAILS: "Phone / Fax / E-mail|Contact details",
    Column.MARKING: "TLP|Marking",
}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [(word, column) for column, words in HEADINGS.items() for word in words.split("|")],
)
def test_a_heading_means_a_column(heading: str, expected: Column) -> None:
    told = meaning_of(heading)
    assert told is not None
    assert told[0] == expected
    assert told[1] >= 0.8


@pytest.mark.parametrize("heading", ["", "Shoe size", "Please return by 30 March", "x" * 500, "例"])
def test_an_unknown_heading_means_nothing(heading: str) -> None:
    assert meaning_of(heading) is None


def test_a_phrase_within_a_heading_is_less_sure() -> None:
    assert meaning_of("Your telephone please") == (Column.TELEPHONE, 0.6)


def test_the_list_of_tel45_is_found_below_its_preamble() -> None:
    """01: three lines before the headings, one of them empty; a blank row and a footnote."""
    honorifics = ("Ms", "Dyg Hjh", "SSP", "Dato' Sri Dr", "Г-н")
    rows = [[str(n), "Australia", h, "SAMPLE, Jane"] for n, h in enumerate(honorifics, start=1)]
    table = found(
        sheet(
            ["APEC TEL SPSG Experts' Group on Cybercrime - points of contact"],
            ["Please return to secretariat@spsg.example by 30 March 2012"],
            [],
            TEL45_HEADINGS,
            *rows,
            ["6", "Singapore", None, None, None, None, "Example Police Force (fictional)"],
            [],
            ["* 24/7? = answered at any hour"],
        )
    )
    assert table.heading_rows == (4,)
    assert table.preamble_rows == (1, 2)
    assert table.data_rows == (5, 6, 7, 8, 9, 10)
    assert table.footnote_rows == (12,)
    assert [column.meaning for column in table.columns] == [
        *(Column.NUMBER, Column.ECONOMY, Column.HONORIFIC, Column.NAME, Column.OWN_SCRIPT),
        *(Column.POSITION, Column.ORGANISATION, Column.ROLE, Column.TELEPHONE, Column.MOBILE),
        *(Column.TELEPHONE_AND_FAX, Column.EMAIL, Column.ROUND_THE_CLOCK, Column.LANGUAGES),
        *(Column.HOURS_AND_ZONE, Column.NETWORKS, Column.CONFIRMED, Column.REMARKS),
    ]
    assert [(f.cell, f.code) for f in table.findings] == [
        ("A1", Code.PREAMBLE),
        ("A2", Code.PREAMBLE),
        ("A12", Code.FOOTNOTE),
        ("C4", Code.HEADING),
    ]


@pytest.mark.parametrize("caption", ["更新日期：101年3月30日", "AUSTRALIA", "Contacts"])
def test_a_line_over_all_headings_is_not_one_of_them(caption: str) -> None:
    table = found(sheet([caption], ["Economy", "Name", "Tel"], ["Chile", "Juan EJEMPLO", "2"]))
    assert table.heading_rows == (2,)
    assert [c.meaning for c in table.columns] == [Column.ECONOMY, Column.NAME, Column.TELEPHONE]
    assert [(f.cell, f.code) for f in table.findings] == [("A1", Code.PREAMBLE)]


def test_a_heading_beside_a_gap_still_heads_its_column() -> None:
    table = found(sheet(["Economy"], [None, "Name", "Telephone"], ["Chile", "Juan EJEMPLO", "2"]))
    assert table.heading_rows == (1, 2)
    assert [c.meaning for c in table.columns] == [Column.ECONOMY, Column.NAME, Column.TELEPHONE]


def _returned() -> Sheet:
    headings = ["Economy", "Name", "Position / Agency", "Telephone", None, None, "E-mail"]
    plain = sheet(
        ["Contact list as returned at the meeting (FICTIONAL)"],
        ["as at", "2012-04-06"],
        [],
        headings,
        [None, None, None, "Office", "Mobile", "Fax"],
        ["Australia", "Ms Alexandra EXAMPLETON", "Manager", "+61 2 5550 0123", 491570156],
        [None, "Watchfloor (duty officer)", "Post", "+61 2 5550 0125"],
        ["(blank)", "TBC"],
        [],
        ["Yellow: not confirmed. Struck out: has left the post."],
        name="POC list",
    )
    areas = [(4, column, 5, column) for column in (1, 2, 3, 7)]
    return merged(plain, *areas, (4, 4, 4, 6), (6, 1, 7, 1), (1, 1, 1, 7))


def test_two_rows_of_headings_are_read_together() -> None:
    """03: Telephone stands over Office, Mobile and Fax, everything else over two rows."""
    table = found(_returned())
    assert table.heading_rows == (4, 5)
    assert [(column.heading, column.meaning) for column in table.columns] == [
        ("Economy", Column.ECONOMY),
        ("Name", Column.NAME),
        ("Position / Agency", Column.POSITION_AND_ORGANISATION),
        ("Telephone / Office", Column.TELEPHONE),
        ("Telephone / Mobile", Column.MOBILE),
        ("Telephone / Fax", Column.FAX),
        ("E-mail", Column.EMAIL),
    ]


def test_rows_around_the_returned_list_are_told_cell_by_cell() -> None:
    """03: the title, "as at", and row 19 that explains the colours."""
    table = found(_returned())
    assert table.preamble_rows == (1, 2)
    assert table.data_rows == (6, 7, 8)
    assert table.footnote_rows == (10,)
    assert [(f.cell, f.code) for f in table.findings] == [
        ("POC list!A1", Code.PREAMBLE),
        ("POC list!A2", Code.PREAMBLE),
        ("POC list!B2", Code.PREAMBLE),
        ("POC list!A10", Code.FOOTNOTE),
    ]


def test_two_rows_of_headings_survive_the_loss_of_their_merged_areas() -> None:
    of = sheet(
        ["Economy", "Telephone", None, "E-mail"],
        [None, "Office", "Mobile"],
        ["Canada", "613-555-0178", "613-555-0179", "a@b.example"],
    )
    assert found(of).heading_rows == (1, 2)
    assert meanings(of) == [Column.ECONOMY, Column.TELEPHONE, Column.MOBILE, Column.EMAIL]


def test_headings_in_two_languages_may_stand_in_two_rows() -> None:
    of = sheet(["Economy", "Name", "Tel"], ["經濟體", "姓名", "電話"], ["Canada", "A", "1"])
    assert found(of).heading_rows == (1, 2)
    assert found(of).data_rows == (3,)


def test_the_first_record_is_no_second_row_of_headings() -> None:
    of = sheet(["Economy", "Name", "24/7"], ["Canada", "Jane SAMPLE", "24/7"])
    assert (found(of).heading_rows, found(of).data_rows) == ((1,), (2,))


def test_an_old_list_of_three_columns_is_found() -> None:
    """03, second sheet: mixed contact details, and "Contact" over names."""
    of = sheet(
        ["Economy", "Contact", "Phone / Fax / E-mail"],
        ["Brunei Darussalam", "Hj Contoh bin Example", "Tel: 673-055-0103"],
        ["Macao", "(not an APEC economy)", "853-0555-0101"],
    )
    assert meanings(of) == [Column.ECONOMY, Column.NAME, Column.CONTACT_DETAILS]
    assert [(f.cell, f.code, f.proposed) for f in found(of).findings] == [
        ("B1", Code.HEADING, "name")
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(("Ms", "Dr", "Pol. Lt. Col."), Column.HONORIFIC, id="forms of address"),
        pytest.param(("Director", "Head of Unit", "Dr"), Column.POSITION, id="positions"),
        pytest.param((), Column.POSITION, id="nothing tells"),
    ],
)
def test_values_tell_what_title_means(values: tuple[str, ...], expected: Column) -> None:
    of = sheet(["Economy", "Title", "Name"], *[["Canada", v, "Jane SAMPLE"] for v in values])
    table = found(of)
    assert table.columns[1].meaning == expected
    assert Code.HEADING in {finding.code for finding in table.findings}


@pytest.mark.parametrize(
    ("heading", "value", "expected"),
    [
        ("Office", "02 5550 0123", Column.TELEPHONE),
        ("Office", "Example Police", Column.ORGANISATION),
        ("Contact", "02 5550 0123, a@b.example", Column.CONTACT_DETAILS),
        ("Contact", "Jane SAMPLE", Column.NAME),
    ],
)
def test_values_tell_what_a_heading_of_two_meanings_is(
    heading: str, value: str, expected: Column
) -> None:
    assert meanings(sheet(["Economy", heading], ["Canada", value]))[1] == expected


def test_an_unknown_column_is_told_with_or_without_a_heading() -> None:
    of = sheet(["Economy", "Name", "Shoe size"], ["Canada", "Jane SAMPLE", "38", "left over"])
    table = found(of)
    assert table.meanings() == {1: Column.ECONOMY, 2: Column.NAME}
    assert [(f.cell, f.code, f.read) for f in table.findings] == [
        ("C1", Code.UNKNOWN_COLUMN, "Shoe size"),
        ("D2", Code.UNKNOWN_COLUMN, ""),
    ]


def test_two_columns_may_mean_the_same() -> None:
    assert (
        meanings(sheet(["Economy", "Tel 1", "Phone"], ["Canada", "1", "2"])).count(Column.TELEPHONE)
        == 2
    )


@pytest.mark.parametrize(
    "footnote",
    [
        "* 24/7? = answered at any hour",
        "Note: extensions are in brackets",
        "註：分機請以括號表示",
        "備註：以上",
        "合計",
        "總計 21",
        "共 21 筆",
        "Total: 24",
        "Yellow: not confirmed. Struck out: has left the post.",
        "This list is for the use of the members of the group alone and goes no further",
    ],
)
def test_what_stands_below_the_list_is_no_record(footnote: str) -> None:
    of = sheet(["Economy", "Name"], ["Canada", "Jane SAMPLE"], [], [footnote])
    assert (found(of).data_rows, found(of).footnote_rows) == ((2,), (4,))


@pytest.mark.parametrize("economy", ["Peru", "Hong Kong, China", "Papua New-Guinea", "中國香港"])
def test_an_economy_that_named_nobody_is_no_footnote(economy: str) -> None:
    of = sheet(["Economy", "Name"], ["Canada", "Jane SAMPLE"], [economy])
    assert (found(of).data_rows, found(of).footnote_rows) == ((2, 3), ())


def test_a_caption_across_the_list_is_no_record() -> None:
    plain = sheet(
        ["Economy", "Name", "Tel"], ["Law enforcement"], ["Canada", "Jane SAMPLE", "613-555-0178"]
    )
    table = found(merged(plain, (2, 1, 2, 3)))
    assert (table.data_rows, table.footnote_rows) == ((3,), (2,))


def test_headings_that_a_printed_list_repeats_are_no_records() -> None:
    of = sheet(["Economy", "Name"], ["Canada", "A"], ["Economy", "Name"], ["Peru", "B"])
    assert (found(of).heading_rows, found(of).data_rows) == ((1, 3), (2, 4))


def test_a_covered_cell_alone_makes_no_row() -> None:
    plain = sheet(["Economy", "Name"], ["Canada", "Jane SAMPLE"])
    assert found(merged(plain, (2, 1, 3, 1))).data_rows == (2,)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="empty"),
        pytest.param([["internal: do not import"]], id="03, hidden notes"),
        pytest.param([["Canada", "613-555-0178"], ["Peru", "055"]], id="records alone"),
        pytest.param([["Economy"], ["Canada"]], id="a single heading"),
    ],
)
def test_a_sheet_without_headings_holds_no_list(rows: list[list[str]]) -> None:
    assert find_table(sheet(*rows)) is None


MACHINE = ("directory:economy", "directory:name", "directory:telephone", "directory:record")


def test_the_directorys_own_row_decides_whatever_the_headings_say() -> None:
    of = sheet(["Fax", "E-mail", "Remarks", "Name"], MACHINE, ["Canada", "A", "1", "x"])
    table = found(of)
    assert table.machine_row == 2
    assert table.data_rows == (3,)
    assert [column.meaning for column in table.columns] == [
        *(Column.ECONOMY, Column.NAME, Column.TELEPHONE, Column.RECORD)
    ]
    assert {column.told_by for column in table.columns} == {"directory"}
    assert table.findings == ()


def test_it_decides_where_nobody_knows_the_headings() -> None:
    of = sheet(["List of 2026"], ["A", "B", "C", "D"], MACHINE, ["Canada", "A", "1", "x"])
    table = found(of)
    assert table.heading_rows == (2,)
    assert (table.preamble_rows, table.data_rows) == ((1,), (4,))


@pytest.mark.parametrize("place", [1, 2, 3])
def test_it_may_have_been_sorted_among_the_records(place: int) -> None:
    rows = [["Canada", "A", "1", "x"], ["Peru", "B", "2", "y"]]
    rows.insert(place - 1, list(MACHINE))
    of = sheet(["Economy", "Name", "Tel", "Record"], *rows)
    table = found(of)
    assert (table.heading_rows, table.machine_row) == ((1,), place + 1)
    assert len(table.data_rows) == 2


def test_records_sorted_above_the_headings_are_still_records() -> None:
    headings = ["Economy", "Name", "Tel", "Record"]
    of = sheet(["valid until 2026-03-01"], ["Canada", "A", "1", "x"], MACHINE, headings)
    table = found(of)
    assert (table.preamble_rows, table.data_rows, table.heading_rows) == ((1,), (2,), (4,))


def test_a_column_added_to_the_directorys_own_list_is_less_sure() -> None:
    of = sheet(
        ["Economy", "Name", "Tel", "Record", "Mobile", "Mood"],
        MACHINE,
        ["Canada", "A", "1", "x", "2", "good"],
    )
    table = found(of)
    assert table.columns[4].meaning == Column.MOBILE
    assert [(f.cell, f.code) for f in table.findings] == [
        ("E1", Code.HEADING),
        ("F1", Code.UNKNOWN_COLUMN),
    ]


def test_a_name_that_the_directory_never_wrote_means_nothing() -> None:
    of = sheet(["Economy", "Name"], ["directory:economy", "directory:secret"], ["Canada", "A"])
    assert meanings(of) == [Column.ECONOMY, None]


@given(
    st.lists(
        st.lists(
            st.none()
            | st.sampled_from(
                ["Economy", "Name", "Tel", "Canada", "* note", "directory:name", "12"]
            )
            | st.text(max_size=8)
            | st.integers(),
            max_size=5,
        ),
        max_size=8,
    )
)
def test_every_row_that_says_anything_has_its_place(rows: list[list[str | int | None]]) -> None:
    of = sheet(*rows)
    table = find_table(of)
    if table is None:
        return
    sorted_rows = [
        *(*table.heading_rows, *table.preamble_rows, *table.data_rows, *table.footnote_rows),
        *([] if table.machine_row is None else [table.machine_row]),
    ]
    assert len(sorted_rows) == len(set(sorted_rows))
    said = {
        row
        for row, cells in of.rows()
        if any(c.text.isprintable() and c.text.strip() for c in cells)
    }
    assert said <= set(sorted_rows)


def test_a_very_wide_and_a_very_long_sheet_are_looked_through_in_time() -> None:
    wide = Sheet("", Cells(Cell(1, c, f"x{c}") for c in range(1, 16_385)))
    rows = [["Economy", "Name"], *[["Canada", f"Name {n}"] for n in range(20_000)]]
    begun = perf_counter()
    assert find_table(wide) is None
    assert len(found(sheet(*rows)).data_rows) == 20_000
    assert perf_counter() - begun < 5
    assert column_letters(16_384) == "XFD"


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("FAX番号", Column.FAX),
        ("휴대폰 번호", Column.MOBILE),
        ("Mobile / Number", Column.MOBILE),
        ("Tel 2", Column.TELEPHONE),
        ("Name 1", Column.NAME),
        ("Correo 2", Column.EMAIL),
        ("24 hrs?", Column.ROUND_THE_CLOCK),
        ("值班时间", Column.HOURS),
        ("Última actualización", Column.CONFIRMED),
        ("Last name", Column.FAMILY_NAME),
        ("Given name(s)", Column.GIVEN_NAME),
        ("Surname, given name", Column.NAME),
    ],
)
def test_these_headings_are_sure(heading: str, meaning: Column) -> None:
    told = meaning_of(heading)
    assert told is not None
    assert told[0] == meaning
    assert told[1] >= 0.95


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        (["Lic. José EJEMPLO", "Subcomisario Juan Muestra", "EJEMPLO Taro"], Column.NAME),
        (["Oficial de guardia", "Guardia 24 h", "Jefa de unidad"], Column.POST),
    ],
)
def test_who_stands_under_punto_de_contacto_is_told_by_the_values(
    values: list[str], meaning: Column
) -> None:
    rows = [["Chile", value, "2"] for value in values]
    table = found(sheet(["País", "Punto de contacto", "Teléfono"], *rows))
    assert table.columns[1].meaning == meaning
    is_doubted = ("B1", Code.HEADING) in [(f.cell, f.code) for f in table.findings]
    assert is_doubted == (meaning is Column.NAME)


def test_beside_a_column_of_names_punto_de_contacto_is_a_post() -> None:
    table = found(
        sheet(["País", "Punto de contacto", "Nombre"], ["Chile", "Unidad Muestra", "Juan EJEMPLO"])
    )
    assert [c.meaning for c in table.columns] == [Column.ECONOMY, Column.POST, Column.NAME]
