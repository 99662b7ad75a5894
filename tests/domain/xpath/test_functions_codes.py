import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.errors import EvalError
from collector.domain.xpath.functions.digests import decoded
from tests.domain.xpath.expressions import value


@pytest.mark.parametrize("expression, text", [
    ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
    ("digest('é', 'sha-1', 'HEX')", "bf15be717ac1b080b4f1c456692825891ff5073d"),
    ("digest('abc', 'SHA256')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    ("digest('a', 'SHA--1', 'Base64')", "hvfkN/qlp/zhXR3cuerq6jd2Z7g="),
    ("digest(/data/i, 'MD5', 'hex')", "8f14e45fceea167a5a36dedd4bea2543"),
    ("base64-decode('SGVsbG8=')", "Hello"), ("base64-decode('SGVs bG8=')", "Hello"),
    ("base64-decode('SGVsb*G8=')", "Hello"),
    ("base64-decode('SGVsbG8')", ""), ("base64-decode('SGVsbG8==')", ""), ("base64-decode('!!!!')", ""),
    ("base64-decode('SG-_')", ""), ("base64-decode('')", ""), ("base64-decode('/w==')", "\ufffd"),
    ("base64-decode('SGVsbG8=SGVsbG8=')", "Hello\0Hello"), ("base64-decode('8J+lsA==')", "🥰"),
])
def test_codes(expression, text):
    assert value(expression) == text


@pytest.mark.parametrize("size", ["384", "512"])
def test_long_digests(size):
    assert value(f"digest('a', 'SHA-{size}', 'hex')") == hashlib.new(f"sha{size}", b"a").hexdigest()


@pytest.mark.parametrize("expression", ["digest('a')", "digest('a', 'sha-224')", "digest('a', 'sha_1')",
                                        "digest('a', 'MD5', 'base32')", "base64-decode()", "extract-signed('a')"])
def test_what_has_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)


@given(st.binary())
def test_base64_is_read_as_it_is_written(data):
    assert decoded(base64.b64encode(data).decode()) == data


@given(st.text())
def test_no_text_breaks_base64(text):
    assert isinstance(decoded(text), bytes)


class TestSigned:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()

    def signed(self, message: bytes) -> str:
        return base64.b64encode(self.key.sign(message) + message).decode()

    def test_the_message_comes_out(self):
        assert value(f"extract-signed('{self.signed('niño'.encode())}', '{self.public}')") == "niño"

    def test_another_message_or_key_does_not(self):
        forged = base64.b64encode(self.key.sign(b"a") + b"b").decode()
        other = base64.b64encode(bytes(32)).decode()
        assert value(f"extract-signed('{forged}', '{self.public}')") == ""
        assert value(f"extract-signed('{self.signed(b'a')}', '{other}')") == ""

    @pytest.mark.parametrize("content, key", [("", ""), ("AAAA", "AAAA"), ("x", "y")])
    def test_what_is_no_signature(self, content, key):
        assert value(f"extract-signed('{content}', '{key}')") == ""


def test_look_ups_come_from_outside():
    rows = {("nombre", "id", "7"): "Ana"}
    media = {"gente": lambda *asked: rows.get(asked, "")}
    assert value("pulldata('gente', 'nombre', 'id', /data/i)", media=media) == "Ana"
    assert value("pulldata('gente', 'nombre', 'id', 8)", media=media) == ""
    assert value("pulldata('gente', 'nombre', 'id', 7)", media={"gente.csv": media["gente"]}) == "Ana"
    assert value("jr:choice-name('a', ' /data/many ')", labels=lambda path, name: f"{path}:{name}") == "/data/many:a"
    assert value("jr:itext('x')", texts=lambda name: name.upper()) == "X"


@pytest.mark.parametrize("expression", ["pulldata('nada', 'a', 'b', 'c')", "jr:choice-name('a', '/data/many')",
                                        "jr:itext('x')", "pulldata('a')"])
def test_without_a_look_up_there_is_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)
