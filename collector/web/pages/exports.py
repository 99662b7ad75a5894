"""Page of exports: choose what comes out and how, follow it being built, download it, read its codebook and manifest.

It must not build anything (`services/building`). What was chosen stands in the address, so that without a script the
page can be asked again for the count of another choice.
"""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.domain.tabular.shape import Manner
from collector.services import building, export_contents, exposure, extracting, orders, projects
from collector.services.orders import Order
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages import export_words as say
from collector.web.pages import filter_words
from collector.web.pages.data_choice import (
    UNREJECTED,
    Choice,
    choose_form,
    filter_of,
    form_choices,
    recipe_choices,
    state_choices,
)
from collector.web.pages.inputs import ExportInput
from collector.web.pages.showing import go, page, told
from collector.web.streams import bytes_answer, disposition, file_answer

pages = UnitBlueprint("exports", __name__, url_prefix="/projects/<int:project_id>/exports", dialect="html")
ONE = "/<segment:form_id>/<int:number>"
SHOWN = 12
LONGEST_FILTER = 2000
PLACES = ("geopoint", "geotrace", "geoshape")
_PRINTABLE = "sandbox allow-modals; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would come out. count: records, None when not known; total: before a recipe; why: what stands against it."""

    count: int | None
    total: int
    exposure: exposure.Exposure | None
    has_places: bool
    languages: tuple[str, ...]
    why: str = ""


@pages.get("", endpoint="show")
def show(unit: UnitOfWork, project_id: int):
    """What can be asked for, what would come out, and the newest exports of the form."""
    given = ExportInput(request.args if "format" in request.args else None, data=None if "format" in request.args else {
        "form": request.args.get("form", ""), "only": request.args.get("only", ""),
        "data": request.args.get("data", ""), "state": "", "format": ["xlsx"],
        "labels": True, "neutralise": True, "names": True, "bom": True})
    return _page(unit, project_id, given)


@pages.get("/recent", endpoint="recent")
def recent(unit: UnitOfWork, project_id: int):
    """The newest exports of a form, for the page to ask again while one is being built."""
    found = projects.find_project(unit, project_id)
    choice = choose_form(unit, project_id, request.args.get("form"))
    if choice is None:
        return go(url_for("exports.show", project_id=project_id))
    return page(unit, "exports/_recent.html", found, "exports", **_recent(unit, project_id, choice))


@pages.post("", endpoint="ask")
def ask(unit: UnitOfWork, project_id: int):
    """The page with the new export on its way, or what is wrong with what was asked."""
    given = ExportInput()
    if not given.validate():
        return _page(unit, project_id, given, 422)
    try:
        choice = choose_form(unit, project_id, given.form.data)
        if choice is None:
            return go(url_for("exports.show", project_id=project_id))
        job = building.ask_export(unit, project_id, choice.form_id, _order(given, choice))
    except Problem as problem:
        if problem.status != 400:
            raise
        unit.undo()
        if problem.details.get("field") == "formats" or not given.format.data:
            given.format.errors = [_("Elija al menos un formato.")]
        return _page(unit, project_id, given, 422, told(problem))
    return go(url_for("exports.show", project_id=project_id, form=choice.form_id, _anchor=f"e{job.row.id}"),
              _("La exportación está en camino. Puede salir de esta página: quedará en la lista."))


