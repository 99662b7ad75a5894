"""A workbook converted apart becomes what it becomes here, and leaves nothing of the converter behind."""

import subprocess
import sys

import pytest

from collector.domain.converted import XLSFormError
from collector.domain.problems import Problem
from collector.services import converting

FORM = b"""
| survey |
|        | type    | name  | label::Espa\xc3\xb1ol (es) |
|        | text    | hello | \xc2\xbfQui\xc3\xa9n?            |
|        | image   | photo | Foto                |
"""
FAULTY = b"""
| survey |
|        | type   | name  | label |
|        | nosuch | hello | Hello |
"""


def test_what_comes_out_is_the_same():
    made = converting.apart(FORM, "saludo.md", "saludo")
    assert made == converting.here(FORM, "saludo.md", "saludo")
    assert "\xbfQui\xe9n?" in made.xml and made.warnings and made.kind == ".md"


@pytest.mark.parametrize("data", [FAULTY, b"", b"PK\x03\x04 no workbook"])
def test_what_is_wrong_is_told_in_the_same_words(data):
    told = []
    for convert in (converting.apart, converting.here):
        with pytest.raises(XLSFormError) as fault:
            convert(data, "a.xlsx", "")
        told.append(fault.value.complaints)
    assert told[0] == told[1] and told[0][0].severity == "error"


def test_who_asks_does_not_read_the_converter():
    said = ("import sys; from collector.services import converting; "
            f"made = converting.apart({FORM!r}, 'saludo.md', ''); "
            "print(made.kind, {'pyxform', 'openpyxl', 'xlrd'} & set(sys.modules))")
    told = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout
    assert told == ".md set()\n"


def test_where_no_process_can_be_had_it_is_converted_here(monkeypatch):
    monkeypatch.setattr(converting.sys, "executable", "/nonexistent/python")
    assert converting.apart(FORM, "saludo.md", "").kind == ".md"


def test_a_process_that_dies_is_made_up_for_here(monkeypatch):
    monkeypatch.setattr(converting.sys, "executable", "/bin/false")
    assert converting.apart(FORM, "saludo.md", "").kind == ".md"


def test_what_takes_too_long_is_put_off(monkeypatch):
    monkeypatch.setattr(converting, "SECONDS", 0.001)
    with pytest.raises(Problem) as put_off:
        converting.apart(FORM, "saludo.md", "")
    assert put_off.value.code == 503.1


def test_a_process_that_was_killed_is_not_made_up_for_in_the_server(monkeypatch, tmp_path):
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\nkill -9 $$\n")
    dying.chmod(0o755)
    monkeypatch.setattr(converting.sys, "executable", str(dying))
    with pytest.raises(Problem) as put_off:
        converting.apart(FORM, "saludo.md", "")
    assert put_off.value.code == 503.1
