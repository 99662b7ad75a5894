"""Settings of the site and usage reports are not offered yet, and say so to who may ask."""

import pytest


@pytest.mark.parametrize("path", ["/v1/config/public", "/v1/config/public/logo"])
def test_what_everybody_may_ask(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json["code"]) == (501, 501.1) and answer.json["details"]["feature"] == "config"


@pytest.mark.parametrize("method, path", [
    ("GET", "/v1/config/analytics"), ("POST", "/v1/config/analytics"), ("DELETE", "/v1/config/logo"),
    ("GET", "/v1/config/hero-image"), ("GET", "/v1/analytics/preview")])
def test_what_administrators_may_ask(alice, bob, client, method, path):
    assert alice.request(method, path).json["code"] == 501.1
    assert bob.request(method, path).json["code"] == 403.1
    assert client.open(path, method=method).json["code"] == 401.2
