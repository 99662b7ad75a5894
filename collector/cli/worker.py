"""Room of the worker: runs the steps that wait (flattening and what follows), apart from whoever answers phones.

It must not answer phones. `serve` keeps one as a child process, woken through a pipe; on other hosts it stands alone.
"""

import logging
import os
import select
import signal
import threading
import time

import click

from collector.cli.desk import Desk, at_desk
from collector.cli.export_build import Builder
from collector.services import building, delivering, list_files, recipe_counts, searching, sweeping, tasks
from collector.services.delivering import Courier

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two looks when nobody wakes it
GATHER = 0.1  # seconds between being woken and looking: a burst is taken together and holds up its phones less
REST = 3  # times as long as it worked a worker rests while phones send
LONGEST = 3.0  # seconds of such a rest
APART = 3  # times as long are both on PostgreSQL: it does the other half of the work, and no niceness holds it back
FEW, MANY = 40, 200  # steps between two such rests, and while no phone sends
NICENESS = 10
STDIN = 0


@click.command()
@click.option("--woken", is_flag=True, hidden=True, help="stdin is a pipe: a byte wakes, its end ends the worker")
@click.option("--once", is_flag=True, help="Terminar cuando ya nada espera.")
@at_desk
def worker(desk: Desk, woken: bool, once: bool) -> None:
    """Ejecuta los pasos pendientes: convierte lo recibido en filas para listas y exportaciones.

    «collector serve» ya tiene el suyo. Se usa aparte con PostgreSQL, en cuantas máquinas se quiera.
    """
    run(desk, woken, once)


def run(desk: Desk, woken: bool = True, once: bool = False) -> None:
    """Nothing; steps are run until it is told to end. woken: as of the command."""
    from collector.cli.journal import begin
    begin(desk.settings)
    stop = threading.Event()
    wake, ring = os.pipe()
    os.set_blocking(ring, False)
    signal.signal(signal.SIGTERM, lambda *_: (stop.set(), os.write(ring, b".")))
    # Ctrl+C reaches the whole group: the server then ends its worker by closing the pipe, between two steps
    signal.signal(signal.SIGINT, signal.SIG_IGN if woken else lambda *_: (stop.set(), os.write(ring, b".")))
    os.nice(NICENESS)
    desk.synchronous = "NORMAL"  # a step that is lost with the power is run again
    units = desk.units
    sources = [wake, STDIN] if woken else [wake]
    first = desk.settings.is_sqlite  # there it is the only worker
    builder, courier = Builder(desk.settings), Courier(units)
    limit = FEW
    while not stop.is_set():
        begun = time.monotonic()
        busy = _look(units, builder, courier, first, limit)
        first = False
        is_sent = busy and _was_woken(sources)
        limit = MANY if busy and not is_sent else FEW
        if is_sent:  # phones are sending: most of the time the database is theirs
            stop.wait(rest(time.monotonic() - begun, units.writes_apart))
        if once and not busy and not builder.is_busy and not courier.is_busy:
            break
        if not busy and not _wait(sources, stop):
            break
    courier.stop()
    builder.stop(units)


def rest(worked: float, apart: bool) -> float:
    """Seconds that a worker leaves the database to phones that send. worked: seconds; apart: as of `Units`."""
    return min(REST * worked, LONGEST) * (APART if apart else 1)


def _look(units, builder: Builder, courier: Courier, first: bool = False, limit: int = MANY) -> bool:
    """Whether something was run, limit steps at most. first: what a worker before left half done is taken over."""
    try:
        if first:
            tasks.take_over(units)
            building.take_over(units)
            delivering.take_over(units)
        builder.look(units)
        busy = tasks.run_waiting(units, limit) > 0
        courier.look()
        if not busy:
            sweeping.sweep_when_due(units)
            recipe_counts.recount_when_due(units)
            searching.gather_when_due(units)
            list_files.build_when_due(units)
        return busy
    except Exception:
        log.exception("the worker could not do its work; it will try again")
        return False


def _was_woken(sources: list[int]) -> bool:
    """Whether somebody woke us since we looked. That we are to end is left for `_wait` to see."""
    ready, _, _ = select.select(sources, [], [], 0)
    return bool(ready) and any(os.read(source, 65536) for source in ready)


def _wait(sources: list[int], stop: threading.Event) -> bool:
    """Whether to go on, after somebody woke us or the pause is over."""
    ready, _, _ = select.select(sources, [], [], PAUSE)
    for source in ready:
        stop.wait(GATHER)
        if not os.read(source, 65536):
            return False
    return not stop.is_set()
