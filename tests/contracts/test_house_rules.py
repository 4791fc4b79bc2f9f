"""Promises of the whole code base that no linter knows.

They read the syntax tree, not the text: a comment may speak of what the code must not do.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DELIVERY = ("directory/app.py", "directory/clock.py", "directory/cli/", "directory/web/")
LONGEST_MODULE = 400


def modules() -> dict[str, str]:
    """Every module that runs in service, by its path in the project."""
    paths = [ROOT / "config.py", ROOT / "wsgi.py"]
    for folder in ("directory", "migrations"):
        paths += (ROOT / folder).rglob("*.py")
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}


def names_in(source: str) -> Iterator[str]:
    """Yield the attributes taken and the names imported: ``environ`` of ``os.environ``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names)


def users_of(*names: str) -> set[str]:
    """Find the modules that use any of these names."""
    return {path for path, source in modules().items() if set(names) & set(names_in(source))}


def test_only_the_configuration_reads_the_environment() -> None:
    # WSGI calls what came with a request its environment, too; one module reads that.
    assert users_of("environ", "environb", "getenv") == {"config.py", "directory/web/asked.py"}


def test_only_the_database_module_commits() -> None:
    assert users_of("commit") <= {"directory/db.py"}


def test_nothing_below_delivery_reads_the_clock() -> None:
    readers = users_of("now", "utcnow", "utc_now", "today", "localtime", "gmtime")
    assert {path for path in readers if not path.startswith(DELIVERY)} == set()


def test_no_module_has_grown_past_reading() -> None:
    lengths = {path: source.count("\n") for path, source in modules().items()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_a_lock_file_pins_by_hash_and_names_no_place(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert re.findall(r"\S*(?:://|/|--(?!hash)|@ )\S*", text) == []


def test_what_is_tested_is_what_runs() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text("utf-8")
        return set(re.findall(r"^\S+==\S+", text, re.MULTILINE))

    assert pins("runtime.txt") <= pins("dev.txt")
