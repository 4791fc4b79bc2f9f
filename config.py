"""The only reader of the environment: turns ``DIRECTORY_*`` variables into settings.

An unknown ``DIRECTORY_…`` variable is refused, because a misspelt one would otherwise be a
protection that somebody believes to be on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from directory.errors import Fault
from directory.settings import OFF, Anonymous, Limits, Mode, Settings, SettingsError

Choice = TypeVar("Choice", bound=StrEnum)

ROOT = Path(__file__).resolve().parent

VARIABLES = {
    "DIRECTORY_MODE": "development (default), production or mirror",
    "DIRECTORY_DATABASE_URL": "default: a SQLite file directory.db in the state folder",
    "DIRECTORY_STATE_DIR": "default: the folder state beside config.py",
    "DIRECTORY_ANONYMOUS": "nothing, clear or everything; what a viewer without an account reads",
    "DIRECTORY_RATE_LIMIT": "requests of one account or address; default: 600/minute, or off",
    "DIRECTORY_RATE_LIMIT_WRITES": "those that change something; default: 60/minute",
    "DIRECTORY_RATE_LIMIT_REFUSED": "invalid tokens from one address; default: 20/minute",
    "DIRECTORY_RATE_LIMIT_STORAGE": "redis://… for one count over all processes; default: none",
    "DIRECTORY_SIGNING_KEY_FILE": "keys that heads are signed with; default: in the state folder",
    "DIRECTORY_ERASE_ENDED_AFTER": "how long after their end holders are kept: 730 days, or off",
    "DIRECTORY_TRUSTED_PROXIES": "how many proxies stand in front; default: 0",
}
DAYS = re.compile(r"([0-9]{1,5}) days?\Z")
MOST_DAYS = 36_500
DEBUG = "FLASK_DEBUG"
OTHERS = 0o077


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
    closed = Anonymous.CLEAR if mode is Mode.DEVELOPMENT else Anonymous.NOTHING
    anonymous = _choice(environment, "DIRECTORY_ANONYMOUS", Anonymous, closed, faults)
    if mode is not Mode.DEVELOPMENT:
        faults += _missing_in_service(environment)
    if mode is Mode.PRODUCTION:
        faults += _faults_of_key_file(environment)
    proxies = _number(environment, "DIRECTORY_TRUSTED_PROXIES", faults)
    kept = _days(environment, "DIRECTORY_ERASE_ENDED_AFTER", faults)
    usual = Limits()
    limits = Limits(
        asks=environment.get("DIRECTORY_RATE_LIMIT") or usual.asks,
        writes=environment.get("DIRECTORY_RATE_LIMIT_WRITES") or usual.writes,
        refused=environment.get("DIRECTORY_RATE_LIMIT_REFUSED") or usual.refused,
        storage=environment.get("DIRECTORY_RATE_LIMIT_STORAGE") or None,
    )
    state_dir = Path(environment.get("DIRECTORY_STATE_DIR") or ROOT / "state").absolute()
    url = environment.get("DIRECTORY_DATABASE_URL") or f"sqlite:///{state_dir / 'directory.db'}"
    try:
        settings = Settings(
            mode, url, state_dir, anonymous, limits, proxies, _key_file(environment), kept
        )
    except SettingsError as error:
        faults += error.faults
    if faults:
        raise SettingsError("The directory does not start: a setting cannot work.", *faults)
    return settings


def _missing_in_service(environment: Mapping[str, str]) -> Iterator[Fault]:
    if not environment.get("DIRECTORY_DATABASE_URL"):
        yield Fault(
            "DIRECTORY_DATABASE_URL", "is missing; in service nothing is taken in its place"
        )
    if environment.get(DEBUG, "").lower() not in {"", "0", "false", "no"}:
        yield Fault(DEBUG, "is on, and shows the inside of the service to whoever asks; unset it")


def _faults_of_key_file(environment: Mapping[str, str]) -> Iterator[Fault]:
    key_file = _key_file(environment)
    if key_file is None:
        yield Fault(
            "DIRECTORY_SIGNING_KEY_FILE",
            "is missing: name the file that flask sync keys create is to make, or has made",
        )
    elif key_file.exists() and key_file.stat().st_mode & OTHERS:
        yield Fault(
            "DIRECTORY_SIGNING_KEY_FILE",
            f"{key_file} may be read by others than its owner: chmod 600 {key_file}",
        )


def _key_file(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("DIRECTORY_SIGNING_KEY_FILE")
    return Path(text).absolute() if text else None


def _number(environment: Mapping[str, str], name: str, faults: list[Fault]) -> int:
    text = environment.get(name) or "0"
    if not (text.isascii() and text.isdigit()):
        faults.append(Fault(name, f"{text!r} is no number"))
        return 0
    return int(text[:9])


def _days(environment: Mapping[str, str], name: str, faults: list[Fault]) -> timedelta | None:
    text = (environment.get(name) or OFF).strip()
    if text == OFF:
        return None
    found = DAYS.match(text)
    if found is None or not 1 <= int(found[1]) <= MOST_DAYS:
        faults.append(Fault(name, f"{text!r} is no time; write it like 730 days, or off"))
        return None
    return timedelta(days=int(found[1]))


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
