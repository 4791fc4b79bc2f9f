"""Operators who act at the same instant do not contradict each other, nor other processes."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.office import Office
from tests.api.process import ROOT, gunicorn
from tests.api.world import rid


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What some calls give that begin together."""
    ready, given = threading.Barrier(len(calls)), list[Any]([None] * len(calls))

    def run(place: int) -> None:
        ready.wait()
        given[place] = calls[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def statuses(office: Office, *asked: tuple[Any, ...]) -> list[int]:
    return sorted(
        at_once(*(lambda one=one: office.ask(*one).status_code for one in asked))
    )  # fmt: skip


def test_two_operators_who_end_each_other_do_not_both_succeed(office: Office) -> None:
    ann, ben = (office.me(token)["id"] for token in (office.ann, office.ben))
    found = statuses(
        office,
        (office.ann, "DELETE", f"/access/accounts/{ben}"),
        (office.ben, "DELETE", f"/access/accounts/{ann}"),
    )
    assert found in ([204, 401], [204, 403])
    left = [
        office.ask(token, "GET", "/access/me").status_code for token in (office.ann, office.ben)
    ]
    assert sorted(left) == [200, 401]


def test_one_partner_is_made_once(office: Office) -> None:
    body = {"name": "Gamma", "clearance": "CLEAR"}
    asked = [(token, "POST", "/access/partners", body) for token in (office.ann, office.ben)] * 2
    assert statuses(office, *asked) == [201, 409, 409, 409]


def test_one_account_never_gets_roles_that_exclude_each_other(office: Office) -> None:
    account = office.account(office.partner(), "Rita")
    path = f"/access/accounts/{account}/roles"
    asked = [(token, "POST", path, {"role": role})
             for token, role in ((office.ann, "operator"), (office.ben, "reader"))] * 2  # fmt: skip
    assert statuses(office, *asked) == [201, 409, 409, 409]


def test_a_token_that_is_rotated_twice_at_once_leaves_two(office: Office) -> None:
    _, token = office.reader()
    answers = at_once(*[lambda: office.ask(token, "POST", "/access/tokens/rotate")] * 4)
    new = [answer.get_json()["token"] for answer in answers if answer.status_code == 201]
    live = [one for one in new if office.ask(one, "GET", "/access/me").status_code == 200]
    assert len(new) == 4
    assert len(live) == 1


@contextmanager
def another_process(office: Office, tmp_path: Path) -> Iterator[str]:
    """The same directory served by processes of their own, under the address given."""
    url = office.service.database.url
    with gunicorn(url, tmp_path / "another", workers=1, anonymous="nothing") as process:
        yield f"{process.url}/api/v1"


@pytest.mark.parametrize("ending", ["token", "account", "partner", "role", "rotated"])
def test_what_one_process_ends_has_ended_in_another(
    office: Office, tmp_path: Path, ending: str
) -> None:
    account, token = office.reader()
    me = office.me(token)
    (role,) = office.done(office.ann, "GET", f"/access/accounts/{account}")["roles"]
    desk = f"/contacts/{rid('contact', 'desk')}"
    with another_process(office, tmp_path) as url, httpx.Client(timeout=20) as client:

        def seen(path: str, one: str = token) -> int:
            headers = {"Authorization": f"Bearer {one}"}
            return client.get(url + path, headers=headers).status_code

        assert [seen("/access/me"), seen(desk), seen(desk)] == [200, 200, 200]
        if ending == "rotated":
            new = office.done(token, "POST", "/access/tokens/rotate")["token"]
            assert [seen("/access/me", one) for one in (token, new)] == [200, 200]
            office.done(token, "POST", "/access/tokens/rotate")
            assert [seen("/access/me", one) for one in (token, new)] == [200, 401]
            return
        path = {
            "token": f"tokens/{me['token']['id']}",
            "account": f"accounts/{account}",
            "partner": f"partners/{me['partner']['id']}",
            "role": f"accounts/{account}/roles/{role['id']}",
        }[ending]
        office.done(office.ben, "DELETE", f"/access/{path}")
        assert seen(desk) == (404 if ending == "role" else 401)


def test_the_first_operator_is_made_by_processes_at_once(
    fresh_database: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "access", "operator", "create"]
    environment = {"DIRECTORY_DATABASE_URL": fresh_database, "DIRECTORY_STATE_DIR": str(tmp_path),
                   "PATH": "/usr/bin:/bin"}  # fmt: skip
    started = [
        subprocess.Popen(
            [*command, name, "--email", f"{name}@alpha.example", "--partner-name", "Alpha"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for name in ("ann", "ben")
    ]
    told = [one.communicate(timeout=60)[0].decode() for one in started]
    assert [one.returncode for one in started] == [0, 0], told
    listed = subprocess.run(
        [*command[:5], "access", "partners", "list", "--as", "ann", "--json"],
        cwd=ROOT, env=environment, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert listed.stdout.count(b'"name":"Alpha"') == 1
