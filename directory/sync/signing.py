"""Signing heads and checking them: ES256, as JWS in its compact form.

Both ends use this: an origin to sign, a mirror to verify. What is signed is read only after its
signature was found to hold.

Source:
    RFC 7515, JSON Web Signature; RFC 7638, JSON Web Key thumbprints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from directory.documents import Document, canonical
from directory.sync.errors import BadSignatureError
from directory.sync.rules.claims import HeadClaims

ALGORITHM = "ES256"
CURVE = "P-256"
LONGEST = 16_384
"""The longest signed head that is looked at."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and in which time it signs.

    Attributes:
        kid: Its RFC 7638 thumbprint.
        start: From when on it signs.
        end: When the next one takes over; None while none is announced.
    """

    kid: str
    key: ECKey
    start: datetime
    end: datetime | None = None

    @property
    def public(self) -> Document:
        """The public key as a JWK."""
        told: Document = dict(self.key.as_dict(private=False))
        return told | {"kid": self.kid, "alg": ALGORITHM, "use": "sig"}


def sign(claims: HeadClaims, key: SigningKey) -> str:
    """A head as a signed text."""
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jws.serialize_compact(header, canonical(claims.document()), key.key)


def verify(text: str, keys: Sequence[Mapping[str, Any]]) -> tuple[str, HeadClaims]:
    """Check the signature of a head and read it.

    Args:
        text: The head, as a JWS in compact form.
        keys: The public keys (JWK) that are believed.

    Returns:
        The thumbprint of the key that signed, and the claims.

    Raises:
        BadSignatureError: No key that is believed signed it, or it is no head.
    """
    kid = _kid_of(text)
    key = next((found for found in map(_public_key, keys) if found.thumbprint() == kid), None)
    if key is None:
        raise BadSignatureError(
            f"The head is signed with the key {kid}, which is none of those believed here.", kid=kid
        )
    try:
        payload = jws.deserialize_compact(text, key, algorithms=[ALGORITHM]).payload
        return kid, HeadClaims.read(orjson.loads(payload or b""))
    except (JoseError, ValueError) as error:
        raise BadSignatureError(
            f"The head is not what the key {kid} signed: {error}", kid=kid, is_known=True
        ) from None


def _kid_of(text: str) -> str:
    try:
        if len(text) > LONGEST:
            raise ValueError("it is too long")
        header = jws.extract_compact(text.encode("ascii")).protected
        if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
            raise ValueError(f"it does not name {ALGORITHM} and a key")
    except (JoseError, ValueError) as error:
        raise BadSignatureError(f"That is no signed head: {error}") from None
    kid: str = header["kid"]
    return kid


def _public_key(told: Mapping[str, Any]) -> ECKey:
    return _imported(told.get("kty"), told.get("crv"), told.get("x"), told.get("y"))


@lru_cache(maxsize=64)
def _imported(kty: Any, crv: Any, x: Any, y: Any) -> ECKey:
    return ECKey.import_key({"kty": kty, "crv": crv, "x": x, "y": y})
