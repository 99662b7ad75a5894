"""A flat row -> the JSON of a row of OData: groups nested, places as GeoJSON or WKT, null where nothing was answered.

Must not know the database or requests. What does not fit the type that `metadata` promises is null: a client that was
promised a number stops at text. The text itself stands in the CSV and on the record's page.
"""

import re
from collections.abc import Callable
from functools import partial

from collector.domain.odata.tables import Group, Leaf, Node, Repeat
from collector.domain.values import Value, line_points

GEO = ("geopoint", "geotrace", "geoshape")
_hours_alone = re.compile(r"[+-]\d\d$")


def filler(nodes: tuple[Node, ...], wkt: bool) -> Callable[[list[Value]], dict]:
    """What makes the properties of a row out of its values by position, short ones end in None; repeats are left out.

    Made once for many rows: what can be said without looking at an answer is said here.
    """
    width = _width(nodes)
    fill = _filler(nodes, _WKT if wkt else _GEOJSON, width)
    nothing = [None] * width
    return lambda values: fill([*values, *nothing][:width] + [None])


def _filler(nodes: tuple[Node, ...], tellers: dict[str, Callable], missing: int) -> Callable[[list[Value]], dict]:
    """missing: a position where nothing ever stands."""
    kept = [one for one in nodes if one.__class__ is not Repeat]
    names = [one.name for one in kept]
    positions = [one.position if one.__class__ is Leaf and one.position >= 0 else missing for one in kept]
    telling = [(one.name, tellers[one.type]) for one in kept if one.__class__ is Leaf and one.type in tellers]
    groups = [(one.name, _filler(one.inside, tellers, missing)) for one in kept if one.__class__ is Group]

    def fill(values: list[Value]) -> dict:
        found = dict(zip(names, [values[position] for position in positions], strict=True))
        for name, tell in telling:
            if found[name] is not None:
                found[name] = tell(found[name])
        for name, inner in groups:
            found[name] = inner(values)
        return found
    return fill


def _width(nodes: tuple[Node, ...]) -> int:
    """How many values can be asked for."""
    return max((one.position + 1 if one.__class__ is Leaf else _width(one.inside) if one.__class__ is Group else 0
                for one in nodes), default=0)


def told(type: str, value: Value, wkt: bool):
    """An answer as OData tells it."""
    tell = (_WKT if wkt else _GEOJSON).get(type)
    return value if tell is None else tell(value)


def _place(type: str, wkt: bool, value: Value):
    points = [value] if type == "geopoint" else line_points(value)
    points = [one for one in points if one.__class__ is list]
    if not points:
        return None
    if wkt:
        text = ",".join(" ".join(map(_plain, _coordinates(one))) for one in points)
        return {"geopoint": "POINT (%s)", "geotrace": "LINESTRING (%s)", "geoshape": "POLYGON ((%s))"}[type] % text
    coordinates = [_coordinates(one) for one in points]
    accuracies = [one[3] for one in points]
    if type == "geopoint":
        place = {"type": "Point", "coordinates": coordinates[0]}
        return place if accuracies[0] is None else {**place, "properties": {"accuracy": accuracies[0]}}
    place = ({"type": "LineString", "coordinates": coordinates} if type == "geotrace"
             else {"type": "Polygon", "coordinates": [coordinates]})
    return {**place, "properties": {"accuracies": accuracies}} if any(accuracies) else place


def _coordinates(point: list) -> list[float]:
    latitude, longitude, altitude = point[:3]
    return [longitude, latitude] if altitude is None else [longitude, latitude, altitude]


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)


def _number(value: Value):
    return value if value.__class__ in (int, float) else None


def _whole(value: Value):
    return value if value.__class__ is int else None


def _truth(value: Value):
    return value if value.__class__ is bool else None


def _moment(value: Value):
    """A zone of hours alone, as some phones write it, with its minutes."""
    return f"{value}:00" if isinstance(value, str) and "T" in value and _hours_alone.search(value) else value


def _text(value: Value):
    return value if value.__class__ is str else str(value)


_TELL: dict[str, Callable] = {
    "int": _whole, "decimal": _number, "boolean": _truth, "dateTime": _moment, "date": _text, "time": _text,
}
_GEOJSON = _TELL | {type: partial(_place, type, False) for type in GEO}
_WKT = _TELL | {type: partial(_place, type, True) for type in GEO}
