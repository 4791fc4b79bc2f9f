"""What is erased is gone from log, rows and index; every root still verifies (H13, H16, H31)."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from directory.changes.apply import Applied, apply
from directory.changes.errors import (
    ErasedError,
    ForgottenError,
    StillReferredToError,
)
from directory.changes.history import history as history_of
from directory.changes.journal import Blank, Journal
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.operations import Operation, Retire, prepare
from directory.changes.past import moment, record
from directory.changes.reaching import Erasing, reach
from directory.changes.rebuild import rebuild
from directory.changes.redact import Redacted, redact
from directory.changes.redactions import Why
from directory.changes.revert import Undoing, revert
from directory.documents import canonical, sha256
from directory.policy import NOBODY, PUBLIC, Tlp, Viewer
from directory.registry import KINDS
from tests.integration.changes.tables import all_rows, table
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
    holder,
    write,
)

LATER = NOW.replace(hour=18)
EDITOR = Viewer("AU", frozenset(), Tlp.AMBER, frozenset({"AU", "directory"}), account="editor")


def erase(connection: Connection, journal: Journal | None = None, **what: Any) -> Redacted:
    given: dict[str, Any] = {name: frozenset(value) for name, value in what.items()}
    return redact(connection, KINDS, Erasing(**given), why=Why.ERASURE, at=LATER, journal=journal)


def rebuilt(connection: Connection) -> None:
    rebuild(connection, KINDS, progress=lambda done, of: None)


def bodies(connection: Connection) -> bytes:
    return b"\n".join(bytes(body) for body in connection.scalars(select(log_payloads.c.body)))


def seq_of(connection: Connection, rid: str, revision: int) -> int:
    found = connection.scalar(
        select(log_entries.c.seq).where(
            log_entries.c.rid == rid, log_entries.c.revision == revision
        )
    )
    assert found is not None
    return int(found)


def envelope(connection: Connection, seq: int) -> dict[str, Any]:
    body = connection.scalar(select(log_entries.c.envelope).where(log_entries.c.seq == seq))
    assert body is not None
    told: dict[str, Any] = orjson.loads(bytes(body))
    assert canonical(told) == bytes(body)
    return told


def test_h13_a_record_is_erased_whole_and_every_root_still_verifies(settled: Connection) -> None:
    write(settled, holder(base=1, name={"en": "Zebulon Quux"}))
    in_order = select(log_entries.c.seq, log_entries.c.root).order_by(log_entries.c.seq)
    roots = settled.execute(in_order).all()
    done = erase(settled, records={HOLDER})
    assert done.records == (("holder", HOLDER),)
    assert len(done.targets) == 2
    assert b"Zebulon" not in bodies(settled)
    assert "zebulon" not in repr(all_rows(settled)).lower()
    after = settled.execute(in_order).all()
    assert after[: len(roots)] == roots
    assert check_log(settled).problems == ()


def test_the_entry_says_what_is_gone_and_nothing_of_what_it_was(settled: Connection) -> None:
    done = erase(settled, records={HOLDER})
    assert done.seq is not None
    told = envelope(settled, done.seq)
    assert told["targets"] == list(done.targets)
    assert (told["kind"], told["op"], told["revision"]) == ("redaction", "redact", 1)
    assert (told["why"], told["owner"], told["payload_hash"]) == ("erasure", "directory", None)
    row = settled.execute(select(log_entries).where(log_entries.c.seq == done.seq)).one()
    assert (row.label_before, row.label_after, bytes(row.payload_hash)) == ("", "", b"")
    noted = settled.execute(select(change_sets).where(change_sets.c.first_seq == done.seq)).one()
    assert (noted.last_seq, noted.origin) == (done.seq, "redact")


def test_what_cannot_stand_alone_goes_along_and_is_told(settled: Connection) -> None:
    write(settled, Retire("check", CHECK, 1))
    reached = reach(settled, KINDS, Erasing(frozenset({CHANNEL})))
    assert set(reached.gone) == {"channel", "check"}
    assert reached.along == {CHECK}
    done = erase(settled, records={CHANNEL})
    assert dict(done.records) == {"channel": CHANNEL, "check": CHECK}
    assert check_log(settled).problems == ()


def test_what_others_refer_to_is_not_erased(settled: Connection) -> None:
    before = all_rows(settled)
    with pytest.raises(StillReferredToError) as refused:
        erase(settled, records={ORGANISATION})
    assert [fault.pointer for fault in refused.value.faults] == [f"organisation/{ORGANISATION}"]
    assert CONTACT in refused.value.faults[0].detail
    assert all_rows(settled) == before
    assert set(dict(erase(settled, records={ORGANISATION, CONTACT}).records)) == {
        "organisation", "contact", "channel", "holder", "check",
    }  # fmt: skip
    assert check_log(settled).problems == ()


@pytest.mark.parametrize("at_once", [1, 1000])
@pytest.mark.parametrize(
    "what", ["whole", "past", "former number", "between", "everything at once"]
)
def test_a_rebuild_after_an_erasure_changes_nothing(
    settled: Connection, what: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.changes.rebuild.CHUNK", at_once)
    write(settled, channel(base=1, raw="+61 2 5550 0101"), holder(base=1, name={"en": "Quux"}))
    write(settled, contact(base=1, title={"en": "Night desk"}), channel(base=2, position=2))
    write(settled, channel(base=3, raw="+61 2 5550 0102"), holder(base=2, name={"en": "Quuz"}))
    erase(
        settled,
        records={"whole": {HOLDER}, "everything at once": {HOLDER, CHANNEL}}.get(what, set()),
        past={
            "past": {seq_of(settled, CONTACT, 1), seq_of(settled, HOLDER, 1)},
            "former number": {seq_of(settled, CHANNEL, 1)},
            "between": {seq_of(settled, CHANNEL, 2), seq_of(settled, HOLDER, 2)},
            "everything at once": {seq_of(settled, CONTACT, 1)},
        }.get(what, set()),
    )
    before = all_rows(settled)
    rebuilt(settled)
    assert all_rows(settled) == before
    assert check_log(settled).problems == ()
    write(settled, contact(base=2, title={"en": "Day desk"}))
    assert check_log(settled).problems == ()


def test_a_former_number_leaves_the_index_with_the_version_that_had_it(settled: Connection) -> None:
    write(settled, channel(base=1, raw="+61 2 5550 0101"))
    numbers = select(table("number_entries").c.digits)
    assert set(settled.scalars(numbers)) == {"61255500100", "61255500101"}
    erase(settled, past={seq_of(settled, CHANNEL, 1)})
    assert set(settled.scalars(numbers)) == {"61255500101"}


def test_whoever_erases_the_present_version_erases_the_earlier_ones_too(
    settled: Connection,
) -> None:
    write(settled, holder(base=1, name={"en": "Quux"}))
    done = erase(settled, past={seq_of(settled, HOLDER, 2)})
    assert done.records == (("holder", HOLDER),)
    assert len(done.targets) == 2


def test_the_prepared_view_of_a_contact_forgets_an_erased_holder(settled: Connection) -> None:
    parts = select(table("contact_parts").c.holders)
    assert "Kim" in "".join(settled.scalars(parts))
    erase(settled, records={HOLDER})
    assert "".join(settled.scalars(parts)) == ""


def test_as_of_answers_erased_and_not_with_the_version_before(settled: Connection) -> None:
    write(settled, channel(base=1, raw="+61 2 5550 0101"), at=NOW.replace(hour=13))
    write(settled, channel(base=2, raw="+61 2 5550 0102"), at=NOW.replace(hour=14))
    erase(settled, past={seq_of(settled, CHANNEL, 2)})
    then = moment(settled, NOW.replace(hour=13, minute=30), now=LATER)
    with pytest.raises(ErasedError):
        record(settled, KINDS["channel"], CHANNEL, then, viewer=PUBLIC)
    first = moment(settled, NOW.replace(hour=12, minute=30), now=LATER)
    assert "0100" in record(settled, KINDS["channel"], CHANNEL, first, viewer=PUBLIC).text
    page = history_of(
        settled, KINDS["channel"], CHANNEL, meetings=KINDS["meeting"], viewer=PUBLIC,
        limit=10, page=None,
    ).page  # fmt: skip
    items = [orjson.loads(text) for text in page.texts]
    assert [item["is_erased"] for item in items] == [False, True, False]
    assert items[1]["changes"] == []
    assert {"field": "/raw", "before": None, "after": "+61 2 5550 0102"} in items[0]["changes"]


def test_a_record_erased_whole_is_gone_for_those_who_might_have_seen_it(
    settled: Connection,
) -> None:
    write(settled, holder(base=1, marking="AMBER"))
    erase(settled, records={HOLDER})
    then = moment(settled, NOW.replace(hour=13), now=LATER)
    with pytest.raises(ErasedError):
        record(settled, KINDS["holder"], HOLDER, then, viewer=EDITOR)
    for viewer in (PUBLIC, NOBODY):
        with pytest.raises(Exception, match="There is no holder") as refused:
            record(settled, KINDS["holder"], HOLDER, then, viewer=viewer)
        assert not isinstance(refused.value, ErasedError)


def test_an_erased_id_is_not_written_again(settled: Connection) -> None:
    erase(settled, records={HOLDER})
    with pytest.raises(ErasedError) as refused:
        write(settled, holder())
    assert refused.value.faults[0].pointer == f"holder/{HOLDER}"


def test_h31_a_change_set_whose_payload_is_erased_is_not_undone(settled: Connection) -> None:
    done = change(settled, contact(base=1, note={"en": "x"}), holder(base=1, name={"en": "B"}))
    erase(settled, records={HOLDER}, past={seq_of(settled, CONTACT, 1)})
    with pytest.raises(ForgottenError) as refused:
        undo(settled, done, None)
    assert sorted(fault.pointer for fault in refused.value.faults) == [
        f"contact/{CONTACT}", f"holder/{HOLDER}",
    ]  # fmt: skip


def change(connection: Connection, *operations: Operation) -> Applied:
    prepared = prepare(KINDS, operations, actor=ACTOR, origin="edit", reason="a test")
    return apply(connection, KINDS, prepared, writer=None, at=NOW)


def undo(connection: Connection, done: Applied, only: frozenset[str] | None) -> None:
    revert(
        connection, KINDS, done.change_set, Undoing(only=only), viewer=EDITOR, actor="editor",
        at=LATER,
    )  # fmt: skip


def test_h16_what_is_left_of_a_number_cannot_be_guessed(settled: Connection) -> None:
    seq = seq_of(settled, CHANNEL, 1)
    body = settled.scalar(select(log_payloads.c.body).where(log_payloads.c.seq == seq))
    assert body is not None
    payload = orjson.loads(bytes(body))
    erase(settled, records={CHANNEL})
    left = envelope(settled, seq)["payload_hash"]
    assert re.fullmatch("[0-9a-f]{32}", payload["salt"])
    assert sha256(bytes(body)).hex() == left
    # Whoever knows all of the record but the salt, which is gone with it, cannot tell.
    for salt in ("", "0" * 32):
        assert sha256(canonical(payload | {"salt": salt})).hex() != left
    assert payload["salt"].encode() not in bodies(settled) + repr(all_rows(settled)).encode()


def test_h16_the_checks_of_an_erased_number_go_with_it_and_those_of_others_stay(
    settled: Connection,
) -> None:
    later = "11111111-0000-4000-8000-000000000006"
    write(settled, channel(base=1, raw="+61 2 5550 0101"))
    write(settled, check(later))
    tried = select(table("checks").c.tried).where(table("checks").c.id == CHECK)
    digest = settled.scalar(tried)
    assert digest is not None
    done = erase(settled, past={seq_of(settled, CHANNEL, 1)})
    assert done.records == (("check", CHECK),)
    assert set(settled.scalars(select(table("checks").c.id))) == {later}
    # A digest of a number is found by trying numbers.
    assert digest.encode() not in bodies(settled) + repr(all_rows(settled)).encode()
    assert check_log(settled).problems == ()


def test_the_checks_of_a_number_that_is_still_there_stay(settled: Connection) -> None:
    write(settled, channel(base=1, position=2))
    assert erase(settled, past={seq_of(settled, CHANNEL, 1)}).records == ()


def test_reasons_and_rows_beside_the_log_are_put_out(settled: Connection) -> None:
    done = change(settled, holder(base=1, name={"en": "B"}))
    table_ = table("returned_lists")
    settled.execute(
        table_.insert().values(
            id="list", file_name="quux.xlsx", digest=b"", size_bytes=1, received_at=NOW,
            reading="{}", cells=1, cells_used=1,
        )
    )  # fmt: skip
    blank = Blank("returned_lists", {"id": "list"}, {"file_name": "erased"})
    redact(
        settled,
        KINDS,
        Erasing(change_sets=frozenset({done.change_set}), blanks=(blank,)),
        why=Why.LEGAL,
        at=LATER,
        journal=None,
    )
    reason = select(change_sets.c.reason).where(change_sets.c.id == done.change_set)
    assert settled.scalar(reason) == ""
    assert settled.scalar(select(table_.c.file_name)) == "erased"
    assert check_log(settled).problems == ()


def test_the_log_is_closed_again_afterwards(settled: Connection) -> None:
    erase(settled, records={HOLDER})
    head = settled.execute(select(log_head)).one()
    assert (head.writing, head.opened_for) == (False, None)
    with pytest.raises(DBAPIError, match="never edited"), settled.begin_nested():
        settled.execute(log_payloads.delete())


def test_verifying_tells_a_payload_that_nobody_erased_and_one_that_came_back(
    settled: Connection,
) -> None:
    seq = seq_of(settled, HOLDER, 1)
    body = settled.scalar(select(log_payloads.c.body).where(log_payloads.c.seq == seq))
    done = erase(settled, records={HOLDER})
    settled.execute(log_head.update().values(writing=True))
    settled.execute(log_payloads.insert().values(seq=seq, body=body))
    settled.execute(log_head.update().values(writing=False))
    assert f"entry {seq}: entry {done.seq} says it is erased; it is still there" in "\n".join(
        check_log(settled).problems
    )


def test_a_line_of_the_journal_is_there_before_and_holds_no_name(
    settled: Connection, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "state")
    write(settled, holder(base=1, name={"en": "Zebulon Quux"}))
    done = erase(settled, journal, records={HOLDER})
    (line,) = journal.lines()
    assert line["seq"] == done.seq
    assert [target[0] for target in line["targets"]] == list(done.targets)
    leaf = settled.scalar(select(log_entries.c.leaf).where(log_entries.c.seq == done.seq))
    assert leaf is not None
    assert line["leaf"] == bytes(leaf).hex()
    assert b"Zebulon" not in journal.path.read_bytes()
    assert journal.path.stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_cut_off_does_not_swallow_the_next(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"v": 1, "seq": 1})
    with journal.path.open("ab") as file:
        file.write(b'{"v":1,"se')
    assert [line["seq"] for line in journal.lines()] == [1]
    journal.append({"v": 1, "seq": 2})
    assert [line["seq"] for line in journal.lines()] == [1, 2]


def test_nothing_is_erased_where_the_journal_cannot_be_written(
    settled: Connection, tmp_path: Path
) -> None:
    (tmp_path / "redactions.ndjson").mkdir()
    before = all_rows(settled)
    with pytest.raises(IsADirectoryError):
        erase(settled, Journal(tmp_path), records={HOLDER})
    assert all_rows(settled) == before


def test_a_check_alone_is_erased_alone(settled: Connection) -> None:
    write(settled, check("11111111-0000-4000-8000-000000000006"))
    assert erase(settled, records={CHECK}).records == (("check", CHECK),)
    before = all_rows(settled)
    rebuilt(settled)
    assert all_rows(settled) == before
