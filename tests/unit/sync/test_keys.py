"""Signing keys: one signs at a time, the next is announced, and nobody else may read them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from joserfc.jwk import ECKey

from directory.sync import keys
from directory.sync.errors import BadSignatureError, KeysInUseError, SigningKeyError
from directory.sync.keys import ANNOUNCED_FOR, KeyFile
from directory.sync.rules.claims import GOOD_FOR, HeadClaims, PageClaims
from directory.sync.signing import sign, verify

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLAIMS = HeadClaims("a" * 16, 3, "0" * 64, AT, AT + GOOD_FOR)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    file = KeyFile(tmp_path / "keys.json")
    file.create(AT)
    return file


def test_what_was_signed_is_read_back_with_the_name_of_its_key(file: KeyFile) -> None:
    key = file.ring(AT).signing(AT)
    page = PageClaims(1, 2, "b" * 64, "c" * 8, "account")
    claims = HeadClaims(**{n: getattr(CLAIMS, n) for n in CLAIMS.__slots__} | {"page": page})
    assert verify(sign(claims, key), [key.public]) == (key.kid, claims)
    assert "d" not in key.public


def test_no_key_is_named_as_an_option_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program takes ``--key -YAB`` for two options."""
    names = iter(["-YAB", "-", "_AB-"])
    monkeypatch.setattr(ECKey, "thumbprint", lambda self: next(names))
    assert keys.fresh_key(AT).kid == "_AB-"


def test_a_head_that_was_altered_anywhere_is_refused(file: KeyFile) -> None:
    """H22: whatever byte is another, nothing is believed."""
    key = file.ring(AT).signing(AT)
    text = sign(CLAIMS, key)
    for place, held in enumerate(text):
        for other in {"A", "e", "."} - {held}:
            changed = f"{text[:place]}{other}{text[place + 1 :]}"
            if _means_the_same(text, changed):
                continue
            with pytest.raises(BadSignatureError):
                verify(changed, [key.public])
    for cut in ("", ".", "..", "a.b.c", text[:-1], text.rsplit(".", 1)[0] + ".", text * 40):
        with pytest.raises(BadSignatureError):
            verify(cut, [key.public])


def _means_the_same(text: str, changed: str) -> bool:
    """Whether only bits differ that base64 leaves over at the end of the signature."""
    try:
        return [base64.urlsafe_b64decode(p + "==") for p in text.split(".")] == [
            base64.urlsafe_b64decode(p + "==") for p in changed.split(".")
        ]
    except ValueError:
        return False


def test_a_key_that_is_not_believed_is_named(file: KeyFile, tmp_path: Path) -> None:
    other = KeyFile(tmp_path / "other.json").create(AT).keys[0]
    key = file.ring(AT).signing(AT)
    with pytest.raises(BadSignatureError) as refusal:
        verify(sign(CLAIMS, other), [key.public])
    assert (refusal.value.kid, refusal.value.is_known) == (other.kid, False)
    assert other.kid in refusal.value.detail
    with pytest.raises(BadSignatureError) as refusal:
        verify(sign(CLAIMS, key)[:-8] + "AAAAAAAA", [key.public])
    assert (refusal.value.kid, refusal.value.is_known) == (key.kid, True)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "ES384"}, {}])
def test_no_other_way_of_signing_is_believed(file: KeyFile, header: dict[str, str]) -> None:
    key = file.ring(AT).signing(AT)
    told = base64.urlsafe_b64encode(orjson.dumps({**header, "kid": key.kid})).rstrip(b"=").decode()
    _, payload, signature = sign(CLAIMS, key).split(".")
    for end in (signature, ""):
        with pytest.raises(BadSignatureError):
            verify(f"{told}.{payload}.{end}", [key.public])


def test_h25_a_key_is_announced_until_it_takes_over_and_the_old_one_never_signs_again(
    file: KeyFile,
) -> None:
    old = file.ring(AT).signing(AT)
    ring = file.rotate(AT, after=timedelta(days=10))
    new = ring.next(AT)
    assert new is not None
    taken_over = AT + timedelta(days=10)
    before = taken_over - timedelta(microseconds=1)
    assert (ring.signing(before).kid, ring.next(before)) == (old.kid, new)
    assert (ring.signing(taken_over).kid, ring.next(taken_over)) == (new.kid, None)
    assert file.ring(AT) == ring
    assert ring.keys[0].end == taken_over


def test_keys_are_left_alone_where_there_are_some_or_one_is_announced(file: KeyFile) -> None:
    with pytest.raises(KeysInUseError, match="is there already"):
        file.create(AT)
    with pytest.raises(KeysInUseError, match="7 days"):
        file.rotate(AT, after=ANNOUNCED_FOR - timedelta(seconds=1))
    file.rotate(AT, after=ANNOUNCED_FOR)
    held = file.path.read_bytes()
    with pytest.raises(KeysInUseError, match="wait until then"):
        file.rotate(AT, after=ANNOUNCED_FOR)
    assert file.path.read_bytes() == held


def test_a_file_that_cannot_be_used_is_said_to_be_so_without_what_it_holds(
    file: KeyFile, tmp_path: Path
) -> None:
    missing = KeyFile(tmp_path / "none.json")
    assert "flask --app wsgi sync keys create" in (missing.trouble(AT) or "")
    assert file.trouble(AT) is None
    file.path.chmod(0o644)
    assert "chmod 600" in (file.trouble(AT) or "")
    file.path.chmod(0o600)
    held = file.path.read_bytes()
    for damaged in (b"", b"{}", b'{"keys":[]}', held[:-9], held.replace(b'"d":"', b'"d":"BBBB')):
        file.path.write_bytes(damaged)
        with pytest.raises(SigningKeyError) as refusal:
            file.ring(AT)
        assert orjson.loads(held)["keys"][0]["d"] not in refusal.value.detail


def test_a_first_key_is_made_only_where_that_was_said(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "state" / "keys.json", is_made_when_missing=True)
    ring = file.ring(AT)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.ring(AT) == ring
    assert sorted(path.name for path in file.path.parent.iterdir()) == [
        "keys.json",
        "keys.json.lock",
    ]
