"""A copy is brought on from bytes, and holds at every place what its scope may see there."""

from typing import Any

import pytest
from sqlalchemy import func, select

from directory.changes import copying, log
from directory.changes.copied import version_of
from directory.changes.errors import (
    CopyInTheWayError,
    CopyMovedError,
    MirrorRefusesError,
    UntakenEntryError,
)
from directory.changes.models import log_entries
from directory.changes.operations import Operation, Retire
from directory.changes.placed import Placed
from directory.changes.rebuild import rebuild
from directory.clearing import clear
from directory.contacts.models import number_entries
from directory.documents import canonical
from directory.registry import KINDS
from directory.sync.rules.scopes import Scope
from tests.disk import bytes_of
from tests.integration.changes.tables import all_rows
from tests.integration.changes.world import (
    CHANNEL,
    CONTACT,
    HOLDER,
    channel,
    contact,
    holder,
    make_history,
    write,
)
from tests.integration.sync.copies import Copy, raw_rows
from tests.integration.sync.redacting import redact
from tests.integration.sync.small_origin import EVERYTHING, PUBLIC, SmallOrigin


def steps() -> list[tuple[Operation, ...]]:
    """What becomes of the records after their history: they come into sight and leave it."""
    return [
        (contact(base=5), channel(base=5, marking="AMBER", raw="+61 2 5550 0103")),
        (channel(base=6, marking="AMBER", audience=["g7-24-7"]),),
        (contact(base=6, title={"en": "Day desk"}), holder(base=2, name={"en": "Lee"})),
        (
            contact(base=7, marking="GREEN"),
            channel(base=7, marking="GREEN", raw="+61 2 5550 0104"),
            holder(base=3, marking="GREEN"),
        ),
        (contact(base=8), holder(base=4), channel(base=8, raw="+61 2 5550 0105")),
        (Retire("channel", CHANNEL, 9),),
        # What is retired keeps nothing from being marked, and stays in sight.
        (contact(base=9, marking="RED"), holder(base=5, marking="RED")),
        (contact(base=10), channel(base=10, raw="+61 2 5550 0106")),
        (channel(base=11, marking="RED", raw="+61 2 5550 0106"),),
        (Retire("contact", CONTACT, 11),),
    ]


def lived_in(origin: SmallOrigin, most: int = 100) -> None:
    with origin.database.writing() as connection:
        make_history(connection)
    for step in steps()[:most]:
        origin.write(*step)


def follow_all(copy: Copy, origin: SmallOrigin, limit: int) -> None:
    while not copy.take_page(*origin.page(copy.standing().frontier.size, limit), now=origin.now):
        pass


def test_why_an_entry_is_not_taken_says_nothing_that_stands_in_it() -> None:
    record = {"id": CHANNEL, "owner": "AU", "marking": "Zebedee", "audience": []}
    body = canonical({"record": record, "salt": "", "version": 1})
    with pytest.raises(UntakenEntryError) as refused:
        version_of(KINDS, Placed(1, {"kind": "not known here"}, b"", b"", body))
    assert "Zebedee" not in str(refused.value) + refused.value.detail


@pytest.mark.parametrize("scope", [EVERYTHING, PUBLIC], ids=["wide", "narrow"])
@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
def test_h20_a_snapshot_and_the_pages_after_it_give_what_the_origin_holds(
    origin: SmallOrigin, copy: Copy, scope: Scope, limit: int
) -> None:
    origin.scope = scope
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    assert copy.state() == origin.state() == []
    lived_in(origin)
    follow_all(copy, origin, limit)
    assert copy.state() == origin.state() != []
    assert copy.glance()[:3] == glance(origin)


@pytest.mark.parametrize("scope", [EVERYTHING, PUBLIC], ids=["wide", "narrow"])
def test_h10_every_step_of_a_history_leaves_the_copy_equal_to_the_scope(
    origin: SmallOrigin, copy: Copy, scope: Scope
) -> None:
    origin.scope = scope
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    with origin.database.writing() as connection:
        make_history(connection)
    follow_all(copy, origin, 1000)
    for step in steps():
        origin.write(*step)
        follow_all(copy, origin, 1000)
        assert copy.state() == origin.state()


