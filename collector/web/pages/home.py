"""Page of what waits: the first thing one sees after signing in.

It must not count anything itself (`services/overview`).
"""

from datetime import timedelta

from flask import redirect, url_for

from collector.domain.problems import Problem
from collector.services import forms, overview, phones, projects, returns, webhooks
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.overview import addresses, counted, days_said, kind_shares, lasting
from collector.web.pages.showing import page
from collector.web.wording import use_zone

pages = UnitBlueprint("home", __name__, dialect="html")
QUIET = timedelta(days=7)
MOST_QUIET = 5


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
    use_zone(found.timezone, unit.now())
    try:
        told = overview.project_overview(unit, project_id)
    except Problem as problem:
        if problem.status != 403:
            raise
        return redirect(url_for("forms.list", project_id=project_id), 302)
    address = addresses(project_id)
    seen = phones.list_phones(unit, project_id) if unit.may("field_key.list", found) else []
    halted = webhooks.count_halted(unit, project_id) if webhooks.may_see(unit, found) else 0
    return page(unit, "home/show.html", found, "home", told=told, address=address, counted=counted,
                overdue=returns.count_states(unit, project_id)["overdue"], said=days_said(told.days),
                day_address=lambda one: address(since=one, until=one), halted=halted, now=unit.now(),
                kinds=kind_shares(dict(list(told.kinds.items())[:6]), lambda kind: address(finding=kind)),
                lines=[(line, address(form=line.xml_form_id), lasting(line.hours)) for line in told.lines],
                form_address=lambda line, **words: address(form=line.xml_form_id, **words),
                drafts=not told.lines and bool(forms.list_forms(unit, project_id)), quiet=_quiet(unit, seen))


def _quiet(unit: UnitOfWork, seen: list) -> list:
    """Phones in use that were not seen for a week, the longest silent first; None for none ever seen."""
    held = [one for one in seen if one.token and unit.now() - (one.last_used or one.created_at) >= QUIET]
    return sorted(held, key=lambda one: one.last_used or one.created_at)[:MOST_QUIET]
