"""Room of the inbox: what waits, oldest first, in queues with counts; the next and the previous record of a filter.

It must not decide anything (`services/deciding`, `services/bulks`) nor know addresses (`services/filters`).
"""

from dataclasses import dataclass, replace

from collector.services import filters, records
from collector.services.filters import Filters
from collector.services.unit import UnitOfWork
from collector.store.queries import entities, form_media, forms, projects
from collector.store.queries import inbox as queries
from collector.store.queries import records as found
from collector.store.queries.records import Record

MOST = 10_000  # counts go no further
SENDING = 20  # forms of a project whose senders can be chosen from
CHOICES = 50  # of a field that can be chosen from


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a filter, oldest first. more: whether newer ones follow; earlier: whether older ones come before;
    count: how many in all; queues: {queue: how many of the filter, its queue left out}; MOST + 1 for more than MOST.
    """

    rows: list[Record]
    more: bool
    earlier: bool
    count: int
    queues: dict[str, int]


@dataclass(frozen=True, slots=True)
class Offered:
    """A field that a form's records can be narrowed by. choices: (name, label), empty where one types."""

    path: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()


def list_page(unit: UnitOfWork, project_id: int, given: Filters, after: int | None = None, before: int | None = None,
              limit: int = 30) -> Page:
    """The records of a filter that the actor may see, after this number or before that one. Raises 404.1, 403.1."""
    narrowed = filters.narrowing(unit, project_id, given)
    records.await_words(unit, narrowed)
    narrowed = queries.settled(unit.session, narrowed, MOST)
    numbers = queries.list_numbers(unit.session, narrowed, after, before, limit + 1)
    further, numbers = len(numbers) > limit, numbers[:limit]
    if before is not None:
        numbers.reverse()
    more = bool(numbers) if before is not None else further
    earlier = further if before is not None else after is not None and bool(
        numbers and queries.list_numbers(unit.session, narrowed, before=numbers[0], limit=1))
    queues = queries.count_queues(unit.session, replace(narrowed, queue=""), MOST + 1)
    return Page(queries.list_of(unit.session, numbers), more, earlier, queues[narrowed.queue or "all"], queues)


def count(unit: UnitOfWork, project_id: int, given: Filters) -> int:
    """How many records a filter has, MOST + 1 for more than that. Raises 404.1, 403.1."""
    narrowed = queries.settled(unit.session, filters.narrowing(unit, project_id, given), MOST)
    return queries.count_up_to(unit.session, narrowed, MOST + 1)


def neighbours(unit: UnitOfWork, project_id: int, number: int, given: Filters) -> tuple[Record | None, Record | None]:
    """(the record before, the one after) a submission in the order of the inbox. Raises 404.1, 403.1."""
    narrowed = queries.settled(unit.session, filters.narrowing(unit, project_id, given), MOST)
    found = [queries.list_numbers(unit.session, narrowed, before=number, limit=1),
             queries.list_numbers(unit.session, narrowed, after=number, limit=1)]
    before, after = (queries.list_of(unit.session, one) for one in found)
    return (before[0] if before else None), (after[0] if after else None)


def senders(unit: UnitOfWork, project_id: int, xml_form_id: str = "") -> list:
    """Who sent records of a form, or of the first forms of the project, by name; of what the actor may see."""
    narrowed = filters.narrowing(unit, project_id, Filters(xml_form_id=xml_form_id))
    if not narrowed.form_ids:
        return []
    return found.list_submitters(unit.session, replace(narrowed, form_ids=narrowed.form_ids[:SENDING]))


def versions(unit: UnitOfWork, project_id: int, given: Filters) -> list[str]:
    """The versions that the forms of a filter were published in, newest first. Raises 404.1, 403.1."""
    return queries.list_versions(unit.session, filters.narrowing(unit, project_id, given).form_ids or ())


def fields(unit: UnitOfWork, project_id: int, xml_form_id: str, model, language: str) -> list[Offered]:
    """The fields that the records of a form can be narrowed by, as this form model asks them. Raises 404.1, 403.1."""
    form = unit.require("submission.list", forms.find_form(unit.session, project_id, xml_form_id))
    offered = []
    seen = model and unit.may("entity.list", projects.find_project(unit.session, project_id))
    beside = _entities(unit, form.current_version_id, model) if seen else {}
    for column in filters.filterable(unit, form):
        one = model.by_path.get(column.path) if model else None
        if one is None:
            continue
        listed = [(choice.name, model.text(choice.labels, language) or choice.name)
                  for choice in model.choices_for(one)]
        listed += beside.get(one.itemset.instance, {}).items() if one.itemset else ()
        offered.append(Offered(column.path, model.label(one, language) or column.name,
                               tuple(listed) if len(listed) <= CHOICES else ()))
    return offered


def _entities(unit: UnitOfWork, form_version_id: int, model) -> dict[str, dict[str, str]]:
    """{id of a list: {name: label}} of the entity lists that a form chooses from, where they are short enough."""
    lists = {line.name: line.dataset_id for line, _blob in form_media.list_media(unit.session, form_version_id)
             if line.dataset_id is not None}
    held = {one.id: entities.list_labels(unit.session, lists[one.file_name], CHOICES + 1)
            for one in model.instances.values() if one.file_name in lists}
    return {list_id: labels for list_id, labels in held.items() if len(labels) <= CHOICES}
