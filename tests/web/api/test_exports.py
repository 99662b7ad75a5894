"""Datasets over the API: what stands in the zip, under which names, for which switches."""

import csv
import io
import zipfile

import pytest
from lxml import etree

from collector.domain import access
from collector.services import recipes
from tests import builders

FAMILY = """
| survey |
|        | type            | name    | label    | calculation |
|        | text            | nombre  | Nombre   |             |
|        | geopoint        | lugar   | Lugar    |             |
|        | begin group     | g       | Grupo    |             |
|        | select_multiple l | lenguas | Lenguas |            |
|        | decimal         | peso    | Peso     |             |
|        | end group       |         |          |             |
|        | begin repeat    | hijos   | Hijos    |             |
|        | text            | hijo    | Hijo     |             |
|        | image           | foto    | Foto     |             |
|        | end repeat      |         |          |             |
{more}
| choices |
|         | list_name | name | label |
|         | l         | es   | Español |
|         | l         | shp  | Shipibo |
| settings |
|          | form_title | form_id | version |
|          | Familia    | familia | {version} |
"""
URL = "/v1/projects/1/forms/familia/submissions.csv"
BODY = ("<nombre>Ana, \"la\nmayor\"</nombre><lugar>-8.5 -74.25 150 5</lugar><g><lenguas>es shp</lenguas>"
        "<peso>60.50</peso></g><hijos><hijo>Eva</hijo><foto>1.jpg</foto></hijos><hijos><hijo>=2+2</hijo></hijos>")


@pytest.fixture
def form(units):
    return builders.a_form(units, FAMILY.format(version=1, more=""))


def send(phone, number, body=BODY, files=None, **options):
    xml = builders.a_submission("familia", options.pop("version", "1"), body, f"uuid:{number}", **options)
    assert phone.send(xml, files).status_code == 201


def unzipped(answer):
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.data))


def table(archive, name):
    return list(csv.DictReader(io.TextIOWrapper(archive.open(name), "utf-8", newline="")))


