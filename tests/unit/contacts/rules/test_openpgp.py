from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysequoia import ArmorKind, Tsk, armor

from directory.contacts.rules.openpgp import read_key

DESK = "Fictional desk <desk@police.example>"


@pytest.fixture(scope="module")
def secret() -> Tsk:
    return Tsk.generate(DESK, validity_seconds=86400 * 365)


@pytest.fixture(scope="module")
def public(secret: Tsk) -> str:
    return str(secret.extract_certificate())


def test_a_key_says_whose_it_is_and_for_how_long(secret: Tsk, public: str) -> None:
    facts = read_key(public)
    assert facts.fingerprint == secret.extract_certificate().fingerprint.upper()
    assert facts.user_ids == (DESK,)
    assert facts.expires_at is not None
    assert facts.created_at.tzinfo is UTC
    assert timedelta(days=364) < facts.expires_at - facts.created_at < timedelta(days=366)


def test_a_key_without_an_end_has_none() -> None:
    facts = read_key(str(Tsk.generate(DESK).extract_certificate()))
    assert facts.expires_at is None
    assert facts.created_at > datetime(2020, 1, 1, tzinfo=UTC)


def test_blanks_around_a_key_do_no_harm(public: str) -> None:
    assert read_key(f"\r\n  {public}\n\n") == read_key(public)


def test_a_private_key_is_refused_loudly(secret: Tsk) -> None:
    with pytest.raises(ValueError, match="PRIVATE key"):
        read_key(str(secret))


def test_a_private_key_in_a_public_wrapper_is_refused_loudly(secret: Tsk) -> None:
    disguised = armor(bytes(secret), ArmorKind.PublicKey)
    with pytest.raises(ValueError, match="PRIVATE key"):
        read_key(disguised)


def test_several_keys_are_refused(secret: Tsk, public: str) -> None:
    other = Tsk.generate(DESK).extract_certificate()
    ring = armor(bytes(secret.extract_certificate()) + bytes(other), ArmorKind.PublicKey)
    for text in (f"{public}\n{other}", ring):
        with pytest.raises(ValueError, match="more than one key"):
            read_key(text)


@pytest.mark.parametrize("keep", [60, 200, 400])
def test_half_a_key_is_refused_in_words(public: str, keep: int) -> None:
    with pytest.raises(ValueError, match="paste the whole block") as refused:
        read_key(public[:keep])
    assert "backtrace" not in str(refused.value)


@given(st.text())
def test_rubbish_is_refused_in_words(text: str) -> None:
    for pasted in (text, f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{text}"):
        with pytest.raises(ValueError, match=r"paste the whole block|too large"):
            read_key(pasted)
