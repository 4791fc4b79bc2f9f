"""The keys that a copy believes, as whoever runs it names them: by themselves or by their name.

A key's name is the RFC 7638 thumbprint, a hash of the key: who knows the name on a way that they
trust may take the key itself from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from directory.sync.mirror.errors import BadOriginError

_NAME = re.compile(r"[A-Za-z0-9_-]{43}")
Key = dict[str, Any]


def kid_of(key: Mapping[str, Any]) -> str:
    """The name of a public key.

    Raises:
        BadOriginError: It is none that heads are signed with.
    """
    public: dict[str, Any] = {name: key.get(name) for name in ("kty", "crv", "x", "y")}
    try:
        if public["kty"] != "EC" or public["crv"] != "P-256":
            raise ValueError("it is no key on the curve P-256")
        return str(ECKey.import_key(public).thumbprint())
    except (JoseError, TypeError, ValueError) as error:
        raise BadOriginError(f"That is no public key for ES256: {error}") from error


def pinned(told: str, ask: Callable[[], Iterable[Mapping[str, Any]]]) -> Key:
    """The key that somebody has named.

    Args:
        told: A key's name, the key itself (JWK), or a set of one (JWKS).
        ask: Where a key may be had whose name alone is told.

    Raises:
        BadOriginError: There is none, or not one.
    """
    text = told.strip()
    if _NAME.fullmatch(text):
        for key in ask():
            if kid_of(key) == text:
                return _public(key)
        raise BadOriginError(
            f"The origin has no key {text}. Was it typed as it was told? If so, ask its operator"
            " once more, on another way than this one: keys change, and somebody may stand in"
            " between."
        )
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadOriginError(
            "A key is told by its name (43 letters and digits), or as a JWK, in a file or as it is."
        ) from None
    keys = found.get("keys", [found]) if isinstance(found, dict) else []
    if len(keys) != 1 or not isinstance(keys[0], dict):
        raise BadOriginError("Exactly one key is needed: the one that signs now.")
    return _public(keys[0])


def _public(key: Mapping[str, Any]) -> Key:
    return {name: key[name] for name in ("kty", "crv", "x", "y")} | {"kid": kid_of(key)}
