"""What a person says of a list beside the file, and what follows from leaving it out."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from directory.changes.schemas import one_of, slug
from directory.ids import RECORD_ID
from directory.meetings.lists.claims import NEW
from directory.meetings.lists.plans import Options
from directory.policy import MARKINGS, Tlp, Viewer

MOST_MATCHES = 500
_MATCH = re.compile(r"\s*([1-9][0-9]{0,6})\s*=\s*(\S+)\s*\Z")
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
USUAL_MARKING = Tlp.AMBER
"""What a list brings is restricted until somebody widens it: no number is public by default."""


class MatchesField(fields.Field[dict[int, str]]):
    """Rows and the contacts that they are about: ``15=<id>, 16=new``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[int, str]:
        found: dict[int, str] = {}
        for part in str(value).split(","):
            match = _MATCH.match(part)
            if match is None or not (match[2] == NEW or RECORD_ID.match(match[2])):
                raise ValidationError(
                    f"{part.strip()!r} is no match; write the row's number and the contact's id,"
                    " or new: 15=01234567-89ab-…, 16=new"
                )
            found[int(match[1])] = match[2]
        if len(found) > MOST_MATCHES:
            raise ValidationError(f"name at most {MOST_MATCHES} rows")
        return found


class SayingSchema(Schema):
    """What a sender says of a list."""

    meeting = slug(
        load_default=None, metadata={"description": "slug of the meeting that it comes from"}
    )
    sheet = fields.String(
        load_default=None,
        validate=validate.Length(1, 100),
        metadata={"description": "the sheet to take; the first with a list on it if left out"},
    )
    encoding = fields.String(
        load_default=None,
        validate=validate.Length(1, 40),
        metadata={"description": "of a text file, where the guess was wrong: cp950, utf-8, …"},
    )
    delimiter = fields.String(
        load_default=None,
        validate=validate.Length(1, 20),
        metadata={"description": "of a text file, where the guess was wrong: ; or tab"},
    )
    dates = one_of(
        (DAY_FIRST, MONTH_FIRST),
        load_default=None,
        metadata={"description": "what comes first in 3/4/2012; the list's own dates tell if not"},
    )
    marking = one_of(
        MARKINGS,
        load_default=None,
        metadata={
            "description": "of what the list brings new; AMBER if left out, or your own clearance"
            " where that is lower. Who is cleared for CLEAR alone has to say it: it would be public"
        },
    )
    matches = MatchesField(
        load_default=dict,
        metadata={
            "type": "string",
            "description": "rows that nothing could tell: `15=<id of the contact>, 16=new`",
        },
    )

    @post_load
    def as_options(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Keep apart how the file is read and what is made of it."""
        marking = data["marking"]
        return {
            "encoding": data["encoding"],
            "delimiter": data["delimiter"],
            "options": Options(
                meeting=data["meeting"],
                sheet=data["sheet"],
                marking=USUAL_MARKING if marking is None else Tlp.from_label(marking),
                matches=data["matches"],
                is_month_first=None if data["dates"] is None else data["dates"] == MONTH_FIRST,
            ),
        }


def within_clearance(options: Options, viewer: Viewer) -> Options:
    """The options of somebody who is cleared for less than the usual marking."""
    if viewer.clearance is None or options.marking <= viewer.clearance:
        return options
    return Options(
        options.meeting,
        options.sheet,
        viewer.clearance,
        options.matches,
        options.is_month_first,
    )
