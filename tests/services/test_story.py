"""The end of the story: lists, decisions, returns, mandates and findings are what was reckoned of what phones sent."""

import csv
import io
from collections import Counter
from datetime import timedelta
from functools import cache

import pytest
from sqlalchemy import text

from collector.domain import access
from collector.services import closings, datasets, entities, list_files, mandates, records, returns
from collector.services.admission import list_parked
from collector.services.demo.script import WEEKS
from tests import story_counts
from tests.story_reference import Record, in_office, replayed

pytestmark = pytest.mark.xdist_group("story")

ALL = 10_000
OWN = {"instanceID", "deprecatedID", "instanceName"}  # of each version


@pytest.fixture
def unit(played):
    with played.units.reading(access.SYSTEM) as unit:
        yield unit


@pytest.fixture
def entered(played, unit):
    """Every finding of a rule, open or not: (form, type of the rule, instanceID, field, value)."""
    return unit.session.execute(text(
        "SELECT m.xml_form_id, r.type, s.instance_id, f.path, f.value FROM findings f JOIN rules r ON r.id = f.rule_id"
        " JOIN submissions s ON s.id = f.submission_id JOIN forms m ON m.id = s.form_id WHERE m.project_id = :project"
        " AND f.kind = 'rule'"), {"project": played.project}).all()


def said(values):
    """What is not blank: a property that was never told and one that was told to be blank are the same."""
    return {name: text for name, text in values.items() if text}


def test_every_list_is_what_the_records_made_it(played, unit, lists):
    held = {one.name: {each.uuid: each for each in entities.list_entities(unit, one, limit=ALL)}
            for one in datasets.list_datasets(unit, played.project)}
    assert held.keys() == lists.keys()
    for name, expected in lists.items():
        assert held[name].keys() == expected.keys(), name
        for uuid, one in held[name].items():
            stood = expected[uuid].versions[-1].values
            assert said(one.data | {"label": one.label}) == said(stood), (name, uuid)
            assert one.version == len(expected[uuid].versions), (name, uuid)
            assert one.conflict == expected[uuid].open_conflict(), (name, uuid)


def test_every_version_of_every_entity_is_as_it_was_said(played, unit, lists):
    for dataset in datasets.list_datasets(unit, played.project):
        for one in entities.list_entities(unit, dataset, limit=ALL):
            found = [each.version for each in entities.versions_of(unit, dataset, one)]
            expected = lists[dataset.name][one.uuid].versions
            assert [(said(each.data | {"label": each.label}), each.conflict, each.base_version or None)
                    for each in found] == [(said(each.values), each.conflict, each.base) for each in expected]
            assert [set(each.conflicting or ()) for each in found] == [each.contested for each in expected]


def test_the_files_that_phones_read_say_the_same(played, unit, lists):
    for dataset in datasets.list_datasets(unit, played.project):
        content = list_files.newest_of(unit, dataset.id).path.read_text("utf-8")
        rows = {row.pop("name"): row for row in csv.DictReader(io.StringIO(content))}
        expected = {uuid: said(one.versions[-1].values) | {"__version": str(len(one.versions))}
                    for uuid, one in lists[dataset.name].items()}
        assert {uuid: said(row) for uuid, row in rows.items()} == expected, dataset.name


def test_nothing_waits_for_a_list_and_nothing_was_refused(lists):
    for one in (one for some in lists.values() for one in some.values()):
        assert not one.waiting and not one.refused


def test_records_are_in_the_state_that_was_decided(played, unit, told):
    rows = unit.session.execute(text(
        "SELECT m.xml_form_id, s.instance_id, s.review_state, s.edits FROM submissions s JOIN forms m"
        " ON m.id = s.form_id WHERE m.project_id = :project AND s.deleted_at IS NULL"),
        {"project": played.project}).all()
    changes = Counter(one.edits for one in told.sendings if one.edits) + Counter(told.corrected)
    expected = {(one.form_id, one.instance_id): (one.state, changes[key]) for key, one in told.records.items()}
    assert {(form, instance): (state, edits) for form, instance, state, edits in rows} == expected


def test_what_could_not_be_placed_is_kept_apart(played, unit, told):
    astray = {one.instance_id: one for one in told.whole if getattr(one, "twist", "") in ("form", "version")}
    parked = {one.instance_id: one for one, _who in list_parked(unit, played.project)}
    assert parked.keys() == astray.keys() == told.parked.keys()
    assert not astray.keys() & {one.instance_id for one in told.records.values()}


def test_returns_are_open_or_closed_by_what_came_back(played, unit, told):
    listed = returns.list_returns(unit, played.project, returns.Filters(""), ALL)
    assert {(one.submission.instance_id, one.row.due, one.row.how or "") for one in listed} == {
        (told.records[one.key].instance_id, one.due, one.how) for one in told.asked}
    assert len(listed) == len(told.asked)
    late = [one for one in told.asked if not one.how and one.due < told.last_day.isoformat()]
    assert returns.count_states(unit, played.project)["overdue"] == len(late)


