"""The scope of a partner's copy: what it may hold, as a value with a hash.

A scope is the partner's clearance and the networks in whose name it takes part at an instant. It
knows no editors: an account that edits records sees them itself, but its agency's copy does not
hold them for that. RED is outside every scope.
"""

from __future__ import annotations

from dataclasses import dataclass

from directory.documents import canonical, sha256
from directory.policy import Tlp, Viewer


@dataclass(frozen=True, slots=True)
class Scope:
    """What a partner's copy may hold."""

    clearance: Tlp
    networks: frozenset[str]

    @staticmethod
    def of(viewer: Viewer) -> Scope:
        """The scope of a reader's copy; one who may read nothing has that of CLEAR at most."""
        clearance = Tlp.CLEAR if viewer.clearance is None else viewer.clearance
        return Scope(min(clearance, Tlp.AMBER_STRICT), viewer.networks)

    @property
    def viewer(self) -> Viewer:
        """The viewer that the scope is, for the one policy to judge."""
        return Viewer(None, self.networks, self.clearance, frozenset())

    @property
    def hash(self) -> str:
        """The scope's name in cursors: the first four bytes of a SHA-256, in hexadecimal."""
        told = {"clearance": self.clearance.label, "networks": sorted(self.networks), "v": 1}
        return sha256(canonical(told))[:4].hex()
