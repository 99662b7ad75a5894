"""Room for entity lists as phones fetch them: a CSV each, made once for all phones that may see the same part.

It must not know forms (`services/form_media` says which file is a list). What is made here can be made again at any
time: it lies in the data folder under the list's edition, which every change of the list counts up. A list that takes
long to make is made by the worker ahead of who asks, and no more often than a tenth of the time allows: until then
phones get the one before, for a minute at most.
Source: ODK entities specification; `name, label, __version` and the properties, as ODK Central gives them.
"""

import contextlib
import csv
import gzip
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from uuid import uuid4

from collector.domain import access, problems
from collector.services.datasets import BY_PROPERTY, OWNER_ONLY
from collector.services.projects import verbs_within
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import actor_properties, projects
from collector.store.queries import datasets as queries
from collector.store.tables.datasets import Dataset

FOLDER = "lists"
ALL = "all"
TOGETHER = 2000
HEAD = ("name", "label", "__version")
SLOW = 0.5  # seconds to make a list from which on phones may get the one before
SHARE, MOST = 10, 30.0  # it is made ahead again after so many times as long as it took, after so many seconds at most
OLDEST = 60.0  # seconds that it may be given after a change was seen
READ_ON = 120.0  # seconds that a file stays which somebody may be about to open
LOOK = 3.0  # seconds between two looks at what is to be made ahead


