"""Addresses of the API: who comes without credentials, what stands where a number should, a slash at the end."""

import pytest

STRANGE = ["/v1/projects", "/v1/projects/1", "/v1/projects/99", "/v1/roles", "/v1/roles/admin", "/v1/assignments",
           "/v1/projects/1/app-users", "/v1/projects/1/forms/no/public-links", "/v1/sessions/restore",
           "/v1/users/current", "/v1/users", "/v1/audits", "/v1/projects/1/formList", "/v1/projects/uno"]


@pytest.mark.parametrize("path", STRANGE)
def test_strangers_are_sent_away_before_anything_is_looked_for(client, path):
    answer = client.get(path, headers={"X-OpenRosa-Version": "1.0"})
    assert answer.status_code == 401


@pytest.mark.parametrize("method, path", [
    ("DELETE", "/v1/sessions/current"), ("DELETE", "/v1/sessions/" + "a" * 64), ("POST", "/v1/projects"),
    ("DELETE", "/v1/projects/1/app-users/uno"), ("PUT", "/v1/user-preferences/site/orden"),
    ("POST", "/v1/users/reset/verify"), ("POST", "/v1/users/reset/initiate?invalidate=true")])
def test_strangers_change_nothing(client, method, path):
    assert client.open(path, method=method, json={"email": "bob@example.org"}).status_code == 401


def test_an_address_that_nobody_has_is_not_there_for_strangers_either(client):
    assert client.get("/v1/nada").json["code"] == client.get("/v1/%").json["code"] == 404.1


@pytest.mark.parametrize("number, code", [("1a", 400.11), ("10000000000", 400.22), ("-10000000000", 400.22),
                                          ("99", 404.1), ("-1", 404.1)])
def test_what_stands_where_a_number_should(alice, number, code):
    assert alice.get(f"/v1/projects/{number}").json["code"] == code
    assert alice.get(f"/v1/projects/{number}/forms").json["code"] == code


def test_a_slash_at_the_end_is_the_same_address(alice, carol):
    assert alice.get("/v1/projects/").json == alice.get("/v1/projects").json
    assert [one["displayName"] for one in carol.get("/v1/users/?q=alice@example.org").json] == ["Alice"]


def test_a_phone_lists_no_forms_and_a_viewers_key_does(alice, units):
    from tests import builders

    builders.simple_form(units)
    key = alice.post("/v1/projects/1/app-users", json={"displayName": "x"}).json
    path = f"/v1/key/{key['token']}/projects/1/forms"
    alice.post(f"/v1/projects/1/forms/simple/assignments/viewer/{key['id']}")
    client = alice.app.test_client()
    assert client.get(path).json["code"] == 403.1 and client.get(path + "/simple").status_code == 200
    alice.post(f"/v1/projects/1/assignments/viewer/{key['id']}")
    assert [one["xmlFormId"] for one in client.get(path).json] == ["simple"]
