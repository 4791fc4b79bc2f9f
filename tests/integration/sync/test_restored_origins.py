"""H9: who holds no more than a restored origin kept goes on; whoever holds more begins anew."""

import pytest
from sqlalchemy import event

from directory.changes import log
from directory.changes.models import log_head
from directory.ids import new_id
from directory.sync.rules.claims import Epoch
from tests.integration.changes.world import channel, contact, make_history
from tests.integration.sync.mirrors import MirrorUnderTest
from tests.integration.sync.small_origin import SmallOrigin

RESTORED = "fedcba9876543210"


@pytest.fixture
def pulled(origin: SmallOrigin, mirror: MirrorUnderTest) -> MirrorUnderTest:
    with origin.database.writing() as connection:
        make_history(connection)
    assert mirror.pull().is_current
    return mirror


def restore(origin: SmallOrigin, size: int) -> None:
    """Open a new epoch that goes on from the log as it was at a size."""
    parent = origin.head().log
    origin.epochs = (Epoch(parent, size, origin.root_at(size).hex()), *origin.epochs)
    with origin.database.writing() as connection:
        head, _ = log.take_to_copy(connection)
        connection.execute(log_head.update().values(log_id=RESTORED))
        log.release(connection, head)


def test_h9_whoever_holds_no_more_than_was_kept_goes_on_silently(
    pulled: MirrorUnderTest, origin: SmallOrigin
) -> None:
    origin.write(contact(base=5))
    restore(origin, origin.head().size)
    origin.write(channel(base=5, raw="+61 2 5550 0103"))
    found = pulled.pull()
    assert (found.is_current, found.records, found.pages) == (True, None, 1)
    pulled.must_hold_all()
    assert pulled.state().log == RESTORED
    assert pulled.alarms() == []


def test_h9_whoever_is_at_the_very_place_goes_on_with_the_new_log(
    pulled: MirrorUnderTest, origin: SmallOrigin
) -> None:
    restore(origin, origin.head().size)
    assert pulled.pull().is_current
    assert pulled.state().log == RESTORED
    assert pulled.alarms() == []
    pulled.must_hold_all()


def test_h9_whoever_holds_more_begins_anew_and_somebody_is_told(
    pulled: MirrorUnderTest, origin: SmallOrigin
) -> None:
    restore(origin, origin.head().size - 3)
    origin.write(contact(base=5))
    found = pulled.pull()
    assert found.is_current
    assert found.records is not None
    assert found.refused is None
    assert found.begun_anew is not None
    assert found.begun_anew.alarm == "fork"
    pulled.must_hold_all()
    assert pulled.state().log == RESTORED
    assert pulled.alarms() == ["fork"]
    assert pulled.pull().begun_anew is None


def test_h9_a_log_that_goes_on_from_another_history_is_refused(
    pulled: MirrorUnderTest, origin: SmallOrigin
) -> None:
    before, size = pulled.held(), origin.head().size
    restore(origin, size)
    origin.epochs = (Epoch(origin.epochs[0].parent, size, "00" * 32),)
    origin.write(contact(base=5))
    found = pulled.pull()
    assert found.refused is not None
    assert found.refused.alarm == "fork"
    assert pulled.held() == before


def test_a_full_disk_leaves_the_last_good_copy(
    pulled: MirrorUnderTest, origin: SmallOrigin
) -> None:
    if not pulled.database.is_sqlite:
        pytest.skip("a server's disk is not this test's to fill")
    before, cursor = pulled.held(), pulled.state().cursor
    long = {"en": "A long title " * 20}
    origin.write(*(contact(new_id(), title=long) for _ in range(100)))
    _, writer = pulled.database.engines

    def fill(connection: object, entry: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    pulled.database.dispose()
    event.listen(writer, "connect", fill)
    found = pulled.pull()
    assert found.trouble is not None
    assert "full" in found.trouble
    assert found.is_own
    event.remove(writer, "connect", fill)
    pulled.database.dispose()
    assert pulled.held() == before
    assert pulled.state().cursor == cursor
    assert pulled.pull().is_current
    pulled.must_hold_all()
