"""A mirror tells whose copy it is to those who may ask it, and to nobody else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.errors import UnavailableError
from directory.registry import KINDS
from directory.sync.mirror.adding import add_origin
from directory.web import mirrored
from directory.web.context import running
from tests.scenarios.mirror.running import MirrorService, mirror_service, partner_token

ADDRESS = "https://directory.example"


@pytest.fixture
def mirror(new_database: Callable[[], str], tmp_path: Path) -> Iterator[MirrorService]:
    mirror = mirror_service(new_database(), tmp_path)
    with mirror.database.writing() as connection:
        add_origin(connection, KINDS, address=ADDRESS, account="a", token="b", key={})  # noqa: S106
    yield mirror
    running(mirror.app).dispose()


def test_a_stranger_is_not_told_whose_copy_it_is(mirror: MirrorService) -> None:
    for path in ("/nothing", "/contacts", "/sync/head", "/contacts/x/y/z", "/sync"):
        for method in ("GET", "POST", "PATCH"):
            answer = mirror.ask(None, path, method)
            assert answer.status_code >= 400
            assert ADDRESS not in answer.text + str(answer.headers), (method, path)
    token = partner_token(mirror.database, "reading")
    assert mirror.ask(token, "/contacts").headers["Copy-Of"] == ADDRESS


def test_an_answer_stands_where_the_age_of_the_copy_cannot_be_read(
    mirror: MirrorService, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = partner_token(mirror.database, "reading")

    def is_down(*_: Any) -> None:
        raise UnavailableError("The database is down.")

    monkeypatch.setattr(mirrored, "find_state", is_down)
    answer = mirror.ask(token, "/contacts")
    assert (answer.status_code, "Copy-Of" in answer.headers) == (200, False)