def test_one_csv_per_table_newest_first(form, phone, bob):
    send(phone, 1)
    send(phone, 2, "<nombre>Luz</nombre>")
    answer = bob.get(URL + ".zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == \
        "attachment; filename=\"familia.zip\"; filename*=UTF-8''familia.zip"
    archive = unzipped(answer)
    assert archive.namelist() == ["familia.csv", "familia-hijos.csv"] and archive.testzip() is None
    luz, ana = table(archive, "familia.csv")
    assert luz["KEY"] == "uuid:2" and luz["g-peso"] == ""
    assert ana["nombre"] == 'Ana, "la\nmayor"' and ana["g-lenguas"] == "es shp" and ana["g-peso"] == "60.5"
    assert [ana["lugar-" + part] for part in ("Latitude", "Longitude", "Altitude", "Accuracy")] == [
        "-8.5", "-74.25", "150.0", "5.0"]
    assert ana["SubmitterID"] == str(phone.id) and ana["SubmitterName"] == "Teléfono 1"
    assert ana["SubmissionDate"].endswith("Z") and ana["FormVersion"] == "1" and ana["Edits"] == "0"
    assert ana["AttachmentsExpected"] == "1" and ana["AttachmentsPresent"] == "0"
    assert [(row["hijo"], row["PARENT_KEY"], row["KEY"]) for row in table(archive, "familia-hijos.csv")] == [
        ("Eva", "uuid:1", "uuid:1/hijos[1]"), ("=2+2", "uuid:1", "uuid:1/hijos[2]")]


def test_the_root_alone(form, phone, bob):
    send(phone, 1)
    answer = bob.get(URL)
    assert answer.mimetype == "text/csv" and 'filename="familia.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["KEY"] for row in rows] == ["uuid:1"]


def test_an_empty_form_has_headers_only(form, bob):
    archive = unzipped(bob.get(URL + ".zip"))
    assert table(archive, "familia.csv") == []
    assert archive.read("familia-hijos.csv").decode() == "hijo,foto,PARENT_KEY,KEY\n"


def test_files_come_along_unless_refused(form, phone, bob):
    for number, content in ((2, b"two"), (3, b"three"), ("44444444-4444", b"four")):
        send(phone, number, BODY, {"1.jpg": content})
    archive = unzipped(bob.get(URL + ".zip"))
    media = {name: archive.read(name) for name in archive.namelist() if name.startswith("media/")}
    assert media == {"media/1.jpg": b"four", "media/3-1.jpg": b"three", "media/2-1.jpg": b"two"}
    refused = unzipped(bob.get(URL + ".zip?attachments=False"))
    assert refused.namelist() == ["familia.csv", "familia-hijos.csv"]


def test_one_content_under_one_name_is_there_once(form, phone, bob):
    for number in (1, 2):
        send(phone, number, BODY, {"1.jpg": b"same"})
    names = unzipped(bob.get(URL + ".zip")).namelist()
    assert names == ["familia.csv", "familia-hijos.csv", "media/1.jpg"]


def test_no_file_leaves_its_folder(form, phone, bob):
    send(phone, 1, BODY.replace("1.jpg", "../../1.jpg"))
    path = URL.removesuffix(".csv") + "/uuid%3A1/attachments/..%2F..%2F1.jpg"
    assert bob.post(path, data=b"one", environ_overrides={"REQUEST_URI": path}).status_code == 200
    assert unzipped(bob.get(URL + ".zip")).namelist()[2:] == ["media/_.._1.jpg"]


def test_a_name_longer_than_disks_take_is_shortened_and_keeps_its_ending(form, phone, bob):
    send(phone, 1, BODY.replace("1.jpg", "ñ" * 300 + ".jpg"), {"ñ" * 300 + ".jpg": b"one"})
    name = unzipped(bob.get(URL + ".zip")).namelist()[2].removeprefix("media/")
    assert name.startswith("ñ") and name.endswith("ñ.jpg") and 100 < len(name.encode()) <= 180


def test_switches_of_columns(form, phone, bob):
    send(phone, 1)
    archive = unzipped(bob.get(URL + ".zip?groupPaths=false&splitSelectMultiples=true"))
    row = table(archive, "familia.csv")[0]
    assert row["peso"] == "60.5" and row["lenguas"] == "es shp"
    assert row["lenguas/es"] == "1" and row["lenguas/shp"] == "1"


def test_a_filter_leaves_some_records_with_their_repeats_and_files(form, phone, bob):
    for number in (1, 2):
        send(phone, number, files={"1.jpg": b"%d" % number})
    bob.patch("/v1/projects/1/forms/familia/submissions/uuid%3A1", json={"reviewState": "approved"})

    def kept(said, path=URL + ".zip"):
        archive = unzipped(bob.get(path, query_string={"$filter": said}))
        media = [archive.read(name) for name in archive.namelist() if name.startswith("media/")]
        return ([row["KEY"] for row in table(archive, "familia.csv")],
                len(table(archive, "familia-hijos.csv")), media)
    assert kept("__system/reviewState eq 'approved'") == (["uuid:1"], 2, [b"1"])
    assert kept("__system/reviewState eq null") == (["uuid:2"], 2, [b"2"])
    assert kept("__system/submissionDate gt 2000-01-01") == (["uuid:2", "uuid:1"], 4, [b"2", b"1"])
    assert kept("year(__system/submissionDate) lt 2000") == ([], 0, [])
    alone = bob.get(URL, query_string={"$filter": "__system/reviewState eq 'approved'"})
    assert [row["KEY"] for row in csv.DictReader(io.StringIO(alone.text, newline=""))] == ["uuid:1"]
    bob.delete("/v1/projects/1/forms/familia/submissions/uuid%3A2")
    assert kept("__system/deletedAt ne null") == (["uuid:2"], 2, [b"2"])
    assert kept("__system/deletedAt eq null")[0] == ["uuid:1"]


@pytest.mark.parametrize(("said", "code"), [("nombre eq 'Ana'", 501.5), ("__system/reviewState eq", 400.18),
                                            ("__system/submissionDate gt 'x'", 400.11),
                                            ("length(__id) gt 1", 501.4)])
def test_a_filter_that_is_not_understood_or_not_offered(form, bob, said, code):
    for path in (URL, URL + ".zip"):
        assert bob.get(path, query_string={"$filter": said}).json["code"] == code
        assert bob.post(path, query_string={"$filter": said}).json["code"] == code


def test_a_filter_and_a_recipe_do_not_go_together(form, bob):
    asked = {"$filter": "__system/reviewState eq null", "recipe": ""}
    assert bob.get(URL + ".zip", query_string=asked).json["code"] == 501.1


def test_nothing_is_decrypted_here(form, bob):
    for path in (URL, URL + ".zip"):
        assert bob.post(path, json={"1": "passphrase"}).json["code"] == 501.1
        assert bob.post(path, data={"1": "passphrase"}).json["code"] == 501.1
        assert bob.get(path + "?1=passphrase").json["code"] == 501.1
        assert bob.post(path, json={}).status_code == 200 and bob.post(path, data={"1": ""}).status_code == 200


def test_columns_that_only_earlier_versions_have(form, phone, bob, units):
    send(phone, 1)
    later = FAMILY.replace("|        | decimal         | peso    | Peso     |             |\n", "")
    builders.a_form(units, later.format(version=2, more=""))
    send(phone, 2, "<nombre>Luz</nombre>", version="2")
    assert "g-peso" not in table(unzipped(bob.get(URL + ".zip")), "familia.csv")[0]
    rows = table(unzipped(bob.get(URL + ".zip?deletedFields=true")), "familia.csv")
    assert [(row["FormVersion"], row["g-peso"]) for row in rows] == [("2", ""), ("1", "60.5")]


def test_what_waits_is_in_and_what_is_deleted_is_not(form, phone, bob, units):
    units.wake = lambda: None
    send(phone, 1)
    send(phone, 2)
    bob.delete("/v1/projects/1/forms/familia/submissions/uuid%3A2")
    archive = unzipped(bob.get(URL + ".zip"))
    assert [row["nombre"] for row in table(archive, "familia.csv")] == ['Ana, "la\nmayor"']
    assert len(table(archive, "familia-hijos.csv")) == 2


def test_an_edit_replaces_the_row(form, phone, bob):
    send(phone, 1)
    send(phone, 2, "<nombre>Corregida</nombre>", deprecated_id="uuid:1")
    archive = unzipped(bob.get(URL + ".zip"))
    row, = table(archive, "familia.csv")
    assert (row["KEY"], row["nombre"], row["Edits"], row["ReviewState"]) == ("uuid:1", "Corregida", "1", "edited")
    assert table(archive, "familia-hijos.csv") == []


def test_an_encrypted_record_has_its_line(form, phone, bob):
    phone.send('<data id="familia" version="1" encrypted="yes" instanceID="uuid:1" '
               'xmlns="http://opendatakit.org/submissions"><base64EncryptedKey>AAAA</base64EncryptedKey>'
               "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>")
    row, = table(unzipped(bob.get(URL + ".zip")), "familia.csv")
    assert (row["KEY"], row["Status"], row["FormVersion"], row["nombre"]) == ("uuid:1", "not decrypted", "1", "")


def test_a_record_that_cannot_be_flattened_still_has_its_line(form, phone, bob, units, monkeypatch):
    from collector.services import flattening

    units.wake = lambda: None
    send(phone, 1)
    send(phone, 2)
    real = flattening.flattening.flatten

    def failing(plan, root):
        if b"uuid:1" in etree.tostring(root):
            raise ValueError("made to fail")
        return real(plan, root)
    monkeypatch.setattr(flattening.flattening, "flatten", failing)
    rows = table(unzipped(bob.get(URL + ".zip")), "familia.csv")
    assert [(row["KEY"], row["Status"]) for row in rows] == [("uuid:2", ""), ("uuid:1", "not readable")]


def test_the_same_data_is_the_same_bytes_and_the_export_is_remembered(form, phone, bob, carol, units):
    send(phone, 1)
    assert bob.get(URL + ".zip").data == bob.post(URL + ".zip").data
    assert carol.get(URL + ".zip").json["code"] == 403.1
    assert bob.get("/v1/projects/1/forms/none/submissions.csv.zip").json["code"] == 404.1


def test_what_was_sent_to_try_a_draft_has_a_dataset_of_its_own(form, phone, bob):
    draft = "/v1/projects/1/forms/familia/draft"
    assert bob.get(draft + "/submissions.csv.zip").json["code"] == 404.1
    send(phone, 1)
    assert bob.post(draft).status_code == 200
    xml = builders.a_submission("familia", "1", BODY.replace("Ana", "Eva"), "uuid:1")
    assert bob.post(draft + "/submissions", data=xml.encode()).status_code == 200
    path = f"{draft}/submissions/uuid%3A1/attachments/1.jpg"
    assert bob.post(path, data=b"photo").status_code == 200
    archive = unzipped(bob.get(draft + "/submissions.csv.zip"))
    assert archive.namelist() == ["familia.csv", "familia-hijos.csv", "media/1.jpg"]
    row, = table(archive, "familia.csv")
    assert row["nombre"].startswith("Eva") and row["AttachmentsPresent"] == "1" and row["lugar-Latitude"] == "-8.5"
    assert [one["KEY"] for one in table(archive, "familia-hijos.csv")] == ["uuid:1/hijos[1]", "uuid:1/hijos[2]"]
    assert [one["nombre"] for one in table(unzipped(bob.get(URL + ".zip")), "familia.csv")] == ['Ana, "la\nmayor"']


def test_cleaned_by_a_recipe_asked_for_by_number_or_name(form, phone, bob, units):
    """The same files in the same shape, as the recipe leaves them."""
    send(phone, 1, files={"1.jpg": b"foto"})
    send(phone, 2, "<nombre>Luz</nombre>")
    number = units.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, "familia", "Limpia", [
        {"type": "keep_states", "settings": {}},
        {"type": "rename", "settings": {"column": "/nombre", "to": "madre"}}]).row.id)
    for named in (number, "Limpia"):
        archive = unzipped(bob.get(f"{URL}.zip?recipe={named}"))
        names = archive.namelist()
        assert names[:2] == ["familia.csv", "familia-hijos.csv"] and names[-1] == "media.csv"
        assert [row["madre"] for row in table(archive, "familia.csv")] == ["Luz", 'Ana, "la\nmayor"']
        assert [row["hijo"] for row in table(archive, "familia-hijos.csv")] == ["Eva", "=2+2"]
        assert [archive.read(name) for name in names if name.startswith("media/")] == [b"foto"]
    alone = bob.get(f"{URL}?recipe={number}&recipeVersion=1")
    assert alone.text.splitlines()[0].startswith("SubmissionDate,madre,")
    assert bob.get(f"{URL}?recipe=otra").json["code"] == 404.1
    assert "media.csv" not in unzipped(bob.get(f"{URL}.zip?recipe={number}&attachments=false")).namelist()
