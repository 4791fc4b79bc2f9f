"""The reader of plain documents beside the schema that it is made of."""

import copy
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from benchmarks.world import World
from directory.changes.reading import UnreadError, document_reader
from directory.changes.schemas import RecordSchema, messages_of
from directory.contacts import schemas as contacts
from directory.meetings import schemas as meetings
from directory.reference import schemas as reference
from directory.reference.rules import Function

SCHEMAS: dict[str, type[RecordSchema]] = {
    "economy": reference.EconomySchema,
    "network": reference.NetworkSchema,
    "membership": reference.MembershipSchema,
    "organisation": contacts.OrganisationSchema,
    "contact": contacts.ContactSchema,
    "holder": contacts.HolderSchema,
    "channel": contacts.ChannelSchema,
    "check": contacts.CheckSchema,
    "meeting": meetings.MeetingSchema,
}
SOURCE = {"document": "A list", "place": None, "meeting": "tokyo-2011"}
DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    *((put.kind, dict(put.document)) for put in World(45).operations()),
    (
        "economy",
        {
            "code": "BN",
            "name": {"en": "Brunei Darussalam"},
            "ambiguous_aliases": [{"text": "BD", "also": "Bangladesh"}],
            "joined_on": "1989-11-06",
            "source": SOURCE,
        },
    ),
    (
        "holder",
        {
            "contact": "01234567-89ab-4def-8123-456789abcdef",
            "name": {"en": "A", "zh-Hant": "甲"},
            "handover": {"outgoing": "B", "accompanied": True},
            "source": SOURCE,
        },
    ),
    (
        "meeting",
        {
            "slug": "tokyo-2011",
            "name": {"en": "Tokyo"},
            "state": "held",
            "agenda": [{"time": "09:00", "item": {"en": "Welcome"}}],
            "contradictions": [
                {"about": {"en": "the day"}, "readings": [{"value": "1", "place": "page 1"}]}
            ],
            "source": SOURCE,
        },
    ),
]
ODD: list[Any] = [
    None,
    True,
    0,
    1,
    -5,
    1000,
    7.0,
    "",
    "x",
    "en",
    "CLEAR",
    "TW",
    "x" * 501,
    "2011-09-24",
    "2011-09-24T09:10:00+08:00",
    b"bytes",
    date(2011, 9, 24),
    Function.PRESERVATION,
    [],
    ["TW", "TW"],
    [None],
    ("TW",),
    ["g7-24-7", "interpol"],
    ["x"] * 201,
    {},
    {"en": ""},
    {"en": None},
    {1: "one"},
    {"not a tag": "x"},
    {"document": "A", "unknown": 1},
    {"preservation": "yes"},
    {"preservation": "maybe"},
]


def _loaded(schema: RecordSchema, document: Any) -> Any:
    try:
        return schema.load(document)
    except ValidationError as error:
        return messages_of(error)


def _unread(document: Any) -> None:
    raise UnreadError


@lru_cache
def _schemas(kind: str) -> tuple[RecordSchema, RecordSchema]:
    with_reader, alone = SCHEMAS[kind](), SCHEMAS[kind]()
    alone.__dict__["_plain"] = _unread
    return with_reader, alone


def _beside(kind: str, document: Any) -> tuple[Any, Any]:
    """What comes of a document with the reader, and with marshmallow alone."""
    with_reader, alone = _schemas(kind)
    return _loaded(with_reader, copy.deepcopy(document)), _loaded(alone, copy.deepcopy(document))


def test_plain_documents_are_read_by_the_reader_and_as_the_schema_does() -> None:
    readers = {kind: document_reader(schema()) for kind, schema in SCHEMAS.items()}
    for kind, document in DOCUMENTS:
        readers[kind](document)
        read, expected = _beside(kind, document)
        assert read == expected
        assert list(read) == list(expected)


@pytest.mark.parametrize(("kind", "document"), dict(DOCUMENTS).items(), ids=dict(DOCUMENTS))
def test_whatever_stands_in_a_field_reader_and_schema_say_the_same(
    kind: str, document: dict[str, Any]
) -> None:
    for name in SCHEMAS[kind]().fields:
        for odd in ODD:
            read, expected = _beside(kind, document | {name: odd})
            assert repr(read) == repr(expected)


@st.composite
def _changed(draw: st.DrawFn) -> tuple[str, Any]:
    """A document with something odd in one place."""
    kind, given_ = draw(st.sampled_from(DOCUMENTS))
    document: Any = copy.deepcopy(given_)
    place = document
    while True:
        names: list[Any] = sorted(SCHEMAS[kind]().fields) if place is document else []
        names += [*place, "other"] if isinstance(place, dict) else range(len(place))
        if not names:
            return kind, document
        name = draw(st.sampled_from(names))
        inner = place.get(name) if isinstance(place, dict) else place[name]
        if isinstance(inner, dict | list) and draw(st.booleans()):
            place = inner
            continue
        if isinstance(place, dict) and draw(st.integers(0, 4)) == 0:
            place.pop(name, None)
        else:
            place[name] = draw(st.sampled_from(ODD))
        return kind, document


@given(_changed())
def test_wherever_it_stands_in_a_document_reader_and_schema_say_the_same(
    changed: tuple[str, Any],
) -> None:
    read, expected = _beside(*changed)
    assert repr(read) == repr(expected)


@pytest.mark.parametrize("document", [None, [], "text", 1], ids=str)
def test_what_is_no_document_is_left_to_the_schema(document: Any) -> None:
    read, expected = _beside("holder", document)
    assert read == expected


class _Renamed(Schema):
    word = fields.String(data_key="other")


def test_a_field_that_is_read_under_another_name_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="not known here"):
        document_reader(_Renamed())
