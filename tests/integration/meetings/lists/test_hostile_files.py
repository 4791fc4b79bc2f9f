"""Files made to do harm are refused in bounded time and memory, each with what to do about it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.meetings.lists.limits import MOST_BYTES
from tests.integration.meetings.lists.made import (
    MAIN,
    SHEET,
    archive,
    parts,
    repeated,
    text_cell,
    workbook,
    worksheet,
)

ROOT = Path(__file__).resolve().parents[4]
MEGABYTES, SECONDS = 700, 20
SHEET_HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'
SHEET_TAIL = "</sheetData></worksheet>"
A1 = text_cell("A1", "Economy")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """Whoever reads the files, each in a process of its own."""
    errors = tmp_path_factory.mktemp("reader") / "errors"
    limits = [str(MEGABYTES), str(SECONDS)]
    with errors.open("w") as stderr, subprocess.Popen(
        [sys.executable, "-m", "tests.integration.meetings.lists.reading", *limits],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT,
    ) as reader:  # fmt: skip
        yield reader
    assert reader.returncode == 0
    assert errors.read_text() == ""


def read_within_limits(reader: subprocess.Popen[str], data: bytes, folder: Path) -> dict[str, Any]:
    path = folder / "list.xlsx"
    path.write_bytes(data)
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{path}\n")
    reader.stdin.flush()
    line = reader.stdout.readline()
    assert line.strip(), "the process that read it was ended"
    told: dict[str, Any] = json.loads(line)
    return told


def bomb_of_blanks() -> bytes:
    return workbook(repeated(SHEET_HEAD, " " * 100_000, 600, SHEET_TAIL))


def bomb_of_cells() -> bytes:
    return workbook(repeated(SHEET_HEAD, '<row><c t="b"><v>1</v></c></row>', 2_000_000, SHEET_TAIL))


def bomb_of_formatted_cells() -> bytes:
    return workbook(repeated(SHEET_HEAD + "<row>", '<c s="1"/>', 1_100_000, "</row>" + SHEET_TAIL))


def bomb_of_cells_in_one_row() -> bytes:
    return workbook(
        repeated(SHEET_HEAD + "<row>", '<c t="b"><v>1</v></c>', 1_000_000, "</row>" + SHEET_TAIL)
    )


def bomb_of_texts() -> bytes:
    head = f'<sst xmlns="{MAIN}">'
    strings = repeated(head, "<si><t>x</t></si>", 500_000, "</sst>")
    return archive(parts() | {"xl/sharedStrings.xml": strings})


def bomb_of_one_text_in_every_cell() -> bytes:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    rows = "".join("<row>" + '<c t="s"><v>0</v></c>' * 200 + "</row>" for _ in range(1_000))
    return archive(parts(worksheet(rows)) | {"xl/sharedStrings.xml": strings})


def bomb_of_one_long_text() -> bytes:
    head = f'{SHEET_HEAD}<row><c r="A1" t="inlineStr"><is><t>'
    return workbook(repeated(head, "x" * 10_000, 9_000, f"</t></is></c></row>{SHEET_TAIL}"))


def bomb_of_one_long_name() -> bytes:
    head = f'{SHEET_HEAD}<row><c r="'
    return workbook(repeated(head, "A1" * 5_000, 9_000, f'"/></row>{SHEET_TAIL}'))


def bomb_of_depth() -> bytes:
    return workbook(repeated(SHEET_HEAD, "<x>", 1_000_000, SHEET_TAIL))


def bomb_of_merged_areas() -> bytes:
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return workbook(worksheet(f'<row r="1">{A1}</row>', after=merged))


def bomb_of_many_merged_areas() -> bytes:
    merged = "<mergeCells>" + '<mergeCell ref="A1:IV100"/>' * 100_000 + "</mergeCells>"
    return workbook(worksheet(f'<row r="1">{A1}</row>', after=merged))


def bomb_of_links() -> bytes:
    links = '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'
    return workbook(worksheet(f'<row r="1">{A1}</row>', after=links))


def bomb_of_styles() -> bytes:
    head = f'<styleSheet xmlns="{MAIN}"><cellXfs>'
    styles = repeated(head, '<xf numFmtId="0"/>', 200_000, "</cellXfs></styleSheet>")
    return archive(parts() | {"xl/styles.xml": styles})


def bomb_of_sheets_that_are_one() -> bytes:
    listed = "".join(f'<sheet name="{n}" r:id="rId1"/>' for n in range(5_000))
    made = parts()
    made["xl/workbook.xml"] = (
        str(made["xl/workbook.xml"]).partition("<sheets>")[0]
        + f"<sheets>{listed}</sheets></workbook>"
    )
    return archive(made)


def bomb_of_entries() -> bytes:
    return archive(parts() | {f"xl/media/{n}": b"" for n in range(3_000)})


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'
    return workbook(head + worksheet(f"<row>{text_cell('A1', '&l9;')}</row>").partition("?>")[2])


def entity_of_a_file() -> bytes:
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    return workbook(head + worksheet(f"<row>{text_cell('A1', '&f;')}</row>").partition("?>")[2])


def document_type_in_the_texts() -> bytes:
    strings = f'<!DOCTYPE sst><sst xmlns="{MAIN}"><si><t>x</t></si></sst>'
    return archive(parts() | {"xl/sharedStrings.xml": strings})


def the_same_part_twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive_of_pairs([*parts().items(), (SHEET, worksheet("<row/>"))])


def archive_of_pairs(pairs: list[tuple[str, Any]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for name, content in pairs:
            packed.writestr(name, content)
    return whole.getvalue()


def a_part_outside() -> bytes:
    return archive(parts() | {"../../etc/cron.d/x": "x"})


def a_method_no_program_uses() -> bytes:
    return archive(parts(), zipfile.ZIP_LZMA)


def a_cell_at_the_far_corner() -> bytes:
    return workbook(worksheet(f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'))


def a_row_of_all_columns() -> bytes:
    return workbook(worksheet("<row>" + '<c t="b"><v>1</v></c>' * 16_384 + "</row>"))


def fifty_megabytes() -> bytes:
    return b"Economy,Name\r\n" * 3_600_000


def commas() -> bytes:
    return b"," * (MOST_BYTES - 1) + b"x"


def line_ends() -> bytes:
    return b"\n" * (MOST_BYTES - 1) + b"x"


def a_quotation_mark_never_closed() -> bytes:
    return b'Economy,Name\r\nAustralia,"' + b"x,y\r\n" * 1_900_000


def quotation_marks() -> bytes:
    return b'"' * MOST_BYTES


def many_fields() -> bytes:
    return (b"x," * 250 + b"\n") * 19_000


@pytest.mark.parametrize(
    ("make", "slug"),
    [
        (bomb_of_blanks, "unsafe-file"),
        (bomb_of_cells, "file-too-large"),
        (bomb_of_formatted_cells, "file-too-large"),
        (bomb_of_cells_in_one_row, "file-too-large"),
        (bomb_of_texts, "file-too-large"),
        (bomb_of_one_text_in_every_cell, "file-too-large"),
        (bomb_of_one_long_text, "file-too-large"),
        (bomb_of_one_long_name, "unsafe-file"),
        (bomb_of_depth, "unsafe-file"),
        (bomb_of_merged_areas, "file-too-large"),
        (bomb_of_many_merged_areas, "file-too-large"),
        (bomb_of_links, "file-too-large"),
        (bomb_of_styles, "file-too-large"),
        (bomb_of_sheets_that_are_one, "file-too-large"),
        (bomb_of_entries, "unsafe-file"),
        (billion_laughs, "unsafe-file"),
        (entity_of_a_file, "unsafe-file"),
        (document_type_in_the_texts, "unsafe-file"),
        (the_same_part_twice, "unsafe-file"),
        (a_part_outside, "unsafe-file"),
        (a_method_no_program_uses, "unsafe-file"),
        (a_cell_at_the_far_corner, "file-too-large"),
        (a_row_of_all_columns, "file-too-large"),
        (fifty_megabytes, "file-too-large"),
        (commas, "file-too-large"),
        (line_ends, "file-too-large"),
        (a_quotation_mark_never_closed, "file-too-large"),
        (quotation_marks, "file-too-large"),
        (many_fields, "file-too-large"),
    ],
    ids=lambda value: value.__name__.replace("_", " ") if callable(value) else "",
)
def test_a_file_made_to_do_harm_is_refused_before_it_can(
    reader: subprocess.Popen[str], make: Callable[[], bytes], slug: str, tmp_path: Path
) -> None:
    told = read_within_limits(reader, make(), tmp_path)
    assert told.get("refused") == slug, told
    assert told["detail"].count(". ") >= 1  # what it is, and what to do
