"""What a viewer may not see is absent: every door of the API, byte by byte.

Beside the directory in which every kind of record carries every label stands a second one, into
which only what the public may see was ever written. The public cannot tell the two apart.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from directory.ids import RECORD_ID
from directory.settings import Anonymous
from tests.api.service import API, Service, served
from tests.api.world import LABELS, World, make_world, number, public_pasts, put, rid, write

FIXED = {"X-Request-Id": "the-same"}
OTHERWISE_MADE = f"{API}/channels/{rid('channel', 'opened')}/history"
"""What was hidden at first had to be public at first where there is nothing hidden."""


@dataclass
class Two:
    """The whole directory as the public and as everybody reads it, and the public part alone."""

    world: World
    public: Service
    everybody: Service
    alone: Service


@pytest.fixture(scope="module")
def two(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    world, state = make_world(), tmp_path_factory.mktemp("state")
    url = new_database()
    public, everybody = served(url, state), served(url, state, Anonymous.EVERYTHING)
    alone = served(new_database(), state)
    # Both from one world: another would have other OpenPGP keys in it.
    write(public.database, world.visible + world.hidden)
    write(alone.database, world.visible + public_pasts())
    yield Two(world, public, everybody, alone)
    for service in (public, everybody, alone):
        service.dispose()


def doors(two: Two) -> list[str]:
    """Addresses that lead to every record by every way there is, hidden ones included."""
    return [*by_name(two), *by_filter(two.world), *by_search(two.world)]


def by_name(two: Two) -> Iterator[str]:
    for rule in two.public.app.url_map.iter_rules():
        if not rule.rule.startswith(f"{API}/"):
            continue
        if not rule.arguments:
            yield rule.rule
            continue
        plural = rule.rule.removeprefix(f"{API}/").split("/")[0]
        # What leads to no record (/access) is asked with the ids of records.
        for name in two.world.ids.get(plural, two.world.ids["contacts"]):
            if "<uuid:" not in rule.rule or RECORD_ID.match(name):
                yield re.sub("<.*>", quote(name), rule.rule)


def by_filter(world: World) -> Iterator[str]:
    for code in (name for name in world.ids["economies"] if len(name) == 2):
        yield f"{API}/reach?to={code}&from=AU&at=2026-11-18"
        yield f"{API}/reach?to=AU&from={code}&at=2026-11-18&function=preservation"
        yield f"{API}/contacts?economy={code}"
        yield f"{API}/organisations?economy={code}"
        yield f"{API}/callers?number=5550+0107&economy={code}"
    for place in range(len(LABELS)):
        yield f"{API}/reach?to=JP&from=AU&at={2000 + place}-06-01"
        yield f"{API}/reach?to=AU&from=JP&at={2000 + place}-06-01&language=fr"
    for name in world.ids["networks"]:
        yield f"{API}/contacts?network={name}"
    for name in world.ids["organisations"]:
        yield f"{API}/contacts?organisation={name}"
    yield f"{API}/contacts?function=preservation"
    yield f"{API}/contacts?language=fr"
    for path in ("contacts", "organisations", "meetings", "economies/AU/contacts",
                 "economies/JP/statements"):  # fmt: skip
        yield f"{API}/{path}?limit=1"


def by_search(world: World) -> Iterator[str]:
    for secret in world.secrets:
        slips = (secret[:-1], f"{secret[0]}w{secret[2:]}", f"{secret}x")
        for words in (f"holder {secret}", f"{secret}.101@world.example", *slips):
            yield f"{API}/search?q={quote(words)}"
        yield f"{API}/contacts?q={secret}"
    for held in (*world.numbers, number(1), number(2), number(303)):
        for text in (held, held[4:], held[-4:]):
            yield f"{API}/search?q={quote(text)}"
            yield f"{API}/callers?number={quote(text)}"
        yield f"{API}/callers?number={quote(held[4:])}&economy=AU"


def forms(address: str) -> list[str]:
    """What a door gives, and one form that it does not."""
    if "/reach" in address:
        return ["application/json", "text/plain", "text/vcard"]
    if "/contacts/" in address:
        return ["application/json", "text/vcard", "text/vcard;version=3.0", "text/plain"]
    return ["application/json"]


def test_the_public_reads_the_same_bytes_as_if_the_hidden_had_never_been_written(two: Two) -> None:
    answered = 0
    for address in doors(two):
        for form in forms(address):
            headers = FIXED | {"Accept": form}
            whole = two.public.app.test_client().get(address, headers=headers)
            alone = two.alone.app.test_client().get(address, headers=headers)
            assert whole.status_code == alone.status_code < 500, address
            if not address.endswith("/history"):
                assert whole.data == alone.data, address
                assert whole.headers.get("ETag") == alone.headers.get("ETag"), address
            elif address != OTHERWISE_MADE:
                assert by_chance(whole.data) == by_chance(alone.data), address
            # What a caller asks for by a wrong name comes back in the refusal.
            if whole.status_code == 200:
                answered += 1
                assert not hidden_in(two.world, whole.get_data(as_text=True), address), address
    assert answered > 500


def by_chance(body: bytes) -> bytes:
    """A history without when and by which change set each of the two was written."""
    return re.sub(rb'"(change_set|at)":"[^"]*"', rb'"\1":"..."', body)


def hidden_in(world: World, text: str, address: str) -> list[str]:
    found = [secret for secret in world.secrets if secret in text]
    if "/callers" not in address:  # it repeats the number that it was asked for
        digits = "".join(char for char in text if char.isdigit() or char == '"')
        found += [n for n in world.numbers if n.replace(" ", "").removeprefix("+") in digits]
    return found


def test_pages_of_the_public_are_as_many_as_if_the_hidden_did_not_exist(two: Two) -> None:
    for path in ("/contacts", "/organisations", "/meetings", "/economies/AU/contacts",
                 "/economies/JP/statements"):  # fmt: skip
        for limit in (1, 2, 3):
            whole = [item["id"] for item in two.public.walk(path, limit)]
            assert whole == [item["id"] for item in two.alone.walk(path, limit)], path
            assert len(two.everybody.walk(path, limit)) > len(whole), path


def test_everybody_is_shown_what_the_public_is_not(two: Two) -> None:
    """The tests above prove nothing unless the hidden is there to be found."""
    for place, secret in enumerate(two.world.secrets, start=1):
        found = two.everybody.get("/search", q=f"name {secret}")["items"]
        assert rid("contact", secret) in {item["id"] for item in found}
        called = two.everybody.get("/callers", number=number(100 + place))
        assert [c["contact"] for c in called["callers"]] == [rid("contact", secret)]
        assert secret in two.everybody.ask("/networks").get_data(as_text=True)
        assert secret in two.everybody.ask("/meetings/public-meeting").get_data(as_text=True)
    assert two.everybody.get("/callers", number=number(300))["match"] == "former"


@pytest.mark.parametrize("path", [f"/contacts/{rid('contact', 'checked')}", "/contacts",
                                  "/economies/AU/contacts"])  # fmt: skip
def test_a_verification_rests_on_the_checks_that_its_reader_may_see(two: Two, path: str) -> None:
    def checked_at(service: Service) -> str:
        answer = service.get(path)
        desks = [d for d in answer.get("items", [answer]) if d["id"] == rid("contact", "checked")]
        return str(desks[0]["channels"][0]["verification"]["checked_at"])

    assert checked_at(two.public) == "2026-11-01T00:00:00Z"
    assert checked_at(two.everybody) == f"2026-11-{len(LABELS):02}T00:00:00Z"


@pytest.mark.parametrize("kind", ["checks", "channels", "holders", "keys", "contacts"])
def test_a_hidden_record_and_one_that_never_was_answer_alike(two: Two, kind: str) -> None:
    hidden = two.world.ids[kind][-1] if kind != "channels" else rid("channel", 101)
    never = rid(kind, "never")
    texts = [
        two.public.ask(f"/{kind}/{name}", headers=FIXED).get_data(as_text=True).replace(name, "…")
        for name in (hidden, never)
    ]
    assert texts[0] == texts[1]
    assert two.everybody.ask(f"/{kind}/{hidden}").status_code == 200


def test_an_etag_differs_for_a_reader_who_sees_more_and_stays_when_only_that_changes(
    two: Two,
) -> None:
    addresses = [
        f"/contacts/{rid('contact', 'public')}", "/economies/AU/contacts", "/contacts",
        "/meetings/public-meeting", "/networks/g7-24-7", "/economies/JP",
    ]  # fmt: skip

    def tags(service: Service) -> dict[str, str]:
        return {
            address: str(service.app.test_client().get(API + address).headers["ETag"])
            for address in addresses
        }

    public, everybody = tags(two.public), tags(two.everybody)
    assert all(public[address] != everybody[address] for address in addresses)
    label = {"marking": "CLEAR", "audience": ["interpol"]}
    write(
        two.everybody.database,
        [
            put("holder", 201, 1, contact=rid("contact", "public"), owner="AU",
                name={"en": "Holder veiled01 anew"}, **label),
            put("membership", "veiled01", 1, economy="JP", network="g7-24-7", status="not_member",
                from_date="2001-01-01", until_date="2002-01-01", known_on="2026-01-01", **label),
            put("attendance", "veiled01", 1, meeting="public-meeting", economy="JP",
                name={"en": "Name veiled01 anew"}, capacity={"en": "delegate"}, **label),
        ],
    )  # fmt: skip
    assert tags(two.public) == public
    assert all(tags(two.everybody)[address] != everybody[address] for address in addresses)
