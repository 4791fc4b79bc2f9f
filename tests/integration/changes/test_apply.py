"""What a change set does, and what it is refused for."""

import itertools
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from sqlalchemy import Connection, select

from directory.changes.apply import Applied, apply
from directory.changes.errors import (
    BrokenReferenceError,
    BrokenRuleError,
    InvalidDocumentError,
    StaleRevisionError,
    UnknownRecordError,
)
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Operation, Retire, prepare
from directory.changes.rights import reporter
from directory.clock import format_instant
from directory.errors import DirectoryError
from directory.ids import new_id
from directory.policy import Tlp, Viewer
from directory.registry import KINDS
from tests.integration.changes.tables import all_rows
from tests.integration.changes.world import (
    ACTOR,
    CHANNEL,
    CHECK,
    CONTACT,
    HOLDER,
    NOW,
    ORGANISATION,
    channel,
    check,
    check_log,
    contact,
    economy,
    holder,
    membership,
    network,
    organisation,
    write,
)


def held(connection: Connection, kind: str, rid: str) -> dict[str, object]:
    table = KINDS[kind].table
    text = connection.scalar(select(table.c.document).where(table.c.id == rid))
    document: dict[str, object] = orjson.loads(text or b"null")
    return document


def entries(connection: Connection) -> list[tuple[int, datetime]]:
    return [
        (seq, at)
        for seq, at in connection.execute(
            select(log_entries.c.seq, log_entries.c.at).order_by(log_entries.c.seq)
        )
    ]


def refused(
    connection: Connection, error: type[DirectoryError], *operations: Operation
) -> DirectoryError:
    before = all_rows(connection)
    with pytest.raises(error) as refusal:
        write(connection, *operations)
    assert all_rows(connection) == before
    return refusal.value


@pytest.mark.parametrize("number", [1, 49, 50, 51, 100, 123])
def test_any_number_of_records_is_written_whole(settled: Connection, number: int) -> None:
    ids = [new_id() for _ in range(number)]
    before = len(entries(settled))
    desks = [contact(rid, title={"en": f"Desk {place}"}) for place, rid in enumerate(ids)]
    holders = [holder(new_id(), contact=rid, from_date="2024-03-01") for rid in ids]
    write(settled, *desks, *holders)
    assert [held(settled, "contact", rid)["title"] for rid in ids] == [
        {"en": f"Desk {place}"} for place in range(number)
    ]
    assert len(entries(settled)) == before + 2 * number
    assert check_log(settled).problems == ()


def test_a_row_holds_the_document_as_the_log_has_it(settled: Connection) -> None:
    body = settled.scalar(
        select(log_payloads.c.body)
        .join(log_entries, log_entries.c.seq == log_payloads.c.seq)
        .where(log_entries.c.rid == CHANNEL)
    )
    assert body is not None
    payload = orjson.loads(bytes(body))
    assert held(settled, "channel", CHANNEL) == payload["record"]
    assert payload["record"]["e164"] == "+61255500100"
    assert len(bytes.fromhex(payload["salt"])) == 16


def test_the_order_of_operations_does_not_matter(connection: Connection) -> None:
    write(connection, check(), channel(), contact(), organisation(), economy("AU"))
    assert check_log(connection).records == 5


def test_a_change_from_an_old_revision_is_refused(settled: Connection) -> None:
    write(settled, contact(base=1))
    refused(settled, StaleRevisionError, contact(base=1))
    refused(settled, StaleRevisionError, contact(base=0))
    refused(settled, StaleRevisionError, Retire("contact", CONTACT, 1))


def test_a_change_to_what_never_was_is_refused(settled: Connection) -> None:
    refused(settled, UnknownRecordError, contact(new_id(), base=1))
    refused(settled, UnknownRecordError, Retire("contact", new_id(), 1))


