"""Answers with a place -> the GeoJSON FeatureCollection of ODK Central's API: one feature for each record.

Must not know the database or who asks. A file for analysts, one feature for each row with all of its answers, is made
by `geojson`.
Next: services/positions streams it.
"""

from collections.abc import Iterable, Iterator

import orjson

from collector.domain.fields import FormModel
from collector.domain.formats.geojson import GEO, answered
from collector.domain.instance import Instance
from collector.domain.values import Value, parse_value


def default_path(model: FormModel) -> str:
    """The path of the first place that the form asks outside of repeats, '' when it asks none."""
    return next((one.path for one in model.leaves() if one.type in GEO and not one.repeat), "")


def paths_of(model: FormModel) -> tuple[str, ...]:
    """The paths of all places that the form asks."""
    return tuple(one.path for one in model.leaves() if one.type in GEO)


def feature(instance_id: str, answers: Iterable[tuple[str, str, bool, Value]]) -> bytes | None:
    """The places of one record as a feature: of one field under its path, of several as a collection; None for none.

    answers: (path, type, whether it stands in a repeat, value); the places of a repeat's field are one geometry.
    """
    found: dict[str, dict] = {}
    for path, kind, repeats, value in answers:
        geometry = None if value is None else answered(kind, value)
        if geometry is None:
            continue
        if not repeats:
            found[path] = geometry
        else:
            many = found.setdefault(path, {"type": f"Multi{geometry['type']}", "coordinates": []})
            many["coordinates"].append(geometry["coordinates"])
    if not found:
        return None
    path, geometry = next(iter(found.items()))
    properties = {"fieldpath": path}
    if len(found) > 1:
        geometry, properties = {"type": "GeometryCollection", "geometries": list(found.values())}, None
    return orjson.dumps({"type": "Feature", "id": instance_id, "geometry": geometry, "properties": properties})


def of_instance(instance: Instance, instance_id: str, paths: Iterable[str]) -> Iterator[bytes]:
    """The feature of one submission, if it has one, for the answers to these fields."""
    wanted = set(paths)
    found = feature(instance_id, ((one.path, one.type, bool(one.repeat), parse_value(one.type, node.text))
                                  for node in instance.root.walk()
                                  if (one := node.field) is not None and one.type in GEO and one.path in wanted))
    if found is not None:
        yield found


def collection(features: Iterable[bytes]) -> Iterator[bytes]:
    """The whole as pieces of UTF-8."""
    before = b'{"type":"FeatureCollection","features":['
    for one in features:
        yield before + one
        before = b","
    yield b"]}" if before == b"," else before + b"]}"
