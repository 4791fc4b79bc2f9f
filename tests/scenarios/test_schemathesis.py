"""Generated requests against the running service find nothing that its own document does not say.

Schemathesis reads the OpenAPI document, makes valid and invalid requests for every operation in all
its phases, follows links, and checks each answer: status, content type, headers, shape, refusal of
what the document forbids. The run has a fixed seed and makes the same requests every time.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from directory.changes.verify import verify
from directory.db import Database
from directory.ids import seeded_id
from directory.policy import Role, Tlp
from directory.registry import KINDS
from tests.accounts import Granted, account
from tests.api.process import gunicorn
from tests.api.service import sown
from tests.databases import MakeFurnished

API = "/api/v1"
# A number that was never given, an economy that is unknown: what the document calls acceptable may
# still be refused for what it says.
REFUSED_ALL_THE_SAME = [400, 401, 403, 404, 409, 410, 411, 412, 413, 414, 415, 422, 428, 429]
LONGEST_RUN = 500
ENDS_ITS_OWN_TOKEN = f"{API}/access/tokens/"
"""Rotating and revoking: a run that does either goes on with a token that has ended."""


def records(url: str) -> dict[str, list[str]]:
    """Some real ids and slugs for each kind of address, so that not all of them lead nowhere."""

    def get(path: str) -> Any:
        return httpx.get(f"{url}{API}{path}", timeout=20).raise_for_status().json()

    contacts = get("/contacts?limit=40")["items"]
    meeting = get("/meetings/apec-cybercrime-experts-1")

    def ids(items: Any) -> list[str]:
        return [item["id"] for item in items][:5]

    return {
        "economies": ["JP", "TW", "Japan", "BD"],
        "contacts": ids(contacts),
        "organisations": ["interpol", contacts[0]["organisation"]],
        "networks": ["interpol", "g7-24-7"],
        "meetings": ["tel44", "apec-cybercrime-experts-1"],
        "memberships": ids(get("/economies/JP")["memberships"]),
        "statements": ids(get("/economies/NZ/statements")["items"]),
        "channels": ids(channel for contact in contacts for channel in contact["channels"]),
        "holders": ids(holder for contact in contacts for holder in contact["holders"]),
        "keys": ids(key for contact in contacts for key in contact["keys"]),
        "checks": [seeded_id("check", "demo-au-police-desk/duty-telephone/2026-11-12")],
        "attendances": ids(meeting["attendances"]),
        "outcomes": ids(meeting["outcomes"]),
    }


def configuration(
    found: dict[str, list[str]], paths: list[str], report: Path, examples: int
) -> str:
    """The run's configuration, in TOML."""
    lines = [
        "seed = 20110924",
        "[generation]",
        f"max-examples = {examples}",
        "deterministic = true",
        'database = "none"',
        "[cache]",
        "enabled = false",
        "[checks]",
        "enabled = true",
        "[checks.positive_data_acceptance]",
        f"expected-statuses = {json.dumps(['2xx', 300, 303, 308, *REFUSED_ALL_THE_SAME])}",
        "[checks.negative_data_rejection]",
        f"expected-statuses = {json.dumps([*REFUSED_ALL_THE_SAME, 405, 406])}",
        "[reports.json]",
        f"path = {json.dumps(str(report))}",
    ]
    for name, values in found.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    for path in paths:
        kind = path.removeprefix(f"{API}/").split("/")[0]
        if "{" in path and kind in found:
            parameter = path[path.index("{") + 1 : path.index("}")]
            lines += [
                "[[operations]]",
                f"include-path = {json.dumps(path)}",
                "[operations.parameters]",
                f'"path.{parameter}" = {{ dictionary = "{kind}", probability = 0.7 }}',
            ]
    return "\n".join(lines) + "\n"


METHODS = {"get", "post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Run:
    """One run of Schemathesis.

    Attributes:
        role: Of the account that asks; None asks without one.
        examples: Tries for each operation in the fuzzing phases.
        phases: What Schemathesis does; working through every boundary takes most of the time, and
            an account meets the same ones as nobody does.
        methods: Which operations are tried; to nobody all that write answer alike.
    """

    role: Granted | None
    examples: int
    phases: tuple[str, ...]
    methods: frozenset[str]


READS, ALL = frozenset({"get"}), frozenset(METHODS)
RUNS = {
    "nobody": Run(None, 4, ("examples", "coverage", "fuzzing", "stateful"), READS),
    "editor": Run((Role.EDITOR, "AU"), 1, ("examples", "fuzzing"), ALL),
    "operator": Run(Role.OPERATOR, 1, ("examples", "fuzzing"), ALL),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", RUNS)
def test_generated_requests_find_nothing(
    fresh_furnished: MakeFurnished, tmp_path: Path, who: str
) -> None:
    url, asks = fresh_furnished(*sown("reference", "report", "demo")).url, RUNS[who]
    database = Database(url)
    given: list[str] = []
    if asks.role is not None:
        with database.writing() as connection:
            _, token = account(
                connection, partner=str(uuid4()), roles=[asks.role], clearance=Tlp.RED
            )
        given = ["--header", f"Authorization: Bearer {token}"]
    database.dispose()
    report, settings = tmp_path / "report.json", tmp_path / "schemathesis.toml"
    with gunicorn(url, tmp_path, workers=1) as service:
        document = httpx.get(f"{service.url}{API}/openapi.json").json()["paths"]
        operations = [
            (method, path) for path, item in document.items() for method in item
            if method in asks.methods and not path.startswith(ENDS_ITS_OWN_TOKEN)
        ]  # fmt: skip
        found = configuration(records(service.url), list(document), report, asks.examples)
        settings.write_text(found)
        methods = [f"--include-method={method.upper()}" for method in sorted(asks.methods)]
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run",
             f"{service.url}{API}/openapi.json", "--no-color", "--continue-on-failure",
             "--checks", "all", "--phases", ",".join(asks.phases), *methods,
             "--exclude-path-regex", ENDS_ITS_OWN_TOKEN, *given],
            cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST_RUN, check=False,
        )  # fmt: skip
        log = service.log.read_text()
    assert run.returncode == 0, run.stdout[-9000:] + run.stderr[-2000:]
    told = json.loads(report.read_text())
    assert told["failures"] == []
    assert told["errors"] == []
    assert told["operations"]["tested"] == len(operations) > 25
    least = 20 if "coverage" in asks.phases else asks.examples
    assert told["test_cases"]["generated"] > least * len(operations)
    assert {phase: told["phases"][phase]["status"] for phase in asks.phases} == dict.fromkeys(
        asks.phases, "success"
    )
    assert '"level":"error"' not in log
    with Database(url).reading() as connection:
        assert verify(connection, KINDS, progress=lambda done, of: None).problems == ()
