"""API of who held office: on a day as known at a moment, what lapses, what wants a look, which property tells what.

It must not compare days. Ours: ODK Central has no mandates; names follow its manners.
"""

from datetime import UTC, date, datetime

from flask import request

from collector.domain import problems
from collector.domain.mandates import LAPSING_DAYS, in_office, read_day
from collector.services import mandates as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import body_as, number_asked
from collector.web.api.schemas.mandates import (
    AttentionShape,
    LapsingShape,
    MandateShape,
    ReadingShape,
    StandingShape,
)
from collector.web.blueprint import UnitBlueprint

mandates = UnitBlueprint("api_mandates", __name__, dialect="json",
                         url_prefix="/v1/projects/<int:project_id>/datasets/<segment:list_name>/mandates")
MOST_DAYS = 36_500


@mandates.get("", asks="community on knownAt", answers=[MandateShape])
def list_in_office(unit: UnitOfWork, project_id: int, list_name: str):
    """Who was in office on the day, as known then; of one community or of all."""
    book = services.find_book(unit, project_id, list_name)
    held = services.read(unit, book, request.args.get("community"))
    on, known_at = _when(unit, project_id)
    return MandateShape(many=True).dump(in_office(held, on, known_at))


@mandates.get("/standing", asks="community on knownAt", answers=StandingShape)
def standing(unit: UnitOfWork, project_id: int, list_name: str):
    """A community on the day, as known then: all its mandates with their states, gaps, overlaps and boards."""
    book = services.find_book(unit, project_id, list_name)
    return StandingShape().dump(services.stand(unit, book, _community(), *_when(unit, project_id)))


@mandates.get("/lapsing", asks="on knownAt days", answers=[LapsingShape])
def lapsing(unit: UnitOfWork, project_id: int, list_name: str):
    """Mandates that end within 60 days, or as many as asked for, soonest first."""
    days = number_asked("days")
    days = LAPSING_DAYS if days is None else min(days, MOST_DAYS)
    found = services.list_lapsing(unit, services.find_book(unit, project_id, list_name), *_when(unit, project_id), days)
    return LapsingShape(many=True).dump([
        {"community": community, "mandate": one.mandate, "days": one.days, "followed": one.followed}
        for community, one in found])


@mandates.get("/disputes", asks="on knownAt", answers=[AttentionShape])
def disputes(unit: UnitOfWork, project_id: int, list_name: str):
    """Communities with two boards, offices that nobody holds, or two persons in an office on the day."""
    book = services.find_book(unit, project_id, list_name)
    return AttentionShape(many=True).dump(services.list_attention(unit, book, *_when(unit, project_id)))


@mandates.get("/reading", answers=ReadingShape)
def show_reading(unit: UnitOfWork, project_id: int, list_name: str):
    """Which property of the list tells what."""
    return _reading(services.find_book(unit, project_id, list_name))


@mandates.put("/reading", prepare=body_as(ReadingShape()), answers=ReadingShape)
def set_reading(unit: UnitOfWork, given: dict, project_id: int, list_name: str):
    """Which property of the list tells what, from now on; without any, the usual names count."""
    shared = given.pop("shared")
    wanted = {**given["properties"], **({} if shared is None else {"shared": shared})}
    services.set_reading(unit, project_id, list_name, wanted)
    return _reading(services.find_book(unit, project_id, list_name))


def _reading(book: services.Book) -> dict:
    return ReadingShape().dump({"properties": dict(book.reading.properties), "shared": sorted(book.reading.shared)})


def _community() -> str:
    community = request.args.get("community", "")
    if not community:
        raise problems.missing_parameter("community")
    return community


def _when(unit: UnitOfWork, project_id: int) -> tuple[date, datetime | None]:
    """(day, moment) that are asked for: today and now where they are not. Raises 400.11."""
    text = request.args.get("on")
    on = services.today(unit, project_id) if text is None else read_day(text)
    if on is None:
        raise problems.wrong_type("on", text[:100], "a date such as 2026-03-14")
    known = request.args.get("knownAt")
    if known is None:
        return on, None
    try:
        moment = datetime.fromisoformat(known)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise problems.wrong_type("knownAt", known[:100], "a time such as 2026-03-14T18:00:00Z") from None
    return on, moment
