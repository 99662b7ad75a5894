"""How long a line is that a phone drew, and how much a shape encloses.

Must not know maps. Reckons as the phone's own functions do (`xpath/functions/geo`).
Next: the record's page tells it beside the answer.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import cos, isnan, radians

from collector.domain.values import line_points
from collector.domain.xpath.functions import geo


@dataclass(frozen=True, slots=True)
class Measured:
    """points: how many could be read; metres along them; square_metres enclosed, 0 for a line."""

    points: int
    metres: float
    square_metres: float


def measured(type: str, text: str) -> Measured:
    """The measures of a geotrace or geoshape as it was sent."""
    places = [(point[0], point[1]) for point in line_points(text)]
    steps = [geo.between(first, second) for first, second in pairwise(places)]
    metres = sum(step for step in steps if not isnan(step))
    return Measured(len(places), metres, _enclosed(places) if type == "geoshape" else 0.0)


def _enclosed(places: list[tuple[float, float]]) -> float:
    if len(places) < 3:
        return 0.0
    latitude, longitude = places[0]
    plane = [((lon - longitude) * geo.CIRCUMFERENCE * cos(radians(lat)) / 360,
              (lat - latitude) * geo.CIRCUMFERENCE / 360) for lat, lon in places]
    turned = zip(plane, [*plane[1:], plane[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in turned)) / 2
