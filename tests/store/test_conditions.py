"""Filters asked of both databases answer what the same tree says of each submission by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from collector.domain import access
from collector.domain.odata import conditions as trees
from collector.domain.odata.filtering import MOST, read_filter
from collector.store.queries.conditions import holds
from collector.store.tables.submissions import Submission
from tests import builders

NOW = datetime(2026, 5, 6, 7, 8, 9, 123456, UTC)
MOMENTS = (datetime(2025, 12, 31, 23, 59, 59, 999000, UTC), datetime(2026, 1, 1, tzinfo=UTC),
           datetime(2026, 2, 28, 12, 30, 15, 500999, UTC), NOW)
TEXTS = ("", "approved", "Approved", "á'b", "z")
NUMBERS = (0, 1, 2, 59)
ROWS = [{"instance_id": f"uuid:{number}", "created_at": MOMENTS[number % 4] + timedelta(microseconds=number % 3),
         "updated_at": (None, *MOMENTS)[number % 5], "deleted_at": None if number % 3 else MOMENTS[number % 4],
         "review_state": (None, "approved", "received", "edited")[number % 4],
         "device_id": (None, *TEXTS)[number % 6], "edits": NUMBERS[number % 4], "files_present": number % 3,
         "files_expected": number % 2} for number in range(60)]


def _written(moment: datetime) -> st.SearchStrategy[str]:
    cut = moment.isoformat(timespec="milliseconds").replace("+00:00", "")
    return st.sampled_from((f"{cut}Z", f"{cut}-05:00", f"'{cut}Z'", moment.date().isoformat()))


_moments = st.one_of(*(_written(one) for one in MOMENTS), st.sampled_from(("now()", "null")),
                     st.sampled_from(("__system/submissionDate", "__system/updatedAt", "__system/deletedAt")))
_parts = st.builds("{}({})".format, st.sampled_from(trees.PARTS), _moments.filter(lambda one: "'" not in one))
_numbers = st.one_of(st.sampled_from(("0", "1", "2", "2.5", "-1", "2026", "12345678901234567", "1e300", "null")),
                     _parts, st.sampled_from(("__system/edits", "__system/attachmentsPresent", "__system/submitterId",
                                              "$root/Submissions/__system/attachmentsExpected")))
_texts = st.one_of(st.sampled_from(("'approved'", "'received'", "''", "'á''b'", "'uuid:7'", "null")),
                   st.sampled_from(("__id", "__system/reviewState", "__system/deviceId")))
_compared = st.one_of(*(st.builds("{} {} {}".format, kind, st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge")), kind)
                        for kind in (_moments, _numbers, _texts)))
FILTERS = st.recursive(st.one_of(_compared, st.sampled_from(("true", "false", "null"))), lambda inner: st.one_of(
    st.builds("({}) and ({})".format, inner, inner), st.builds("({}) or ({})".format, inner, inner),
    st.builds("not ({})".format, inner), st.builds("{} or {} and {}".format, _compared, _compared, _compared)),
    max_leaves=5)


@pytest.fixture
def kept(units):
    """{number of a submission: what a filter may ask about it}."""
    form = builders.simple_form(units).form.id

    def work(unit):
        unit.session.execute(insert(Submission), [{**row, "form_id": form, "draft": False} for row in ROWS])
        return {one.id: _facts(one) for one in unit.session.scalars(select(Submission))}
    return units.write(access.SYSTEM, work)


def _facts(one: Submission) -> dict:
    return {
        "__id": one.instance_id, "__system/submissionDate": _cut(one.created_at),
        "__system/updatedAt": _cut(one.updated_at), "__system/deletedAt": _cut(one.deleted_at),
        "__system/submitterId": one.submitter_id, "__system/deviceId": one.device_id, "__system/edits": one.edits,
        "__system/reviewState": None if one.review_state == "received" else one.review_state,
        "__system/attachmentsPresent": one.files_present, "__system/attachmentsExpected": one.files_expected}


def _cut(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_a_filter_finds_what_it_is_true_of(kept, units):
    with units.reading(access.SYSTEM) as unit:
        dialect = units.engine.dialect.name

        @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
        @given(FILTERS)
        def asked(text):
            tree = read_filter(text, NOW)
            found = set(unit.session.scalars(select(Submission.id).where(holds(tree, dialect))))
            assert found == {number for number, facts in kept.items() if trees.holds(tree, facts) is True}, text

        asked()


def test_long_filters_are_asked_too(kept, units):
    with units.reading(access.SYSTEM) as unit:
        for word in ("or", "and"):
            text = f" {word} ".join(["__system/updatedAt ne 2020-01-01"] * MOST)
            found = unit.session.scalars(select(Submission.id).where(
                holds(read_filter(text, NOW), units.engine.dialect.name))).all()
            assert len(found) == len(kept)
