"""The shapes of answers about partners, accounts and tokens, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import Schema, fields

from directory.access.schemas import AccountSchema, PartnerSchema, TokenSchema
from directory.web.api.shapes import page_of

PartnerPage = page_of(PartnerSchema, "PartnerPage")
AccountPage = page_of(AccountSchema, "AccountPage")
TokenPage = page_of(TokenSchema, "TokenPage")


class IssuedToken(TokenSchema):
    """A token, the only time that it can be read."""

    token = fields.String(
        dump_only=True, metadata={"description": "the token itself; nobody can find it out again"}
    )


class MyPartner(Schema):
    """The partner of whoever asks."""

    id = fields.String()
    name = fields.String()
    organisation = fields.String(allow_none=True)
    economy = fields.String(allow_none=True)
    needs_purpose = fields.Boolean()


class MyRole(Schema):
    """A role in force."""

    role = fields.String()
    economy = fields.String(allow_none=True)


class MyToken(Schema):
    """The token that was used."""

    id = fields.String()
    expires_at = fields.String()


class Me(Schema):
    """Who asks, and what they may see at this instant."""

    id = fields.String()
    name = fields.String()
    email = fields.String(allow_none=True)
    account_kind = fields.String()
    partner = fields.Nested(MyPartner)
    roles = fields.List(fields.Nested(MyRole))
    clearance = fields.String(metadata={"description": "the highest marking they may see"})
    networks = fields.List(
        fields.String(), metadata={"description": "slugs of those their partner takes part in"}
    )
    token = fields.Nested(MyToken)
