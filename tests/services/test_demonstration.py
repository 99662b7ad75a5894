"""The demonstration: marked as simulated, whole, completed when it was cut off, never beside real data."""

import pytest

from collector.domain import access
from collector.services import first_start, phones, projects, publishing, records, tasks
from collector.services.admission import list_parked
from collector.services.demo import cast, demonstration

FORMS = ("acreditacion_autoridades", "acuerdo_convivencia", "evaluacion_taller")


def test_it_is_completed_after_a_cut_and_fills_a_project_of_its_own(app, units, monkeypatch):
    """One run for many looks: a demonstration takes seconds."""
    monkeypatch.setattr(demonstration, "_person", _no_power)
    with pytest.raises(OSError, match="the power went"):
        demonstration.begin(units)
    monkeypatch.undo()
    made = demonstration.begin(units)
    with units.reading(access.SYSTEM) as unit:
        _is_apart(unit, made)
        _shows_every_kind(unit, made)
        assert tasks.backlog(unit) == (0, None, 0)
    _people_reach_nothing_else(app.test_client(), made)
    assert demonstration.begin(units) is None, "a second start adds nothing"


def _is_apart(unit, made: dict) -> None:
    (project,) = [one for one in projects.list_projects(unit) if one.simulated]
    assert project.id == made["projectId"] and "simulados" in project.name
    others = [one for one in projects.list_projects(unit) if one.id != project.id]
    assert others and not any(publishing.list_forms(unit, one.id) for one in others)
    assert sorted(one.name for one in phones.list_phones(unit, project.id)) == sorted(cast.PHONES)
    assert all(name.startswith("EJEMPLO") for name in cast.PHONES)


def _shows_every_kind(unit, made: dict) -> None:
    found = [record.submission for form in FORMS
             for record in records.list_records(unit, made["projectId"], records.Filters(xml_form_id=form), limit=100)]
    assert len(found) == made["submissions"] - 2 and len(list_parked(unit, made["projectId"])) == 2
    assert {one.review_state for one in found} == {None, "approved", "hasIssues", "edited"}
    assert sum(one.edits for one in found) == 3
    assert sum(one.files_expected > one.files_present for one in found) == 4
    days = [one.created_at for one in found]
    assert (max(days) - min(days)).days > 28 and max(days) <= unit.now()


def _people_reach_nothing_else(client, made: dict) -> None:
    for email, password, _role in made["people"]:
        token = client.post("/v1/sessions", json={"email": email, "password": password}).get_json()["token"]
        seen = client.get("/v1/projects", headers={"Authorization": f"Bearer {token}"}).get_json()
        assert [one["id"] for one in seen] == [made["projectId"]]


def _no_power(*_arguments):
    raise OSError("the power went")


def test_the_library_is_published_once_and_what_cannot_be_read_stops_nothing(units, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no")
    (tmp_path / "b.xlsx").write_bytes((first_start.LIBRARY / "evaluacion_taller.xlsx").read_bytes())
    for _each in range(2):
        (name, problem), (_other, none) = first_start.publish_library(units, 1, tmp_path)
        assert name == "a.xlsx" and problem.status == 400 and none is None
    with units.reading(access.SYSTEM) as unit:
        assert len(publishing.list_versions(unit, 1, "evaluacion_taller")) == 1
