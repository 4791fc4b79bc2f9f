"""The e-mail addresses of a cell, and cells in which addresses and numbers stand side by side.

What a newcomer would get wrong: the name before an address stays with it, because the channel's
text is kept as it was written; ``contacts.rules.email.read_address`` gives the bare address of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from directory.contacts.rules.email import read_address
from directory.contacts.rules.words import Medium
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.number_cells import in_ascii
from directory.meetings.lists.rules.numbers import Number, read_numbers
from directory.meetings.lists.rules.words import folded_words, one_line, tidy, tidying_doubts
from directory.names import fold

LONGEST_CELL = 4_000
LONGEST_RAW = 500

_BARE = r"[^\s<>()\[\],;:\"、；，/|@]{1,64}@[^\s<>()\[\],;:\"、；，/|@]{1,255}"
_ADDRESS = re.compile(rf"<\s?(?:mailto:)?{_BARE}\s?>|(?:mailto:)?{_BARE}", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\n,;、；，/|]|\s(?:and|or|&|y|et|和|及|或)\s", re.IGNORECASE)
_AT = re.compile(r"\s?[(\[]\s?(?:at|@)\s?[)\]]\s?", re.IGNORECASE)
_DOT = re.compile(r"\s?[(\[]\s?(?:dot|\.)\s?[)\]]\s?", re.IGNORECASE)
_AROUND_AT = re.compile(r" ?@ ?")
_LABEL_WORDS = (
    r"(?:e-?mails?|mail|courriel|correo(?: electr[oó]nico)?|электронная почта|почта|email address"
    r"|電郵|电邮|電子郵件|电子邮件|信箱|郵件|邮箱|メール|이메일|อีเมล|surel|\be)\s?[:：.]\s?"
)
_LABEL = re.compile(_LABEL_WORDS, re.IGNORECASE)
_LABEL_BEFORE = re.compile(rf"(?<![^\W_]){_LABEL_WORDS}$", re.IGNORECASE)
_PORTAL = re.compile(r"(?<![^\W_])https?://[^\s<>\"'、；，|]{1,400}", re.IGNORECASE)
_MARGIN = " \t\n,;、；，/|-–—"
_NUMBER_WORDS = folded_words("tel fax phone mobile hp ext 電話 傳真 手機 传真 手机")


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What a cell with all sorts of contact details holds.

    Attributes:
        addresses: As ``read_addresses`` gives them.
        portals: Addresses of web pages.
    """

    numbers: tuple[Number, ...] = ()
    addresses: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()


def read_addresses(text: str, *, link: str | None = None) -> Read[tuple[str, ...]]:
    """Read every e-mail address of a cell.

    Args:
        text: What the cell says.
        link: Where the cell links to. People correct a text and forget its link: the text wins.

    Returns:
        Each address as written, with the name before it if there is one, in the order written and
        once.
    """
    if len(text) > LONGEST_CELL:
        return Read(None, (Doubt(Code.UNREADABLE, one_line(text), None, 0.0),))
    doubts: list[Doubt] = []
    found: dict[str, str] = {}
    repaired = _repaired(text, doubts)
    for piece in _pieces(repaired):
        _read_piece(piece, found, doubts)
    if len(found) > 1:
        doubts.insert(0, Doubt(Code.SEVERAL_ADDRESSES, one_line(text), "; ".join(found), 0.95))
    addresses = tuple(found.values())
    if link is not None:
        addresses = _with_link(addresses, list(found), link, doubts)
    return Read(addresses or None, tuple(doubts))


def read_contact_details(
    text: str, *, region: str | None, medium: Medium | None = None, link: str | None = None
) -> Read[ContactDetails]:
    """Read a cell that mixes numbers and addresses: "Tel: …, Fax: …, desk@police.example".

    Args:
        text: What the cell says.
        region: Code of the economy whose plan holds for a number without its calling code.
        medium: Of a number that no label explains; None where nothing tells.
        link: Where the cell links to.
    """
    if len(text) > LONGEST_CELL:
        return Read(None, (Doubt(Code.UNREADABLE, one_line(text), None, 0.0),))
    doubts: list[Doubt] = []
    repaired = _repaired(text, doubts)
    portals: dict[str, None] = {}
    for portal in (match[0].rstrip(".,;)") for match in _PORTAL.finditer(repaired)):
        if portal in portals:
            doubts.append(Doubt(Code.DUPLICATE, portal, portal, 1.0))
        portals[portal] = None
    rest = _PORTAL.sub("\n", repaired)
    parts: list[str] = []
    for piece in _pieces(rest):
        if _ADDRESS.search(piece):
            parts.append(_address_part(piece))
            rest = rest.replace(parts[-1], "\n", 1)
    is_mail_link = link is not None and link.casefold().startswith("mailto:")
    addresses: Read[tuple[str, ...]] = Read(None)
    if parts or is_mail_link:
        addresses = read_addresses("\n".join(parts), link=link if is_mail_link else None)
    numbers: Read[tuple[Number, ...]] = Read(None)
    if fold(rest):
        numbers = read_numbers(rest, medium=medium, region=region)
    value = ContactDetails(numbers.value or (), addresses.value or (), tuple(portals))
    is_something = value != ContactDetails()
    return Read(
        value if is_something else None,
        (*doubts, *addresses.doubts, *numbers.doubts),
    )


