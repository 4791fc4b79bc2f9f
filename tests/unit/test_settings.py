"""Settings that cannot work are refused, by name, before anything starts with them."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import config
from directory.settings import OFF, Anonymous, Limits, Mode, Settings, SettingsError

ROOT = Path(__file__).resolve().parents[2]


def refused(**environment: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as refusal:
        config.load({f"DIRECTORY_{name}": value for name, value in environment.items()})
    return {
        fault.pointer.removeprefix("DIRECTORY_"): fault.detail for fault in refusal.value.faults
    }


def test_without_a_word_it_is_a_development_directory_on_sqlite() -> None:
    settings = config.load({})
    assert settings.mode is Mode.DEVELOPMENT
    assert settings.anonymous is Anonymous.CLEAR
    assert settings.database_url == f"sqlite:///{ROOT / 'state' / 'directory.db'}"


IN_PRODUCTION = {
    "DIRECTORY_MODE": "production",
    "DIRECTORY_DATABASE_URL": "sqlite:////var/lib/contact-directory/directory.db",
    "DIRECTORY_SIGNING_KEY_FILE": "/no-such-folder/signing-keys.json",
}


def test_production_opens_nothing_unasked() -> None:
    assert config.load(IN_PRODUCTION).anonymous is Anonymous.NOTHING


def test_production_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        config.load(
            {
                "DIRECTORY_MODE": "production",
                "FLASK_DEBUG": "1",
                "DIRECTORY_ANONYMOUS": "everything",
                "DIRECTORY_RATE_LIMIT": "often",
            }
        )
    assert {fault.pointer for fault in refusal.value.faults} == {
        "DIRECTORY_DATABASE_URL",
        "DIRECTORY_SIGNING_KEY_FILE",
        "FLASK_DEBUG",
        "DIRECTORY_ANONYMOUS",
        "DIRECTORY_RATE_LIMIT",
    }


@pytest.mark.parametrize("debug", ["", "0", "false", "No"])
def test_debug_that_is_off_does_not_matter(debug: str) -> None:
    assert config.load({**IN_PRODUCTION, "FLASK_DEBUG": debug}) == config.load(IN_PRODUCTION)


def test_keys_that_others_may_read_sign_nothing_in_production(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    settings = config.load({**IN_PRODUCTION, "DIRECTORY_SIGNING_KEY_FILE": str(path)})
    assert settings.signing_keys == path
    path.chmod(0o640)
    fault = refused(
        MODE="production", DATABASE_URL="sqlite:////var/d.db", SIGNING_KEY_FILE=str(path)
    )
    assert fault.keys() == {"SIGNING_KEY_FILE"}
    assert f"chmod 600 {path}" in fault["SIGNING_KEY_FILE"]


def test_development_keeps_its_keys_beside_its_database(tmp_path: Path) -> None:
    settings = config.load({"DIRECTORY_STATE_DIR": str(tmp_path)})
    assert settings.signing_keys == tmp_path / "signing-keys.json"


def test_debug_is_for_development() -> None:
    assert config.load({"FLASK_DEBUG": "1"}).mode is Mode.DEVELOPMENT


@pytest.mark.parametrize("name", ["RATE_LIMIT", "RATE_LIMIT_WRITES", "RATE_LIMIT_REFUSED"])
def test_a_limit_that_is_none_is_refused(name: str) -> None:
    for text in ("often", "0/minute", "-1/minute", "10", "10/fortnight", "Off"):
        assert name in refused(**{name: text}), text


def test_limits_are_taken_as_given() -> None:
    settings = config.load(
        {
            "DIRECTORY_RATE_LIMIT": "10/second",
            "DIRECTORY_RATE_LIMIT_WRITES": "off",
            "DIRECTORY_RATE_LIMIT_STORAGE": "redis://localhost:6379/1",
            "DIRECTORY_TRUSTED_PROXIES": "2",
        }
    )
    assert settings.limits == Limits("10/second", OFF, "20/minute", "redis://localhost:6379/1")
    assert settings.trusted_proxies == 2


@pytest.mark.parametrize("address", ["localhost", "memory://", "http://localhost", "memcached://x"])
def test_another_storage_than_redis_is_refused(address: str) -> None:
    assert "RATE_LIMIT_STORAGE" in refused(RATE_LIMIT_STORAGE=address)


@pytest.mark.parametrize("number", ["-1", "one", "1.5", "11", "٣", "1" * 5000])
def test_a_number_of_proxies_that_cannot_be_is_refused(number: str) -> None:
    assert "TRUSTED_PROXIES" in refused(TRUSTED_PROXIES=number)


def test_production_may_open_what_is_clear_but_not_everything() -> None:
    asked = {**IN_PRODUCTION, "DIRECTORY_ANONYMOUS": "clear"}
    assert config.load(asked).anonymous is Anonymous.CLEAR
    assert "ANONYMOUS" in refused(MODE="production", ANONYMOUS="everything")


@pytest.mark.parametrize("name", ["DATABSE_URL", "MODES", "", "mode"])
def test_a_misspelt_setting_is_refused_with_the_known_ones(name: str) -> None:
    told = refused(**{name: "x"})
    assert all(known in told[name] for known in config.VARIABLES)


def test_every_wrong_setting_is_told_at_once() -> None:
    assert set(refused(MODE="prod", ANONYMOUS="all", NONSENSE="1")) == {
        "MODE",
        "ANONYMOUS",
        "NONSENSE",
    }


def test_a_wrong_word_is_told_with_the_right_ones() -> None:
    assert "development, production" in refused(MODE="prod")["MODE"]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://host/database",
        "postgresql://host/database",
        "postgresql+psycopg2://host/database",
        "sqlite+aiosqlite:///directory.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
    ],
)
def test_an_address_of_a_database_that_cannot_serve_is_refused(url: str) -> None:
    assert "DATABASE_URL" in refused(DATABASE_URL=url)


@pytest.mark.parametrize(
    "url", ["sqlite:///directory.db", "postgresql+psycopg://somebody@host/database"]
)
def test_an_address_that_can_serve_is_kept_as_given(url: str) -> None:
    assert config.load({"DIRECTORY_DATABASE_URL": url}).database_url == url


def test_an_empty_setting_is_none() -> None:
    assert config.load({"DIRECTORY_MODE": "", "DIRECTORY_DATABASE_URL": ""}) == config.load({})


def test_other_programs_variables_do_not_matter() -> None:
    assert config.load({"PATH": "/bin", "MODE": "production"}) == config.load({})


def test_settings_cannot_be_made_around_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        Settings(Mode.PRODUCTION, "sqlite:///directory.db", tmp_path, Anonymous.EVERYTHING)


def test_the_environment_of_a_process_is_read() -> None:
    source = "import config; print(config.load().mode)"
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=os.environ | IN_PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "production\n"


def test_holders_are_kept_unless_a_time_is_set() -> None:
    assert config.load({}).erase_ended_after is None
    assert config.load({"DIRECTORY_ERASE_ENDED_AFTER": "off"}).erase_ended_after is None
    set_ = config.load({"DIRECTORY_ERASE_ENDED_AFTER": "730 days"})
    assert set_.erase_ended_after == timedelta(days=730)


@pytest.mark.parametrize(
    "text", ["730", "two years", "0 days", "-1 days", "99999 days", "1.5 days"]
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    assert set(refused(ERASE_ENDED_AFTER=text)) == {"ERASE_ENDED_AFTER"}
