"""The shapes of what is known of channels: what to call, what is confirmed, what is covered."""

from __future__ import annotations

from marshmallow import Schema, fields

from directory.web.api.shape_fields import many_of, names_of, text_of
from directory.web.api.shapes import ChannelView, LabelledShape, Reason, page_of


class LeftOutShape(Schema):
    """A channel that a word does not confirm."""

    channel = fields.String()
    contact = fields.String()
    why = fields.String()


class ConfirmedShape(Schema):
    """What one act has confirmed."""

    change_set = fields.String()
    state = text_of("applied")
    channels = fields.Integer(metadata={"description": "how many channels were confirmed"})
    contacts = fields.Integer(metadata={"description": "of how many contacts"})
    left_out = many_of(LeftOutShape, "those whose last check failed")


class DueShape(ChannelView):
    """A channel to try next."""

    title = names_of("the post it reaches")
    economy = text_of("code of the economy for which the post answers", allow_none=True)
    why = text_of("unverified, failed or stale, or verified and next to lapse")
    around_the_clock = fields.Boolean(
        metadata={"description": "whether it answers at any hour, or its network is for that"}
    )
    reachable = text_of("now, later or unknown")
    opens_at = text_of("when its duty hours next begin, where they do not run", allow_none=True)
    local_time = text_of("what the clock says there now", allow_none=True)
    local_hour = fields.Integer(
        allow_none=True, metadata={"description": "the hour there in which to call"}
    )


DuePage = page_of(DueShape, "DuePage")


class NamedContact(LabelledShape):
    """A contact that lacks something."""

    title = names_of("the post")


class LackingShape(Schema):
    """Contacts that lack something."""

    count = fields.Integer()
    contacts = many_of(NamedContact, "the first of them")


class CellShape(Schema):
    """What an economy's contacts in a network cover."""

    network = text_of("slug; null for contacts that answer for none of them", allow_none=True)
    network_name = fields.Dict(allow_none=True)
    contacts = fields.Integer()
    channels = fields.Integer()
    around_the_clock = fields.Boolean(
        metadata={"description": "whether a channel that has not failed answers at any hour"}
    )
    languages = fields.List(fields.String(), metadata={"description": "as spoken"})
    media = fields.List(fields.String())
    lacks = many_of(Reason, "gaps and single points of failure")
    nothing_verified = fields.Nested(LackingShape)
    without_holder = fields.Nested(LackingShape)
    expired_keys = fields.Nested(LackingShape)


class CoveredEconomy(Schema):
    """What an economy's list covers."""

    code = fields.String()
    name = names_of("under its APEC name")
    networks = many_of(CellShape, "those in which it takes part, by slug")


class CoverageAnswer(Schema):
    """What the lists cover, and what they lack."""

    at = fields.String()
    economies = many_of(CoveredEconomy, "in APEC's order")
