"""A writer that dies with the log's head in its hand: run as a program by the tests.

Usage: python -m tests.integration.changes.holding DATABASE_URL

Writes a change set, says "holding", and waits inside the transaction to be killed.
"""

import sys
import time

from directory.db import Database
from tests.integration.changes.world import economy, network, write

if __name__ == "__main__":
    with Database(sys.argv[1]).writing() as connection:
        write(connection, economy("SG"), network("half-written"))
        print("holding", flush=True)  # noqa: T201
        time.sleep(60)
