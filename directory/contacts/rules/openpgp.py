"""What an OpenPGP key says about itself.

What a newcomer would get wrong: the library accepts a private key where a public one is asked for
and drops the secret part in silence. Whoever pasted it has already shown it to too many: it is
refused, and they are told.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from pysequoia import Cert
from pysequoia.packet import PacketPile, Tag

LARGEST_KEY_CHARACTERS = 256 * 1024
_SECRET = (Tag.SecretKey, Tag.SecretSubkey)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is read from a public key and never typed in.

    Attributes:
        fingerprint: Upper-case hexadecimal.
        user_ids: In the order of the key.
        expires_at: Aware UTC, or None when it does not expire.
    """

    fingerprint: str
    user_ids: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None


def read_key(armored: str) -> KeyFacts:
    """Read one ASCII-armored public key.

    Raises:
        ValueError: When it is not exactly one public key, in words for the person who pasted it.
    """
    text = armored.strip()
    if "PRIVATE KEY" in text:
        raise ValueError(_PRIVATE)
    if len(text) > LARGEST_KEY_CHARACTERS:
        raise ValueError("This is too large for one OpenPGP key: export the desk's key alone.")
    if not text.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----"):
        raise ValueError(_RUBBISH)
    if text.count("-----BEGIN") > 1:
        raise ValueError(_SEVERAL)
    try:
        data = text.encode(errors="replace")
        packets = list(PacketPile.from_bytes(data))
        if any(packet.tag in _SECRET for packet in packets):
            raise ValueError(_PRIVATE)
        if sum(packet.tag == Tag.PublicKey for packet in packets) > 1:
            raise ValueError(_SEVERAL)
        return _facts(Cert.from_bytes(data), packets[0].key_created)
    except (RuntimeError, IndexError):  # the library's only error, with a stack trace as its text
        raise ValueError(_RUBBISH) from None


def _facts(cert: Cert, created_at: datetime | None) -> KeyFacts:
    if created_at is None:
        raise ValueError(_RUBBISH)
    expires_at = cert.expiration
    return KeyFacts(
        fingerprint=cert.fingerprint.upper(),
        user_ids=tuple(str(user_id) for user_id in cert.user_ids),
        created_at=created_at.astimezone(UTC),
        expires_at=expires_at.astimezone(UTC) if expires_at is not None else None,
    )


_PRIVATE = (
    "This is a PRIVATE key. It was not stored. Whoever holds it can read what is sent to this "
    "desk: treat it as exposed, revoke it, and publish the public key of a new one."
)
_SEVERAL = "This holds more than one key: give each key a record of its own."
_RUBBISH = (
    "This is not an OpenPGP public key: paste the whole block from "
    "'-----BEGIN PGP PUBLIC KEY BLOCK-----' to '-----END PGP PUBLIC KEY BLOCK-----'."
)
