"""The shape of a list of change sets."""

from __future__ import annotations

from marshmallow import fields

from directory.web.api.shapes import ChangeSetHead, page_of


class ChangeSetLine(ChangeSetHead):
    """A change set in a list, with whose records it is about."""

    owners = fields.List(
        fields.String(),
        metadata={
            "description": "whose records those of its operations that you may see are about"
        },
    )


ChangeSetPage = page_of(ChangeSetLine, "ChangeSetPage")
