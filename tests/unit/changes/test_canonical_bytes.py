"""The canonical bytes of documents, held to RFC 8785 as another program writes it."""

import math
import random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from directory.documents import LARGEST_INTEGER, canonical

KEYS = st.text(st.characters(max_codepoint=0x7F), max_size=8)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
DOCUMENTS = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=8,
    ),
    max_size=6,
)


@given(DOCUMENTS)
def test_h34_our_bytes_are_those_of_rfc_8785(document: dict[str, Any]) -> None:
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(chr, range(0x20))),
        "\x7f\x80\u2028\u2029\ufeff",
        "\"\\/<>&'",
        "e\u0301 \u00e9 \U0001f4de \ud55c \u1112\u1161\u11ab",
    ],
    ids=["control characters", "invisible ones", "quotes and slashes", "composed and not"],
)
def test_h34_awkward_text_is_written_as_rfc_8785_does(text: str) -> None:
    assert canonical({"a": text}) == rfc8785.dumps({"a": text})


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param({"a": 1.0}, "#/a", id="a float, even a whole one"),
        pytest.param({"a": -0.0}, "#/a", id="minus nought"),
        pytest.param({"a": 1e21}, "#/a", id="a float with an exponent"),
        pytest.param({"a": math.nan}, "#/a", id="not a number"),
        pytest.param({"a": 2**53}, "#/a", id="an integer some readers round"),
        pytest.param({"a": [0, -(2**53)]}, "#/a/1", id="a negative one"),
        pytest.param({"é": 1}, "#", id="a key outside ASCII, which two orders would sort apart"),
        pytest.param({1: "a"}, "#", id="a key that is no text"),
        pytest.param({"a": "\ud83d"}, "#/a", id="half of a character"),
        pytest.param({"a": "x\udc00y"}, "#/a", id="its other half"),
        pytest.param({"a": b"x"}, "#/a", id="bytes"),
        pytest.param({"a": (1, 2)}, "#/a", id="a tuple"),
    ],
)
def test_h34_what_writers_disagree_about_is_refused_with_its_place(value: Any, place: str) -> None:
    with pytest.raises(ValueError, match=rf"^{place}: "):
        canonical(value)


def test_depth_has_an_end() -> None:
    value: list[Any] = []
    for _ in range(15):
        value = [value]
    canonical(value)
    with pytest.raises(ValueError, match="nested deeper"):
        canonical([value])


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_keys_were_set_leaves_no_trace(
    document: dict[str, Any], dice: random.Random
) -> None:
    keys = list(document)
    dice.shuffle(keys)
    assert canonical({key: document[key] for key in keys}) == canonical(document)
