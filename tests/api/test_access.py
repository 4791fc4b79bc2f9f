"""Partners, accounts, roles and tokens through the API."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from directory.access.models import tokens
from directory.access.rules import digest_of
from directory.clock import parse_instant, utc_now
from tests.api.office import AGENCY, HIDDEN_AGENCY, NOWHERE, Office, furnish, office_in
from tests.api.world import rid
from tests.databases import MakeFurnished

OPERATORS = [
    ("GET", "/access/partners"),
    ("POST", "/access/partners"),
    ("GET", f"/access/partners/{NOWHERE}"),
    ("PUT", f"/access/partners/{NOWHERE}"),
    ("DELETE", f"/access/partners/{NOWHERE}"),
    ("GET", "/access/accounts"),
    ("POST", "/access/accounts"),
    ("GET", f"/access/accounts/{NOWHERE}"),
    ("PUT", f"/access/accounts/{NOWHERE}"),
    ("DELETE", f"/access/accounts/{NOWHERE}"),
    ("POST", f"/access/accounts/{NOWHERE}/roles"),
    ("POST", f"/access/accounts/{NOWHERE}/roles/{NOWHERE}/confirm"),
    ("DELETE", f"/access/accounts/{NOWHERE}/roles/{NOWHERE}"),
    ("POST", "/access/tokens"),
]
ONES_OWN = [
    ("GET", "/access/me"),
    ("GET", "/access/tokens"),
    ("POST", "/access/tokens/rotate"),
    ("DELETE", f"/access/tokens/{NOWHERE}"),
]


@pytest.fixture
def office(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Office]:
    with office_in(fresh_furnished("office", furnish), tmp_path) as office:
        yield office


def test_every_route_of_operators_is_closed_to_others(office: Office) -> None:
    _, rita = office.reader()
    for method, path in OPERATORS:
        body: object = {} if method in {"POST", "PUT"} else None
        office.refused(401, "token-needed", None, method, path, body)
        office.refused(403, "role-needed", rita, method, path, body)
    for method, path in ONES_OWN:
        office.refused(401, "token-needed", None, method, path)


def test_a_partner_from_its_making_to_its_end(office: Office) -> None:
    body = {"name": " Gamma ", "organisation": AGENCY, "economy": "AU", "clearance": "AMBER+STRICT",
            "needs_purpose": True}  # fmt: skip
    response = office.ask(office.ann, "POST", "/access/partners", body)
    made = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/access/partners/{made['id']}"
    assert {key: made[key] for key in body} == body | {"name": "Gamma"}
    assert made["created_by"] == office.me(office.ann)["id"]
    path = f"/access/partners/{made['id']}"
    assert office.done(office.ben, "GET", path) == made
    altered = office.done(office.ben, "PUT", path, {"name": "Gamma", "clearance": "GREEN"})
    assert (altered["clearance"], altered["organisation"]) == ("GREEN", None)
    assert office.ask(office.ann, "DELETE", path).status_code == 204
    closed = office.done(office.ann, "GET", path)
    assert closed["closed_at"] is not None
    assert office.ask(office.ann, "DELETE", path).status_code == 204
    assert office.done(office.ann, "GET", path) == closed
    office.refused(409, "access-conflict", office.ann, "PUT", path, body)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"#/name", "#/clearance"}),
        ({"name": "G", "clearance": "AMBER", "id": NOWHERE, "closed_at": None},
         {"#/id", "#/closed_at"}),
        ({"name": "G", "clearance": "AMBER", "networks": ["g7-24-7"]}, {"#/networks"}),
        ({"name": "G", "clearance": "SECRET"}, {"#/clearance"}),
        ({"name": "\u202eG", "clearance": "CLEAR"}, {"#/name"}),
        ({"name": " ", "clearance": "CLEAR"}, {"#/name"}),
        ({"name": 5, "clearance": "CLEAR"}, {"#/name"}),
        ({"name": "G", "clearance": "CLEAR", "needs_purpose": 1}, {"#/needs_purpose"}),
        ({"name": "G", "clearance": "CLEAR", "economy": "ZZ"}, {"#/economy"}),
        ({"name": "G", "clearance": "CLEAR", "economy": "JP", "organisation": AGENCY},
         {"#/economy"}),
    ],
)  # fmt: skip
def test_a_partner_that_cannot_be(office: Office, body: object, pointers: set[str]) -> None:
    problem = office.refused(422, "invalid-access", office.ann, "POST", "/access/partners", body)
    assert {fault["pointer"] for fault in problem["errors"]} == pointers


def test_a_read_only_field_is_told_from_one_that_is_unknown(office: Office) -> None:
    body = {"name": "G", "clearance": "CLEAR", "created_by": "me", "rank": 1}
    problem = office.refused(422, "invalid-access", office.ann, "POST", "/access/partners", body)
    assert {fault["pointer"]: fault["detail"] for fault in problem["errors"]} == {
        "#/created_by": "is set by the directory; leave it out",
        "#/rank": "there is no such field",
    }


def test_what_an_operator_may_not_see_is_refused_as_what_there_is_not(office: Office) -> None:
    def told(**more: str) -> object:
        body = {"name": "G", "clearance": "RED"} | more
        problem = office.refused(
            422, "invalid-access", office.ann, "POST", "/access/partners", body
        )
        return {**problem, "request_id": None}

    assert told(organisation=HIDDEN_AGENCY) == told(organisation=NOWHERE)
    assert told(economy="XH") == told(economy="ZZ")


def test_lists_come_in_pages(office: Office) -> None:
    partners = [office.partner(f"Partner {number}") for number in range(5)]
    for number in range(5):
        office.account(partners[0], f"Person{number}")
    token = next(iter(office.done(office.ann, "GET", "/access/tokens")["items"]))
    assert office.done(office.ann, "GET", "/access/tokens?limit=1")["next"] is None
    for path, count in (("/access/partners", 7), ("/access/accounts", 7),
                        (f"/access/accounts?partner={partners[0]}", 5)):  # fmt: skip
        items: list[str] = []
        page: str | None = ""
        while page is not None:
            more = "&" if "?" in path else "?"
            found = office.done(office.ann, "GET", f"{path}{more}limit=2{page}")
            items += [item["id"] for item in found["items"]]
            page = found["next"] and f"&page={found['next']}"
        assert len(items) == len(set(items)) == count
    assert token["last_used_at"] is not None


def test_an_account_is_told_of_itself(office: Office) -> None:
    partner = office.partner(organisation=AGENCY, economy="AU", needs_purpose=True)
    account = office.account(partner, "Rita")
    token = office.token(account)
    assert office.me(token["token"])["clearance"] == "CLEAR"
    office.role(account, "editor", economy="JP")
    office.role(account, "reader")
    assert office.me(token["token"]) == {
        "id": account,
        "name": "Rita",
        "email": "rita@gamma.example",
        "account_kind": "person",
        "partner": {"id": partner, "name": "Gamma", "organisation": AGENCY, "economy": "AU",
                    "needs_purpose": True},
        "roles": [{"role": "editor", "economy": "JP"}, {"role": "reader", "economy": None}],
        "clearance": "AMBER",
        "networks": ["g7-24-7"],
        "token": {"id": token["id"], "expires_at": token["expires_at"]},
    }  # fmt: skip
    assert office.me(office.ann)["clearance"] == "CLEAR"


def test_what_a_partner_may_see_changes_with_the_next_request(office: Office) -> None:
    partner = office.partner()
    account = office.account(partner, "Rita")
    grant = office.role(account, "reader")
    rita = office.token(account)["token"]
    desk = f"/contacts/{rid('contact', 'desk')}"
    assert office.ask(rita, "GET", desk).status_code == 200
    body = {"name": "Gamma", "clearance": "GREEN"}
    office.done(office.ben, "PUT", f"/access/partners/{partner}", body)
    assert office.ask(rita, "GET", desk).status_code == 404
    office.done(office.ben, "PUT", f"/access/partners/{partner}", body | {"clearance": "AMBER"})
    assert office.ask(rita, "GET", desk).status_code == 200
    office.done(office.ann, "DELETE", f"/access/accounts/{account}/roles/{grant['id']}")
    assert office.ask(rita, "GET", desk).status_code == 404
    assert office.ask(office.ann, "GET", desk).status_code == 404


def test_whatever_ends_a_token_looks_the_same(office: Office) -> None:
    def ended(token: str) -> tuple[int, object, object]:
        response = office.ask(token, "GET", "/access/me")
        headers = {k: v for k, v in response.headers if k != "X-Request-Id"}
        return response.status_code, {**response.get_json(), "request_id": None}, headers

    unknown = ended("dir_" + "A" * 43)
    assert unknown[0] == 401
    (closed, one), (_, two), (account, three) = (office.reader(n) for n in ("Kim", "Lee", "Moe"))
    office.done(office.ann, "DELETE", f"/access/accounts/{closed}")
    partner = office.me(two)["partner"]["id"]
    office.done(office.ann, "DELETE", f"/access/partners/{partner}")
    office.done(three, "DELETE", f"/access/tokens/{office.me(three)['token']['id']}")
    four = office.token(account)
    with office.service.database.writing() as connection:
        connection.execute(
            tokens.update()
            .where(tokens.c.id == four["id"])
            .values(expires_at=utc_now() - timedelta(seconds=1))
        )
    for token in (one, two, three, four["token"], "nonsense"):
        assert ended(token) == unknown
    for body in ({"account": closed}, {"account": office.account(office.partner("D"), "Dan")}):
        expected = 409 if body["account"] == closed else 201
        assert office.ask(office.ann, "POST", "/access/tokens", body).status_code == expected


def test_a_token_stands_in_one_answer_and_nowhere_else(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    account, _ = office.reader()
    response = office.ask(office.ann, "POST", "/access/tokens", {"account": account, "days": 30})
    made = response.get_json()
    token = made["token"]
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert made["hint"] == token[:8]
    assert parse_instant(made["expires_at"]) - parse_instant(made["issued_at"]) == timedelta(30)
    rotated = office.ask(token, "POST", "/access/tokens/rotate")
    second = rotated.get_json()["token"]
    assert (rotated.status_code, rotated.headers["Cache-Control"]) == (201, "no-store")
    for one in (token, second):
        for path in ("/access/tokens", "/access/me", f"/access/tokens?account={account}"):
            asked_by = office.ann if "?" in path else second
            assert one[8:] not in office.ask(asked_by, "GET", path).text
    told = capfd.readouterr()
    assert '"route":"/api/v1/access/tokens/rotate"' in told.err
    assert token[8:] not in told.err + told.out
    assert second[8:] not in told.err + told.out
    with office.service.database.reading() as connection:
        digests = set(connection.scalars(select(tokens.c.digest)))
    assert {digest_of(token), digest_of(second)} <= {bytes(digest) for digest in digests}


def test_only_the_hash_of_a_token_is_kept(office: Office) -> None:
    _, token = office.reader()
    second = office.done(token, "POST", "/access/tokens/rotate")["token"]
    for kept in _bytes_of(office):
        for one in (token, second):
            assert one.encode() not in kept
            assert one[8:].encode() not in kept
    assert any(digest_of(token) in kept for kept in _bytes_of(office))


def _bytes_of(office: Office) -> list[bytes]:
    """Everything that a database keeps, as raw as it can be had."""
    database = office.service.database
    if database.is_sqlite:
        path = Path(str(make_url(database.url).database))
        return [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
    with database.reading() as connection:
        names = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        rows = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]  # noqa: S608
    values = [value for table in rows for row in table for value in row]
    return [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values]


def test_a_token_that_ends_soon_says_so(office: Office) -> None:
    account, _ = office.reader()
    for days, is_told in ((15, False), (14, True), (1, True)):
        token = office.token(account, days=days)
        response = office.ask(token["token"], "GET", "/economies")
        expected = token["expires_at"] if is_told else None
        assert response.headers.get("Token-Expires") == expected


@pytest.mark.parametrize("days", [0, 367, -1, 1.5, "30", None, True])
def test_a_token_lives_for_a_day_to_a_year_and_never_for_ever(office: Office, days: object) -> None:
    account, _ = office.reader()
    body = {"account": account, "days": days}
    problem = office.refused(422, "invalid-access", office.ann, "POST", "/access/tokens", body)
    assert [fault["pointer"] for fault in problem["errors"]] == ["#/days"]


def test_an_account_has_a_hand_in_its_own_tokens_alone(office: Office) -> None:
    (kim, one), (lee, two) = office.reader("Kim"), office.reader("Lee")
    (token,) = office.done(one, "GET", "/access/tokens")["items"]
    assert token["account"] == kim
    assert office.done(one, "GET", f"/access/tokens?account={kim}")["items"][0]["id"] == token["id"]
    office.refused(404, "unknown-account", one, "GET", f"/access/tokens?account={lee}")
    office.refused(404, "unknown-account", one, "GET", f"/access/tokens?account={NOWHERE}")
    office.refused(404, "unknown-token", two, "DELETE", f"/access/tokens/{token['id']}")
    office.refused(404, "unknown-token", two, "DELETE", f"/access/tokens/{NOWHERE}")
    assert office.me(one)["id"] == kim
    office.done(office.ann, "DELETE", f"/access/tokens/{token['id']}")
    office.refused(401, "token-needed", one, "GET", "/access/me")
    (revoked,) = office.done(office.ann, "GET", f"/access/tokens?account={kim}")["items"]
    assert revoked["revoked_by"] == office.me(office.ann)["id"]


def test_a_body_is_read_strictly(office: Office) -> None:
    client = office.service.app.test_client()
    for body, media_type, status in (
        ('{"name": "G", "name": "H", "clearance": "CLEAR"}', "application/json", 400),
        ('{"name": NaN}', "application/json", 400),
        ("[]", "application/json", 400),
        ('{"name": "G", "clearance": "CLEAR"}', "text/plain", 415),
    ):
        headers = {"Authorization": f"Bearer {office.ann}"}
        response = client.post("/api/v1/access/partners", data=body, content_type=media_type,
                               headers=headers)  # fmt: skip
        assert response.status_code == status, response.text
    office.refused(422, "bad-query", office.ann, "POST", "/access/tokens/rotate?days=3")
