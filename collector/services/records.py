"""Room where people look at what was sent: lists, one record with all that belongs to it, its versions and files.

It must not change anything (`services/review`, `services/record_files`, `services/intake` do) nor know HTTP.
Pages, the API and the command line show what is found here.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from collector.domain import problems, review
from collector.domain.fields import FormModel
from collector.domain.instance import Instance, Node, read_instance
from collector.domain.values import line_points, parse_value
from collector.domain.xmltext import XMLFault
from collector.services import activity, flattening, models, scopes
from collector.services.filters import Filters, narrowing
from collector.services.unit import UnitOfWork
from collector.store.queries import events, exports, forms, projects, submissions
from collector.store.queries import records as queries
from collector.store.queries.inbox import eased
from collector.store.queries.narrowing import Narrowing
from collector.store.queries.records import Edition, Record

log = logging.getLogger(__name__)
PAGE = 500
OFTEN = 10_000  # records that have a value; more are looked up one by one
PATIENCE = 2  # seconds, for words of what was just acknowledged
STATES = review.STATES
ALL = Filters()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a record. ref: of the answer; degrees WGS84; metres or None."""

    ref: str
    path: str
    latitude: float
    longitude: float
    altitude: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One record with all that belongs to it.

    model: of the form version it was filled with. instance: its tree of answers, None when it is encrypted or cannot be
    read. files: (line of the ledger, stored blob or None). events: (event, name of who did it), newest first.
    """

    record: Record
    model: FormModel | None
    instance: Instance | None
    files: list[tuple]
    spots: list[Spot] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)


def list_records(unit: UnitOfWork, project_id: int, filters: Filters = ALL, before: int | None = None,
                 limit: int = 50) -> list[Record]:
    """The records of a project that the actor may see, newest first; before: id of the submission to go on after.

    Raises 404.1, 403.1.
    """
    narrowed = narrowing(unit, project_id, filters)
    await_words(unit, narrowed)
    narrowed = eased(unit.session, narrowed, OFTEN)
    return [] if narrowed.form_ids == () else queries.list_records(unit.session, narrowed, before, limit)


def await_words(unit: UnitOfWork, found: Narrowing) -> None:
    """Nothing; in forms found, what was just acknowledged can be found by words and answers, within bounds."""
    searched = (found.words or found.answers or found.scopes) and found.form_ids
    if searched and flattening.flatten_waiting(unit.units, found.form_ids, PATIENCE):
        unit.rest()


def neighbours(unit: UnitOfWork, project_id: int, record: Record,
               filters: Filters = ALL) -> tuple[Record | None, Record | None]:
    """(the next newer, the next older) record of such a list. Raises 404.1, 403.1."""
    narrowed = eased(unit.session, narrowing(unit, project_id, filters), OFTEN)
    if narrowed.form_ids == ():
        return None, None
    older = queries.list_records(unit.session, narrowed, record.submission.id, 1)
    return queries.find_newer(unit.session, narrowed, record.submission.id), older[0] if older else None


def count_records(unit: UnitOfWork, project_id: int, filters: Filters = ALL) -> int:
    """How many records such a list has in all. Raises 404.1, 403.1."""
    narrowed = eased(unit.session, narrowing(unit, project_id, filters), OFTEN)
    return 0 if narrowed.form_ids == () else queries.count_records(unit.session, narrowed)


def count_states(unit: UnitOfWork, project_id: int, filters: Filters = ALL) -> dict[str, int]:
    """How many records of such a list are in each review state. Raises 404.1, 403.1."""
    narrowed = eased(unit.session, narrowing(unit, project_id, filters), OFTEN)
    found = {} if narrowed.form_ids == () else queries.count_states(unit.session, narrowed)
    return {state: found.get(state, 0) for state in STATES}


def pages_of_form(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool = False, deleted: bool = False,
                  limit: int | None = None, offset: int = 0) -> Iterator[list[Record]]:
    """The records of one form, newest first, page by page; the unit rests between pages. Raises 404.1, 403.1."""
    return _pages(unit, _of_form(unit, project_id, xml_form_id, draft, deleted), limit, offset)


def count_of_form(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool = False) -> int:
    """How many living records the form has. Raises 404.1, 403.1."""
    return queries.count_records(unit.session, _of_form(unit, project_id, xml_form_id, draft))


def _of_form(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool, deleted: bool = False) -> Narrowing:
    form = find_form(unit, "submission.list", project_id, xml_form_id, draft)
    return Narrowing((form.id,), draft, deleted=deleted,
                     scopes=scopes.scopes_of(unit, project_id, [form], "submission.list"))


def _pages(unit: UnitOfWork, narrowing: Narrowing, limit: int | None, offset: int) -> Iterator[list[Record]]:
    before, left = None, limit
    while left is None or left > 0:
        page = queries.list_records(unit.session, narrowing, before, PAGE if left is None else min(left, PAGE), offset)
        if not page:
            return
        before, offset, left = page[-1].submission.id, 0, None if left is None else left - len(page)
        yield page
        unit.rest()


def list_submitters(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool = False) -> list:
    """Everybody who sent a record of the form that the actor may see, by name. Raises 404.1, 403.1."""
    return queries.list_submitters(unit.session, _of_form(unit, project_id, xml_form_id, draft))


def list_keys(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool = False) -> list[tuple[int, str]]:
    """(number, public key) of the keys that encrypted records of the form need. Raises 404.1, 403.1."""
    return exports.list_keys(unit.session, _of_form(unit, project_id, xml_form_id, draft))


def find_form(unit: UnitOfWork, verb: str, project_id: int, xml_form_id: str, draft: bool = False):
    """The form, when the actor may do this with its records; draft: it must have a draft. Raises 404.1, 403.1."""
    form = unit.require(verb, forms.find_form(unit.session, project_id, xml_form_id))
    if draft and form.draft_version_id is None:
        raise problems.not_found("El borrador", "The draft")
    return form


def find_record(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool = False,
                verb: str = "submission.read", deleted: bool = False) -> Record:
    """The record under the instanceID it first came with. Raises 404.1, 403.1."""
    form = find_form(unit, verb, project_id, xml_form_id, draft)
    record = queries.find_record(unit.session, form.id, draft, instance_id, deleted)
    if record is None or not scopes.is_within(unit, verb, form, record.submission.id):
        raise problems.not_found("El registro", "The submission")
    return record


def find_taken(unit: UnitOfWork, number: int) -> Record:
    """The record that a delivery became, for who may send; living or in the trash. Raises 404.1, 403.1."""
    record = queries.find_by_number(unit.session, number)
    if record is None:
        raise problems.not_found("El registro", "The submission")
    if not (unit.actor.kind == "draft" and record.submission.draft):
        unit.require("submission.create", forms.find_form_by_number(unit.session, record.submission.form_id))
    return record


def find_by_number(unit: UnitOfWork, project_id: int, number: int) -> Record | None:
    """The living record of a project by its number, None when it is gone or not for the actor. Raises 404.1."""
    if projects.find_project(unit.session, project_id) is None:
        raise problems.not_found()
    record = queries.find_by_number(unit.session, number)
    if record is None or record.submission.deleted_at is not None:
        return None
    form = forms.find_form_by_number(unit.session, record.submission.form_id)
    seen = form.project_id == project_id and form.deleted_at is None and unit.may("submission.read", form)
    return record if seen and scopes.is_within(unit, "submission.read", form, number) else None


def find_root(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool = False) -> str | None:
    """The first instanceID of the record that has a version under this one. Raises 404.1, 403.1."""
    form = find_form(unit, "submission.read", project_id, xml_form_id, draft)
    root = queries.find_root(unit.session, form.id, draft, instance_id)
    found = queries.find_record(unit.session, form.id, draft, root) if root else None
    return root if found and scopes.is_within(unit, "submission.read", form, found.submission.id) else None


def show_record(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool = False) -> Shown:
    """The record with answers, files, places, history and versions. Raises 404.1, 403.1."""
    record = find_record(unit, project_id, xml_form_id, instance_id, draft)
    activity.saw(unit, record)
    model, instance = answers_of(unit, record)
    number = record.submission.id
    return Shown(record, model, instance, queries.list_ledger(unit.session, record.version.id), spots_of(instance),
                 events.list_of_submission(unit.session, number), queries.list_editions(unit.session, number))


def record_xml(unit: UnitOfWork, record: Record | Edition) -> bytes:
    """What was sent, byte for byte, of a record or version that was found here."""
    return queries.find_xml(unit.session, record.version.id)


def list_editions(unit: UnitOfWork, record: Record) -> list[Edition]:
    """The versions of a record that was found here, newest first."""
    return queries.list_editions(unit.session, record.submission.id)


def find_edition(unit: UnitOfWork, record: Record, instance_id: str) -> Edition:
    """One version of a record that was found here, by its own instanceID. Raises 404.1."""
    edition = queries.find_edition(unit.session, record.submission.id, instance_id)
    if edition is None:
        raise no_version()
    return edition


def no_version() -> problems.Problem:
    """What is raised where a record has no version of that name."""
    return problems.not_found("La versión", "The version")


def spots_of(instance: Instance | None) -> list[Spot]:
    """Every place that was answered, points of traces and shapes too, in document order."""
    return [] if instance is None else [spot for node in instance.root.walk() for spot in _spots(node)]


def _spots(node: Node) -> Iterator[Spot]:
    kind = node.field.type if node.field is not None else ""
    if kind == "geopoint":
        value = parse_value(kind, node.text)
        if isinstance(value, list):
            yield Spot(node.ref, node.path, *value)
    elif kind in ("geotrace", "geoshape"):
        for point in line_points(node.text):
            yield Spot(node.ref, node.path, *point)


def instances_of(unit: UnitOfWork, found: list[Edition]) -> list[Instance | None]:
    """The answers of several versions that were found here, in order; None as `answers_of` has it."""
    xml = submissions.list_xml(unit.session, [one.version.id for one in found])
    known: dict[int, FormModel | None] = {}
    for number in {one.version.form_version_id for one in found}:
        try:
            known[number] = models.form_model(unit, number)
        except problems.Problem:
            log.exception("form version %s cannot be read", number)
            known[number] = None
    return [_instance(one, xml[one.version.id], known[one.version.form_version_id]) for one in found]


def _instance(edition: Edition, xml: bytes, model: FormModel | None) -> Instance | None:
    try:
        return None if model is None or edition.version.encrypted else read_instance(xml, model)
    except XMLFault:
        log.exception("version %s cannot be shown as answers", edition.version.id)
        return None


def answers_of(unit: UnitOfWork, record: Record | Edition) -> tuple[FormModel | None, Instance | None]:
    """(form, answers) of a record or version that was found here; None for what is encrypted or cannot be read."""
    try:
        model = models.form_model(unit, record.version.form_version_id)
        if record.version.encrypted:
            return model, None
        return model, read_instance(record_xml(unit, record), model)
    except (XMLFault, problems.Problem):
        log.exception("version %s cannot be shown as answers", record.version.id)
        return None, None
