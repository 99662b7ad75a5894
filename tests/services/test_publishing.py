"""The way of a form: what a draft takes over, what publishing refuses, what it leaves behind."""

import pytest
from sqlalchemy import select

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import blobs, forms, models, projects, publishing
from collector.store.queries import answers
from collector.store.tables.events import Event
from tests import builders

TWO_FILES = """
| survey |
|        | type                          | name | label |
|        | select_one_from_file uno.csv  | a    | A     |
|        | select_one_from_file dos.csv  | b    | B     |
| settings |
|        | form_title | form_id | version |
|        | Dos listas | dos     | {version} |
"""
CSV = b"name,label\n1,Uno\n"


def table(rows: str, version: str = "1", form_id: str = "simple") -> str:
    return (f"| survey |\n| | type | name | label |\n{rows}"
            f"| settings |\n| | form_title | form_id | version |\n| | T | {form_id} | {version} |\n")


def prepared(units, text: str):
    with units.reading(access.SYSTEM) as unit:
        return publishing.prepare_file(unit, text.encode(), "form.md", {}).definition


def drafted(units, text: str, **options):
    definition = prepared(units, text)
    return units.write(access.SYSTEM, lambda unit: publishing.upload(unit, 1, definition, **options))


def publish(units, form_id: str = "simple", version: str | None = None):
    return units.write(access.SYSTEM, lambda unit: publishing.publish_draft(unit, 1, form_id, version))


def edition(units) -> int:
    with units.reading(access.SYSTEM) as unit:
        return projects.find_project(unit, 1).edition


def test_upload_makes_a_draft_with_a_token_and_publishing_takes_the_token_away(units):
    view = drafted(units, table("| | text | a | A |\n"))
    assert view.is_draft and len(view.version.draft_token) == 64 and view.form.current_version_id is None
    before = edition(units)
    published = publish(units)
    assert (published.version.draft_token, published.form.draft_version_id) == (None, None)
    assert published.form.current_version_id == published.version.id
    assert edition(units) > before


def test_a_second_draft_keeps_the_token_and_the_files_that_match(units):
    first = drafted(units, TWO_FILES.format(version="1"))
    with units.reading(access.SYSTEM) as unit:
        blob = blobs.put(unit, CSV)
    units.write(access.SYSTEM, lambda unit: publishing.put_media(unit, 1, "dos", "uno.csv", blob))
    second = drafted(units, TWO_FILES.format(version="2"))
    assert second.version.draft_token == first.version.draft_token and second.version.id != first.version.id
    with units.reading(access.SYSTEM) as unit:
        lines = publishing.expected_media(unit, 1, "dos", publishing.DRAFT)
    assert [(line.name, line.kind, line.present) for line in lines] == [("dos.csv", "file", False),
                                                                        ("uno.csv", "file", True)]


def test_files_of_the_published_version_go_on_to_the_next_draft(units):
    builders.a_form(units, TWO_FILES.format(version="1"), media={"uno.csv": CSV, "other.csv": b"x"})
    view = drafted(units, TWO_FILES.format(version="2"), ignore_warnings=True)
    with units.reading(access.SYSTEM) as unit:
        lines = publishing.expected_media(unit, 1, "dos", publishing.DRAFT)
    assert view.is_draft and [line.name for line in lines if line.present] == ["uno.csv"]


def test_old_versions_stay_beside_the_new_one(units):
    builders.simple_form(units, version="1")
    builders.simple_form(units, version="2")
    with units.reading(access.SYSTEM) as unit:
        assert [view.version.version for view in publishing.list_versions(unit, 1, "simple")] == ["2", "1"]
        assert publishing.find_form(unit, 1, "simple", "1").version.version == "1"
        assert publishing.find_form(unit, 1, "simple").version.version == "2"


def test_the_same_version_twice_is_refused_and_the_draft_stays(units):
    builders.simple_form(units, version="1")
    drafted(units, table("| | text | nombre | Otro |\n"), ignore_warnings=True)
    with pytest.raises(Problem) as refused:
        publish(units)
    assert (refused.value.code, refused.value.details) == (409.6, {"xmlFormId": "simple", "version": "1"})
    assert publish(units, version="2").version.version == "2"


def test_another_version_text_is_written_into_the_definition(units):
    view = drafted(units, table("| | text | a | A |\n"))
    published = publish(units, version="dos & más")
    with units.reading(access.SYSTEM) as unit:
        xml = forms.form_xml(unit, published)
        assert models.form_model(unit, published.version.id).version == "dos & más"
    assert b'version="dos &amp; m\xc3\xa1s"' in xml
    assert published.version.hash != view.version.sha256[:32] and published.version.version == "dos & más"


