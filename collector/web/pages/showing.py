"""Room of what every page shares: its frame, fragments for htmx, the way on after an act.

It must not know any one page. Views of `web/pages` answer with it.
"""

import ipaddress

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask_babel import get_locale

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import admission, projects
from collector.services.unit import UnitOfWork
from collector.settings import Settings
from collector.web import wording
from collector.web.frame import LANGUAGES

THEMES = ("light", "dark")


def page(unit: UnitOfWork, template: str, project=None, tab: str = "", status: int = 200, **context) -> Response:
    """The page of this template in its frame; project: the one it stands in, tab: which link is current.

    In templates `may(verb)` asks about the project, `may(verb, form)` about a form, `reaches(verb)` whether the person
    may do so anywhere in the project: for links to pages that show as much as one may see.
    """
    wording.use_zone(project.timezone if project is not None else unit.settings.timezone, unit.now())
    held = _frame(unit, project)
    return make_response(render_template(template, project=project, tab=tab, **held, **context), status)


def fragment_or_page(unit: UnitOfWork, template: str, fragment: str, **context) -> Response:
    """The fragment to htmx, the page to everybody else."""
    asked = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    response = page(unit, fragment if asked else template, **context)
    response.headers["Vary"] = "HX-Request"
    return response


def go(address: str, message: str = "", kind: str = "done") -> Response:
    """The way on after an act: 303 to this address, with a message told there once."""
    if message and (kind, message) not in session.get("_flashes", ()):
        flash(message, kind)  # not twice where the writer did the work twice
    return redirect(address, 303)


def told(problem: Problem) -> str:
    """What went wrong, in the language of the page."""
    return problem.message(str(get_locale()))


def own_address(given: str | None, otherwise: str) -> str:
    """The address when it lies on this server, else the other one: nobody is led away by a crafted link."""
    given = given or ""
    ours = given.startswith("/") and given[1:2] not in ("/", "\\") and given.isprintable()
    return given if ours else otherwise


def number_asked(name: str) -> int | None:
    """A number of the address that a database can hold; None for whatever else stands there."""
    return number_in(request.args.get(name, ""))


def number_in(text: str) -> int | None:
    """The number that a text is, as far as a database can hold it; None for whatever else it says."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def theme() -> str:
    """The chosen theme of this browser, '' to follow the device."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def exposed(settings: Settings) -> dict | None:
    """For a page that goes to another machine unencrypted, {address: where it is encrypted, or ''}; else None."""
    try:
        own = not request.remote_addr or ipaddress.ip_address(request.remote_addr).is_loopback
    except ValueError:
        own = False
    if own or request.is_secure:
        return None
    return {"address": settings.address if settings.is_https else ""}


def languages() -> tuple[str, ...]:
    """The languages of the pages."""
    return LANGUAGES


def _frame(unit: UnitOfWork, project) -> dict:
    def may(verb: str, thing=None) -> bool:
        held = thing or project
        places = (access.SITE,) if held is None else held.places()
        return access.may(unit.actor.grants, verb, places)

    within = projects.verbs_within(unit, project) if project is not None else frozenset()
    waiting = admission.count_waiting(unit, project) if project is not None else 0
    return {"person": unit.actor if unit.actor.kind == "user" else None, "may": may, "reaches": within.__contains__,
            "waiting": waiting, "theme": theme(), "exposed": exposed(unit.settings)}
