"""API of OData 4.0: the service of a form or draft, its description, its tables, single records and what is below them.

It must not choose or make rows (`services/odata`). Clients are reports, spreadsheets and scripts: addresses and answers
are ODK Central's.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import orjson
from flask import Response, g, request

from collector.domain import problems
from collector.domain.odata import metadata
from collector.domain.odata.asking import read_asked, require_known
from collector.domain.problems import Problem
from collector.services import odata as services
from collector.services.odata import Page
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import ROWS, text, told
from collector.web.blueprint import UnitBlueprint

JSON = "application/json; charset=utf-8"
AT_ONCE = 1000  # rows of an answer that is made whole before it is sent

odata = UnitBlueprint("api_odata", __name__, url_prefix="/v1", dialect="json")
_FORM = "/projects/<int:project_id>/forms/<segment:xml_form_id>"
_step = re.compile(r"(?P<name>[^()]+)(?:\('(?P<id>.*)'\))?", re.DOTALL)


def document(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """The service document: which tables there are."""
    require_known(request.args)
    feed = services.open_feed(unit, project_id, xml_form_id, draft, rows=False)
    told = metadata.service_document(feed.tables, _address(unit, project_id, xml_form_id, draft))
    return odata_answer(Response(orjson.dumps(told), content_type=f"{JSON}; odata.metadata=minimal"))


def description(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """The description of the tables (EDMX)."""
    try:
        require_known(request.args, "xml")
        feed = services.open_feed(unit, project_id, xml_form_id, draft, rows=False)
    except Problem as problem:
        return fault_answer(problem)
    told = metadata.metadata_document(feed.tables, xml_form_id)
    return odata_answer(Response(told, content_type="application/xml; charset=utf-8"))


def table(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool, table: str):
    """The rows of a table, or the one record that its name is followed by."""
    if table.endswith("')"):
        return below(unit, project_id, xml_form_id, draft, table, "")
    feed = services.open_feed(unit, project_id, xml_form_id, draft)
    chosen = feed.table(table)
    asked = read_asked(request.args, chosen, unit.now())
    page = services.read_table(unit, feed, chosen, asked)
    address = _address(unit, project_id, xml_form_id, draft)
    pieces = page_pieces(page, address, chosen.name, f"{address}/{table}")
    if asked.top is None or asked.top > AT_ONCE:
        return odata_answer(streams.pieces_answer(unit, pieces, JSON))
    return odata_answer(Response(b"".join(pieces), content_type=JSON))


def below(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool, record: str, rest: str):
    """One record, or the rows of a repeat in it: Submissions('id')/grupo/hijos('id')/juguetes."""
    steps = [_step.fullmatch(one) for one in (record, *rest.split("/"))] if rest else [_step.fullmatch(record)]
    if None in steps or steps[0]["id"] is None:
        raise problems.not_found("La tabla", "The table")
    way = [(one["name"], (one["id"] or "").replace("''", "'")) for one in steps]
    feed = services.open_feed(unit, project_id, xml_form_id, draft)
    chosen, page = services.read_record(
        unit, feed, way, lambda table: read_asked(request.args, table, unit.now()))
    address = _address(unit, project_id, xml_form_id, draft)
    here = "/".join(f"{name}(%27{quote(row, safe='')}%27)" if row else name for name, row in way)
    pieces = page_pieces(page, address, chosen.name, f"{address}/{here}")
    return odata_answer(Response(b"".join(pieces), content_type=JSON))


def count(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool, table: str):
    """How many rows of a table the filter lets pass, as text: what spreadsheets and reports ask before they page."""
    feed = services.open_feed(unit, project_id, xml_form_id, draft)
    chosen = feed.table(table)
    asked = read_asked(request.args, chosen, unit.now())
    counted = services.read_table(unit, feed, chosen, replace(asked, top=0, count=True)).count
    return odata_answer(Response(str(counted), content_type="text/plain; charset=utf-8"))


_ASKS = "$top $skip $skiptoken $count $filter $orderby $select $expand $wkt"
_ANSWERS = told("The tables.", value={"type": "array", "items": {"type": "object"}})
for _draft, _base in ((False, _FORM + ".svc"), (True, _FORM + "/draft.svc")):
    for _path, _view, _answers, _asks in (
            ("", document, _ANSWERS, ""), ("/$metadata", description, text("application/xml", "EDMX."), ""),
            ("/<segment:table>", table, ROWS, _ASKS),
            ("/<segment:table>/$count", count, text("text/plain", "A number."), "$filter"),
            ("/<segment:record>/<path:rest>", below, ROWS, _ASKS)):
        odata.add_url_rule(_base + _path, f"{'draft_' if _draft else ''}{_view.__name__}", _view, methods=["GET"],
                           defaults={"draft": _draft}, strict_slashes=False, answers=_answers, asks=_asks)


def _address(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool) -> str:
    """The address of the service."""
    form = quote(xml_form_id, safe="!'()*")
    return (f"{unit.settings.address}{request.environ['collector.prefix']}/projects/{project_id}/forms/{form}"
            f"{'/draft' if draft else ''}.svc")


def page_pieces(page: Page, address: str, table: str, here: str) -> Iterator[bytes]:
    """The answer as it is made; the link to what follows stands at its end, when all rows were read."""
    head = {"@odata.context": f"{address}/$metadata#{table}"}
    if page.count is not None:
        head["@odata.count"] = page.count
    before = orjson.dumps(head)[:-1] + b',"value":['
    for rows in page.rows:
        if rows:
            yield before + orjson.dumps(rows)[1:-1]
            before = b","
    after = b"]}"
    if page.next is not None:
        after = b'],"@odata.nextLink":' + orjson.dumps(f"{here}?{_query(*page.next)}") + b"}"
    yield after if before == b"," else before + after


def _query(word: str, value: str) -> str:
    """The query that asks for what follows."""
    kept = [(name, given) for name, given in request.args.items() if name not in ("$skip", "$skiptoken")]
    return urlencode([*kept, (word, value)], safe="*")


def fault_answer(problem: Problem) -> Response:
    """The Problem as XML, as whoever asks for a description expects."""
    g.problem = problem.code
    language = request.accept_languages.best_match(["en", "es"]) or "en"
    told = (f'<?xml version="1.0" encoding="UTF-8"?>\n<error code="{problem.code}">\n'
            f"  <message>{escape(problem.message(language))}</message>\n  <details></details>\n</error>")
    return Response(told, problem.status, content_type="text/xml; charset=utf-8")


def odata_answer(response: Response) -> Response:
    """The answer as clients of OData expect it."""
    response.headers["OData-Version"] = "4.0"
    return streams.sandboxed(response)
