"""Room that reads a form's records for analysts: tables over all versions, and their rows in batches, newest first.

It must not clean, write files or know HTTP. Recipes, exports and statistics read through it; what was acknowledged
before it was opened is in it, what arrives meanwhile and what lies in the trash is not.
"""

import csv
import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from itertools import zip_longest
from zoneinfo import ZoneInfo

import orjson

from collector.domain import problems
from collector.domain.access import RowScope
from collector.domain.columns import Column
from collector.domain.fields import FormModel
from collector.domain.tabular import variables
from collector.domain.tabular.moves import settled
from collector.domain.tabular.shape import FACT, SUBMITTED, Batch, Category, DataTable, Rows
from collector.services import blobs, filters, flattening, models, records, scopes
from collector.services.exporting import ENCRYPTED, PATIENCE, UNREAD, arrival_text
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, exports, extracts, form_media, forms, projects, recipes
from collector.store.queries.extracts import Narrowed

log = logging.getLogger(__name__)
PAGE = 250  # cells of a batch stay in the processor's cache: counting them costs a fifth less than with 500
LONGEST_LIST = 5000  # choices in a file that become labels; beyond that it is a register and not a list
LARGEST_LIST = 4_000_000  # bytes
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)
MOST_TAKEN = 30  # values of a row that the database takes out one by one; for more it is quicker to read all
_FAR = {FACT + name for name in ("SubmitterName", "Status", "FormVersion")}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records. states: review states, 'received' among them, None for all; since, until: days of arrival in the
    project's time zone, both included; only: words of an address that lists are narrowed by (`services/filters`)."""

    states: tuple[str, ...] | None = None
    since: date | None = None
    until: date | None = None
    only: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """The records of a form, ready to be read.

    form: the form's row. last: the highest submission in it; total: how many records; edition: equal as long as nothing
    in the form's records changed. models: of every published version, the current one first.
    """

    form: object
    project_id: int
    filter: Filter
    tables: tuple[DataTable, ...]
    models: tuple[FormModel, ...]
    total: int
    last: int
    edition: tuple
    narrowed: Narrowed
    numbers: Mapping[str, int]
    moved: Mapping[str, str]
    types: Mapping[str, str]
    positions: Mapping[str, tuple[tuple[str, int], ...]]

    @property
    def model(self) -> FormModel:
        """The model of the current version."""
        return self.models[0]

    @property
    def versions(self) -> tuple[str, ...]:
        """The published versions by name, the current one first."""
        return tuple(one.version for one in self.models)

    def batches(self, unit: UnitOfWork, page: int = PAGE,
                only: Mapping[str, set[str]] | None = None) -> Iterator[Batch]:
        """All records, newest first; the unit rests between batches. only: {path of table: ids of variables} that are
        needed, facts among them; tables that are not named have no rows then."""
        for rows in extracts.stream_roots(unit.session, self.narrowed, self.numbers[""], page, _some(self, "", only)):
            yield _batch(unit, self, rows, only)

    def batch_of(self, unit: UnitOfWork, numbers: list[int]) -> Batch:
        """These records alone, as far as they belong to the extract."""
        narrowed = self.narrowed._replace(numbers=tuple(numbers))
        pages = extracts.stream_roots(unit.session, narrowed, self.numbers[""], max(1, len(numbers)))
        return _batch(unit, self, next(pages, []), None)


def open_extract(unit: UnitOfWork, project_id: int, xml_form_id: str, filter: Filter = Filter(),
                 verb: str = "submission.read", rows: tuple[RowScope, ...] | None = None) -> Extract:
    """The records of a published form that the actor may see. rows: for the system actor, whom it reads for is limited
    to these. Raises 404.1, 403.1, 503.1 (rows are still being made)."""
    form = records.find_form(unit, verb, project_id, xml_form_id)
    scope = scopes.scope_of(unit, project_id, form, verb)
    if scope is None:
        scope = scopes.resolved(unit, form.id, rows)
    form_id, current = form.id, form.current_version_id
    if current is None:
        raise problems.form_not_found(xml_form_id)
    last = exports.last_submission(unit.session, form_id)
    if not flattening.flatten_waiting(unit.units, (form_id,), PATIENCE):
        raise problems.busy()
    unit.rest()
    zone = ZoneInfo(projects.find_project(unit.session, project_id).timezone)
    narrowed = Narrowed(form_id, last, filter.states, _midnight(filter.since, zone),
                        _midnight(filter.until, zone, timedelta(days=1)), scope=scope,
                        by=filters.chosen(unit, project_id, xml_form_id, filter.only, verb) if filter.only else None)
    return _opened(unit, form, project_id, filter, narrowed)


