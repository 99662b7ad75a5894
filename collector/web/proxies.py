"""Room that believes what a proxy tells of the caller: address, scheme, host, only from the proxies that were named.

It must not know routes nor who is asking. `app` wraps the WSGI application with it, so that every server behaves alike.
"""

import ipaddress
import re
from collections.abc import Callable

from collector.domain import addresses

_MARKS = {name: f"HTTP_X_FORWARDED_{name.upper()}" for name in ("for", "proto", "host", "port", "by")}
_STANDARD = "HTTP_FORWARDED"  # RFC 7239
_ALL = (*_MARKS.values(), _STANDARD)
_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?", re.ASCII)
_PAIR = re.compile(r'\s*(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^";,]*))\s*(;|,|$)')
_DEFAULT_PORT = {"http": "80", "https": "443"}
_SAME_MACHINE = ("", "localhost")  # how servers name who comes through a socket file
_REMEMBERED = 4096


class Proxies:
    """WSGI middleware: what a named proxy tells counts; what anybody else tells is taken away.

    Without X-Forwarded-Proto or Forwarded a request came as the server says, and that is http: Collector itself
    speaks nothing else.
    """

    def __init__(self, application: Callable, proxies: str):
        self._application = application
        self._networks = addresses.proxies(proxies)
        self._everybody = any(network.prefixlen == 0 for network in self._networks)
        self._known: dict[str, bool] = {}

    def __call__(self, environ, start_response):
        told = {name: environ.pop(name) for name in _ALL if name in environ}
        if told and self._is_proxy(environ.get("REMOTE_ADDR", "")):
            self._believe(environ, told)
        return self._application(environ, start_response)

    def _believe(self, environ: dict, told: dict[str, str]) -> None:
        """Nothing; the environment is as the proxy tells it.

        A proxy that sets the one kind of header hands on what strangers wrote into the other. So Forwarded counts
        only where no X-Forwarded header stands, and never makes a request secure that these call plain.
        """
        hops = _hops(told.pop(_STANDARD, ""))
        last = hops[-1] if hops else {}
        marks = {name: told[header] for name, header in _MARKS.items() if header in told}
        schemes = [*marks.get("proto", "").split(","), last.get("proto", "")]
        schemes = {one.strip().lower() for one in schemes} - {""}
        if schemes and (not marks or "proto" in marks):
            environ["wsgi.url_scheme"] = "https" if schemes == {"https"} else "http"
        callers = marks.get("for", "").split(",") if marks else [hop.get("for", "") for hop in hops]
        caller = self._caller(callers)
        if caller:
            environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = caller
            environ.pop("REMOTE_PORT", None)
        host = _last(marks.get("host", "")) if marks else last.get("host", "")
        _put_host(environ, host, _last(marks.get("port", "")))

    def _caller(self, callers: list[str]) -> str:
        """The nearest address that is no proxy of ours; what stands before it is its own word. '' for none told."""
        found = ""
        for text in reversed(callers):
            address = _address(text)
            if not address:
                break
            found = address
            if self._everybody or not self._is_proxy(address):
                break
        return found

    def _is_proxy(self, peer: str) -> bool:
        known = self._known.get(peer)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[peer] = self._is_within(peer)
        return known

    def _is_within(self, peer: str) -> bool:
        try:
            one = ipaddress.ip_address("127.0.0.1" if peer in _SAME_MACHINE else peer.partition("%")[0])
        except ValueError:
            return False
        one = getattr(one, "ipv4_mapped", None) or one
        return any(one in network for network in self._networks)


def _last(text: str) -> str:
    """What the nearest proxy put into a list with commas."""
    return text.rpartition(",")[2].strip()


def _hops(text: str) -> list[dict[str, str]]:
    """The elements of a Forwarded header, the nearest proxy's last; none where it cannot be read."""
    hops, hop, at = [], {}, 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None or pair.end() == at:
            return []
        name, quoted, plain, follows = pair.groups()
        hop[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain.strip()
        if follows != ";":
            hops.append(hop)
            hop = {}
        at = pair.end()
    return [*hops, hop] if hop else hops


def _address(text: str) -> str:
    """The IP address of 192.0.2.1, 192.0.2.1:80, 2001:db8::1 or "[2001:db8::1]:80"; '' for what is hidden or none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def _put_host(environ: dict, host: str, port: str) -> None:
    """Nothing; the request is about the host that the proxy was asked for, at the port it was asked at."""
    host = host or environ.get("HTTP_HOST", "")
    if not _HOST.fullmatch(host):
        return
    has_port = host.rpartition(":")[2].isdigit() and (host.count(":") == 1 or "]:" in host)
    if not has_port and port.isdigit() and len(port) <= 5 and port != _DEFAULT_PORT.get(environ["wsgi.url_scheme"]):
        host = f"{host}:{port}"
    environ["HTTP_HOST"] = host
