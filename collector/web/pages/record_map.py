"""Room of what stands on the map of a record: pins, lines and outlines, with the words beside them.

It must not find places (`services/records` does). The script of the pages draws what comes out.
"""

import json
from dataclasses import dataclass

from flask_babel import get_locale

from collector.services.records import Shown
from collector.settings import Settings

MOST = 200


@dataclass(frozen=True, slots=True)
class Map:
    """pins: (words, Spot) in order; points, shapes: the same for the script, as JSON; tiles: their address, or '';
    credit: whose the tiles are."""

    pins: list[tuple]
    points: str
    shapes: str
    tiles: str
    credit: str


def map_of(shown: Shown, settings: Settings) -> Map:
    """The map of a record; without pins there is nothing to draw."""
    pins = _pins([(_label(shown, spot), spot) for spot in shown.spots])[:MOST]
    points = json.dumps([[one.latitude, one.longitude, words] for words, one in pins])
    return Map(pins, points, json.dumps(_shapes(shown)), settings.map_tiles, settings.map_credit)


def _label(shown: Shown, spot) -> str:
    field = shown.model.by_path.get(spot.path) if shown.model else None
    return shown.model.label(field, str(get_locale())) if field else spot.path


def _pins(spots: list[tuple]) -> list[tuple]:
    """One place of each answer: a trace has a line, and its pin in the middle."""
    held: dict[str, list] = {}
    for one in spots:
        held.setdefault(one[1].ref, []).append(one)
    return [answers[(len(answers) - 1) // 2] for answers in held.values()]


def _shapes(shown: Shown) -> list[dict]:
    """Lines and outlines."""
    lines: dict[str, list] = {}
    for spot in shown.spots:
        lines.setdefault(spot.ref, []).append([spot.latitude, spot.longitude])
    closed = {one.path for one in shown.model.fields if one.type == "geoshape"} if shown.model else set()
    paths = {spot.ref: spot.path for spot in shown.spots}
    return [{"points": points, "closed": paths[ref] in closed} for ref, points in lines.items() if len(points) > 1]
