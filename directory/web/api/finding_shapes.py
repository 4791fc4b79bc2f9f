"""The shape of a doubt about a list, wherever it stands."""

from __future__ import annotations

from marshmallow import Schema, fields


class FindingShape(Schema):
    """A doubt about a cell of a list."""

    cell = fields.String(metadata={"description": "its address in the file: `POC list!L15`"})
    code = fields.String(metadata={"description": "what sort of doubt; docs/lists.md lists them"})
    read = fields.String(metadata={"description": "what stands there"})
    proposed = fields.String(allow_none=True, metadata={"description": "what is made of it"})
    confidence = fields.Float(metadata={"description": "from 0, a guess, to 1, certain"})
