"""Room for entity lists as phones fetch them: a CSV each, made once for all phones that may see the same part.

It must not know forms (`services/form_media` says which file is a list). What is made here can be made again at any
time: it lies in the data folder under the list's edition, which every change of the list counts up.
Source: ODK entities specification; `name, label, __version` and the properties, as ODK Central gives them.
"""

import csv
import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from uuid import uuid4

from collector.domain import problems
from collector.services.datasets import BY_PROPERTY, OWNER_ONLY
from collector.services.projects import verbs_within
from collector.services.unit import UnitOfWork
from collector.store.queries import actor_properties, projects
from collector.store.queries import datasets as queries
from collector.store.tables.datasets import Dataset

FOLDER = "lists"
ALL = "all"
TOGETHER = 2000
HEAD = ("name", "label", "__version")


@dataclass(frozen=True, slots=True)
class ListFile:
    """The CSV as it is now. packed: the same with gzip; md5 in hex; size in bytes."""

    path: Path
    packed: Path
    md5: str
    size: int


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
    """The list as a file; made when it changed since it was asked for last."""
    base = unit.settings.data / FOLDER / str(dataset.id) / f"{dataset.edition}-{part.key}"
    known = unit.units.memory.setdefault("lists", {})
    held = known.get(base)
    if held is None or not held.path.exists():
        held = _found(base) or _made(unit, dataset, part, base)
        if len(known) > TOGETHER:
            known.clear()
        known[base] = held
    return held


def list_of(unit: UnitOfWork, dataset_id: int) -> ListFile:
    """The part of a list that the actor may have; for a file that `form_media.find_media` gave. Raises 404.1."""
    dataset = dataset_of(unit, dataset_id)
    return list_file(unit, dataset, part_of(unit, dataset))


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


def build_ahead(unit: UnitOfWork, dataset: Dataset) -> None:
    """Nothing; the whole list lies there for the next phone."""
    if not dataset.access_filter:
        list_file(unit, dataset)


def _found(base: Path) -> ListFile | None:
    try:
        md5, size = base.with_name(base.name + ".md5").read_text().split()
    except (OSError, ValueError):
        return None
    path, packed = base.with_name(base.name + ".csv"), base.with_name(base.name + ".csv.gz")
    return ListFile(path, packed, md5, int(size)) if path.exists() and packed.exists() else None


def _made(unit: UnitOfWork, dataset: Dataset, part: Part, base: Path) -> ListFile:
    base.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid4().hex
    plain, packed = (base.with_name(f"{mark}{ending}") for ending in (".csv", ".csv.gz"))
    md5, size = hashlib.md5(usedforsecurity=False), 0
    with plain.open("wb") as whole, gzip.GzipFile(packed, "wb", compresslevel=5, mtime=0) as small:
        for piece in _pieces(unit, dataset, part):
            md5.update(piece)
            size += len(piece)
            whole.write(piece)
            small.write(piece)
    told = base.with_name(f"{mark}.md5")
    told.write_text(f"{md5.hexdigest()} {size}")
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
    """Nothing; what was made of the same part for earlier editions is gone. Who still reads it reads on."""
    for old in base.parent.glob(f"*-{part.key}.*"):
        edition = old.name.partition("-")[0]
        if edition.isdigit() and int(edition) < int(base.name.partition("-")[0]):
            old.unlink(missing_ok=True)
