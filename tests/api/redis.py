"""As much of Redis as counting requests takes, on loopback."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Redis:
    """A server that counts.

    Attributes:
        url: Where it listens.
        held: How many under each name, and until when.
    """

    url: str = ""
    held: dict[str, tuple[int, float]] = field(default_factory=dict)

    def answer(self, command: list[str]) -> str:
        """What Redis says to a command, in its own words."""
        name = command[0].upper()
        if name == "EVALSHA":  # the only script that a fixed window runs: count, and set the end
            key, expiry, amount = command[3], int(command[4]), int(command[5])
            count, until = self._get(key)
            self.held[key] = (count + amount, until or time.time() + expiry)
            return f":{count + amount}\r\n"
        if name == "GET":
            count, _ = self._get(command[1])
            return f"${len(str(count))}\r\n{count}\r\n" if count else "$-1\r\n"
        if name == "TTL":
            _, until = self._get(command[1])
            return f":{int(until - time.time()) if until else -2}\r\n"
        return "+OK\r\n"

    def _get(self, key: str) -> tuple[int, float]:
        count, until = self.held.get(key, (0, 0.0))
        return (count, until) if until > time.time() else (0, 0.0)


@contextmanager
def redis() -> Iterator[Redis]:
    """Serve until the block ends, and cut every connection then."""
    state = Redis()
    connections = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            connections.append(self.connection)
            while line := self.rfile.readline():
                command = []
                for _ in range(int(line[1:])):
                    length = int(self.rfile.readline()[1:])
                    command.append(self.rfile.read(length + 2)[:-2].decode())
                self.wfile.write(state.answer(command).encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.url = f"redis://127.0.0.1:{server.server_address[1]}/0?protocol=2"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()
            for connection in connections:
                connection.close()
