"""What a server says once it is ready: who is told that nothing is encrypted."""

import pytest

from collector.cli import welcome
from collector.settings import Settings

PLAIN = "Lo enviado no va cifrado"


@pytest.mark.parametrize("given, warned", [
    ({}, False), ({"public_url": "http://datos.example.org"}, True),
    ({"public_url": "https://datos.example.org"}, False),
    ({"host": "0.0.0.0"}, True), ({"host": "0.0.0.0", "public_url": "http://192.0.2.7:8000"}, True),
    ({"host": "0.0.0.0", "public_url": "https://datos.example.org"}, False)])
def test_where_others_come_over_http_it_says_so(given, warned, tmp_path, capsys):
    welcome.say(Settings(data=tmp_path, **given), {})
    said = capsys.readouterr().out
    assert (PLAIN in said) == warned and ("Over plain http" in said) == warned


def test_a_demonstration_of_an_earlier_version_is_named_as_such(tmp_path, capsys):
    welcome.say(Settings(data=tmp_path), {"demo": {"project": "Demostración", "people": [], "submissions": 0}})
    said = capsys.readouterr().out
    assert "de una versión anterior del programa" in said and "0 envíos" not in said and "Ingrese" in said
