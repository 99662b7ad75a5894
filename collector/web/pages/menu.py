"""Page of everything that did not fit under the thumb, and the choice of language and theme.

It must not know the pages it links to. Language and theme are kept in cookies of this browser.
"""

from flask import request
from flask_babel import refresh

from collector.domain import access
from collector.services import people, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.frame import LANGUAGE_COOKIE, LANGUAGES
from collector.web.pages.showing import THEMES, go, number_asked, own_address, page

pages = UnitBlueprint("menu", __name__, dialect="html")
_YEAR = 31_536_000


@pages.get("/menu")
def show(unit: UnitOfWork):
    """The menu, within the project one came from."""
    number = number_asked("project")
    found = projects.find_project(unit, number) if number else None
    return page(unit, "menu/show.html", found, "menu",
                site=access.may(unit.actor.grants, "user.list", (access.SITE,)),
                audits=access.may(unit.actor.grants, "audit.read", (access.SITE,)),
                cares=access.may(unit.actor.grants, "server.read", (access.SITE,)))


@pages.post("/language", open=True)
def language(unit: UnitOfWork):
    """The page one came from, in the chosen language and theme."""
    response = go(own_address(request.form.get("next"), "/"))
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR, samesite="Lax")
        if unit.actor.kind == "user":
            people.set_language(unit, chosen)
        refresh()
    if "theme" in request.form:
        wanted = request.form["theme"]
        response.set_cookie("theme", wanted if wanted in THEMES else "", max_age=_YEAR, samesite="Lax")
    return response
