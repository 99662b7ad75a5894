"""Room for the worker that a server keeps: started, woken, started again when it dies, ended.

It must not run steps in the server's process: there they would take the time of those who answer phones.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

from collector.cli.sharing import Copy
from collector.settings import Settings, environment_of

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds before a dead worker is started again; doubled up to a minute while it keeps dying
GRACE = 10.0  # seconds that a worker has to finish its step


class Attendant:
    """The worker of one server. It ends when the pipe to it does, so it never outlives the server.

    started: told the process id of each worker that was started. first: one that waits to begin.
    """

    def __init__(self, settings: Settings, started: Callable[[int], None], first: Copy | None = None):
        self._started = started
        self._command = [sys.executable, "-m", "collector", "worker", "--woken", "--data", str(settings.data)]
        self._environment = environment_of(settings)
        self._ended = threading.Event()
        self._process: subprocess.Popen | Copy = self._start() if first is None else self._begun(first)
        self._watch = threading.Thread(target=self._keep_alive, name="attendant", daemon=True)
        self._watch.start()

    def wake(self) -> None:
        """Nothing; a waiting worker looks for steps. Never blocks: a full pipe means that it is woken already."""
        process = self._process
        try:
            os.write(process.stdin.fileno(), b".")
        except (OSError, ValueError):
            return

    def stop(self) -> None:
        """Nothing; the worker has finished its step and ended, or was ended."""
        self._ended.set()
        process = self._process
        process.stdin.close()
        process.terminate()  # one that has only just begun does not know its pipe yet
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            log.warning("the worker did not end in %s s and is ended", GRACE)
            process.kill()
            process.wait()

    def _start(self) -> subprocess.Popen:
        # Ctrl+C reaches the whole group, maybe before the worker knows what to do about it: it inherits this mask
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=self._environment)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        os.set_blocking(process.stdin.fileno(), False)
        self._started(process.pid)
        return process

    def _begun(self, first: Copy) -> Copy:
        os.set_blocking(first.stdin.fileno(), False)
        self._started(first.pid)
        first.begin()
        return first

    def _keep_alive(self) -> None:
        pause = PAUSE
        while not self._ended.is_set():
            code = self._process.wait()
            if self._ended.wait(pause):
                return
            log.warning("the worker ended with code %s and is started again", code)
            pause = min(pause * 2, 60.0)
            self._process = self._start()
