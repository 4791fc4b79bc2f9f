"""What stands in each cell of a list that is taken along: pure, so that it can be told again later.

A row is one contact with its present holders. Whoever brings the list back may have changed any of
its texts; its last column says of which records, in which revisions, the row was made
(``record_keys``), so that the same row can be printed again from what the log holds and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from directory.contacts.rules.telephone import read_number
from directory.contacts.rules.words import Medium, Verification
from directory.documents import Document
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.record_keys import economy_key, record_key
from directory.names import in_english, is_latin
from directory.reference.rules import Function

HEADINGS: Mapping[Column, str] = {
    Column.ECONOMY: "Economy",
    Column.POST: "Point of contact (post)",
    Column.ORGANISATION: "Organisation",
    Column.NAME: "Officer in post",
    Column.OWN_SCRIPT: "Officer in post (own script)",
    Column.TELEPHONE: "Telephone",
    Column.MOBILE: "Mobile",
    Column.FAX: "Fax",
    Column.EMAIL: "E-mail",
    Column.PORTAL: "Portal",
    Column.MESSAGING: "Messaging",
    Column.HOURS: "Duty hours",
    Column.ZONE: "Time zone",
    Column.LANGUAGES: "Working languages",
    Column.NETWORKS: "Networks",
    Column.FUNCTIONS: "Functions",
    Column.CONFIRMED: "Confirmed",
    Column.MARKING: "Marking",
    Column.REMARKS: "Remarks",
    Column.RECORD: "Record (leave as it is)",
}
"""The columns of a list in their order, each with its heading."""
COLUMNS = tuple(HEADINGS)
MACHINE_PREFIX = "directory:"
"""With a column's value behind it, how a list names its columns for programs."""
MEDIA: Mapping[Column, Medium] = {
    Column.TELEPHONE: Medium.TELEPHONE,
    Column.MOBILE: Medium.MOBILE,
    Column.FAX: Medium.FAX,
    Column.EMAIL: Medium.EMAIL,
    Column.PORTAL: Medium.PORTAL,
    Column.MESSAGING: Medium.MESSAGING,
}
NOBODY = "Nobody nominated yet"
"""The remark in the row of an economy without any contact."""
LONGEST_CELL = 32_767
"""UTF-16 units that a spreadsheet keeps in a cell."""
_NOT_IN_A_SPREADSHEET = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_LINE_ENDS = re.compile("[\r\n]+")
_ESCAPED_FORMULA = re.compile("'+[=+\\-@\t\r]")
_FORMULA = re.compile("'*[=+\\-@\t\r]")
_REACHED = (Verification.VERIFIED, Verification.STALE)


def machine_name(column: Column) -> str:
    """How a list names a column for programs: ``directory:duty_hours``."""
    return f"{MACHINE_PREFIX}{column}"


def printed_row(
    view: Document, *, economy_name: str, network_names: Mapping[str, str], day: date
) -> dict[Column, str]:
    """The text of each cell of a contact's row.

    Args:
        view: The contact's document with ``organisation_record``, ``channels`` and ``holders``, in
            the order in which contacts are served. A channel without ``verification`` counts as
            never tried.
        economy_name: What APEC calls its economy; empty where it answers for none.
        network_names: Names of networks by slug; a network that is not there is left out.
        day: The day for which the row is printed: whoever holds the post on it is named.

    Returns:
        A text for every column of ``COLUMNS``, in that order, empty where nothing is known. Several
        people or channels are lines of one cell.
    """
    holders = holders_on(view, day)
    tags = [name_tags(holder["name"]) for holder in holders]
    texts = {
        Column.ECONOMY: economy_name,
        Column.POST: in_english(view["title"]),
        Column.ORGANISATION: in_english(view["organisation_record"]["name"]),
        Column.NAME: _names(holders, (latin for latin, _ in tags)),
        Column.OWN_SCRIPT: _names(holders, (own for _, own in tags)),
        **{
            column: "\n".join(
                printed_channel(each) for each in view["channels"] if each["medium"] == by
            )
            for column, by in MEDIA.items()
        },
        Column.HOURS: view["duty_hours"] or "",
        Column.ZONE: view["zone"] or "",
        Column.LANGUAGES: ", ".join(view["languages"]),
        Column.NETWORKS: "\n".join(
            _one_line(network_names[slug]) for slug in view["networks"] if slug in network_names
        ),
        Column.FUNCTIONS: _functions(view["functions"]),
        Column.CONFIRMED: confirmed_on(view),
        Column.MARKING: view["marking"],
        Column.REMARKS: in_english(view["note"]),
        Column.RECORD: record_key(view, holders, day=day, confirmed=confirmed_on(view)),
    }
    return {column: printable(texts[column]) for column in COLUMNS}


