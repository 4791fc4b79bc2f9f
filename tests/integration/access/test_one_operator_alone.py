"""No operator alone gives themselves or their own partner anything, by whatever way round."""

from typing import Any

import pytest

from tests.api.office import AGENCY, Office


def own(office: Office, token: str) -> tuple[str, str]:
    """An operator's account and partner."""
    me = office.me(token)
    return me["id"], me["partner"]["id"]


def colleague(office: Office, name: str = "Cora") -> str:
    _, alpha = own(office, office.ann)
    return office.account(alpha, name, email=f"{name.lower()}@alpha.example")


def roles(office: Office, account: str) -> list[Any]:
    return list(office.done(office.ann, "GET", f"/access/accounts/{account}")["roles"])


def confirm(office: Office, account: str, grant: str) -> str:
    return f"/access/accounts/{account}/roles/{grant}/confirm"


def test_a_role_within_ones_own_partner_waits_for_a_second_operator(office: Office) -> None:
    cora = colleague(office)
    grant = office.role(cora, "reader")
    assert (grant["needs_confirmation"], grant["confirmed_at"]) == (True, None)
    token = office.token(cora, office.ben)["token"]
    assert office.me(token)["roles"] == []
    path = confirm(office, cora, grant["id"])
    office.refused(403, "second-operator-needed", office.ann, "POST", path)
    office.done(office.ben, "POST", path)
    assert office.me(token)["roles"] == [{"role": "reader", "economy": None}]
    office.refused(409, "access-conflict", office.ben, "POST", path)


def test_a_role_for_another_partner_is_in_force_at_once(office: Office) -> None:
    grant = office.role(office.account(office.partner(), "Rita"), "reader")
    assert grant["needs_confirmation"] is False
    path = confirm(office, roles_holder := office.account(office.partner("D"), "Dan"), grant["id"])
    office.refused(404, "unknown-grant", office.ben, "POST", path)
    assert roles(office, roles_holder) == []


def test_an_operator_gives_themselves_nothing(office: Office) -> None:
    ann, _ = own(office, office.ann)
    for role in ("reader", "coordinator", "auditor", "operator"):
        path = f"/access/accounts/{ann}/roles"
        office.refused(409, "access-conflict", office.ann, "POST", path, {"role": role})
        office.refused(409, "access-conflict", office.ben, "POST", path, {"role": role})


def test_an_operator_leaves_their_own_partner_as_it_is(office: Office) -> None:
    _, alpha = own(office, office.ann)
    for change in ({"clearance": "RED"}, {"clearance": "CLEAR", "economy": "AU"},
                   {"clearance": "CLEAR", "organisation": AGENCY},
                   {"clearance": "CLEAR", "needs_purpose": True}):  # fmt: skip
        body = {"name": "Alpha"} | change
        path = f"/access/partners/{alpha}"
        office.refused(403, "second-operator-needed", office.ann, "PUT", path, body)
    raised = {"name": "Alpha", "clearance": "RED"}
    assert office.done(office.ben, "PUT", f"/access/partners/{alpha}", raised)["clearance"] == "RED"


def test_a_partner_of_ones_own_agency_under_another_name_is_refused(office: Office) -> None:
    _, alpha = own(office, office.ann)
    office.done(office.ben, "PUT", f"/access/partners/{alpha}",
                {"name": "Alpha", "clearance": "CLEAR", "organisation": AGENCY})  # fmt: skip
    for body in ({"name": "ＡＬＰＨＡ", "clearance": "RED"},
                 {"name": "New", "clearance": "RED", "organisation": AGENCY}):  # fmt: skip
        office.refused(409, "access-conflict", office.ann, "POST", "/access/partners", body)
    gamma = office.partner()
    for body in ({"name": "alpha", "clearance": "RED"},
                 {"name": "Gamma", "clearance": "RED", "organisation": AGENCY}):  # fmt: skip
        office.refused(409, "access-conflict", office.ann, "PUT", f"/access/partners/{gamma}", body)


@pytest.mark.parametrize("email", ["ann@alpha.example", "Ann+2@alpha.example", "ANN@ALPHA.example"])
def test_a_second_account_of_the_same_person_counts_as_ones_own(office: Office, email: str) -> None:
    shadow = office.account(office.partner(), "Someone", email=email)
    assert office.role(shadow, "reader")["needs_confirmation"] is True
    body = {"account": shadow}
    office.refused(403, "second-operator-needed", office.ann, "POST", "/access/tokens", body)


