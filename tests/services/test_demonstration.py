"""The demonstration: marked as simulated, whole, completed when it was cut off, never beside real data."""

import pytest
from sqlalchemy import text

from collector.domain import access
from collector.services import first_start, inbox, models, people, phones, projects, publishing, tasks
from collector.services.admission import list_parked
from collector.services.demo import cast, demonstration, plot, script
from collector.store.queries import people as people_queries

pytestmark = pytest.mark.xdist_group("story")


def test_it_is_completed_after_a_cut(played):
    told = [one for one in plot.whole(script.calendar(_begun(played))) if isinstance(one, script.Sending)]
    with played.units.reading(access.SYSTEM) as unit:
        held = unit.session.scalar(text("SELECT count(*) FROM submission_versions"))
        corrected = unit.session.scalar(text("SELECT count(*) FROM submission_versions WHERE submitter_id IN "
                                             "(SELECT id FROM actors WHERE kind = 'user')"))
        parked = list_parked(unit, played.project)
        assert tasks.backlog(unit) == (0, None, 0)
    assert played.made["submissions"] == len(told) == held - corrected + len(parked)
    assert len(parked) == sum(one.twist in ("form", "version") for one in told)
    assert demonstration.begin(played.units) is None, "a second start adds nothing"


def test_it_is_apart_and_marked(played):
    with played.units.reading(access.SYSTEM) as unit:
        (project,) = [one for one in projects.list_projects(unit) if one.simulated]
        assert project.id == played.project and "simulados" in project.name
        others = [one for one in projects.list_projects(unit) if one.id != project.id]
        assert others and not any(publishing.list_forms(unit, one.id) for one in others)
        assert sorted(one.name for one in phones.list_phones(unit, project.id)) == sorted(cast.PHONES)
    assert all(name.startswith("EJEMPLO") for name in cast.PHONES)


def test_it_lies_between_eight_months_ago_and_now(played):
    with played.units.reading(access.SYSTEM) as unit:
        first, last = unit.session.execute(text("SELECT min(created_at), max(created_at) FROM submissions")).one()
        now = unit.now()
    span = _moment(last) - _moment(first)
    assert 30 * 7 < span.days < 36 * 7 and _moment(last) <= now


def test_its_people_reach_nothing_else(played):
    client = played.app.test_client()
    assert [role for _email, _password, role in played.made["people"]] == ["Supervisora", "Analista", "Coordinadora"]
    for email, password, _role in played.made["people"]:
        token = client.post("/v1/sessions", json={"email": email, "password": password}).get_json()["token"]
        seen = client.get("/v1/projects", headers={"Authorization": f"Bearer {token}"}).get_json()
        assert [one["id"] for one in seen] == [played.project]


def test_the_story_is_the_same_each_time(played):
    days = script.calendar(_begun(played))
    assert plot.whole(days) == plot.whole(days)
    later = plot.whole(script.Calendar(days.first + script.timedelta(weeks=3)))
    assert [one.key for one in later] == [one.key for one in plot.whole(days)]


def test_the_library_is_published_once_and_what_cannot_be_read_stops_nothing(units, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no")
    (tmp_path / "b.xlsx").write_bytes((first_start.LIBRARY / "evaluacion_taller.xlsx").read_bytes())
    for _each in range(2):
        (name, problem), (_other, none) = first_start.publish_library(units, 1, tmp_path)
        assert name == "a.xlsx" and problem.status == 400 and none is None
    with units.reading(access.SYSTEM) as unit:
        assert len(publishing.list_versions(unit, 1, "evaluacion_taller")) == 1


def _begun(played):
    with played.units.reading(access.SYSTEM) as unit:
        (project,) = [one for one in projects.list_projects(unit) if one.simulated]
    return project.created_at.astimezone(demonstration.ZoneInfo(played.units.settings.timezone))


def _moment(text_):
    from datetime import UTC, datetime
    return datetime.fromisoformat(str(text_)).replace(tzinfo=UTC)


def test_a_filter_names_the_rows_of_a_list_as_people_do(played):
    with played.units.reading(access.SYSTEM) as unit:
        (form,) = [one for one in publishing.list_forms(unit, played.project)
                   if one.form.xml_form_id == "acuerdo_convivencia"]
        offered = inbox.fields(unit, played.project, "acuerdo_convivencia",
                               models.form_model(unit, form.version.id), "es")
        called = set(unit.session.scalars(text("SELECT label FROM entities WHERE dataset_id = (SELECT id FROM datasets "
                                               "WHERE name = 'comunidades')")))
    (community,) = [one for one in offered if one.path == "/g_todo/g_acto/comunidad"]
    assert {label for _name, label in community.choices} == called and len(called) == 19


def test_one_whose_supervisor_was_removed_is_not_told_again(played):
    email, _name, _role, _told = cast.SUPERVISOR

    def removed(unit):
        supervisor = people_queries.find_login(unit.session, email).actor_id
        people.retire_user(unit, supervisor)
        assert demonstration._is_another(unit)
        unit.undo()

    played.units.write(access.SYSTEM, removed)
    with played.units.reading(access.SYSTEM) as unit:
        assert not demonstration._is_another(unit) and not cast.is_needed(unit)


def test_what_an_earlier_version_told_stays_as_it_is(units):
    email, name, _role, _told = cast.SUPERVISOR
    with units.reading(access.SYSTEM) as unit:
        hashed = people.hash_password(unit, email, "la-de-antes-1")
    units.write(access.SYSTEM, lambda unit: people.add_user(unit, email, name, hashed))
    before = units.write(access.SYSTEM, lambda unit: projects.create_project(
        unit, cast.PROJECT["es"], simulated=True)).id
    for _each in range(2):
        assert (made := demonstration.begin(units)) and made["people"] == [] and made["submissions"] == 0
    with units.reading(access.SYSTEM) as unit:
        assert [one.id for one in projects.list_projects(unit) if one.simulated] == [before]
        assert publishing.list_forms(unit, before) == [] and phones.list_phones(unit, before) == []
