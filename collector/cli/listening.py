"""Room of the socket server: waitress, which reads a body whole before it takes a thread, and its graceful end.

It must not know the application. `serve` hands one in with a bound socket.
"""

import logging
import resource
import signal
import socket
import time
from collections.abc import Callable

from waitress import wasyncore

from collector.cli import receiving
from collector.settings import Settings

log = logging.getLogger(__name__)

GRACE = 8.0  # seconds for requests that came whole before the end
OWN_FILES = 256  # open files besides those of connections: database, blobs, log, sockets of our own
FILES_EACH = 3  # of one connection: its socket, the body that comes, the answer that waits


class Listener:
    """A server on one socket that can be told to end."""

    def __init__(self, application: Callable, bound: socket.socket, settings: Settings):
        self._map: dict = {}
        self._ending = False
        self._server = receiving.Server(
            application, bound, settings, self._map,
            connection_limit=connections_within_files(settings.connections), channel_timeout=settings.idle_seconds,
            cleanup_interval=max(1, min(30, settings.idle_seconds // 4)), recv_bytes=65_536,
            inbuf_overflow=receiving.IN_MEMORY, max_request_body_size=settings.largest_request + 1, ident=None,
            expose_tracebacks=False, clear_untrusted_proxy_headers=False)

    def run(self) -> None:
        """Nothing; answers until SIGTERM or SIGINT, then finishes what came whole."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self._ending:
            wasyncore.loop(timeout=1.0, use_poll=True, map=self._map, count=1)
        self._finish()

    def _end(self, number: int, _frame) -> None:
        if self._ending:  # asked twice: at once
            raise SystemExit(0)
        self._ending = True
        self._server.pull_trigger()

    def _finish(self) -> None:
        wasyncore.dispatcher.close(self._server)  # nobody new
        until = time.monotonic() + GRACE
        while self._busy() and time.monotonic() < until:
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._map, count=1)
        self._server.task_dispatcher.shutdown(timeout=max(0.1, until - time.monotonic()))
        for channel in self._channels():
            channel.handle_close()

    def _busy(self) -> bool:
        """Whether a whole request waits for its answer or an answer is on its way; the others are hung up on."""
        busy = False
        for channel in self._channels():
            if channel.requests or channel.total_outbufs_len:
                busy = True
            else:
                channel.handle_close()
        return busy

    def _channels(self) -> list[receiving.Channel]:
        return [one for one in list(self._map.values()) if isinstance(one, receiving.Channel)]


def connections_within_files(connections: int) -> int:
    """How many connections may be open, so that open files never run out; raises this process's own limit for them."""
    wanted = connections * FILES_EACH + OWN_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    allowed = max(8, (soft - OWN_FILES) // FILES_EACH)
    log.warning("the system allows %d open files: at most %d connections, not %d", soft, allowed, connections)
    return allowed
