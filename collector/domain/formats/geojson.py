"""Rows of one table with a place -> a GeoJSON FeatureCollection (RFC 7946), written feature by feature.

Must not know the database, recipes or who asks; what it holds in memory is one piece of rows.
Next: services/building puts the file into the package.
"""

from itertools import pairwise
from typing import BinaryIO

import orjson

from collector.domain.formats.jsonlines import json_cells, sound
from collector.domain.tabular.layout import OutColumn, laid_out
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Variable
from collector.domain.tabular.summary import TableSummary
from collector.domain.values import Value, line_points

GEO = ("geopoint", "geotrace", "geoshape")


def has_place(table: DataTable) -> bool:
    """Whether rows of this table can be features."""
    return place_of(table) is not None


def place_of(table: DataTable, place: str | None = None) -> Variable | None:
    """The variable that gives the geometry: the one of this id, else the first point, trace or shape; None for none."""
    return next((one for one in table.variables if one.type in GEO and place in (None, one.id)), None)


def is_property(table: DataTable, column: OutColumn, place: str | None = None) -> bool:
    """Whether a column is among the properties of a feature, and not the geometry alone."""
    chosen = place_of(table, place)
    return chosen is not None and (column.variable.id != chosen.id or column.part in ("Accuracy", ""))


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary: TableSummary, manner: Manner,
          names: list[str] | None = None, place: str | None = None) -> int:
    """The number of features written, one for every row. names: of the columns, in the order of `laid_out`.

    place: id of the variable that gives the geometry, else the first point, trace or shape. Latitude, longitude and
    altitude of a point are the geometry alone; its accuracy, a trace or shape as the phone wrote it, and all other
    columns are properties, as in JSON lines. A row without a place, or with one that cannot be read, is a feature
    whose geometry is null; the text of the latter stands in the properties. Raises ValueError for a table without a
    place.
    """
    chosen = place_of(table, place)
    if chosen is None:
        raise ValueError(f"no place in {table.path or '/'}")
    columns = laid_out(table, manner)
    keys = [sound(one) for one in names or [column.name for column in columns]]
    geometry = _GEOMETRY[chosen.type]
    kept = [at for at, column in enumerate(columns) if is_property(table, column, place)]
    target.write(b'{"type":"FeatureCollection","features":[')
    count = 0
    for rows in pieces():
        cells = [json_cells(column, rows, summary) for column in columns]
        found = []
        for row, value in zip(zip(*cells, strict=True), rows.cells[chosen.id], strict=True):
            shape = geometry(value)
            wanted = kept if shape is not None or value is None else range(len(keys))
            found.append(_feature(shape, {keys[at]: row[at] for at in wanted}))
        if found:
            target.write((b",\n" if count else b"\n") + b",\n".join(found))
        count += len(rows)
    target.write(b"\n]}\n")
    return count


def answered(type: str, value: Value) -> dict | None:
    """The geometry of one answer, its positions in the order of the answer; None where there is none to be read."""
    if type == "geoshape":
        ring = _ring(value)
        return {"type": "Polygon", "coordinates": [ring]} if ring else None
    return _GEOMETRY[type](value)


def _feature(geometry: dict | None, properties: dict) -> bytes:
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    try:
        return orjson.dumps(feature)
    except TypeError:
        return orjson.dumps(feature | {"properties": {key: sound(value) for key, value in properties.items()}})


def _point(value: Value) -> dict | None:
    return {"type": "Point", "coordinates": _position(value)} if value.__class__ is list else None


def _line(value: Value) -> dict | None:
    points = _positions(value)
    return {"type": "LineString", "coordinates": points} if len(points) > 1 else None


def _polygon(value: Value) -> dict | None:
    ring = _ring(value)
    return {"type": "Polygon", "coordinates": [ring if _area(ring) >= 0 else ring[::-1]]} if ring else None


def _ring(value: Value) -> list[list[float]]:
    """The closed ring of a shape, in the order of its answer; empty where there is none."""
    points = _positions(value)
    if points and points[0][:2] != points[-1][:2]:
        points.append(points[0])
    return points if len(points) > 3 else []


_GEOMETRY = {"geopoint": _point, "geotrace": _line, "geoshape": _polygon}


def _positions(value: Value) -> list[list[float]]:
    """The positions of a trace or shape; none at all when one of them cannot be read, since the rest is another."""
    points = line_points(value)
    if not isinstance(value, str) or len(points) != sum(1 for part in value.split(";") if part.strip()):
        return []
    found = [_position(point) for point in points]
    # readers want all positions of a geometry with altitude, or none
    return found if len({len(one) for one in found}) < 2 else [one[:2] for one in found]


def _position(point: list) -> list[float]:
    latitude, longitude, altitude = point[:3]
    return [longitude, latitude] if altitude is None else [longitude, latitude, altitude]


def _area(ring: list[list[float]]) -> float:
    """Twice the area within a ring, in square degrees; positive where it runs against the clock, as RFC 7946 wants."""
    return sum(here[0] * after[1] - after[0] * here[1] for here, after in pairwise(ring))
