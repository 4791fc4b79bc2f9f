"""The test vectors say what the directory does, and a client that knows nothing of it agrees."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from directory.registry import KINDS
from directory.sync.rules.claims import HeadClaims
from directory.sync.signing import verify
from tests.contracts.vectors import (
    FOLDER,
    PAGE,
    held_vectors,
    signed_vectors,
    told_key,
    vectors,
    with_example,
)

CLIENTS = FOLDER.parent / "clients"


def test_the_committed_vectors_are_the_generated_ones() -> None:
    # Where they are not: python -m tests.contracts.vectors
    held = held_vectors()
    assert signed_vectors(held) == held


def test_the_worked_example_is_that_of_the_vectors() -> None:
    text = PAGE.read_text("utf-8")
    assert with_example(text, held_vectors()["feed.json"]) == text


def test_the_committed_heads_are_signed_and_claim_what_they_should() -> None:
    held, made = held_vectors()["feed.json"], vectors()["feed.json"]
    for signed, claims in (
        (held["head"], made["head"]),
        (held["snapshot"]["head"], made["snapshot"]["head"]),
        (held["page"]["head"], made["page"]["head"]),
    ):
        assert verify(signed, [told_key()])[1] == HeadClaims.read(claims)


def test_the_client_in_another_language_knows_the_present_shapes() -> None:
    text = (CLIENTS / "mirror.mjs").read_text("utf-8")
    (told,) = re.findall(r"const VERSIONS = \{([^}]+)\}", text)
    known = dict(each.strip().split(": ") for each in told.split(","))
    assert {kind: int(version) for kind, version in known.items()} == {
        kind.name: kind.version for kind in KINDS
    }


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_another_language_agrees() -> None:
    done = _checked(FOLDER)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tree.json", '"root": "', '"root": "00'),
        ("scopes.json", "interpol", "interpal"),
        ("feed.json", "Night desk", "Night dusk"),
        ("feed.json", '\\"revision\\":2', '\\"revision\\":3'),
    ],
)
def test_another_language_would_notice(tmp_path: Path, name: str, old: str, new: str) -> None:
    for path in FOLDER.glob("*.json"):
        text = path.read_text("utf-8")
        (tmp_path / path.name).write_text(
            text.replace(old, new, 1) if path.name == name else text, "utf-8"
        )
    assert _checked(tmp_path).returncode != 0


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_whoever_names_no_folder_is_told_which() -> None:
    refused = _checked()
    assert refused.returncode == 2
    assert refused.stderr == "usage: check_vectors.mjs FOLDER (docs/vectors)\n"


def _checked(*folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", str(CLIENTS / "check_vectors.mjs"), *map(str, folder)],  # noqa: S607
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
