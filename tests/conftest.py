"""What every test may ask for: databases of both kinds. The network beyond this machine is shut.

A test that asks for a database runs once on SQLite and once on PostgreSQL (``--database`` chooses
one). Prefer ``connection``: whatever is written in it is undone afterwards. A test that commits,
or that starts processes, takes ``database`` or ``fresh_database``; ``fresh_furnished`` is for what
many tests begin with, and writes it once per run.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Connection
from xdist.workermanage import WorkerController

from directory.db import Database
from tests import network, statements
from tests.databases import Backend, Databases, Furnish, Furnished, MakeFurnished
from tests.postgres import kept_folder

_DATABASES = pytest.StashKey[Databases]()
_FOLDER = pytest.StashKey[str]()
_LONGEST = (
    "/test_generated_attacks.py",
    "/test_schemathesis.py",
    "/scenarios/",
    "/test_many_writers.py",
    "/test_applied_whole.py",
    "/test_generated_lists.py",
    "/test_hostile_files.py",
    "/test_commands_as_processes.py",
)
"""Parts of the names of tests that take longest, in the order in which to begin them."""

network.shut()
statements.share()

# The same examples in every run, so that a run that fails fails again. Whoever looks for more than
# the suite does gives --hypothesis-profile explore, and time.
_SAME = hypothesis.settings(deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("directory", _SAME)
hypothesis.settings.register_profile("explore", _SAME, derandomize=False, max_examples=2000)
hypothesis.settings.load_profile("directory")


class _UndoneError(Exception):
    """Ends a unit of work that shall leave nothing."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*Backend, "both"],
        default="both",
        help="the databases to test on",
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until all tests are collected, which are no garbage
    server_url = os.environ.get("TEST_DATABASE_URL") or None
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[_DATABASES] = Databases(Path(worker_input["folder"]), server_url)
        config.add_cleanup(config.stash[_DATABASES].leave)
        return
    run = ExitStack()
    config.add_cleanup(run.close)
    folder = run.enter_context(kept_folder())
    config.stash[_FOLDER] = str(folder)
    config.stash[_DATABASES] = Databases(folder, server_url)
    run.callback(config.stash[_DATABASES].close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput["folder"] = node.config.stash[_FOLDER]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        backends = list(Backend) if chosen == "both" else [Backend(chosen)]
        metafunc.parametrize("backend", backends, ids=str, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker of a run waits for another in the end.

    Two workers are each given one half of all, and take from the other's end once they are
    through: so the halves are one database each, and what is short comes last in both.
    """
    items.sort(key=_database_of)
    half = len(items) // 2
    long = [_begins(item) < len(_LONGEST) for item in items]
    firsts = [item for item, is_long in zip(items, long, strict=True) if is_long]
    others = [item for item, is_long in zip(items, long, strict=True) if not is_long]
    first = sorted((item for item in firsts if _database_of(item) < 0), key=_begins)
    second = sorted((item for item in firsts if _database_of(item) >= 0), key=_begins)
    between = max(0, half - len(first))
    items[:] = [*first, *others[:between], *second, *others[between:]]


def _database_of(item: pytest.Item) -> int:
    """One database before those tests that need none, and the other after them."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or "backend" not in callspec.params:
        return 0
    return -1 if callspec.params["backend"] is Backend.SQLITE else 1


def _begins(item: pytest.Item) -> int:
    return next((n for n, part in enumerate(_LONGEST) if part in item.nodeid), len(_LONGEST))


def pytest_collection_finish() -> None:
    """Look less often for garbage, and never among the tests: they and the code stay to the end."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> Backend:
    """The kind of database this test runs on."""
    assert isinstance(request.param, Backend)
    return request.param


@pytest.fixture(scope="session")
def new_database(pytestconfig: pytest.Config, backend: Backend) -> Iterator[Callable[[], str]]:
    """Make a migrated database and return its address; kept until the worker ends.

    For fixtures that seed a database once for a whole module or run.
    """
    databases, made = pytestconfig.stash[_DATABASES], list[str]()

    def new() -> str:
        made.append(databases.new(backend))
        return made[-1]

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture(scope="session")
def new_furnished(pytestconfig: pytest.Config, backend: Backend) -> Iterator[MakeFurnished]:
    """Make a database in which something stands already; kept until the worker ends."""
    yield from _furnishing(pytestconfig.stash[_DATABASES], backend)


@pytest.fixture
def fresh_furnished(pytestconfig: pytest.Config, backend: Backend) -> Iterator[MakeFurnished]:
    """Make a database of this test's own in which something stands already."""
    yield from _furnishing(pytestconfig.stash[_DATABASES], backend)


def _furnishing(databases: Databases, backend: Backend) -> Iterator[MakeFurnished]:
    made = list[str]()

    def new(what: str, furnish: Furnish) -> Furnished:
        furnished = databases.furnished(backend, what, furnish)
        made.append(furnished.url)
        return furnished

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture
def fresh_database(pytestconfig: pytest.Config, backend: Backend) -> Iterator[str]:
    """The address of a migrated database of this test's own."""
    databases = pytestconfig.stash[_DATABASES]
    url = databases.new(backend)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database(pytestconfig: pytest.Config, backend: Backend) -> Iterator[str]:
    """The address of a database in which no migration has run."""
    databases = pytestconfig.stash[_DATABASES]
    url = databases.new(backend, migrated=False)
    yield url
    databases.drop(url)


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    """A migrated database of this test's own, in which units of work really commit."""
    database = Database(fresh_database)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shared_database(new_database: Callable[[], str]) -> Iterator[Database]:
    """A migrated database that stays empty: tests write to it through ``connection`` alone."""
    database = Database(new_database())
    yield database
    database.dispose()


@pytest.fixture
def connection(shared_database: Database) -> Iterator[Connection]:
    """A writing unit of work that is undone when the test ends."""
    with suppress(_UndoneError), shared_database.writing() as connection:
        yield connection
        raise _UndoneError
