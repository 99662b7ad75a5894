"""Room that tells why one clean cell is as it is: as sent, corrected, mapped, and what each step made of it.

It must not change anything. Pages and the API show what is found here.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from collector.domain import problems
from collector.domain.cleaning.recipe import Step
from collector.domain.cleaning.running import Story
from collector.domain.tabular.shape import Variable
from collector.domain.values import Value
from collector.domain.xmltext import XMLFault
from collector.services import cleaning, extracting, flattening, records
from collector.services.recipes import READ, Kept
from collector.services.unit import UnitOfWork
from collector.store.queries import recipes as queries
from collector.store.queries import submissions
from collector.store.tables.recipes import ColumnMapping

MOST_EDITIONS = 50


@dataclass(frozen=True, slots=True)
class Earlier:
    """The cell in one version of its record. path: of the field that had the answer there; changed: whether it differs
    from the version before; is_there: whether the row is in that version and can be read."""

    instance_id: str
    at: datetime
    who: str | None
    form_version: str
    value: Value
    path: str
    is_there: bool = True
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What one step made of the cell. dropped: the row or the column went with it."""

    step: Step
    before: Value
    after: Value
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """How a clean cell came to be. editions: of the record, oldest first. mapping: by which its answer came from an
    earlier field, and who said so. left_out: the step that the row or column went with; faults: {step id: (es, en)}."""

    variable: Variable
    table: str
    key: str
    instance_id: str
    kept: Kept | None
    raw: Value
    editions: tuple[Earlier, ...]
    mapping: tuple[ColumnMapping, str | None] | None
    changes: tuple[Made, ...]
    final: Value
    left_out: Step | None
    faults: dict[str, tuple[str, str]]


def explain(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, table: str, key: str,
            variable_id: str, recipe_id: int | None = None, version: int | None = None) -> Told:
    """How one cell came to be. instance_id: of the record; table, key: '' for the root, path and key of a repeat's row.

    For reading units: a recipe that compares records looks through all of them. Raises 404.1, 403.1, 503.1.
    """
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb=READ)
    extract = extracting.open_extract(unit, project_id, xml_form_id, verb=READ)
    batch = extract.batch_of(unit, [record.submission.id])
    if table not in batch.tables or key not in batch.tables[table].keys:
        raise problems.not_found("Esta fila", "The row")
    cleaned = cleaning.open_cleaned(unit, extract, recipe_id, version)
    variable = _variable(extract, cleaned, table, variable_id)
    cleaned.survey(unit)
    story = cleaned.cleaning.explain(batch, table, key, variable_id)
    editions = _editions(unit, extract, record, table, key, variable_id)
    mapping = None
    if editions and editions[-1].path != variable_id:
        mapping = next((one for one in queries.list_mappings(unit.session, extract.form.id)
                        if one[0].from_path == editions[-1].path), None)
    changes = _changes(cleaned, story)
    gone = next((one.step for one in changes if one.dropped), None)
    return Told(variable, table, key, instance_id, cleaned.kept, story.raw, editions, mapping, changes, story.final,
                gone if not story.is_there else None, dict(cleaned.cleaning.faults))


def _variable(extract, cleaned: cleaning.Cleaned, table: str, variable_id: str) -> Variable:
    for tables in (cleaned.tables, extract.tables):
        found = next((one.variable(variable_id) for one in tables if one.path == table), None)
        if found is not None:
            return found
    raise problems.not_found("Esta columna", "The column")


def _changes(cleaned: cleaning.Cleaned, story: Story) -> tuple[Made, ...]:
    recipe = cleaned.cleaning.recipe
    return tuple(Made(recipe.step(one.step), one.before, one.after, one.dropped) for one in story.changes)


def _editions(unit: UnitOfWork, extract: extracting.Extract, record, table: str, key: str,
              variable_id: str) -> tuple[Earlier, ...]:
    """The answer in each version of the record; nothing for what no field asks."""
    places = dict(extract.positions.get(table, ()))
    paths = [variable_id, *(before for before, now in extract.moved.items() if now == variable_id)]
    paths = [one for one in paths if one in places]
    if not paths:
        return ()
    found: list[Earlier] = []
    editions = records.list_editions(unit, record)[:MOST_EDITIONS]
    sent = submissions.list_xml(unit.session, [one.version.id for one in editions])
    for edition in reversed(editions):
        one = Earlier(edition.version.instance_id, edition.version.created_at,
                      edition.submitter.name if edition.submitter else None, edition.form_version, None, variable_id)
        row = _row(unit, extract, edition, sent[edition.version.id], table, key)
        if row is None:
            one = replace(one, is_there=False)
        else:
            values = [(row.values[places[path]], path) for path in paths]
            value, path = next((pair for pair in values if pair[0] is not None), (None, variable_id))
            one = replace(one, value=value, path=path)
        found.append(replace(one, changed=bool(found) and (one.value, one.is_there) != (
            found[-1].value, found[-1].is_there)))
    return tuple(found)


def _row(unit: UnitOfWork, extract: extracting.Extract, edition, xml: bytes, table: str, key: str):
    """The row of a version of the record, None where it has none or cannot be read."""
    if edition.version.encrypted:
        return None
    try:
        rows = flattening.rows_of(unit, extract.form, xml)
    except XMLFault:
        return None
    return next((one for one in rows if one.table == table and one.key == key), None)
