import tomllib
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given

from directory.meetings.lists.rules.network_names import ALIASES, NetworkName, read_networks
from directory.names import fold
from tests.unit.meetings.lists.rules.accounting import cells, told

SEED = Path(__file__).parents[5] / "seed" / "reference" / "networks.toml"


def _known() -> dict[str, tuple[str, ...]]:
    networks = tomllib.loads(SEED.read_text("utf-8"))["network"]
    return {
        network["slug"]: (*network["name"].values(), *ALIASES.get(network["slug"], ()))
        for network in networks
    }


KNOWN = _known()
G7, INTERPOL, BUDAPEST = "g7-24-7", "interpol", "budapest-35"
WRITTEN = cells(
    *"ab ,;/()\n、?",
    *("G8 24/7", "INTERPOL", "Budapest", " (n/a)", "sub-bureau", ": no", "not ", " and ", "24/7"),
)


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        pytest.param("G8 24/7; INTERPOL", [G7, INTERPOL], id="01 r1: a slash in a name"),
        pytest.param("G8 24/7; INTERPOL; Budapest", [G7, INTERPOL, BUDAPEST], id="01 r18: three"),
        pytest.param("G8 24/7", [G7], id="01 r19: one"),
        pytest.param("G7 24/7", [G7], id="as it is called now"),
        pytest.param("24x7 Network", [G7], id="another spelling"),
        pytest.param("Interpol/G8 24/7", [INTERPOL, G7], id="a slash between two"),
        pytest.param("INTERPOL\nG8 24/7", [INTERPOL, G7], id="lines"),
        pytest.param("INTERPOL、G8 24/7", [INTERPOL, G7], id="an ideographic comma"),
        pytest.param("I-24/7", [INTERPOL], id="by its system"),
        pytest.param("國際刑警組織", [INTERPOL], id="in Chinese"),
        pytest.param("INTERPOL; interpol", [INTERPOL], id="twice"),
        pytest.param(
            "Budapest Convention on Cybercrime, article 35 (24/7 network); INTERPOL",
            [BUDAPEST, INTERPOL],
            id="a full name with a comma in it",
        ),
        pytest.param("g7-24-7, interpol", [G7, INTERPOL], id="slugs"),
        pytest.param("Budapest: yes", [BUDAPEST], id="a yes"),
    ],
)
def test_networks_are_read_as_lists_call_them(text: str, slugs: list[str]) -> None:
    read = read_networks(text, known=KNOWN)
    assert [network.slug for network in read.value or ()] == slugs
    assert read.doubts == ()


def test_every_full_name_is_known() -> None:
    for slug, names in KNOWN.items():
        for name in names:
            read = read_networks(name, known=KNOWN)
            assert [network.slug for network in read.value or ()] == [slug], name


@pytest.mark.parametrize(
    ("text", "expected", "doubt"),
    [
        pytest.param(
            "G8 24/7; INTERPOL (sub-bureau)",
            (
                NetworkName(G7, "G8 24/7"),
                NetworkName(INTERPOL, "INTERPOL (sub-bureau)", "sub-bureau"),
            ),
            ("network-qualified", "INTERPOL (sub-bureau)", "interpol (sub-bureau)"),
            id="01 r6: by way of a sub-bureau",
        ),
        pytest.param(
            "G8 24/7, Budapest (n/a)",
            (NetworkName(G7, "G8 24/7"),),
            ("network-qualified", "Budapest (n/a)", None),
            id="01 r3: not taken part in",
        ),
        pytest.param(
            "G8 24/7; INTERPOL; CTTF project lead",
            (NetworkName(G7, "G8 24/7"), NetworkName(INTERPOL, "INTERPOL")),
            ("unknown-network", "CTTF project lead", None),
            id="01 r9: no network",
        ),
        pytest.param(
            "not INTERPOL", None, ("network-qualified", "not INTERPOL", None), id="denied before"
        ),
        pytest.param(
            "Budapest: no", None, ("network-qualified", "Budapest: no", None), id="denied after"
        ),
        pytest.param(
            "Budapest (pending)",
            None,
            ("network-qualified", "Budapest (pending)", None),
            id="not yet",
        ),
        pytest.param(
            "INTERPOLE", None, ("unknown-network", "INTERPOLE", "interpol"), id="nearly the name"
        ),
    ],
)
def test_what_qualifies_a_network_is_told(
    text: str, expected: tuple[NetworkName, ...] | None, doubt: tuple[str, str, str | None]
) -> None:
    read = read_networks(text, known=KNOWN)
    assert read.value == expected
    assert told(read.doubts) == [doubt]


def test_a_name_of_two_networks_asks() -> None:
    read = read_networks("Desk", known={"first": ["Desk"], "second": ["desk"]})
    assert read.value is None
    assert told(read.doubts) == [("unknown-network", "Desk", "first or second")]


@given(WRITTEN)
def test_every_word_is_in_a_network_or_in_a_doubt(text: str) -> None:
    read = read_networks(text, known=KNOWN)
    said = [*(network.raw for network in read.value or ()), *(doubt.read for doubt in read.doubts)]
    words = set(fold(text).split()) - {"and"}
    assert words <= set(fold(" ".join(said)).split())


@pytest.mark.parametrize("piece", ["a", "(", "INTERPOL ", "24/7", ", ", "a (", "not "])
def test_a_very_long_cell_takes_no_longer_than_its_length(piece: str) -> None:
    begun = perf_counter()
    for length in (10_000, 3_900):
        read_networks((piece * 10_000)[:length], known=KNOWN)
    assert perf_counter() - begun < 1
