"""A phone with the genuine form engine: what is stored and exported is what was filled."""

import collections
import json

import pytest
import requests

from tests import stored
from tests.contract import answers, comparison
from tests.contract.comparison import path
from tests.contract.season import EDITS, FORMS, SUBMISSIONS
from tests.phone import provisioning
from tests.phone.phone import Phone, instance_id
from tests.phone.report import Level

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]


def test_the_phone_gets_the_forms_with_their_media_once(season):
    assert sorted(season.first.fetched) == sorted(FORMS)
    assert {name for _form, name in season.first.media} >= {"comunidades.csv", "mandatos.csv", "eventos.csv"}
    again = season.again
    assert (again.fetched, again.media, again.removed) == ([], [], [])
    assert set(season.phone.report.facts["conditional"]) == {304}


def test_nothing_departs_from_what_collect_needs(season):
    assert season.phone.report.of(Level.FATAL) == []
    assert season.phone.report.of(Level.WARNING) == []
    assert season.phone.report.of(Level.INFO) == []


def test_every_submission_is_acknowledged_with_a_message(season, capsys):
    sent = [answer for one in season.sendings for answer in one.answers]
    posts = sum(answer.posts for answer in sent)
    size = sum(answer.size for answer in sent)
    with capsys.disabled():
        print(f"\n{len(season.sendings)} submissions, {len(sent)} sendings, {posts} POSTs, {size / 1e6:.1f} MB in "
              f"{season.seconds:.1f} s: {len(season.sendings) / season.seconds:.0f} submissions per second")
    assert len(season.sendings) == SUBMISSIONS
    assert {answer.status for answer in sent} == {201}
    assert all(message for answer in sent for message in answer.messages)
    assert posts > len(sent), "nothing was split"
    for one in season.sendings:
        first = "Corrección recibida" if one.edited else "Recibido"
        assert one.answers[0].messages[0].startswith(first)
        assert all(message.startswith("Ya lo teníamos") for message in one.answers[0].messages[1:])
        assert all(message.startswith("Ya lo teníamos") for answer in one.answers[1:] for message in answer.messages)
        assert "Falta" not in one.answers[-1].messages[-1]


@pytest.mark.parametrize("form_id", FORMS)
def test_stored_xml_and_files_are_what_was_filled(season, form_id):
    current = season.current(form_id)
    comparison.same_documents(season.api, form_id, current)
    kinds = collections.Counter(name.rpartition(".")[2] for filled in current.values() for name in filled.files)
    if form_id != "evaluacion_taller":
        assert kinds["jpg"] > 20 and kinds["png"] > 10, "photos and signatures were to be tried"


@pytest.mark.parametrize("form_id", FORMS)
def test_earlier_versions_of_what_was_edited_are_kept(season, form_id):
    edits = [one for one in season.of(form_id) if one.edited]
    assert len(edits) == EDITS
    for edit in edits:
        before = next(one for one in season.of(form_id) if one.instance_id == edit.root)
        versions = season.api.get(path(form_id, edit.root, "versions"))
        assert [one["instanceId"] for one in versions] == [edit.instance_id, edit.root]
        kept = season.api.ask("GET", path(form_id, edit.root, "versions", f"{edit.root}.xml")).content
        assert kept == before.filled.xml


@pytest.mark.parametrize("form_id", FORMS)
def test_the_csv_holds_the_values_that_were_filled(season, form_id):
    current = season.current(form_id)
    told = comparison.same_values(season.server, season.api, season.phone.forms[form_id], current)
    assert told > 10 * len(current)


def test_a_list_that_has_not_changed_is_not_sent_again(season):
    place, headers = f"{season.phone.server_url}/formList", {"X-OpenRosa-Version": "1.0"}
    first = requests.get(place, headers=headers, timeout=30)
    again = requests.get(place, headers={**headers, "If-None-Match": first.headers["ETag"]}, timeout=30)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    other = requests.get(place, headers={**headers, "If-None-Match": '"another"'}, timeout=30)
    assert (other.status_code, other.content) == (200, first.content)


