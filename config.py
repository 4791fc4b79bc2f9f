"""The only reader of the environment: turns ``DIRECTORY_*`` variables into settings.

An unknown ``DIRECTORY_…`` variable is refused, because a misspelt one would otherwise be a
protection that somebody believes to be on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from directory.errors import Fault
from directory.settings import Anonymous, Mode, Settings, SettingsError

Choice = TypeVar("Choice", bound=StrEnum)

ROOT = Path(__file__).resolve().parent

VARIABLES = {
    "DIRECTORY_MODE": "development (default) or production",
    "DIRECTORY_DATABASE_URL": "default: a SQLite file directory.db in the state folder",
    "DIRECTORY_STATE_DIR": "default: the folder state beside config.py",
    "DIRECTORY_ANONYMOUS": "nothing, clear or everything; what a viewer without an account reads",
}


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from an environment.

    Raises:
        SettingsError: With one fault per variable that cannot work.
    """
    faults = [
        Fault(name, f"no such setting; known are {', '.join(sorted(VARIABLES))}")
        for name in environment
        if name.startswith("DIRECTORY_") and name not in VARIABLES
    ]
    mode = _choice(environment, "DIRECTORY_MODE", Mode, Mode.DEVELOPMENT, faults)
    closed = Anonymous.NOTHING if mode is Mode.PRODUCTION else Anonymous.CLEAR
    anonymous = _choice(environment, "DIRECTORY_ANONYMOUS", Anonymous, closed, faults)
    state_dir = Path(environment.get("DIRECTORY_STATE_DIR") or ROOT / "state").absolute()
    url = environment.get("DIRECTORY_DATABASE_URL") or f"sqlite:///{state_dir / 'directory.db'}"
    if faults:
        raise SettingsError("The directory does not start: a setting cannot work.", *faults)
    return Settings(mode, url, state_dir, anonymous)


def _choice(
    environment: Mapping[str, str],
    name: str,
    choices: type[Choice],
    default: Choice,
    faults: list[Fault],
) -> Choice:
    text = environment.get(name)
    if not text:
        return default
    try:
        return choices(text)
    except ValueError:
        faults.append(Fault(name, f"{text!r} is none of {', '.join(choices)}"))
        return default
