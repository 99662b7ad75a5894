"""Room where the entities of a list are read row by row: as a table of OData, as CSV, as GeoJSON, as the API's list.

It must not change data or know HTTP, nor how phones get a list (`services/list_files`). `web/api/entity_tables` and
`web/api/entities` write it out; the unit rests between pages.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import orjson

from collector.domain import odata_problems, problems
from collector.domain.entity import GEOMETRY
from collector.domain.odata import entities as odata
from collector.domain.odata.conditions import Condition
from collector.domain.odata.keys import entity_token
from collector.domain.odata.rows import told as place_told
from collector.domain.values import line_points, parse_value
from collector.services.datasets import find_dataset
from collector.services.odata import Page
from collector.services.unit import UnitOfWork
from collector.store.queries import datasets as dataset_queries
from collector.store.queries import entity_tables as queries
from collector.store.queries import projects
from collector.store.queries.entity_tables import Wanted
from collector.store.tables.datasets import Dataset

PAGE = 1000
AFTER = ("__createdAt", "__creatorId", "__creatorName", "__updates", "__updatedAt", "__version")


@dataclass(frozen=True, slots=True)
class EntityTable:
    """A list as a table. edition: counts up with each change of what stands in it."""

    dataset_id: int
    name: str
    edition: int
    properties: tuple[str, ...]
    wanted: Wanted


def open_table(unit: UnitOfWork, project_id: int, name: str, condition: Condition | None = None, search: str = "",
               deleted: bool = False) -> EntityTable:
    """The table of a living list, as far as it is asked for. Raises 404.1, 403.1."""
    return _opened(unit, find_dataset(unit, project_id, name, "entity.list"), condition, search, deleted)


def open_described(unit: UnitOfWork, project_id: int, name: str) -> EntityTable:
    """The table of a list, for its description alone. Raises 404.1, 403.1."""
    return _opened(unit, find_dataset(unit, project_id, name))


def open_trashed(unit: UnitOfWork, project_id: int, dataset_id: int) -> EntityTable:
    """The table of a list in the trash. Raises 404.1, 403.1."""
    project = unit.require("project.read", projects.find_project(unit.session, project_id))
    dataset = dataset_queries.find_by_id(unit.session, dataset_id)
    if dataset is None or dataset.project_id != project.id or not dataset.deleted_at or dataset.purged_at:
        raise problems.not_found("El padrón", "The dataset")
    return _opened(unit, unit.require("entity.list", dataset))


def read_table(unit: UnitOfWork, feed: EntityTable, asked: odata.Asked) -> Page:
    """The rows that are asked for, newest first. Raises 400.34."""
    wanted = feed.wanted._replace(filter=asked.filter, search=asked.search)
    below = None
    if asked.after:
        below = queries.find_number(unit.session, feed.dataset_id, asked.after)
        if below is None:
            raise odata_problems.token_gone()
    page = Page(count=queries.count(unit.session, wanted) if asked.count else None)
    page.rows = _told(unit, feed, wanted, asked, below, page)
    return page


def as_csv(unit: UnitOfWork, feed: EntityTable) -> Iterator[bytes]:
    """The table as CSV, in pieces."""
    yield _lines([["__id", "label", *feed.properties, *AFTER]])
    for rows in _pages(unit, feed.wanted):
        yield _lines([one.uuid, one.label, *(one.data.get(name, "") for name in feed.properties),
                      _moment(one.created_at), one.creator_id, one.creator, one.version - 1, _moment(one.updated_at),
                      one.version] for one in rows)


def as_geojson(unit: UnitOfWork, feed: EntityTable, limit: int | None = None) -> Iterator[bytes]:
    """Each entity that has a place as a feature, newest first, in pieces."""
    found = (feature for rows in _pages(unit, feed.wanted) for one in rows
             if (feature := _feature(one.uuid, one.data)))
    before = b'{"type":"FeatureCollection","features":['
    for feature in islice(found, limit):
        yield before + orjson.dumps(feature)
        before = b","
    yield (before if before != b"," else b"") + b"]}"


def place_of(uuid: str, data: Mapping[str, str]) -> dict:
    """The place of one entity as GeoJSON: a collection of one feature, or of none."""
    found = _feature(uuid, data)
    return {"type": "FeatureCollection", "features": [found] if found else []}


def list_heads(unit: UnitOfWork, feed: EntityTable) -> Iterator[tuple[list, dict]]:
    """(heads, {number: actor} of who made them and their newest versions), page by page, newest first."""
    below = None
    while rows := queries.list_heads(unit.session, feed.wanted, below, PAGE):
        who = {one.creator_id for one in rows} | {one.version_by for one in rows}
        yield rows, queries.list_actors(unit.session, who - {None})
        if len(rows) < PAGE:
            return
        below = rows[-1].id
        unit.rest()


def actors(unit: UnitOfWork, found: Iterable) -> dict:
    """{number: actor} of who made entities or versions that the actor was given."""
    return queries.list_actors(unit.session, {one.creator_id for one in found} - {None})


def _opened(unit: UnitOfWork, dataset: Dataset, condition: Condition | None = None, search: str = "",
            deleted: bool = False) -> EntityTable:
    names = tuple(one.name for one in dataset_queries.list_properties(unit.session, dataset.id))
    return EntityTable(dataset.id, dataset.name, dataset.edition, names,
                       Wanted(dataset.id, condition, search, deleted))


def _told(unit: UnitOfWork, table: EntityTable, wanted: Wanted, asked: odata.Asked, below: int | None,
          page: Page) -> Iterator[list[dict]]:
    """Pages of rows, and then what asks for the next ones."""
    tell = odata.teller(table.properties, asked.selection)
    left, skip, told, last = asked.top, asked.skip, 0, ""
    while left is None or left > 0:
        size = PAGE if left is None or left > PAGE else left + 1  # one more, to know whether there is more
        rows = (queries.list_ordered(unit.session, wanted, asked.order, size, skip) if asked.order
                else queries.list_rows(unit.session, wanted, below, size, skip))
        some = rows[:left]
        if some:
            told, last = told + len(some), some[-1].uuid
            yield [tell(one.uuid, one.label, _facts(one), one.data) for one in some]
        if len(some) < len(rows):
            break
        if len(rows) < size:
            return
        left = None if left is None else left - len(some)
        below, skip = (None, skip + len(some)) if asked.order else (some[-1].id, 0)
        unit.rest()
    if told:
        page.next = ("$skip", str(asked.skip + told)) if asked.order else ("$skiptoken", entity_token(last))


def _pages(unit: UnitOfWork, wanted: Wanted) -> Iterator[list]:
    below = None
    while rows := queries.list_rows(unit.session, wanted, below, PAGE):
        yield rows
        if len(rows) < PAGE:
            return
        below = rows[-1].id
        unit.rest()


def _facts(row) -> dict:
    return {"createdAt": _moment(row.created_at), "creatorId": None if row.creator_id is None else str(row.creator_id),
            "creatorName": row.creator, "updates": row.version - 1, "updatedAt": _moment(row.updated_at),
            "deletedAt": _moment(row.deleted_at), "version": row.version, "conflict": row.conflict}


def _feature(uuid: str, data: Mapping[str, str]) -> dict | None:
    """A feature of what its property `geometry` says: a point, a line, or an area where the line ends as it began."""
    text = (data.get(GEOMETRY) or "").strip()
    points = line_points(text)
    if not points or len(points) != len([one for one in text.split(";") if one.strip()]):
        return None
    if len(points) == 1:
        place = place_told("geopoint", parse_value("geopoint", text.strip("; ")), False)
    else:
        closed = len(points) > 3 and points[0][:2] == points[-1][:2]
        place = place_told("geoshape" if closed else "geotrace", text, False)
    if not place:
        return None
    return {"type": "Feature", "id": uuid, "properties": None,
            "geometry": {"type": place["type"], "coordinates": place["coordinates"]}}


def _lines(rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _moment(value: datetime | None) -> str | None:
    """A time as the API writes it."""
    return None if value is None else value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
