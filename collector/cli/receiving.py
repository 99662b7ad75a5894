"""Room of requests on their way in: what is too large, has no place or would wait too long is refused at once.

It must not know routes or how a refusal looks: the application gets the Problem in its environment and tells it.
A body that came whole goes to a thread (`cli/listening` starts them); nothing of ours is held before that.
"""

import logging
import socket
import time
from io import BytesIO

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import RequestEntityTooLarge

from collector.domain import problems
from collector.domain.problems import Problem
from collector.services import condition
from collector.settings import Settings

log = logging.getLogger(__name__)

REFUSAL = "collector.refusal"  # in the environment of a request: the Problem to tell
IN_MEMORY = 131_072  # bytes of a body that are kept in memory; what is longer goes to a temporary file
WAITING = 2000  # whole requests that wait for a thread: what has come over a slow line is not lightly sent back
PATIENCE = 20.0  # seconds that a whole request waits for a thread; a phone gives up after 60
STEP = 1 << 20  # bytes after which a body of unknown length is looked at again
TOGETHER = 65_536  # bytes of an answer that leave with its head
LINGER_BYTES = 64_000_000  # read and thrown away after a refusal, so that a phone in the middle of sending hears it
LINGER_SECONDS = 30.0
IDLE_ENOUGH = 5.0  # seconds after which a kept connection gives its place to a new one when all are taken


class Arriving(HTTPRequestParser):
    """A request while it arrives; `error` is the Problem for which it is not taken."""

    arrived = 0.0
    closed = False

    def __init__(self, adj: Adjustments, server: "Server"):
        super().__init__(adj)
        self._server = server
        self._looked_at = 0

    def received(self, data: bytes) -> int:
        """How many of these bytes belong to this request; all of them once it is refused."""
        if self.closed:
            return len(data)
        try:
            consumed = super().received(data)
        except OSError as fault:
            if not condition.is_disk_full(fault):
                raise
            return self._refuse(problems.disk_full(), data)
        if isinstance(self.error, RequestEntityTooLarge):
            return self._refuse(problems.body_too_large(self._server.settings.max_body), data)
        if self.error is None and self._lacks_room():
            return self._refuse(problems.disk_full(), data)
        if self.completed:
            self.arrived = time.monotonic()
        return consumed

    def close(self) -> None:
        """Nothing; what came so far is forgotten."""
        self.closed = True
        super().close()

    def claims(self) -> int:
        """Bytes of disk that this request will still take: the rest of the body, and the copy that is kept of it."""
        if self.content_length:
            return 2 * self.content_length - self.body_bytes_received if self.content_length > IN_MEMORY else 0
        return self.body_bytes_received

    def _lacks_room(self) -> bool:
        """Whether the disk has no room for the body; asked once when the length is told, else as it grows."""
        if self._looked_at == 0 and self.content_length > IN_MEMORY:
            self._looked_at = self.content_length
        elif self.chunked and self.body_bytes_received - self._looked_at >= STEP:
            self._looked_at = self.body_bytes_received
        else:
            return False
        return not self._server.has_room(self)

    def _refuse(self, problem: Problem, data: bytes) -> int:
        self.error = problem
        self.completed = True
        self.expect_continue = False  # who asks first need not send the body
        self.close()
        return len(data)


class Answer(WSGITask):
    """An answer of one piece that is not long leaves together with its head: the system is asked once, not twice."""

    def write(self, data: bytes) -> None:
        """Nothing; the piece is on its way."""
        if self.wrote_header or not self.complete or not 0 < len(data) <= TOGETHER:
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        if not self.has_body or self.chunked_response or self.content_length != len(data):
            self.channel.write_soon(head)
            super().write(data)
            return
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data)


class Refusal(Answer):
    """The answer to what is not taken, told by the application without the body."""

    def execute(self) -> None:
        """Nothing; the answer is on its way, and the connection ends after it."""
        self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict:
        """The environment of the request, with the Problem."""
        return super().get_environment() | {REFUSAL: self.request.error, "wsgi.input": BytesIO()}


def refusing(channel: "Channel", request: HTTPRequestParser):
    """What answers a request that has an error: the application where there is a Problem, else a bare line."""
    channel.refused = True
    return (Refusal if isinstance(request.error, Problem) else ErrorTask)(channel, request)


