"""Which roles go together, and that the directory is never without an operator."""

import pytest

from tests.api.office import NOWHERE, Office


def grant(office: Office, account: str, role: str, economy: str | None = None) -> tuple[int, str]:
    path, body = f"/access/accounts/{account}/roles", {"role": role, "economy": economy}
    response = office.ask(office.ann, "POST", path, body)
    return response.status_code, response.get_json().get("type", "")


def test_a_service_reads_edits_and_coordinates_only(office: Office) -> None:
    body = {"account_kind": "service", "email": None}
    service = office.account(office.partner(), "Importer", **body)
    for role, economy in (("reader", None), ("editor", "AU"), ("coordinator", None)):
        assert grant(office, service, role, economy)[0] == 201
    for role in ("operator", "auditor"):
        assert grant(office, service, role) == (409, "/problems/access-conflict")


def test_a_person_is_known_by_an_address(office: Office) -> None:
    partner = office.partner()
    for email in (None, "nobody", "a@b@c.example"):
        body = {"partner": partner, "name": "Rita", "email": email}
        problem = office.refused(422, "invalid-access", office.ann, "POST", "/access/accounts",
                                 body)  # fmt: skip
        assert [fault["pointer"] for fault in problem["errors"]] == ["#/email"]
    body = {"partner": NOWHERE, "name": "Rita", "email": "rita@gamma.example"}
    office.refused(404, "unknown-partner", office.ann, "POST", "/access/accounts", body)


@pytest.mark.parametrize("waiting", [False, True])
def test_an_operator_is_nothing_else(office: Office, waiting: bool) -> None:
    own = office.me(office.ann)["partner"]["id"]
    partner = own if waiting else office.partner()
    reader, operator = office.account(partner, "Rita"), office.account(partner, "Olga")
    office.role(reader, "reader")
    office.role(operator, "operator")
    assert grant(office, reader, "operator") == (409, "/problems/access-conflict")
    assert grant(office, operator, "reader") == (409, "/problems/access-conflict")
    assert grant(office, reader, "auditor")[0] == 201


def test_a_role_is_given_once_and_can_be_given_again_when_it_has_ended(office: Office) -> None:
    account = office.account(office.partner(), "Rita")
    first = office.role(account, "editor", economy="AU")
    assert grant(office, account, "editor", "AU") == (409, "/problems/access-conflict")
    assert grant(office, account, "editor", "JP")[0] == 201
    path = f"/access/accounts/{account}/roles/{first['id']}"
    office.done(office.ann, "DELETE", path)
    office.done(office.ann, "DELETE", path)
    assert grant(office, account, "editor", "AU")[0] == 201
    kept = office.done(office.ann, "GET", f"/access/accounts/{account}")["roles"]
    assert [role["revoked_at"] is not None for role in kept] == [True, False, False]


@pytest.mark.parametrize(
    ("role", "economy", "status"),
    [("editor", None, 422), ("editor", "XH", 422), ("editor", "ZZ", 422), ("reader", "AU", 422),
     ("king", None, 422)],
)  # fmt: skip
def test_an_editor_is_one_of_a_known_economy(
    office: Office, role: str, economy: str | None, status: int
) -> None:
    account = office.account(office.partner(), "Rita")
    assert grant(office, account, role, economy) == (status, "/problems/invalid-access")


def test_an_auditor_alone_reads_what_is_clear(office: Office) -> None:
    account = office.account(office.partner(), "Ada")
    office.role(account, "auditor")
    token = office.token(account)["token"]
    assert office.me(token)["clearance"] == "CLEAR"
    office.role(account, "reader")
    assert office.me(token)["clearance"] == "AMBER"


def test_nothing_is_given_to_what_is_closed(office: Office) -> None:
    partner = office.partner()
    account, other = office.account(partner, "Rita"), office.account(partner, "Ria")
    office.done(office.ann, "DELETE", f"/access/accounts/{account}")
    assert grant(office, account, "reader")[0] == 409
    office.done(office.ann, "DELETE", f"/access/partners/{partner}")
    assert grant(office, other, "reader")[0] == 409
    office.refused(409, "access-conflict", office.ann, "POST", "/access/tokens",
                   {"account": other})  # fmt: skip
    body = {"partner": partner, "name": "New", "email": "new@gamma.example"}
    office.refused(409, "access-conflict", office.ann, "POST", "/access/accounts", body)
    # The agency may come back under its name.
    assert office.partner("Gamma") != partner


def test_the_last_operator_stays(office: Office) -> None:
    ben = office.me(office.ben)
    office.done(office.ann, "DELETE", f"/access/accounts/{ben['id']}")
    ann = office.me(office.ann)
    (role,) = office.done(office.ann, "GET", f"/access/accounts/{ann['id']}")["roles"]
    for path in (f"/access/accounts/{ann['id']}", f"/access/partners/{ann['partner']['id']}",
                 f"/access/accounts/{ann['id']}/roles/{role['id']}"):  # fmt: skip
        office.refused(409, "access-conflict", office.ann, "DELETE", path)
    assert office.me(office.ann) == ann
    # An operator who waits for a confirmation is none yet.
    office.role(office.account(ann["partner"]["id"], "Olga"), "operator")
    path = f"/access/accounts/{ann['id']}"
    office.refused(409, "access-conflict", office.ann, "DELETE", path)


def test_what_there_is_not(office: Office) -> None:
    for method in ("GET", "DELETE"):
        office.refused(404, "unknown-partner", office.ann, method, f"/access/partners/{NOWHERE}")
        office.refused(404, "unknown-account", office.ann, method, f"/access/accounts/{NOWHERE}")
    body = {"name": "G", "clearance": "CLEAR"}
    path = f"/access/partners/{NOWHERE}"
    office.refused(404, "unknown-partner", office.ann, "PUT", path, body)
    path = f"/access/accounts/{NOWHERE}"
    office.refused(404, "unknown-account", office.ann, "PUT", path, {"name": "G"})
    office.refused(404, "unknown-account", office.ann, "POST", f"{path}/roles", {"role": "reader"})
    office.refused(404, "unknown-token", office.ann, "DELETE", f"/access/tokens/{NOWHERE}")
