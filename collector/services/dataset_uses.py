"""Room for what forms declare of entity lists: may it be so, what would publishing add, and taking it in.

It must not apply submissions (`services/entities`). `services/publishing` asks here for drafts and at publishing.
"""

from dataclasses import dataclass

from collector.domain import dataset as rules
from collector.domain import dataset_problems
from collector.domain.dataset import Written
from collector.domain.fields import FormModel
from collector.services import models
from collector.services.forms import FormView
from collector.services.unit import UnitOfWork
from collector.store.queries import datasets as queries
from collector.store.queries import form_media, projects
from collector.store.tables.datasets import Dataset
from collector.store.tables.forms import Form, FormVersion

FILE = ".csv"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a form changes in one list. properties: (name, whether new, whether this form writes it)."""

    name: str
    is_new: bool
    properties: tuple[tuple[str, bool, bool], ...]


def require_declarations(unit: UnitOfWork, project_id: int, model: FormModel) -> list[Written]:
    """What the form writes, when it may be published so and the actor may change those lists.

    Raises 400.25, 409.16, 409.17, 403.1.
    """
    found = rules.written(model)
    for one in found:
        _require(unit, project_id, one)
    return found


def difference(unit: UnitOfWork, project_id: int, model: FormModel, published: bool = False) -> list[Difference]:
    """What the form adds to entity lists, a list each, in document order. published: it is in force, nothing is new."""
    told = []
    for one in rules.written(model):
        known = queries.find_folded(unit.session, project_id, one.name)
        there = [held.name for held in queries.list_properties(unit.session, known.id)] if known else []
        names = [*there, *(name for name in one.properties if name not in there)]
        told.append(Difference(one.name, known is None and not published, tuple(
            (name, name not in there and not published, name in one.properties) for name in names)))
    return told


def difference_of(unit: UnitOfWork, view: FormView) -> list[Difference]:
    """What a version which `find_form` gave changes in entity lists; a published one has changed them already."""
    return difference(unit, view.form.project_id, models.form_model(unit, view.version.id), not view.is_draft)


def take_in(unit: UnitOfWork, form: Form, version: FormVersion, model: FormModel) -> None:
    """Nothing; the lists have what this version, just published, declares of them. Raises as require_declarations."""
    uses, changed = [], False
    for one in require_declarations(unit, form.project_id, model):
        dataset, added = _merged(unit, form, one)
        changed = changed or added
        by_name = {held.name: held.id for held in queries.list_properties(unit.session, dataset.id)}
        uses.append({"dataset_id": dataset.id, "property_id": None, "path": one.path})
        uses.extend({"dataset_id": dataset.id, "property_id": by_name[name], "path": path}
                    for name, path in one.properties.items())
    if uses:
        queries.replace_uses(unit.session, version.id, uses)
    link_files(unit, form.project_id, version.id)
    if changed:
        projects.bump_edition(unit.session, form.project_id)


def link_files(unit: UnitOfWork, project_id: int, version_id: int) -> None:
    """Nothing; files that are missing and have the name of an entity list are taken from it."""
    for line, blob in form_media.list_media(unit.session, version_id):
        if blob is None and line.dataset_id is None and line.kind == "file" and line.name.lower().endswith(FILE):
            dataset = queries.find_dataset(unit.session, project_id, line.name[:-len(FILE)])
            if dataset is not None:
                form_media.link(unit.session, line, dataset.id, unit.now())


def _merged(unit: UnitOfWork, form: Form, one: Written) -> tuple[Dataset, bool]:
    """(the list with its properties, whether anything is new)."""
    dataset = queries.find_dataset(unit.session, form.project_id, one.name)
    is_new = dataset is None
    if is_new:
        dataset = queries.add_dataset(unit.session, project_id=form.project_id, name=one.name,
                                      created_by=unit.actor.id, created_at=unit.now())
    there = {held.name for held in queries.list_properties(unit.session, dataset.id)}
    added = [name for name in one.properties if name not in there]
    for name in added:
        queries.add_property(unit.session, dataset.id, name, unit.now())
    if added or is_new:
        queries.bump(unit.session, dataset.id)
        queries.mark(unit.session, dataset, updated_at=None if is_new else unit.now())
        unit.record("dataset.create" if is_new else "dataset.update", project_id=form.project_id, form_id=form.id,
                    target_id=dataset.id, details={"properties": added})
    return dataset, bool(added or is_new)


def _require(unit: UnitOfWork, project_id: int, one: Written) -> None:
    known = queries.find_folded(unit.session, project_id, one.name)
    if known is None:
        unit.require("dataset.create", projects.find_project(unit.session, project_id))
        return
    if known.name != one.name:
        raise dataset_problems.dataset_other_capitals(known.name, one.name)
    there = {held.name.casefold(): held.name for held in queries.list_properties(unit.session, known.id)}
    pairs = [{"current": there[name.casefold()], "provided": name} for name in one.properties
             if there.get(name.casefold(), name) != name]
    if pairs:
        raise dataset_problems.properties_other_capitals(pairs)
    if any(name.casefold() not in there for name in one.properties):
        unit.require("dataset.update", known)
