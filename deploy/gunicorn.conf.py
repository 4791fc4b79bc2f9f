"""How gunicorn serves the directory: gunicorn --config deploy/gunicorn.conf.py wsgi:app.

The address is given on the command line. Each worker loads the application after the fork, so no
database connection is ever shared between processes; do not preload.
"""

import errno
import gc
import logging
import os
import re
import shutil
import socket
import sys
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

_ROOT = Path(__file__).resolve().parent.parent

_TOKEN = re.compile(r"dir_[A-Za-z0-9_-]{43}")


class _WithoutTokens(logging.Formatter):
    """What gunicorn has to say, without the tokens in what it quotes of broken requests."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("dir_…", self._inner.format(record))


class _Logger(Logger):
    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(_WithoutTokens(handler.formatter or logging.Formatter()))


logger_class = _Logger
chdir = str(_ROOT)
pythonpath = str(_ROOT)
bind = "127.0.0.1:8000"

workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "deploy.worker.BufferingWorker"
threads = 4
worker_connections = 800  # systemd lets a process have 1024 files
preload_app = False
timeout = 60
graceful_timeout = 30
keepalive = 5

# No address of the API is longer than a query with a page of a list; tokens are short.
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 4096
# Sent by the worker, which waits for no reader; the kernel would.
sendfile = False

# Workers show that they live by touching a file, which a slow disk would hold up. It holds nothing.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 # nosec B108

# The application writes one line per request and decides which proxies it believes.
accesslog = None
forwarded_allow_ips = ""
control_socket_disable = True


def on_starting(server: Arbiter) -> None:
    """Refuse an address in use, and give the workers an empty folder for their metrics."""
    inherits_its_socket = "GUNICORN_FD" in os.environ or "LISTEN_FDS" in os.environ
    if inherits_its_socket and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return  # an upgrade: the old workers still count in that folder
    if not inherits_its_socket:
        for address in server.cfg.address:
            _refuse_if_in_use(address)
    # Imported late: only now has gunicorn put the project on the path.
    from config import load
    from directory.db import Database
    from directory.errors import DirectoryError
    from directory.migrate import refuse_when_behind
    from directory.settings import Mode

    try:
        settings = load()
        if settings.mode is not Mode.DEVELOPMENT:
            database = Database(settings.database_url)
            refuse_when_behind(database)
            database.dispose()  # nothing of it may go through a fork
    except DirectoryError as error:
        sys.exit(str(error))
    place = "_".join(server.cfg.bind).translate(str.maketrans("/:[]", "----"))
    metrics = settings.state_dir / "metrics" / place
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)


def post_worker_init(worker: Worker) -> None:
    """Settle the worker, and say what to try once the first has loaded the application."""
    # What is loaded stays for good: nobody has to look for garbage in it again and again.
    gc.collect()
    gc.freeze()
    if worker.age == 1 and (commands := os.environ.get("TRY_THESE")):
        print("\nThe directory is up. Try:\n")
        for command in commands.split(r"\n"):
            print(f"  {command}")
        print(flush=True)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Forget the gauges of a worker that is gone."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def _refuse_if_in_use(address: object) -> None:
    if not isinstance(address, tuple):
        return
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sys.exit(
                f"{address[0]}:{address[1]} is in use by another program."
                f" Choose another port, for example: make run PORT={address[1] + 1}"
            )
