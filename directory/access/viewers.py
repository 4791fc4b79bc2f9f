"""The viewer behind a request or a command."""

from __future__ import annotations

from directory.policy import DIRECTORY, NOBODY, PUBLIC, Tlp, Viewer
from directory.settings import Anonymous


def anonymous_viewer(
    opening: Anonymous, owners: frozenset[str], networks: frozenset[str]
) -> Viewer:
    """The viewer without an account, as far as the operator has opened the directory.

    Args:
        opening: What the operator has set.
        owners: Codes of all economies, for a trial in which one viewer stands for all of them.
        networks: Slugs of all networks, likewise.
    """
    if opening is Anonymous.NOTHING:
        return NOBODY
    if opening is Anonymous.CLEAR:
        return PUBLIC
    return Viewer(None, networks, Tlp.RED, owners | {DIRECTORY})
