"""Every command, on a data folder as the real one leaves it: what it says, what it does, how it ends."""

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.__main__ import _application
from collector.cli.main import COMMANDS, collector
from collector.services import phones
from tests import builders
from tests.cli.conftest import COMMAND, EMAIL, environment

FORMS = Path(__file__).resolve().parents[2] / "forms"


def test_every_command_has_help(run):
    told = run("--help")
    assert told.exit_code == 0
    for name in COMMANDS:
        if name not in ("revision", "export-build"):  # for machines alone
            assert f"\n  {name} " in told.stdout
            assert run(name, "--help").exit_code == 0


def test_what_is_wrongly_written_ends_with_two(run):
    assert run("phone", "qr").exit_code == 2
    assert run("nothing").exit_code == 2


def test_without_a_server_ever_it_says_what_to_do(tmp_path):
    told = CliRunner().invoke(collector, ["people", "list", "--data", str(tmp_path / "none")], obj=_application)
    assert told.exit_code == 1 and "collector serve" in told.stderr
    assert not (tmp_path / "none").exists(), "looking makes nothing"


def test_a_problem_is_told_in_the_language_of_the_settings(run, monkeypatch):
    told = run("export", "nada", "--out", "-")
    assert told.exit_code == 1 and told.stderr.startswith("Lo que busca no existe") and "(404.1)" in told.stderr
    monkeypatch.setenv("COLLECTOR_LANGUAGE", "en")
    assert "(404.1)" in run("export", "nada", "--out", "-").stderr
    assert "Lo que" not in run("export", "nada", "--out", "-").stderr


def test_people_are_added_listed_and_given_a_new_password(run):
    added = json.loads(run("people", "add", "Ana@Ejemplo.org", "--role", "supervisor", "--json").stdout)
    assert added["email"] == "ana@ejemplo.org" and added["projectId"] == 1 and len(added["password"]) >= 10
    assert run("people", "add", "ana@ejemplo.org").exit_code == 1
    assert [one["email"] for one in json.loads(run("people", "list", "--json").stdout)] == ["ana@ejemplo.org", EMAIL]
    told = run("people", "password", "ana@ejemplo.org", "--password", "otra-clave-de-prueba")
    assert told.exit_code == 0 and "otra-clave" not in told.stdout
    assert run("people", "password", "ana@ejemplo.org", "--password", "corta").exit_code == 1
    assert run("people", "password", "nadie@ejemplo.org").exit_code == 1


def test_phones_are_added_shown_as_qr_and_revoked(run, tmp_path):
    made = json.loads(run("phone", "add", "Brigada 1", "--json").stdout)
    number = str(made["id"])
    text = run("phone", "qr", number, "--text").stdout.strip()
    assert run("phone", "qr", number, "--out", str(tmp_path / "qr.png")).exit_code == 0
    assert (tmp_path / "qr.png").read_bytes() == phones.qr_png(text)
    assert "█" in run("phone", "qr", number).stdout
    assert "Brigada 1" in run("phone", "list").stdout
    assert run("phone", "revoke", number).exit_code == 0
    assert run("phone", "qr", number).exit_code == 1


def test_a_form_is_published_listed_and_shown(run, tmp_path):
    told = run("form", "publish", str(FORMS / "evaluacion_taller.xlsx"))
    assert told.exit_code == 0 and "evaluacion_taller" in told.stdout
    listed = {one["xmlFormId"]: one for one in json.loads(run("form", "list", "--json").stdout)}
    assert listed["acuerdo_convivencia"]["state"] == "abierto" and listed["acuerdo_convivencia"]["submissions"] == 0
    shown = run("form", "show", str(FORMS / "evaluacion_taller.xlsx"))
    assert shown.exit_code == 0 and shown.stdout.startswith("# Evaluación del taller")
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    key = run("form", "pseudonym-key").stdout
    assert len(bytes.fromhex(key)) == 32 and run("form", "pseudonym-key").stdout == key
    wrong = run("form", "publish", str(tmp_path / "no.xlsx"))
    assert wrong.exit_code == 1 and wrong.stderr
    assert run("form", "show", str(tmp_path / "no.xlsx")).exit_code == 1


def test_a_form_is_linted_without_a_server(run, tmp_path):
    good = run("form", "lint", str(FORMS / "evaluacion_taller.xlsx"))
    assert (good.exit_code, good.stdout) == (0, "")
    book = tmp_path / "visita.md"
    book.write_text("| survey |\n| | type | name | label | constraint |\n| | date | d | D | . > '2024-01-01' |\n")
    told = run("form", "lint", str(book))
    assert told.exit_code == 1
    assert told.stdout == ("Hoja survey, fila 2, columna constraint: «. > '2024-01-01'» nunca se cumple: "
                           "una fecha entre comillas es texto. Escriba: . > date('2024-01-01')\n")
    assert json.loads(run("form", "lint", str(book), "--json").stdout)[0]["code"] == "LINT_DATE_TEXT"
    book.write_text("| survey |\n| | type | name | label |\n| | texto | d | D |\n")
    assert "El tipo «texto» no existe" in run("form", "lint", str(book)).stdout
    (tmp_path / "no.xml").write_text("<a/>")
    assert run("form", "lint", str(tmp_path / "no.xml")).exit_code == 1


