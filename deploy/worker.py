"""A gunicorn worker whose threads are never held up by a slow client.

gunicorn's own threaded worker gives a thread to a connection before its request is there, reads
from it without a limit of time, writes to it for as long as the client likes, and closes
connections in its main loop while it waits for the client to be done: eight slow clients stop a
service of two workers. Here the main loop, which waits for nobody, gathers the whole request,
sends what a client has not read yet, and closes connections. Threads only answer.

A proxy that buffers does the same and more, and belongs in front in production; this is for the
day on which it is missing or misconfigured.
"""

from __future__ import annotations

import errno
import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SECONDS_TO_ASK = 15
"""For the whole request, from the first byte or the opening of the connection to the last."""
SECONDS_TO_READ = 30
"""For a client to take in the whole answer."""
SECONDS_TO_CLOSE = 2
SECONDS_WHEN_STOPPING = 2

LARGEST_HEAD = 220_000
"""More than the parser takes, so that it is the parser that refuses."""
LARGEST_BODY = 1_000_000
LARGEST_UPLOAD = 10_100_000
"""Of a list that has come back, with what is said beside the file."""
MOST_HELD = 64_000_000
"""Bytes of unfinished requests and unread answers, over all connections of a worker."""
PIECE = 65_536

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CODED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
UPLOADING = re.compile(rb"POST [^ ?]*/(?:returned-lists|change-sets)/?(?:\?[^ ]*)? HTTP/")
A_FORM = re.compile(rb"\r\ncontent-type:[ \t]*multipart/form-data\b", re.IGNORECASE)
EXPECTING = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
SAY_THE_LENGTH = (
    b"HTTP/1.1 411 Length Required\r\nConnection: close\r\nContent-Length: 0\r\n"
    b"X-Content-Type-Options: nosniff\r\n\r\n"
)


