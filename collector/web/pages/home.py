"""Page of what came in: the first thing one sees after signing in.

It must not count anything itself (`services/overview`).
"""

from datetime import timedelta

from flask import redirect, url_for

from collector.services import forms, overview, phones, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import page
from collector.web.wording import local, use_zone

pages = UnitBlueprint("home", __name__, dialect="html")


@pages.get("/")
def start(unit: UnitOfWork):
    """The one project, or the list of them."""
    found = projects.list_projects(unit)
    if len(found) == 1:
        return redirect(url_for("home.project", project_id=found[0].id), 302)
    return redirect(url_for("projects.list"), 302)


@pages.get("/projects/<int:project_id>")
def project(unit: UnitOfWork, project_id: int):
    """The first page of a project; for who only fills forms, the list of them."""
    found = projects.find_project(unit, project_id)
    if not unit.may("submission.list", found):
        return redirect(url_for("forms.list", project_id=project_id), 302)
    use_zone(found.timezone, unit.now())
    seen = phones.list_phones(unit, project_id) if unit.may("field_key.list", found) else []
    seen = [one for one in seen if one.token]
    seen.sort(key=lambda one: (one.last_used is not None, one.last_used or one.created_at), reverse=True)
    today = local(unit.now()).date()
    numbers = overview.overview_of(unit, project_id)
    return page(unit, "home/show.html", found, "home", numbers=numbers, days=numbers.days,
                listed=forms.list_forms(unit, project_id, extended=True), phones=seen[:5], now=unit.now(),
                today=today.isoformat(), week=(today - timedelta(days=6)).isoformat())
