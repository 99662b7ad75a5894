"""Room of the first worker: a copy of the server's process, made before it has threads, so that they share memory.

It must not be made later: a copy of a process with threads may wait for ever for what one of them held. A worker that
dies is followed by one of its own (`cli/attendant`). Measured by `benchmarks/arrival.py`: idle memory.
"""

import contextlib
import gc
import os
import signal
import subprocess
import threading
import time
import traceback
from collections.abc import Callable

LOOK = 0.05  # seconds between two looks whether it has ended


class Copy:
    """The worker as `attendant` needs one: pid, stdin (a pipe that wakes it), wait, terminate, kill.

    It does nothing before `begin`, and ends when the pipe does.
    """

    def __init__(self, pid: int, pipe: int):
        self.pid = pid
        self.stdin = os.fdopen(pipe, "wb", buffering=0)
        self.returncode: int | None = None
        self._turn = threading.Lock()

    def begin(self) -> None:
        """Nothing; it goes to work."""
        with contextlib.suppress(OSError):
            self.stdin.write(b".")

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. timeout: seconds. Raises subprocess.TimeoutExpired."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("worker", timeout)
            time.sleep(LOOK if timeout is not None else 1.0)
        return code

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        with self._turn:
            if self.returncode is None:
                try:
                    pid, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:
                    pid, status = self.pid, 0
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode

    def terminate(self) -> None:
        """Nothing; it is asked to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Nothing; it is ended."""
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def may_share() -> bool:
    """Whether this process can be copied here and now."""
    return hasattr(os, "fork") and threading.active_count() == 1


def copied(work: Callable[[], None], leave: Callable[[], None]) -> Copy:
    """A copy of this process that does this work once it is told to begin. leave: gives back what it must not hold."""
    reading, writing = os.pipe()
    # Ctrl+C reaches the whole group, maybe before the copy knows what to do about it: it inherits this mask
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    gc.collect()
    gc.freeze()  # what is here is not looked through again, so its pages stay shared
    pid = os.fork()
    if pid == 0:
        _live(work, leave, reading, writing)
    signal.pthread_sigmask(signal.SIG_SETMASK, masked)
    os.close(reading)
    return Copy(pid, writing)


def _live(work: Callable[[], None], leave: Callable[[], None], reading: int, writing: int) -> None:
    """Never comes back."""
    code = 1
    try:
        os.close(writing)
        os.dup2(reading, 0)
        os.close(reading)
        leave()
        if os.read(0, 1):
            work()
        code = 0
    except BaseException:  # noqa: BLE001  nothing of it may go up into the server's own stack
        traceback.print_exc()
    finally:
        os._exit(code)
