"""ODK's own client: it signs in, finds projects, makes phones, and each of its public methods does its work."""

import functools

import pytest
import toml
from pyodk._endpoints.comments import CommentService
from pyodk._endpoints.entity_list_properties import EntityListPropertyService
from pyodk._endpoints.form_assignments import FormAssignmentService
from pyodk._endpoints.form_draft_attachments import FormDraftAttachmentService
from pyodk._endpoints.form_drafts import FormDraftService
from pyodk._endpoints.project_app_users import ProjectAppUserService
from pyodk._endpoints.submission_attachments import SubmissionAttachmentService
from pyodk.client import Client
from pyodk.errors import PyODKError

from tests import builders
from tests.contract import central as clients
from tests.live import EMAIL, PASSWORD

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]


@pytest.fixture
def called(monkeypatch) -> set[str]:
    """The public methods of the client that were called and came back."""
    said: set[str] = set()

    def noting(made, name):
        @functools.wraps(made)
        def noted(*given, **named):
            answer = made(*given, **named)
            said.add(name)
            return answer
        return noted

    for service in clients.services():
        for name in clients.doors(service):
            told = noting(getattr(service, name), f"{service.__name__}.{name}")
            monkeypatch.setattr(service, name, told)
    return said


def test_every_public_method_does_its_work(central, called, tmp_path):
    doors = {f"{one.__name__}.{name}" for one in clients.services() for name in clients.doors(one)}
    _forms(central, tmp_path)
    _phones(central)
    _submissions(central, tmp_path)
    _entities(central)
    assert called == doors


def _forms(central, tmp_path):
    listed = tmp_path / "casas.csv"
    listed.write_text("name,label\nc1,Casa 1\n")
    made = central.forms.create(clients.definition(clients.WITH_LIST, "todo", "1"), attachments=[listed])
    assert made.xmlFormId == "todo" and central.forms.get("todo").version == "1"
    assert "todo" in {one.xmlFormId for one in central.forms.list()} and 'id="todo"' in central.forms.get_xml("todo")
    central.forms.update("todo", attachments=[listed], version_updater=lambda version: f"{version}.1")
    drafts = FormDraftService(central.session, central.project_id, "todo")
    assert drafts.create() and FormDraftAttachmentService(central.session, central.project_id, "todo").upload(listed)
    assert drafts.publish(version="2") and central.forms.get("todo").version == "2"


def _phones(central):
    one, = central.projects.create_app_users(["Brigada de todo"], forms=["todo"])
    phones = ProjectAppUserService(central.session, central.project_id)
    assert one.id in {phone.id for phone in phones.list()} and len(phones.create("Otra brigada").token) == 64
    assert FormAssignmentService(central.session, central.project_id, "todo").assign(2, phones.list()[0].id)
    assert central.projects.get().id == central.project_id in {project.id for project in central.projects.list()}


def _entities(central):
    place = {"entity_list_name": "todos"}
    assert central.entity_lists.create(**place).approvalRequired is False
    assert EntityListPropertyService(central.session, central.project_id, "todos").create("edad")
    made = central.entities.create("Ana", {"edad": "30"}, **place)
    assert central.entities.create_many([{"label": "Eva", "edad": "40"}], **place)
    assert central.entities.update(made.uuid, label="Anita", base_version=1, **place).currentVersion.version == 2
    assert {one.currentVersion.label for one in central.entities.list(**place)} == {"Anita", "Eva"}
    assert len(central.entities.get_table(**place)["value"]) == 2
    central.entities.merge([{"label": "Eva", "edad": "41"}], **place)
    assert central.entities.delete(made.uuid, **place)
    assert [one.name for one in central.entity_lists.get(**place).properties] == ["edad"]
    assert "todos" in {one.name for one in central.entity_lists.list()}


def _submissions(central, tmp_path):
    central.forms.create(clients.definition(clients.FAMILY, "toda_familia", "1"))
    place = {"form_id": "toda_familia"}
    photo = tmp_path / "1.jpg"
    photo.write_bytes(builders.a_photo())
    body = "<nombre>Ana</nombre><foto>1.jpg</foto>"
    central.submissions.create(builders.a_submission("toda_familia", "1", body, "uuid:todo"), **place)
    files = SubmissionAttachmentService(central.session, central.project_id, "toda_familia", "uuid:todo")
    assert files.upload(photo) and [(one.name, one.exists) for one in files.list()] == [("1.jpg", True)]
    edit = builders.a_submission("toda_familia", "1", body, "uuid:todo-2", "uuid:todo")
    central.submissions.edit("uuid:todo", edit, **place)
    central.submissions.review("uuid:todo", "approved", **place)
    assert central.submissions.add_comment("uuid:todo", "Uno", **place).body == "Uno"
    comments = CommentService(central.session, central.project_id, "toda_familia", "uuid:todo")
    assert comments.post("Dos").body == "Dos" and [one.body for one in comments.list()] == ["Dos", "Uno"]
    assert [one.body for one in central.submissions.list_comments("uuid:todo", **place)] == ["Dos", "Uno"]
    assert central.submissions.get("uuid:todo", **place).reviewState == "approved"
    assert [one.instanceId for one in central.submissions.list(**place)] == ["uuid:todo"]
    assert len(central.submissions.get_table(**place)["value"]) == 1


