"""Pages of what was sent: the list with its filter in the address, one record, its XML.

It must not read XML nor decide who sees what (`services/records`, `services/reading`). Files are in `pages/media`,
versions in `pages/versions`, paper in `pages/printing`.
"""

from dataclasses import replace

from flask import request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import (
    alike,
    comments,
    correcting,
    deciding,
    editions,
    entity_links,
    filters,
    findings,
    forms,
    inbox,
    phones,
    projects,
    reading,
    recipes,
    records,
    returns,
)
from collector.services.filters import Filters
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.entity_words import fault_words
from collector.web.pages.finding_words import Findings, kind_words
from collector.web.pages.inputs import RecordFilter
from collector.web.pages.record_map import map_of
from collector.web.pages.showing import fragment_or_page, number_asked, page
from collector.web.pages.telling import count_answers, told_changes, told_events
from collector.web.streams import bytes_answer, disposition
from collector.web.wording import day

pages = UnitBlueprint("submissions", __name__, url_prefix="/projects/<int:project_id>", dialect="html")
AT_ONCE = 30
ONE = "/forms/<segment:form_id>/submissions/<segment:instance_id>"


@pages.get("/submissions", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The records that the address asks for, newest first."""
    found = projects.find_project(unit, project_id)
    given, before = RecordFilter(request.args), number_asked("before")
    asked = filters.read(request.args)
    rows = records.list_records(unit, project_id, asked, before, AT_ONCE + 1)
    after = None
    if len(rows) > AT_ONCE:
        rows = rows[:AT_ONCE]
        after = _address(project_id, before=rows[-1].submission.id)
    words = kind_words()
    listed = [one for one in forms.list_forms(unit, project_id)
              if not one.is_draft and unit.may("submission.list", one)]
    people = _people(unit, found, asked)
    return fragment_or_page(
        unit, "submissions/list.html", "submissions/_rows.html", project=found, tab="submissions", input=given,
        rows=rows, after=after, first=_address(project_id) if before else None, forms=listed, phones=people,
        chips=_chips(project_id, given, listed, people, words), kinds=words,
        total=records.count_records(unit, project_id, asked), states=_states(unit, project_id, asked),
        carried=_carried(), now=unit.now(), return_today=returns.today(unit, found),
        returned=returns.returned(unit, [row.submission.id for row in rows]))


@pages.get(ONE)
def show(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """One record."""
    found = projects.find_project(unit, project_id)
    shown = records.show_record(unit, project_id, form_id, instance_id)
    form = records.find_form(unit, "submission.read", project_id, form_id)
    previous, following, back = _around(unit, project_id, shown.record, filters.read(request.args))
    deciding.mark_read(unit, project_id, shown.record)
    language, codes = request.args.get("labels") or str(get_locale()), "codes" in request.args
    laid, number = reading.sections(unit, shown, language), shown.record.submission.id
    newest = editions.compare(unit, shown.editions, 0, language) if len(shown.editions) > 1 else None
    told = told_changes(newest) if newest else None
    place = {"project_id": project_id, "form_id": form_id, "instance_id": instance_id}
    return page(
        unit, "submissions/show.html", found, "inbox" if request.args.get("queue") else "submissions", shown=shown,
        codes=codes, sections=laid, place=place, view=_view(shown, place, language, codes),
        found=Findings(findings.list_findings(unit, shown.record), laid, codes, unit.may("submission.update", form),
                       _carried(), bool(recipes.list_recipes(unit, project_id, form_id))),
        ledger={line.name: (line, blob) for line, blob in shown.files}, map=map_of(shown, unit.settings),
        filling=reading.filling_of(shown), history=told_events(shown.events), newest=newest,
        told=told, changed=count_answers(told[0]) if told else 0, strange=_strange(shown),
        threads=comments.threads(unit, shown.record),
        can_comment=unit.may("comment.create", form), most_words=comments.LONGEST,
        alike=alike.marked(unit, project_id, [number]), deeds=entity_links.deeds_of(unit, found, number),
        fault_words=fault_words,
        returned=returns.returned(unit, [number]).get(number), return_today=returns.today(unit, found),
        can_return=unit.may("submission.update", form), can_drop=unit.may("submission.delete", form),
        can_correct=correcting.may_correct(unit, project_id, shown.record), back=back, next=_record_address(following),
        previous=_record_address(previous), carried=_carried(),
        choices=deciding.choices(unit, project_id, shown.record), was=decided_before(unit, project_id),
        undoable=deciding.can_undo(unit, shown.record.submission))


@pages.get(ONE + "/xml")
def xml(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """What was sent, byte for byte, as a download."""
    record = records.find_record(unit, project_id, form_id, instance_id)
    response = bytes_answer(records.record_xml(unit, record), record.version.sha256.hex(), "application/octet-stream")
    name = instance_id.removeprefix("uuid:").replace("/", "_")[:100]
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}.xml")
    return response


def _people(unit: UnitOfWork, found, asked: Filters) -> list:
    """Who can be chosen as the sender."""
    if asked.xml_form_id:
        return records.list_submitters(unit, found.id, asked.xml_form_id)
    return phones.list_phones(unit, found.id) if unit.may("field_key.list", found) else []


def _states(unit: UnitOfWork, project_id: int, chosen: Filters) -> list[tuple]:
    """(name, words, count, address) of each review state that has records, after all of them."""
    counts = records.count_states(unit, project_id, replace(chosen, state=""))
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


def decided_before(unit: UnitOfWork, project_id: int):
    """The record that was decided just before, when that can be taken back: (xmlFormId, submission, Decision)."""
    form_id, instance_id = request.args.get("wasform", ""), request.args.get("was", "")
    if not form_id or not instance_id:
        return None
    try:
        record = records.find_record(unit, project_id, form_id, instance_id)
    except Problem:
        return None
    last = deciding.can_undo(unit, record.submission)
    return None if last is None else (form_id, record.submission, last)


def _around(unit: UnitOfWork, project_id: int, record, asked: Filters) -> tuple:
    """(the record before, the one after, address of the list) in the order that one came from."""
    if asked.queue:
        back = url_for("inbox.list", project_id=project_id, **_asked())
        return *inbox.neighbours(unit, project_id, record.submission.id, asked), back
    newer, older = records.neighbours(unit, project_id, record, asked)
    return newer, older, _address(project_id)


def _asked() -> dict[str, str]:
    return filters.written(filters.read(request.args))


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


def _strange(shown) -> list[str]:
    """The places of what came and is not in the form; what servers and apps may put into meta is no news."""
    unknown = shown.instance.unknown if shown.instance else ()
    return [ref for ref in unknown if not ref.startswith("/meta/")][:30]


def _view(shown, place: dict, language: str, codes: bool) -> dict:
    """How the answers can be looked at: languages [(name, address, chosen)], address that turns codes on or off, that
    of the sheet to print."""
    model, asked = shown.model, _asked()
    chosen = (model.language(language) or model.default_language) if model else ""
    labels = {"labels": request.args["labels"]} if request.args.get("labels") else {}
    shows = {"codes": 1} if codes else {}

    def address(**words) -> str:
        return url_for("submissions.show", **place, **words, **asked)

    names = model.languages if model else ()
    return {"languages": [(name, address(labels=name, **shows), name == chosen) for name in names],
            "codes": address(**labels, **({} if codes else {"codes": 1})),
            "print": url_for("submissions.print", **place, **labels)}
