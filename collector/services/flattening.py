"""Room of the steps that make a submission readable: flat rows, filter values, search text, counts of files.

It must not lose a submission: what cannot be flattened stays as XML and its step is shown as failed.
Lists, OData and exports read what stands here.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

import orjson

from collector.domain import access, columns
from collector.domain import flatten as flattening
from collector.domain.folded import fold
from collector.domain.xmltext import read_xml
from collector.services import alike_marks
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import answers, submissions, words

log = logging.getLogger(__name__)
REMEMBERED = 200
TOGETHER = 20
MOST_POINTS = 200  # of one submission that lists are narrowed by


def flatten(unit: UnitOfWork, event, found: "Found | None") -> None:
    """Nothing; the current version of the event's submission has its rows. Doing it twice changes nothing.

    What was sent while testing a draft has no rows: its columns come into the column model when it is published.
    """
    _keep(unit, event.submission_id, found)


def read(unit: UnitOfWork, event) -> "Found | None":
    """The rows to be, None where there is nothing to do; for a reading unit, before `flatten` keeps them."""
    return _read(unit, event.submission_id)


def rows_of(unit: UnitOfWork, form, xml: bytes) -> list[flattening.FlatRow]:
    """The rows of any version of a record, under the columns in force; they are not kept. Raises 403.1, XMLFault."""
    unit.require("submission.read", form)
    return flattening.flatten(_column_model(unit, form.id, form.current_version_id).plan, xml).rows


def flatten_waiting(units: Units, form_ids: tuple[int, ...], seconds: float) -> bool:
    """Whether every submission of these forms has its rows now, but for those whose step fails.

    For who reads what was just acknowledged; the step itself then finds nothing left to do.
    """
    until, after = monotonic() + seconds, 0
    while True:
        with units.reading(access.SYSTEM) as unit:
            waiting = answers.list_waiting(unit.session, form_ids, after, TOGETHER)
        if not waiting:
            return True
        if monotonic() > until:
            return False
        _flatten_together(units, waiting)
        after = waiting[-1]


def _flatten_together(units: Units, waiting: list[int]) -> None:
    try:
        with units.reading(access.SYSTEM) as unit:
            found = {number: _read(unit, number) for number in waiting}
        units.write(access.SYSTEM, lambda unit: [_keep(unit, number, found[number]) for number in waiting])
    except Exception:
        if len(waiting) > 1:
            for number in waiting:
                _flatten_together(units, [number])
        else:
            log.exception("submission %s could not be flattened", waiting[0])


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be kept of a submission, read from this version of it under the columns of that form version."""

    version_id: int
    form_version_id: int | None
    rows: list[dict]
    values: list[dict]
    points: list[dict]
    search: str
    alike: alike_marks.Marks


def _read(unit: UnitOfWork, submission_id: int) -> Found | None:
    unit.require_system()
    version = answers.find_version_to_flatten(unit.session, submission_id)
    if version is None or version.flat_at is not None or version.draft:
        return None
    model = _column_model(unit, version.form_id, version.current_version_id)
    root = read_xml(version.xml)
    flat = flattening.flatten(model.plan, root)
    rows = [{"table_id": model.tables[row.table], "submission_id": version.submission_id, "version_id": version.id,
             "ordinal": row.ordinal, "key": row.key, "parent_key": row.parent_key,
             "data": orjson.dumps(_trimmed(row.values)).decode()} for row in flat.rows]
    values = [value for row in flat.rows for value in _filter_values(model, row, version.submission_id)]
    points = [{"submission_id": version.submission_id, "ordinal": ordinal, "latitude": one.latitude,
               "longitude": one.longitude} for ordinal, one in enumerate(flat.points[:MOST_POINTS])]
    return Found(version.id, version.current_version_id, rows, values, points, flat.search,
                 alike_marks.marks_of(unit, version, root))


def _keep(unit: UnitOfWork, submission_id: int, found: Found | None) -> None:
    unit.require_system()
    if found is None:
        return
    submissions.lock_submission(unit.session, submission_id)  # an edit, or another process that makes these rows
    state, read_ = answers.find_flat_state(unit.session, submission_id), (found.version_id, None, found.form_version_id)
    if state != (*read_, found.alike.edition):  # it came between reading and keeping
        found = _read(unit, submission_id)
    if found is not None:
        answers.replace_rows(unit.session, submission_id, found.rows, found.values, found.points)
        words.spoil(unit.session, submission_id)
        answers.mark_flat(unit.session, found.version_id, submission_id, found.search, unit.now())
        alike_marks.keep_marks(unit, submission_id, found.alike)


def count_files(unit: UnitOfWork, event, _found) -> None:
    """Nothing; the submission tells how many of its files are here."""
    unit.require_system()
    submissions.lock_submission(unit.session, event.submission_id)
    expected, present = submissions.count_files(unit.session, event.submission_id)
    submissions.mark_counts(unit.session, event.submission_id, expected, present)


class ColumnModel:
    """The column model of a form as flattening needs it: plan, table ids, filterable columns by table and position."""

    def __init__(self, tables, columns_):
        self.tables = {table.path: table.id for table in tables}
        self.plan = flattening.row_plan(
            [columns.Table(table.path, table.name, table.parent) for table in tables],
            [columns.Column(path, one.path, one.name, one.type, one.position, one.filterable)
             for one, path in columns_])
        self.filters: dict[str, list] = {}
        for one, path in columns_:
            if one.filterable:
                self.filters.setdefault(path, []).append((one.position, one.id, one.type))


def _column_model(unit: UnitOfWork, form_id: int, current: int | None) -> ColumnModel:
    """The column model in force; it changes when a version is published, so it is remembered under that version."""
    remembered = unit.units.memory.setdefault("column models", OrderedDict())
    model = remembered.get((form_id, current))
    if model is None:
        model = ColumnModel(answers.list_tables(unit.session, form_id), answers.list_columns(unit.session, form_id))
        remembered[form_id, current] = model
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return model


def _trimmed(values: list) -> list:
    """The values without the empty ones at the end."""
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def _filter_values(model: ColumnModel, row, submission_id: int):
    for position, column_id, type in model.filters.get(row.table, ()):
        value = row.values[position]
        if value is None:
            continue
        parts = str(value).split() if type in ("select", "rank") else [value]
        for part in parts:
            number = float(part) if isinstance(part, int | float) and not isinstance(part, bool) else None
            yield {"column_id": column_id, "submission_id": submission_id, "text": fold(str(part))[:200],
                   "number": number, "moment": None}