def _opened(unit: UnitOfWork, form, project_id: int, filter: Filter, narrowed: Narrowed) -> Extract:
    session, form_id, current = unit.session, form.id, form.current_version_id
    ids = [current, *(one for one in reversed(forms.list_published_ids(session, form_id)) if one != current)]
    found = models.form_models(unit, ids)
    tables = answers.list_tables(session, form_id)
    columns = [Column(path, one.path, one.name, one.type, one.position, one.filterable)
               for one, path in answers.list_columns(session, form_id)]
    moved = _moved_columns(unit, form_id)
    shown = variables.tables_of(tables, columns, found, moved, listed_choices(unit, current, found[0]))
    positions: dict[str, list[tuple[str, int]]] = {}
    for one in columns:
        positions.setdefault(one.table, []).append((one.path, one.position))
    return Extract(
        form, project_id, filter, shown, found, extracts.count_records(session, narrowed), narrowed.last,
        (*extracts.find_edition(session, form_id), current, tuple(moved.items()), narrowed.scope), narrowed,
        {one.path: one.id for one in tables}, moved, {one.path: one.type for one in columns},
        {path: tuple(found) for path, found in positions.items()})


def _moved_columns(unit: UnitOfWork, form_id: int) -> dict[str, str]:
    """{path of an earlier field: path of the field that has its answers now}, as a person has mapped them.

    Of a field that moved twice both earlier places lead to the last one, the nearer first: its answer counts.
    """
    direct = {one.from_path: one.to_path for one, _author in recipes.list_mappings(unit.session, form_id)}
    return settled(direct)


def _batch(unit: UnitOfWork, extract: Extract, roots: list[tuple], only) -> Batch:
    tables: dict[str, Rows] = {}
    if roots:
        names = {row[0]: row[2] for row in roots}
        low, high = roots[-1][0], roots[0][0]
        kept = {table.path: extracts.list_repeat_rows(unit.session, extract.numbers[table.path], low, high,
                                                      _some(extract, table.path, only))
                for table in extract.tables if table.path and (only is None or table.path in only)}
        bare = [] if _some(extract, "", only) else [row[0] for row in roots if row[11] is None or row[11] == "[]"]
        states = exports.find_states(unit.session, bare) if bare else {}
        unit.rest()
        tables[""] = _root_rows(extract, roots, states, only)
        for path, rows in kept.items():
            tables[path] = _repeat_rows(extract, path, rows, names, only)
    for table in extract.tables:
        if table.path not in tables:
            tables[table.path] = Rows([], [], [], [], {one.id: [] for one in _wanted(table, only)})
        elif extract.moved:
            variables.move_answers(tables[table.path], table, extract.moved, extract.types)
    return Batch(tables)


def _root_rows(extract: Extract, roots: list[tuple], states: dict, only) -> Rows:
    (numbers, created, instances, submitters, names, present, expected, review, devices, edits, versions,
     data) = map(list, zip(*roots, strict=True))
    status: list[str] = [""] * len(roots)
    for at, number in enumerate(numbers):
        if number in states:
            encrypted, versions[at] = states[number]
            status[at] = ENCRYPTED if encrypted else UNREAD if data[at] is None else ""
    cells = _cells(extract, "", [one or "[]" for one in data], only)
    if only is None or SUBMITTED in only.get("", ()):
        created = [arrival_text(one) for one in created]
    facts = {"SubmissionDate": created, "KEY": instances,
             "SubmitterID": [None if one is None else str(one) for one in submitters], "SubmitterName": names,
             "AttachmentsPresent": present, "AttachmentsExpected": expected, "Status": status, "ReviewState": review,
             "DeviceID": devices, "Edits": edits, "FormVersion": versions}
    cells |= {FACT + name: column for name, column in facts.items()}
    return Rows(numbers, instances, [""] * len(roots), [None] * len(roots), cells)


