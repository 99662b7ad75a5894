"""Room of the one way out to addresses that people wrote: an HTTP request that leads only where it may.

It must not know webhooks (`services/delivering`). The name is looked up once, when the connection is made; each address
found is judged, and the connection goes to the very address that was judged. TLS goes on asking for the name.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from collector.domain.addresses import may_reach

CONNECT, READ, WHOLE = 5.0, 10.0, 30.0  # seconds: for a connection, between two bytes, for all of it
MOST = 65_536  # bytes of an answer that are read at all
Resolve = Callable[..., list]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. code: the status, None where no answer came; fault: '' or a word of `domain/webhooks`."""

    code: int | None
    fault: str
    took: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where requests may lead and how long they may take. allowed: networks beside the internet; verify: False never,
    a file of certificates to trust instead of the usual ones; resolve: as socket.getaddrinfo. Times in seconds."""

    allowed: Sequence = ()
    verify: bool | str = True
    resolve: Resolve = socket.getaddrinfo
    connect: float = CONNECT
    read: float = READ
    whole: float = WHOLE


class _Refused(Exception):
    """No connection is made. Its text is the fault."""


class _Line:
    """One connection: made to an address that was judged, cut when its time is over."""

    def __init__(self, bounds: Bounds):
        self._bounds = bounds
        self._end = monotonic() + bounds.whole
        self._hold: socket.socket | None = None
        self.was_cut = False

    def open(self, host: str, port: int) -> socket.socket:
        """A connected socket. Raises _Refused, OSError."""
        try:
            found = self._bounds.resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise _Refused("dns") from None
        if not found:
            raise _Refused("dns")
        if not all(may_reach(address[4][0], self._bounds.allowed) for address in found):
            raise _Refused("private")
        fault: OSError | None = None
        for family, kind, protocol, _name, address in found:
            left = min(self._bounds.connect, self._end - monotonic())
            if left <= 0:
                raise TimeoutError
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(left)
                made.connect(address)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._hold = made.dup()  # TLS takes the socket for itself
                return made
            except OSError as one:
                made.close()
                fault = one
        raise fault or OSError

    def cut(self) -> None:
        """Nothing; the connection is at its end, whatever it waits for."""
        self.was_cut = True
        if self._hold is not None:
            try:
                self._hold.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        if self._hold is not None:
            self._hold.close()


def post(url: str, body: bytes, headers: dict[str, str], bounds: Bounds) -> Answer:
    """What came of one POST; it raises nothing, follows no redirect, keeps no cookie and asks no proxy."""
    import requests  # takes memory that a server without webhooks does not spend

    begun, line = monotonic(), _Line(bounds)
    watch = threading.Timer(bounds.whole, line.cut)
    watch.daemon = True
    watch.start()
    code, fault = None, ""
    try:
        with _session(line) as session, session.post(
                url, data=body, headers=headers, timeout=(bounds.connect, bounds.read), allow_redirects=False,
                stream=True, verify=bounds.verify) as response:
            code = response.status_code
            if line.was_cut:  # in the middle of what it said first
                raise TimeoutError
            fault = "" if 200 <= code < 300 else "redirect" if 300 <= code < 400 else "status"
            _leave_through(response)
    except _Refused as refused:
        fault = str(refused)
    except requests.exceptions.SSLError:
        fault = "tls"
    except (requests.Timeout, TimeoutError):
        fault = "timeout"
    except requests.ConnectionError:
        fault = "connect"
    except Exception:  # noqa: BLE001 - whatever a stranger's answer does to a parser, it is a failed try
        fault = "broken"
    finally:
        watch.cancel()
        line.close()
    if line.was_cut and fault not in ("", "redirect", "status"):
        code, fault = None, "timeout"
    return Answer(code, fault, int((monotonic() - begun) * 1000))


def _leave_through(response) -> None:
    """Nothing; the other side could say what it had to say, within bounds. What it said is of no interest."""
    try:
        response.raw.read(MOST, decode_content=False)
    except Exception:  # noqa: BLE001 - the status was said already
        return


def _session(line: _Line):
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnection):
        def _new_conn(self):
            return line.open(self._dns_host, self.port)

    class Safe(HTTPSConnection):
        def _new_conn(self):
            return line.open(self._dns_host, self.port)

    plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
    safe = type("SafePool", (HTTPSConnectionPool,), {"ConnectionCls": Safe})

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *given, **options):
            super().init_poolmanager(*given, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": safe}

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", Adapter())
    session.mount("https://", Adapter())
    return session
