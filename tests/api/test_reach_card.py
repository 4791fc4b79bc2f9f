"""The answer as plain text, for every pair of economies that the directory knows."""

import re
from typing import Any

import pytest

from tests.api.service import Service

AT = "2026-11-21T19:00:00Z"
VALID_UNTIL = re.compile(r"Valid until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.parametrize("directory", ["real", "demo"])
def test_a_card_never_exceeds_forty_lines_and_says_until_when_it_holds(
    real: Service, demo: Service, directory: str
) -> None:
    service = {"real": real, "demo": demo}[directory]
    economies = service.get("/economies")["items"]
    codes = [economy["code"] for economy in economies]
    longest = 0
    for origin in (None, *codes):
        for to in economies:
            response = service.ask(
                "/reach", accept="text/plain", to=to["code"], from_=origin, at=AT
            )
            assert response.status_code == 200
            assert response.content_type == "text/plain; charset=utf-8"
            text = response.get_data(as_text=True)
            lines = text.splitlines()
            longest = max(longest, len(lines))
            assert len(lines) <= 40, text
            assert VALID_UNTIL.search(text), text
            assert to["name"]["en"] in text
    assert longest > 10


def test_a_card_holds_the_answer_of_the_document(demo: Service) -> None:
    query: dict[str, Any] = {"to": "JP", "from_": "US", "function": "preservation", "at": AT}
    answer = demo.get("/reach", **query)
    card = demo.ask("/reach", accept="text/plain", **query).get_data(as_text=True)
    assert " ".join(answer["answer"].split())[:60] in " ".join(card.split())
    assert answer["routes"][0]["call"]["raw"] in card
    assert card.startswith("TLP:")
    assert card.endswith("\n")


def test_json_is_given_where_a_caller_minds_nothing(demo: Service) -> None:
    for accept in (None, "*/*", "application/json", "application/json, text/plain"):
        response = demo.ask("/reach", accept=accept, to="JP")
        assert response.content_type == "application/json"
    liked = demo.ask("/reach", accept="application/json;q=0.1, text/plain", to="JP")
    assert liked.mimetype == "text/plain"
    problem = demo.refused("/reach", 406, accept="image/png", to="JP")
    assert "Accept" in problem["detail"]
