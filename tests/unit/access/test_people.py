"""Who counts as another person, and which roles go together: without a database."""

import pytest

from directory.access.rules import (
    AccountKind,
    Granted,
    Made,
    are_independent,
    chain_of,
    hint_of,
    is_same_person,
    is_their_own,
    lineage,
    new_token,
    why_not_role,
    why_not_second,
)
from directory.policy import Role


def made(account: str, *by: str, partner: str = "", name: str = "", email: str = "") -> Made:
    return Made(
        account,
        AccountKind.PERSON,
        partner or f"of {account}",
        name or account,
        email or f"{account}@one.example",
        frozenset(by),
    )


def known(*accounts: Made) -> dict[str, Made]:
    return {one.account: one for one in accounts}


@pytest.mark.parametrize(
    ("email", "is_one"),
    [("ann@one.example", True), ("ann+x@one.example", True), ("ANN@One.example", True),
     ("ann@two.example", False), ("anna@one.example", False)],
)  # fmt: skip
def test_an_address_is_one_person(email: str, is_one: bool) -> None:
    assert is_same_person(made("ann"), made("b", email=email)) is is_one


def test_a_name_is_one_person_within_a_partner() -> None:
    one = made("a", partner="p", name="Ann Lee")
    assert is_same_person(one, made("b", partner="p", name="ANN  LÉE"))
    assert not is_same_person(one, made("b", partner="q", name="Ann Lee"))


def test_an_account_without_an_address_is_nobody_elses() -> None:
    service = Made("s", AccountKind.SERVICE, "p", "Importer", None, frozenset())
    other = Made("t", AccountKind.SERVICE, "p", "Exporter", None, frozenset())
    assert not is_same_person(service, other)
    assert is_same_person(service, service)


def test_a_lineage_reaches_back_to_the_first_and_ends() -> None:
    accounts = known(made("a", "b"), made("b", "c", "a"), made("c", "gone"), made("d"))
    assert {one.account for one in lineage(accounts, "a")} == {"a", "b", "c"}
    assert lineage(accounts, "gone") == []


def test_whoever_was_made_by_the_proposer_through_others_is_no_second() -> None:
    accounts = known(made("a"), made("b", "a"), made("c", "b"), made("d"))
    assert why_not_second(accounts, "a", "c") is not None
    assert why_not_second(accounts, "d", "c") is None
    assert why_not_second(accounts, "c", "a") is None


def test_independence_goes_both_ways_and_knows_a_common_maker() -> None:
    accounts = known(made("root"), made("a", "root"), made("b", "root"), made("c"))
    assert not are_independent(accounts, "a", "b")
    assert not are_independent(accounts, "a", "root")
    assert not are_independent(accounts, "root", "a")
    assert are_independent(accounts, "a", "c")


def test_ones_own_are_those_of_whoever_made_one() -> None:
    accounts = known(made("a", partner="p"), made("b", "a", partner="q"), made("x", partner="p"))
    assert is_their_own(accounts, "b", accounts["x"])
    assert not is_their_own(accounts, "a", made("y", partner="q"))


def test_a_chain_is_whatever_was_rotated_from_one_token() -> None:
    replaces = {"a": None, "b": "a", "c": "b", "d": "a", "x": None, "y": "x"}
    assert chain_of(replaces, "c") == {"a", "b", "c", "d"}
    assert chain_of(replaces, "x") == {"x", "y"}


@pytest.mark.parametrize("role", list(Role))
def test_an_operator_has_no_other_role(role: Role) -> None:
    economy = "AU" if role is Role.EDITOR else None
    wanted, operator = Granted(role, economy), Granted(Role.OPERATOR)
    assert why_not_role(AccountKind.PERSON, [operator], wanted) is not None
    assert why_not_role(AccountKind.PERSON, [], wanted) is None
    may = role in {Role.READER, Role.EDITOR, Role.COORDINATOR}
    assert (why_not_role(AccountKind.SERVICE, [], wanted) is None) is may


def test_what_is_shown_of_a_token_is_too_little_to_guess_the_rest() -> None:
    token = new_token()
    assert len(token) == 47
    assert token.startswith(hint_of(token))
    assert len(hint_of(token)) == 8
