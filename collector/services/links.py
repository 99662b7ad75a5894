"""Room for links that are handed over: their token is made of a seed and the server's secret, and kept as a hash.

It must not know what a link is for (`services/invitations`, `services/resets`). The worker makes the same token again
from the seed when it mails it; who reads the database alone can make none.
"""

import base64
import hashlib
import hmac
import secrets

from collector.services import people
from collector.settings import Settings


def made(settings: Settings) -> tuple[str, str, bytes]:
    """(token, seed, SHA-256 of the token)."""
    seed = secrets.token_urlsafe(24)
    token = token_of(settings, seed)
    return token, seed, people.key_of(token)


def token_of(settings: Settings, seed: str) -> str:
    """The token behind a seed: 43 characters that need no escaping in an address."""
    # a server without a kept secret makes tokens that nobody, itself included, can make again
    secret = settings.secret.encode() or secrets.token_bytes(32)
    digest = hmac.new(secret, b"link:" + seed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def address(settings: Settings, path: str, token: str) -> str:
    """The whole address to hand over."""
    return f"{settings.address}/{path}/{token}"
