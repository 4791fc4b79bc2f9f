"""Two economies, one network between them, and as many desks as a test asks for."""

from directory.changes.operations import Operation
from tests.api.world import certificate, number, put, rid


def directory_of(contacts: int) -> list[Operation]:
    """One network between two economies, and so many desks with parts of every kind."""
    found: list[Operation] = [
        put("economy", code, code=code, name={"en": code}, zones=[zone])
        for code, zone in (("AU", "Australia/Sydney"), ("JP", "Asia/Tokyo"))
    ]
    found.append(
        put("network", "interpol", slug="interpol", name={"en": "INTERPOL"},
            network_kind="membership", state="operating")
    )  # fmt: skip
    found += [
        put("membership", code, economy=code, network="interpol", status="member",
            known_on="2026-01-01")
        for code in ("AU", "JP")
    ]  # fmt: skip
    for place in range(contacts):
        desk = rid("contact", place)
        found += [
            put("organisation", place, slug=f"police-{place}", name={"en": f"Police {place}"},
                organisation_type="law_enforcement", sector="public", economy="AU", owner="AU"),
            put("contact", place, title={"en": f"Desk {place}"}, economy="AU", owner="AU",
                organisation=rid("organisation", place), networks=["interpol"],
                duty_hours="24/7", zone="Australia/Sydney", languages=["en"]),
            put("holder", place, contact=desk, name={"en": f"Holder {place}"}, owner="AU"),
            put("key", place, contact=desk, armored=certificate(0), owner="AU"),
        ]  # fmt: skip
        for line in (1, 2):
            key = 10 * place + line
            found += [
                put("channel", key, contact=desk, medium="telephone", raw=number(key),
                    position=line, owner="AU"),
                put("check", key, channel=rid("channel", key), outcome="answered",
                    checked_at="2026-11-01T00:00:00Z", method="test_call", owner="AU"),
            ]  # fmt: skip
    return found


def first_line_hidden() -> list[Operation]:
    """The first desk's first line, and the check of it, marked so that the public sees neither."""
    return [
        put("check", 1, 1, channel=rid("channel", 1), outcome="answered", owner="AU",
            checked_at="2026-11-01T00:00:00Z", method="test_call", marking="AMBER"),
        put("channel", 1, 1, contact=rid("contact", 0), medium="telephone", raw=number(1),
            position=1, owner="AU", marking="AMBER"),
    ]  # fmt: skip
