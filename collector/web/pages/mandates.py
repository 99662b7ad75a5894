"""Pages of who held office: a community on a day as known then, and what wants a look in a whole list.

It must not compare days (`domain/mandates`) nor read lists (`services/mandates`).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext as _

from collector.domain.folded import fold
from collector.domain.mandates import LAPSING_DAYS, read_day
from collector.services import mandates, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages import mandate_words as words
from collector.web.pages.mandate_chart import chart_of
from collector.web.pages.showing import go, page

pages = UnitBlueprint("mandates", __name__, url_prefix="/projects/<int:project_id>", dialect="html")
LIST = "/lists/<segment:list_name>/mandates"
SHOWN = 200  # communities on a page


@pages.get("/mandates")
def of_project(unit: UnitOfWork, project_id: int):
    """The way to the list that keeps mandates; or that none does."""
    found = projects.find_project(unit, project_id)
    books = mandates.list_books(unit, project_id)
    if books:
        return go(url_for("mandates.list", project_id=project_id, list_name=books[0].dataset.name))
    return page(unit, "mandates/none.html", found, "datasets")


@pages.get(LIST, endpoint="list")
def show_all(unit: UnitOfWork, project_id: int, list_name: str):
    """What wants a look: mandates that lapse, offices that nobody holds, two boards; and every community."""
    found = projects.find_project(unit, project_id)
    book = mandates.find_book(unit, project_id, list_name)
    on, known_at, asked = _asked(unit, project_id, found.timezone)
    sought = request.args.get("q", "").strip()[:200]
    all_of_them = mandates.list_communities(unit, book)
    matching = [one for one in all_of_them if fold(sought) in fold(one[0].name)]
    return page(
        unit, "mandates/list.html", found, "datasets", dataset=book.dataset, on=on, asked=asked, q=sought,
        lapsing=mandates.list_lapsing(unit, book, on, known_at), days=LAPSING_DAYS,
        attention=mandates.list_attention(unit, book, on, known_at),
        books=[one.dataset.name for one in mandates.list_books(unit, project_id)],
        communities=matching[:SHOWN], total=len(matching), any=bool(all_of_them), words=words)


@pages.get(LIST + "/<segment:community>")
def show(unit: UnitOfWork, project_id: int, list_name: str, community: str):
    """A community: who held which office on a day, as known then, and its mandates in time."""
    found = projects.find_project(unit, project_id)
    book = mandates.find_book(unit, project_id, list_name)
    on, known_at, asked = _asked(unit, project_id, found.timezone)
    standing = mandates.stand(unit, book, community, on, known_at)
    return page(
        unit, "mandates/show.html", found, "datasets", dataset=book.dataset, standing=standing, asked=asked,
        boards=sorted({words.board(name) for one in standing.disputes if one.is_on(on) for name in one.boards}),
        overlaps=[one for one in standing.overlaps if one.covers(on)],
        vacant=[one for one in standing.gaps if one.goes_on], past=[one for one in standing.gaps if not one.goes_on],
        chart=chart_of(standing), words=words,
        evidence=mandates.list_evidence(unit, book, [one.id for one in standing.held]))


def _asked(unit: UnitOfWork, project_id: int, zone: str) -> tuple[date, datetime | None, dict]:
    """(day, moment until which knowledge counts, what was typed); a day of knowledge counts whole."""
    today = mandates.today(unit, project_id)
    on = read_day(request.args.get("on")) or today
    known = read_day(request.args.get("known"))
    until = None
    if known is not None and known < date.max:
        until = datetime.combine(known + timedelta(days=1), time(), ZoneInfo(zone)) - timedelta(microseconds=1)
    wrong = [_("Una fecha no se entendió; se usó la de hoy.") for name in ("on", "known")
             if request.args.get(name) and read_day(request.args[name]) is None]
    return on, until, {"on": on.isoformat(), "known": known.isoformat() if known else "", "known_day": known,
                       "today": on == today, "wrong": wrong[:1]}
