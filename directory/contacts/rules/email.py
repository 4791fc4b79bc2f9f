"""Electronic mail addresses as people write them in lists.

What a newcomer would get wrong: the text around an address stays as it was written, because
somebody may still make sense of it at night. Only a text that holds no address is no channel.
"""

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_IN_BRACKETS = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_BARE = re.compile(r"[^\s<>()\[\],;:\"、；，]+@[^\s<>()\[\],;:\"、；，]+")
# The library takes these as they are, but takes long to say so. No label holds two hyphens in a
# row: "xn--" begins one that stands for another.
_PLAIN = re.compile(
    r"[a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,30})?"
    r"@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}\Z"
)
_NO_HOST = re.compile(rf"\.(?:{'|'.join(map(re.escape, SPECIAL_USE_DOMAIN_NAMES))})\Z")
LONGEST_PLAIN = 64


def read_address(raw: str) -> tuple[str | None, tuple[str, ...]]:
    """Read the first address of a text, ``Duty desk <desk@police.example>`` for one.

    No name server is asked, and names reserved for examples are accepted.

    Returns:
        The address, its domain in small letters, or None where there is none; and warnings for
        people.
    """
    text = _INVISIBLE.sub("", raw.translate(_FULL_WIDTH)).strip()
    found = [
        *_IN_BRACKETS.findall(text),
        *(bare.strip(".'") for bare in _BARE.findall(_IN_BRACKETS.sub(" ", text))),
    ]
    if not found:
        return None, (
            (
                f"'{raw.strip()}' holds no e-mail address: write it like desk@police.example or"
                " Duty desk <desk@police.example>."
            ),
        )
    warnings: list[str] = []
    if len(set(found)) > 1:
        warnings.append("More than one address: the first was read, give each a channel.")
    try:
        return _normalized(found[0]), tuple(warnings)
    except EmailNotValidError as error:
        return None, (*warnings, f"It is no e-mail address: {error}")


def _normalized(address: str) -> str:
    if len(address) <= LONGEST_PLAIN and _PLAIN.match(address) and not _NO_HOST.search(address):
        return address
    read = validate_email(address, check_deliverability=False, test_environment=True)
    return read.normalized
