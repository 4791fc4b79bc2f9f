"""However much there is to answer, the database is asked the same number of times."""

from collections.abc import Callable, Iterator

import pytest

from directory.changes.operations import Operation
from tests.api.service import Service, served
from tests.api.world import certificate, number, put, rid, write


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


@pytest.fixture(scope="module")
def sizes(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[int, Service]]:
    services = {
        contacts: served(new_database(), tmp_path_factory.mktemp("state")) for contacts in (2, 30)
    }
    for contacts, service in services.items():
        write(service.database, directory_of(contacts))
    yield services
    for service in services.values():
        service.dispose()


@pytest.mark.parametrize(
    "path",
    ["/reach?to=AU&from=JP", "/reach?to=AU", "/economies/AU/contacts", "/contacts",
     "/contacts?network=interpol", "/contacts?q=desk", "/search?q=desk", "/search?q=holder",
     "/search?q=5550", "/callers?number=%2B61255500001", "/economies/AU", "/networks/interpol",
     f"/contacts/{rid('contact', 1)}"],
)  # fmt: skip
def test_thirty_contacts_cost_as_many_statements_as_two(
    sizes: dict[int, Service], path: str
) -> None:
    address, _, query = path.partition("?")
    asked = dict(pair.split("=") for pair in query.split("&")) if query else {}
    asked = {name: value.replace("%2B", "+") for name, value in asked.items()}
    few, many = (sizes[contacts].statements(address, **asked) for contacts in (2, 30))
    assert len(few) == len(many), many
    assert any("SELECT" in statement for statement in many)
    assert len(many) <= 10, many
    sent = {contacts: sizes[contacts].get(address, **asked) for contacts in (2, 30)}
    listed = sent[30].get("items") or sent[30].get("routes")
    if "callers" not in path and listed is not None:
        assert len(listed) == 30
