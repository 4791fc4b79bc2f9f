"""Who may see what, over every label and viewer that a small world can make."""

from itertools import chain, combinations, pairwise, product

import pytest

from directory.policy import DIRECTORY, PUBLIC, Label, Tlp, Viewer, covers, may_see

NETWORKS = ("interpol", "g7-24-7")
OWNERS = ("AU", "TW", DIRECTORY)


def subsets(items: tuple[str, ...]) -> list[frozenset[str]]:
    sizes = range(len(items) + 1)
    return [frozenset(some) for some in chain(*(combinations(items, n) for n in sizes))]


LABELS = [Label(*parts) for parts in product(Tlp, subsets(NETWORKS), OWNERS)]
VIEWERS = [
    Viewer(None, networks, clearance, editor_of)
    for networks, clearance, editor_of in product(subsets(NETWORKS), (None, *Tlp), subsets(OWNERS))
]
SEEN_BY = {label: frozenset(v for v in VIEWERS if may_see(v, label)) for label in LABELS}


def label(marking: Tlp, *audience: str, owner: str = DIRECTORY) -> Label:
    return Label(marking, frozenset(audience), owner)


def reader(clearance: Tlp | None, *networks: str, editor_of: tuple[str, ...] = ()) -> Viewer:
    return Viewer(None, frozenset(networks), clearance, frozenset(editor_of))


def test_a_target_is_covered_exactly_when_all_who_see_the_referrer_see_it() -> None:
    wrong = [
        (target, referrer)
        for target, referrer in product(LABELS, LABELS)
        if covers(target, referrer) != (SEEN_BY[referrer] <= SEEN_BY[target])
    ]
    assert wrong == []


def test_without_clearance_nothing_is_seen() -> None:
    assert [x for x in LABELS if may_see(reader(None, *NETWORKS, editor_of=OWNERS), x)] == []


def test_the_public_sees_what_is_clear_and_meant_for_everyone() -> None:
    seen = {x for x in LABELS if may_see(PUBLIC, x)}
    assert seen == {x for x in LABELS if x.marking is Tlp.CLEAR and not x.audience}


@pytest.mark.parametrize("marking", [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT])
def test_an_audience_is_for_its_members_alone(marking: Tlp) -> None:
    shown = label(marking, "interpol")
    assert may_see(reader(marking, "interpol"), shown)
    assert not may_see(reader(Tlp.RED), shown)
    assert not may_see(reader(Tlp.RED, "g7-24-7", editor_of=("AU",)), shown)


def test_one_network_of_an_audience_is_enough() -> None:
    assert may_see(reader(Tlp.GREEN, "g7-24-7"), label(Tlp.GREEN, "interpol", "g7-24-7"))


def test_editors_see_their_own_records_whatever_the_audience() -> None:
    assert may_see(reader(Tlp.AMBER, editor_of=("AU",)), label(Tlp.AMBER, "interpol", owner="AU"))


def test_editing_does_not_raise_the_clearance() -> None:
    assert not may_see(reader(Tlp.GREEN, editor_of=("AU",)), label(Tlp.AMBER, owner="AU"))


def test_red_is_for_its_owners_editors_alone() -> None:
    red = label(Tlp.RED, owner="AU")
    assert may_see(reader(Tlp.RED, editor_of=("AU",)), red)
    assert not may_see(reader(Tlp.RED, *NETWORKS, editor_of=("TW", DIRECTORY)), red)


def test_more_clearance_and_more_networks_never_hide_anything() -> None:
    for networks, editor_of in product(subsets(NETWORKS), subsets(OWNERS)):
        seen = [
            {x for x in LABELS if may_see(Viewer(None, networks, clearance, editor_of), x)}
            for clearance in (None, *Tlp)
        ]
        assert all(less <= more for less, more in pairwise(seen))


@pytest.mark.parametrize("marking", Tlp)
def test_a_marking_is_written_as_it_is_read(marking: Tlp) -> None:
    assert Tlp.from_label(marking.label) is marking
