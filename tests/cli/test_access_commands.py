"""Operators at the machine, and reading as an account."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from directory.access.rules import TOKEN
from directory.service import EXTENSION
from directory.settings import Anonymous
from tests.api.office import AGENCY
from tests.api.world import put, rid, write
from tests.cli.commands import Commands, commands, is_in
from tests.databases import MakeFurnished

NOWHERE = "00000000-0000-4000-8000-000000000000"
READING = [
    ("reach", "AU"), ("search", "desk"), ("callers", "123"), ("economies", "list"),
    ("economies", "show", "AU"), ("economies", "contacts", "AU"),
    ("economies", "statements", "AU"), ("contacts", "list"), ("contacts", "show", NOWHERE),
    ("organisations", "list"), ("organisations", "show", "open"), ("networks", "list"),
    ("networks", "show", "g7-24-7"), ("meetings", "list"), ("meetings", "show", "none"),
]  # fmt: skip


def furnish(url: str) -> None:
    """Write an open economy with a restricted desk, and make two operators: Ann and Ben."""
    with TemporaryDirectory() as state, commands(url, Path(state)) as office:
        write(office.app.extensions[EXTENSION].database, [
            put("economy", "AU", code="AU", name={"en": "Australia"}, zones=["Australia/Sydney"]),
            put("organisation", "open", slug="open", name={"en": "Open"}, economy="AU",
                owner="AU", organisation_type="law_enforcement", sector="public"),
            put("contact", "desk", title={"en": "Night desk"}, organisation=AGENCY, economy="AU",
                owner="AU", marking="AMBER"),
        ])  # fmt: skip
        for name, partner in (("Ann", "Alpha"), ("Ben", "Beta")):
            office.done("access", "operator", "create", name, "--email",
                        f"{name}@{partner}.example", "--partner-name", partner)  # fmt: skip


@pytest.fixture
def office(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Commands]:
    """An open economy with a restricted desk, and two operators: Ann and Ben."""
    url = fresh_furnished("office_at_the_machine", furnish).url
    with commands(url, tmp_path, anonymous=Anonymous.NOTHING) as office:
        yield office
        office.app.extensions[EXTENSION].dispose()


def as_ann(office: Commands, *arguments: str) -> Any:
    return office.json("access", *arguments, "--as", "Ann")


def reader(office: Commands) -> str:
    partner = as_ann(office, "partners", "create", "Gamma", "--clearance", "AMBER",
                     "--organisation", AGENCY, "--economy", "Australia")  # fmt: skip
    assert (partner["economy"], partner["organisation"]) == ("AU", AGENCY)
    account = as_ann(office, "accounts", "create", "Rita", "--partner", partner["id"], "--email",
                     "rita@gamma.example")  # fmt: skip
    granted = as_ann(office, "roles", "grant", account["id"], "reader")
    assert granted["roles"][0]["needs_confirmation"] is False
    return str(account["id"])


def test_the_first_operator_is_made_without_an_account(fresh: Commands) -> None:
    result = fresh.run("access", "operator", "create", "Ann", "--email", "ann@alpha.example",
                       "--partner-name", "Alpha")  # fmt: skip
    account, token = result.stdout.split()
    assert TOKEN.match(token)
    assert "shown this once" in result.stderr
    me = fresh.app.test_client().get(
        "/api/v1/access/me", headers={"Authorization": f"Bearer {token}"}
    )
    assert me.get_json()["id"] == account
    assert me.get_json()["roles"] == [{"role": "operator", "economy": None}]
    assert token not in fresh.done("access", "tokens", "list", account, "--as", "Ann")
    second = fresh.json("access", "operator", "create", "Ben", "--email", "ben@alpha.example",
                        "--partner-name", "ALPHA")  # fmt: skip
    assert second["partner"] == me.get_json()["partner"]["id"]
    assert fresh.run("access", "operator", "create", "Carl", "--email", "carl", "--partner-name",
                     "Alpha").exit_code == 1  # fmt: skip
    fresh.app.extensions[EXTENSION].dispose()


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_every_reading_command_reads_as_an_account(
    office: Commands, command: tuple[str, ...]
) -> None:
    result = office.run(*command, "--as", "Nobody")
    assert result.exit_code == 3
    assert "There is no open account 'Nobody'." in result.stderr
    assert office.run(*command, "--as", "Ann").exit_code in {0, 3}


def test_an_account_sees_what_it_may(office: Commands) -> None:
    account = reader(office)
    desk = rid("contact", "desk")
    assert "--as" in office.run("contacts", "list").output
    for name in ("Rita", account):
        assert office.json("contacts", "show", desk, "--as", name)["id"] == desk
        assert "Night desk" in office.done("reach", "AU", "--as", name)
    assert office.run("contacts", "show", desk, "--as", "Ann").exit_code == 3
    office.done("access", "accounts", "close", account, "--as", "Ann")
    assert office.run("contacts", "show", desk, "--as", account).exit_code == 3


def test_an_account_is_called_by_its_name_where_no_other_open_one_has_it(office: Commands) -> None:
    account = reader(office)
    granted = as_ann(office, "roles", "grant", "Rita", "auditor")
    assert {role["role"] for role in granted["roles"]} == {"reader", "auditor"}
    assert as_ann(office, "roles", "grant", account.upper(), "coordinator")["id"] == account
    office.done("access", "accounts", "create", "Rita", "--partner", granted["partner"],
                "--email", "rita.two@gamma.example", "--as", "Ann")  # fmt: skip
    for named, why in (("Rita", "by its id"), ("Nobody", "no account 'Nobody'")):
        refused = office.run("access", "tokens", "issue", named, "--as", "Ann")
        assert refused.exit_code == 3
        assert is_in(why, refused.stderr)
    office.done("access", "accounts", "close", account, "--as", "Ann")
    other = as_ann(office, "roles", "grant", "Rita", "reader")["id"]
    assert other != account


def test_whom_nobody_has_named_is_told_how_to_say_who_it_is(office: Commands) -> None:
    for command in (("reach", "AU"), ("contacts", "show", NOWHERE)):
        refused = office.run(*command)
        assert refused.exit_code == 3
        assert is_in("Say as whom: --as ACCOUNT", refused.stderr)
        assert "called" not in refused.stderr


def test_lists_are_printed_for_people(office: Commands) -> None:
    account = reader(office)
    partners = office.done("access", "partners", "list", "--as", "Ann")
    assert all(is_in(word, partners) for word in ("Alpha", "Beta", "Gamma", "AMBER"))
    accounts = office.done("access", "accounts", "list", "--as", "Ann")
    assert all(is_in(word, accounts) for word in ("rita@gamma.example", "operator", account))
    issued = office.done("access", "tokens", "issue", account, "--days", "3", "--as", "Ann").split()
    tokens = office.done("access", "tokens", "list", account, "--as", "Ann")
    assert is_in(issued[0], tokens)
    assert is_in(issued[1][:8], tokens)
    assert issued[1][8:] not in tokens
    office.done("access", "tokens", "revoke", issued[0], "--as", "Ben")
    assert "revoked" in office.done("access", "tokens", "list", account, "--as", "Ann")
    more = office.run("access", "partners", "list", "--limit", "1", "--as", "Ann")
    assert "There is more: --page" in more.output
    alpha = as_ann(office, "accounts", "list")["items"][0]["partner"]
    (found,) = as_ann(office, "accounts", "list", "--partner", alpha)["items"]
    assert found["name"] == "Ann"


def test_a_second_operator_confirms(office: Commands) -> None:
    (alpha,) = [p for p in as_ann(office, "partners", "list")["items"] if p["name"] == "Alpha"]
    cora = as_ann(office, "accounts", "create", "Cora", "--partner", alpha["id"], "--email",
                  "cora@alpha.example")["id"]  # fmt: skip
    grant = as_ann(office, "roles", "grant", cora, "reader")["roles"][0]["id"]
    assert is_in(f"waits for a second operator: {grant}",
                 office.done("access", "accounts", "list", "--as", "Ann"))  # fmt: skip
    confirm = ("access", "roles", "confirm", cora, grant, "--as")
    refused = office.run(*confirm, "Ann")
    assert refused.exit_code == 1
    assert "Another operator has to do this." in refused.stderr
    office.done(*confirm, "Ben")
    office.done("access", "roles", "revoke", cora, grant, "--as", "Ben")
    (role,) = next(a for a in as_ann(office, "accounts", "list")["items"] if a["id"] == cora)[
        "roles"
    ]
    assert role["revoked_at"] is not None


def test_a_partner_is_altered_in_what_is_named(office: Commands) -> None:
    reader(office)
    (gamma,) = [p for p in as_ann(office, "partners", "list")["items"] if p["name"] == "Gamma"]
    altered = as_ann(office, "partners", "alter", gamma["id"], "--clearance", "GREEN",
                     "--needs-purpose")  # fmt: skip
    assert altered == gamma | {"clearance": "GREEN", "needs_purpose": True}
    office.done("access", "partners", "close", gamma["id"], "--as", "Ben")
    assert "closed" in office.done("access", "partners", "list", "--as", "Ann")


@pytest.mark.parametrize(
    "command",
    [("partners", "list"), ("accounts", "list"), ("tokens", "list", NOWHERE),
     ("partners", "create", "G", "--clearance", "RED"), ("partners", "close", NOWHERE),
     ("accounts", "close", NOWHERE), ("roles", "grant", NOWHERE, "reader"),
     ("tokens", "issue", NOWHERE), ("tokens", "revoke", NOWHERE)],
    ids=" ".join,
)  # fmt: skip
def test_operators_alone_keep_accounts(office: Commands, command: tuple[str, ...]) -> None:
    reader(office)
    for account in ((), ("--as", "Rita")):
        result = office.run("access", *command, *account)
        assert result.exit_code == 1, result.output
        assert "Your account has not the role for this." in result.stderr
    assert office.run("access", *command, "--as", "Nobody").exit_code == 3