@pytest.fixture
def sent(run, data):
    """Two submissions of a small form, one of them without its photo."""
    xform = builders.SAMPLES.parent / "cli" / "small.xml"
    assert run("form", "publish", str(xform)).exit_code == 0
    made = json.loads(run("phone", "add", "Uno", "--json").stdout)
    app = _application()
    key = builders.PhoneKey(app, made["id"], made["token"])
    photo = {"a.jpg": b"\xff\xd8\xff\xe0 photo"}
    for number, files in ((1, photo), (2, None)):
        xml = (f"<data id='small' version='1'><name>Ñandú {number}</name><photo>a.jpg</photo>"
               f"<meta><instanceID>uuid:{number}</instanceID></meta></data>")
        assert key.send(xml, files).status_code == 201
    app.extensions["collector.units"].engine.dispose()
    return photo


def test_submissions_are_listed_shown_and_exported(run, sent, tmp_path):
    listed = json.loads(run("submission", "list", "small", "--json").stdout)
    assert [(one["instanceId"], one["filesPresent"]) for one in listed] == [("uuid:2", 0), ("uuid:1", 1)]
    assert "uuid:1" in run("submission", "list", "small").stdout
    assert len(json.loads(run("submission", "list", "small", "--limit", "1", "--json").stdout)) == 1
    shown = json.loads(run("submission", "show", "small", "uuid:1", "--json").stdout)
    assert shown["answers"]["/name"] == "Ñandú 1" and shown["files"] == [{"name": "a.jpg", "exists": True}]
    assert "falta" in run("submission", "show", "small", "uuid:2").stdout
    assert run("submission", "show", "small", "uuid:2", "--xml").stdout_bytes.startswith(b"<data id='small'")
    assert run("submission", "show", "small", "uuid:9").exit_code == 1
    out = tmp_path / "small.zip"
    assert run("export", "small", "--out", str(out)).exit_code == 0
    with zipfile.ZipFile(out) as held:
        assert held.read("media/a.jpg") == sent["a.jpg"]
        rows = list(csv.DictReader(io.TextIOWrapper(held.open("small.csv"), "utf-8-sig")))
    assert [row["name"] for row in rows] == ["Ñandú 2", "Ñandú 1"]
    with zipfile.ZipFile(io.BytesIO(run("export", "small", "--no-media", "--out", "-").stdout_bytes)) as held:
        assert held.namelist() == ["small.csv"]
    assert run("export", "small", "--out", str(tmp_path / "no" / "x.zip")).exit_code == 1


def test_history_is_checked_again_here_or_by_the_worker(run, sent):
    begun = json.loads(run("submission", "recheck", "--form", "small", "--json").stdout)
    assert begun == [{"xmlFormId": "small", "total": 2}]
    assert "small" in run("submission", "recheck").stdout
    assert run("submission", "recheck", "--wait").exit_code == 0
    assert json.loads(run("doctor", "--json").stdout)["findings"][3]["text"].startswith("0 pasos esperan")
    assert run("submission", "recheck", "--form", "none").exit_code == 1


def test_a_worker_alone_does_what_waits(run, sent, data):
    assert json.loads(run("doctor", "--json").stdout)["findings"][3]["text"].startswith("6 pasos esperan")
    done = subprocess.run([*COMMAND, "worker", "--once", "--data", str(data)], check=False, capture_output=True,
                          env=environment())
    assert done.returncode == 0, done.stderr
    assert json.loads(run("doctor", "--json").stdout)["findings"][3]["text"].startswith("0 pasos esperan")


def test_doctor_shows_settings_without_secrets_and_ends_with_one_when_something_is_wrong(run, data, monkeypatch):
    monkeypatch.setenv("COLLECTOR_ADMIN_PASSWORD", "secreto-del-todo")
    told = run("doctor")
    assert told.exit_code == 0 and "COLLECTOR_PORT=8000" in told.stdout
    assert "secreto-del-todo" not in told.stdout
    found = json.loads(run("doctor", "--json").stdout)
    assert found["good"] is True and found["status"]["steps"] == {"waiting": 0, "lagSeconds": 0, "failed": 0}
    assert "database.kind: SQLite" in told.stdout and "steps.failed: 0" in told.stdout
    (data / "collector.sqlite3").unlink()
    wrong = run("doctor")
    assert wrong.exit_code == 1 and "no hay datos" in wrong.stdout
    assert not (data / "collector.sqlite3").exists()


def test_prepare_is_done_once(run):
    assert "Todo estaba listo" in run("prepare").stdout
