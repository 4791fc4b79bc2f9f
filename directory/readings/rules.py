"""What an answer shows that has to be recorded, and for which purpose it was asked: pure rules."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

from directory.db import json_list
from directory.documents import Document, Written
from directory.policy import MARKINGS, Tlp
from directory.readings.errors import BadPurposeError

LONGEST_PURPOSE = 200
RECORDED = frozenset(label for label in MARKINGS if Tlp.from_label(label) >= Tlp.AMBER)
"""The markings whose reading is recorded."""
_SIGNS = (b'"AMBER', b'"RED')
_NOT_KEPT = {"Cc", "Cs", "Zl", "Zp"}
"""Characters that end or rule a line, and halves of characters."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A record that an answer shows, under the label it has in it."""

    kind: str
    id: str
    owner: str
    marking: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who read, at which door, and why.

    Attributes:
        partner: Id of the reader's partner; None is somebody without an account.
        account: Id of the reader's account.
        purpose: What they said that they read it for.
        door: The route's pattern, or the command.
        request_id: Under which the request is logged.
    """

    partner: str | None
    account: str | None
    purpose: str | None
    door: str
    request_id: str


Entry = dict[str, Any]
"""One row of the log, of values that JSON can hold; ``at`` is written as an instant."""


def may_show_restricted(body: bytes) -> bool:
    """Whether JSON could show a record marked AMBER or above: cheap, and never wrongly no."""
    return any(sign in body for sign in _SIGNS)


def is_restricted(document: Document) -> bool:
    """Whether reading a record is recorded."""
    return document.get("marking") in RECORDED


def marked_in(body: bytes) -> list[Document]:
    """The records marked AMBER or above that stand in some JSON."""
    return list(_marked(orjson.loads(body))) if may_show_restricted(body) else []


def restricted_in(value: Any, known: Iterable[Document] = ()) -> tuple[Shown, ...]:
    """The records marked AMBER or above that a JSON value shows, each once.

    Args:
        value: An answer; whatever in it has a ``marking`` is a record.
        known: Documents of records that the answer shows in part, or in another form.

    Raises:
        ValueError: Something marked AMBER or above does not say which record it is. Nothing may be
            shown of which nobody could say later what it was.
    """
    found = {document["id"]: _shown(document) for document in known if is_restricted(document)}
    for item in _marked(value):
        if "owner" in item and "kind" in item:
            found.setdefault(item["id"], _shown(item))
        elif item.get("id") not in found:
            raise ValueError("an answer shows something restricted that does not say what it is")
    return tuple(found.values())


def _marked(value: Any) -> Iterator[Document]:
    due = [value]
    while due:
        item = due.pop()
        if type(item) is dict:
            if item.get("marking") in RECORDED:
                yield item
            due += [each for each in item.values() if type(each) in _HOLDS_OTHERS]
        elif type(item) is list:
            due += item
        elif type(item) is Written:
            yield from item.worked_out(_marked_within)


_HOLDS_OTHERS = frozenset({dict, list, Written})


def _marked_within(document: Document) -> list[Document]:
    return list(_marked(dict(document)))


def _shown(document: Document) -> Shown:
    return Shown(
        document["kind"],
        document["id"],
        document["owner"],
        document["marking"],
        tuple(document["audience"]),
    )


def entries_of(shown: Sequence[Shown], reader: Reader, at: datetime) -> list[Entry]:
    """The entries of one answer: one for each label, since an answer may show a hundred records."""
    answer = str(uuid.uuid4())
    at = at.astimezone(UTC)
    same: Entry = {
        "answer": answer,
        "at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "day": at.date().isoformat(),
        "partner": reader.partner,
        "account": reader.account,
        "purpose": reader.purpose,
        "door": reader.door,
        "request_id": reader.request_id,
    }
    by_label: dict[tuple[str, str, tuple[str, ...]], list[Document]] = {}
    for each in shown:
        label = (each.owner, each.marking, each.audience)
        by_label.setdefault(label, []).append({"kind": each.kind, "id": each.id})
    return [
        same
        | {
            "id": f"{answer}/{place}",
            "records": orjson.dumps(records).decode(),
            "owner": owner,
            "marking": int(Tlp.from_label(marking)),
            "audience": json_list(audience),
        }
        for place, ((owner, marking, audience), records) in enumerate(by_label.items(), start=1)
    ]


def read_purpose(given: bytes | None) -> str | None:
    """The purpose of a reading, as it was given: UTF-8, percent-encoded where a line needs that.

    Returns:
        None where none was given, or nothing but blanks.

    Raises:
        BadPurposeError: It is too long, is not UTF-8, or holds what would break a line.
    """
    if given is None:
        return None
    try:
        purpose = unquote_to_bytes(given).decode().strip()
    except UnicodeDecodeError:
        raise BadPurposeError(
            "The purpose is not UTF-8. Write other characters than ASCII as UTF-8, or"
            " percent-encoded."
        ) from None
    if len(purpose) > LONGEST_PURPOSE:
        raise BadPurposeError(
            f"The purpose has {len(purpose)} characters; say it in {LONGEST_PURPOSE}."
        )
    if any(unicodedata.category(character) in _NOT_KEPT for character in purpose):
        raise BadPurposeError("The purpose holds a line end or another control character.")
    return purpose or None
