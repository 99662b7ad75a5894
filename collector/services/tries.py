"""Room for counting failed sign-ins, so that guessing is slow.

It must not know passwords. Counts live in this process's memory: a restart forgives, a second process counts apart.
`services/people.verify` asks it before the slow hash.
"""

import threading
import time
from collections import deque

SPAN = 600.0
BY_PAIR = 10
BY_ADDRESS = 100
_KEPT = 20_000


def of(memory: dict, what: str) -> "Tries":
    """The failed tries at this that an installation remembers."""
    return memory.setdefault(f"tries: {what}", Tries())


class Tries:
    """Failed tries of the last ten minutes per (e-mail, address), and per address over all e-mails."""

    def __init__(self):
        self._failed: dict[tuple[str, ...], deque[float]] = {}
        self._lock = threading.Lock()

    def left(self, email: str, address: str) -> tuple[int, int]:
        """(tries left, seconds to wait when none is left)."""
        with self._lock:
            return self._left(email, address)

    def failed(self, email: str, address: str) -> None:
        """Nothing; one more failed try."""
        with self._lock:
            if len(self._failed) > _KEPT:
                self._forget_old()
            for key in ((email, address), (address,)):
                self._failed.setdefault(key, deque()).append(time.monotonic())

    def forgive(self, email: str, address: str) -> None:
        """Nothing; a right password ends the count of its pair."""
        with self._lock:
            self._failed.pop((email, address), None)

    def _left(self, email: str, address: str) -> tuple[int, int]:
        least, wait = BY_PAIR, 0
        for key, limit in (((email, address), BY_PAIR), ((address,), BY_ADDRESS)):
            times = self._recent(key)
            least = min(least, max(0, limit - len(times)))
            if len(times) >= limit:
                wait = max(wait, int(times[len(times) - limit] + SPAN - time.monotonic()) + 1)
        return least, wait

    def _recent(self, key: tuple[str, ...]) -> deque[float]:
        times = self._failed.get(key, deque())
        while times and times[0] < time.monotonic() - SPAN:
            times.popleft()
        return times

    def _forget_old(self) -> None:
        for key in [key for key in self._failed if not self._recent(key)]:
            del self._failed[key]
