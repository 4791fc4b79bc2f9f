"""A file that comes with a request, and what its sender says of it: read strictly, and no further.

Only a route that takes files lets a larger body than others in; everything else stays as small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from directory.changes.schemas import faults_of, messages_of
from directory.errors import Fault, InvalidInputError
from directory.web.bodies import BodyTooLargeError

FORM = "multipart/form-data"
FIELD = "file"
LONGEST_NAME = 200
BESIDE_THE_FILE_BYTES = 100_000
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class BadUploadError(InvalidInputError):
    """What came with a file, or the lack of one, cannot be used."""

    slug = "bad-upload"
    title = "The upload cannot be used"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came.

    Attributes:
        name: What it is called, without the folders on its sender's machine.
        said: The other fields of the form, as a schema read them.
    """

    name: str
    data: bytes
    said: dict[str, Any]


def read_upload(request: Request, schema: Schema, *, most_bytes: int) -> Upload:
    """The one file of a form, and its other fields.

    Args:
        request: With a body of the form's media type.
        schema: Of the other fields; a field may be said once.
        most_bytes: How large the file may be.

    Raises:
        BodyTooLargeError: The body is larger than the file may be.
        BadUploadError: There is not just one file, or a field is unknown, said twice or unusable.
    """
    request.max_content_length = most_bytes + BESIDE_THE_FILE_BYTES
    request.max_form_memory_size = BESIDE_THE_FILE_BYTES
    try:
        files = list(request.files.items(multi=True))
        fields = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        raise BodyTooLargeError(f"A file may have {most_bytes:,} bytes at most.") from None
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
    return Upload(_name(files[0][1].filename), files[0][1].read(), said)


def _name(given: str | None) -> str:
    """What a file is called, of what a browser or a person says it is."""
    text = _NOT_IN_A_NAME.sub("", (given or "").replace("\\", "/"))
    return PurePosixPath(text).name[-LONGEST_NAME:] or "list"
