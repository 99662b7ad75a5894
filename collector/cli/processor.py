"""Room of the processor that a server runs on: one, because its threads take turns anyway, and changed when crowded.

It must not know what the threads do. Threads of one Python interpreter that hop between processors wait for cold
caches and for each other: on one they answer the same requests with a third less of processor time
(`benchmarks/arrival.py`). Where the system has no way to ask for this, or one processor only, nothing is done.
"""

import contextlib
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path

PAUSE = 5.0  # seconds between two looks at who else is there
CROWDED = 0.25  # share of our processor that others take, beyond which a freer one is looked for


class OneProcessor:
    """Keeps this process on one of its processors while it is entered; others it starts may be freed of it."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None
        self.allowed = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
        self.own = None

    def __enter__(self) -> "OneProcessor":
        if len(self.allowed) > 1 and (busy := _busy()):
            time.sleep(0.02)
            self._settle(freest(self.allowed, _since(busy, _busy())))
            self._watch = threading.Thread(target=self._look_round, name="processor", daemon=True)
            self._watch.start()
        return self

    def __exit__(self, *_fault) -> None:
        self._ended.set()
        if self._watch is not None:
            self._watch.join(PAUSE)

    def free(self, pid: int) -> None:
        """Nothing; the process that was just started may run on every processor that this one was given."""
        if self.own is not None:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(pid, self.allowed)

    def _settle(self, processor: int) -> None:
        self.own = processor
        for thread in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                os.sched_setaffinity(int(thread.name), {processor})

    def _look_round(self) -> None:
        busy, spent = _busy(), time.process_time()
        while not self._ended.wait(PAUSE):
            now, now_spent = _busy(), time.process_time()
            better = move_to(self.own, self.allowed, _since(busy, now), (now_spent - spent) / PAUSE)
            if better is not None:
                self._settle(better)
            busy, spent = now, now_spent


def freest(allowed: set[int], busy: Mapping[int, float]) -> int:
    """The processor that is least busy."""
    return min(sorted(allowed), key=lambda one: busy.get(one, 0.0))


def move_to(own: int, allowed: set[int], busy: Mapping[int, float], spent: float) -> int | None:
    """A freer processor to move to, None to stay.

    busy: share of each processor's time that was used, 0 to 1; spent: the share of its own that this process used.
    """
    crowd = busy.get(own, 0.0) - spent
    other = freest(allowed - {own}, busy)
    return other if crowd > CROWDED and busy.get(other, 0.0) + CROWDED < crowd else None


def _busy() -> dict[int, tuple[float, float]]:
    """{processor: (ticks used, ticks in all)} since the system began; empty where it does not tell. Source: proc(5)."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return {}
    told = {}
    for line in lines:
        if line.startswith("cpu") and line[3:4].isdigit():
            name, *ticks = line.split()
            ticks = [int(one) for one in ticks[:8]]
            told[int(name[3:])] = (sum(ticks) - ticks[3] - ticks[4], sum(ticks))
    return told


def _since(before: dict, now: dict) -> dict[int, float]:
    """{processor: share of its time that was used meanwhile}."""
    return {one: (now[one][0] - before[one][0]) / max(1, now[one][1] - before[one][1]) for one in now if one in before}