@pages.get(ONE, endpoint="one")
def show_one(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """One export: what was asked, what came out, or why nothing did."""
    found = projects.find_project(unit, project_id)
    job = building.find_export(unit, project_id, form_id, number)
    choice = choose_form(unit, project_id, form_id)
    return page(unit, "exports/one.html", found, "exports", job=job, choice=choice, **_words(unit, choice),
                again=_address(project_id, form_id, job.order))


@pages.get(f"{ONE}/file", endpoint="file")
def file(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The file; a download that broke off goes on where it was."""
    job, open_file = building.open_file(unit, project_id, form_id, number)
    return file_answer(open_file, job.row.size, job.row.blob_sha256, job.row.name)


@pages.get(f"{ONE}/codebook", endpoint="codebook")
def codebook(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The codebook of an export, to be read or printed."""
    data = export_contents.read_member(unit, project_id, form_id, number, export_contents.CODEBOOK)
    response = bytes_answer(data, f"codebook-{number}", "text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _PRINTABLE
    return response


@pages.get(f"{ONE}/<any(manifest, receipt):part>.json", endpoint="part")
def part(unit: UnitOfWork, project_id: int, form_id: str, number: int, part: str):
    """The manifest or the receipt of an export, as it lies in the zip."""
    name = {"manifest": export_contents.MANIFEST, "receipt": export_contents.RECEIPT}[part]
    data = export_contents.read_member(unit, project_id, form_id, number, name)
    response = bytes_answer(data, f"{part}-{number}", "application/json")
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


@pages.post(f"{ONE}/cancel", endpoint="cancel")
def cancel(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The list, with the export cancelled or its file gone."""
    before = building.find_export(unit, project_id, form_id, number).is_open
    building.cancel_export(unit, project_id, form_id, number)
    said = _("La exportación se canceló.") if before else _("El archivo se borró. Puede pedir otro cuando quiera.")
    return go(url_for("exports.show", project_id=project_id, form=form_id), said)


def _page(unit: UnitOfWork, project_id: int, given: ExportInput, status: int = 200, problem: str = "") -> Response:
    found = projects.find_project(unit, project_id)
    choice = choose_form(unit, project_id, given.form.data)
    if choice is None:
        return page(unit, "exports/show.html", found, "exports", status, choice=None)
    outlook = _outlook(unit, project_id, given, choice)
    _offer(given, choice, outlook)
    return page(unit, "exports/show.html", found, "exports", status, choice=choice, given=given, outlook=outlook,
                problem=problem, formats=say.formats(),
                only=dict(_filter(given).only),
                chosen=filter_words.named(dict(_filter(given).only)), **_recent(unit, project_id, choice))


def _outlook(unit: UnitOfWork, project_id: int, given: ExportInput, choice: Choice) -> Outlook:
    kept = choice.recipe(given.data.data)
    number = kept.row.id if kept else None
    try:
        extract = extracting.open_extract(unit, project_id, choice.form_id, _filter(given))
        places = any(one.type in PLACES for table in extract.tables for one in table.variables)
        return Outlook(exposure.records_out(unit, extract, number), extract.total,
                       exposure.exposure_of(unit, extract, number), places, extract.model.languages)
    except Problem as problem:
        if problem.status not in (400, 503):
            raise
        return Outlook(None, 0, None, True, (), told(problem))


def _order(given: ExportInput, choice: Choice) -> Order:
    """Raises 400.2, 400.8."""
    kept, wanted = choice.recipe(given.data.data), _filter(given)
    return orders.order(
        tuple(given.format.data or ()), list(wanted.states) if wanted.states else None, wanted.since, wanted.until,
        given.language.data or "", kept.row.id if kept else None, None, given.files.data, False,
        given.purpose.data or "", dict(wanted.only), labels=given.labels.data, split=given.split.data,
        group_paths=given.names.data, bom=given.bom.data, neutralise=given.neutralise.data)


def _filter(given: ExportInput) -> extracting.Filter:
    """What the inputs ask for, of the records of a list's filter alone."""
    return replace(filter_of(given), only=tuple(sorted(parse_qsl((given.only.data or "")[:LONGEST_FILTER]))))


def _offer(given: ExportInput, choice: Choice, outlook: Outlook) -> None:
    given.form.choices, given.form.data = form_choices(choice), choice.form_id
    given.data.choices, given.state.choices = recipe_choices(choice), state_choices()
    given.language.choices = {one: one for one in outlook.languages} or {"": _("El del formulario")}
    if not given.language.data and outlook.languages:
        wanted = f"({str(get_locale())[:2]})"
        given.language.data = next((one for one in outlook.languages if wanted in one), outlook.languages[0])


def _recent(unit: UnitOfWork, project_id: int, choice: Choice) -> dict:
    jobs = building.list_exports(unit, project_id, choice.form_id)[:SHOWN]
    return {"jobs": jobs, "waits": any(one.is_open for one in jobs), "form_id": choice.form_id,
            **_words(unit, choice)}


def _words(unit: UnitOfWork, choice: Choice) -> dict:
    """What the templates say of an export with."""
    now, names = unit.now(), {one.row.id: one.row.name for one in choice.recipes}
    return {"title_of": lambda job: say.title(job.order, names), "said_of": lambda job: say.progress(job, now),
            "gone": lambda job: job.row.state == "done" and (
                job.row.blob_sha256 is None or job.row.expires_at <= now),
            "told_of": lambda job: say.fault(job.row.problem), "rows_of": say.rows, "asked_of": say.asked}


def _address(project_id: int, form_id: str, order: Order) -> str:
    """The page with the same choice again."""
    states = order.filter.states or ()
    state = states[0] if len(states) == 1 else UNREJECTED if states else ""
    manner: Manner = order.manner
    chosen = {"labels": manner.labels, "split": manner.split, "files": order.files, "neutralise": manner.neutralise,
              "bom": manner.bom, "names": manner.group_paths}
    days = {name: day.isoformat() for name, day in (("since", order.filter.since), ("until", order.filter.until))
            if isinstance(day, date)}
    only = urlencode(dict(order.filter.only)) or None
    return url_for("exports.show", project_id=project_id, form=form_id, only=only, data=order.recipe_id or "",
                   state=state, language=order.language, format=list(order.formats), purpose=order.purpose, **days,
                   **{name: "y" for name, on in chosen.items() if on})
