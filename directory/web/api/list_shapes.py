"""The shapes of answers about lists that are taken along, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import Schema, fields

from directory.web.api.shapes import page_of


class ListShape(Schema):
    """A list that can be taken along: `/lists/{slug}.xlsx` or `.csv`."""

    slug = fields.String(metadata={"description": "of the network or meeting"})
    name = fields.String(metadata={"description": "what that is called"})
    list_of = fields.String(metadata={"description": "network or meeting"})


class ExportShape(Schema):
    """A list that was taken along."""

    id = fields.String()
    at = fields.String(metadata={"description": "when, and as of when it holds"})
    valid_until = fields.String()
    partner = fields.String(
        allow_none=True, metadata={"description": "null is somebody without an account"}
    )
    account = fields.String(allow_none=True)
    list = fields.String(
        allow_none=True,
        metadata={"description": "slug of a network or meeting; null where you may not see that"},
    )
    form = fields.String(metadata={"description": "xlsx or csv"})
    digest = fields.String(metadata={"description": "SHA-256 of the file, in hex"})
    records = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "ids of what stood in it; null where that is not for you"},
    )


ListPage = page_of(ListShape, "ListPage")
ExportPage = page_of(ExportShape, "ExportPage")
