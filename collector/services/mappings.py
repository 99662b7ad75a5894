"""Room where a person says that a field was renamed or moved: its answers are read at its new place, in all datasets.

It must not change answers: a mapping is a word of somebody, can be undone, and `services/extracting` reads by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from collector.domain import problems
from collector.domain.columns import Column
from collector.domain.tabular import moves
from collector.domain.tabular.shape import Texts
from collector.domain.tabular.variables import move_answers
from collector.services import extracting
from collector.services.recipes import CHANGE, READ
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, forms
from collector.store.queries import recipes as queries
from collector.store.tables.recipes import ColumnMapping

SHOWN = 10
PATIENCE = 1.5  # seconds that a preview looks for rows
TOGETHER = 2000
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Movable:
    """A field of any version. in_current: whether the current version asks it; moved_to: where it is read now."""

    path: str
    name: str
    table: str
    type: str
    labels: Texts
    in_current: bool
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """A row in which the earlier field has an answer: at the earlier place, at the new one, and what is read then."""

    instance_id: str
    key: str
    old: object
    new: object
    result: object


@dataclass(frozen=True, slots=True)
class MappingPreview:
    """rows: up to ten. looked: rows looked at; old: with an answer at the earlier place; filled: where the new place
    has none; both: where both have one and they differ: the new one counts. complete: all rows were looked at."""

    from_path: str
    to_path: str
    table: str
    rows: tuple[Merged, ...]
    looked: int
    old: int
    filled: int
    both: int
    complete: bool


def list_mappings(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[tuple[ColumnMapping, str | None]]:
    """(mapping, name of who said so) of those in force, oldest first. Raises 404.1, 403.1."""
    return queries.list_mappings(unit.session, _form(unit, READ, project_id, xml_form_id).id)


def list_movable(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Movable]:
    """The fields of all versions, those that are asked no more first. Raises 404.1, 403.1, 503.1."""
    extract = extracting.open_extract(unit, project_id, xml_form_id)
    direct = _direct(unit, extract.form.id)
    labels = {}
    for model in reversed(extract.models):
        labels |= {one.path: one.labels for one in model.leaves() if one.labels}
    found = [Movable(one.path, one.name, one.table, one.type, labels.get(one.path, {}),
                     one.path in extract.model.by_path, direct.get(one.path))
             for one in _columns(unit, extract.form.id).values() if not one.path.startswith("/meta/")]
    return sorted(found, key=lambda one: one.in_current)


def preview_mapping(unit: UnitOfWork, project_id: int, xml_form_id: str, from_path: str,
                    to_path: str) -> MappingPreview:
    """What would be read, on real rows; nothing is kept. For reading units. Raises 404.1, 403.1, 400.8, 503.1."""
    form = _form(unit, READ, project_id, xml_form_id)
    before, now = _pair(unit, form.id, from_path, to_path)
    extract = extracting.open_extract(unit, project_id, xml_form_id)
    target = moves.end_of(now.path, extract.moved)
    until, shown, looked, counts = monotonic() + PATIENCE, [], 0, {"old": 0, "filled": 0, "both": 0}
    complete = True
    only = {now.table: {before.path, target}}
    for batch in extract.batches(unit, TOGETHER, only):
        rows = batch.tables[now.table]
        looked += len(rows)
        for one in _merged(extract, rows, now.table, before.path, target):
            counts["old"] += 1
            counts["filled"] += one.new is None
            counts["both"] += one.new is not None and one.new != one.old
            if len(shown) < SHOWN:
                shown.append(one)
        if monotonic() > until:
            complete = False
            break
    return MappingPreview(before.path, now.path, now.table, tuple(shown), looked, complete=complete, **counts)


def map_column(unit: UnitOfWork, project_id: int, xml_form_id: str, from_path: str, to_path: str,
               reason: str) -> ColumnMapping:
    """The mapping, in force. Raises 404.1, 403.1, 400.2 (no reason), 400.8 (another table, a type that does not fit,
    a circle, mapped already), 400.13."""
    form = _form(unit, CHANGE, project_id, xml_form_id)
    before, now = _pair(unit, form.id, from_path, to_path)
    row = queries.add_mapping(unit.session, form_id=form.id, from_path=before.path, to_path=now.path,
                              reason=_reason(reason), author_id=unit.actor.id, at=unit.now())
    _record(unit, form, row, "form.column.map")
    return row


def unmap_column(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> None:
    """Nothing; both fields are read apart again. Raises 404.1, 403.1."""
    form = _form(unit, CHANGE, project_id, xml_form_id)
    row = queries.find_mapping(unit.session, form.id, number)
    if row is None or row.removed_at is not None:
        raise problems.not_found("Esta unión de columnas", "This mapping of columns")
    row.removed_at, row.removed_by = unit.now(), unit.actor.id
    unit.session.flush()
    _record(unit, form, row, "form.column.unmap")


def _form(unit: UnitOfWork, verb: str, project_id: int, xml_form_id: str):
    return unit.require(verb, forms.find_form(unit.session, project_id, xml_form_id))


def _columns(unit: UnitOfWork, form_id: int) -> dict[str, Column]:
    return {one.path: Column(path, one.path, one.name, one.type, one.position)
            for one, path in answers.list_columns(unit.session, form_id)}


def _direct(unit: UnitOfWork, form_id: int) -> dict[str, str]:
    return {one.from_path: one.to_path for one, _author in queries.list_mappings(unit.session, form_id)}


def _pair(unit: UnitOfWork, form_id: int, from_path, to_path) -> tuple[Column, Column]:
    columns = _columns(unit, form_id)
    for field, path in (("from", from_path), ("to", to_path)):
        if not isinstance(path, str) or path not in columns or path.startswith("/meta/"):
            raise problems.unexpected_value(field, path, "no version of the form has this field",
                                            "ninguna versión del formulario tiene este campo")
    against = moves.against(columns[from_path], columns[to_path], _direct(unit, form_id))
    if against is not None:
        raise problems.unexpected_value("from", from_path, against[1], against[0])
    return columns[from_path], columns[to_path]


def _merged(extract: extracting.Extract, rows, table: str, before: str, now: str) -> Iterator[Merged]:
    """The rows in which the earlier field has an answer, as they are and as they would be read."""
    places = [at for at, value in enumerate(rows.cells[before]) if value is not None]
    if not places:
        return
    kept = rows.chosen(places)
    news = list(kept.cells[now])
    olds = list(kept.cells[before])
    shape = next(one for one in extract.tables if one.path == table)
    move_answers(kept, shape, {before: now}, extract.types)
    for instance, key, old, new, result in zip(kept.instances, kept.keys, olds, news, kept.cells[now], strict=True):
        yield Merged(instance, key, old, new, result)


def _reason(given) -> str:
    if not isinstance(given, str) or not given.strip():
        raise problems.missing_parameter("reason")
    if len(given) > LONGEST_REASON:
        raise problems.too_long("reason")
    return " ".join(given.split())


def _record(unit: UnitOfWork, form, row: ColumnMapping, action: str) -> None:
    unit.record(action, project_id=form.project_id, form_id=form.id, target_id=row.id,
                details={"from": row.from_path, "to": row.to_path, "reason": row.reason})
