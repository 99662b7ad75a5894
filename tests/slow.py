"""Many phones on a slow line, in one thread: each sends its request a little at a time over a socket of its own.

It must not know what is sent. Tests and `benchmarks/slow_phones.py` hand in whole requests as bytes.
"""

import asyncio
import threading
import time
from dataclasses import dataclass, field

TICK = 0.25  # seconds between two pieces


@dataclass
class Crowd:
    """Phones that send meanwhile. status: of each answer, 0 for a connection that was lost; `join` waits for all."""

    address: tuple[str, int]
    requests: list[bytes]
    rate: int
    begun: int = 0
    sent: int = 0
    status: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _thread: threading.Thread | None = None

    def start(self) -> "Crowd":
        """The same crowd; every phone has begun within the first second."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), name="slow phones")
        self._thread.start()
        return self

    def join(self, within: float) -> list[int]:
        """The status of every answer. Raises TimeoutError."""
        self._thread.join(within)
        if self._thread.is_alive():
            raise TimeoutError(f"{len(self.status)} of {len(self.requests)} were answered")
        return self.status

    @property
    def sends(self) -> bool:
        """Whether every phone has begun and none was answered yet."""
        return self.begun == len(self.requests) and not self.status

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(number, request) for number, request in enumerate(self.requests)))

    async def _one(self, number: int, request: bytes) -> None:
        await asyncio.sleep(number / len(self.requests))
        began = time.monotonic()
        try:
            reader, writer = await asyncio.open_connection(*self.address)
            self.begun += 1
            piece = max(1, int(self.rate * TICK))
            for start in range(0, len(request), piece):
                writer.write(request[start:start + piece])
                await writer.drain()
                self.sent += len(request[start:start + piece])
                # not later because of what was late before: the rate is that of the line
                await asyncio.sleep(max(0.0, began + (start // piece + 1) * TICK - time.monotonic()))
            self.status.append(int((await reader.readline()).split()[1]))
            writer.close()
        except (OSError, IndexError, ValueError):
            self.status.append(0)
        self.seconds.append(time.monotonic() - began)
