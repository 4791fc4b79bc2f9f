"""A document of a list is checked once: what was checked is proposed as it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from directory.changes.kinds import Kind, Kinds
from directory.changes.operations import CheckedPut, Put, checked, prepare
from directory.documents import Document
from directory.ids import new_id
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.files import read_file
from directory.meetings.lists.plans import Options
from directory.meetings.lists.returned import Sent, keep
from directory.reference.facts import ReferenceMemory
from directory.registry import KINDS
from tests.databases import MakeFurnished
from tests.integration.changes.world import SOURCE
from tests.integration.meetings.lists.house import NOW, House, seeded_house

LIST = (
    b"Economy,Name,Position,Organisation,Tel\n"
    b"Australia,Robin SAMPLE,Duty desk,Example Agency (fictional),+61 2 5550 0123\n"
    b"Japan,Kit EXAMPLE,Watch desk,Example Bureau (fictional),+81 3 0550 0123\n"
)


@pytest.fixture
def house(fresh_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(fresh_furnished, "reference")


def counting(loaded: Counter[str]) -> Kinds:
    """The kinds, counting the documents that they check."""

    def counted(kind: Kind) -> Kind:
        def load(document: Mapping[str, Any]) -> Document:
            loaded[kind.name] += 1
            return kind.load(document)

        return replace(kind, load=load)

    return Kinds(
        tuple(map(counted, KINDS)), KINDS.shared_references, KINDS.summaries, KINDS.dangers
    )


def test_each_document_of_a_list_is_checked_once_until_it_is_kept(house: House) -> None:
    loaded: Counter[str] = Counter()
    kinds = counting(loaded)
    with house.database.reading() as connection:
        plan = plan_list(
            connection, ReferenceMemory().facts(connection, house.viewer), kinds,
            read_file(LIST, file_name="list.csv"), Options(), file_name="list.csv",
            viewer=house.viewer, at=NOW, progress=lambda done, of: None,
        )  # fmt: skip
    with house.database.writing() as connection:
        sent = Sent("list.csv", LIST, "somebody")
        keep(connection, kinds, plan, Options(), sent, viewer=house.viewer, at=NOW)

    assert loaded == Counter(one.kind for one in plan.operations)
    assert loaded["contact"] == 2


def test_what_has_changed_since_it_was_checked_is_checked_again(house: House) -> None:
    plan = house.plan(LIST, "list.csv")
    first = plan.operations[0]
    before = first.proposed
    assert before.checked is not None

    first.document = {**(first.document or {}), "marking": "GREEN"}

    after = first.proposed
    assert after.checked is None
    assert after.operation == first.operation


def test_a_checked_put_is_prepared_as_an_unchecked_one() -> None:
    document = {"slug": "a-meeting", "name": {"en": "A meeting"}, "state": "held", "source": SOURCE}
    put = Put("meeting", document, new_id())
    known: CheckedPut = checked(KINDS, put)

    (one,) = prepare(KINDS, [put], actor="", origin="", reason="").puts
    (other,) = prepare(KINDS, [known], actor="", origin="", reason="").puts

    assert (other.record, other.text, other.id) == (one.record, one.text, one.id)
