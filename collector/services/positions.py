"""Room where the places of records leave the house: as the GeoJSON of ODK Central's API, of a form or of one record.

It must not change data, know HTTP or hold a dataset in memory. Files for analysts are `services/building`'s.
"""

from collections.abc import Iterator
from itertools import islice

import orjson

from collector.domain.formats import features
from collector.domain.formats.geojson import GEO
from collector.services import activity, exporting, records
from collector.services.exporting import Options, Plan
from collector.services.unit import UnitOfWork
from collector.store.queries.records import Edition, Record

ALL = Options()


def of_form(unit: UnitOfWork, project_id: int, xml_form_id: str, paths: tuple[str, ...] = (),
            limit: int | None = None, options: Options = ALL) -> Iterator[bytes]:
    """The places of a form's records, newest first, as pieces. paths: of fields, () for the first outside of repeats.

    Raises 404.1, 403.1, 503.1 at once. The unit must stay open until the last piece; it rests between pages.
    """
    plan = exporting.prepare(unit, project_id, xml_form_id, options)
    wanted = set(paths or (features.default_path(plan.model),))
    return features.collection(islice(_features(unit, plan, wanted), limit))


def of_version(unit: UnitOfWork, record: Record, version: Record | Edition, paths: tuple[str, ...] = ()) -> bytes:
    """The places of one version of a record, both found by `services/records`; none when it cannot be read."""
    activity.saw(unit, record)
    model, instance = records.answers_of(unit, version)
    if instance is None:
        return b"".join(features.collection(()))
    named = version.version.instance_id if isinstance(version, Edition) else record.submission.instance_id
    wanted = paths or (features.default_path(model),)
    return b"".join(features.collection(features.of_instance(instance, named, wanted)))


def _features(unit: UnitOfWork, plan: Plan, wanted: set[str]) -> Iterator[bytes]:
    for number, path, _name, columns in plan.tables:
        asked = [one for one in columns if one.type in GEO and one.path in wanted]
        if not asked:
            continue
        for instance_id, data in _repeated(unit, plan, number) if path else _roots(unit, plan, number):
            values = orjson.loads(data) if data else []
            for one in asked:
                value = values[one.position] if one.position < len(values) else None
                found = value is not None and features.feature(instance_id, one.path, one.type, value)
                if found:
                    yield found


def _roots(unit: UnitOfWork, plan: Plan, table: int | str) -> Iterator[tuple[str, str | None]]:
    for rows in exporting.rested(plan.source.roots(table, plan.last, exporting.PAGE), unit):
        for row in rows:
            yield row[2], row[11]


def _repeated(unit: UnitOfWork, plan: Plan, table: int | str) -> Iterator[tuple[str, str]]:
    for rows, names in exporting.rested(plan.source.repeat(table, plan.last, exporting.PAGE), unit):
        for row in rows:
            if row[0] in names:
                yield names[row[0]], row[4]
