"""A contact as a vCard 4.0 (RFC 6350) or 3.0 (RFC 2426), for an officer's telephone.

What a newcomer would get wrong: every text may come from a stranger's spreadsheet. One line break
let through would be a property of the stranger's choice, so all text is escaped in one place, and
lines are folded in another, which never cuts a character.
"""

import base64
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from directory.contacts.rules.email import read_address
from directory.contacts.rules.telephone import international

Version = Literal["3.0", "4.0"]

_LINE_OCTETS = 75
_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_TAG = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_E164 = re.compile(r"\+[0-9]{3,15}")
_EXTENSION = re.compile(r"[0-9]{1,15}")
_WEB_ADDRESS = re.compile(r"https?://[!-~]+")
_TELEPHONE_TYPES = {"telephone": "voice", "mobile": "cell", "fax": "fax"}
_REMARKED_PURPOSES = ("duty", "emergency", "out_of_hours", "switchboard")


def vcard(contact: Mapping[str, Any], version: Version) -> str:
    """Write the card of one contact, as its viewer may see it.

    Args:
        contact: Its document, with ``organisation_name`` and ``economy_name`` beside it and the
            documents of its ``channels``, ``holders`` and ``keys``. ``recorded_at``, where given,
            is the card's revision, written like 20110924T011000Z.
        version: Of the vCard format.

    Returns:
        The card with CRLF line ends, no line longer than 75 octets.
    """
    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        *_identity(contact, version),
        *_channels(contact, version),
        *_languages(contact, version),
        *_keys(contact, version),
        *_note(contact, version),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _identity(contact: Mapping[str, Any], version: Version) -> Iterator[str]:
    titles = _names(contact["title"])
    organisation = _text(contact["organisation_name"])
    # FN may not be absent or empty in either version
    name = titles[0][1] if titles else contact["organisation_name"]
    yield "PRODID:-//Contact directory//EN"
    yield f"UID:urn:uuid:{_text(contact['id'])}"
    if recorded_at := contact.get("recorded_at"):
        yield f"REV:{_text(recorded_at)}"
    if version == "4.0":
        yield "KIND:org"
    yield from _multilingual("FN", titles, version) if titles else [f"FN:{_text(name)}"]
    yield f"N:{_text(name)};;;;"
    yield f"ORG:{organisation}"
    yield from _multilingual("TITLE", titles, version)
    functions = [
        fn.replace("_", " ") for fn, answer in contact["functions"].items() if answer == "yes"
    ]
    if functions:
        yield f"ROLE:{_text(', '.join(functions))}"
    if contact["economy_name"]:
        yield f"ADR:;;;;;;{_text(contact['economy_name'])}"
    if contact["zone"]:
        yield f"TZ{'' if version == '4.0' else ';VALUE=text'}:{_text(contact['zone'])}"
    yield f"CATEGORIES:{_text('TLP:' + contact['marking'])}"


def _channels(contact: Mapping[str, Any], version: Version) -> Iterator[str]:
    for channel in sorted(contact["channels"], key=lambda each: each["position"]):
        if channel["medium"] in _TELEPHONE_TYPES:
            yield _telephone(channel, version)
        elif channel["medium"] == "e-mail":
            yield f"EMAIL;{_types(channel, version, 'work', 'INTERNET')}:{_text(_address(channel))}"
        elif _is_web_address(channel):
            yield f"URL:{channel['raw']}"


def _telephone(channel: Mapping[str, Any], version: Version) -> str:
    kind = _TELEPHONE_TYPES[channel["medium"]]
    parameters = _types(channel, version, f"work,{kind}", f"WORK,{kind.upper()}")
    e164, extension = channel["e164"] or "", channel["extension"] or ""
    if not _E164.fullmatch(e164):
        value_type = ";VALUE=text" if version == "4.0" else ""
        return f"TEL{value_type};{parameters}:{_text(channel['raw'])}"
    extended = _EXTENSION.fullmatch(extension)
    if version == "4.0":
        return f"TEL;VALUE=uri;{parameters}:tel:{e164}{f';ext={extension}' if extended else ''}"
    return f"TEL;{parameters}:{e164}{f' ext. {extension}' if extended else ''}"


