"""Proposing change sets and deciding on them over HTTP, as tests put it."""

from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.changes import rows
from directory.changes.models import log_entries
from directory.registry import KINDS
from tests.api.editors import AGENCY, Editors
from tests.api.world import SOURCE

READ_ONLY = ("id", "kind", "revision", "version", "retired_at")


def contact(**more: Any) -> dict[str, Any]:
    return {
        "title": {"en": "New desk"},
        "organisation": AGENCY,
        "economy": "AU",
        "owner": "AU",
        "marking": "CLEAR",
        "source": SOURCE,
    } | more


def new(kind: str, document: dict[str, Any], ref: str | None = None) -> dict[str, Any]:
    return {"op": "put", "kind": kind, "document": document} | ({"ref": ref} if ref else {})


def altered(editors: Editors, kind: str, rid: str, **fields: Any) -> dict[str, Any]:
    """An operation that alters some fields of a record as it stands."""
    document = stored(editors, kind, rid)
    base = document["revision"]
    for name in READ_ONLY:
        del document[name]
    if {"raw"} & fields.keys():
        document |= {"e164": None, "extension": None}
    return {
        "op": "put",
        "kind": kind,
        "id": rid,
        "base_revision": base,
        "document": document | fields,
    }


def stored(editors: Editors, kind: str, rid: str) -> dict[str, Any]:
    """A record's own document, whoever may see it."""
    with editors.service.database.reading() as connection:
        return dict(rows.fetch(connection, KINDS, {kind: [rid]})[rid].document)


def propose(
    editors: Editors,
    who: str,
    *operations: dict[str, Any],
    meeting: str | None = None,
    **headers: str,
) -> TestResponse:
    body = {"reason": "A list from a meeting.", "meeting": meeting, "operations": operations}
    return editors.ask(who, "POST", "/change-sets", body, **headers)


def proposed(editors: Editors, who: str, *operations: dict[str, Any], **more: Any) -> str:
    """The path of a change set that was proposed."""
    response = propose(editors, who, *operations, **more)
    assert response.status_code == 201, response.text
    return response.headers["Location"].removeprefix("/api/v1")


def post(editors: Editors, who: str, where: str, verb: str, **body: Any) -> TestResponse:
    needs_body = verb in {"reject", "revert"}
    return editors.ask(who, "POST", f"{where}/{verb}", body if needs_body else None)


def amend(editors: Editors, who: str, where: str, n: int, **body: Any) -> TestResponse:
    return editors.ask(who, "PATCH", f"{where}/operations/{n}", body)


def done(response: TestResponse) -> Any:
    assert response.status_code in {200, 201}, response.text
    return response.get_json()


def pointers(response: TestResponse) -> list[str]:
    return [fault["pointer"] for fault in response.get_json()["errors"]]


def logged(editors: Editors, record: str, revision: int) -> list[str]:
    """The paths of the change sets that wrote a revision."""
    with editors.service.database.reading() as connection:
        found = connection.scalars(
            select(log_entries.c.change_set).where(
                log_entries.c.rid == record, log_entries.c.revision == revision
            )
        )
        return [f"/change-sets/{each}" for each in found]
