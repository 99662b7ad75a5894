"""Room of the server: data folder held, database ready, worker started, requests answered, everything ended in order.

It must not know routes or tables. What lies in the data folder: `cli/folder`. How a first start goes: `cli/prepare`.
Order at the end: no new requests, running ones answered, writer, worker, then the folder is free.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import click

from collector.cli import folder, journal, network, sharing, welcome
from collector.cli.desk import Desk, Refused, at_desk
from collector.cli.prepare import folder_made, is_ready
from collector.cli.processor import OneProcessor
from collector.services import building, delivering, sweeping, tasks
from collector.settings import Settings, environment_of

log = logging.getLogger(__name__)


@click.command()
@click.option("--host", metavar="DIRECCIÓN", help="Dirección de red donde escuchar. Por defecto, 127.0.0.1: solo esta "
                                                  "máquina.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="NÚMERO", help="Puerto. Por defecto, 8000.")
@click.option("--demo", is_flag=True, help="Agregar un proyecto de demostración con personas, teléfonos y envíos "
                                           "simulados.")
@click.option("--lan", is_flag=True, help="Atender a los teléfonos de la misma red: escucha en toda dirección de esta "
                                          "máquina y pone la suya en los códigos QR.")
@at_desk
def serve(desk: Desk, host: str | None, port: int | None, demo: bool, lan: bool) -> None:
    """Inicia el servidor que atiende a teléfonos y navegadores. Termina con Ctrl+C o SIGTERM.

    La primera vez crea el primer administrador y publica los formularios de la biblioteca.
    """
    folder_made(desk)
    settings = desk.settings
    lock, alone = _held(settings)
    bound, settings = _bound(settings, host or ("0.0.0.0" if lan else settings.host),
                             settings.port if port is None else port)
    settings = folder.opened(settings)
    journal.begin(settings)
    folder.use_temporary(settings) if alone else None
    desk.serves = True
    application = desk.application(settings)
    first = _copied(desk, settings, lock, bound)
    units = application.extensions["collector.units"]
    units.converts_apart = True
    if alone:
        units.blobs.prepare()
    done = {} if is_ready(units, demo) else _prepared(settings, demo, lock)
    folder.share(settings, lock)
    folder.note_address(settings)
    from collector.cli.listening import Listener
    with OneProcessor() as processor, _writing(units), _working(units, settings, processor, first):
        listener = Listener(application, bound, settings)
        welcome.say(settings, done)
        log.info("the server takes requests", extra={"fields": {
            "port": settings.port, "database": units.engine.dialect.name, "worker": settings.worker}})
        listener.run()
    units.engine.dispose()
    click.echo("Collector terminó en orden. / Collector has stopped.")


def _copied(desk: Desk, settings: Settings, lock: int, bound) -> sharing.Copy | None:
    """The worker to be, which shares the memory of what was read so far; None where it must be one of its own."""
    if settings.worker != "process" or not sharing.may_share():
        return None

    def work() -> None:
        from collector.cli import worker
        worker.run(desk.another(settings))

    def leave() -> None:
        os.close(lock)
        bound.close()

    return sharing.copied(work, leave)


def _held(settings: Settings) -> tuple[int, bool]:
    try:
        return folder.hold(settings)
    except folder.FolderHeld:
        raise Refused(f"Otro servidor ya usa la carpeta de datos {settings.data}. Deténgalo primero, o dé otra "
                      "carpeta con --data.\nAnother server is using this data folder.") from None


def _bound(settings: Settings, host: str, port: int):
    """(socket, settings with the address in force). Raises Refused."""
    try:
        bound = network.listening(host, port)
    except OSError as fault:
        raise Refused(f"No se puede escuchar en {host}:{port}: {fault.strerror}. Dé otro puerto con --port.\n"
                      "The address cannot be listened on.") from fault
    settings = settings.with_(host=host, port=bound.getsockname()[1])
    if not settings.public_url and host in network.EVERYWHERE:
        address = network.own_address() or "127.0.0.1"
        settings = settings.with_(public_url=f"http://{address}:{settings.port}")
    return bound, settings


def _prepared(settings: Settings, demo: bool, lock: int) -> dict:
    """What `collector prepare` made, in a process of its own. Leaves with exit code 1 where it was refused."""
    click.echo("Preparando la base de datos y los formularios …", err=True)
    command = [sys.executable, "-m", "collector", "prepare", "--json", "--data", str(settings.data),
               *(["--demo"] if demo else [])]
    # it holds the folder too: should this process be killed, no other server comes in between
    made = subprocess.run(command, stdout=subprocess.PIPE, env=environment_of(settings), pass_fds=(lock,), check=False)
    if made.returncode:
        raise SystemExit(1)
    return json.loads(made.stdout)


@contextlib.contextmanager
def _writing(units) -> Iterator[None]:
    units.start_writer()
    try:
        yield
    finally:
        units.stop_writer()


@contextlib.contextmanager
def _working(units, settings: Settings, processor: OneProcessor, first: sharing.Copy | None) -> Iterator[None]:
    """Steps are run meanwhile, by whom the settings say."""
    if settings.worker == "process":
        from collector.cli.attendant import Attendant
        attendant = Attendant(settings, processor.free, first)
        units.wake = attendant.wake
        end = attendant.stop
    elif settings.worker == "inline":
        units.wake, end = _inline(units)
    else:
        end = _nothing
    try:
        yield
    finally:
        end()


def _inline(units) -> tuple[Callable, Callable]:
    """(wake, end) of a thread that runs steps here, for who wants one process."""
    woken, ended = threading.Event(), threading.Event()

    def run() -> None:
        while not ended.is_set():
            woken.wait(2.0)
            woken.clear()
            try:
                tasks.run_all(units)
                building.run_waiting(units, ended.is_set)
                delivering.send_waiting(units, stop=ended)
                sweeping.sweep_when_due(units)
            except Exception:
                log.exception("steps could not be run; they will be tried again")

    tasks.take_over(units)
    building.take_over(units)
    delivering.take_over(units)
    thread = threading.Thread(target=run, name="steps", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        woken.set()
        thread.join(10)

    return woken.set, end


def _nothing() -> None:
    """Nothing."""