class Socket(socket.socket):
    """A connection's socket, which never waits: what cannot be sent at once is kept.

    Attributes:
        unsent: What the client has had no room for yet.
        is_with_a_thread: Whether a thread has it, which must not wait for the client.
    """

    __slots__ = ("is_with_a_thread", "unsent")

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        self.unsent = bytearray()
        self.is_with_a_thread = False

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send what there is room for, and keep the rest for the main loop."""
        view = memoryview(data).cast("B")
        if not self.unsent:
            view = view[self.send_now(view) :]
        self.unsent += view

    def send_now(self, data: memoryview | bytearray) -> int:
        """Send as much as there is room for and say how much that was."""
        sent = 0
        with memoryview(data) as view, suppress(BlockingIOError):
            while sent < len(view):
                sent += self.send(view[sent : sent + PIECE], socket.MSG_DONTWAIT)
        return sent

    def settimeout(self, value: float | None, /) -> None:
        """Leave a thread's socket as it is: with a time set, Python would wait for the client."""
        if not self.is_with_a_thread:
            super().settimeout(value)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive what is there; a thread that finds nothing gives the connection up."""
        try:
            return super().recv(size, flags | socket.MSG_DONTWAIT)
        except BlockingIOError as error:
            if self.is_with_a_thread:
                raise ConnectionResetError(errno.ECONNRESET, "the rest did not come") from error
            raise


class Connection(TConn):  # type: ignore[misc]
    """A connection and how far it is.

    Attributes:
        arrived: What of the next request is there.
        needed: How long that request is, once its head is there.
        answered: The finished work of a thread, while its answer is being sent.
    """

    def __init__(self, cfg: Any, sock: Socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.arrived = bytearray()
        self.needed: int | None = None
        self.answered: Future[Any] | None = None
        self.deadline = 0.0
        self.since = 0.0

    def init(self) -> None:
        """Hand what has arrived to the parser; called by the thread."""
        super().init()
        self.sock.is_with_a_thread = True
        self.parser.unreader.unread(bytes(self.arrived))
        self.arrived.clear()
        self.needed = None

    @property
    def held(self) -> int:
        """How many bytes wait here."""
        return len(self.arrived) + len(self.sock.unsent)

    def is_whole(self) -> bool:
        """Whether the request is there, or is one that the parser or the application refuses.

        Raises:
            ValueError: Its length is not said.
        """
        if self.needed is None:
            end = self.arrived.find(HEAD_END)
            if end < 0:
                return len(self.arrived) > LARGEST_HEAD
            self.needed = self._needed(bytes(self.arrived[: end + len(HEAD_END)]))
        return len(self.arrived) >= self.needed

    def _needed(self, head: bytes) -> int:
        if CODED.search(head):
            raise ValueError
        told = LENGTH.search(head)
        length = int(told[1]) if told else 0
        is_upload = UPLOADING.match(head) and A_FORM.search(head)
        if length > (LARGEST_UPLOAD if is_upload else LARGEST_BODY):
            return 0
        if length and EXPECTING.search(head):
            self.sock.send_now(bytearray(GO_ON))
        return len(head) + length


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker that gathers requests and sends answers without a thread."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        # Each sorted by deadline, since all in one of them are given as long.
        self.asking: deque[Connection] = deque()
        self.reading: deque[Connection] = deque()
        self.closing: deque[Connection] = deque()
        self.held = 0

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, if need be in the place of the one that has waited longest."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}:
                return
            raise
        self.nr_conns += 1
        connection = Connection(self.cfg, Socket(accepted), client, listener.getsockname())
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        self._await_request(connection)

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """Gather the next request of a connection that was kept alive."""
        self.poller.unregister(conn.sock)
        self.keepalived_conns.remove(conn)
        self._await_request(conn)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        """Send the rest of an answer, then keep the connection or close it."""
        conn.sock.is_with_a_thread = False
        failed = fs.cancelled() or fs.exception() is not None
        if conn.sock.unsent and not failed:
            conn.answered = fs
            self.held += len(conn.sock.unsent)
            self._put(self.reading, conn, SECONDS_TO_READ, selectors.EVENT_WRITE, self._send_more)
        elif failed or not fs.result() or conn.parser is None:
            self._close(conn)
        elif rest := conn.parser.unreader.take_buffered():
            conn.arrived += rest
            self.held += len(rest)
            self._await_request(conn)
        else:
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Drop the connections whose time is over."""
        now = time.monotonic()
        for state in (self.asking, self.reading, self.closing):
            while state and (state[0].deadline <= now or self._holds_up_the_stop(state[0], now)):
                self._drop(state, state[0])
        while self.held > MOST_HELD and (self.asking or self.reading):
            state = max((self.asking, self.reading), key=lambda s: sum(c.held for c in s))
            self._drop(state, max(state, key=lambda c: c.held))

    def _await_request(self, conn: Connection) -> None:
        conn.sock.setblocking(False)
        self._put(self.asking, conn, SECONDS_TO_ASK, selectors.EVENT_READ, self._gather)
        self._go_on(conn)

    def _gather(self, conn: Connection, client: Any) -> None:
        data = self._received(conn)
        if data is None:
            return
        if not data:
            self._drop(self.asking, conn)
            return
        conn.arrived += data
        self.held += len(data)
        self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """Give a connection to a thread if its request is whole."""
        try:
            if not conn.arrived or not conn.is_whole():
                return
        except ValueError:
            with suppress(OSError):
                conn.sock.send_now(bytearray(SAY_THE_LENGTH))
            self._take(self.asking, conn)
            self._close(conn)
            return
        self._take(self.asking, conn)
        conn.data_ready = True
        self.enqueue_req(conn)

    def _send_more(self, conn: Connection, client: Any) -> None:
        try:
            sent = conn.sock.send_now(conn.sock.unsent)
        except OSError:
            self._drop(self.reading, conn)
            return
        del conn.sock.unsent[:sent]
        self.held -= sent
        if not conn.sock.unsent and conn.answered is not None:
            self._take(self.reading, conn)
            self.finish_request(conn, conn.answered)

    def _close(self, conn: Connection) -> None:
        """Close a connection in peace: a client that is still sending shall read its answer."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        except OSError:
            self.nr_conns -= 1
            conn.sock.close()
            return
        conn.arrived.clear()
        conn.sock.unsent.clear()
        self._put(self.closing, conn, SECONDS_TO_CLOSE, selectors.EVENT_READ, self._read_away)

    def _read_away(self, conn: Connection, client: Any) -> None:
        if self._received(conn) == b"":
            self._drop(self.closing, conn)

    def _received(self, conn: Connection) -> bytes | None:
        """What has arrived; nothing at the end, None where it was a false alarm."""
        try:
            return bytes(conn.sock.recv(PIECE))
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return b""

    def _put(
        self,
        state: deque[Connection],
        conn: Connection,
        seconds: float,
        events: int,
        then: Callable[[Connection, Any], None],
    ) -> None:
        conn.since = time.monotonic()
        conn.deadline = conn.since + seconds
        state.append(conn)
        self.poller.register(conn.sock, events, partial(then, conn))

    def _take(self, state: deque[Connection], conn: Connection) -> None:
        state.remove(conn)
        self.poller.unregister(conn.sock)
        self.held -= conn.held

    def _drop(self, state: deque[Connection], conn: Connection) -> None:
        self._take(state, conn)
        self.nr_conns -= 1
        conn.sock.close()

    def _make_room(self) -> None:
        for state in (self.asking, self.closing, self.reading):
            if state:
                self._drop(state, state[0])
                return
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.sock.close()

    def _holds_up_the_stop(self, conn: Connection, now: float) -> bool:
        return not self.alive and not conn.sock.unsent and now > conn.since + SECONDS_WHEN_STOPPING
