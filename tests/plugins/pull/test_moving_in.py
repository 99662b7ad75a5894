"""Moving in: a real server is asked by the real command, and what came is looked at on a second real server."""

import hashlib
import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import requests
from pyxform.xls2xform import convert

from tests import builders
from tests.live import COMMAND, EMAIL, PASSWORD, LiveServer

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("moving")]
FORM = "censo/2026 %"
AT = "/forms/censo%2F2026%20%25"
XLSFORM = """
| survey |
|        | type                          | name   | label   |
|        | text                          | nombre | Nombre  |
|        | select_one_from_file apus.csv | apu    | Apu     |
|        | image                         | foto   | Foto    |
| settings |
|        | form_title | form_id      | version |
|        | Censo      | censo/2026 % | {version} |
"""
PHOTO = "<nombre>Ñahui</nombre><foto>1 (ñ).jpg</foto>"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A server with the project «Encuesta», and its API. `numbers`: of the project, of the phones."""
    server = LiveServer(tmp_path_factory.mktemp("source") / "data")
    server.start()
    api = server.administrator()
    api.numbers = fill(server, api)
    yield server, api
    api.close()
    server.kill()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A data folder as a first start leaves it."""
    server = LiveServer(tmp_path_factory.mktemp("fresh") / "data")
    server.start()
    server.stop()
    return server.data


@pytest.fixture
def target(fresh, tmp_path):
    """A fresh server that runs while is pulled, and its API."""
    server = LiveServer(Path(shutil.copytree(fresh, tmp_path / "data")))
    server.start()
    api = server.administrator()
    yield server, api
    api.close()
    server.kill()


