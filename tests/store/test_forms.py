"""Forms and blobs on both databases: what two writers at once leave behind."""

import threading

import pytest

from collector.app import create_app
from collector.domain import access
from collector.domain.problems import Problem
from collector.services import catalogue, publishing
from collector.store.blobs.protocol import Blob
from collector.store.queries import blobs, forms
from tests import builders
from tests.conftest import test_settings


@pytest.fixture
def units(empty_database, tmp_path):
    """Units on an empty database of either kind, with the people of the tests."""
    app = create_app(test_settings(tmp_path, database_url=empty_database))
    units = builders.units_of(app)
    units.blobs.prepare()
    builders.create_tables(units)
    builders.add_people(units)
    yield units
    units.engine.dispose()


def at_once(*acts) -> list:
    """What each act answers, or the Problem it raises, all begun together."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act) -> None:
        gate.wait()
        try:
            answers[place] = act()
        except Problem as problem:
            answers[place] = problem
    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def prepared(units, version: str = "1"):
    with units.reading(access.SYSTEM) as unit:
        text = builders.SIMPLE.format(form_id="simple", version=version)
        return publishing.prepare_file(unit, text.encode(), "form.md", {}).definition


def test_the_same_blob_from_two_writers_is_one_row(units):
    blob = Blob("ab" * 32, "cd" * 16, 7)

    def keep() -> None:
        units.write(access.SYSTEM, lambda unit: blobs.add_blobs(unit.session, [blob, blob], unit.now()))
    assert at_once(keep, keep, keep) == [None, None, None]
    with units.reading(access.SYSTEM) as unit:
        assert [row.sha256 for row in blobs.list_blobs(unit.session)] == [blob.sha256]
        assert blobs.find_blob(unit.session, blob.sha256).size == 7


def test_a_form_made_twice_at_once_is_made_once(units):
    definition = prepared(units)

    def create():
        return units.write(access.SYSTEM, lambda unit: publishing.create_form(unit, 1, definition, False, True))
    answers = at_once(create, create, create)
    refused = [one for one in answers if isinstance(one, Problem)]
    assert [one.code for one in refused] == [409.3, 409.3]


def test_a_draft_published_twice_at_once_is_published_once(units):
    builders.simple_form(units)
    definition = prepared(units, "2")
    units.write(access.SYSTEM, lambda unit: publishing.upload(unit, 1, definition, ignore_warnings=True))

    def publish():
        return units.write(access.SYSTEM, lambda unit: publishing.publish_draft(unit, 1, "simple"))
    answers = at_once(publish, publish)
    assert [one.code for one in answers if isinstance(one, Problem)] == [404.1]
    with units.reading(access.SYSTEM) as unit:
        assert [view.version.version for view in publishing.list_versions(unit, 1, "simple")] == ["2", "1"]


def test_lists_counts_and_editions_are_the_same_on_both(units):
    form = builders.simple_form(units, "uno").form
    builders.simple_form(units, "dos")
    with units.reading(access.SYSTEM) as unit:
        before = forms.find_edition(unit.session, 1)
        assert [one.xml_form_id for one in catalogue.form_list(unit, 1)] == ["uno", "dos"]
        views = publishing.list_forms(unit, 1, extended=True)
        assert [(view.form.xml_form_id, view.tally.submissions, view.tally.last) for view in views] == [
            ("uno", 0, None), ("dos", 0, None)]
    units.write(access.SYSTEM, lambda unit: publishing.set_state(unit, 1, "uno", "closed"))
    with units.reading(access.SYSTEM) as unit:
        after = forms.find_edition(unit.session, 1)
        assert after[0] > before[0] and after[1] > before[1] and after[1].tzinfo is not None
        assert [one.xml_form_id for one in catalogue.form_list(unit, 1)] == ["dos"]
        assert forms.find_edition(unit.session, 99) is None and form.state == "open"
