"""Room for the programme of a project: its lines as it keeps them, with their forms, lists, counts and targets.

It must not count (`services/programme_counts`) nor know HTTP. `first_start` declares the programme of the library.
"""

import logging
import tomllib
from dataclasses import dataclass
from pathlib import Path

from collector.domain import access, problems
from collector.domain import programme as domain
from collector.domain.programme import Line, Programme, Target
from collector.domain.programme_picture import Form
from collector.services import filters, models, programme_counts
from collector.services.filters import Filters
from collector.services.programme_counts import Count, Value
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import datasets, entities, forms, programmes, projects

log = logging.getLogger(__name__)
LIBRARY = Path(__file__).resolve().parents[2] / "forms"
FILE = "programas.toml"
SAMPLE = "ejemplo"  # what every invented row says, folded


@dataclass(frozen=True, slots=True)
class FormUse:
    """A form with the lists that its current version reads and writes, by name.

    makes, changes: those of `writes` where it creates entities, and where it updates them.
    """

    id: str
    title: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    makes: frozenset[str]
    changes: frozenset[str]

    def drawn(self) -> Form:
        """The form as the picture needs it."""
        return Form(self.id, self.title, self.reads, self.writes)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with what the actor sees of it; line None: the forms of no line."""

    line: Line | None
    forms: tuple[FormUse, ...]
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The programme of a project. declared: whether it has one; fits: whether the library's is about forms of it;
    limited: whether there may be records that the actor does not see, and that are not counted; samples: whether lists
    still hold rows that are marked as examples, in a project that is not simulated itself."""

    lines: tuple[ShownLine, ...]
    declared: bool
    fits: bool = False
    limited: bool = False
    samples: bool = False


def show(unit: UnitOfWork, project_id: int, language: str) -> Shown:
    """The lines of a project, with the forms and records that the actor may see. Raises 404.1, 403.1."""
    kept = programmes.find(unit.session, project_id)
    programme = domain.read_programme(kept or {})
    counted = programme_counts.count(unit, project_id, tuple(programme.targets()), language)
    counts = {one.target.key: one for one in counted}
    uses = _uses(unit, project_id)
    lines = [ShownLine(line, tuple(uses[form] for form in line.forms if form in uses),
                       tuple(counts[one.key] for one in line.targets if one.key in counts))
             for line in programme.lines]
    rest = tuple(use for form, use in uses.items() if all(form not in line.forms for line in programme.lines))
    shown = [line for line in lines if line.forms or line.counts]
    return Shown(tuple(shown + ([ShownLine(None, rest)] if rest else [])), kept is not None,
                 kept is None and not uses.keys().isdisjoint(library().forms()),
                 bool(filters.narrowing(unit, project_id, Filters()).scopes),
                 any(one.dataset for one in programme.targets()) and _holds_samples(unit, project_id))


def _holds_samples(unit: UnitOfWork, project_id: int) -> bool:
    simulated = projects.find_project(unit.session, project_id).simulated
    return not simulated and entities.is_worded(unit.session, project_id, SAMPLE)


def find_count(unit: UnitOfWork, project_id: int, key: str, language: str) -> tuple[Count, tuple[Value, ...]]:
    """(what there is of a target that counts different values, these values). Raises 404.1, 403.1."""
    filters.narrowing(unit, project_id, Filters())
    kept = domain.read_programme(programmes.find(unit.session, project_id) or {})
    target = next((one for one in kept.targets() if one.key == key and one.distinct), None)
    counts = programme_counts.count(unit, project_id, [target], language) if target else []
    if not counts:
        raise problems.not_found("Esta cuenta", "This count")
    return counts[0], programme_counts.list_values(unit, project_id, target, language)


def declare(unit: UnitOfWork, project_id: int, programme: Programme) -> bool:
    """Whether the project has this programme now; one that it has already stays. Raises 404.1, 403.1."""
    project = unit.require("project.update", projects.find_project(unit.session, project_id))
    if programmes.find(unit.session, project.id) is not None:
        return False
    programmes.add(unit.session, project.id, domain.as_plain(programme), unit.actor.id, unit.now())
    unit.record("programme.create", project_id=project.id, details={"lines": [line.key for line in programme.lines]})
    return True


def set_numbers(unit: UnitOfWork, project_id: int, numbers: dict[str, int | None]) -> list[Target]:
    """The targets whose number changed, as they were; numbers: those to reach, None for none; others stay.

    Raises 404.1 (no programme), 403.1, 400.8.
    """
    project = unit.require("project.update", projects.find_project(unit.session, project_id))
    row = programmes.find_to_change(unit.session, project.id)
    if row is None:
        raise problems.not_found("El programa", "The programme")
    before = domain.read_programme(row.definition)
    after = domain.with_numbers(before, numbers)
    changed = domain.changes(before, after)
    if changed:
        programmes.mark(unit.session, row, definition=domain.as_plain(after), updated_by=unit.actor.id,
                        updated_at=unit.now())
        unit.record("programme.update", project_id=project.id, details={"targets": changed})
    return [target for target in before.targets() if target.key in changed]


def declare_library(units: Units, project_id: int, folder: Path = LIBRARY) -> bool:
    """Whether the project has the programme of a library now; not where it has one, or none of its forms."""
    found = library(folder)
    with units.reading(access.SYSTEM) as unit:
        if found.forms().isdisjoint(_uses(unit, project_id)):
            return False
    return units.write(access.SYSTEM, lambda unit: declare(unit, project_id, found))


def library(folder: Path = LIBRARY) -> Programme:
    """The programme that lies beside the forms of a library; one without lines where there is none, or none that can
    be read: a server starts all the same.
    """
    file = folder / FILE
    try:
        return domain.read_programme(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    except (ValueError, TypeError, AttributeError, LookupError) as fault:  # written by hand
        log.warning("the programme of the library was left out: %s: %s", file, fault)
        return Programme()


def _uses(unit: UnitOfWork, project_id: int) -> dict[str, FormUse]:
    """{xmlFormId: the form} of the published forms whose records the actor may see, by title."""
    seen = filters.narrowing(unit, project_id, Filters()).form_ids or ()
    held = [(form, version) for form, version in forms.list_forms(unit.session, project_id)
            if form.id in seen and form.current_version_id is not None]
    lists = {one.id: one.name for one in datasets.list_datasets(unit.session, project_id)}
    reads, writes = _names(datasets.list_readers(unit.session, lists), lists, 1), _names(
        datasets.list_sources(unit.session, lists), lists, 2)
    writing = [(form, version) for form, version in held if form.xml_form_id in writes]
    declared = dict(zip((form.xml_form_id for form, _version in writing), models.form_models(
        unit, [version.id for _form, version in writing]), strict=True))
    return {form.xml_form_id: _use(form.xml_form_id, version.title or form.xml_form_id, reads, writes, declared)
            for form, version in held}


def _use(form_id: str, title: str, reads: dict, writes: dict, declared: dict) -> FormUse:
    entities = declared[form_id].entities if form_id in declared else ()
    return FormUse(form_id, title, tuple(reads.get(form_id, ())), tuple(writes.get(form_id, ())),
                   frozenset(one.dataset for one in entities if one.creates),
                   frozenset(one.dataset for one in entities if one.updates))


def _names(rows, lists: dict[int, str], place: int) -> dict[str, list[str]]:
    """{xmlFormId: names of lists, each once}. rows: (number of the list, ..., xmlFormId at this place, ...)."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row[place], {})[lists[row[0]]] = None
    return {form: sorted(names) for form, names in found.items()}
