"""What operators send: partners, accounts, roles and the lives of tokens.

Strict: an unknown field is refused by its name, and so is one that only the directory sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from directory.access.errors import InvalidAccessError
from directory.access.rules import LONGEST_LIFE, USUAL_LIFE, AccountKind
from directory.changes.schemas import code, faults_of, messages_of, one_of, record_id
from directory.policy import MARKINGS, Role

LONGEST_NAME = 200
JOINERS = "\u200c\u200d"
"""Characters that print nothing and belong to names in some scripts."""


class Line(fields.String):
    """A name on one line, without what would move the pen of whoever prints it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not 1 <= len(text) <= LONGEST_NAME:
            raise ValidationError(f"write 1 to {LONGEST_NAME} characters")
        if not all(character.isprintable() or character in JOINERS for character in text):
            raise ValidationError("holds characters that cannot be printed")
        return text


class Email(fields.String):
    """An e-mail address in small letters; no name server is asked."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        try:
            read = validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValidationError(f"is no e-mail address: {error}") from None
        return read.normalized.lower()


class Truth(fields.Boolean):
    """True or false, and none of the words and numbers that might mean it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("write true or false")
        return value


class PartnerSchema(Schema):
    """An agency that uses the directory."""

    id = record_id(dump_only=True)
    name = Line(required=True)
    organisation = record_id(
        load_default=None,
        allow_none=True,
        metadata={"description": "its record here; its designations decide its networks"},
    )
    economy = code(load_default=None, allow_none=True)
    clearance = one_of(
        MARKINGS, required=True, metadata={"description": "the highest marking it may see"}
    )
    needs_purpose = Truth(
        load_default=False,
        metadata={"description": "whether its accounts must say for what they read"},
    )
    created_at = fields.String(dump_only=True)
    created_by = fields.String(dump_only=True, allow_none=True)
    closed_at = fields.String(dump_only=True, allow_none=True)


class RoleSchema(Schema):
    """What an account is for."""

    id = record_id(dump_only=True)
    role = one_of([str(role) for role in Role], required=True)
    economy = code(
        load_default=None,
        allow_none=True,
        metadata={"description": "whose records an editor writes; null for every other role"},
    )
    needs_confirmation = fields.Boolean(
        dump_only=True,
        metadata={"description": "whether it has no effect before a second operator confirms it"},
    )
    granted_at = fields.String(dump_only=True)
    granted_by = fields.String(dump_only=True, allow_none=True)
    confirmed_at = fields.String(dump_only=True, allow_none=True)
    confirmed_by = fields.String(dump_only=True, allow_none=True)
    revoked_at = fields.String(dump_only=True, allow_none=True)
    revoked_by = fields.String(dump_only=True, allow_none=True)

    @validates_schema
    def an_editor_is_one_of_an_economy(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Whoever edits answers for one economy at a time; no other role names one."""
        if (data["role"] == Role.EDITOR) != (data["economy"] is not None):
            raise ValidationError("an editor's role names one economy, no other does", "economy")


class AccountChangeSchema(Schema):
    """What may be altered of an account: how a person or a service is called."""

    id = record_id(dump_only=True)
    partner = record_id(dump_only=True)
    account_kind = fields.String(dump_only=True)
    name = Line(required=True)
    email = Email(load_default=None, allow_none=True)
    created_at = fields.String(dump_only=True)
    created_by = fields.String(dump_only=True, allow_none=True)
    closed_at = fields.String(dump_only=True, allow_none=True)
    roles = fields.List(fields.Nested(RoleSchema), dump_only=True)


class AccountSchema(AccountChangeSchema):
    """A person or a service of a partner's."""

    partner = record_id(required=True)
    account_kind = one_of([str(kind) for kind in AccountKind], load_default=str(AccountKind.PERSON))

    @validates_schema
    def a_person_is_known(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Two accounts of one person are known by the address."""
        if data["account_kind"] == AccountKind.PERSON and data["email"] is None:
            raise ValidationError("a person's account names an e-mail address", "email")


class TokenSchema(Schema):
    """An account's token, without its secret."""

    id = record_id(dump_only=True)
    account = record_id(required=True)
    hint = fields.String(dump_only=True, metadata={"description": "how it begins"})
    issued_at = fields.String(dump_only=True)
    issued_by = fields.String(dump_only=True, allow_none=True)
    expires_at = fields.String(dump_only=True)
    replaces = fields.String(
        dump_only=True, allow_none=True, metadata={"description": "the one it was rotated from"}
    )
    revoked_at = fields.String(dump_only=True, allow_none=True)
    revoked_by = fields.String(dump_only=True, allow_none=True)
    last_used_at = fields.String(
        dump_only=True, allow_none=True, metadata={"description": "to about a minute"}
    )


class TokenRequestSchema(TokenSchema):
    """For whom a token shall be, and for how long."""

    days = fields.Integer(
        load_default=USUAL_LIFE.days,
        strict=True,
        validate=validate.Range(1, LONGEST_LIFE.days),
        metadata={"description": "after how many days it ends"},
    )


def load(schema: type[Schema], body: Mapping[str, Any]) -> dict[str, Any]:
    """Check and complete what was sent.

    Raises:
        InvalidAccessError: One fault per field that is unknown, not the sender's to set, or wrong.
    """
    made = schema()
    try:
        loaded: dict[str, Any] = made.load(body)
    except ValidationError as error:
        read_only = [name for name, field in made.fields.items() if field.dump_only]
        raise InvalidAccessError(
            "This cannot be accepted; nothing was written.",
            *faults_of(messages_of(error), read_only=read_only),
        ) from None
    return loaded