def test_what_is_derived_is_what_a_rebuild_would_make(origin: SmallOrigin, copy: Copy) -> None:
    lived_in(origin, 1)
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    for step in steps()[1:]:
        origin.write(*step)
        follow_all(copy, origin, 1)
    with copy.database.reading() as connection:
        held = all_rows(connection)
    with copy.database.writing() as connection:
        rebuild(connection, KINDS, progress=lambda done, of: None)
    with copy.database.reading() as connection:
        assert all_rows(connection) == held


def test_h10_nothing_stays_of_what_has_left_the_scope(origin: SmallOrigin, copy: Copy) -> None:
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    lived_in(origin, 0)
    origin.write(contact(base=5), channel(base=5, raw="+61 2 5550 0177"))
    origin.write(channel(base=6, raw="+61 2 5550 0178"), holder(base=2, name={"en": "Zebedee"}))
    follow_all(copy, origin, 1000)
    for held in ("5550 0177", "5550 0178", "Zebedee", "zebedee", "61255500178"):
        assert held in raw_rows(copy.database)
    origin.write(
        channel(base=7, raw="+61 2 5550 0179", marking="RED"), holder(base=3, marking="RED")
    )
    follow_all(copy, origin, 1000)
    assert clear(copy.database, copying.tables(KINDS), patience=100).again == ()
    rows = raw_rows(copy.database) + bytes_of(copy.database).decode("latin-1")
    for gone in (
        "5550 0177",
        "55500177",
        "5550 0178",
        "55500178",
        "5550 0179",
        "55500179",
        "Zebedee",
        "zebedee",
    ):
        assert gone not in rows


@pytest.mark.parametrize("is_redacted_meanwhile", [False, True])
def test_a_version_erased_between_two_takes_nothing_of_the_earlier_ones(
    origin: SmallOrigin, copy: Copy, is_redacted_meanwhile: bool
) -> None:
    """Whoever is called from a former number finds in any copy whose it was."""
    lived_in(origin, 0)
    origin.write(contact(base=5))
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    for base, last in ((5, "0177"), (6, "0178"), (7, "0179")):
        origin.write(channel(base=base, raw=f"+61 2 5550 {last}"))
        if last == "0177":
            follow_all(copy, origin, 1000)
        if last == "0178" and is_redacted_meanwhile:
            with origin.database.reading() as connection:
                first = select(func.min(log_entries.c.seq)).where(log_entries.c.rid == HOLDER)
                redact(origin, [connection.scalar(first) or 0])
    with origin.database.reading() as connection:
        (middle,) = connection.scalars(
            select(log_entries.c.seq).where(
                log_entries.c.rid == CHANNEL, log_entries.c.revision == 7
            )
        )
    redact(origin, [middle])
    follow_all(copy, origin, 1000)
    with copy.database.reading() as connection:
        numbers = connection.execute(
            select(number_entries.c.digits, number_entries.c.is_former)
        ).all()
    found = {(row.digits[-4:], bool(row.is_former)) for row in numbers}
    assert found >= {("0177", True), ("0179", False)}
    assert not [row for row in numbers if row.digits.endswith("0178")]
    assert copy.state() == origin.state()


def test_a_copy_refuses_to_be_written(origin: SmallOrigin, copy: Copy) -> None:
    lived_in(origin)
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    with (
        pytest.raises(MirrorRefusesError, match=r"https://origin\.example"),
        copy.database.writing() as connection,
    ):
        write(connection, contact(base=7))
    assert copy.state() == origin.state()


def test_a_directory_with_a_log_of_its_own_becomes_nobodys_copy(origin: SmallOrigin) -> None:
    lived_in(origin)
    with pytest.raises(CopyInTheWayError), origin.database.writing() as connection:
        copying.become_copy(connection, KINDS, "https://other.example")


def test_h17_a_page_that_another_process_took_is_not_taken_again(
    origin: SmallOrigin, copy: Copy
) -> None:
    copy.take_snapshot(*origin.snapshot(), now=origin.now)
    lived_in(origin)
    before, page = copy.standing(), origin.page(0)
    copy.take_page(*page, now=origin.now)
    held = copy.state()
    late = Copy(copy.database, copy.scope, None)
    late.standing = lambda: before  # type: ignore[method-assign]
    with pytest.raises(CopyMovedError):
        late.take_page(*page, now=origin.now)
    assert copy.state() == held


def glance(origin: SmallOrigin) -> Any:
    with origin.database.reading() as connection:
        return log.glance(connection)[:3]
