"""`collector check`: a submission against a form, without a server or a data folder."""

import json
import os
import subprocess

import pytest
from click.testing import CliRunner

from collector.cli.main import collector
from tests.cli.conftest import COMMAND, environment
from tests.cli.test_commands import FORMS
from tests.domain.conftest import SAMPLES

CASES = [json.loads(line) for line in (SAMPLES / "validation" / "cases.jsonl").read_text("utf-8").splitlines()]
OWN_TIME = {"end-time-clock"}  # tells its own end, and --at is for those that do not
FORM = """| survey |
| | type | name | label | constraint | constraint_message |
| | integer | edad | Edad | . < 120 | Revise la edad |
| | image | foto | Foto | | |
| | date | d | D | . <= today() | |
| settings |
| | form_id | version |
| | f | 1 |
"""


@pytest.fixture
def check(tmp_path):
    """Writes texts to files, then runs the command with what follows."""
    def go(form: str, submission: str, *options: str, name: str = "form.md", media: dict | None = None):
        (tmp_path / name).write_text(form, "utf-8")
        (tmp_path / "envio.xml").write_text(submission, "utf-8")
        for file, text in (media or {}).items():
            (tmp_path / "media").mkdir(exist_ok=True)
            (tmp_path / "media" / file).write_text(text, "utf-8")
        beside = ("--media", str(tmp_path / "media")) if media else ()
        arguments = ["check", str(tmp_path / name), str(tmp_path / "envio.xml"), *beside, *options]
        return CliRunner().invoke(collector, arguments, catch_exceptions=False)
    return go


def sent(inside: str) -> str:
    return f'<data id="f" version="1">{inside}<meta><instanceID>uuid:1</instanceID></meta></data>'


@pytest.mark.parametrize("case", [one for one in CASES if one["id"] not in OWN_TIME], ids=lambda case: case["id"])
def test_conformance(case, check):
    told = check(case["xlsform_md"], case["submission_xml"], "--json", "--at", case["now"], "--tz", case["tz"],
                 media=case.get("media"))
    rows = json.loads(told.stdout)
    assert all(list(row) == ["ref", "kind", "severity", "value", "message"] for row in rows)
    found = [(row["ref"], row["kind"]) for row in rows if row["severity"] != "note"]
    expected = [(one["ref"], one["kind"]) for one in case["expect"]]
    allowed = [(one["ref"], one["kind"]) for one in case.get("server_may") or []]
    assert sorted(one for one in found if one not in allowed) == sorted(expected)
    assert told.exit_code == (1 if found else 0)


def test_it_is_told_in_words(check):
    told = check(FORM, sent("<edad>130</edad><foto/><d/>"))
    assert told.exit_code == 1
    assert told.stdout.splitlines() == ["ERROR  /data/edad  [constraint]  Revise la edad", "1 hallazgo."]


def test_nothing_found_ends_with_zero_and_so_do_notes(check):
    assert check(FORM, sent("<edad>30</edad><foto/><d/>")).exit_code == 0
    told = check(FORM.replace(". < 120", "nothing(.)"), sent("<edad>30</edad><foto/><d/>"))
    assert told.exit_code == 0 and "NOTA" in told.stdout and "Una regla no se pudo comprobar." in told.stdout


def test_files_are_judged_only_when_given(check, tmp_path):
    record = sent("<edad>3</edad><foto>a.jpg</foto><d/>")
    assert check(FORM, record).exit_code == 0
    folder = tmp_path / "files"
    folder.mkdir()
    told = check(FORM, record, "--files", str(folder), "--json")
    assert [(row["ref"], row["kind"], row["value"]) for row in json.loads(told.stdout)] == [
        ("/data/foto", "file", "a.jpg")]
    (folder / "a.jpg").write_bytes(b"x")
    assert check(FORM, record, "--files", str(folder)).exit_code == 0


def test_at_and_tz_say_what_day_it_was(check):
    record = sent("<edad>3</edad><foto/><d>2024-06-15</d>")
    assert check(FORM, record, "--at", "2024-06-15").exit_code == 0
    assert check(FORM, record, "--at", "2024-06-14T23:00").exit_code == 1
    assert check(FORM, record, "--at", "2024-06-15T02:00:00Z").exit_code == 0
    assert check(FORM, record, "--at", "2024-06-15T02:00:00Z", "--tz", "America/Lima").exit_code == 1


def test_a_submission_s_own_end_goes_before_at(check):
    form = FORM.replace("| | image |", "| | end | fin | | | |\n| | image |")
    record = sent("<edad>3</edad><fin>2024-06-14T10:00:00.000-05:00</fin><foto/><d>2024-06-15</d>")
    assert check(form, record, "--at", "2024-06-20", "--tz", "America/Lima").exit_code == 1


def test_what_cannot_be_checked_ends_with_two(check):
    record = sent("<edad>3</edad>")
    for form, xml, name, words in (("| survey |\n| | type | name |\n| | rhombus | x |", record, "form.md", ""),
                                   ("<h/>", record, "form.xml", "form.xml no es un formulario"),
                                   (FORM, "no es xml", "form.md", "dañado"), (FORM, "", "form.md", "vacío")):
        told = check(form, xml, name=name)
        assert told.exit_code == 2 and words in told.stderr and told.stderr, (form, told.output)
    for wrong in (("--tz", "Lima"), ("--at", "ayer"), ("--media", "/nowhere/at/all")):
        assert check(FORM, record, *wrong).exit_code == 2


def test_forms_of_every_kind(check, tmp_path):
    from collector.domain.xlsform import convert
    sample = SAMPLES / "submissions" / "evaluacion_taller" / "00003.xml"
    book = FORMS / "evaluacion_taller.xlsx"
    media = ["--media", str(FORMS / "media")]
    told = CliRunner().invoke(collector, ["check", str(book), str(sample), *media], catch_exceptions=False)
    assert (told.exit_code, told.stdout) == (0, "Sin hallazgos.\n")
    xform = convert(book.read_bytes(), book.name).xml
    told = check(xform, sample.read_text("utf-8").replace(">QT01ZA<", ">XX<"), *media, "--json", name="form.xml")
    assert [row["kind"] for row in json.loads(told.stdout)] == ["calculate"]


def test_it_needs_no_server_and_leaves_nothing(tmp_path):
    (tmp_path / "form.md").write_text(FORM, "utf-8")
    (tmp_path / "envio.xml").write_text(sent("<edad>130</edad>"), "utf-8")
    done = subprocess.run([*COMMAND, "check", "form.md", "envio.xml", "--json"], cwd=tmp_path, capture_output=True,
                          text=True, env=environment() | {"PYTHONPATH": os.getcwd()}, timeout=60, check=False)
    assert done.returncode == 1 and json.loads(done.stdout)[0]["ref"] == "/data/edad", done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["envio.xml", "form.md"]