def _types(channel: Mapping[str, Any], version: Version, new: str, old: str) -> str:
    """The parameters for use and preference, which the versions write differently."""
    if version == "4.0":
        return f"TYPE={new};PREF={min(max(channel['position'], 1), 100)}"
    return f"TYPE={old}{',PREF' if channel['position'] == 1 else ''}"


def _languages(contact: Mapping[str, Any], version: Version) -> Iterator[str]:
    if version == "4.0":
        for place, tag in enumerate(filter(_TAG.fullmatch, contact["languages"]), start=1):
            yield f"LANG;PREF={min(place, 100)}:{tag}"


def _keys(contact: Mapping[str, Any], version: Version) -> Iterator[str]:
    for key in contact["keys"]:
        encoded = base64.b64encode(key["armored"].encode(errors="replace")).decode("ascii")
        if version == "4.0":
            yield f"KEY:data:application/pgp-keys;base64,{encoded}"
        else:
            yield f"KEY;ENCODING=b;TYPE=PGP:{encoded}"


def _note(contact: Mapping[str, Any], version: Version) -> Iterator[str]:
    """What has no property of its own, in one note: a second one many telephones do not show."""
    remarks = [f"TLP:{contact['marking']}"]
    remarks.extend(
        f"Officer in post: {_joined(holder['name'])}"
        for holder in contact["holders"]
        if holder["name"]
    )
    if contact["duty_hours"]:
        remarks.append(
            f"Duty hours: {contact['duty_hours']} ({contact['zone'] or 'zone not recorded'})"
        )
    if version == "3.0" and contact["languages"]:
        remarks.append(f"Languages: {', '.join(contact['languages'])}")
    remarks.extend(filter(None, map(_remark, contact["channels"])))
    remarks.extend(text for _, text in _names(contact["note"]))
    yield f"NOTE:{_text(chr(10).join(remarks))}"


def _remark(channel: Mapping[str, Any]) -> str:
    """What a card's own properties do not say about a channel."""
    is_told = channel["medium"] in (*_TELEPHONE_TYPES, "e-mail") or _is_web_address(channel)
    purpose = channel["purpose"] if channel["purpose"] in _REMARKED_PURPOSES else ""
    if is_told and not purpose and not channel["duty_hours"]:
        return ""
    e164 = channel["e164"]
    shown = international(e164, channel["extension"]) if e164 else channel["raw"]
    what = purpose.replace("_", " ") or channel["medium"]
    return f"{what}: {shown}" + (f" ({channel['duty_hours']})" if channel["duty_hours"] else "")


def _address(channel: Mapping[str, Any]) -> str:
    """The address alone, which is all that the property may hold; else what was written."""
    return read_address(channel["raw"])[0] or channel["raw"]


def _is_web_address(channel: Mapping[str, Any]) -> bool:
    return channel["medium"] == "portal" and bool(_WEB_ADDRESS.fullmatch(channel["raw"]))


def _names(names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """The languages of a text, English first because every reader's software shows the first."""
    return sorted(
        ((tag, text) for tag, text in names.items() if text.strip()),
        key=lambda each: each[0] != "en",
    )


def _joined(names: Mapping[str, str]) -> str:
    return " / ".join(dict.fromkeys(text for _, text in _names(names)))


def _multilingual(name: str, texts: Sequence[tuple[str, str]], version: Version) -> Iterator[str]:
    if version == "3.0":  # no ALTID: a second FN would be a second name
        if texts:
            yield f"{name}:{_text(texts[0][1])}"
        return
    tagged = [(tag, text) for tag, text in texts if _TAG.fullmatch(tag)]
    for tag, text in tagged:
        group = "ALTID=1;" if len(tagged) > 1 else ""
        yield f"{name};{group}LANGUAGE={tag}:{_text(text)}"


def _text(text: str) -> str:
    """Escape a text value; what no vCard may hold is taken out."""
    broken = _BREAKS.sub("\n", text)
    kept = (c for c in broken if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    escaped = "".join(kept).replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line at 75 octets, each continuation's blank among them, between characters."""
    pieces: list[str] = []
    piece, room = "", _LINE_OCTETS
    for char in line:
        octets = len(char.encode())
        if octets > room:
            pieces.append(piece)
            piece, room = "", _LINE_OCTETS - 1
        piece += char
        room -= octets
    return "\r\n ".join((*pieces, piece))
