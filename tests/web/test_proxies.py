"""What proxies tell of the caller is believed from the proxies that were named, and from nobody else."""

import pytest

from collector.app import create_app
from collector.settings import WrongSetting
from collector.web.proxies import Proxies
from tests.conftest import test_settings as settings_of

PEER = "10.0.0.2"
TOLD = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Host": "datos.example.org"}


def seen(headers: dict, proxies: str = PEER, peer: str = PEER, host: str = "inside:8000") -> dict:
    """The environment that the application gets."""
    found = {}

    def application(environ, start_response):
        found.update(environ)
        start_response("200 OK", [])
        return [b""]

    environ = {"REMOTE_ADDR": peer, "REMOTE_HOST": peer, "REMOTE_PORT": "1", "wsgi.url_scheme": "http",
               "HTTP_HOST": host}
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    list(Proxies(application, proxies)(environ, lambda status, headers: None))
    assert not [name for name in found if "FORWARDED" in name]
    return found


def of(found: dict) -> tuple[str, str, str]:
    return found["wsgi.url_scheme"], found["REMOTE_ADDR"], found["HTTP_HOST"]


def test_a_named_proxy_is_believed():
    assert of(seen(TOLD, "127.0.0.1, 10.0.0.2")) == ("https", "198.51.100.7", "datos.example.org")
    assert of(seen(TOLD, "10.0.0.0/8")) == ("https", "198.51.100.7", "datos.example.org")


@pytest.mark.parametrize("proxies, peer", [
    ("127.0.0.1,::1", "203.0.113.9"), ("10.0.0.0/30", "10.0.0.9"), ("", "127.0.0.1"), ("10.0.0.2", "::1"),
    ("10.0.0.2", "nonsense")])
def test_anybody_else_is_not(proxies, peer):
    for told in (TOLD, {"Forwarded": "for=198.51.100.7;proto=https;host=x"}):
        assert of(seen(told, proxies, peer)) == ("http", peer, "inside:8000")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "", "localhost"])
def test_by_default_this_machine_is_believed(peer, tmp_path):
    assert seen(TOLD, settings_of(tmp_path).trusted_proxies, peer)["wsgi.url_scheme"] == "https"


def test_a_star_believes_all_and_takes_the_nearest_address_alone():
    found = seen({**TOLD, "X-Forwarded-For": "192.0.2.66, 198.51.100.7"}, "*", "203.0.113.9")
    assert of(found) == ("https", "198.51.100.7", "datos.example.org")
    assert seen(TOLD, "*", "2001:db8::9")["wsgi.url_scheme"] == "https"


@pytest.mark.parametrize("told, address", [
    ("192.0.2.66, 198.51.100.7", "198.51.100.7"),  # the first is what the caller says of itself
    ("192.0.2.66, 198.51.100.7, 10.0.0.3", "198.51.100.7"),  # through two proxies of ours
    ("10.0.0.4, 10.0.0.3", "10.0.0.4"), ("198.51.100.7:4711", "198.51.100.7"), ("2001:db8::1", "2001:db8::1"),
    ("[2001:db8::1]:4711", "2001:db8::1"), ("unknown", PEER), ("", PEER), ("192.0.2.66, _hidden", PEER),
    ("198.51.100.7, ", PEER)])
def test_the_caller_is_the_nearest_that_is_no_proxy_of_ours(told, address):
    assert seen({"X-Forwarded-For": told}, "10.0.0.0/24")["REMOTE_ADDR"] == address


@pytest.mark.parametrize("told, expected", [
    ("for=198.51.100.7;proto=https;host=datos.example.org", ("https", "198.51.100.7", "datos.example.org")),
    ('For="[2001:db8::1]:4711";Proto=HTTPS', ("https", "2001:db8::1", "inside:8000")),
    ("for=192.0.2.66;proto=https, for=198.51.100.7;proto=http", ("http", "198.51.100.7", "inside:8000")),
    ('for=192.0.2.66, for=198.51.100.7; proto="https"; by=_proxy', ("https", "198.51.100.7", "inside:8000")),
    ("for=_hidden;proto=https", ("https", PEER, "inside:8000")), ("nonsense", ("http", PEER, "inside:8000")),
    ('for="192.0.2.66;proto=https', ("http", PEER, "inside:8000")), ("", ("http", PEER, "inside:8000")),
    (";,;=,", ("http", PEER, "inside:8000"))])
def test_the_standard_header_counts_where_it_stands_alone(told, expected):
    assert of(seen({"Forwarded": told})) == expected


@pytest.mark.parametrize("marks", [{"X-Forwarded-Proto": "http"}, {"X-Forwarded-For": "198.51.100.7"},
                                   {"X-Forwarded-Host": "datos.example.org"}])
def test_a_header_that_the_proxy_only_handed_on_makes_nothing_secure(marks):
    forged = {"Forwarded": "for=192.0.2.66;proto=https;host=evil.example"}
    found = seen({**forged, **marks})
    assert found["wsgi.url_scheme"] == "http" and found["REMOTE_ADDR"] != "192.0.2.66"
    assert found["HTTP_HOST"] != "evil.example"
    assert seen({**TOLD, "Forwarded": "proto=http"})["wsgi.url_scheme"] == "http"


@pytest.mark.parametrize("told, scheme", [("https", "https"), ("HTTPS", "https"), ("http", "http"), ("", "http"),
                                          ("https, http", "http"), ("http,https", "http"), ("https,https", "https"),
                                          ("ftp", "http")])
def test_what_came_unencrypted_on_any_part_of_its_way_is_plain(told, scheme):
    assert seen({"X-Forwarded-Proto": told})["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize("headers, host", [
    ({"X-Forwarded-Host": "evil.example/path"}, "inside"), ({"X-Forwarded-Host": "a b"}, "inside"),
    ({"X-Forwarded-Port": "8443", "X-Forwarded-Proto": "https"}, "inside:8443"),
    ({"X-Forwarded-Port": "443", "X-Forwarded-Proto": "https"}, "inside"),
    ({"X-Forwarded-Host": "x.example:9000", "X-Forwarded-Port": "8443"}, "x.example:9000"),
    ({"X-Forwarded-Host": "[2001:db8::1]", "X-Forwarded-Port": "81"}, "[2001:db8::1]:81"),
    ({"X-Forwarded-Port": "8443x"}, "inside")])
def test_the_host_is_what_was_asked_for(headers, host):
    assert seen(headers, host="inside")["HTTP_HOST"] == host


@pytest.mark.parametrize("wrong", ["localhost", "10.0.0.0/99", "127.0.0.1;::1", "**"])
def test_a_list_that_names_no_addresses_stops_the_start(wrong, tmp_path):
    with pytest.raises(WrongSetting, match="COLLECTOR_TRUSTED_PROXIES"):
        settings_of(tmp_path).with_(trusted_proxies=wrong)


@pytest.mark.sqlite
def test_the_application_believes_whom_its_settings_name(settings):
    app = create_app(settings.with_(trusted_proxies="192.0.2.1"))
    ask = lambda peer: app.test_client().get(  # noqa: E731
        "/v1/users/current", headers={"X-Forwarded-Proto": "https", "Authorization": "Basic bm86bm8="},
        environ_base={"REMOTE_ADDR": peer}).json["code"]
    assert (ask("192.0.2.1"), ask("127.0.0.1")) == (401.2, 401.3)
    app.extensions["collector.units"].engine.dispose()