def test_the_token_of_a_colleague_is_for_another_operator_to_issue(office: Office) -> None:
    ann, _ = own(office, office.ann)
    cora = colleague(office)
    body = {"account": cora}
    office.refused(403, "second-operator-needed", office.ann, "POST", "/access/tokens", body)
    grant = office.role(cora, "reader")
    office.refused(403, "second-operator-needed", office.ann, "POST", "/access/tokens", body)
    office.done(office.ben, "POST", confirm(office, cora, grant["id"]))
    token = office.token(cora)["token"]
    assert office.me(token)["roles"] == [{"role": "reader", "economy": None}]
    # One more role that has no effect yet changes nothing; one's own token is one's own.
    office.role(cora, "auditor")
    assert office.me(office.token(cora)["token"])["roles"] == [{"role": "reader", "economy": None}]
    assert office.me(office.token(ann)["token"])["id"] == ann


def test_an_operator_made_by_the_first_is_no_second(office: Office) -> None:
    made = office.account(office.partner("Delta"), "Dora")
    office.role(made, "operator")
    dora = office.token(made)["token"]
    cora = colleague(office)
    grant = office.role(cora, "reader")
    path = confirm(office, cora, grant["id"])
    office.refused(403, "second-operator-needed", dora, "POST", path)
    # Nor does she grant to the partner of whoever made her, or have that one confirm.
    other = office.role(cora, "auditor", token=dora)
    assert other["needs_confirmation"] is True
    path = confirm(office, cora, other["id"])
    office.refused(403, "second-operator-needed", office.ann, "POST", path)
    _, alpha = own(office, office.ann)
    raised = {"name": "Alpha", "clearance": "RED"}
    office.refused(403, "second-operator-needed", dora, "PUT", f"/access/partners/{alpha}", raised)
    office.refused(403, "second-operator-needed", dora, "POST", "/access/tokens",
                   {"account": cora})  # fmt: skip
    body = {"name": "Ann the Second", "email": "other@alpha.example"}
    office.refused(403, "second-operator-needed", dora, "PUT", f"/access/accounts/{cora}", body)


def test_two_operators_of_one_maker_confirm_nothing_for_each_other(office: Office) -> None:
    found = []
    for name in ("Dora", "Emil"):
        made = office.account(office.partner(f"Partner of {name}"), name)
        office.role(made, "operator")
        found.append(office.token(made)["token"])
    dora, emil = found
    cora = colleague(office)
    grant = office.role(cora, "reader", token=dora)
    path = confirm(office, cora, grant["id"])
    office.refused(403, "second-operator-needed", emil, "POST", path)
    office.done(office.ben, "POST", path)


def test_an_operator_whose_token_the_first_has_issued_is_no_second(office: Office) -> None:
    ben, _ = own(office, office.ben)
    stolen = office.token(ben)["token"]
    cora = colleague(office)
    path = confirm(office, cora, office.role(cora, "reader")["id"])
    office.refused(403, "second-operator-needed", stolen, "POST", path)
    rotated = office.done(stolen, "POST", "/access/tokens/rotate")["token"]
    office.refused(403, "second-operator-needed", rotated, "POST", path)


def test_whoever_would_get_a_role_does_not_confirm_it(office: Office) -> None:
    carl = office.operator("Carl", "Alpha")
    account, _ = own(office, carl)
    shadow = office.account(own(office, office.ann)[1], "Karl", email="carl+k@alpha.example")
    grant = office.role(shadow, "reader")
    path = confirm(office, shadow, grant["id"])
    office.refused(403, "second-operator-needed", carl, "POST", path)
    office.done(office.ben, "POST", path)
    assert account != shadow


def test_two_operators_of_one_partner_made_at_the_machine_are_two(office: Office) -> None:
    carl = office.operator("Carl", "Alpha")
    namesake = office.operator("ann", "Alpha")
    cora = colleague(office)
    path = confirm(office, cora, office.role(cora, "reader")["id"])
    office.refused(403, "second-operator-needed", namesake, "POST", path)
    office.done(carl, "POST", path)


def test_how_ones_own_accounts_are_called_is_for_another_operator(office: Office) -> None:
    ann, _ = own(office, office.ann)
    path, body = f"/access/accounts/{ann}", {"name": "Nobody", "email": "nobody@alpha.example"}
    office.refused(403, "second-operator-needed", office.ann, "PUT", path, body)
    assert office.done(office.ben, "PUT", path, body)["name"] == "Nobody"
    office.refused(422, "invalid-access", office.ben, "PUT", path, {"name": "Nobody"})
    office.refused(422, "invalid-access", office.ben, "PUT", path, body | {"partner": ann})


def test_a_confirmation_that_was_taken_away_cannot_be_given(office: Office) -> None:
    cora = colleague(office)
    grant = office.role(cora, "reader")
    office.done(office.ann, "DELETE", f"/access/accounts/{cora}/roles/{grant['id']}")
    path = confirm(office, cora, grant["id"])
    office.refused(409, "access-conflict", office.ben, "POST", path)
    grant = office.role(cora, "reader")
    office.done(office.ann, "DELETE", f"/access/accounts/{cora}")
    path = confirm(office, cora, grant["id"])
    office.refused(409, "access-conflict", office.ben, "POST", path)