@dataclass(frozen=True, slots=True)
class ListFile:
    """The CSV as it is now. packed: the same with gzip; md5 in hex; size in bytes; seconds it took to make."""

    path: Path
    packed: Path
    md5: str
    size: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Which entities somebody gets: owner: only what that actor made; matching: only with these values; nothing: none.
    """

    owner: int | None = None
    matching: tuple[tuple[str, str], ...] = ()
    nothing: bool = False

    @property
    def key(self) -> str:
        """A name for it that no other part has."""
        told = repr((self.owner, self.matching, self.nothing))
        return ALL if self == Part() else hashlib.sha256(told.encode()).hexdigest()[:24]


def part_of(unit: UnitOfWork, dataset: Dataset) -> Part:
    """The part of a list that the actor may have on a phone; who may look at entities here gets it all."""
    limit = dataset.access_filter
    if not limit or unit.may("entity.list", dataset):
        return Part()
    if limit["type"] == OWNER_ONLY:
        return Part(owner=unit.actor.id)
    held = {name: value for _actor, name, value in
            actor_properties.list_values(unit.session, dataset.project_id, unit.actor.id)}
    rules = limit["rules"] if limit["type"] == BY_PROPERTY else []
    if not all(held.get(rule["actorProperty"]) for rule in rules):
        return Part(nothing=True)
    return Part(matching=tuple(sorted((rule["datasetProperty"], held[rule["actorProperty"]]) for rule in rules)))


def list_file(unit: UnitOfWork, dataset: Dataset, part: Part = Part()) -> ListFile:
    """The list as a file; made when it changed since it was made last, or the one before while that is good enough."""
    base = _base(unit, dataset, part)
    held = _known(unit, base)
    missed: dict[Path, float] = unit.units.memory.setdefault("lists missed", {})
    place = base.with_name(part.key)
    if held is None:
        before = _before(base, part)
        if before is not None and time.monotonic() - missed.setdefault(place, time.monotonic()) < OLDEST:
            return before
        held = _made_once(unit, dataset, part, base, before)
    missed.pop(place, None)
    return held


def list_of(unit: UnitOfWork, dataset_id: int) -> ListFile:
    """The part of a list that the actor may have; for a file that `form_media.find_media` gave. Raises 404.1."""
    dataset = dataset_of(unit, dataset_id)
    return list_file(unit, dataset, part_of(unit, dataset))


def newest_of(unit: UnitOfWork, dataset_id: int) -> ListFile:
    """The whole list as it is now, however long it takes to make: for who must not get the one before. Raises 404.1."""
    dataset = dataset_of(unit, dataset_id)
    base = _base(unit, dataset, Part())
    return _known(unit, base) or _made_once(unit, dataset, Part(), base, None)


def dataset_of(unit: UnitOfWork, dataset_id: int) -> Dataset:
    """The list that a file beside a form is taken from. Raises 404.1 when it was deleted."""
    dataset = queries.find_by_id(unit.session, dataset_id)
    if dataset is None or dataset.deleted_at is not None:
        raise problems.not_found("La lista", "The entity list")
    return dataset


def states(unit: UnitOfWork, project_id: int, name: str, uuids: list[str]) -> dict[str, bool]:
    """{uuid: whether it was deleted} of those of these entities that ever were in a list; for phones.

    Raises 404.1; 403.1 for who may neither look at entities here nor fill a form.
    """
    project = projects.find_project(unit.session, project_id)
    if project is None or not {"open_form.read", "entity.list"} & verbs_within(unit, project):
        raise problems.no_right() if project else problems.not_found("El proyecto", "The project")
    dataset = queries.find_dataset(unit.session, project_id, name)
    if dataset is None:
        raise problems.not_found(f"La lista «{name}»", f"The entity list {name}")
    return {uuid: deleted is not None for uuid, deleted in queries.list_states(unit.session, dataset.id, uuids)}


def build_when_due(units: Units) -> int:
    """How many lists were made ahead, one at most; 0 when this was looked at a moment ago. For the worker."""
    now, looked = time.monotonic(), units.memory.get("lists looked")
    if looked is not None and now - looked < LOOK:
        return 0
    with units.reading(access.SYSTEM) as unit:
        for dataset in queries.list_fetched(unit.session):
            if build_ahead(unit, dataset):
                return 1
    units.memory["lists looked"] = now
    return 0


def build_ahead(unit: UnitOfWork, dataset: Dataset) -> bool:
    """Whether the whole list was made for the next phone; not when it is there, nor so soon after it was made last that
    the one before is good enough."""
    base = _base(unit, dataset, Part())
    if dataset.access_filter or _known(unit, base) is not None:
        return False
    before = _before(base, Part())
    if before is not None and _age(before) < min(SHARE * before.seconds, MOST):
        return False
    _made_once(unit, dataset, Part(), base, None)
    return True


def _base(unit: UnitOfWork, dataset: Dataset, part: Part) -> Path:
    return unit.settings.data / FOLDER / str(dataset.id) / f"{dataset.edition}-{part.key}"


def _known(unit: UnitOfWork, base: Path) -> ListFile | None:
    """The file of just this edition, where it was made."""
    known = unit.units.memory.setdefault("lists", {})
    held = known.get(base)
    if held is None or not held.path.exists():
        held = _found(base)
        if held is not None:
            if len(known) > TOGETHER:
                known.clear()
            known[base] = held
    return held


def _before(base: Path, part: Part) -> ListFile | None:
    """The newest file of an earlier edition, where that list takes long to make."""
    editions = sorted((int(told.name.partition("-")[0]) for told in base.parent.glob(f"*-{part.key}.md5")
                       if told.name.partition("-")[0].isdigit()), reverse=True)
    now = int(base.name.partition("-")[0])
    found = (_found(base.with_name(f"{edition}-{part.key}")) for edition in editions if edition < now)
    return next((one for one in found if one is not None and one.seconds >= SLOW), None)


def _age(one: ListFile) -> float:
    """Seconds since the file was made."""
    try:
        return max(0.0, time.time() - one.path.stat().st_mtime)
    except OSError:
        return MOST


def _made_once(unit: UnitOfWork, dataset: Dataset, part: Part, base: Path, before: ListFile | None) -> ListFile:
    """The file made; who asks while another thread makes it gets the one before, or waits where there is none."""
    locks = unit.units.memory.setdefault("lists made", {})
    lock = locks.setdefault((dataset.id, part.key), threading.Lock())
    if not lock.acquire(blocking=before is None):
        return before
    try:
        return _known(unit, base) or _made(unit, dataset, part, base)
    finally:
        lock.release()


def _found(base: Path) -> ListFile | None:
    try:
        md5, size, seconds = base.with_name(base.name + ".md5").read_text().split()
    except (OSError, ValueError):
        return None
    path, packed = base.with_name(base.name + ".csv"), base.with_name(base.name + ".csv.gz")
    return ListFile(path, packed, md5, int(size), float(seconds)) if path.exists() and packed.exists() else None


def _made(unit: UnitOfWork, dataset: Dataset, part: Part, base: Path) -> ListFile:
    base.parent.mkdir(parents=True, exist_ok=True)
    mark, begun = uuid4().hex, time.monotonic()
    plain, packed = (base.with_name(f"{mark}{ending}") for ending in (".csv", ".csv.gz"))
    md5, size = hashlib.md5(usedforsecurity=False), 0
    with plain.open("wb") as whole, gzip.GzipFile(packed, "wb", compresslevel=5, mtime=0) as small:
        for piece in _pieces(unit, dataset, part):
            md5.update(piece)
            size += len(piece)
            whole.write(piece)
            small.write(piece)
    told = base.with_name(f"{mark}.md5")
    told.write_text(f"{md5.hexdigest()} {size} {time.monotonic() - begun:.3f}")
    for made, ending in ((plain, ".csv"), (packed, ".csv.gz"), (told, ".md5")):
        os.replace(made, base.with_name(base.name + ending))
    _sweep(base, part)
    return _found(base)


def _pieces(unit: UnitOfWork, dataset: Dataset, part: Part) -> Iterator[bytes]:
    names = [one.name for one in queries.list_properties(unit.session, dataset.id)]
    yield _lines([[*HEAD, *names]])
    after = 0
    while not part.nothing and (rows := queries.list_rows(unit.session, dataset.id, after, TOGETHER, part.owner,
                                                          dict(part.matching))):
        yield _lines([uuid, label, version, *(data.get(name, "") for name in names)]
                     for _id, uuid, label, version, data in rows)
        after = rows[-1].id


def _lines(rows) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _sweep(base: Path, part: Part) -> None:
    """Nothing; what was made of the same part for earlier editions is gone, but what somebody may be about to open."""
    before = time.time() - READ_ON
    for old in base.parent.glob(f"*-{part.key}.*"):
        edition = old.name.partition("-")[0]
        if edition.isdigit() and int(edition) < int(base.name.partition("-")[0]):
            with contextlib.suppress(OSError):
                if old.stat().st_mtime < before:
                    old.unlink()
