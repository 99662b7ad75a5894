"""Room of who held office on a day, read out of the entity lists of a project that keep mandates.

It must not compare days (`domain/mandates`) nor change entities. Pages and the API of mandates ask here; so do rules
for signatories.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collector.domain import mandates as domain
from collector.domain import problems
from collector.domain.mandate_lists import Reading, Told, mandates_of, read_setting, reading_of
from collector.domain.mandates import Dispute, Gap, Lapsing, Mandate, Shared
from collector.services import datasets as lists
from collector.services import scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import datasets, forms, projects
from collector.store.queries import mandates as queries
from collector.store.tables.datasets import Dataset

REGISTRATION = "inscripcion"  # property of a community that tells whether it is registered
REGISTERED = "inscrita"


@dataclass(frozen=True, slots=True)
class Book:
    """A list that keeps mandates, and how they are read out of it."""

    dataset: Dataset
    reading: Reading


@dataclass(frozen=True, slots=True)
class Community:
    """A community: what mandates say it is (most often the uuid of an entity), its name, what is told of its
    registration ('' for nothing). is_entity: whether it is an entity of a list.
    """

    key: str
    name: str
    registration: str = ""
    is_entity: bool = False

    @property
    def is_unregistered(self) -> bool:
        """Whether it is told that it is not, or not yet, registered: it exists all the same."""
        return self.registration not in ("", REGISTERED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A community on a day, as known at a moment (None: now). held: its mandates, all as known together.

    states: {mandate id: state}; gaps: up to the day.
    """

    community: Community
    on: date
    known_at: datetime | None
    held: list[Mandate]
    in_office: list[Mandate]
    gaps: list[Gap]
    overlaps: list[Shared]
    disputes: list[Dispute]
    lapsing: list[Lapsing]
    states: dict[str, str]


