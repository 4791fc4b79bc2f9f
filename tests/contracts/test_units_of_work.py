"""Nobody but the ground floor opens a database or ends a unit of work."""

from tests.contracts.test_house_rules import modules, users_of

ENGINES = {"directory/engines.py", "directory/migrate.py"}
GROUND = ENGINES | {"directory/db.py"}


def test_only_the_ground_floor_opens_a_database() -> None:
    assert users_of("create_engine", "engine_from_config", "sessionmaker") == ENGINES


def test_only_the_ground_floor_begins_and_so_ends_a_transaction() -> None:
    assert users_of("begin", "begin_twophase") <= GROUND


def test_nothing_commits_statement_by_statement() -> None:
    # A database is vacuumed in no transaction; that writes nothing.
    vacuuming = ["directory/clearing.py"]
    found = [path for path, source in modules().items() if "AUTOCOMMIT" in source.upper()]
    assert found == vacuuming
