"""Recipes in the database: in every copy of it, keys made once, one living name, counts replaced."""

import secrets
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from collector.domain import access
from collector.store import dump
from collector.store.queries import recipes as queries
from tests import builders

AT = datetime(2026, 11, 22, tzinfo=UTC)
STEPS = {"steps": [{"id": "ñ", "type": "recode", "settings": {"map": {"b": "", "a": "1"}}}]}


@pytest.fixture
def form_id(units):
    return builders.simple_form(units).form.id


def keep(unit, form_id, name="Base"):
    row = queries.add_recipe(unit.session, form_id=form_id, name=name, version=1, created_at=AT)
    queries.add_version(unit.session, recipe_id=row.id, number=1, steps=STEPS, at=AT)
    return row.id


def count(step_id, **more):
    return {"step_id": step_id, "step": {}, "rows": 1, "cells": 2, "records": 3, "counted_at": AT, **more}


def test_a_copy_of_the_database_carries_all_of_it(units, form_id, tmp_path):
    def work(unit):
        number = keep(unit, form_id)
        queries.replace_counts(unit.session, number, [count("ñ")])
        queries.add_key(unit.session, 1, secrets.token_bytes(32), AT)
        queries.add_mapping(unit.session, form_id=form_id, from_path="/nombre", to_path="/edad", reason="r", at=AT)

    units.write(access.SYSTEM, work)
    file = tmp_path / "copy.sqlite3"
    with units.reading(access.SYSTEM) as unit:
        _revision, told = dump.write(unit.session, file, lambda *_: None)
    for table in ("recipes", "recipe_versions", "recipe_counts", "pseudonym_keys", "column_mappings"):
        assert told[table].rows == 1, table
    assert dump.digests(file) == told and dump.broken(file) is None


def test_steps_come_back_in_the_order_they_were_written(units, form_id):
    number = units.write(access.SYSTEM, lambda unit: keep(unit, form_id))
    with units.reading(access.SYSTEM) as unit:
        version, _who = queries.find_version(unit.session, number, 1)
        assert list(version.steps["steps"][0]["settings"]["map"].items()) == [("b", ""), ("a", "1")]


def test_of_two_keys_the_first_stays(units, form_id):
    first, second = b"1" * 32, b"2" * 32
    for key in (first, second):
        units.write(access.SYSTEM, lambda unit, key=key: queries.add_key(unit.session, 1, key, AT))
    with units.reading(access.SYSTEM) as unit:
        assert queries.find_key(unit.session, 1) == first and queries.find_key(unit.session, 2) is None


def test_the_database_keeps_living_names_apart(units, form_id):
    def twice(unit):
        keep(unit, form_id)
        with pytest.raises(IntegrityError):
            keep(unit, form_id)
        unit.session.rollback()

    units.write(access.SYSTEM, twice)


def test_counts_replace_those_before(units, form_id):
    number = units.write(access.SYSTEM, lambda unit: keep(unit, form_id))
    for names in (("a", "b"), ("b",), ()):
        units.write(access.SYSTEM, lambda unit, names=names: queries.replace_counts(
            unit.session, number, [count(name, notice="nothing", noticed_at=AT) for name in names]))
        with units.reading(access.SYSTEM) as unit:
            assert [one.step_id for one in queries.list_counts(unit.session, number)] == list(names)
            assert [one.step_id for _row, one in queries.list_notices(unit.session, form_id)] == list(names)
