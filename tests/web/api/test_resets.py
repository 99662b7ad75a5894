"""New passwords by the API as ODK Central has it: asked for by mail, set with the token of the link."""

import pytest

from tests import builders
from tests.post_office import open_office

NEW = "otra frase bien larga"
ASK, VERIFY = "/v1/users/reset/initiate", "/v1/users/reset/verify"


@pytest.fixture
def office(units):
    with open_office() as office:
        units.settings = units.settings.with_(smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none",
                                              smtp_from="avisos@example.org")
        yield office


def verify(client, token, new=NEW):
    return client.post(VERIFY, json={"new": new}, headers={"Authorization": f"Bearer {token}"})


def test_a_mailed_link_sets_the_password_once(office, client, bob):
    assert client.post(ASK, json={"email": "Bob@Example.org"}).get_json() == {"success": True}
    builders.run_steps(builders.units_of(bob.app))
    token = office.link_in().rpartition("/")[2]
    assert verify(client, token, "corta").get_json()["code"] == 400.21
    assert verify(client, token).get_json() == {"success": True}
    assert verify(client, token).status_code == 401
    assert bob.get("/v1/users/current").status_code == 401  # the session that was open is over
    signed = client.post("/v1/sessions", json={"email": "bob@example.org", "password": NEW})
    assert signed.status_code == 200


def test_the_token_of_a_link_opens_nothing_else(office, client, bob):
    client.post(ASK, json={"email": "bob@example.org"})
    builders.run_steps(builders.units_of(bob.app))
    headers = {"Authorization": f"Bearer {office.link_in().rpartition('/')[2]}"}
    assert client.get("/v1/users/current", headers=headers).status_code == 404
    assert client.get("/v1/projects/1", headers=headers).status_code == 403
    assert client.get("/v1/projects", headers=headers).get_json() == []


def test_every_e_mail_is_answered_alike_and_only_known_ones_get_a_letter(office, client, bob, units):
    answers = [client.post(ASK, json={"email": email}) for email in ("bob@example.org", "nadie@example.org")]
    assert [(one.status_code, one.data) for one in answers] == [(200, answers[0].data)] * 2
    builders.run_steps(units)
    assert [letter["To"] for letter in office.letters] == ["bob@example.org"]
    with units.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT details FROM events WHERE action = 'user.reset.ask'").fetchall()
    assert len(rows) == 2 and "example.org" not in str(rows)


def test_nobody_is_flooded_with_letters(office, client, bob, units):
    for number in range(8):
        client.post(ASK, json={"email": "bob@example.org"}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
    builders.run_steps(units)
    assert len(office.letters) == 3
    asked = [client.post(ASK, json={"email": "nadie@example.org"}).status_code for _ in range(11)]
    assert asked == [200] * 10 + [401]


def test_invalidating_is_for_who_may(office, client, alice, bob):
    assert client.post(f"{ASK}?invalidate=true", json={"email": "bob@example.org"}).status_code == 401
    assert bob.post(f"{ASK}?invalidate=true", json={"email": "alice@example.org"}).status_code == 403
    assert alice.post(f"{ASK}?invalidate=true", json={"email": "bob@example.org"}).status_code == 200
    given = {"email": "bob@example.org", "password": builders.PASSWORD}
    assert client.post("/v1/sessions", json=given).status_code == 401
    assert bob.get("/v1/users/current").status_code == 401


def test_without_a_token_nothing_is_set(client):
    assert client.post(VERIFY, json={"new": NEW}).status_code == 401
    assert verify(client, "x" * 43).status_code == 401


def test_tls_is_spoken_where_it_is_set(units, client):
    """A server of mail without TLS is not spoken to in clear when the settings ask for TLS."""
    with open_office() as office:
        units.settings = units.settings.with_(smtp_host="127.0.0.1", smtp_port=office.port,
                                              smtp_from="avisos@example.org")
        client.post(ASK, json={"email": "bob@example.org"})
        builders.run_steps(units)
        assert office.letters == []


def test_who_is_given_an_account_without_a_password_gets_a_link_by_mail(office, alice, client):
    assert alice.post("/v1/users", json={"email": "dora@example.org"}).status_code == 200
    builders.run_steps(builders.units_of(alice.app))
    assert verify(client, office.link_in().rpartition("/")[2]).get_json() == {"success": True}
    assert client.post("/v1/sessions", json={"email": "dora@example.org", "password": NEW}).status_code == 200