class Channel(HTTPChannel):
    """One connection. A refusal is answered by the socket thread at once, and the rest of the body is let run out."""

    task_class = Answer
    error_task_class = staticmethod(refusing)
    refused = False
    turned_away = False
    _linger_until: float | None = None
    _discarded = 0

    def parser_class(self, adj: Adjustments) -> Arriving:
        """A new request on this connection."""
        return Arriving(adj, self.server)

    def received(self, data: bytes) -> bool:
        """Whether these bytes were taken."""
        if self._linger_until is not None:
            self._discarded += len(data)
            self.will_close = self.will_close or self._discarded > LINGER_BYTES
            return True
        taken = super().received(data)
        self._answer_turned_away()
        return taken

    def service(self) -> None:
        """Nothing; the request is answered, with a refusal when it waited too long."""
        request = self.requests[0]
        if not request.error and time.monotonic() - request.arrived > PATIENCE:
            request.error = problems.busy()
        super().service()
        self._answer_turned_away()

    def _readable_until(self) -> bool:
        """Whether more may be read, of what is thrown away."""
        if time.monotonic() > self._linger_until:
            self.will_close = True
        return super().readable()

    def handle_write(self) -> None:
        """Nothing; what waits is sent. After a refusal only our side is closed: a reset would take the answer away."""
        if not self.refused or not self.close_when_flushed or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.connected and not self.total_outbufs_len and not self.will_close:
            self.close_when_flushed = False
            self._linger_until = time.monotonic() + LINGER_SECONDS
            self.readable = self._readable_until  # asked for every connection at every turn: no override for the rest
            self.socket.shutdown(socket.SHUT_WR)

    def handle_close(self) -> None:
        """Nothing; the connection and what came of an unfinished request are gone."""
        super().handle_close()
        if self.request is not None:
            self.request.close()

    def is_idle(self) -> bool:
        """Whether the connection is only kept for a request that may come."""
        return not (self.requests or self.request or self.total_outbufs_len)

    def takes_nothing(self, since: float) -> bool:
        """Whether an answer waits of which nothing left since then. Who is just being written to is not meant."""
        if not self.outbuf_lock.acquire(blocking=False):
            return False
        try:
            return self.total_outbufs_len > 0 and self.last_activity < since
        finally:
            self.outbuf_lock.release()

    def _answer_turned_away(self) -> None:
        while self.turned_away:
            self.turned_away = False
            request = self.requests[0]
            request.error = request.error or problems.busy()
            super().service()


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that answer whole requests, and a queue before them that has an end."""

    def add_task(self, task: Channel) -> None:
        """Nothing; a thread will answer, or the channel knows that it is turned away."""
        if task.requests[0].error or len(self.queue) >= WAITING:
            task.turned_away = True
        else:
            super().add_task(task)


class Server(TcpWSGIServer):
    """The listening socket and its connections."""

    channel_class = Channel

    def __init__(self, application, bound: socket.socket, settings: Settings, map: dict, **options):
        self.settings = settings
        dispatcher = Dispatcher()
        dispatcher.set_thread_count(settings.threads)
        super().__init__(application, map, _sock=bound, dispatcher=dispatcher, bind_socket=False,
                         adj=Adjustments(**options),
                         sockinfo=(bound.family, bound.type, bound.proto, bound.getsockname()))

    def has_room(self, asking: Arriving) -> bool:
        """Whether the disk takes this body besides all that are on their way."""
        arriving = {asking}
        for channel in self.active_channels.values():
            arriving.update(one for one in (channel.request, *channel.requests) if one is not None)
        return condition.has_room(self.settings, sum(one.claims() for one in arriving))

    def readable(self) -> bool:
        """Whether one more connection is taken; kept ones without a request make place for it."""
        if len(self._map) >= self.adj.connection_limit:
            cutoff = time.time() - IDLE_ENOUGH
            for channel in list(self.active_channels.values()):
                if channel.is_idle() and channel.last_activity < cutoff:
                    channel.will_close = True
        return super().readable()

    def maintenance(self, now: float) -> None:
        """Nothing; who stopped in the middle, of sending or of taking the answer, is hung up on."""
        super().maintenance(now)
        cutoff = now - self.adj.channel_timeout
        for channel in list(self.active_channels.values()):
            if channel.last_activity >= cutoff or channel.is_idle():
                continue
            if channel.takes_nothing(cutoff):  # it never becomes writable again, so nobody else would close it
                channel.handle_close()
            if channel.will_close or not channel.connected:
                log.info("a connection was silent for %d s in the middle and is dropped", self.adj.channel_timeout)
