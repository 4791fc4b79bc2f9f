"""Generated requests against the running service find nothing that its own document does not say.

Schemathesis reads the OpenAPI document, makes valid and invalid requests for every operation in all
its phases, follows links, and checks each answer: status, content type, headers, shape, refusal of
what the document forbids. The run has a fixed seed and makes the same requests every time.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from directory.db import Database
from directory.ids import seeded_id
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.api.process import ROOT, gunicorn

API = "/api/v1"
# A number that was never given, an economy that is unknown: what the document calls acceptable may
# still be refused for what it says.
REFUSED_ALL_THE_SAME = [400, 404, 410, 412, 414, 422, 428]
LONGEST_RUN = 170
ACCESS = f"{API}/access/"
"""Open to accounts alone: what comes without a token is refused before anything is read."""


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
        "meetings": ["apec-tel-44", "apec-cybercrime-experts-1"],
        "memberships": ids(get("/economies/JP")["memberships"]),
        "statements": ids(get("/economies/NZ/statements")["items"]),
        "channels": ids(channel for contact in contacts for channel in contact["channels"]),
        "holders": ids(holder for contact in contacts for holder in contact["holders"]),
        "keys": ids(key for contact in contacts for key in contact["keys"]),
        "checks": [seeded_id("check", "demo-au-police-desk/duty-telephone/2026-11-12")],
        "attendances": ids(meeting["attendances"]),
        "outcomes": ids(meeting["outcomes"]),
    }


def configuration(found: dict[str, list[str]], paths: list[str], report: Path) -> str:
    """The run's configuration, in TOML."""
    lines = [
        "seed = 20110924",
        "[generation]",
        "max-examples = 8",
        "deterministic = true",
        'database = "none"',
        "[cache]",
        "enabled = false",
        "[checks]",
        "enabled = true",
        "[checks.positive_data_acceptance]",
        f"expected-statuses = {json.dumps(['2xx', 300, 308, *REFUSED_ALL_THE_SAME])}",
        "[checks.negative_data_rejection]",
        f"expected-statuses = {json.dumps([*REFUSED_ALL_THE_SAME, 405, 406])}",
        "[reports.json]",
        f"path = {json.dumps(str(report))}",
    ]
    for name, values in found.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    for path in paths:
        if "{" in path:
            kind = path.removeprefix(f"{API}/").split("/")[0]
            parameter = path[path.index("{") + 1 : path.index("}")]
            lines += [
                "[[operations]]",
                f"include-path = {json.dumps(path)}",
                "[operations.parameters]",
                f'"path.{parameter}" = {{ dictionary = "{kind}", probability = 0.7 }}',
            ]
    return "\n".join(lines) + "\n"


@pytest.mark.timeout(240)
def test_generated_requests_find_nothing(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    database = Database(url)
    seed(database, KINDS, ROOT / "seed", ["reference", "report", "demo"],
         at=datetime(2026, 11, 20, 12, tzinfo=UTC))  # fmt: skip
    database.dispose()
    report, settings = tmp_path / "report.json", tmp_path / "schemathesis.toml"
    with gunicorn(url, tmp_path) as service:
        document = httpx.get(f"{service.url}{API}/openapi.json").json()
        operations = [
            (method, path) for path, item in document["paths"].items() for method in item
            if method in {"get", "post", "put", "patch", "delete"} and ACCESS not in path
        ]  # fmt: skip
        paths = list(document["paths"])
        settings.write_text(configuration(records(service.url), paths, report))
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run",
             f"{service.url}{API}/openapi.json", "--no-color", "--continue-on-failure",
             "--exclude-path-regex", ACCESS],
            cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST_RUN, check=False,
        )  # fmt: skip
        log = service.log.read_text()
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    told = json.loads(report.read_text())
    assert told["failures"] == []
    assert told["errors"] == []
    assert told["operations"]["tested"] == told["operations"]["total"] == len(operations) > 20
    assert told["test_cases"]["generated"] > 20 * len(operations)
    assert {phase: told["phases"][phase]["status"] for phase in told["phases"]} == {
        "examples": "success", "coverage": "success", "fuzzing": "success", "stateful": "success",
    }  # fmt: skip
    # Every operation was also given something to answer with.
    assert told["warnings"]["missing_test_data"] == []
    assert '"level":"error"' not in log