@dataclass(frozen=True, slots=True)
class Attention:
    """A community with offices that nobody holds on the day, or with two boards or two persons in an office on it."""

    community: Community
    vacant: list[Gap]
    disputes: list[Dispute]
    overlaps: list[Shared]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that made a version of a mandate, as (project_id, xmlFormId, instanceId). photos: names of its
    pictures, the first few.
    """

    version: int
    record: tuple[int, str, str]
    name: str
    photos: list[str] = field(default_factory=list)


def list_books(unit: UnitOfWork, project_id: int) -> list[Book]:
    """The lists of a project that keep mandates, by name. Raises 404.1, 403.1."""
    return [book for one in lists.list_datasets(unit, project_id) if (book := _book(unit, one)) is not None]


def find_book(unit: UnitOfWork, project_id: int, name: str) -> Book:
    """The list as one that keeps mandates. Raises 404.1 (no such list, or it keeps none), 403.1."""
    dataset = lists.find_dataset(unit, project_id, name, "entity.read")
    book = _book(unit, dataset)
    if book is None:
        raise problems.not_found(f"Un padrón de mandatos «{name}»", f"A list of mandates {name}")
    return book


def set_reading(unit: UnitOfWork, project_id: int, name: str, given: dict) -> Dataset:
    """The list, with which property tells what. given: {part: property}; empty: the usual names count.

    Raises 404.1, 403.1, 400.2, 400.4, 400.8, 400.11.
    """
    dataset = lists.find_dataset(unit, project_id, name, "dataset.update")
    kept = read_setting(given, [one.name for one in datasets.list_properties(unit.session, dataset.id)])
    datasets.mark(unit.session, dataset, mandates=kept, updated_at=unit.now())
    unit.record("dataset.update", project_id=dataset.project_id, target_id=dataset.id,
                details={"data": {"mandates": kept}})
    return dataset


def today(unit: UnitOfWork, project_id: int) -> date:
    """The day that it is in the zone of the project."""
    project = unit.require("project.read", projects.find_project(unit.session, project_id))
    return unit.now().astimezone(ZoneInfo(project.timezone)).date()


def list_communities(unit: UnitOfWork, book: Book) -> list[tuple[Community, int]]:
    """(community, how many mandates) of a list, by name. Raises 403.1."""
    unit.require("entity.list", book.dataset)
    where = book.reading.of("community")
    if not where:
        return []
    counted = Counter()
    for key, number in queries.list_communities(unit.session, book.dataset.id, where):
        counted[key or ""] += number
    named = _communities(unit, counted, {})
    return sorted(((named[key], number) for key, number in counted.items()), key=lambda one: one[0].name.casefold())


def read(unit: UnitOfWork, book: Book, community: str | None = None) -> list[Mandate]:
    """Every mandate of a list, or of a community of it, in every version that was ever known. Raises 403.1."""
    unit.require("entity.list", book.dataset)
    return _read(unit, book, community)


def stand(unit: UnitOfWork, book: Book, community: str, on: date, known_at: datetime | None = None) -> Standing:
    """A community on a day, as known at a moment; empty where no mandate was ever kept of it. Raises 403.1."""
    ever = read(unit, book, community)
    held = [one for one in domain.known(ever, known_at) if one.community == community]
    found = domain.disputes(held)
    named = _communities(unit, [community], {one.community: one.place for one in ever if one.place})
    contested = domain.is_disputed(found, community, on)
    return Standing(
        named[community], on, known_at, sorted(held, key=_place), domain.in_office(held, on, known_at),
        domain.gaps(held, on), domain.overlaps(held, book.reading.shared), found, domain.lapsing(held, on),
        {one.id: domain.state_of(one, on, contested) for one in held})


def list_lapsing(unit: UnitOfWork, book: Book, on: date, known_at: datetime | None = None,
                 days: int = domain.LAPSING_DAYS) -> list[tuple[Community, Lapsing]]:
    """Mandates of every community that end within so many days after a day, soonest first. Raises 403.1."""
    held = domain.known(read(unit, book), known_at)
    found = domain.lapsing(held, on, days)
    named = _communities(unit, {one.mandate.community for one in found}, _places(held))
    return [(named[one.mandate.community], one) for one in found]


def list_attention(unit: UnitOfWork, book: Book, on: date, known_at: datetime | None = None) -> list[Attention]:
    """Communities that want a look on a day: vacant offices, two boards, two persons in an office; by name.

    Raises 403.1.
    """
    held = domain.known(read(unit, book), known_at)
    found: dict[str, tuple[list, list, list]] = {}
    for gap in domain.gaps(held, on):
        if gap.goes_on:
            found.setdefault(gap.community, ([], [], []))[0].append(gap)
    for dispute in domain.disputes(held):
        if dispute.is_on(on):
            found.setdefault(dispute.community, ([], [], []))[1].append(dispute)
    for shared in domain.overlaps(held, book.reading.shared):
        if shared.covers(on):
            found.setdefault(shared.one.community, ([], [], []))[2].append(shared)
    named = _communities(unit, found, _places(held))
    return sorted((Attention(named[key], *parts) for key, parts in found.items()),
                  key=lambda one: (not one.disputes, one.community.name.casefold()))


def list_evidence(unit: UnitOfWork, book: Book, uuids: Iterable[str], photos: int = 4) -> dict[str, list[Evidence]]:
    """{mandate: records that made its versions, each with its first few pictures}; those alone that the actor may read.

    Raises 403.1.
    """
    unit.require("entity.read", book.dataset)
    rows, of_forms = _readable(unit, queries.list_evidence(unit.session, book.dataset.id, list(uuids)))
    here: dict[int, list[str]] = {}
    for number, name in queries.list_photos(unit.session, list({row.submission_version_id for row in rows})):
        if len(held := here.setdefault(number, [])) < photos:
            held.append(name)
    found: dict[str, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row.uuid, []).append(Evidence(
            row.version, (of_forms[row.form_id].project_id, of_forms[row.form_id].xml_form_id, row.instance_id),
            row.name or row.instance_id,
            here.get(row.submission_version_id, [])))
    return found


def asked_of(unit: UnitOfWork, project_id: int, name: str) -> Callable[[str, str], list[Mandate] | None]:
    """ask(signatory, community) -> every version of the mandates of that community, or of that of the mandate whose
    id the signatory is; None where no list of this name keeps mandates. Each community is read once.
    """
    dataset = datasets.find_dataset(unit.session, project_id, name)
    book = _book(unit, unit.require("entity.read", dataset)) if dataset is not None else None
    remembered: dict[str, list[Mandate]] = {}

    def of_community(key: str) -> list[Mandate]:
        if key not in remembered:
            remembered[key] = _read(unit, book, key)
        return remembered[key]

    def ask(signatory: str, community: str) -> list[Mandate] | None:
        if book is None:
            return None
        if community:
            return of_community(community)
        own = _read(unit, book, None, signatory)
        return [one for key in dict.fromkeys(one.community for one in own) for one in of_community(key)]

    return ask


def _readable(unit: UnitOfWork, rows: list) -> tuple[list, dict]:
    """(those rows whose record the actor may read, their forms by number)."""
    of_forms, within = {}, set()
    for number in {row.form_id for row in rows}:
        form = of_forms[number] = forms.find_form_by_number(unit.session, number)
        if unit.may(scopes.READ, form):
            within |= scopes.those_within(unit, unit.actor.grants, scopes.READ, form,
                                          [row.submission_id for row in rows if row.form_id == number])
    return [row for row in rows if row.submission_id in within], of_forms


def _book(unit: UnitOfWork, dataset: Dataset) -> Book | None:
    names = [one.name for one in datasets.list_properties(unit.session, dataset.id)]
    reading = reading_of(dataset.mandates, names)
    return None if reading is None else Book(dataset, reading)


def _read(unit: UnitOfWork, book: Book, community: str | None, uuid: str = "") -> list[Mandate]:
    where = book.reading.of("community")
    named = [(where, community)] if where and community else []
    rows = queries.list_versions(unit.session, book.dataset.id, named, uuid)
    return mandates_of((Told(*row) for row in rows), book.reading)


def _communities(unit: UnitOfWork, keys: Iterable[str], places: dict[str, str]) -> dict[str, Community]:
    """{key: community} of all these; places: names as mandates tell them."""
    wanted = list(keys)
    found = {uuid: (label, data) for uuid, label, data in queries.list_named(unit.session, filter(None, wanted))}
    return {key: Community(key, found[key][0], found[key][1].get(REGISTRATION) or "", True) if key in found
            else Community(key, places.get(key) or key) for key in wanted}


def _places(held: Iterable[Mandate]) -> dict[str, str]:
    return {one.community: one.place for one in held if one.place}


def _place(one: Mandate) -> tuple:
    return one.office.casefold(), one.one_board, one.start or date.min, one.id
