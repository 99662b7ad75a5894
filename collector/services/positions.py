"""Room where the places of records leave the house: as the GeoJSON of ODK Central's API, of a form or of one record.

It must not change data, know HTTP or hold a dataset in memory. Files for analysts are `services/building`'s.
"""

from collections.abc import Iterator
from itertools import islice

import orjson

from collector.domain.columns import Column
from collector.domain.formats import features
from collector.domain.formats.geojson import GEO
from collector.services import activity, exporting, models, records
from collector.services.exporting import Options, Plan
from collector.services.unit import UnitOfWork
from collector.store.queries import forms
from collector.store.queries.records import Edition, Record

ALL = Options()
EVERY = "all"


def of_form(unit: UnitOfWork, project_id: int, xml_form_id: str, paths: tuple[str, ...] = (),
            limit: int | None = None, options: Options = ALL, only: tuple[str, ...] = ()) -> Iterator[bytes]:
    """The places of a form's records, newest first, as pieces. paths: of fields, EVERY for all of them, () for the
    first outside of repeats of the version that a record was filled with; only: instanceIDs.

    Raises 404.1, 403.1, 503.1 at once. The unit must stay open until the last piece; it rests between pages.
    """
    plan = exporting.prepare(unit, project_id, xml_form_id, options)
    firsts = {} if paths else _firsts(unit, plan)
    found = _features(unit, plan, set(paths) or set(firsts.values()), firsts, set(only), EVERY in paths)
    return features.collection(islice(found, limit))


def of_version(unit: UnitOfWork, record: Record, version: Record | Edition, paths: tuple[str, ...] = ()) -> bytes:
    """The places of one version of a record, both found by `services/records`; none when it cannot be read."""
    activity.saw(unit, record)
    model, instance = records.answers_of(unit, version)
    if instance is None:
        return b"".join(features.collection(()))
    wanted = features.paths_of(model) if EVERY in paths else paths or (features.default_path(model),)
    return b"".join(features.collection(features.of_instance(instance, version.version.instance_id, wanted)))


def _firsts(unit: UnitOfWork, plan: Plan) -> dict[str, str]:
    """{form version: path of the first place that it asks outside of repeats}."""
    published = forms.list_published_ids(unit.session, plan.form_id)
    return {model.version: features.default_path(model) for model in models.form_models(unit, published)}


def _features(unit: UnitOfWork, plan: Plan, wanted: set[str], firsts: dict[str, str], only: set[str],
              every: bool) -> Iterator[bytes]:
    asked = {number: [one for one in columns if one.type in GEO and (every or one.path in wanted)]
             for number, _path, _name, columns in plan.tables}
    root, *below = plan.tables
    repeats = [(asked[number], _Following(_repeated(unit, plan, number)))
               for number, _path, _name, _columns in below if asked[number]]
    for rows in exporting.rested(plan.source.roots(root[0], plan.last, exporting.PAGE), unit):
        for row in rows:
            columns = asked[root[0]]
            if firsts:
                columns = [one for one in columns if one.path == firsts.get(row[10] or "")]
            answers = [*_answers(columns, False, row[11])]
            for held, following in repeats:
                for data in following.of(row[0]):
                    answers += _answers(held, True, data)
            if (not only or row[2] in only) and (found := features.feature(row[2], answers)):
                yield found


def _answers(columns: list[Column], repeats: bool, data: str | None) -> Iterator[tuple]:
    values = orjson.loads(data) if data else []
    for one in columns:
        if one.position < len(values):
            yield one.path, one.type, repeats, values[one.position]


class _Following:
    """Rows of a repeat, newest record first, handed out record by record in the same order."""

    def __init__(self, rows: Iterator[tuple[int, str]]):
        self._rows = rows
        self._next = next(rows, None)

    def of(self, submission_id: int) -> Iterator[str]:
        while self._next is not None and self._next[0] >= submission_id:
            number, data = self._next
            self._next = next(self._rows, None)
            if number == submission_id:
                yield data


def _repeated(unit: UnitOfWork, plan: Plan, table: int | str) -> Iterator[tuple[int, str]]:
    for rows, names in exporting.rested(plan.source.repeat(table, plan.last, exporting.PAGE), unit):
        for row in rows:
            if row[0] in names:
                yield row[0], row[4]
