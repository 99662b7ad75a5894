"""API of entities as tables: OData 4.0, CSV and GeoJSON.

It must not choose or make rows (`services/entity_tables`). Addresses and answers are ODK Central's.
"""

import hashlib
from dataclasses import replace
from urllib.parse import quote

import orjson
from flask import Response, request

from collector.domain.odata import entities as domain
from collector.domain.odata.asking import require_known
from collector.domain.problems import Problem
from collector.services import entity_tables as services
from collector.services.entity_tables import EntityTable
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import GEOJSON, ROWS, Answer, file, text, told
from collector.web.api.odata import AT_ONCE, JSON, fault_answer, odata_answer, page_pieces
from collector.web.api.requests import number_asked
from collector.web.blueprint import UnitBlueprint

CSV = "text/csv; charset=utf-8"

tables = UnitBlueprint("api_entity_tables", __name__, dialect="json", url_prefix="/v1/projects/<int:project_id>")
_LIST = "/datasets/<segment:list_name>"
_ASKS = "$top $skip $skiptoken $count $filter $search $orderby $select"
_CSV = {200: file("text/csv", "All entities with their values.", parts=False),
        304: Answer("It is as the caller holds it.", "")}
_TABLES = told("The tables.", value={"type": "array", "items": {"type": "object"}})


@tables.get(_LIST + ".svc", strict_slashes=False, answers=_TABLES)
def document(unit: UnitOfWork, project_id: int, list_name: str):
    """The service document of an entity list."""
    require_known(request.args, words=domain.ASKABLE)
    services.open_described(unit, project_id, list_name)
    told = domain.service_document(_address(unit, project_id, list_name))
    return odata_answer(Response(orjson.dumps(told), content_type=f"{JSON}; odata.metadata=minimal"))


@tables.get(_LIST + ".svc/$metadata", answers=text("application/xml", "EDMX."))
def description(unit: UnitOfWork, project_id: int, list_name: str):
    """The description of the table of an entity list (EDMX)."""
    try:
        require_known(request.args, "xml", domain.ASKABLE)
        table = services.open_described(unit, project_id, list_name)
    except Problem as problem:
        return fault_answer(problem)
    return odata_answer(Response(domain.metadata_document(table.name, table.properties),
                                 content_type="application/xml; charset=utf-8"))


@tables.get(_LIST + ".svc/Entities", answers=ROWS, asks=_ASKS)
def rows(unit: UnitOfWork, project_id: int, list_name: str):
    """The entities of a list as rows, newest first. `$filter` asks about what stands in __system and __id."""
    table = services.open_table(unit, project_id, list_name)
    asked = domain.read_asked(request.args, table.properties, unit.now())
    page = services.read_table(unit, table, asked)
    address = _address(unit, project_id, list_name)
    pieces = page_pieces(page, address, domain.SET, f"{address}/{domain.SET}")
    if asked.top is None or asked.top > AT_ONCE:
        return odata_answer(streams.pieces_answer(unit, pieces, JSON))
    return odata_answer(Response(b"".join(pieces), content_type=JSON))


@tables.get(_LIST + ".svc/Entities/$count", answers=text("text/plain", "A number."), asks="$filter $search")
def count(unit: UnitOfWork, project_id: int, list_name: str):
    """How many entities the filter lets pass, as text."""
    table = services.open_table(unit, project_id, list_name)
    asked = domain.read_asked(request.args, table.properties, unit.now())
    counted = services.read_table(unit, table, replace(asked, top=0, count=True)).count
    return odata_answer(Response(str(counted), content_type="text/plain; charset=utf-8"))


@tables.get(_LIST + "/entities.csv", answers=_CSV,
            asks="$filter $search If-None-Match")
def as_csv(unit: UnitOfWork, project_id: int, list_name: str):
    """The entities of a list as CSV, newest first, with a tag that holds until something in the list changes."""
    return _csv(unit, services.open_table(unit, project_id, list_name, *domain.narrowed(request.args, unit.now())))


@tables.get("/trash/datasets/<int:dataset_id>/entities.csv", answers=_CSV,
            asks="$filter $search If-None-Match")
def trashed_as_csv(unit: UnitOfWork, project_id: int, dataset_id: int):
    """The entities of a list that lies in the trash, as CSV."""
    table = services.open_trashed(unit, project_id, dataset_id)
    condition, search = domain.narrowed(request.args, unit.now())
    return _csv(unit, replace(table, wanted=table.wanted._replace(filter=condition, search=search)))


@tables.get(_LIST + "/entities.geojson", answers=GEOJSON, asks="limit $filter $search")
def as_geojson(unit: UnitOfWork, project_id: int, list_name: str):
    """Each entity with a place as a feature, newest first, as its property `geometry` tells it."""
    table = services.open_table(unit, project_id, list_name, *domain.narrowed(request.args, unit.now()))
    return streams.pieces_answer(unit, services.as_geojson(unit, table, number_asked("limit")), JSON)


def _csv(unit: UnitOfWork, table: EntityTable) -> Response:
    asked = [request.args.get(one, "") for one in ("$filter", domain.SEARCH)]
    tag = hashlib.md5(repr((table.dataset_id, table.edition, asked)).encode(), usedforsecurity=False).hexdigest()
    lasting = "now(" not in asked[0]
    if lasting and streams.is_known(tag):
        return streams.sandboxed(streams.not_modified(tag))
    response = streams.pieces_answer(unit, services.as_csv(unit, table), CSV, f"{table.name}.csv")
    if lasting:
        response.set_etag(tag)
    return response


def _address(unit: UnitOfWork, project_id: int, list_name: str) -> str:
    """The address of the service."""
    return (f"{unit.settings.address}{request.environ['collector.prefix']}/projects/{project_id}/datasets/"
            f"{quote(list_name, safe='!()*')}.svc")
