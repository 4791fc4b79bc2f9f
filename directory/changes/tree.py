"""The log's hash tree, as RFC 6962 defines it, grown one leaf at a time.

Only the frontier is kept: the roots of the perfect subtrees that the leaves so far form, largest
first. Their sizes are the binary digits of the number of leaves, so they need not be stored.

Source:
    RFC 6962, section 2.1.
"""

from __future__ import annotations

from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(envelope: bytes) -> bytes:
    """The hash of one leaf: an entry's envelope, as the exact bytes that are stored."""
    return sha256(b"\x00" + envelope).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree.

    Attributes:
        size: Number of leaves.
    """

    __slots__ = ("_subtrees", "size")

    def __init__(self, size: int = 0, subtrees: bytes = b"") -> None:
        if len(subtrees) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} perfect subtrees")
        self.size = size
        self._subtrees = [
            subtrees[start : start + HASH_BYTES] for start in range(0, len(subtrees), HASH_BYTES)
        ]

    def push(self, leaf: bytes) -> None:
        """Add a leaf's hash at the right."""
        merged, size = leaf, self.size
        while size & 1:
            merged = node_hash(self._subtrees.pop(), merged)
            size >>= 1
        self._subtrees.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """The hash of the whole tree so far, 32 bytes."""
        if not self._subtrees:
            return EMPTY_ROOT
        root, *rest = reversed(self._subtrees)
        for subtree in rest:
            # As node_hash does, which would be called a dozen times for every entry of the log.
            root = sha256(b"\x01" + subtree + root).digest()
        return root

    def packed(self) -> bytes:
        """The subtrees' roots one after another, at most 64 x 32 bytes."""
        return b"".join(self._subtrees)
