"""Room for the functions about places: distance along points, enclosed area, inside a fence or not.

It must not know maps or forms: points are text as the phone writes it. `registry` lists these functions.
"""

from itertools import pairwise
from math import acos, cos, nan, pi, radians, sin

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError, OutOfSteps, failed
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


def intersects(context: Context, argument: Value) -> bool:
    """Whether a trace or the outline of a shape meets itself, beyond the ends that follow each other; False for others.

    Collect has it, the engine that its forms are checked with has not.
    """
    try:
        points = _all(_parts(argument), context) if isinstance(argument, str) and ";" in argument else []
    except OutOfSteps:
        raise
    except EvalError:
        return False
    edges = [edge for edge in pairwise(points) if edge[0] != edge[1]]
    context.spend(len(edges) ** 2 // 2)
    closed = bool(edges) and edges[0][0] == edges[-1][1]
    for place, edge in enumerate(edges):
        for other in range(place + 1, len(edges)):
            follows = other == place + 1 or (closed and place == 0 and other == len(edges) - 1)
            if _folds(edge, edges[other]) if follows else _meet(edge, edges[other]):
                return True
    return False


def _side(edge: tuple[Place, Place], point: Place) -> float:
    """Above 0 to the left of the edge, below 0 to its right."""
    (y1, x1), (y2, x2) = edge
    return (x2 - x1) * (point[0] - y1) - (y2 - y1) * (point[1] - x1)


def _within(edge: tuple[Place, Place], point: Place) -> bool:
    """Whether a point on the edge's line lies between its ends."""
    return all(min(a, b) <= c <= max(a, b) for a, b, c in zip(*edge, point, strict=True))


def _meet(edge: tuple[Place, Place], other: tuple[Place, Place]) -> bool:
    sides = [_side(edge, point) for point in other] + [_side(other, point) for point in edge]
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    lines = (edge, edge, other, other)
    return any(side == 0 and _within(line, point)
               for side, line, point in zip(sides, lines, (*other, *edge), strict=True))


def _folds(edge: tuple[Place, Place], following: tuple[Place, Place]) -> bool:
    """Whether the second edge runs back over the first, with which it shares an end."""
    shared = set(edge) & set(following)
    return len(shared) > 1 or any(
        point not in shared and _side(line, point) == 0 and _within(line, point)
        for line, points in ((edge, following), (following, edge)) for point in points)


FUNCTIONS = {
    "intersects": Function(intersects, 1, 1),
    "area": Function(area, 1, 1, sets=True),
    "enclosed-area": Function(area, 1, 1, sets=True),
    "distance": Function(distance, 1, MANY, sets=True),
    "geofence": Function(geofence, 2, 2, sets=True),
}
