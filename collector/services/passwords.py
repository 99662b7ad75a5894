"""Room for passwords: the rules, the slow hash, and a short memory of what was found right.

It must not know users or sessions; at most two hashes are made at once in one process, so that memory stays bounded;
who would wait for long is told to come again (503.1).
`services/people` calls it in the step before a unit writes.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from collector.domain import people_problems, problems

REMEMBERED = 300
WAIT = 10.0  # seconds that somebody waits for a hash to be made; threads that wait answer nobody
_AT_ONCE = threading.BoundedSemaphore(2)
_COMMON = frozenset((
    "1234567890", "0123456789", "12345678910", "0987654321", "qwertyuiop", "password12", "password123",
    "password1234", "contraseña", "contrasena", "contraseña1", "contrasena1", "administrador", "bienvenido",
    "bienvenidos", "miclave123", "peru123456", "odkcentral", "collector1", "collector123", "abcdefghij",
    "abc1234567", "1q2w3e4r5t", "iloveyou12", "letmein123", "qwerty1234", "qwerty12345", "changeme123",
    "password", "password1", "passw0rd", "hunter2", "letmein", "qwerty", "qwerty123", "iloveyou", "welcome", "welcome1",
    "admin", "admin123", "abc123", "123456", "12345678", "123456789", "monkey", "dragon", "trustno1", "sunshine",
    "contrasena123", "bienvenido1", "teamo", "teamo123", "miclave", "clave", "clave123", "peru", "peru123", "hola123"))
_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~ ¡¿"  # that make a common password no better


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password that met the rules, as its argon2 hash."""

    text: str


def check(password: str, email: str = "") -> None:
    """Nothing, when the password may be used. Raises 400.21 (short), 400.38 (long), 400.44 (weak)."""
    if len(password) < 10:
        raise problems.password_too_short()
    if len(password.encode("utf-8", "surrogatepass")) > 72:
        raise problems.password_too_long()
    plain = password.casefold()
    common = plain in _COMMON or plain.strip(_SIGNS) in _COMMON
    if common or len(set(plain)) < 4 or (email and plain in (email, email.partition("@")[0])):
        raise people_problems.password_too_weak()


def made_up() -> str:
    """A new password that can be read aloud: four groups of four, without letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def hashed(password: str, memory: int) -> Hashed:
    """The argon2id hash. memory: KiB. Raises 503.1."""
    with _turn():
        return Hashed(_hasher(memory).hash(password))


def matches(password: str, kept: str | None, memory: int, email: str = "",
            remembered: "Remembered | None" = None) -> bool:
    """Whether the password is the one behind the hash; takes as long when there is no hash. Raises 503.1.

    remembered: asked once more when it is our turn, and told before the next one's: a program that begins with twenty
    requests at once has its password hashed twice.
    """
    with _turn():
        if kept is not None and remembered is not None and remembered.knows(email, password, kept):
            return True
        hasher = _hasher(memory)
        if kept is None:
            hasher.hash(password)
            return False
        try:
            hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
        if remembered is not None:
            remembered.note(email, password, kept)
        return True


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=WAIT):
        raise problems.busy(max(1, round(WAIT)))
    try:
        yield
    finally:
        _AT_ONCE.release()


def _hasher(memory: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory, parallelism=1)


class Remembered:
    """Credentials found right in the last minutes, by a hash keyed with a secret of this process.

    An entry holds the stored hash it was found right against: another password makes it worthless at once,
    whichever process changed it.
    """

    def __init__(self, size: int = 1000, seconds: float = REMEMBERED):
        self._secret = secrets.token_bytes(32)
        self._size = size
        self._seconds = seconds
        self._right: OrderedDict[bytes, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def knows(self, email: str, password: str, kept: str) -> bool:
        """Whether this pair was found right lately against this very hash."""
        with self._lock:
            until, hash_then = self._right.get(self._key(email, password), (0.0, ""))
        return until > time.monotonic() and hash_then == kept

    def note(self, email: str, password: str, kept: str) -> None:
        """Nothing; the pair is right for the next minutes."""
        with self._lock:
            self._right[self._key(email, password)] = (time.monotonic() + self._seconds, kept)
            while len(self._right) > self._size:
                self._right.popitem(last=False)

    def _key(self, email: str, password: str) -> bytes:
        pair = f"{len(email)}:{email}{password}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, pair, hashlib.sha256).digest()
