"""Room that sweeps once a day: the trash, files that nothing points at, what was left behind on its way in;
and offline changes of entities that waited for an earlier one for too long (`services/entity_acts`).

It must not remove a file that any row points at, nor what was put within a day; the trash is `services/purging`'s. The
worker calls it; several workers agree on one. A file goes in two steps: its row first, the file a day later, so that no
backup and no phone loses it.
"""

import itertools
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.domain import access
from collector.services import delivering, entity_acts, purging
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import blobs, events, export_jobs

log = logging.getLogger(__name__)
DAY = timedelta(days=1)
LOOK = 3600.0  # seconds between two looks at whether a day is over
ROWS, FILES = 10, 200  # in one transaction, which on SQLite keeps phones waiting


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows of unused contents, files without a row, and files on their way in were removed."""

    rows: int
    files: int
    left: int


def sweep_when_due(units: Units) -> Swept | None:
    """What was removed; None when somebody has swept within a day, or this was looked at within the hour."""
    now = time.monotonic()
    looked = units.memory.get("sweeping looked")
    if looked is not None and now - looked < LOOK:
        return None
    units.memory["sweeping looked"] = now
    if not units.write(access.SYSTEM, _takes_turn):
        return None
    purging.purge(units)
    entity_acts.force_old(units)
    swept = sweep(units)
    log.info("swept: %s rows, %s files, %s left on their way in", swept.rows, swept.files, swept.left)
    return swept


def sweep(units: Units) -> Swept:
    """What was removed of all that nobody has put or pointed at for a day. Exports let go of their files first."""
    before = units.clock() - DAY
    units.write(access.SYSTEM, _drop_exports)
    while delivering.sweep(units):
        continue
    return Swept(_sweep_rows(units, before), _sweep_files(units, before), units.blobs.drop_left(before.timestamp()))


def _takes_turn(unit: UnitOfWork) -> bool:
    """Whether this worker is the one that sweeps today."""
    unit.require_system()
    blobs.lock_sweeping(unit.session)
    last = events.find_last(unit.session, "blob.sweep")
    if last is not None and unit.now() - last.at < DAY:
        return False
    unit.record("blob.sweep")
    return True


def _drop_exports(unit: UnitOfWork) -> int:
    unit.require_system()
    return export_jobs.drop_expired(unit.session, unit.now())


def _sweep_rows(units: Units, before: datetime) -> int:
    with units.reading(access.SYSTEM) as unit:
        unused = blobs.list_unused(unit.session, before)
    return sum(units.write(access.SYSTEM, lambda unit, some=some: _drop_rows(unit, some))
               for some in _batches(unused, ROWS))


def _drop_rows(unit: UnitOfWork, sha256s: list[str]) -> int:
    """How many rows went; their files stay for a day more, for whoever has just put them or is copying them."""
    unit.require_system()
    dropped = blobs.drop_unused(unit.session, sha256s)
    for sha256 in dropped:
        unit.blobs.renew(sha256)
    return len(dropped)


def _sweep_files(units: Units, before: datetime) -> int:
    old = (sha256 for sha256 in units.blobs.all() if (units.blobs.touched(sha256) or 0) < before.timestamp())
    return sum(units.write(access.SYSTEM, lambda unit, some=some: _drop_files(unit, some, before))
               for some in _batches(old, FILES))


def _drop_files(unit: UnitOfWork, sha256s: list[str], before: datetime) -> int:
    """How many files went: looked at again where no row can be written meanwhile, and left if just put again."""
    unit.require_system()
    known = blobs.list_known(unit.session, sha256s)
    return sum(unit.blobs.drop_older(sha256, before.timestamp()) for sha256 in sha256s if sha256 not in known)


def _batches(things: Iterable[str], size: int) -> Iterator[list[str]]:
    things = iter(things)
    while batch := list(itertools.islice(things, size)):
        yield batch
