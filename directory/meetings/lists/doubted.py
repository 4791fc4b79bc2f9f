"""A change set as it is answered, with what is doubted of each operation read from a list."""

from __future__ import annotations

from sqlalchemy import Connection

from directory.changes import views
from directory.changes.kinds import Kinds
from directory.documents import Document
from directory.meetings.lists.queries import findings_of
from directory.pages import USUAL_ITEMS
from directory.policy import Viewer


def doubted_change_set(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    limit: int = USUAL_ITEMS,
    page: str | None = None,
) -> Document:
    """One change set with a page of the operations that the viewer may see.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        BadPageError: The page is not one of this change set.
    """
    found = views.change_set(connection, kinds, rid, viewer=viewer, limit=limit, page=page)
    operations = found["operations"]
    first, most = operations[0]["n"], len(operations)
    # Only what came out of a list is doubted, and that is always of a bundle.
    is_from_a_list = found["bundle"] is not None
    doubted = (
        findings_of(connection, kinds, rid, viewer=viewer, first=first, most=most)
        if is_from_a_list
        else {}
    )
    for operation in operations:
        operation["findings"] = doubted.get(operation["n"], [])
    return found


def doubted_operation(
    connection: Connection, kinds: Kinds, rid: str, n: int, *, viewer: Viewer
) -> Document:
    """One operation of a change set that waits.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UnknownOperationError: It has no such operation, as far as they may know.
    """
    told = views.operation(connection, kinds, rid, n, viewer=viewer)
    doubted = findings_of(connection, kinds, rid, viewer=viewer, first=n, most=1)
    return told | {"findings": doubted.get(n, [])}
