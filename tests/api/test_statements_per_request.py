"""However much there is to answer, the database is asked the same number of times."""

from collections.abc import Callable, Iterator

import pytest

from tests.api.service import Service, served, watching
from tests.api.two_economies import directory_of
from tests.api.world import put, rid, write


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


def test_the_first_look_up_after_a_change_costs_the_same_for_any_number_of_desks(
    sizes: dict[int, Service],
) -> None:
    """Desks are kept while nothing changes; this is what it costs to read them."""
    counts = set()
    for service in sizes.values():
        service.get("/reach", to="AU", from_="JP")
        network = put("network", "new", slug="new", name={"en": "New"},
                      network_kind="membership", state="planned")  # fmt: skip
        write(service.database, [network])
        with watching(service.database) as statements:
            service.get("/reach", to="AU", from_="JP")
        assert any("contact_parts" in statement for statement in statements)
        counts.add(len(statements))
    assert len(counts) == 1
    assert counts.pop() <= 10


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/reach", {"to": "AU", "from_": "JP"}), ("/contacts", {}), ("/economies/AU/contacts", {}),
     ("/economies/AU", {}), (f"/contacts/{rid('contact', 1)}", {})],
)  # fmt: skip
def test_the_past_of_thirty_contacts_costs_as_many_statements_as_that_of_two(
    sizes: dict[int, Service], path: str, asked: dict[str, str]
) -> None:
    """Asked for the first time: nothing is kept yet."""
    counts = set()
    for service in sizes.values():
        with watching(service.database) as statements:
            service.get(path, as_of=f"2026-11-2{len(path) % 4 + 1}", **asked)
        assert any("log_entries" in statement for statement in statements)
        counts.add(len(statements))
    assert len(counts) == 1
    assert counts.pop() <= 20
