"""An uploaded file as a book: the one door for files, whoever sent them.

What a file is, its bytes decide; its name only helps to say what is wrong with it.
"""

from __future__ import annotations

from typing import Final

from directory.meetings.errors import FileTooLargeError, UnreadableFileError
from directory.meetings.lists.delimited import read_delimited
from directory.meetings.lists.limits import MOST_BYTES
from directory.meetings.lists.packages import Package
from directory.meetings.lists.rules.characters import storable
from directory.meetings.lists.rules.grid import Book
from directory.meetings.lists.workbooks import read_workbook, workbook_part

LONGEST_NAME: Final = 80
_AS_XLSX: Final = "Open it in a spreadsheet program and save it as .xlsx."
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# What an encrypted workbook calls its content, in the container of the old forms.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = (
    (b"%PDF-", "is a PDF document. Send the spreadsheet from which it was made."),
    (b"\x89PNG", "is a picture. Send the list as .xlsx or .csv: no text is read from pictures."),
    (
        b"\xff\xd8\xff",
        "is a picture. Send the list as .xlsx or .csv: no text is read from pictures.",
    ),
    (b"GIF8", "is a picture. Send the list as .xlsx or .csv: no text is read from pictures."),
    (b"BM", "is a picture. Send the list as .xlsx or .csv: no text is read from pictures."),
    (b"II*\0", "is a picture. Send the list as .xlsx or .csv: no text is read from pictures."),
    (b"MM\0*", "is a picture. Send the list as .xlsx or .csv: no text is read from pictures."),
    (b"\x1f\x8b", "is packed with gzip. Unpack it, and send the list itself."),
    (b"7z\xbc\xaf", "is a 7-Zip archive. Unpack it, and send the list itself."),
    (b"Rar!", "is a RAR archive. Unpack it, and send the list itself."),
    (b"{\\rtf", f"is a text document. Copy its table into a spreadsheet. {_AS_XLSX}"),
)
_MARKUP: Final = (b"<!doctype html", b"<html", b"<?xml", b"<table")


def read_file(
    data: bytes, *, file_name: str, encoding: str | None = None, delimiter: str | None = None
) -> Book:
    """Read a list from the bytes of a file.

    Args:
        data: The whole file.
        file_name: What it is called; it is told in errors, and decides nothing.
        encoding: Of a text file: what a person chose; None to find out.
        delimiter: Of a text file: what a person chose, by itself or by its name; None to find out.

    Raises:
        UnreadableFileError: It is of another form, or damaged.
        FileTooLargeError: It holds more than a list can.
        UnsafeFileError: It is built to do harm.
        WrongEncodingError: The chosen encoding is unknown, or is not the file's.
        WrongDelimiterError: The chosen delimiter can separate nothing.
    """
    name = _shown(file_name)
    if len(data) > MOST_BYTES:
        raise FileTooLargeError(
            f"{name} has {len(data):,} bytes, and a list may have {MOST_BYTES:,}. Take pictures and"
            " other sheets out of it, or send it in parts."
        )
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFileError(f"{name} is empty. Send the file with the list.")
    if data.startswith(_ZIP):
        return _from_archive(data, name)
    _refuse_other_forms(data, name)
    return read_delimited(data, encoding=encoding, delimiter=delimiter)


def _from_archive(data: bytes, name: str) -> Book:
    package = Package(data)
    if workbook_part(package):
        return read_workbook(package)
    raise UnreadableFileError(f"{name} {_what_archive(package)}")


def _what_archive(package: Package) -> str:
    """What an archive is that holds no workbook, and what to do about it."""
    if "xl/workbook.bin" in package:
        return f"is a binary workbook (.xlsb). {_AS_XLSX}"
    if "word/document.xml" in package:
        return f"is a text document (.docx). Copy its table into a spreadsheet. {_AS_XLSX}"
    if "ppt/presentation.xml" in package:
        return f"is a presentation (.pptx). Copy its table into a spreadsheet. {_AS_XLSX}"
    if "mimetype" in package and b"opendocument" in package.beginning("mimetype", 100):
        return f"is an OpenDocument file (.ods). {_AS_XLSX}"
    if package.has_under("index/") and any(".iwa" in part for part in package.names):
        return "is a Numbers file. Export it as .xlsx, and send that."
    return "is an archive without a workbook in it. Unpack it, and send the list itself."


def _refuse_other_forms(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableFileError(
                f"{name} has a password. Open it, take the password away, and save it as .xlsx."
            )
        raise UnreadableFileError(f"{name} is in an old form of Office (.xls). {_AS_XLSX}")
    for beginning, what in _OTHERS:
        if data.startswith(beginning) and (len(beginning) > 2 or b"\0" in data[:64]):
            raise UnreadableFileError(f"{name} {what}")
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise UnreadableFileError(
            f"{name} is a page or another document in XML, whatever it is called. {_AS_XLSX}"
        )


def _shown(file_name: str) -> str:
    """A file's name in a sentence, however it was chosen."""
    kept = storable(file_name.rsplit("/", 1)[-1])[0].replace("\n", " ").strip()
    shown = kept if len(kept) <= LONGEST_NAME else kept[: LONGEST_NAME - 1] + "…"
    return f"'{shown}'" if shown else "The file"
