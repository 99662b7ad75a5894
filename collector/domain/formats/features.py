"""Answers with a place -> the GeoJSON FeatureCollection of ODK Central's API: one feature for each answer.

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


def feature(instance_id: str, path: str, type: str, value: Value) -> bytes | None:
    """One answer as a feature; None when there is no place in it."""
    geometry = answered(type, value)
    if geometry is None:
        return None
    return orjson.dumps({"type": "Feature", "id": instance_id, "geometry": geometry,
                         "properties": {"fieldpath": path}})


def of_instance(instance: Instance, instance_id: str, paths: Iterable[str]) -> Iterator[bytes]:
    """The features of one submission, for the answers to these fields, in document order."""
    wanted = set(paths)
    for node in instance.root.walk():
        one = node.field
        if one is not None and one.type in GEO and one.path in wanted:
            found = feature(instance_id, one.path, one.type, parse_value(one.type, node.text))
            if found is not None:
                yield found


def collection(features: Iterable[bytes]) -> Iterator[bytes]:
    """The whole as pieces of UTF-8."""
    before = b'{"type":"FeatureCollection","features":['
    for one in features:
        yield before + one
        before = b","
    yield b"]}" if before == b"," else before + b"]}"