def test_a_phone_is_told_of_what_was_sent_back_to_it_and_of_nothing_else(told):
    answers = told.of("devoluciones")
    assert {one.instance_id: int(one.said["n_total"]) for one in answers} == told.offered and answers
    sent_back = {told.records[one.key].instance_id: one.due for one in told.asked}
    assert all(sent_back[one.said["d_instancia"]] == one.said["d_vence"] for one in answers)


def test_corrections_say_what_the_supervisor_wrote_and_leave_the_rest(played, unit, told):
    held = unit.session.execute(text(
        "SELECT s.instance_id FROM submission_versions v JOIN submissions s ON s.id = v.submission_id"
        " JOIN actors a ON a.id = v.submitter_id JOIN forms m ON m.id = v.form_id"
        " WHERE m.project_id = :project AND a.kind = 'user'"), {"project": played.project}).scalars().all()
    assert sorted(held) == sorted(told.records[key].instance_id for key in told.corrected)
    for key in told.corrected:
        expected = told.records[key]
        found = records.find_record(unit, played.project, expected.form_id, expected.instance_id)
        now = Record(expected.form_id, expected.instance_id, records.record_xml(unit, found), None)
        before, after = said(expected.said), said(now.said)
        apart = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} - OWN
        assert {name: float(after[name]) for name in apart} == computed_again(key, expected), key


def computed_again(key, one):
    """What the form computes of what was corrected: it must be right again."""
    words = {name: int(text) for name, text in one.said.items() if text.isdigit()}
    if key == "acreditacion/10/2":
        return {"asistencia_pct": round(100 * (words["asist_mujeres"] + words["asist_hombres"]) / words["padron"], 1)}
    if key == "asistencia_tecnica/datem_maranon/6":
        listed = len(one.said["participantes"].split())
        return {"n_personas": listed + words["otras_mujeres"] + words["otros_hombres"]}
    return {}


def test_who_is_in_office_on_a_day_is_who_the_dates_say(played, unit, told, lists):
    book = mandates.find_book(unit, played.project, "mandatos")
    for week in (8, 20, WEEKS):
        then = told.days.at(week)
        known = replayed(told.first[:told.until(week)], told.xforms)
        for day in (then.date(), then.date() - timedelta(days=400)):
            assert _in_office(unit, book, day) == in_office(lists, day.isoformat())
            assert _in_office(unit, book, day, then) == in_office(known, day.isoformat())


def _in_office(unit, book, day, known_at=None):
    return {one.id for community, _number in mandates.list_communities(unit, book)
            for one in mandates.stand(unit, book, community.key, day, known_at).in_office}


def test_an_agreement_is_marked_only_where_a_term_was_over(entered, told, lists):
    visits = {one.instance_id: number for number, one in enumerate(told.first)}

    @cache
    def after(number):
        return replayed([one for one in told.first[:number] if one.form_id == "acreditacion_autoridades"], told.xforms)

    found = Counter((instance, value) for _form, kind, instance, _field, value in entered if kind == "in_office")
    assert found == story_counts.out_of_office(told, lambda one: after(visits[one.instance_id]))
    assert found == story_counts.out_of_office(told, lambda _one: lists), "later visits did not change it"
    assert {instance for instance, _value in found} == {told.records["acuerdo/14"].instance_id}


def test_what_stands_twice_is_found_where_it_does_and_nowhere_else(entered, told):
    found = {}
    for form, kind, instance, field, _value in entered:
        if kind == "unique":
            found.setdefault(form, Counter())[instance, field] += 1
    assert found == story_counts.twice(told)
    assert {form: some.total() for form, some in found.items()} == {"asistencia_taller": 2, "evaluacion_taller": 2}


def test_close_outs_are_marked_where_they_do_not_agree_with_what_came(entered, told):
    found = {instance: value for _form, kind, instance, _field, value in entered if kind == "reconciled"}
    apart = story_counts.unaccounted(told)
    assert found == {one.instance_id: one.said["enviados_hoy"] for one in told.of("cierre_jornada")
                     if one.instance_id in apart}
    assert sorted(apart.values()) == [2, 6]


def test_what_each_phone_told_last_stands_beside_what_came(played, unit, told):
    last = {one.device: one for one in told.of("cierre_jornada")}
    came = story_counts.came_beside(told)
    shown = closings.list_last(unit, played.project).values()
    assert {one.instance_id: (one.on.isoformat(), one.sent, one.arrived, [number for _name, number in one.waiting])
            for one in shown} == {
        one.instance_id: (one.said["fecha"], int(one.said["enviados_hoy"]), came[one.instance_id],
                          [int(one.said["listos"]), int(one.said["borradores"])]) for one in last.values()}
    assert len(last) == 6


def test_no_rule_finds_anything_else(entered):
    assert {kind for _form, kind, *_rest in entered} == {"in_office", "unique", "reconciled"}
