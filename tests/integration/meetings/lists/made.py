"""Workbooks made part by part, so that they can be as no program makes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
Content = str | bytes | Iterable[bytes]


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """The XML of a sheet."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def text_cell(address: str, text: str, attributes: str = "") -> str:
    """The XML of a cell that holds a text."""
    return f'<c r="{address}" t="inlineStr" {attributes}><is><t>{text}</t></is></c>'


def relationships(*targets: tuple[str, str, str]) -> str:
    """The XML of references: each its identifier, kind and target."""
    listed = "".join(
        f'<Relationship Id="{identifier}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for identifier, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def workbook(sheet: Content | None = None) -> bytes:
    """A workbook of one sheet."""
    return archive(parts(sheet))


def parts(sheet: Content | None = None) -> dict[str, Content]:
    """The parts of a workbook of one sheet."""
    return {
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        SHEET: sheet or worksheet(f'<row r="1">{text_cell("A1", "Economy")}</row>'),
    }


def archive(contents: dict[str, Content], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive; contents may come in pieces, so that a bomb needs no memory to make."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as packed:
        for name, content in contents.items():
            with packed.open(name, "w", force_zip64=False) as part:
                for piece in _pieces(content):
                    part.write(piece)
    return whole.getvalue()


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, str):
        yield content.encode()
    elif isinstance(content, bytes):
        yield content
    else:
        yield from content


def repeated(head: str, piece: str, times: int, tail: str) -> Iterator[bytes]:
    """A part with the same piece over and over."""
    yield head.encode()
    for _ in range(times // 1_000):
        yield piece.encode() * 1_000
    yield piece.encode() * (times % 1_000)
    yield tail.encode()
