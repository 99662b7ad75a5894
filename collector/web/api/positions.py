"""API of the places of submissions: GeoJSON of a form, of one record, of one of its versions.

It must not read records (`services/positions`).
"""

from flask import Response, request

from collector.domain import problems
from collector.services import exporting, positions, records
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import GEOJSON
from collector.web.api.exports import filter_asked
from collector.web.api.requests import is_asked, number_asked
from collector.web.blueprint import UnitBlueprint

places = UnitBlueprint("api_positions", __name__, dialect="json",
                       url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>")
JSON = "application/json; charset=utf-8"
_ONE = "/submissions/<segment:instance_id>"


@places.get("/submissions.geojson", answers=GEOJSON, asks="fieldpath submissionID submitterId reviewState "
            "deleted start__gt start__gte end__lt end__lte limit $filter")
def of_form(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """Each record a feature. fieldpath, any number of times: of these fields instead of the first, or `all`; limit.

    submissionID, submitterId, reviewState, each any number of times; deleted; start__gt start__gte end__lt end__lte.
    """
    options = exporting.Options(files=False, where=filter_asked(unit, _narrowed()))
    pieces = positions.of_form(unit, project_id, xml_form_id, _paths(), number_asked("limit"), options,
                               tuple(request.args.getlist("submissionID")))
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


def _narrowed() -> list[str]:
    """What Central's own words ask for, as OData would. Raises 400.11."""
    numbers = request.args.getlist("submitterId")
    for one in numbers:
        if not (one.isascii() and one.isdigit() and len(one) < 16):
            raise problems.wrong_type("submitterId", one[:80], "a number")
    asked = [_any_of("submitterId", numbers),
             _any_of("reviewState", [one if one == "null" else "'" + one.replace("'", "''") + "'"
                                    for one in request.args.getlist("reviewState")])]
    for name, sign in (("start__gt", "gt"), ("start__gte", "ge"), ("end__lt", "lt"), ("end__lte", "le")):
        asked += [f"__system/submissionDate {sign} {one.strip().replace(' ', '+')}"
                  for one in request.args.getlist(name)]
    if is_asked("deleted"):
        asked.append("__system/deletedAt ne null")
    return [one for one in asked if one]


def _any_of(name: str, values: list[str]) -> str:
    return " or ".join(f"__system/{name} eq {one}" for one in values)


def _paths() -> tuple[str, ...]:
    return tuple(request.args.getlist("fieldpath"))