def test_the_command_line_sets_a_phone_up_and_exports_beside_the_server(season, tmp_path):
    added = season.server.command("phone", "add", "De la consola", "--json")
    assert added.returncode == 0, added.stderr
    number, picture = str(json.loads(added.stdout)["id"]), tmp_path / "qr.png"
    assert season.server.command("phone", "qr", number, "--out", str(picture)).returncode == 0
    phone = Phone.from_code(provisioning.read_picture(picture.read_bytes()), tmp_path / "phone")
    try:
        assert set(FORMS) <= set(phone.sync().fetched), "a phone added so may fill every form"
        assert phone.report.deviations == []
    finally:
        phone.close()
    assert stored.until(lambda: not stored.waiting_steps(season.server.data), 60)
    for form_id in FORMS:
        out = tmp_path / f"{form_id}.zip"
        told = season.server.command("export", form_id, "--out", str(out))
        assert told.returncode == 0, told.stderr
        binds = answers.FormBinds.read(season.phone.forms[form_id].xml.read_bytes())
        by_api = season.api.ask("GET", path(form_id) + ".csv.zip").content
        assert answers.rows_in_zip(out.read_bytes(), form_id, binds) == answers.rows_in_zip(by_api, form_id, binds)
        assert answers.files_in_zip(out.read_bytes()) == answers.files_in_zip(by_api)


@pytest.fixture
def draft(season):
    """A draft of a form with another text in a list beside it; published or withdrawn by the test."""
    form_id = "evaluacion_taller"
    base = f"/projects/1/forms/{form_id}/draft"
    season.api.ask("POST", base)
    events = (season.phone.forms[form_id].media / "eventos.csv").read_bytes()
    season.api.post(f"{base}/attachments/eventos.csv", data=events + b"\n", headers={"Content-Type": "text/csv"})
    yield base
    season.api.ask("DELETE", base, accept=(404,))


def test_a_draft_is_tried_with_the_same_phone_and_stays_apart(season, draft, tmp_path):
    real = len(season.api.get(path("evaluacion_taller")))
    token = season.api.get(draft)["draftToken"]
    phone = Phone(f"{season.server.address}/v1/test/{token}{draft}", tmp_path)
    try:
        assert phone.sync().fetched == ["evaluacion_taller"]
        form = phone.forms["evaluacion_taller"]
        filled = season.filler.fill(form.xml, form.media, tmp_path / "filled", 3, 99)
        assert {phone.send(one, form).status for one in filled} == {201}
        assert phone.report.deviations == []
    finally:
        phone.close()
    tried = {one["instanceId"] for one in season.api.get(f"{draft}/submissions")}
    assert tried == {instance_id(one) for one in filled}
    assert len(season.api.get(path("evaluacion_taller"))) == real


def test_a_new_version_reaches_the_phone_and_the_old_one_is_still_taken(season, draft):
    before = season.phone.forms["evaluacion_taller"]
    late, fresh = season.fill(before, 2, 501)[:1], []
    season.api.post(f"{draft}/publish?version=2099010101")
    changed = season.phone.sync()
    assert changed.fetched == ["evaluacion_taller"]
    assert [one for one in changed.media if one[1].removesuffix(".csv") not in season.phone.lists.names()] \
        == [("evaluacion_taller", "eventos.csv")], "lists have changed with the records that were sent"
    form = season.phone.forms["evaluacion_taller"]
    assert (form.version, form.hash != before.hash) == ("2099010101", True)
    fresh = season.fill(form, 2, 502)[:1]
    for one, version in ((late[0], before.version), (fresh[0], "2099010101")):
        assert f'version="{version}"'.encode() in one.xml
        assert season.phone.send(one, form).status == 201
        told = season.api.get(path("evaluacion_taller", instance_id(one)))
        assert told["currentVersion"]["instanceId"] == instance_id(one)
    assert season.phone.report.deviations == []
