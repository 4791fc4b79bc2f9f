"""A file that comes with a request, and what its sender says of it: read strictly, and no further.

Only a route that takes files lets a larger body than others in; everything else stays as small. A
file stays in memory: what it says of people is not left in a folder for temporary files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from directory.changes.schemas import faults_of, messages_of
from directory.errors import Fault, InvalidInputError
from directory.web.bodies import BadBodyError, BodyTooLargeError

FORM = "multipart/form-data"
FIELD = "file"
LONGEST_NAME = 200
BESIDE_THE_FILE_BYTES = 100_000
MOST_PARTS = 50
# Controls, halves of characters, and what turns the direction of the text around it.
_NOT_IN_A_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class BadUploadError(InvalidInputError):
    """What came with a file, or the lack of one, cannot be used."""

    slug = "bad-upload"
    title = "The upload cannot be used"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came.

    Attributes:
        name: What it is called, without the folders on its sender's machine.
        fields: The other fields of the form.
        said: The same as a schema read them.
    """

    name: str
    data: bytes
    fields: dict[str, str]
    said: dict[str, Any]


def read_upload(request: Request, schema: Schema, *, most_bytes: int) -> Upload:
    """The one file of a form, and its other fields.

    Args:
        request: With a body of the form's media type.
        schema: Of the other fields; a field may be said once.
        most_bytes: How large the file may be.

    Raises:
        BodyTooLargeError: The body is larger than the file may be.
        BadBodyError: It ended too early.
        BadUploadError: There is not just one file, or a field is unknown, said twice or unusable.
    """
    try:
        fields, files = _parts(request, most_bytes + BESIDE_THE_FILE_BYTES)
    except RequestEntityTooLarge:
        raise BodyTooLargeError(
            f"A file may have {most_bytes:,} bytes at most, and what is said beside it"
            f" {BESIDE_THE_FILE_BYTES:,} in {MOST_PARTS} fields."
        ) from None
    except ClientDisconnected:
        raise BadBodyError("The body ended before its Content-Length.") from None
    if len(files) != 1 or files[0][0] != FIELD:
        raise BadUploadError(
            f"Send one file, in the field {FIELD!r}: curl -F {FIELD}=@list.xlsx …",
            Fault(f"#/{FIELD}", f"there are {len(files)} files"),
        )
    names = [name for name, _ in fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadUploadError(
            "The form says something twice; nothing was read.",
            *(Fault(f"#/{name}", "stands more than once; say it once") for name in twice),
        )
    try:
        said: dict[str, Any] = schema.load(dict(fields))
    except ValidationError as error:
        raise BadUploadError(
            "The form cannot be used; nothing was read.",
            *faults_of(messages_of(error), read_only=()),
        ) from None
    return Upload(_name(files[0][1].filename), files[0][1].read(), dict(fields), said)


def _parts(
    request: Request, most_bytes: int
) -> tuple[list[tuple[str, str]], list[tuple[str, FileStorage]]]:
    """The fields and the files of a form."""
    request.max_content_length = most_bytes
    parser = FormDataParser(
        stream_factory=lambda *given, **options: BytesIO(),
        max_form_memory_size=BESIDE_THE_FILE_BYTES,
        max_content_length=most_bytes,
        max_form_parts=MOST_PARTS,
    )
    _, fields, files = parser.parse(
        request.stream, request.mimetype, request.content_length, request.mimetype_params
    )
    return list(fields.items(multi=True)), list(files.items(multi=True))


def _name(given: str | None) -> str:
    """What a file is called, of what a browser or a person says it is."""
    text = _NOT_IN_A_NAME.sub("", (given or "").replace("\\", "/"))
    return PurePosixPath(text).name[-LONGEST_NAME:] or "list"
