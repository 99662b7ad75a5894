"""Room for what a fresh server is given: its first project with the forms of the library, its first administrator.

It must not touch a server that somebody administers already. `cli/prepare` calls it before the server answers.
The administrator comes last: a first start that was cut off is taken up where it ended.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import (
    dataset_uses,
    datasets,
    entities,
    library_rules,
    passwords,
    people,
    programme,
    projects,
    publishing,
    tasks,
)
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import people as people_queries

LIBRARY = Path(__file__).resolve().parents[2] / "forms"
EMAIL = "admin@collector.local"
VERSION = "__version"  # the column that only an entity list has
PROJECT = {"es": "Mi proyecto", "en": "My project"}


@dataclass(frozen=True, slots=True)
class Begun:
    """What a first start made. password is told once, and only when it was made up.

    forms: (file name, Problem or None when it is published now).
    """

    email: str
    password: str | None
    project_id: int
    forms: tuple[tuple[str, Problem | None], ...]


def is_needed(unit: UnitOfWork) -> bool:
    """Whether nobody administers this server yet."""
    unit.require_system()
    return not people_queries.count_administrators(unit.session, access.ADMIN.id)


def begin(units: Units, library: Path = LIBRARY) -> Begun:
    """What was made. Raises 400.21, 400.38, 400.44 for an administrator's password that cannot be used."""
    settings = units.settings
    email = settings.admin_email or EMAIL
    if settings.admin_password:
        passwords.check(settings.admin_password, people.fold(email))
    project_id = units.write(access.SYSTEM, _project)
    forms = publish_library(units, project_id, library)
    tasks.run_all(units)  # rules came into force over forms that have no record yet
    made = units.write(access.SYSTEM, lambda unit: people.first_administrator(unit, email, settings.admin_password))
    return Begun(email, None if settings.admin_password else made, project_id, forms)


def publish_library(units: Units, project_id: int, library: Path = LIBRARY, samples: bool = True,
                    own: Mapping[str, bytes] | None = None) -> tuple:
    """(file name, Problem or None) of each workbook of the folder; its media lie in the folder's `media`.

    Files whose rows have a version are entity lists: their rows become entities where the list has none yet, if samples
    are wanted. own: files of this project by name, in place of those of the folder.
    """
    media = {file.name: file.read_bytes() for file in sorted((library / "media").glob("*")) if file.is_file()}
    media |= own or {}
    lists = {Path(name).stem: rows for name, data in media.items() if (rows := _entities(name, data))}
    plain = {name: data for name, data in media.items() if Path(name).stem not in lists}
    done = tuple((file.name, _publish(units, project_id, file, plain)) for file in sorted(library.glob("*.xlsx"))
                 if not file.name.startswith(("~", ".")))
    units.write(access.SYSTEM, lambda unit: _fill_lists(unit, project_id, lists if samples else {}))
    programme.declare_library(units, project_id, library)
    library_rules.declare_library(units, project_id, library)
    return done


def _entities(name: str, data: bytes) -> list[dict]:
    """The rows of an entity list as `entities.create_many` takes them; none for a plain file."""
    if not name.endswith(dataset_uses.FILE) or VERSION not in data.partition(b"\n")[0].decode("utf-8-sig").split(","):
        return []
    return [{"uuid": row.pop("name"), "label": row.pop("label"),
             "data": {key: value for key, value in row.items() if value and key != VERSION}}
            for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))]


def _fill_lists(unit: UnitOfWork, project_id: int, lists: dict[str, list[dict]]) -> None:
    for dataset in datasets.list_datasets(unit, project_id):
        if lists.get(dataset.name) and not entities.count_entities(unit, dataset):
            entities.create_many(unit, dataset, lists[dataset.name], Source("bulk", f"{dataset.name}.csv"))
    for view in publishing.list_forms(unit, project_id):
        dataset_uses.link_files(unit, project_id, view.version.id)


def _project(unit: UnitOfWork) -> int:
    made = projects.first_project(unit, PROJECT[unit.settings.language])
    if made is not None:
        return made.id
    return min(project.id for project in projects.list_projects(unit))


def _publish(units: Units, project_id: int, file: Path, media: dict[str, bytes]) -> Problem | None:
    try:
        with units.reading(access.SYSTEM) as unit:
            prepared = publishing.prepare_file(unit, file.read_bytes(), file.name, media, units.memory)
        units.write(access.SYSTEM, lambda unit: publishing.publish_file(unit, project_id, prepared, True))
    except Problem as problem:
        return problem
    return None