@pytest.mark.parametrize(("rows", "path", "type"), [
    ("| | integer | nombre | N |\n", "/nombre", "string"),
    ("| | begin repeat | nombre | N |\n| | text | x | X |\n| | end repeat | | |\n", "/nombre", "string"),
    ("| | text | edad | E |\n", "/edad", "int"),
])
def test_a_field_that_changes_its_type_is_refused_with_the_place(units, rows, path, type):
    builders.simple_form(units, version="1")
    with pytest.raises(Problem) as refused:
        drafted(units, table(rows, "2"), ignore_warnings=True)
    assert (refused.value.code, refused.value.details) == (400.17, {"path": path, "type": type})


def test_columns_only_grow_and_keep_their_positions(units):
    builders.simple_form(units, version="1")
    form = builders.a_form(units, table("| | text | nuevo | N |\n| | text | nombre | N |\n", "2")).form
    with units.reading(access.SYSTEM) as unit:
        columns = [(one.path, one.position) for one, _table in answers.list_columns(unit.session, form.id)]
    assert columns == [("/nombre", 0), ("/edad", 1), ("/foto", 2), ("/meta/instanceID", 3), ("/nuevo", 4)]


def test_gone_fields_are_a_warning_that_names_them(units):
    builders.simple_form(units, version="1")
    with pytest.raises(Problem) as warned:
        drafted(units, table("| | text | nombre | N |\n", "2"))
    workflow = warned.value.details["warnings"]["workflowWarnings"]
    assert warned.value.code == 400.16
    assert workflow == [{"type": "structureChanged", "details": ["edad", "foto"]}]


def test_a_form_in_the_trash_is_a_warning_and_comes_back_only_while_its_id_is_free(units):
    form = builders.simple_form(units).form
    units.write(access.SYSTEM, lambda unit: publishing.delete_form(unit, 1, "simple"))
    definition = prepared(units, table("| | text | a | A |\n"))
    with pytest.raises(Problem) as warned:
        units.write(access.SYSTEM, lambda unit: publishing.create_form(unit, 1, definition))
    assert warned.value.details["warnings"]["workflowWarnings"] == [
        {"type": "deletedFormExists", "details": {"xmlFormId": "simple"}}]
    units.write(access.SYSTEM, lambda unit: publishing.create_form(unit, 1, definition, ignore_warnings=True))
    with pytest.raises(Problem) as taken:
        units.write(access.SYSTEM, lambda unit: publishing.restore_form(unit, 1, form.id))
    assert taken.value.code == 409.3
    units.write(access.SYSTEM, lambda unit: publishing.delete_form(unit, 1, "simple"))
    assert units.write(access.SYSTEM, lambda unit: publishing.restore_form(unit, 1, form.id)).deleted_at is None


def test_an_unpublished_form_cannot_lose_its_draft(units):
    drafted(units, table("| | text | a | A |\n"))
    with pytest.raises(Problem) as refused:
        units.write(access.SYSTEM, lambda unit: publishing.drop_draft(unit, 1, "simple"))
    assert refused.value.code == 409.7


def test_a_copy_of_the_current_version_is_the_same_definition(units):
    published = builders.simple_form(units)
    copy = units.write(access.SYSTEM, lambda unit: publishing.copy_to_draft(unit, 1, "simple"))
    assert copy.is_draft and copy.version.hash == published.version.hash
    assert copy.version.source_sha256 == published.version.source_sha256 is not None


def test_publishing_the_same_file_again_changes_nothing(units):
    first, second = builders.simple_form(units), builders.simple_form(units)
    assert first.version.id == second.version.id


def test_when_a_step_fails_nothing_of_the_upload_is_kept(units):
    definition = prepared(units, table("| | text | a | A |\n"))

    def work(unit):
        publishing.create_form(unit, 1, definition, publish=True)
        raise RuntimeError("power")
    with pytest.raises(RuntimeError):
        units.write(access.SYSTEM, work)
    with units.reading(access.SYSTEM) as unit:
        assert publishing.list_forms(unit, 1) == []


def test_what_happened_is_written_down(units):
    builders.simple_form(units, version="1")
    builders.simple_form(units, version="2")
    with units.reading(access.SYSTEM) as unit:
        actions = list(unit.session.scalars(select(Event.action).where(Event.action.like("form.%")).order_by(Event.id)))
    assert actions == ["form.create", "form.update.publish", "form.update.draft.set", "form.update.publish"]
