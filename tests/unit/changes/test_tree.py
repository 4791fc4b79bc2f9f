"""The log's tree, held to RFC 6962 as written down there and as another program computes it."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from directory.changes.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.push(leaf_hash(leaf))
    return frontier


def test_the_root_is_rfc_6962s_at_every_size_up_to_300() -> None:
    frontier, leaves, oracle = Frontier(), list[bytes](), InmemoryTree(algorithm="sha256")
    assert frontier.root() == EMPTY_ROOT == root_by_definition([])
    for size in range(1, 301):
        leaves.append(f"entry {size}".encode())
        oracle.append_entry(leaves[-1])
        frontier.push(leaf_hash(leaves[-1]))
        assert frontier.size == size
        assert frontier.root() == root_by_definition(leaves) == oracle.get_root()


@given(st.lists(st.binary(max_size=40), max_size=80))
def test_the_root_of_any_leaves_is_rfc_6962s(leaves: list[bytes]) -> None:
    assert grown(leaves).root() == root_by_definition(leaves)


@pytest.mark.parametrize("size", [1000, 4095, 4096, 4097])
def test_the_root_of_a_large_tree_is_rfc_6962s(size: int) -> None:
    dice = random.Random(size)  # noqa: S311 - repeatable
    leaves = [dice.randbytes(20) for _ in range(size)]
    assert grown(leaves).root() == root_by_definition(leaves)


@given(st.lists(st.binary(max_size=4), max_size=70), st.lists(st.binary(max_size=4), max_size=9))
def test_a_frontier_unpacked_grows_on_as_the_one_that_was_packed(
    before: list[bytes], after: list[bytes]
) -> None:
    packed = grown(before).packed()
    frontier = Frontier(len(before), packed)
    assert frontier.root() == root_by_definition(before)
    for leaf in after:
        frontier.push(leaf_hash(leaf))
    assert frontier.root() == root_by_definition(before + after)
    assert frontier.packed() == grown(before + after).packed()


@pytest.mark.parametrize(
    ("size", "subtrees"), [(0, b"\0" * 32), (1, b""), (3, b"\0" * 32), (2, b"\0" * 31)]
)
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, subtrees: bytes) -> None:
    with pytest.raises(ValueError, match="perfect subtrees"):
        Frontier(size, subtrees)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