def _repeat_rows(extract: Extract, path: str, rows: list[tuple], names: dict[int, str], only) -> Rows:
    if len(names) != len({row[0] for row in rows} | names.keys()):  # records of the range that are not in the extract
        rows = [row for row in rows if row[0] in names]
    if not rows:
        return Rows([], [], [], [], _cells(extract, path, [], only) | {FACT + "PARENT_KEY": [], FACT + "KEY": []})
    numbers, parents, keys, data = map(list, zip(*rows, strict=True))
    instances = [names[one] for one in numbers]
    cells = _cells(extract, path, data, only)
    cells[FACT + "PARENT_KEY"] = [
        f"{instance}/{parent}" if parent else instance for instance, parent in zip(instances, parents, strict=True)]
    cells[FACT + "KEY"] = [f"{instance}/{key}" for instance, key in zip(instances, keys, strict=True)]
    return Rows(numbers, instances, keys, parents, cells)


def _cells(extract: Extract, path: str, data: list[str], only) -> dict[str, list]:
    """{path of field: its values}: the rows turned on their side, which costs less than taking cells one by one."""
    wanted = _read(extract, path, only)
    if _some(extract, path, only) is not None:
        wanted = [(field, at) for at, (field, _position) in enumerate(wanted)]
    columns = list(zip_longest(*orjson.loads(f"[{','.join(data)}]"))) if data and wanted else []
    empty = [None] * len(data)
    return {field: list(columns[at]) if at < len(columns) else empty[:] for field, at in wanted}


def _read(extract: Extract, path: str, only) -> list[tuple[str, int]]:
    """(path of a field, its position in a row) of what is to be read of a table."""
    wanted = extract.positions.get(path, ())
    if only is None:
        return list(wanted)
    ids = only.get(path, set())
    ids = ids | {before for before, now in extract.moved.items() if now in ids}
    return [one for one in wanted if one[0] in ids]


def _some(extract: Extract, path: str, only) -> tuple[int, ...] | None:
    """The positions of the values that the database takes out of a row, None where the whole row is read.

    Names and versions of a record stand in other tables, and are looked up with whole rows alone.
    """
    if only is None or (not path and _FAR & only.get("", set())):
        return None
    positions = tuple(position for _field, position in _read(extract, path, only))
    return (positions or (0,)) if len(positions) <= MOST_TAKEN else None


def _wanted(table: DataTable, only):
    if only is None:
        return table.variables
    return [one for one in table.variables if one.is_fact or one.id in only.get(table.path, ())]


def listed_choices(unit: UnitOfWork, version_id: int, model: FormModel) -> dict[str, tuple[Category, ...]]:
    """{path of a question: its choices that lie in a CSV beside the form}; what cannot be read has none."""
    wanted: dict[str, list] = {}
    for one in model.leaves():
        listed = model.instances.get(one.itemset.instance) if one.itemset else None
        if listed is not None and listed.file_name.lower().endswith(".csv"):
            wanted.setdefault(listed.file_name, []).append(one)
    if not wanted:
        return {}
    found: dict[str, tuple[Category, ...]] = {}
    for line, blob in form_media.list_media(unit.session, version_id):
        if line.name in wanted and blob is not None and blob.size <= LARGEST_LIST:
            lines = _lines(blobs.read_blob(unit, blob.sha256))
            for one in wanted[line.name]:
                value, label = one.itemset.value_ref, one.itemset.label_ref
                found[one.path] = tuple(
                    Category(row[value], {"": row.get(label) or ""}) for row in lines if row.get(value))
    return found


def _lines(data: bytes) -> list[dict]:
    try:
        lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        log.warning("a list beside a form cannot be read as CSV")
        return []
    return lines if len(lines) <= LONGEST_LIST else []


def _midnight(day: date | None, zone: ZoneInfo, later: timedelta = timedelta()) -> datetime | None:
    """The day's first moment; of days that no record can have, the nearest whose midnight is one in UTC too."""
    return None if day is None else datetime.combine(min(max(day, FIRST_DAY), LAST_DAY) + later, clock(), zone)
