"""Room for the functions about places: distance along points, enclosed area, inside a fence or not.

It must not know maps or forms: points are text as the phone writes it. `registry` lists these functions.
"""

from itertools import pairwise
from math import acos, cos, nan, pi, radians, sin

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import MANY, Function, listed, unpacked
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import BLANKS, Value, java_double, to_string

EARTH_RADIUS = 6_378_100  # metres
CIRCUMFERENCE = 2 * EARTH_RADIUS * pi

Place = tuple[float, float]


def place(value: Value, context: Context) -> Place:
    """(latitude, longitude) of a point's text; empty text is (0, 0). Raises EvalError for other text."""
    parts = [java_double(part.strip(BLANKS)) for part in to_string(value, context).split(" ") if part]
    if len(parts) > 4 or None in parts:
        raise failed("This value does not represent GPS coordinates")
    parts += [0.0, 0.0]
    return parts[0], parts[1]


def places(argument: object, context: Context) -> list[Place]:
    """The points of a set: one node is a trace or shape, several are points. Raises EvalError for what is no set."""
    if not isinstance(argument, NodeSet):
        raise failed("The function requires a field as the parameter")
    values = listed((argument,), context)
    if len(values) == 1:
        values = [part.strip(BLANKS) for part in _parts(to_string(values[0], context))]
    return _all(values, context)


def _all(values: list[Value], context: Context) -> list[Place]:
    context.spend(len(values))
    return [place(value, context) for value in values]


def _parts(text: str) -> list[str]:
    return (text.rstrip(";") if text.strip(";") else "").split(";")


def area(context: Context, argument: object) -> float:
    """Square metres enclosed by the points; 0 for fewer than three."""
    points = places(argument, context)
    if len(points) < 3:
        return 0.0
    latitude, longitude = points[0]
    plane = [((lon - longitude) * CIRCUMFERENCE * cos(radians(lat)) / 360.0,
              (lat - latitude) * CIRCUMFERENCE / 360.0) for lat, lon in points[1:]]
    doubled = sum((y1 * x2 - x1 * y2) / 2 for (x1, y1), (x2, y2) in pairwise(plane))
    return abs(float(doubled))


def distance(context: Context, *arguments: object) -> float:
    """Metres along the points of a set, of one text with ';' between them, or of several arguments."""
    if len(arguments) > 1:
        points = _all([unpacked(argument, context) for argument in arguments], context)
    elif isinstance(arguments[0], str):
        points = _all(_parts(arguments[0]), context)
    else:
        points = places(arguments[0], context)
    return float(sum(between(first, second) for first, second in pairwise(points)))


def between(first: Place, second: Place) -> float:
    """Metres from one point to the other, by the spherical law of cosines; NaN where rounding leaves its domain."""
    turn = radians(first[1] - second[1])
    lat1, lat2 = radians(first[0]), radians(second[0])
    try:
        return acos(sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(turn)) * EARTH_RADIUS
    except ValueError:
        return nan


def geofence(context: Context, point: object, fence: object) -> bool:
    """Whether the point lies inside the closed line, by even and odd crossings."""
    latitude, longitude = place(unpacked(point, context), context)
    corners = places(fence, context)
    inside = False
    for (lat1, lon1), (lat2, lon2) in pairwise(corners):
        if (lat2 > latitude) != (lat1 > latitude):
            if longitude < (lon1 - lon2) * (latitude - lat2) / (lat1 - lat2) + lon2:
                inside = not inside
    return inside


FUNCTIONS = {
    "area": Function(area, 1, 1, sets=True),
    "enclosed-area": Function(area, 1, 1, sets=True),
    "distance": Function(distance, 1, MANY, sets=True),
    "geofence": Function(geofence, 2, 2, sets=True),
}
