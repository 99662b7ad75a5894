"""Addresses that people write: which may be called and where they may lead, and networks of those that are trusted.

It must not look names up nor connect (`services/outward`). Source: IANA's registries, as `ipaddress` has them.
"""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

LONGEST_URL = 2000
_MAPPED = ipaddress.ip_network("64:ff9b::/96")


def fault_of_url(url: str, plain: bool = False) -> str:
    """'' for an address that can be used, or why not: 'form', 'scheme', 'user'. plain: whether http will do."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "form"
    if not host or port == 0 or len(url) > LONGEST_URL or any(one.isspace() or not one.isprintable() for one in url):
        return "form"
    if parts.username is not None or parts.password is not None:
        return "user"
    return "" if parts.scheme == "https" or (plain and parts.scheme == "http") else "scheme"


def networks(text: str) -> tuple:
    """The networks of a list with commas. Raises ValueError."""
    return tuple(ipaddress.ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())


def proxies(text: str) -> tuple:
    """The networks of a list of trusted proxies; `*` stands for every address. Raises ValueError."""
    return tuple(network for one in text.split(",")
                 for network in networks("0.0.0.0/0,::/0" if one.strip() == "*" else one))


def may_reach(address: str, allowed: Sequence = ()) -> bool:
    """Whether a webhook may lead to this IP address: one of the whole internet, or in a network that is allowed.

    An address that carries another one (mapped, translated, tunnelled) is what it carries.
    """
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    one = _carried(one)
    if any(one.version == network.version and one in network for network in allowed):
        return True
    local = one.version == 6 and one.is_site_local  # withdrawn, but networks go on using it
    return one.is_global and not (one.is_multicast or one.is_reserved or local)


def _carried(one):
    if one.version == 4:
        return one
    carried = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
    if carried is None and one in _MAPPED:
        carried = ipaddress.ip_address(int(one) & 0xFFFFFFFF)
    return carried or one
