"""Pages of the programme: its lines with their counts against the numbers to reach, what their forms read and write.

They must not count (`services/programme`) nor write addresses of filters themselves (`services/filters` does).
"""

from flask import request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain import programme as domain
from collector.domain.problems import Problem
from collector.domain.programme import Target
from collector.domain.programme_picture import picture_of
from collector.services import filters, projects
from collector.services import programme as services
from collector.services.programme_counts import Count, Part
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.overview import counted
from collector.web.pages.showing import go, page, told
from collector.web.wording import number

pages = UnitBlueprint("programme", __name__, url_prefix="/projects/<int:project_id>/programme", dialect="html")
INPUT = "t:"  # before the key of a target
MOST = 500  # values on a page


@pages.get("", endpoint="show")
def show(unit: UnitOfWork, project_id: int):
    """The lines of the project, its forms and their lists."""
    found = projects.find_project(unit, project_id)
    shown = services.show(unit, project_id, str(get_locale()))
    drawn = picture_of([(_title(one), [form.drawn() for form in one.forms]) for one in shown.lines])
    main = [(_title(one), [count for count in one.counts if not count.target.beside],
             [count for count in one.counts if count.target.beside]) for one in shown.lines if one.counts]
    return page(unit, "programme/show.html", found, "programme", shown=shown, main=main, picture=drawn, input=INPUT,
                lines=[(_title(one), one.forms) for one in shown.lines if one.forms], words=_words, headed=_headed,
                counted=counted, highest=domain.HIGHEST, address=lambda part: _address(project_id, part),
                opens=lambda count: _opens(project_id, count))


@pages.get("/counts/<segment:target_key>")
def count(unit: UnitOfWork, project_id: int, target_key: str):
    """The different values that a target counts, each with the records that have it."""
    found = projects.find_project(unit, project_id)
    one, values = services.find_count(unit, project_id, target_key, str(get_locale()))
    return page(unit, "programme/count.html", found, "programme", count=one, values=values[:MOST],
                left=max(0, len(values) - MOST), words=_words, headed=_headed, counted=counted,
                address=lambda part: _address(project_id, part))


@pages.post("/targets")
def change(unit: UnitOfWork, project_id: int):
    """The programme with the numbers to reach that were typed, or why they cannot be."""
    back = url_for("programme.show", project_id=project_id)
    try:
        numbers = {key[len(INPUT):]: _number(text) for key, text in request.form.items() if key.startswith(INPUT)}
        changed = services.set_numbers(unit, project_id, numbers)
    except Problem as problem:
        if problem.status != 400:
            raise
        unit.undo()
        return go(back, told(problem), "error")
    if not changed:
        return go(back, _("Nada cambió."), "note")
    none = _("sin meta")
    before = "; ".join(f"{number(one.number) or none} {_words(one)}" for one in changed)
    return go(back, _("Las metas se guardaron. Antes: %(before)s.", before=before))


@pages.post("/library")
def adopt(unit: UnitOfWork, project_id: int):
    """The project with the lines of the library."""
    services.declare(unit, project_id, services.library())
    return go(url_for("programme.show", project_id=project_id), _("El proyecto tiene las líneas de la biblioteca."))


def _number(text: str) -> int | None:
    """The number that was typed, None for nothing; -1 for what is none, which is refused as such."""
    text = text.strip()
    return None if not text else int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def _words(target: Target) -> str:
    return target.en if _english() else target.es


def _headed(target: Target) -> str:
    words = _words(target)
    return words[:1].upper() + words[1:]


def _title(shown: services.ShownLine) -> str:
    if shown.line is None:
        return _("Formularios sin línea")
    return shown.line.en if _english() else shown.line.es


def _english() -> bool:
    return str(get_locale()).startswith("en")


def _address(project_id: int, part: Part) -> str:
    return url_for("inbox.list", project_id=project_id, **filters.written(part.filters))


def _opens(project_id: int, count: Count) -> str:
    """The address of what a count is about: records, the different values, or entities."""
    target = count.target
    if target.distinct:
        return url_for("programme.count", project_id=project_id, target_key=target.key)
    if count.parts:
        return _address(project_id, count.parts[0])
    asked = {"property": target.property, "value": target.value} if target.property else {}
    return url_for("datasets.show", project_id=project_id, list_name=target.dataset, **asked)