def test_a_session_is_kept_in_a_file_and_made_anew_when_it_has_ended(live, tmp_path):
    settings, cache = tmp_path / "config.toml", tmp_path / "cache.toml"
    settings.write_text(toml.dumps({"central": {"base_url": live.address, "username": EMAIL, "password": PASSWORD,
                                                "default_project_id": 1}}))
    tokens = []
    for _time in range(3):
        with Client(config_path=settings, cache_path=cache) as client:
            assert client.projects.get().id == 1
            tokens.append(toml.loads(cache.read_text())["token"])
            if len(tokens) == 2:
                assert client.delete("sessions/current").status_code == 200
    assert tokens[0] == tokens[1] != tokens[2]


def test_a_wrong_password_is_told_with_its_code(live, tmp_path):
    with pytest.raises(PyODKError) as told, clients.client_of(live, tmp_path / "c", 1, password="otra clave larga"):
        pass
    assert told.value.is_central_error(401.2)


def test_what_is_not_there_is_told_with_its_code(central):
    for ask in (lambda: central.projects.get(99_999), lambda: central.forms.get("nada"),
                lambda: central.forms.get_xml("nada"), lambda: central.submissions.list(form_id="nada"),
                lambda: central.submissions.get("uuid:nada", form_id="nada"),
                lambda: central.projects.create_app_users(["Nadie"], forms=["nada"])):
        with pytest.raises(PyODKError) as told:
            ask()
        assert told.value.is_central_error(404.1)


def test_phones_that_are_there_are_not_made_twice_and_withdrawn_ones_are_made_anew(central):
    central.forms.create(clients.definition(clients.FAMILY, "brigadas", "1"))
    names = ["Brigada 1", "Brigada ñ"]
    first = central.projects.create_app_users(names, forms=["brigadas"])
    assert [one.displayName for one in first] == names
    assert central.projects.create_app_users(names, forms=["brigadas"]) == []
    path = f"projects/{central.project_id}"
    assert central.delete(f"sessions/{first[0].token}").json() == {"success": True}
    again, = central.projects.create_app_users(names)
    assert again.displayName == "Brigada 1" and again.token != first[0].token
    may = {one["id"] for one in central.get(f"{path}/forms/brigadas/assignments/app-user").json()}
    assert {one.id for one in first} <= may and again.id not in may


def test_a_made_phone_fetches_the_form_and_sends(central):
    central.forms.create(clients.definition(clients.FAMILY, "campo", "1"))
    phone, = central.projects.create_app_users(["De campo"], forms=["campo"])
    place = f"key/{phone.token}/projects/{central.project_id}"
    said = central.get(f"{place}/formList", headers={"X-OpenRosa-Version": "1.0", "Authorization": ""})
    assert "<formID>campo</formID>" in said.text and "<formID>brigadas</formID>" not in said.text
    record = builders.a_submission("campo", "1", "<nombre>Ana</nombre>", "uuid:campo")
    sent = central.post(f"{place}/submission", headers={"X-OpenRosa-Version": "1.0"},
                        files={"xml_submission_file": ("a.xml", record.encode(), "text/xml")})
    assert sent.status_code == 201
    assert central.submissions.get("uuid:campo", form_id="campo").submitterId == phone.id


def test_the_plain_verbs_reach_what_has_no_method(central):
    made = central.post("projects", json={"name": "De los verbos"}).json()
    path = f"projects/{made['id']}"
    assert central.patch(path, json={"description": "Dos palabras"}).json()["description"] == "Dos palabras"
    whole = central.put(path, json={"name": "Entero", "archived": True, "forms": []})
    assert whole.status_code == 200 and central.projects.get(made["id"]).archived is True
    assert central.delete(path).json() == {"success": True}
    assert central.get(path).json()["code"] == 404.1
    assert central.get("roles/app-user").json()["id"] == 2
