"""Pages of records that look the same: two side by side with what differs, settled and taken back; the form's key.

They must not compare nor decide anything (`services/alike`). Where one goes on is the queue one came from.
"""

from dataclasses import replace
from urllib.parse import parse_qsl

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain.alike import KEY
from collector.domain.problems import Problem
from collector.services import alike, alike_marks, filters, projects, record_files
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import go, number_in, page, told

pages = UnitBlueprint("alike", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>",
                      dialect="html")
_ONE = "/submissions/<segment:instance_id>/alike"


@pages.get(_ONE)
def show(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """A record beside one that looks the same."""
    return _page(unit, project_id, form_id, instance_id, request.args.get("with", ""))


@pages.post(_ONE)
def settle(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The same page, settled; or why nothing was kept."""
    given = request.form
    seen = dict(one.rsplit("\t", 1) for one in given.getlist("seen") if "\t" in one)
    beside, words = given.get("with", ""), given.get("words", "")
    try:
        outcome = given.get("outcome", "")
        if outcome == "right":
            alike.settle_right(unit, project_id, form_id, seen, words)
        else:
            kept = beside if outcome == "other" else instance_id
            pair = {name: seen[name] for name in (instance_id, beside) if name in seen}
            alike.keep(unit, project_id, form_id, kept, seen if outcome == "all" else pair, words)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _page(unit, project_id, form_id, instance_id, beside, problem)
    return go(_address(project_id, form_id, instance_id, beside), _("Se guardó su decisión."))


@pages.post(_ONE + "/undo")
def undo(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The same page, as before."""
    number, beside = request.form.get("number", ""), request.form.get("with", "")
    here = _address(project_id, form_id, instance_id, beside)
    try:
        alike.undo(unit, project_id, form_id, number_in(number) or 0)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(here, told(problem), "error")
    return go(here, _("Se deshizo la decisión."))


@pages.post("/review/alike")
def keep_setting(unit: UnitOfWork, project_id: int, form_id: str):
    """What makes two records of the form the same, from now on."""
    key = [path for path in request.form.getlist("key") if path]
    alike_marks.put_setting(unit, project_id, form_id, key, "content" in request.form)
    return go(url_for("deciding.settings", project_id=project_id, form_id=form_id),
              _("Se guardó. Los parecidos se buscan en lo que ya llegó y en lo que llegue."))


def _page(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, beside: str,
          problem: Problem | None = None) -> Response:
    found, group = projects.find_project(unit, project_id), alike.find_group(unit, project_id, form_id, instance_id)
    other = next((one for one in group.others if one.record.submission.instance_id == beside),
                 group.others[0] if group.others else None)
    language = str(get_locale())
    compared = alike.compare(unit, group.first.record, other.record, language) if other else None
    setting = alike_marks.find_setting(unit, project_id, form_id, language)
    return page(
        unit, "alike/show.html", found, "inbox", problem.status if problem else 200, group=group, other=other,
        compared=compared, sides=[_side(unit, project_id, form_id, one) for one in (group.first, other) if one],
        problem=told(problem) if problem else "", words=request.form.get("words", ""), carried=_carried(),
        key_words=[label for path, label in setting.fields if path in setting.key],
        by_key=other is not None and KEY in other.kinds, most=alike.MOST,
        place={"project_id": project_id, "form_id": form_id, "instance_id": instance_id},
        chips=[(one, _address(project_id, form_id, instance_id, one.record.submission.instance_id))
               for one in group.others] if len(group.others) > 1 else [],
        back=url_for("inbox.list", project_id=project_id, **filters.written(_queue())),
        next=_next(unit, project_id, group))


def _side(unit: UnitOfWork, project_id: int, form_id: str, one: alike.Like) -> dict:
    """What a column needs: the record, its files by name, its address."""
    instance_id = one.record.submission.instance_id
    return {"like": one, "place": {"project_id": project_id, "form_id": form_id, "instance_id": instance_id},
            "ledger": {line.name: (line, line.blob) for line in record_files.list_files(unit, one.record)}}


def _next(unit: UnitOfWork, project_id: int, group: alike.Group) -> str | None:
    after = alike.next_group(unit, project_id, group, _queue())
    return after and _address(project_id, after.xml_form_id, after.submission.instance_id)


def _queue() -> filters.Filters:
    """The queue of look-alikes, narrowed as the address narrows it."""
    return replace(filters.read(dict(parse_qsl(_carried()))), queue="alike")


def _carried() -> str:
    if request.form.get("carried"):
        return request.form["carried"]
    return url_for("inbox.list", project_id=0, **filters.written(filters.read(request.args))).partition("?")[2]


def _address(project_id: int, form_id: str, instance_id: str, beside: str = "") -> str:
    return url_for("alike.show", project_id=project_id, form_id=form_id, instance_id=instance_id,
                   **{"with": beside or None}, **filters.written(_queue()))
