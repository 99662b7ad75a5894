"""Room for how the server is: can it take what phones send, and what would a person who cares for it want to know.

It must not write or repair. `web/health` answers from `readiness`, the command line and the
status page from `examine`.
"""

import errno
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from collector.domain import problems
from collector.services import tasks
from collector.services.unit import UnitOfWork
from collector.settings import Settings
from collector.store.queries import events, people, revisions

log = logging.getLogger(__name__)

MIGRATIONS = revisions.FOLDER
newest = revisions.newest
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BACKUP_DAYS = 8  # days without a good backup after one was made: a weekly one has failed to come
LAG = 900  # seconds that a step may wait before it is trouble


def has_room(settings: Settings, more: int = 0) -> bool:
    """Whether so many bytes more leave the disk the space that must stay free."""
    try:
        return shutil.disk_usage(settings.data).free - more >= settings.spare_disk
    except OSError:
        return False


def require_room(settings: Settings) -> None:
    """Nothing, where there is place for what a phone sends. Raises 503.2."""
    if not has_room(settings):
        raise problems.disk_full()


def is_disk_full(fault: BaseException) -> bool:
    """Whether the system said that nothing more can be written."""
    return isinstance(fault, OSError) and fault.errno in FULL


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. good: as it should be; es, en: what is the matter or what was seen."""

    name: str
    good: bool
    es: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in Spanish unless English is asked for."""
        return self.en if language.startswith("en") else self.es


def readiness(unit: UnitOfWork) -> list[Finding]:
    """What must be good for phones to be answered. Open to all, so nothing here tells an address, a path or a name."""
    return [_database(unit), _disk(unit), _writer(unit)]


def examine(unit: UnitOfWork) -> list[Finding]:
    """All of readiness and what else may be wrong: steps that wait or failed, who may administer, the last backup."""
    unit.require_site("server.read")
    found = readiness(unit)
    if found[0].good:
        found += [_steps(unit), _administrators(unit), _backup(unit)]
    return found


def is_current(unit: UnitOfWork) -> bool:
    """Whether the tables are those that this program knows."""
    try:
        return revisions.find_revision(unit.session) == revisions.newest()
    except Exception:  # noqa: BLE001  no table, no database, no answer: all the same here
        unit.rest()
        return False


def _database(unit: UnitOfWork) -> Finding:
    try:
        held = revisions.find_revision(unit.session)
    except Exception as fault:  # noqa: BLE001  whatever it is, it is told and not raised
        log.warning("the database does not answer: %s", type(fault).__name__)
        unit.rest()
        return Finding("database", False, "la base de datos no responde", "the database does not answer")
    if held != revisions.newest():
        return Finding("database", False, f"las tablas son de otra versión del programa ({held})",
                       f"the tables are of another version of the program ({held})")
    return Finding("database", True, "responde, y sus tablas están al día", "answers, and its tables are up to date")


def _disk(unit: UnitOfWork) -> Finding:
    try:
        folder = Path(unit.settings.data)
        free = shutil.disk_usage(folder).free
        rooms = [folder, *(room for room in (folder / "blobs", folder / "spool") if room.exists())]
        writable = all(os.access(room, os.W_OK | os.X_OK) for room in rooms)
    except OSError:
        return Finding("disk", False, "la carpeta de datos no está", "the data folder is not there")
    if not writable:
        return Finding("disk", False, "no se puede escribir en la carpeta de datos",
                       "the data folder cannot be written to")
    if free < unit.settings.spare_disk:
        return Finding("disk", False, f"queda poco espacio en el disco: {free // 1_000_000} MB",
                       f"little space is left on the disk: {free // 1_000_000} MB")
    return Finding("disk", True, f"quedan {free / 1e9:.1f} GB libres", f"{free / 1e9:.1f} GB are free")


def _writer(unit: UnitOfWork) -> Finding:
    if not unit.units.takes_writes():
        return Finding("writer", False, "no se está guardando nada: reinicie el servidor",
                       "nothing is being kept: restart the server")
    return Finding("writer", True, "guarda lo que llega", "keeps what comes in")


def _steps(unit: UnitOfWork) -> Finding:
    waiting, oldest, failed = tasks.backlog(unit)
    lag = int((unit.now() - oldest).total_seconds()) if oldest else 0
    good = not failed and lag <= LAG
    return Finding("worker", good, f"{waiting} pasos esperan (el más antiguo, {lag} s), {failed} fallaron",
                   f"{waiting} steps wait (the oldest for {lag} s), {failed} failed")


def _administrators(unit: UnitOfWork) -> Finding:
    count = people.count_administrators(unit.session, 1)
    return Finding("people", count > 0, f"administradores: {count}", f"administrators: {count}")


def _backup(unit: UnitOfWork) -> Finding:
    last = events.find_last(unit.session, "backup.create")
    if last is None:
        return Finding("backup", True, "todavía no hay ningún respaldo: collector backup CARPETA",
                       "there is no backup yet: collector backup FOLDER")
    age = unit.now() - last.at
    told = (last.details or {}).get("name", "")
    if age.days >= BACKUP_DAYS:
        return Finding("backup", False, f"el último respaldo bueno es de hace {age.days} días ({told})",
                       f"the last good backup is {age.days} days old ({told})")
    hours = int(age.total_seconds() // 3600)
    return Finding("backup", True, f"último respaldo bueno: hace {hours} horas ({told})",
                   f"last good backup: {hours} hours ago ({told})")
