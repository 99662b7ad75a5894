"""Room for the numbers of the whole server: what waits, what failed, how much is stored, when the last backup was good.

It must not judge what is too much (`services/condition`). The status page, its API and the doctor tell them.
"""

import platform
import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from collector.services.unit import UnitOfWork
from collector.store.queries import events, measures, revisions, tasks

SHOWN = 100  # failed steps that are listed


@dataclass(frozen=True, slots=True)
class Backup:
    """The last backup that was found good when it was made."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the server is. lag: seconds that the oldest step has waited; parked: (project id, name, how many wait)."""

    steps: int
    lag: int
    failed: int
    disk_free: int | None
    disk: int | None
    database: str
    database_bytes: int
    blobs: int
    blob_bytes: int
    submissions: int
    parked: list[tuple[int, str, int]]
    writer: bool
    backup: Backup | None
    version: str
    revision: str
    python: str


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that was tried in vain; form and record as far as they are still there. at: when its event happened."""

    id: int
    step: str
    action: str
    error: str
    tries: int
    at: datetime
    project_id: int | None
    xml_form_id: str | None
    instance_id: str | None
    draft: bool


def measure(unit: UnitOfWork) -> Status:
    """How the server is. Raises 403.1."""
    unit.require_site("server.read")
    steps, oldest, failed = tasks.backlog(unit.session)
    kind, of_database, size = measures.find_database(unit.session)
    count, whole = measures.count_blobs(unit.session)
    free, disk = _disk(unit)
    return Status(
        steps, max(0, int((unit.now() - oldest).total_seconds())) if oldest else 0, failed, free, disk,
        f"{kind} {of_database}", size, count, whole, measures.count_submissions(unit.session),
        measures.list_parked(unit.session), unit.units.takes_writes(), _backup(unit), version("collector"),
        revisions.find_revision(unit.session) or "", platform.python_version())


def list_failed(unit: UnitOfWork) -> list[FailedStep]:
    """The newest steps that were tried in vain. Raises 403.1."""
    unit.require_site("server.read")
    return [FailedStep(task.id, task.step, event.action, task.error or "", task.tries, event.at,
                       project_id, xml_form_id, instance_id, bool(draft))
            for task, event, project_id, xml_form_id, instance_id, draft
            in tasks.list_failed_with_records(unit.session, SHOWN)]


def _backup(unit: UnitOfWork) -> Backup | None:
    last = events.find_last(unit.session, "backup.create")
    return Backup(last.at, (last.details or {}).get("name", "")) if last else None


def _disk(unit: UnitOfWork) -> tuple[int | None, int | None]:
    """(bytes free, bytes of the whole disk) where the data folder lies; nothing when it is gone."""
    try:
        found = shutil.disk_usage(unit.settings.data)
    except OSError:
        return None, None
    return found.free, found.total


def told(found: Status) -> dict:
    """The numbers with the names that programs read; moments in ISO 8601, sizes in bytes, the lag in seconds."""
    backup = found.backup
    return {
        "steps": {"waiting": found.steps, "lagSeconds": found.lag, "failed": found.failed},
        "disk": {"freeBytes": found.disk_free, "bytes": found.disk},
        "database": {"kind": found.database, "bytes": found.database_bytes, "revision": found.revision},
        "blobs": {"count": found.blobs, "bytes": found.blob_bytes},
        "submissions": found.submissions,
        "parked": {"waiting": sum(count for _id, _name, count in found.parked),
                   "projects": {str(number): count for number, _name, count in found.parked}},
        "writer": found.writer,
        "backup": {"at": backup.at.isoformat(timespec="seconds"), "name": backup.name} if backup else None,
        "version": found.version, "python": found.python,
    }
