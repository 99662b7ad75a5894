"""Pages of what was sent: the list with its filter in the address, one record, its XML.

It must not read XML nor decide who sees what (`services/records`, `services/reading`). Files are in `pages/media`.
"""

import json
from datetime import date

from flask import request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.services import findings, forms, phones, projects, reading, recipes, records, returns
from collector.services.records import Filters
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.finding_words import KINDS, Findings, kind_words
from collector.web.pages.inputs import RecordFilter
from collector.web.pages.showing import fragment_or_page, number_asked, page
from collector.web.pages.telling import told_events
from collector.web.streams import bytes_answer, disposition
from collector.web.wording import day

pages = UnitBlueprint("submissions", __name__, url_prefix="/projects/<int:project_id>", dialect="html")
AT_ONCE = 30
ONE = "/forms/<segment:form_id>/submissions/<segment:instance_id>"
KEYS = ("q", "form", "state", "finding", "files", "phone", "since", "until")


@pages.get("/submissions", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The records that the address asks for, newest first."""
    found = projects.find_project(unit, project_id)
    given, before = RecordFilter(request.args), number_asked("before")
    filters = filters_of(given)
    rows = records.list_records(unit, project_id, filters, before, AT_ONCE + 1)
    after = None
    if len(rows) > AT_ONCE:
        rows = rows[:AT_ONCE]
        after = _address(project_id, before=rows[-1].submission.id)
    words = kind_words()
    listed = [one for one in forms.list_forms(unit, project_id) if not one.is_draft]
    people = _people(unit, found, filters)
    return fragment_or_page(
        unit, "submissions/list.html", "submissions/_rows.html", project=found, tab="submissions", input=given,
        rows=rows, after=after, first=_address(project_id) if before else None, forms=listed, phones=people,
        chips=_chips(project_id, given, listed, people, words), kinds=words,
        total=records.count_records(unit, project_id, filters), states=_states(unit, project_id, given),
        carried=_carried(), now=unit.now(), return_today=returns.today(unit, found),
        returned=returns.returned(unit, [row.submission.id for row in rows]))


@pages.get(ONE)
def show(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """One record."""
    found = projects.find_project(unit, project_id)
    shown = records.show_record(unit, project_id, form_id, instance_id)
    newer, older = records.neighbours(unit, project_id, shown.record, filters_of(RecordFilter(request.args)))
    language = request.args.get("labels") or str(get_locale())
    laid, codes = reading.sections(unit, shown, language), "codes" in request.args
    number = shown.record.submission.id
    model, pins = shown.model, _pins([(_label(shown, spot), spot) for spot in shown.spots[:200]])
    return page(
        unit, "submissions/show.html", found, "submissions", shown=shown, codes=codes, sections=laid,
        found=Findings(findings.list_findings(unit, shown.record), laid, codes, unit.may("submission.update", found),
                       _carried(), bool(recipes.list_recipes(unit, project_id, form_id))),
        ledger={line.name: (line, blob) for line, blob in shown.files},
        place={"project_id": project_id, "form_id": form_id, "instance_id": instance_id},
        languages=model.languages if model else (),
        language=model.language(language) or model.default_language if model else "",
        spots=pins, points=json.dumps([[one.latitude, one.longitude, words] for words, one in pins]),
        shapes=json.dumps(_shapes(shown)), tiles=unit.settings.tiles, history=told_events(shown.events),
        returned=returns.returned(unit, [number]).get(number), return_today=returns.today(unit, found),
        can_return=unit.may("submission.update", found), back=_address(project_id), next=_record_address(older),
        previous=_record_address(newer), carried=_carried())


@pages.get(ONE + "/xml")
def xml(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """What was sent, byte for byte, as a download."""
    record = records.find_record(unit, project_id, form_id, instance_id)
    response = bytes_answer(records.record_xml(unit, record), record.version.sha256.hex(), "application/octet-stream")
    name = instance_id.removeprefix("uuid:").replace("/", "_")[:100]
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}.xml")
    return response


def filters_of(given: RecordFilter) -> Filters:
    """What the address asks for; what makes no sense there narrows nothing."""
    state = given.state.data or ""
    return Filters(
        xml_form_id=given.form.data or "", state=state if state in records.STATES else "", text=given.q.data or "",
        since=_day(given.since.data), until=_day(given.until.data), phone=number_asked("phone"),
        incomplete=given.files.data == "missing",
        finding=given.finding.data if given.finding.data in ("any", "error", "warning", *KINDS) else "")


def _day(value) -> date | None:
    return value if isinstance(value, date) and 1900 <= value.year <= 9000 else None


def _people(unit: UnitOfWork, found, filters: Filters) -> list:
    """Who can be chosen as the sender."""
    if filters.xml_form_id:
        return records.list_submitters(unit, found.id, filters.xml_form_id)
    return phones.list_phones(unit, found.id) if unit.may("field_key.list", found) else []


def _states(unit: UnitOfWork, project_id: int, given: RecordFilter) -> list[tuple]:
    """(name, words, count, address) of each review state that has records, after all of them."""
    chosen = filters_of(given)
    counts = records.count_states(unit, project_id, Filters(**{
        name: getattr(chosen, name) for name in Filters.__slots__ if name != "state"}))
    words = {"received": _("Recibidos"), "edited": _("Editados"), "hasIssues": _("Con observaciones"),
             "approved": _("Aprobados"), "rejected": _("Rechazados")}
    every = [("", _("Todos"), sum(counts.values()), _address(project_id, state=None))]
    return every + [(name, words[name], counts[name], _address(project_id, state=name))
                    for name in records.STATES if counts[name] or name == chosen.state]


def _chips(project_id: int, given: RecordFilter, listed: list, people: list, kinds: dict) -> list[tuple[str, str]]:
    """(words, address without it) of each filter that is set; the state has its own row."""
    titles = {one.form.xml_form_id: one.version.title or one.form.xml_form_id for one in listed}
    names = {str(one.id): one.name for one in people}
    kinds = {"any": _("Con hallazgos"), "error": _("Con errores"), "warning": _("Con avisos"), **kinds}
    told = []
    for key, words in (
            ("q", f"«{given.q.data}»"), ("form", titles.get(given.form.data or "", given.form.data)),
            ("finding", kinds.get(given.finding.data or "", given.finding.data)),
            ("files", _("Falta algún archivo")), ("phone", names.get(given.phone.data or "", given.phone.data)),
            ("since", _("desde %(day)s", day=day(given.since.data))),
            ("until", _("hasta %(day)s", day=day(given.until.data)))):
        if getattr(given, key).data:
            told.append((words, _address(project_id, **{key: None})))
    return told


def _asked() -> dict[str, str]:
    return {key: request.args[key] for key in KEYS if request.args.get(key)}


def _carried() -> str:
    """The filter as a query string, to come back to the same list from a record."""
    return url_for("submissions.list", project_id=0, **_asked()).partition("?")[2]


def _address(project_id: int, **changes) -> str:
    return url_for("submissions.list", project_id=project_id, **{**_asked(), **changes})


def _record_address(record) -> str | None:
    if record is None:
        return None
    return url_for("submissions.show", project_id=request.view_args["project_id"], form_id=record.xml_form_id,
                   instance_id=record.submission.instance_id, **_asked())


def _label(shown, spot) -> str:
    field = shown.model.by_path.get(spot.path) if shown.model else None
    return shown.model.label(field, str(get_locale())) if field else spot.path


def _pins(spots: list[tuple]) -> list[tuple]:
    """The first place of each answer: a trace has one pin and a line."""
    return list({spot.ref: (words, spot) for words, spot in reversed(spots)}.values())[::-1]


def _shapes(shown) -> list[dict]:
    """Lines and outlines for the map."""
    lines: dict[str, list] = {}
    for spot in shown.spots:
        lines.setdefault(spot.ref, []).append([spot.latitude, spot.longitude])
    closed = {one.path for one in shown.model.fields if one.type == "geoshape"} if shown.model else set()
    paths = {spot.ref: spot.path for spot in shown.spots}
    return [{"points": points, "closed": paths[ref] in closed} for ref, points in lines.items() if len(points) > 1]
