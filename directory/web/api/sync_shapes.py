"""The shapes of what a partner's copy is made of, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import Schema, fields

from directory.web.api.shapes import page_of


class EntryShape(Schema):
    """An entry of the log as far as the scope may see it: one of four forms."""

    env = fields.String(
        metadata={"description": "the envelope, as text that holds its exact canonical bytes"}
    )
    body = fields.String(
        allow_none=True,
        metadata={
            "description": "the payload, likewise; null where it has been erased. Absent where the"
            " entry is none of yours to see"
        },
    )
    remove = fields.Integer(metadata={"description": "1: the record has left your sight; drop it"})
    leaf = fields.String(
        metadata={"description": "instead of all else: the entry's leaf hash, in hex"}
    )


class ChangesShape(Schema):
    """A page of the feed."""

    log = fields.String(metadata={"description": "id of the log"})
    from_ = fields.Integer(
        data_key="from", metadata={"description": "the entry after which it begins"}
    )
    to = fields.Integer(metadata={"description": "its last entry"})
    more = fields.Boolean(metadata={"description": "whether more entries follow at once"})
    cursor = fields.String(metadata={"description": "what to ask with next"})
    root = fields.String(metadata={"description": "the tree's root after its last entry, in hex"})
    entries = fields.List(fields.Nested(EntryShape))


class HeadShape(Schema):
    """The newest head of the log."""

    head = fields.String(metadata={"description": "a JWS in compact form, ES256"})


class KeyShape(Schema):
    """A public key (RFC 7517)."""

    kty = fields.String()
    crv = fields.String()
    x = fields.String()
    y = fields.String()
    kid = fields.String(metadata={"description": "its RFC 7638 thumbprint"})
    alg = fields.String()
    use = fields.String()


class KeysShape(Schema):
    """The public keys that heads are signed with: the present one, then the next."""

    keys = fields.List(fields.Nested(KeyShape))


class DigestShape(Schema):
    """What a copy holds at a cursor, in short."""

    cursor = fields.String()
    records = fields.Integer()
    digest = fields.String(
        metadata={
            "description": "SHA-256 over a line `<id> <revision> <payload_hash>` for each record,"
            " sorted by id, in hex"
        }
    )


class CopyShape(Schema):
    """A copy that was taken, or is kept up to date."""

    id = fields.String()
    at = fields.String(metadata={"description": "when it was taken; of a feed, when last asked"})
    valid_until = fields.String(allow_none=True)
    partner = fields.String(allow_none=True)
    account = fields.String(
        allow_none=True, metadata={"description": "null was made at the machine"}
    )
    form = fields.String(metadata={"description": "feed, snapshot or offline"})
    log = fields.String()
    size = fields.Integer(metadata={"description": "how far it reaches in the log"})
    clearance = fields.String(allow_none=True)
    networks = fields.List(fields.String(), allow_none=True)
    records = fields.Integer(allow_none=True, metadata={"description": "how many it held"})
    digest = fields.String(
        allow_none=True, metadata={"description": "SHA-256 of its bytes, in hex"}
    )


CopyPage = page_of(CopyShape, "CopyPage")
