"""The way out to addresses that people wrote: where it may lead, how long it takes, what an answer can do to us."""

import datetime
import ipaddress
import socket
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from collector.domain import addresses
from collector.services import outward
from collector.services.outward import Bounds
from tests.receiver import Receiver, plain

HERE = addresses.networks("127.0.0.0/8")
NAME = "receptor.example.org"


def post(url: str, **bounds) -> outward.Answer:
    return outward.post(url, b"{}", {"Content-Type": "application/json"}, Bounds(**{"allowed": HERE, **bounds}))


def to(port_address: str):
    """A resolver that knows one answer and counts who asks."""
    asked = []

    def resolve(host, port, **_about):
        asked.append(host)
        kind = socket.AF_INET6 if ":" in port_address else socket.AF_INET
        return [(kind, socket.SOCK_STREAM, 6, "", (port_address, port))]
    return resolve, asked


def test_what_is_answered_well_is_done():
    with Receiver() as receiver:
        told = post(receiver.url)
    assert (told.code, told.fault) == (204, "") and [one.body for one in receiver.got] == [b"{}"]
    assert "cookie" not in receiver.got[0].headers and receiver.got[0].headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(("status", "fault"), [(200, ""), (299, ""), (301, "redirect"), (307, "redirect"),
                                               (400, "status"), (404, "status"), (429, "status"), (503, "status")])
def test_each_status_is_what_it_is(status, fault):
    with Receiver(lambda handler, got: plain(handler, status, Location="/elsewhere")) as receiver:
        told = post(receiver.url)
    assert (told.code, told.fault) == (status, fault)
    assert [one.path for one in receiver.got] == ["/hook"], "no redirect is followed"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433",
                                  "0x7f000001", "127.1"])
def test_nothing_private_is_reached_however_it_is_written(host):
    with Receiver() as receiver:
        told = outward.post(f"http://{host}:{receiver.port}/", b"", {}, Bounds())
    assert told.code is None and told.fault in ("private", "dns") and receiver.got == []


@pytest.mark.parametrize("address", [
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.0", "100.64.0.1", "169.254.169.254", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "fec0::1", "2002:a00:1::", "nonsense", ""])
def test_these_are_not_of_the_internet(address):
    assert not addresses.may_reach(address)


def test_these_are_and_allowed_networks_are_too():
    assert all(addresses.may_reach(one) for one in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"))
    own = addresses.networks("10.0.0.0/8, fd00::/8,192.168.1.7")
    assert all(addresses.may_reach(one, own) for one in ("10.9.9.9", "fd00::2", "192.168.1.7", "::ffff:10.0.0.1"))
    assert not addresses.may_reach("192.168.1.8", own)


def test_a_name_that_leads_here_is_refused_and_one_bad_address_among_good_ones_too():
    resolve, _asked = to("127.0.0.1")
    with Receiver() as receiver:
        assert outward.post(f"http://{NAME}:{receiver.port}/", b"", {}, Bounds(resolve=resolve)).fault == "private"
        both = lambda host, port, **_about: [  # noqa: E731
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("8.8.8.8", "127.0.0.1")]
        assert outward.post(f"http://{NAME}:{receiver.port}/", b"", {}, Bounds(resolve=both)).fault == "private"
        assert receiver.got == []


def test_the_name_is_looked_up_once_and_the_connection_goes_where_was_judged():
    answers = iter(["127.0.0.1"])  # a second question would have another answer: there is none
    with Receiver() as receiver:
        told = post(f"http://{NAME}:{receiver.port}/x", resolve=lambda host, port, **_about: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))])
    assert told.fault == "" and receiver.got[0].headers["host"] == f"{NAME}:{receiver.port}"


def test_names_that_nobody_knows_and_ports_where_nobody_listens():
    def unknown(*_about, **_more):
        raise socket.gaierror
    assert post("http://nobody.invalid/", resolve=unknown).fault == "dns"
    with Receiver() as receiver:
        port = receiver.port
    assert post(f"http://127.0.0.1:{port}/").fault == "connect"


def test_a_slow_answer_ends():
    def silent(handler, got):
        time.sleep(3)

    def dripping(handler, got):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(300):
            handler.wfile.write(b"X: y\r\n" if _ < 20 else b"y")
            handler.wfile.flush()
            time.sleep(0.05)

    for answer, bounds in ((silent, {"read": 0.3}), (dripping, {"read": 2.0, "whole": 0.6})):
        with Receiver(answer) as receiver:
            begun = time.monotonic()
            told = post(receiver.url, **bounds)
        assert told.fault == "timeout" and time.monotonic() - begun < 2.5


def test_a_giant_answer_is_not_read():
    sent = []

    def giant(handler, got):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(b"x" * 65_536)
            sent.append(65_536)

    with Receiver(giant) as receiver:
        begun = time.monotonic()
        told = post(receiver.url)
        assert (told.code, told.fault) == (200, "") and time.monotonic() - begun < 5
    assert sum(sent) < 40_000_000


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 99999 X\r\n\r\n", b"\x16\x03\x01\x00\x00",
                                  b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n",
                                  b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"])
def test_what_is_no_answer_is_a_failed_try(said):
    with Receiver(lambda handler, got: handler.wfile.write(said)) as receiver:
        told = post(receiver.url)
    assert told.fault in ("connect", "broken", "status"), told


@pytest.fixture
def certificates(tmp_path):
    """(a server context for NAME, the file that makes it trusted)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(7).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context, str(tmp_path / "cert.pem")


def test_tls_asks_for_the_name_although_the_address_was_chosen(certificates):
    context, trusted = certificates
    named = []
    context.sni_callback = lambda _sock, name, _context: named.append(name)
    resolve, asked = to("127.0.0.1")
    with Receiver(context=context) as receiver:
        told = post(f"https://{NAME}:{receiver.port}/", resolve=resolve, verify=trusted)
        assert (told.code, told.fault) == (204, "") and named == [NAME] and asked == [NAME]
        assert post(f"https://otro.example.org:{receiver.port}/", resolve=resolve, verify=trusted).fault == "tls"
        assert post(f"https://{NAME}:{receiver.port}/", resolve=resolve).fault == "tls", "not a known certificate"
        assert len(receiver.got) == 1


@pytest.mark.parametrize(("url", "fault"), [
    ("https://example.org/x?y=1", ""), ("https://[2606:4700::1111]:8443/", ""), ("http://example.org/", "scheme"),
    ("ftp://example.org/", "scheme"), ("file:///etc/passwd", "form"), ("https:///x", "form"), ("", "form"),
    ("https://me:secret@example.org/", "user"), ("https://exa mple.org/", "form"), ("https://example.org:0/", "form"),
    ("https://example.org:99999/", "form"), ("https://example.org/\n", "form"), ("https://[::1/", "form"),
    ("https://example.org/" + "x" * 2000, "form")])
def test_addresses_that_can_be_used(url, fault):
    assert addresses.fault_of_url(url) == fault
    assert addresses.fault_of_url("http://example.org/", plain=True) == ""


def test_networks_are_read_or_refused():
    assert addresses.networks(" 10.0.0.0/8 ,::1") == (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))
    assert addresses.networks("") == ()
    for text in ("here", "10.0.0.0/99", "1.2.3"):
        with pytest.raises(ValueError):
            addresses.networks(text)
