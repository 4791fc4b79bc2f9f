"""The kinds of meeting records, as the log knows them."""

from __future__ import annotations

from typing import Any

from directory.changes.kinds import Kind, OnRetire, Reference
from directory.changes.schemas import given_by, loader
from directory.documents import Document
from directory.meetings import models, schemas
from directory.reference.kinds import day


def _meeting_columns(document: Document) -> dict[str, Any]:
    return {
        "slug": document["slug"],
        "body": document["body"],
        "economy": document["economy"],
        "from_date": day(document["from_date"]),
        "until_date": day(document["until_date"]),
    }


def _attendance_columns(document: Document) -> dict[str, Any]:
    return {key: document[key] for key in ("meeting", "economy", "organisation")}


def _outcome_columns(document: Document) -> dict[str, Any]:
    return {
        key: document[key] for key in ("meeting", "number", "state", "raised_by", "due_meeting")
    }


_OF_A_MEETING = Reference("meeting", "meeting", "slug", on_retire=OnRetire.CASCADE)

MEETING = Kind(
    name="meeting",
    table=models.meetings,
    load=loader(schemas.MeetingSchema),
    given=given_by(schemas.MeetingSchema),
    columns=_meeting_columns,
    references=(
        Reference("body", "organisation"),
        Reference("economy", "economy", "code"),
    ),
    fixed=("slug",),
    unique="slug",
    is_judged_against_all=True,
)
ATTENDANCE = Kind(
    name="attendance",
    table=models.attendances,
    load=loader(schemas.AttendanceSchema),
    given=given_by(schemas.AttendanceSchema),
    columns=_attendance_columns,
    references=(
        _OF_A_MEETING,
        Reference("economy", "economy", "code"),
        Reference("organisation", "organisation"),
    ),
    fixed=("meeting",),
)
OUTCOME = Kind(
    name="outcome",
    table=models.outcomes,
    load=loader(schemas.OutcomeSchema),
    given=given_by(schemas.OutcomeSchema),
    columns=_outcome_columns,
    references=(
        _OF_A_MEETING,
        Reference("raised_by", "economy", "code"),
        Reference("due_meeting", "meeting", "slug", on_retire=OnRetire.KEEP),
    ),
    fixed=("meeting",),
)