def economy_row(economy: Document, *, economy_name: str, day: date) -> dict[Column, str]:
    """The row of an economy that has no contact: its name, and that somebody is to be named."""
    row = dict.fromkeys(COLUMNS, "")
    row[Column.ECONOMY] = printable(economy_name)
    row[Column.REMARKS] = NOBODY
    row[Column.RECORD] = economy_key(economy, day=day)
    return row


def holders_on(view: Document, day: date) -> list[Document]:
    """Who holds a contact's post on a day, as far as its view says."""
    today = day.isoformat()
    return [
        holder
        for holder in view["holders"]
        if (holder["from_date"] or "") <= today < (holder["until_date"] or "9999-12-31")
    ]


def confirmed_on(view: Document) -> str:
    """The day, in UTC, of the newest check by which one of a contact's channels was reached.

    Only the newest check of each channel is known to its view; one that failed confirms nothing.
    """
    verifications = [each.get("verification") or {} for each in view["channels"]]
    days = [each["checked_at"][:10] for each in verifications if each.get("result") in _REACHED]
    return max(days, default="")


def name_tags(name: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Under which language tags a name is printed: in Latin letters, and in its own script."""
    latin = "en" if "en" in name else None
    if latin is None:
        latin = next((tag for tag, text in name.items() if is_latin(text)), None)
    own = (tag for tag, text in name.items() if tag != latin and not is_latin(text))
    return latin, next(own, None)


def printable(text: str) -> str:
    """A text as every form of a list can hold it.

    Line ends become LF; what no spreadsheet can hold becomes U+FFFD, so that it is seen that
    something was there; what is longer than a cell is cut.
    """
    text = _NOT_IN_A_SPREADSHEET.sub("\ufffd", _LINE_END.sub("\n", text))
    if len(text) <= LONGEST_CELL // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def escaped(text: str) -> str:
    """A text for a CSV cell: with an apostrophe before it where a spreadsheet would calculate.

    So has one that begins with apostrophes before such a character, or it could not be told apart.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """The way back from ``escaped``; other texts, with apostrophes or without, stay as they are."""
    return text[1:] if _ESCAPED_FORMULA.match(text) else text


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet might take a text for something to calculate."""
    return text[:1] in {"=", "+", "-", "@", "\t", "\r"}


def _names(holders: Iterable[Document], tags: Iterable[str | None]) -> str:
    lines = [
        "" if tag is None else _one_line(holder["name"][tag])
        for holder, tag in zip(holders, tags, strict=True)
    ]
    return "\n".join(lines) if any(lines) else ""


def printed_channel(channel: Document) -> str:
    """A channel as it was written; with its extension where that stands beside the raw text."""
    raw: str = channel["raw"]
    extension = channel.get("extension")
    if extension and read_number(raw, None, doubting=False).extension != extension:
        return f"{raw} ext. {extension}"
    return raw


def _functions(functions: Mapping[str, str]) -> str:
    known = [str(function) for function in Function if function in functions]
    others = sorted(functions.keys() - set(known))
    return "; ".join(
        f"{function.replace('_', ' ')}: {functions[function]}" for function in (*known, *others)
    )


def _one_line(text: str) -> str:
    return _LINE_ENDS.sub(" ", text)
