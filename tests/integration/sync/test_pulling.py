"""A mirror takes what is right and refuses all else by its name, keeping its last good copy."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from directory.changes import log
from directory.changes.models import log_entries
from directory.clearing import Cleared
from directory.documents import canonical
from directory.policy import Tlp
from directory.registry import KINDS
from directory.sync.mirror import adding, pulling, tidying
from directory.sync.mirror.errors import OriginTroubleError
from directory.sync.mirror.origin import Gone, Page, Unchanged
from directory.sync.mirror.state import write_state
from directory.sync.mirror.tidying import Tidier
from directory.sync.rules.claims import PageClaims
from directory.sync.rules.scopes import Scope
from tests.disk import bytes_of
from tests.integration.changes.world import CHANNEL, channel, contact, holder, make_history
from tests.integration.sync.copies import raw_rows
from tests.integration.sync.mirrors import Answer, MirrorUnderTest
from tests.integration.sync.redacting import redact
from tests.integration.sync.small_origin import (
    DAY,
    EVERYTHING,
    PUBLIC,
    SmallOrigin,
    new_key,
    public,
)


@pytest.fixture
def lived_in(origin: SmallOrigin) -> SmallOrigin:
    with origin.database.writing() as connection:
        make_history(connection)
    return origin


@pytest.fixture
def pulled(lived_in: SmallOrigin, mirror: MirrorUnderTest) -> MirrorUnderTest:
    """A mirror that has all that there is."""
    assert mirror.pull().is_current
    mirror.must_hold_all()
    return mirror


def go_on(origin: SmallOrigin) -> None:
    """Write something at the origin, an hour later."""
    origin.now += timedelta(hours=1)
    with origin.database.reading() as connection:
        table = KINDS["contact"].table
        held = connection.execute(table.select()).all()
    origin.write(contact(base=held[0].revision, title={"en": f"Desk {origin.now}"}))


def test_it_begins_with_a_snapshot_and_goes_on_by_pages(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    pulled.way.limit = 2
    for _ in range(5):
        go_on(lived_in)
    found = pulled.pull()
    assert (found.pages, found.is_current, found.refused, found.trouble) == (3, True, None, None)
    pulled.must_hold_all()
    assert pulled.state().pulled_at == lived_in.now
    again = pulled.pull()
    assert (again.pages, again.is_current) == (0, True)
    assert pulled.alarms() == []


def test_h17_a_page_that_comes_again_is_refused_and_harms_nothing(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    answers: list[Answer] = []

    def kept(answer: Answer) -> Answer:
        answers.append(answer)
        return answer

    go_on(lived_in)
    pulled.way.meddle = kept
    assert pulled.pull().is_current
    go_on(lived_in)
    pulled.way.meddle = lambda answer: answers[0]
    refused(pulled, "replay")
    pulled.way.meddle = lambda answer: answer
    assert pulled.pull().is_current
    pulled.must_hold_all()


def refused(mirror: MirrorUnderTest, alarm: str) -> None:
    """The next pull raises an alarm and changes nothing that is held."""
    before, rows = mirror.state(), mirror.held()
    found = mirror.pull()
    assert found.refused is not None, found
    assert found.refused.alarm == alarm, found.refused
    after = mirror.state()
    assert mirror.held() == rows
    assert (after.cursor, after.head, after.keys) == (before.cursor, before.head, before.keys)
    assert after.pulled_at == before.pulled_at
    assert alarm in mirror.alarms()


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_h22_a_flipped_byte_of_a_page_changes_nothing(
    pulled: MirrorUnderTest, lived_in: SmallOrigin, place: int
) -> None:
    go_on(lived_in)

    def flip(answer: Answer) -> Answer:
        assert isinstance(answer, Page)
        return replace(answer, body=flipped(answer.body, place))

    pulled.way.meddle = flip
    refused(pulled, "splice")


@pytest.mark.parametrize("place", range(0, 100, 9))
def test_h22_a_flipped_byte_of_a_head_changes_nothing(
    pulled: MirrorUnderTest, lived_in: SmallOrigin, place: int
) -> None:
    go_on(lived_in)

    def flip(answer: Answer) -> Answer:
        assert isinstance(answer, Page)
        return replace(answer, head=flipped(answer.head.encode(), place).decode("latin-1"))

    pulled.way.meddle = flip
    before = pulled.held()
    found = pulled.pull()
    assert found.refused is not None
    assert found.refused.alarm in {"splice", "unknown-key"}
    assert pulled.held() == before


@pytest.mark.parametrize("place", range(0, 100, 9))
def test_h22_a_flipped_byte_of_a_snapshot_changes_nothing(
    pulled: MirrorUnderTest, lived_in: SmallOrigin, place: int
) -> None:
    pulled.way.meddle = lambda answer: Gone("expired")
    pulled.way.meddle_snapshot = lambda body, head: (flipped(body, place), head)
    refused(pulled, "splice")


def flipped(data: bytes, percent: int) -> bytes:
    at = len(data) * percent // 100
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_h22_a_head_without_a_signature_is_refused(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    go_on(lived_in)
    for head in ("", "e30.e30.", "nothing", "eyJhbGciOiJub25lIn0.e30."):
        pulled.way.meddle = lambda answer, head=head: Page(b"{}", head)  # type: ignore[misc]
        refused(pulled, "splice")


def signed(origin: SmallOrigin, change: Callable[[dict[str, Any]], None]) -> Callable[..., Answer]:
    """What the origin itself would send if a page of it were changed before it is signed."""

    def make(answer: Answer) -> Answer:
        assert isinstance(answer, Page)
        told = orjson.loads(answer.body)
        change(told)
        body = canonical(told)
        return Page(body, origin.sign(origin.claims(body, told["from"], told["to"])))

    return make


def test_h22_what_was_signed_for_somebody_else_is_refused(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    go_on(lived_in)
    lived_in.account = "22222222-0000-4000-8000-000000000002"
    refused(pulled, "splice")


def test_h22_a_page_of_another_scope_is_refused(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    go_on(lived_in)
    size = pulled.state().frontier.size
    body, head = replace(lived_in, scope=PUBLIC).page(size)
    pulled.way.meddle = lambda answer: Page(body, lived_in.sign(head))
    refused(pulled, "splice")


def test_h23_an_older_head_is_a_rollback(pulled: MirrorUnderTest, lived_in: SmallOrigin) -> None:
    go_on(lived_in)
    old = lived_in.page(pulled.state().frontier.size)
    assert pulled.pull().is_current
    # The older head over the right place: only whoever signs could do that.
    go_on(lived_in)
    size = pulled.state().frontier.size
    body, head = lived_in.page(size)
    pulled.way.meddle = lambda answer: Page(
        body, lived_in.sign(replace(head, at=old[1].at - timedelta(days=1)))
    )
    refused(pulled, "rollback")
    pulled.way.meddle = lambda answer: Page(body, lived_in.sign(replace(head, size=size - 1)))
    refused(pulled, "rollback")


def test_h23_no_snapshot_takes_back_what_was_taken_in_the_middle_of_the_feed(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    old = lived_in.snapshot()
    for _ in range(4):
        go_on(lived_in)
    pulled.way.limit = 2
    pulled.take_pages(1)
    # Signed for this very account, kept on the way, and believed still.
    pulled.way.meddle = lambda answer: Gone("expired")
    pulled.way.meddle_snapshot = lambda body, head: (old[0], lived_in.sign(old[1]))
    refused(pulled, "rollback")
    pulled.way.meddle = lambda answer: answer
    assert pulled.pull().is_current
    pulled.must_hold_all()


def gives_the_snapshot_of_before(pulled: MirrorUnderTest, lived_in: SmallOrigin) -> None:
    """The snapshot of yesterday, under the head of today, as the origin itself gives it."""
    old, cut = lived_in.snapshot()
    go_on(lived_in)
    assert pulled.pull().is_current
    go_on(lived_in)
    head = replace(lived_in.head(), page=cut.page)
    pulled.way.meddle_snapshot = lambda body, told: (old, lived_in.sign(head))


def test_h23_whoever_says_that_a_cursor_is_gone_takes_nothing_back(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    gives_the_snapshot_of_before(pulled, lived_in)
    for reason in ("scope-changed", "expired"):
        pulled.way.meddle = lambda answer, reason=reason: Gone(reason)  # type: ignore[misc]
        refused(pulled, "rollback")


def test_h11_rights_that_were_others_for_a_moment_raise_no_alarm(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    """By the time that the snapshot is asked for they are the same again, and it is of before."""
    gives_the_snapshot_of_before(pulled, lived_in)
    answers = iter([Gone("scope-changed")])
    pulled.way.meddle = lambda answer: next(answers, answer)
    assert pulled.pull().is_current
    pulled.must_hold_all()
    assert pulled.alarms() == []


def test_h21_nobody_has_snapshot_after_snapshot_fetched(
    origin: SmallOrigin, mirror: MirrorUnderTest
) -> None:
    with origin.database.writing() as connection:
        make_history(connection)
    old, cut = origin.snapshot()
    go_on(origin)
    fetched: list[bytes] = []

    def given(body: bytes, told: str) -> tuple[bytes, str]:
        fetched.append(body)
        assert len(fetched) < 3
        return old, origin.sign(replace(origin.head(), page=cut.page))

    mirror.way.meddle_snapshot = given
    mirror.way.meddle = lambda answer: Gone("expired")
    assert "just gave" in (mirror.pull().trouble or "")
    assert len(fetched) == 1
    mirror.way.meddle = lambda answer: answer
    assert mirror.pull().is_current
    mirror.must_hold_all()


def test_h23_a_copy_that_began_anew_with_an_older_snapshot_is_as_old_as_that(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    lived_in.scope = PUBLIC
    old, cut = lived_in.snapshot()
    written_at = lived_in.now
    lived_in.scope = EVERYTHING
    go_on(lived_in)
    assert pulled.pull().is_current
    lived_in.scope = PUBLIC
    pulled.way.meddle_snapshot = lambda body, told: (
        old,
        lived_in.sign(replace(lived_in.head(), page=cut.page)),
    )

    def cut_off(answer: Answer) -> Answer:
        if isinstance(answer, Page):
            raise OriginTroubleError("The origin does not answer.")
        return answer

    pulled.way.meddle = cut_off
    assert pulled.pull().trouble is not None
    held_of = pulled.state().pulled_at
    assert held_of is not None
    assert held_of < written_at + timedelta(minutes=1) < lived_in.now
    pulled.way.meddle = lambda answer: answer
    assert pulled.pull().is_current
    pulled.must_hold_all()
    assert pulled.state().pulled_at == lived_in.now


def test_h23_where_nobody_pulls_any_more_the_freeze_is_told_all_the_same(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    lived_in.now += 2 * DAY
    assert pulled.alarms() == ["freeze"]
    go_on(lived_in)
    assert pulled.pull().is_current
    assert pulled.alarms() == []


def test_h23_a_head_that_is_not_renewed_freezes_nobody_unnoticed(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    frozen = Unchanged(lived_in.sign(lived_in.head()))
    lived_in.now += timedelta(days=1)
    pulled.way.meddle = lambda answer: frozen
    assert pulled.pull().refused is None
    lived_in.now += timedelta(days=2)
    refused(pulled, "freeze")
    pulled.way.meddle = lambda answer: answer
    assert pulled.pull().is_current
    assert pulled.alarms() == []


def test_h23_the_head_of_an_offline_copy_hides_no_freeze(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    head = replace(lived_in.head(), until=lived_in.now + timedelta(days=366))
    page = PageClaims(0, head.size, "00" * 32, lived_in.scope.hash, "")
    offline, bare = lived_in.sign(replace(head, page=page)), lived_in.sign(head)
    pulled.way.meddle = lambda answer: Unchanged(offline)
    refused(pulled, "splice")
    # Nor is any other believed for longer than heads are.
    pulled.way.meddle = lambda answer: Unchanged(bare)
    assert pulled.pull().refused is None
    lived_in.now += timedelta(days=2)
    refused(pulled, "freeze")


def test_h23_a_head_of_more_entries_than_there_are_is_never_believed(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    go_on(lived_in)
    size = pulled.state().frontier.size

    def far(answer: Answer) -> Answer:
        told = orjson.loads(lived_in.page(size)[0]) | {"entries": [], "to": size}
        told["root"] = lived_in.root_at(size).hex()
        told["cursor"] = pulled.state().cursor
        body = canonical(told | {"more": True})
        return Page(body, lived_in.sign(replace(lived_in.claims(body, size, size), size=2**40)))

    pulled.way.meddle = far
    refused(pulled, "splice")
    # Nor does the size stay with the mirror, to have every later head look like a rollback.
    pulled.way.meddle = lambda answer: answer
    assert pulled.pull().is_current
    pulled.must_hold_all()


def test_h24_two_roots_for_one_size_are_told_apart(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    head = lived_in.head()
    other = lived_in.sign(replace(head, root=secrets.token_bytes(32).hex()))
    pulled.way.meddle = lambda answer: Unchanged(other)
    refused(pulled, "equivocation")


def test_another_root_than_what_was_appended_is_a_fork(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    go_on(lived_in)

    def other_leaf(told: dict[str, Any]) -> None:
        told["entries"][0] = {"leaf": secrets.token_hex(32)}

    pulled.way.meddle = signed(lived_in, other_leaf)
    refused(pulled, "fork")


def test_h25_whoever_was_away_during_a_rotation_is_told_the_new_key(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    old, lived_in.key = lived_in.key, new_key()
    go_on(lived_in)
    refused(pulled, "unknown-key")
    kid = lived_in.key.thumbprint()
    assert kid in (pulled.state().trouble or "")
    with pulled.database.writing() as connection:
        adding.pin_key(connection, public(lived_in.key), at=lived_in.now)
    assert pulled.pull().is_current
    assert pulled.alarms() == []
    go_on(lived_in)
    lived_in.key = old
    refused(pulled, "unknown-key")


def test_h14_the_snapshot_of_a_mirror_that_was_killed_does_not_stay(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    left = pulled.folder / "mirror-0123456789abcdef.part"
    left.write_text("what has been erased since", "utf-8")
    assert pulled.pull().is_current
    assert list(pulled.folder.iterdir()) == []


def test_h14_what_a_reader_kept_from_being_overwritten_is_still_to_be_done(
    pulled: MirrorUnderTest, lived_in: SmallOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "PATIENCE", 0.1)
    tidier = Tidier(pulled.mirror)
    with pulled.database.reading() as connection:
        connection.execute(log_entries.select().limit(1)).all()
        lived_in.now += timedelta(hours=1)
        with lived_in.database.reading() as there:
            redact(lived_in, entries_of(there, CHANNEL)[:1])
        assert pulling.pull(pulled.mirror, pulled.way).is_current
        assert tidier.tidy(pulled.way).again
    assert pulled.state().put_out_at == lived_in.now
    monkeypatch.setattr(tidying, "PATIENCE", 30.0)
    # Readers may have waited for it, so it is not tried at once again.
    assert not tidier.tidy(pulled.way).again
    assert pulled.state().put_out_at == lived_in.now
    assert not Tidier(pulled.mirror).tidy(pulled.way).again
    assert pulled.state().put_out_at is None


def test_h14_what_is_put_out_while_files_are_written_anew_is_still_to_be_done(
    pulled: MirrorUnderTest, lived_in: SmallOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reset_meanwhile(*_: Any, **__: Any) -> Cleared:
        lived_in.now += timedelta(hours=1)
        with pulled.database.writing() as connection:
            adding.reset(connection, KINDS, at=lived_in.now)
        return Cleared()

    lived_in.now += timedelta(hours=1)
    with lived_in.database.reading() as there:
        target = entries_of(there, CHANNEL)[:1]
    redact(lived_in, target)
    assert pulling.pull(pulled.mirror, pulled.way).is_current
    monkeypatch.setattr(tidying, "clear", reset_meanwhile)
    assert Tidier(pulled.mirror).tidy(pulled.way).again == ()
    assert pulled.state().put_out_at == lived_in.now


def test_h25_a_key_that_is_pinned_while_an_answer_is_on_its_way_stays(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    new = public(new_key())

    def pinned_meanwhile(answer: Answer) -> Answer:
        with pulled.database.writing() as connection:
            adding.pin_key(connection, new, at=lived_in.now)
        return answer

    for has_news in (False, True):
        if has_news:
            with pulled.database.writing() as connection:
                adding.pin_key(connection, public(lived_in.key), at=lived_in.now)
            go_on(lived_in)
        before = pulled.held()
        pulled.way.meddle = pinned_meanwhile
        assert "Another process" in (pulled.pull().trouble or "")
        assert [key["kid"] for key in pulled.state().keys] == [new["kid"]]
        assert pulled.held() == before
    assert pulled.alarms() == []


def test_a_copy_that_is_reset_while_an_answer_is_on_its_way_stays_empty(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    def reset_meanwhile(answer: Answer) -> Answer:
        with pulled.database.writing() as connection:
            adding.reset(connection, KINDS, at=lived_in.now)
        return answer

    pulled.way.meddle = reset_meanwhile
    assert pulled.pull().trouble is not None
    assert (pulled.state().cursor, pulled.state().head) == (None, None)
    assert pulled.held() == []


def test_a_token_that_is_told_while_one_is_replaced_stays(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    rotated = pulled.way.rotated

    def told_meanwhile() -> tuple[str, datetime]:
        with pulled.database.writing() as connection:
            write_state(connection, token="told")  # noqa: S106 - of a test
        return rotated()

    pulled.way.token_ends_at = lived_in.now + DAY
    pulled.way.rotated = told_meanwhile  # type: ignore[method-assign]
    pulled.pull()
    assert pulled.state().token == "told"  # noqa: S105


def test_h25_a_key_that_was_announced_takes_over_and_the_old_one_never_returns(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    old, new = lived_in.key, new_key()
    lived_in.next_key = new
    go_on(lived_in)
    assert pulled.pull().is_current
    assert [key["kid"] for key in pulled.state().keys] == [old.thumbprint(), new.thumbprint()]
    lived_in.key, lived_in.next_key = new, None
    go_on(lived_in)
    assert pulled.pull().is_current
    assert [key["kid"] for key in pulled.state().keys] == [new.thumbprint()]
    lived_in.key = old
    go_on(lived_in)
    refused(pulled, "unknown-key")


def test_h11_a_change_of_rights_brings_a_new_snapshot(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    lived_in.write(contact(base=5), channel(base=5, raw="+61 2 5550 0188", marking="AMBER"))
    assert pulled.pull().is_current
    assert "5550 0188" in raw_rows(pulled.database)
    generation = glance(pulled)
    for scope in (PUBLIC, Scope(Tlp.AMBER, frozenset()), PUBLIC):
        lived_in.scope = scope
        found = pulled.pull()
        assert found.is_current
        assert found.records == len(lived_in.state())
        pulled.must_hold_all()
        # At the same entry of the same log other records are held: memories must not mix them up.
        assert glance(pulled) != generation
        generation = glance(pulled)
    assert "5550 0188" not in raw_rows(pulled.database)
    assert b"5550 0188" not in bytes_of(pulled.database)
    assert pulled.alarms() == []


def glance(mirror: MirrorUnderTest) -> Any:
    with mirror.database.reading() as connection:
        return log.glance(connection)


def test_h14_what_was_erased_is_kept_nowhere(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    lived_in.write(
        contact(base=5), channel(base=5, raw="+61 2 5550 0191"), holder(base=2, name={"en": "Zeb"})
    )
    lived_in.write(channel(base=6, raw="+61 2 5550 0192"), holder(base=3, name={"en": "Zebedee"}))
    assert pulled.pull().is_current
    with lived_in.database.reading() as connection:
        first = entries_of(connection, CHANNEL)[-2]
        person = entries_of(connection, holder().id or "")
    redact(lived_in, [first, *person])
    assert pulled.pull().is_current
    held = raw_rows(pulled.database) + bytes_of(pulled.database).decode("latin-1")
    for gone in ("5550 0191", "55500191", "Zeb", "zebedee"):
        assert gone not in held
    assert "5550 0192" in held
    pulled.must_hold_all()


def entries_of(connection: Any, rid: str) -> list[int]:
    return [
        row.seq
        for row in connection.execute(
            log_entries.select().where(log_entries.c.rid == rid).order_by(log_entries.c.seq)
        )
    ]


def test_h19_poison_stops_the_copy_and_is_never_passed_by(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    go_on(lived_in)
    for change in (
        lambda told: told["entries"][0].pop("body"),
        lambda told: told["entries"][0].update(body=5),
        lambda told: told["entries"][0].update(body='{"record":{},"salt":"","version":1}'),
        lambda told: told["entries"][0].update(more=1),
        lambda told: told.update(entries=7),
        lambda told: told.pop("root"),
    ):
        pulled.way.meddle = signed(lived_in, change)
        refused(pulled, "poison")
    pulled.way.meddle = lambda answer: answer
    assert pulled.pull().is_current


def test_trouble_is_no_alarm_until_nobody_vouches_for_the_copy(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    pulled.way.is_down = True
    lived_in.now += DAY
    found = pulled.pull()
    assert found.trouble is not None
    assert pulled.alarms() == []
    assert "does not answer" in (pulled.state().trouble or "")
    lived_in.now += 2 * DAY
    pulled.pull()
    assert pulled.alarms() == ["freeze"]
    pulled.way.is_down = False
    go_on(lived_in)
    assert pulled.pull().is_current
    pulled.must_hold_all()
    assert pulled.state().trouble is None
    assert pulled.alarms() == []


def test_the_token_is_replaced_before_it_ends(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    pulled.way.token_ends_at = lived_in.now + DAY
    pulled.pull()
    assert pulled.state().token == "token 2"  # noqa: S105
    assert pulled.state().token_expires_at == lived_in.now + 90 * DAY
    pulled.pull()
    assert pulled.state().token == "token 2"  # noqa: S105


def test_h9_another_log_that_names_nobody_is_a_fork(
    pulled: MirrorUnderTest, lived_in: SmallOrigin
) -> None:
    for reason in ("unknown-log", "forked"):
        pulled.way.meddle = lambda answer, reason=reason: Gone(reason)  # type: ignore[misc]
        refused(pulled, "fork")
    # Not even a snapshot of the right log is a way round it.
    go_on(lived_in)
    refused(pulled, "fork")
