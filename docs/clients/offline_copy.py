#!/usr/bin/env python3
"""Verify and search an offline copy of the contact directory. Needs Python 3.11 and cryptography.

    python3 offline_copy.py FILE --key KID                    is it what the origin signed?
    python3 offline_copy.py FILE --key KID --search "cyber"   whom to reach; digits find a number

KID is the thumbprint of the origin's signing key, which its operators tell you by another way than
this file. The file's format is described in docs/sync.md. Nothing is shown of a file that does not
verify. Exit code: 0 verified (and found), 1 not to be believed, 2 wrong usage, 3 nothing found,
4 verified, but expired.
"""

import argparse
import base64
import gzip
import hashlib
import json
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

MOST_BYTES = 2_000_000_000


class UnbelievableError(Exception):
    """The file is not what its origin signed."""


def main() -> int:
    """Read the command line, verify, search."""
    parser = argparse.ArgumentParser(description="Verify and search an offline copy.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", required=True, help="thumbprint (kid) of the origin's key")
    parser.add_argument("--search", metavar="TEXT", help="any name in any script, or digits")
    given = parser.parse_args()
    try:
        claims, header, records = verified(read(given.file), given.key)
    except (UnbelievableError, OSError) as error:
        print(f"DO NOT USE THIS FILE: {error}", file=sys.stderr)
        return 1
    except (EOFError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        print(f"DO NOT USE THIS FILE: it is no offline copy ({error})", file=sys.stderr)
        return 1
    print(f"Verified: {header['records']} records of log {claims['log']}, entry {header['size']}.")
    print(f"Signed {claims['at']}, good until {claims['exp']}; up to TLP:{header['clearance']}.")
    is_expired = datetime.fromisoformat(claims["exp"]) <= datetime.now(UTC)
    if is_expired:
        print(
            f"\n{'!' * 72}\nEXPIRED on {claims['exp']}: numbers may have changed since. Ask for a"
        )
        print(f"new copy; call back only on a number that you can check.\n{'!' * 72}")
    found = [] if given.search is None else cards(records, given.search)
    if given.search is not None:
        print("\n\n".join(["", *found]) if found else f"Nothing here says {given.search!r}.")
    if given.search is not None and not found:
        return 3
    return 4 if is_expired else 0


def read(path: Path) -> bytes:
    """The file's bytes, decompressed where it is compressed."""
    with path.open("rb") as file:
        is_compressed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if is_compressed else path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnbelievableError("it is too large to be an offline copy")
    return data


def verified(data: bytes, pin: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """What was signed, the header, and the records; raises where anything does not agree."""
    first, _, rest = data.partition(b"\n")
    opening = json.loads(first)
    if opening.get("form") != "offline-copy" or opening.get("v") != 1:
        raise UnbelievableError("this is no offline copy of version 1")
    claims = signed(opening["head"], opening["keys"]["keys"], pin)
    if hashlib.sha256(rest).hexdigest() != claims["page"]["sha256"]:
        raise UnbelievableError("its content is not what was signed: it was altered or cut off")
    lines = rest.splitlines()
    header = json.loads(lines[0])
    if (header["log"], header["size"]) != (claims["log"], claims["page"]["to"]):
        raise UnbelievableError("its header is of another log than its signature")
    if root_of(header["size"], bytes.fromhex(header["frontier"])) != header["root"]:
        raise UnbelievableError("its tree does not have the root that was signed")
    records = []
    for line in lines[1:]:
        entry = json.loads(line)
        body = entry["body"].encode()
        if hashlib.sha256(body).hexdigest() != json.loads(entry["env"])["payload_hash"]:
            raise UnbelievableError("a record is not what its envelope says")
        records.append(json.loads(body)["record"])
    if len(records) != header["records"]:
        raise UnbelievableError("records are missing")
    return claims, header, records


def signed(jws: str, keys: list[dict[str, Any]], pin: str) -> dict[str, Any]:
    """The claims of a signed head, by the one key that was pinned."""
    head, payload, signature = (part.encode() for part in jws.split("."))
    told = json.loads(unbase64(head))
    key = next((key for key in keys if thumbprint(key) == pin), None)
    if key is None or told.get("alg") != "ES256" or told.get("kid") != pin:
        raise UnbelievableError(f"it was signed by key {told.get('kid')}, not by {pin}")
    x, y = (int.from_bytes(unbase64(key[name].encode())) for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    raw = unbase64(signature)
    try:
        halves = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        public.verify(encode_dss_signature(*halves), head + b"." + payload, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise UnbelievableError("its signature is not the origin's") from None
    claims: dict[str, Any] = json.loads(unbase64(payload))
    return claims


def thumbprint(key: dict[str, Any]) -> str:
    """The name of a key (RFC 7638)."""
    told = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()).rstrip(b"=").decode()


def unbase64(text: bytes) -> bytes:
    """Decode base64url without its padding."""
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def root_of(size: int, frontier: bytes) -> str:
    """The root of a tree from the roots of its perfect subtrees."""
    parts = [frontier[at : at + 32] for at in range(0, len(frontier), 32)]
    if len(parts) != size.bit_count():
        raise UnbelievableError("its tree does not have its size")
    root = parts.pop() if parts else hashlib.sha256(b"").digest()
    while parts:
        root = hashlib.sha256(b"\x01" + parts.pop() + root).digest()
    return root.hex()


def cards(records: list[dict[str, Any]], text: str) -> list[str]:
    """A card for each live contact of which something says the text, in any field or script."""
    live = [record for record in records if record["retired_at"] is None]
    by_id = {record["id"]: record for record in live}
    parts: dict[str, list[dict[str, Any]]] = {}
    for record in live:
        of = record["id"] if record["kind"] == "contact" else record.get("contact")
        if of is not None:
            parts.setdefault(of, []).append(record)
    wanted, digits = fold(text), "".join(filter(str.isdigit, text))
    is_number = len(digits) >= 4 and not any(map(str.isalpha, text))
    found = []
    for contact, told in parts.items():
        agency = by_id.get(by_id.get(contact, {}).get("organisation", ""), {})
        said = fold(json.dumps([told, agency.get("name", {})], ensure_ascii=False))
        numbers = ["".join(filter(str.isdigit, part.get("raw") or "")) for part in told]
        if contact in by_id and (
            wanted in said or (is_number and any(digits in n for n in numbers))
        ):
            found.append(card(by_id[contact], agency, told))
    return sorted(found)


def card(contact: dict[str, Any], agency: dict[str, Any], parts: list[dict[str, Any]]) -> str:
    """What a person needs to call a contact."""
    title, name = (
        " / ".join(each.get(key, {}).values())
        for each, key in ((contact, "title"), (agency, "name"))
    )
    lines = [f"{contact['economy'] or '-'}  {title}, {name}  [TLP:{contact['marking']}]"]
    hours, zone = contact["duty_hours"] or "not recorded", contact["zone"] or "zone not recorded"
    lines.append(f"    hours {hours} ({zone})")
    for part in sorted(parts, key=lambda each: (each["kind"], each.get("position", 0))):
        begins, ends = part.get("from_date") or "", part.get("until_date") or "9999"
        if part["kind"] == "channel":
            said = not part["extension"] or part["raw"].endswith(part["extension"])
            extension = "" if said else f" ext. {part['extension']}"
            lines.append(f"    {part['medium']}: {part['raw']}{extension}  [TLP:{part['marking']}]")
        elif part["kind"] == "holder" and begins <= f"{datetime.now(UTC):%Y-%m-%d}" < ends:
            lines.append(
                f"    in post: {' / '.join(part['name'].values())}  [TLP:{part['marking']}]"
            )
    # What a record says is text: nothing in it steers the terminal.
    return "\n".join("".join(filter(str.isprintable, line)) for line in lines)


def fold(text: str) -> str:
    """Text without accents, case and width."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


if __name__ == "__main__":
    sys.exit(main())
