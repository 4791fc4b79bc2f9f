"""How the demo's contacts are reached: reserved numbers, example domains, hours, checks and keys.

Telephone numbers are judged by what they dial, not by what a library thinks of them: it calls
many of these valid.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from langcodes import tag_is_valid
from opening_hours import OpeningHours
from pysequoia import Cert
from pysequoia.packet import PacketPile, Tag

from tests.unit.seed.demo import ALL, BY_KEY, CHANNELS, CHECKS, CONTACTS, DEMO, SEED, Row, rows_of

NOW = datetime.fromisoformat("2026-11-23T00:00:00Z")
OUTCOMES = {
    "answered", "answered_late", "language_problem", "no_answer", "wrong_person", "number_dead",
    "bounced",
}  # fmt: skip
REACHED = {"answered", "answered_late", "language_problem"}

# What follows the calling code in a number that nobody can have. Where no numbers are set aside
# for fiction, the subscriber part begins with 0; what stands before it is an area or mobile code.
RESERVED = {
    "1": r"[2-9]\d\d55501\d\d",
    "61": r"25550\d{4}|49157015[6-9]",
    "7": r"(495|423)0\d{6}",
    "51": r"10\d{6}|9000\d{5}",
    "52": r"550\d{7}|6640\d{6}",
    "56": r"[29]0\d{7}",
    "60": r"30\d{7}|120\d{6}",
    "62": r"(21|411|812)0\d{7}",
    "63": r"20\d{7}|9000\d{6}",
    "64": r"40\d{6}|210\d{6}",
    "65": r"0\d{7}",
    "66": r"20\d{6}|800\d{6}",
    "81": r"(3|90)0\d{7}",
    "82": r"20\d{6}|100\d{7}",
    "84": r"240\d{7}|900\d{6}",
    "86": r"(10|130)0\d{7}",
    "673": r"0\d{6}",
    "675": r"0\d{6,7}",
    "852": r"0\d{7}",
    "886": r"20\d{7}|9000\d{5}",
}


def _checks_of(channel: str) -> list[Row]:
    rows = [row for row in CHECKS if row["channel"] == channel]
    return sorted(rows, key=lambda row: row["checked_at"])


def _numbers() -> list[tuple[str, str]]:
    """Every telephone number of the demo, in E.164, with the channel it belongs to."""
    numbers = []
    for row in CHANNELS:
        if "e164" in row:
            numbers.append((row["key"], row["e164"]))
        elif row["medium"] in {"telephone", "mobile", "fax"}:
            parsed = phonenumbers.parse(row["raw"])
            form = phonenumbers.PhoneNumberFormat.E164
            numbers.append((row["key"], phonenumbers.format_number(parsed, form)))
    return numbers


def _is_reserved(number: str) -> bool:
    digits = number.removeprefix("+")
    return any(
        digits.startswith(code) and re.fullmatch(rest, digits.removeprefix(code))
        for code, rest in RESERVED.items()
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _certificate(row: Row) -> Cert:
    return Cert.from_bytes(row["armored"].encode())


def _users(row: Row) -> list[str]:
    return [str(user) for user in _certificate(row).user_ids]


def test_every_telephone_number_is_reserved_for_fiction() -> None:
    wrong = [(key, number) for key, number in _numbers() if not _is_reserved(number)]
    assert not wrong


def test_a_real_looking_number_would_be_noticed() -> None:
    assert not _is_reserved("+12025550200")
    assert not _is_reserved("+886223570101")
    assert not _is_reserved("+6261234567")


def test_a_given_e164_ends_as_the_raw_text_does() -> None:
    for row in CHANNELS:
        if "e164" in row:
            assert row["e164"][-6:] in re.sub(r"\D", "", row["raw"])


def test_numbers_of_an_economy_carry_its_calling_code() -> None:
    codes = {row["code"]: row["calling_code"] for row in rows_of("reference", "economies")}
    channels = BY_KEY["channel"]
    for key, number in _numbers():
        contact = BY_KEY["contact"][channels[key]["contact"]]
        where = contact.get("posted_in", contact["economy"])
        assert number.startswith("+" + codes[where])


def test_every_address_lies_in_a_domain_for_examples() -> None:
    for row in CHANNELS:
        if row["medium"] == "e-mail":
            assert re.fullmatch(r"[a-z0-9.-]+@[a-z0-9.-]+\.example", row["raw"])
        if row["medium"] == "portal":
            assert re.fullmatch(r"https://[a-z0-9.-]+\.example/[a-z/-]*", row["raw"])
    named = re.compile(r"(?:@|//)([\w.:-]+\.\w+)")
    hosts = [host for _, row in ALL for text in _texts(row) for host in named.findall(text)]
    hosts += [host for row in DEMO["key"] for user in _users(row) for host in named.findall(user)]
    assert len(hosts) > len(DEMO["organisation"])
    assert all(host.endswith(".example") for host in hosts)


def test_every_medium_and_purpose_occurs() -> None:
    assert {row["medium"] for row in CHANNELS} == {
        "telephone", "mobile", "fax", "e-mail", "portal", "messaging",
    }  # fmt: skip
    assert {row["purpose"] for row in CHANNELS} == {
        "duty", "office", "emergency", "out_of_hours", "switchboard", "other",
    }  # fmt: skip


def test_positions_of_a_contacts_channels_count_from_one() -> None:
    for contact in CONTACTS:
        positions = [row["position"] for row in CHANNELS if row["contact"] == contact["key"]]
        assert positions == list(range(1, len(positions) + 1))
        assert positions


def test_every_zone_loads_and_is_an_area_and_a_city() -> None:
    for row in CONTACTS:
        assert ZoneInfo(row["zone"]).key == row["zone"]
        assert "/" in row["zone"]


def test_duty_hours_parse_and_are_of_many_sorts() -> None:
    written = [row["duty_hours"] for row in (*CONTACTS, *CHANNELS) if "duty_hours" in row]
    assert all(OpeningHours(text) for text in written)
    assert {"24/7", "Mo-Su 22:00-06:00"} <= set(written)
    assert any("PH off" in text for text in written)
    assert any("," in text for text in written)
    assert any("duty_hours" not in row for row in CONTACTS)


def test_languages_are_valid_tags() -> None:
    tags = [tag for row in CONTACTS for tag in row["languages"]]
    tags += [tag for _, row in ALL for field in ("name", "title") for tag in row.get(field, {})]
    tags += [row["language"] for row in CHECKS if "language" in row]
    assert not [tag for tag in tags if not tag_is_valid(tag)]


def test_every_outcome_and_method_occurs_among_the_checks() -> None:
    assert {row["outcome"] for row in CHECKS} == OUTCOMES
    assert {row["method"] for row in CHECKS} == {
        "test_call", "test_message", "real_request", "visit", "other",
    }  # fmt: skip


def test_a_check_lies_in_the_past_in_the_local_hour_it_names() -> None:
    for row in CHECKS:
        at = datetime.fromisoformat(row["checked_at"])
        contact = BY_KEY["contact"][BY_KEY["channel"][row["channel"]]["contact"]]
        assert row["checked_at"].endswith("Z")
        assert at < NOW
        assert at.astimezone(ZoneInfo(contact["zone"])).hour == row["local_hour"]
        assert row["key"] == f"{row['channel']}/{at.date()}"


def test_only_a_channel_that_was_reached_tells_how_long_it_took() -> None:
    for row in CHECKS:
        assert ("answered_after_seconds" in row) == (row["outcome"] in REACHED)


def test_most_channels_are_freshly_verified_and_the_rest_are_in_every_other_state() -> None:
    fresh, stale, failed_after_success, unverified = [], [], [], []
    fresh_from = (NOW - timedelta(days=90)).isoformat().replace("+00:00", "Z")
    for channel in BY_KEY["channel"]:
        checks = _checks_of(channel)
        if not checks:
            unverified.append(channel)
        elif checks[-1]["outcome"] not in REACHED:
            if any(row["outcome"] in REACHED for row in checks):
                failed_after_success.append(channel)
        elif checks[-1]["checked_at"] >= fresh_from:
            fresh.append(channel)
        else:
            stale.append(channel)
    assert len(fresh) >= 0.6 * len(CHANNELS)
    assert stale
    assert failed_after_success
    assert unverified


def test_checks_are_of_every_age_between_days_and_years() -> None:
    days = sorted((NOW.date() - date.fromisoformat(r["checked_at"][:10])).days for r in CHECKS)
    assert days[0] <= 7
    assert 91 in days
    assert 89 in days
    assert days[-1] > 3650


@pytest.mark.parametrize("row", DEMO["key"], ids=lambda row: str(row["key"]))
def test_a_key_is_public_and_its_users_are_fictional(row: Row) -> None:
    assert row["armored"].startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
    tags = [packet.tag for packet in PacketPile.from_bytes(row["armored"].encode())]
    assert Tag.PublicKey in tags
    assert Tag.SecretKey not in tags
    assert Tag.SecretSubkey not in tags
    assert _users(row)
    assert all("(fictional)" in user for user in _users(row))


def test_a_key_names_an_address_of_its_contact() -> None:
    for row in DEMO["key"]:
        channels = [channel for channel in CHANNELS if channel["contact"] == row["contact"]]
        addresses = {channel["raw"] for channel in channels}
        assert {re.findall(r"<(.+)>", user)[0] for user in _users(row)} <= addresses


def test_one_key_has_expired_one_expires_in_2027_and_some_never_do() -> None:
    ends = [_certificate(row).expiration for row in DEMO["key"]]
    assert len(DEMO["key"]) >= 8
    assert sum(end is not None and end < NOW for end in ends) == 1
    assert sum(end is not None and end.year == 2027 for end in ends) == 1
    assert ends.count(None) >= 1


def test_nothing_secret_is_kept_in_the_demo() -> None:
    for path in (SEED / "demo").iterdir():
        assert "PRIVATE KEY" not in path.read_text("utf-8").upper()
