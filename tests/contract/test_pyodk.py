"""ODK's own client drives the API: projects, forms, phones, submissions, comments, files."""

import pytest
from pyodk._utils.config import CentralConfig, Config
from pyodk.client import Client
from pyxform.xls2xform import convert

from tests import builders
from tests.live import EMAIL, PASSWORD

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORM = "pyodk"
PHOTO = "<nombre>Ana</nombre><foto>1.jpg</foto>"


@pytest.fixture(scope="module")
def central(live, tmp_path_factory):
    """pyODK signed in as the administrator."""
    config = Config(CentralConfig(live.address, EMAIL, PASSWORD, 1))
    with Client(config=config, cache_path=tmp_path_factory.mktemp("pyodk") / "cache.toml", project_id=1) as client:
        yield client


def definition(version: str) -> str:
    return convert(xlsform=builders.SIMPLE.format(form_id=FORM, version=version), file_type=".md").xform


@pytest.fixture(scope="module")
def form(central):
    return central.forms.create(definition("1"), form_id=FORM)


def test_projects(central):
    assert [project.id for project in central.projects.list()] == [1]
    assert central.projects.get(1).name == "Mi proyecto"


def test_a_form_is_made_listed_and_read(central, form):
    assert (form.xmlFormId, form.version, form.state) == (FORM, "1", "open")
    assert FORM in {one.xmlFormId for one in central.forms.list()}
    assert central.forms.get(FORM).hash == form.hash
    assert f'id="{FORM}"' in central.forms.get_xml(FORM)


def test_a_form_is_updated_by_a_definition_or_by_a_version_text(central, form):
    central.forms.update(FORM, definition=definition("2"))
    assert central.forms.get(FORM).version == "2"
    central.forms.update(FORM, attachments=[], version_updater=lambda version: f"{version}.1")
    assert central.forms.get(FORM).version == "2.1"
    assert 'version="2.1"' in central.forms.get_xml(FORM)


def test_phones_are_made_and_may_fill_the_form(central, form, live):
    made = central.projects.create_app_users(display_names=["Brigada 1", "Brigada 2"], forms=[FORM])
    assert [one.displayName for one in made] == ["Brigada 1", "Brigada 2"]


def test_a_submission_is_sent_listed_edited_reviewed_and_commented(central, form):
    version = central.forms.get(FORM).version
    first = builders.a_submission(FORM, version, "<nombre>Ñahui</nombre>", "uuid:pyodk-1")
    assert central.submissions.create(first, form_id=FORM).instanceId == "uuid:pyodk-1"
    assert [one.instanceId for one in central.submissions.list(form_id=FORM)] == ["uuid:pyodk-1"]
    edit = builders.a_submission(FORM, version, "<nombre>Eva</nombre>", "uuid:pyodk-2", "uuid:pyodk-1")
    central.submissions.edit("uuid:pyodk-1", edit, form_id=FORM, comment="Nombre corregido")
    central.submissions.review("uuid:pyodk-1", "approved", form_id=FORM)
    told = central.submissions.get("uuid:pyodk-1", form_id=FORM)
    assert (told.instanceId, told.reviewState) == ("uuid:pyodk-1", "approved")
    versions = central.get(f"projects/1/forms/{FORM}/submissions/uuid:pyodk-1/versions").json()
    assert [one["instanceId"] for one in versions] == ["uuid:pyodk-2", "uuid:pyodk-1"]
    assert [one.body for one in central.submissions.list_comments("uuid:pyodk-1", form_id=FORM)] == ["Nombre corregido"]


def test_files_of_a_submission_are_put_listed_and_fetched(central, form, tmp_path):
    version = central.forms.get(FORM).version
    photo = tmp_path / "1.jpg"
    photo.write_bytes(b"jpeg")
    xml = builders.a_submission(FORM, version, PHOTO, "uuid:pyodk-files")
    central.submissions.create(xml, form_id=FORM, attachments=[photo])
    listed = central.get(f"projects/1/forms/{FORM}/submissions/uuid:pyodk-files/attachments").json()
    assert listed == [{"name": "1.jpg", "exists": True}]
    answer = central.get(f"projects/1/forms/{FORM}/submissions/uuid:pyodk-files/attachments/1.jpg")
    assert answer.content == b"jpeg"
