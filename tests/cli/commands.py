"""A directory whose commands a test runs, and what must stand in what they print."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from click.testing import Result
from flask import Flask

from directory.app import create_app
from directory.service import EXTENSION
from directory.settings import OFF, Anonymous, Limits, Mode, Settings

SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Commands:
    """The commands of one directory."""

    app: Flask

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """Run a command as if from a terminal 80 columns wide that has no colours."""
        runner = self.app.test_cli_runner()
        return runner.invoke(args=list(arguments), env={"COLUMNS": "80", **(env or {})})

    def done(self, *arguments: str) -> str:
        """What a command prints that does what it was asked."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str) -> Any:
        """The body that a command prints for programs."""
        return orjson.loads(self.done(*arguments, "--json"))

    def served(self, path: str, **query: str) -> bytes:
        """The body that the API answers with."""
        answer = self.app.test_client().get(f"/api/v1{path}", query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.get_data()


@contextmanager
def commands(
    url: str,
    state: Path,
    *,
    anonymous: Anonymous = Anonymous.EVERYTHING,
    mode: Mode = Mode.DEVELOPMENT,
) -> Iterator[Commands]:
    """The commands of a directory on a database."""
    app = create_app(Settings(mode, url, state, anonymous, Limits(OFF, OFF, OFF)))
    yield Commands(app)
    app.extensions[EXTENSION].dispose()


def is_in(text: str, printed: str) -> bool:
    """Whether a text was printed whole, however it was broken into lines."""
    return SPACE.sub("", text) in SPACE.sub("", printed)
