"""Room of the process that builds exports: started by a worker when one waits, niced, ended with its worker.

It must not know formats (`services/building`). What it takes in memory goes with it. Its stdin is a pipe: its end
means that the worker is gone, and the export under way waits again.
"""

import gc
import os
import signal
import subprocess
import sys
import threading

import click

from collector.cli.desk import Desk, at_desk
from collector.services import building
from collector.services.unit import Units
from collector.settings import Settings, environment_of

NICENESS = 5  # beyond the worker's own: rows come before files
GRACE = 5.0  # seconds to give the export back
NEW_OBJECTS = 100_000  # before Python looks for rings of objects, which rows never are


@click.command(hidden=True)
@click.option("--holder", required=True, metavar="NOMBRE")
@at_desk
def export_build(desk: Desk, holder: str) -> None:
    """Prepara las exportaciones que esperan; la inicia el proceso de pasos."""
    from collector.cli.journal import begin
    begin(desk.settings)
    ended = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the worker ends us
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    os.nice(NICENESS)
    threading.Thread(target=_watch, args=(ended,), daemon=True).start()
    units = desk.units
    seldom_look_for_rings()
    building.run_waiting(units, ended.is_set, holder)


def seldom_look_for_rings() -> None:
    """Nothing; Python looks for rings of objects now and then only, which saves a fifth of the time of a build."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def _watch(ended: threading.Event) -> None:
    """Nothing; when the pipe ends, so do we."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


class Builder:
    """The one process of a worker that builds exports, while there is one."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._process: subprocess.Popen | None = None
        self._holder = ""

    def look(self, units: Units) -> None:
        """Nothing; a process builds what waits. What one left half done when it died waits again."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._settle(units)
        if building.is_one_waiting(units):
            self._holder = os.urandom(16).hex()
            command = [sys.executable, "-m", "collector", "export-build", "--holder", self._holder,
                       "--data", str(self._settings.data)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment_of(self._settings))

    def stop(self, units: Units) -> None:
        """Nothing; the process has given its export back and ended, or was ended."""
        if self._process is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._settle(units)

    @property
    def is_busy(self) -> bool:
        """Whether its process still runs."""
        return self._process is not None and self._process.poll() is None

    def _settle(self, units: Units) -> None:
        self._process.stdin.close()
        self._process = None
        building.take_over(units, self._holder)
