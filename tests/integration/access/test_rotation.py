"""A token replaces itself, and however often it does so, two are live at most."""

from datetime import datetime, timedelta
from typing import Any

from directory.access.commands.tokens import rotate_token
from directory.access.models import tokens
from directory.access.queries import holder_of
from directory.access.rules import OVERLAP
from directory.clock import parse_instant, utc_now
from directory.errors import UnauthenticatedError
from tests.api.office import Office


def rotate(office: Office, token: str, at: datetime) -> str:
    with office.service.database.writing() as connection:
        return rotate_token(connection, actor=holder_of(connection, token, at=at), at=at)[1]


def holds(office: Office, token: str, at: datetime) -> bool:
    with office.service.database.reading() as connection:
        try:
            holder_of(connection, token, at=at)
        except UnauthenticatedError:
            return False
    return True


def listed(office: Office, account: str) -> list[Any]:
    return list(office.done(office.ann, "GET", f"/access/tokens?account={account}")["items"])


def test_the_old_token_holds_for_a_day_more(office: Office) -> None:
    account, old = office.reader()
    now = utc_now()
    new = rotate(office, old, now)
    moments = {moment: now + moment for moment in (timedelta(0), OVERLAP, 2 * OVERLAP)}
    assert [holds(office, old, at) for at in moments.values()] == [True, False, False]
    assert [holds(office, new, at) for at in moments.values()] == [True, True, True]
    first, second = listed(office, account)
    assert (first["replaces"], second["replaces"]) == (None, first["id"])
    assert second["issued_by"] == first["issued_by"] == office.me(office.ann)["id"]


def test_the_new_one_lives_as_long_as_the_old_one_was_given(office: Office) -> None:
    account, _ = office.reader()
    given = office.token(account, days=7)
    new = rotate(office, given["token"], parse_instant(given["issued_at"]) + timedelta(days=6.5))
    *_, old, second = listed(office, account)
    # Half a day was left: the overlap makes no token live longer.
    assert old["expires_at"] == given["expires_at"]
    life = parse_instant(second["expires_at"]) - parse_instant(second["issued_at"])
    assert life == timedelta(days=7)
    assert holds(office, new, parse_instant(given["expires_at"]))


def test_rotating_again_leaves_two_live_tokens(office: Office) -> None:
    account, first = office.reader()
    now = utc_now()
    lost = rotate(office, first, now)
    again = rotate(office, first, now + timedelta(minutes=1))
    at = now + timedelta(minutes=1)
    assert [holds(office, one, at) for one in (first, lost, again)] == [True, False, True]
    third = rotate(office, again, now + timedelta(minutes=2))
    at = now + timedelta(minutes=2)
    live = [holds(office, one, at) for one in (first, lost, again, third)]
    assert live == [False, False, True, True]
    *_, last = listed(office, account)
    life = parse_instant(last["expires_at"]) - parse_instant(last["issued_at"])
    assert life == timedelta(days=90)
    assert not holds(office, first, now + OVERLAP)


def test_another_token_of_the_account_stays(office: Office) -> None:
    account, first = office.reader()
    other = office.token(account)["token"]
    now = utc_now()
    rotate(office, rotate(office, first, now), now + timedelta(minutes=1))
    assert holds(office, other, now + timedelta(minutes=1))


def test_a_token_that_ended_while_it_was_rotated_is_not_replaced(office: Office) -> None:
    _, token = office.reader()
    now = utc_now()
    with office.service.database.writing() as connection:
        actor = holder_of(connection, token, at=now)
        connection.execute(tokens.update().where(tokens.c.id == actor.token).values(revoked_at=now))
        try:
            rotate_token(connection, actor=actor, at=now)
        except UnauthenticatedError:
            return
    raise AssertionError("a revoked token was replaced")
