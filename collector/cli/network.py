"""Room for addresses: a socket to listen on, and the address under which others reach this machine.

It must not send anything. `cli/serve` asks.
"""

import contextlib
import fcntl
import socket
import struct

EVERYWHERE = ("0.0.0.0", "::")
_ASK_ADDRESS = 0x8915  # SIOCGIFADDR, Linux


def listening(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError: taken, not allowed, no such address."""
    family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def own_address() -> str | None:
    """The IPv4 address of this machine in its network, or None."""
    return next((address for address in (_towards_others(), *_of_interfaces())
                 if address and not address.startswith(("127.", "0."))), None)


def _towards_others() -> str | None:
    """Where a packet to elsewhere would leave from. A connected datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("203.0.113.1", 9))
        except OSError:
            return None
        return asking.getsockname()[0]


def _of_interfaces() -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _number, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(asking, _ASK_ADDRESS, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(answer[20:24]))
    return found