def test_nothing_is_retired_twice(settled: Connection) -> None:
    write(settled, Retire("check", CHECK, 1))
    refused(settled, StaleRevisionError, Retire("check", CHECK, 2))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(contact(base=1, owner="directory"), id="owner"),
        pytest.param(organisation(base=1, slug="another"), id="slug"),
        pytest.param(check(base=1, checked_at="2026-02-02T00:00:00Z"), id="checked_at"),
    ],
)
def test_what_never_changes_is_refused_by_name(
    settled: Connection, change: Operation, request: pytest.FixtureRequest
) -> None:
    error = refused(settled, InvalidDocumentError, change)
    name = request.node.callspec.id.split("-")[-1]
    assert [fault.pointer for fault in error.faults] == [f"#/{name}"]


def test_a_contact_takes_its_channels_and_holders_with_it_but_not_their_checks(
    settled: Connection,
) -> None:
    applied = write(settled, Retire("contact", CONTACT, 1))
    assert applied.revisions == {CONTACT: 2, CHANNEL: 2, HOLDER: 2}
    for kind, rid in (("contact", CONTACT), ("channel", CHANNEL), ("holder", HOLDER)):
        assert held(settled, kind, rid)["retired_at"] == "2026-03-01T12:00:00Z"
    assert held(settled, "check", CHECK)["retired_at"] is None


def test_a_retired_record_may_be_put_again_but_its_children_stay_retired(
    settled: Connection,
) -> None:
    write(settled, Retire("contact", CONTACT, 1))
    write(settled, contact(base=2))
    assert held(settled, "contact", CONTACT)["retired_at"] is None
    assert held(settled, "channel", CHANNEL)["retired_at"] is not None


def test_nothing_is_added_to_a_retired_contact(settled: Connection) -> None:
    write(settled, Retire("contact", CONTACT, 1))
    for change in (channel(new_id()), channel(base=2), holder(new_id())):
        error = refused(settled, BrokenReferenceError, change)
        assert error.faults[0].pointer.endswith("#/contact")


def test_a_channel_cannot_be_saved_from_its_contacts_end(settled: Connection) -> None:
    refused(settled, BrokenReferenceError, channel(base=1), Retire("contact", CONTACT, 1))


def test_what_others_name_is_not_retired_under_them(settled: Connection) -> None:
    error = refused(settled, BrokenReferenceError, Retire("organisation", ORGANISATION, 1))
    assert CONTACT in error.faults[0].detail
    write(settled, Retire("organisation", ORGANISATION, 1), Retire("contact", CONTACT, 1))


def test_retired_and_unknown_targets_look_the_same(settled: Connection) -> None:
    gone = new_id()
    write(settled, organisation(gone, slug="gone"))
    write(settled, Retire("organisation", gone, 1))
    told = [
        refused(settled, BrokenReferenceError, contact(base=1, organisation=rid))
        .faults[0]
        .detail.replace(rid, "…")
        for rid in (gone, new_id())
    ]
    assert told[0] == told[1]


def test_a_reference_to_another_owners_record_is_refused(settled: Connection) -> None:
    refused(settled, BrokenReferenceError, contact(new_id(), economy="TW", owner="TW"))


def test_a_record_names_nothing_that_fewer_may_see(settled: Connection) -> None:
    refused(settled, BrokenReferenceError, organisation(base=1, marking="GREEN"))
    refused(settled, BrokenReferenceError, organisation(base=1, audience=["interpol"]))
    write(
        settled,
        organisation(base=1, marking="GREEN"),
        contact(base=1, marking="AMBER"),
        channel(base=1, marking="RED"),
        holder(base=1, marking="AMBER"),
        check(base=1, marking="RED"),
    )
    refused(settled, BrokenReferenceError, channel(base=2, marking="GREEN"))


def test_what_returns_narrower_must_not_leave_its_referrers_wider(settled: Connection) -> None:
    write(settled, Retire("channel", CHANNEL, 1))  # the check stays, CLEAR, and names it
    refused(settled, BrokenReferenceError, channel(base=2, marking="RED"))
    write(settled, channel(base=2))


