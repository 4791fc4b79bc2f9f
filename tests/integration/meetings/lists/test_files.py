"""What a file is, its bytes decide; what cannot be read is refused with what to do instead."""

import pytest

from directory.meetings.errors import FileTooLargeError, UnreadableFileError
from directory.meetings.lists.files import read_file
from directory.meetings.lists.limits import MOST_BYTES
from tests.integration.meetings.lists.made import archive, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"


def test_the_bytes_decide_and_not_the_name() -> None:
    assert read_file(workbook(), file_name="list.csv").form == "xlsx"
    assert read_file(b"Economy,Name\r\n", file_name="list.xlsx").form == "csv"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "is empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf\r\n \r\n", "is empty", id="a mark and blanks"),
        pytest.param(OLE + bytes(600), r"old form.*save it as .xlsx", id="xls"),
        pytest.param(
            OLE + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            "has a password.*take the password away",
            id="a workbook with a password",
        ),
        pytest.param(b"%PDF-1.7\n", "is a PDF document. Send the spreadsheet", id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "is a picture", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", "is a picture", id="jpeg"),
        pytest.param(b"GIF89a\0", "is a picture", id="gif"),
        pytest.param(b"BM\x36\0\0\0", "is a picture", id="bmp"),
        pytest.param(b"\x1f\x8b\x08\0", "Unpack it", id="gzip"),
        pytest.param(b"7z\xbc\xaf\x27\x1c", "Unpack it", id="7z"),
        pytest.param(b"{\\rtf1\\ansi", "is a text document", id="rtf"),
        pytest.param(b"<html><table>", "is a page", id="a page called .xls"),
        pytest.param(b'\r\n<?xml version="1.0"?>', "is a page or another", id="xml"),
        pytest.param(archive({"a.csv": "x"}), "is an archive without a workbook", id="zip"),
        pytest.param(archive({}), "is an archive without a workbook", id="an empty zip"),
        pytest.param(archive({"mimetype": OPEN_DOCUMENT}), "is an OpenDocument file", id="ods"),
        pytest.param(archive({"xl/workbook.bin": b""}), "is a binary workbook", id="xlsb"),
        pytest.param(archive({"word/document.xml": ""}), "is a text document", id="docx"),
        pytest.param(archive({"ppt/presentation.xml": ""}), "is a presentation", id="pptx"),
        pytest.param(archive({"Index/Document.iwa": ""}), "is a Numbers file", id="numbers"),
        pytest.param(b"PK\x03\x04 cut off", "damaged", id="a broken zip"),
        pytest.param(workbook()[:-200], "damaged", id="a workbook cut off"),
        pytest.param(b"Economy,Name\0\r\n" * 9, "holds NUL characters", id="NULs"),
        pytest.param(bytes(range(256)) * 9, "NUL", id="any bytes"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=f"(?s){told}"):
        read_file(data, file_name="list.xlsx")


def test_a_file_is_named_as_it_is_called_and_never_as_a_path() -> None:
    for name, shown in [
        ("C/Users/list\x07.pdf", "'list\ufffd.pdf'"),
        ("x" * 500, f"'{'x' * 79}…'"),
        ("", "The file"),
    ]:
        with pytest.raises(UnreadableFileError) as refused:
            read_file(b"%PDF-", file_name=name)
        assert refused.value.detail.startswith(f"{shown} is a PDF")


def test_an_entry_with_a_password_is_refused() -> None:
    data = bytearray(workbook())
    for at in range(len(data)):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
    with pytest.raises(UnreadableFileError, match="Save the list without a password"):
        read_file(bytes(data), file_name="list.xlsx")


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    row = b"Australia,Alexandra EXAMPLETON\r\n"
    text = row + b"," * (MOST_BYTES - len(row))
    assert len(read_file(text, file_name="list.csv").sheets[0].cells) == 2
    with pytest.raises(FileTooLargeError, match="10,000,001 bytes"):
        read_file(text + b",", file_name="list.csv")


def test_a_bitmap_is_no_list_but_a_list_may_begin_like_one() -> None:
    assert read_file(b"BM,Name\r\nPE,x\r\n", file_name="list.csv").form == "csv"
