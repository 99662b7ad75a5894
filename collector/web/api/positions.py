"""API of the places of submissions: GeoJSON of a form, of one record, of one of its versions.

It must not read records (`services/positions`).
"""

from flask import Response, request

from collector.services import exporting, positions, records
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import GEOJSON
from collector.web.api.exports import filter_asked
from collector.web.api.requests import number_asked
from collector.web.blueprint import UnitBlueprint

places = UnitBlueprint("api_positions", __name__, dialect="json",
                       url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>")
JSON = "application/json; charset=utf-8"
_ONE = "/submissions/<segment:instance_id>"


@places.get("/submissions.geojson", answers=GEOJSON, asks="fieldpath limit $filter")
def of_form(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """Each answer a feature. fieldpath, any number of times: of these fields instead of the first; limit."""
    options = exporting.Options(files=False, where=filter_asked(unit))
    pieces = positions.of_form(unit, project_id, xml_form_id, _paths(), number_asked("limit"), options)
    return streams.pieces_answer(unit, pieces, JSON)


@places.get(_ONE + ".geojson", answers=GEOJSON, asks="fieldpath")
def of_record(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """The places of one record."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return streams.sandboxed(Response(positions.of_version(unit, record, record, _paths()), content_type=JSON))


@places.get(_ONE + "/versions/<segment:version_id>.geojson", answers=GEOJSON, asks="fieldpath")
def of_version(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, version_id: str):
    """The places of one version of a record."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    edition = records.find_edition(unit, record, version_id)
    return streams.sandboxed(Response(positions.of_version(unit, record, edition, _paths()), content_type=JSON))


def _paths() -> tuple[str, ...]:
    return tuple(request.args.getlist("fieldpath"))