def test_a_readable_name_is_given_once_and_never_again(settled: Connection) -> None:
    refused(settled, BrokenReferenceError, organisation(new_id()))
    refused(settled, BrokenReferenceError, network("new", new_id()), network("new", new_id()))
    unused = new_id()
    write(settled, network("unused", unused))
    write(settled, Retire("network", unused, 1))
    refused(settled, BrokenReferenceError, network("unused", new_id()))


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ((None, None), (None, None), True),
        ((None, "2020-01-01"), ("2020-01-01", None), False),
        ((None, "2020-01-02"), ("2020-01-01", None), True),
        (("2020-01-01", "2021-01-01"), ("2020-06-01", "2020-07-01"), True),
        (("2020-01-01", "2021-01-01"), ("2021-01-01", "2022-01-01"), False),
        (("2020-01-01", None), (None, "2020-01-01"), False),
    ],
)
def test_one_economy_has_one_standing_in_one_network_on_one_day(
    settled: Connection,
    first: tuple[str | None, str | None],
    second: tuple[str | None, str | None],
    clash: bool,
) -> None:
    one = membership(new_id(), from_date=first[0], until_date=first[1])
    two = membership(new_id(), from_date=second[0], until_date=second[1], status="unknown")
    elsewhere = membership(new_id(), network="g7-24-7")
    if clash:
        refused(settled, BrokenRuleError, one, elsewhere, two)
        write(settled, one, elsewhere)
        refused(settled, BrokenRuleError, two)
    else:
        write(settled, one, elsewhere)
        write(settled, two)


def test_a_retired_membership_stands_in_nobodys_way(settled: Connection) -> None:
    rid = new_id()
    write(settled, membership(rid))
    write(settled, Retire("membership", rid, 1), membership(new_id()))
    refused(settled, BrokenRuleError, membership(rid, base=2))


def test_times_in_the_log_rise_even_when_the_clock_goes_back(connection: Connection) -> None:
    hour = timedelta(hours=1)
    clock = [NOW, NOW, NOW - hour, NOW - hour, NOW + hour, NOW, NOW + 2 * hour]
    applied: list[Applied] = []
    for index, at in enumerate(clock):
        applied.append(
            write(connection, economy(f"A{chr(65 + index)}"), economy(f"B{chr(65 + index)}"), at=at)
        )
    log = entries(connection)
    times = [at for _, at in log]
    assert all(earlier < later for earlier, later in itertools.pairwise(times))
    assert [seq for seq, _ in log] == list(range(1, 15))
    assert dict(log)[applied[4].first_seq] == NOW + hour
    assert dict(log)[applied[6].first_seq] == NOW + 2 * hour
    assert check_log(connection).problems == ()


def test_the_log_keeps_instants_in_utc(connection: Connection) -> None:
    eastern = timezone(timedelta(hours=10))
    write(connection, economy("AU"), at=datetime(2026, 3, 1, 22, 0, 0, 7, tzinfo=eastern))
    ((_, at),) = entries(connection)
    assert at == datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
    assert at.utcoffset() == timedelta(0)
    assert check_log(connection).problems == ()


def test_an_instant_without_a_zone_is_a_mistake(connection: Connection) -> None:
    with pytest.raises(Exception, match="without a zone"):
        write(connection, economy("AU"), at=NOW.replace(tzinfo=None))


def test_a_check_is_written_when_it_has_come_and_not_before(settled: Connection) -> None:
    ahead = check(new_id(), checked_at=format_instant(NOW + timedelta(minutes=6)))
    prepared = prepare(KINDS, [ahead], actor=ACTOR, origin="edit", reason="a test")
    writer = reporter(Viewer(None, frozenset(), Tlp.AMBER, frozenset()))
    with pytest.raises(InvalidDocumentError) as error:
        apply(settled, KINDS, prepared, writer=writer, at=NOW)
    assert [fault.pointer for fault in error.value.faults] == ["#/checked_at"]
    apply(settled, KINDS, prepared, writer=writer, at=NOW + timedelta(minutes=1))
