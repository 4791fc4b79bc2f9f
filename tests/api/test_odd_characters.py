"""Characters that no name holds must be refused or find nothing, never break an answer."""

import pytest

from tests.api.service import Service

PATHS = [
    "organisations/{}",
    "networks/{}",
    "meetings/{}",
    "economies/{}",
    "economies/{}/contacts",
    "contacts?organisation={}",
    "contacts?network={}",
    "contacts?q={}",
    "search?q={}",
    "callers?number={}",
    "reach?to={}",
]
ODD = {
    "half a character": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "beyond the basic plane": "%F0%9F%98%80",
    "a query language's own": "%27%22%5C%3A%2A%28%26%7C%21%3C",
    "wildcards": "%25_*",
    "a line break": "a%0D%0Ab",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_character_is_refused_as_malformed(real: Service, path: str) -> None:
    answer = real.app.test_client().get("/api/v1/" + path.format("a%00b"))
    assert answer.status_code == 400
    assert answer.get_json()["type"] == "/problems/malformed-request"


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("path", PATHS)
def test_odd_characters_never_break_an_answer(real: Service, path: str, odd: str) -> None:
    assert real.app.test_client().get("/api/v1/" + path.format(odd)).status_code in {200, 404, 422}