def fill(server, api) -> dict:
    """The project: a form of two versions and a draft, two phones, submissions with all that may become of them."""
    project = api.post("/projects", json={"name": "Encuesta", "description": "Del valle"})["id"]
    base = f"/projects/{project}"
    for version, rows in (("1", b"name,label\n1,Uno\n"), ("", b"name,label\n1,Uno\n2,Dos\n")):
        xml = convert(xlsform=XLSFORM.format(version=version), file_type=".md").xform
        if version == "":
            xml = xml.replace(' version=""', "")
            api.post(f"{base}{AT}/draft", data=xml.encode(), headers={"Content-Type": "application/xml"})
        else:
            api.post(f"{base}/forms", data=xml.encode(), headers={"Content-Type": "application/xml"})
        api.post(f"{base}{AT}/draft/attachments/apus.csv", data=rows)
        api.post(f"{base}{AT}/draft/publish")
    draft = convert(xlsform=XLSFORM.format(version="3"), file_type=".md").xform
    api.post(f"{base}{AT}/draft", data=draft.encode(), headers={"Content-Type": "application/xml"})
    book = builders.a_workbook(survey=[["type", "name", "label"], ["integer", "edad", "Edad"]],
                               settings=[["form_id", "version"], ["libro", "7"]])
    api.post(f"{base}/forms?publish=true&ignoreWarnings=true", data=book, headers={
        "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})
    api.ask("PATCH", f"{base}/forms/libro", json={"state": "closing"})
    phones = {}
    for name in ("Brigada 1", "Brigada 2"):
        phones[name] = api.post(f"{base}/app-users", json={"displayName": name})
        api.post(f"{base}{AT}/assignments/2/{phones[name]['id']}")
    send(server, phones["Brigada 1"], project, "uuid:uno", PHOTO, version="1")
    send(server, phones["Brigada 2"], project, "uuid:dos", "<nombre>Eva</nombre>")
    send(server, phones["Brigada 2"], project, "uuid:tres", PHOTO)  # its photo never came
    edit = builders.a_submission(FORM, "", PHOTO, "uuid:uno-b", "uuid:uno").replace(' version=""', "")
    one = f"{base}{AT}/submissions/uuid%3Auno"
    api.post(f"{one}/attachments/1%20(%C3%B1).jpg", data=b"una foto")
    api.post(f"{one}/comments", json={"body": "¿Es el apu?"})
    api.ask("PUT", one, data=edit.encode(), headers={"Content-Type": "application/xml"})
    api.ask("PATCH", one, json={"reviewState": "hasIssues"})
    api.post(f"{one}/comments", json={"body": "Sí.\nLo es"})
    api.ask("PATCH", one, json={"reviewState": "approved"})
    api.ask("DELETE", f"{base}/app-users/{phones['Brigada 2']['id']}")
    return {"project": project, "phones": phones}


def send(server, phone, project, instance_id, body, version=""):
    xml = builders.a_submission(FORM, version, body, instance_id).replace(' version=""', "")
    parts = {"xml_submission_file": ("submission.xml", xml, "text/xml")}
    answer = requests.post(f"{server.address}/v1/key/{phone['token']}/projects/{project}/submission?deviceID=collect:1",
                           files=parts, headers={"X-OpenRosa-Version": "1.0"}, timeout=30)
    assert answer.status_code == 201, answer.text


def pull(source, target, *options: str) -> dict:
    done = target.command("pull", source.address, "--email", EMAIL, "--password", PASSWORD, "--project", "Encuesta",
                          "--json", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def place_of(api) -> str:
    """The address of the project on the target."""
    return next(f"/projects/{one['id']}" for one in api.get("/projects") if one["name"] == "Encuesta")


def told(api, place: str, path: str):
    return api.get(place + path, headers={"X-Extended-Metadata": "true"})


def test_all_that_wasthere_is_here_and_compared(source, target):
    (server, there), (own, here) = source, target
    found = pull(server, own)
    assert found["faults"] == [] and all(line["alike"] for line in found["compared"])
    counted = {(line["xmlFormId"], line["what"]): line["here"] for line in found["compared"]}
    assert counted[FORM, "versions"] == 2 and counted[FORM, "media"] == 2 and counted["libro", "versions"] == 1
    assert counted[FORM, "submissions"] == 3 and counted[FORM, "xml"] == 4 and counted[FORM, "comments"] == 2
    assert counted[FORM, "attachments"] == 2, "the photo, of both versions"
    here_is, there_is = place_of(here), f"/projects/{there.numbers['project']}"

    def same(path, *keys):
        rows = [told(api, place, path) for api, place in ((there, there_is), (here, here_is))]
        picked = [[{key: row[key] for key in keys} for row in found] for found in rows]
        assert picked[0] == picked[1], path
        return picked[0]

    assert told(here, here_is, "")["description"] == "Del valle"
    same(f"{AT}/versions", "version", "hash", "publishedAt", "name")
    for version, rows in (("1", b"name,label\n1,Uno\n"), ("___", b"name,label\n1,Uno\n2,Dos\n")):
        assert here.ask("GET", f"{here_is}{AT}/versions/{version}/attachments/apus.csv").content == rows
    assert told(here, here_is, f"{AT}/draft")["version"] == "3"
    assert told(here, here_is, "/forms/libro")["state"] == "closing"
    assert here.ask("GET", f"{here_is}/forms/libro.xlsx").content == \
        there.ask("GET", f"{there_is}/forms/libro.xlsx").content
    same("/forms", "xmlFormId", "createdAt", "state", "submissions")
    same(f"{AT}/submissions", "instanceId", "createdAt", "reviewState", "deviceId", "userAgent", "edits",
         "attachmentsPresent", "attachmentsExpected")
    one = f"{AT}/submissions/uuid%3Auno"
    assert len(same(f"{one}/versions", "instanceId", "createdAt", "current", "formVersion", "deviceId")) == 2
    for version in ("uuid:uno", "uuid:uno-b"):
        for rest in (".xml", "/attachments/1%20(%C3%B1).jpg"):
            path = f"{one}/versions/{version}{rest}"
            assert here.ask("GET", here_is + path).content == there.ask("GET", there_is + path).content
    assert [row["body"] for row in same(f"{one}/comments", "body", "createdAt")] == ["Sí.\nLo es", "¿Es el apu?"]


def test_who_did_it_is_kept_by_e_mail_or_by_name_and_a_phone_keeps_its_key(source, target):
    (server, there), (own, here) = source, target
    pull(server, own)
    place = place_of(here)
    sent = {one["instanceId"]: one["submitter"] for one in told(here, place, f"{AT}/submissions")}
    assert {key: one["displayName"] for key, one in sent.items()} == {
        "uuid:uno": "Brigada 1", "uuid:dos": "Brigada 2", "uuid:tres": "Brigada 2"}
    me = here.get("/users/current")["id"]
    one = f"{AT}/submissions/uuid%3Auno"
    assert {row["actorId"] for row in told(here, place, f"{one}/comments")} == {me}
    assert told(here, place, f"{one}/versions")[0]["submitter"]["id"] == me
    phones = told(here, place, "/app-users")
    assert [(phone["displayName"], phone["token"]) for phone in phones] == [
        ("Brigada 1", there.numbers["phones"]["Brigada 1"]["token"])], "a withdrawn phone stays withdrawn"
    listed = requests.get(f"{own.address}/v1/key/{phones[0]['token']}{place}/formList", timeout=30,
                          headers={"X-OpenRosa-Version": "1.0"})
    assert listed.status_code == 200 and f"<formID>{FORM}</formID>" in listed.text
    assert "<formID>libro</formID>" not in listed.text


def test_again_nothing_comes_twice_and_what_is_new_comes(source, target):
    (server, there), (own, here) = source, target
    first = pull(server, own)
    again = pull(server, own)
    assert sum(form["new"] for form in first["forms"]) == 3 and sum(form["new"] for form in again["forms"]) == 0
    assert again["compared"] == first["compared"]
    place, project = place_of(here), there.numbers["project"]
    assert len([one for one in here.get("/projects") if one["name"] == "Encuesta"]) == 1
    before = here.get(f"{place}{AT}/submissions/uuid%3Auno/audits")
    send(server, there.numbers["phones"]["Brigada 1"], project, "uuid:cuatro", "<nombre>Rosa</nombre>")
    there.post(f"/projects/{project}{AT}/submissions/uuid%3Ados/comments", json={"body": "Falta la firma"})
    third = pull(server, own)
    assert sum(form["new"] for form in third["forms"]) == 1
    assert len(here.get(f"{place}{AT}/submissions")) == 4
    assert [one["body"] for one in here.get(f"{place}{AT}/submissions/uuid%3Ados/comments")] == ["Falta la firma"]
    assert here.get(f"{place}{AT}/submissions/uuid%3Auno/audits") == before
    assert len(told(here, place, "/app-users")) == 1


def test_what_was_decided_here_since_stays(source, target):
    (server, _there), (own, here) = source, target
    pull(server, own)
    place = place_of(here)
    here.ask("PATCH", f"{place}{AT}/submissions/uuid%3Ados", json={"reviewState": "rejected"})
    done = own.command("pull", server.address, "--email", EMAIL, "--password", PASSWORD, "--project", "Encuesta")
    assert done.returncode == 1 and "uuid:dos" in done.stderr, "it differs, and that is said"
    assert here.get(f"{place}{AT}/submissions/uuid%3Ados")["reviewState"] == "rejected"


def test_killed_in_the_middle_it_goes_on_and_nothing_is_there_twice(source, target):
    (server, there), (own, here) = source, target
    made = there.post("/projects", json={"name": "Muchos"})["id"]
    xform = convert(xlsform=builders.SIMPLE.format(form_id="muchos", version="1"), file_type=".md").xform
    there.post(f"/projects/{made}/forms?publish=true", data=xform.encode(), headers={"Content-Type": "application/xml"})
    for number in range(40):
        xml = builders.a_submission("muchos", "1", f"<nombre>N{number}</nombre>", f"uuid:n-{number}")
        there.post(f"/projects/{made}/forms/muchos/submissions", data=xml.encode(),
                   headers={"Content-Type": "application/xml"})
    words = [COMMAND, "pull", server.address, "--email", EMAIL, "--password", PASSWORD, "--project", "Muchos",
             "--json", "--data", own.data]
    process = subprocess.Popen(words, env=own._told(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (came := _came(here)) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert 0 < came < 40, "killed in the middle"
    done = subprocess.run(words, env=own._told(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert _came(here) == 40
    found = json.loads(done.stdout)
    assert found["forms"][0]["known"] >= came and all(line["alike"] for line in found["compared"])


def _came(api) -> int:
    found = [one["id"] for one in api.get("/projects") if one["name"] == "Muchos"]
    listed = api.ask("GET", f"/projects/{found[0]}/forms/muchos/submissions", accept=(404,)) if found else None
    return len(listed.json()) if listed is not None and listed.status_code == 200 else 0


def test_a_file_that_is_gone_here_comes_again(source, target):
    (server, _there), (own, here) = source, target
    pull(server, own)
    digest = hashlib.sha256(b"una foto").hexdigest()
    (own.data / "blobs" / digest[:2] / digest).unlink()
    assert all(line["alike"] for line in pull(server, own)["compared"])
    photo = f"{place_of(here)}{AT}/submissions/uuid%3Auno/attachments/1%20(%C3%B1).jpg"
    assert here.ask("GET", photo).content == b"una foto"


def test_what_was_deleted_here_is_found_by_the_comparison(source, target):
    (server, _there), (own, here) = source, target
    pull(server, own)
    here.ask("DELETE", f"{place_of(here)}{AT}/submissions/uuid%3Atres")
    done = own.command("pull", server.address, "--email", EMAIL, "--password", PASSWORD, "--project", "Encuesta")
    assert done.returncode == 1 and "uuid:tres" in done.stderr


def test_a_draft_that_was_made_here_stays_and_that_is_said(source, target):
    (server, _there), (own, here) = source, target
    pull(server, own)
    place = place_of(here)
    mine = convert(xlsform=XLSFORM.format(version="de aquí"), file_type=".md").xform
    here.post(f"{place}{AT}/draft", data=mine.encode(), headers={"Content-Type": "application/xml"})
    again = pull(server, own)
    assert here.get(f"{place}{AT}/draft")["version"] == "de aquí"
    assert any("borrador propio" in note for note in again["notes"])


def test_a_project_keeps_its_number_where_it_is_free(source, target):
    (server, there), (own, here) = source, target
    there.post("/projects", json={"name": "Otro más"})
    made = there.post("/projects", json={"name": "Con su número"})["id"]
    done = own.command("pull", server.address, "--email", EMAIL, "--password", PASSWORD, "--project", "Con su número")
    assert done.returncode == 0, done.stderr
    assert [one["id"] for one in here.get("/projects") if one["name"] == "Con su número"] == [made]
    assert here.post("/projects", json={"name": "Después"})["id"] == made + 1


def test_a_file_that_came_late_over_there_comes_too(source, target):
    (server, there), (own, here) = source, target
    pull(server, own)
    late = f"{AT}/submissions/uuid%3Atres/attachments/1%20(%C3%B1).jpg"
    there.post(f"/projects/{there.numbers['project']}{late}", data=b"al fin")
    assert all(line["alike"] for line in pull(server, own)["compared"])
    assert here.ask("GET", place_of(here) + late).content == b"al fin"


def test_what_does_not_go_is_said_in_a_sentence(source, target):
    (server, _there), (own, _here) = source, target
    wrong = own.command("pull", server.address, "--email", EMAIL, "--password", "otra clave larga")
    assert wrong.returncode == 1 and "no dejó entrar" in wrong.stderr and "Traceback" not in wrong.stderr
    nothing = own.command("pull", server.address, "--email", EMAIL, "--password", PASSWORD, "--project", "No hay")
    assert nothing.returncode == 1 and "«No hay»" in nothing.stderr
    bare = own.command("pull", "central.example.org", "--email", EMAIL, "--password", PASSWORD)
    assert bare.returncode == 1 and "https://central.example.org" in bare.stderr