def _repaired(text: str, doubts: list[Doubt]) -> str:
    """The text with signs that stand for ``@`` and ``.`` as such."""
    tidied = tidy(text)
    plain = "".join(
        narrow if narrow in "@." or "\uff01" <= wide <= "\uff5e" else wide
        for wide, narrow in zip(tidied, in_ascii(tidied), strict=True)
    )
    spelled = plain
    if "@" not in plain and _AT.search(plain):
        spelled = _DOT.sub(".", _AT.sub("@", plain))
    joined = _AROUND_AT.sub("@", spelled) if spelled.count("@") == 1 else spelled
    if plain != tidied:
        doubts.append(Doubt(Code.ADDRESS_REPAIRED, one_line(text), one_line(joined), 0.95))
    elif joined != plain:
        doubts.append(Doubt(Code.ADDRESS_REPAIRED, one_line(text), one_line(joined), 0.8))
    doubts.extend(tidying_doubts(text))
    return joined


def _pieces(text: str) -> list[str]:
    """The text cut so that no piece holds more than one address."""
    pieces: list[str] = []
    start = before = 0
    for match in _ADDRESS.finditer(text):
        if before:
            # The first separator ends what belongs to the address before.
            separator = _SEPARATOR.search(text, before, match.start())
            end = separator.start() if separator else match.start()
            pieces.append(text[start:end])
            start = separator.end() if separator else match.start()
        before = match.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if fold(piece)]


def _read_piece(piece: str, found: dict[str, str], doubts: list[Doubt]) -> None:
    written = one_line(piece).strip(_MARGIN)
    match = _ADDRESS.search(written)
    if match is None:
        doubts.append(Doubt(Code.UNREADABLE, written, None, 0.0))
        return
    if label := _LABEL.match(written):
        doubts.append(Doubt(Code.REMARK_IN_CELL, label[0].strip(), "e-mail", 1.0))
        written = written[label.end() :].strip()
    raw = re.sub("mailto:", "", written, flags=re.IGNORECASE)
    if raw != written:
        doubts.append(Doubt(Code.ADDRESS_REPAIRED, written, raw, 0.95))
    address, _ = read_address(raw)
    if address is None or len(raw) > LONGEST_RAW or "\n" in raw:
        doubts.append(Doubt(Code.UNREADABLE, written, None, 0.0))
        return
    key = address.casefold()
    if key in found:
        doubts.append(Doubt(Code.DUPLICATE, raw, found[key], 0.95))
        return
    bare = re.sub("mailto:", "", match[0], flags=re.IGNORECASE)
    if "<" not in bare and fold(raw.replace(bare, "", 1)):
        doubts.append(Doubt(Code.REMARK_IN_CELL, raw, f"{address}, and a remark", 0.7))
    found[key] = raw


def _address_part(piece: str) -> str:
    """The part of a mixed piece that belongs to the address: with a name, but without numbers."""
    match = _ADDRESS.search(piece)
    if match is None:
        return piece
    before = piece[: match.start()]
    if label := _LABEL_BEFORE.search(before, max(0, len(before) - 40)):
        return label[0] + match[0]
    if "<" not in match[0]:
        return match[0]
    name = _SEPARATOR.split(before)[-1]
    is_number = any(c.isdigit() for c in name) or not _NUMBER_WORDS.isdisjoint(fold(name).split())
    return match[0] if is_number else name + match[0]


def _with_link(
    addresses: tuple[str, ...], keys: list[str], link: str, doubts: list[Doubt]
) -> tuple[str, ...]:
    target = re.split(r"\?", link.strip(), maxsplit=1)[0]
    address = None
    if target.casefold().startswith("mailto:"):
        address, _ = read_address(tidy(target[7:]))
    if address is not None and address.casefold() in keys:
        return addresses
    if addresses or address is None:
        shown = "; ".join(keys) or None
        doubts.append(Doubt(Code.LINK_DIFFERS, one_line(link), shown, 0.7))
        return addresses
    # The text holds no address at all: "write to us".
    doubts.append(Doubt(Code.LINK_DIFFERS, one_line(link), address, 0.5))
    return (address,)
