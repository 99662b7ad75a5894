"""Pages of the inbox: what waits, oldest first, with its filter in the address; many records decided at once.

They must not decide anything (`services/bulks`) nor read an address themselves (`services/filters`).
"""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from collector.domain import review
from collector.domain.problems import Problem
from collector.services import alike, bulks, filters, forms, inbox, models, projects, returns
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages import filter_words
from collector.web.pages.finding_words import kind_words
from collector.web.pages.showing import fragment_or_page, go, number_asked, number_in, page, told
from collector.web.pages.submissions import decided_before
from collector.web.wording import number

pages = UnitBlueprint("inbox", __name__, url_prefix="/projects/<int:project_id>/inbox", dialect="html")
AT_ONCE, MOST_FORMS = 30, 12


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The records that wait, oldest first, as the address narrows them."""
    found = projects.find_project(unit, project_id)
    given = filters.read(request.args, queue="waiting")
    shown = inbox.list_page(unit, project_id, given, number_asked("after"), number_asked("before"), AT_ONCE)
    listed = _forms(unit, project_id)
    fields, people = _fields(unit, project_id, given, listed), inbox.senders(unit, project_id, given.xml_form_id)
    return fragment_or_page(
        unit, "inbox/list.html", "inbox/_rows.html", project=found, tab="inbox", given=given, shown=shown,
        forms=listed, fields=fields, people=people, kinds=kind_words(),
        versions=inbox.versions(unit, project_id, given), queues=_queues(project_id, given, shown),
        chips=_chips(project_id, given, listed, fields, people), states=filter_words.state_words(), most=inbox.MOST,
        returned=returns.returned(unit, [one.submission.id for one in shown.rows]),
        alike=alike.marked(unit, project_id, [one.submission.id for one in shown.rows]),
        return_today=returns.today(unit, found), exports=_exports(unit, project_id, given, listed),
        words=counted(shown.count), was=decided_before(unit, project_id), now=unit.now(), carried=carried(given),
        after=shown.more and _address(project_id, given, after=shown.rows[-1].submission.id),
        before=shown.earlier and shown.rows and _address(project_id, given, before=shown.rows[0].submission.id))


@pages.post("/bulk")
def plan(unit: UnitOfWork, project_id: int):
    """The page that asks for the number, of the ticked records or of the whole filter."""
    given = filters.read(request.args, queue="waiting")
    ticked = None
    if request.form.get("scope") != "filter":
        ticked = [tuple(one.split("\t", 1)) for one in request.form.getlist("id") if "\t" in one]
        if not ticked:
            return go(_address(project_id, given), _("Elija al menos un registro."), "error")
    planned = bulks.plan(unit, project_id, request.form.get("move", ""), given, ticked)
    return go(url_for("inbox.bulk", project_id=project_id, number=planned.row.id))


@pages.get("/bulk/<int:number>", endpoint="bulk")
def show_bulk(unit: UnitOfWork, project_id: int, number: int):
    """What would change and what not; once confirmed, how far it is; at the end the way back."""
    return _bulk(unit, project_id, number)


@pages.post("/bulk/<int:number>")
def confirm(unit: UnitOfWork, project_id: int, number: int):
    """The decision under way, or the page again with what is wrong."""
    count = request.form.get("count", "").replace(",", "").replace(".", "").strip()
    try:
        bulks.confirm(unit, project_id, number, number_in(count), request.form.get("reason", ""),
                      request.form.get("words", ""))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _bulk(unit, project_id, number, problem)
    return go(url_for("inbox.bulk", project_id=project_id, number=number))


@pages.post("/bulk/<int:number>/undo")
def undo(unit: UnitOfWork, project_id: int, number: int):
    """The decision that takes it back, under way."""
    back = bulks.undo(unit, project_id, number)
    return go(url_for("inbox.bulk", project_id=project_id, number=back.row.id))


def carried(given: filters.Filters) -> str:
    """The filter as a query string, to be carried to a record and back."""
    return url_for("inbox.list", project_id=0, **filters.written(given)).partition("?")[2]


def counted(count: int) -> str:
    """A count in words, '10 000+' beyond what is counted."""
    if count > inbox.MOST:
        return _("%(count)s+ registros", count=number(inbox.MOST))
    return ngettext("%(count)s registro", "%(count)s registros", count, count=number(count))


def reasons(move: str) -> list[tuple[str, str]]:
    """(code, words) of the reasons that a move may have, in the language of the page."""
    english = str(get_locale()).startswith("en")
    return [(code, review.reason_words(move, code, english)) for code in review.REASONS.get(move, ())]


def _bulk(unit: UnitOfWork, project_id: int, number: int, problem: Problem | None = None) -> Response:
    found, shown = projects.find_project(unit, project_id), bulks.find(unit, project_id, number)
    asked = filters.read({} if "ticked" in shown.row.asked else shown.row.asked)
    return page(unit, "inbox/bulk.html", found, "inbox", 422 if problem else 200, shown=shown, row=shown.row,
                reasons=reasons(shown.row.move), problem=told(problem) if problem else "", given=request.form,
                back=_address(project_id, asked) if asked.queue else url_for("inbox.list", project_id=project_id),
                must=shown.row.move in review.NEED_REASON, kept=_stayed(shown),
                samples=_samples(unit, project_id, shown))


def _samples(unit: UnitOfWork, project_id: int, shown: bulks.Shown) -> list:
    """Some of the records that stayed as they were."""
    if shown.row.state == "planned" or len(shown.counts) < 2:
        return []
    rows = bulks.list_items(unit, project_id, shown.row.id, limit=200)
    return [row for row in rows if row[2] not in ("", "done")][:20]


def _stayed(shown: bulks.Shown) -> list[tuple[str, int]]:
    words = {"errors": _("tienen errores abiertos"), "changed": _("cambiaron mientras tanto"),
             "move": _("ya están así, o su estado no lo admite"), "right": _("no le toca decidirlos a usted"),
             "same_person": _("ya tienen su aprobación y falta la de otra persona"), "gone": _("ya no están")}
    return [(words[outcome], count) for outcome, count in shown.counts.items() if outcome in words]


def _queues(project_id: int, given: filters.Filters, shown: inbox.Page) -> list[tuple]:
    """(name, words, count, address) of each queue; those without records are left out, save where one is."""
    counts = shown.queues
    return [(name, words, f"{number(inbox.MOST)}+" if counts[name] > inbox.MOST else number(counts[name]),
             _address(project_id, replace(given, queue=name)))
            for name, words in filter_words.queue_words().items()
            if counts.get(name) or name in ("waiting", "all", given.queue)]


def _forms(unit: UnitOfWork, project_id: int) -> list:
    """The published forms whose records one may see."""
    return [one for one in forms.list_forms(unit, project_id)
            if not one.is_draft and unit.may("submission.list", one)]


def _fields(unit: UnitOfWork, project_id: int, given: filters.Filters, listed: list) -> list:
    view = next((one for one in listed if one.form.xml_form_id == given.xml_form_id), None)
    if view is None:
        return []
    model = models.form_model(unit, view.version.id)
    return inbox.fields(unit, project_id, given.xml_form_id, model, str(get_locale()))


def _chips(project_id: int, given: filters.Filters, listed: list, fields: list, people: list) -> list[tuple]:
    """(words, address without it) of each filter that is set; the queue has its own row."""
    titles = {one.form.xml_form_id: one.version.title or one.form.xml_form_id for one in listed}
    told_ = filter_words.said(given, titles, fields, {one.id: one.name for one in people})
    return [(words, _address(project_id, filters.without(given, key))) for key, words in told_.items()]


def _exports(unit: UnitOfWork, project_id: int, given: filters.Filters, listed: list) -> list[tuple[str, str]]:
    """(title, address) where the records of the filter can be taken away: of its form, or of each form."""
    words = {word: value for word, value in filters.written(given).items() if word != "form"}
    return [(one.version.title or one.form.xml_form_id, url_for(
                "exports.show", project_id=project_id, form=one.form.xml_form_id, only=urlencode(words)))
            for one in listed if given.xml_form_id in ("", one.form.xml_form_id)
            and unit.may("submission.read", one.form)][:MOST_FORMS]


def _address(project_id: int, given: filters.Filters, **key) -> str:
    return url_for("inbox.list", project_id=project_id, **filters.written(given), **key)
