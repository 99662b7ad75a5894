"""Pages of activity: who saw, exported, changed what, on the server or in a project; as CSV too.

It must not read events (`services/activity`). The filter stands in the address.
"""

from flask import Response, request, url_for

from collector.services import activity, projects
from collector.services.activity import Asked
from collector.services.filters import sensible
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.blueprint import UnitBlueprint
from collector.web.pages import activity_words
from collector.web.pages.account_inputs import ActivityFilter
from collector.web.pages.showing import number_asked, page

pages = UnitBlueprint("activity", __name__, dialect="html")


@pages.get("/activity", endpoint="list")
@pages.get("/projects/<int:project_id>/activity", endpoint="of_project")
def show_all(unit: UnitOfWork, project_id: int | None = None):
    """The acts that the address asks for, newest first."""
    found = projects.find_project(unit, project_id) if project_id is not None else None
    given = ActivityFilter(request.args)
    asked = _asked(given)
    acts, before = activity.list_acts(unit, asked, project_id)
    carried = {name: value for name, value in request.args.items() if value and name != "before"}
    after = _address(project_id, **carried, before=before) if before else ""
    first = _address(project_id, **carried) if asked.before else ""
    return page(unit, "activity/list.html", found, "activity", input=given, asked=asked, kinds=activity_words.kinds(),
                rows=[(one, activity_words.symbol(one), activity_words.told(one)) for one in acts],
                people=activity.list_people(unit, project_id), after=after, first=first, here=_address(project_id),
                csv=url_for("activity.csv" if project_id is None else "activity.csv_of_project",
                            project_id=project_id, **carried))


@pages.get("/activity.csv", endpoint="csv")
@pages.get("/projects/<int:project_id>/activity.csv", endpoint="csv_of_project")
def as_csv(unit: UnitOfWork, project_id: int | None = None) -> Response:
    """The same acts as a file; that it was taken is an act too."""
    asked = _asked(ActivityFilter(request.args))
    pieces = activity.as_csv(unit, asked, project_id)
    return streams.pieces_answer(unit, pieces, "text/csv; charset=utf-8", "actividad.csv")


def _asked(given: ActivityFilter) -> Asked:
    given.validate()
    who = request.args.get("who", "")
    return Asked(kind=given.kind.data or "", record=given.record.data or "",
                 actor_id=int(who) if who.isascii() and who.isdigit() and len(who) < 16 else None,
                 since=sensible(given.since.data), until=sensible(given.until.data), before=number_asked("before"))


def _address(project_id: int | None, **asked) -> str:
    return (url_for("activity.list", **asked) if project_id is None
            else url_for("activity.of_project", project_id=project_id, **asked))
