"""Accounts by the page: invitations by link, new passwords by link, sessions one sees and ends, ends of accounts."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.services import people
from tests import builders
from tests.post_office import open_office

NEW = "otra frase bien larga"


def link_in(answer) -> str:
    """The path of the link that the page shows."""
    return re.search(r'id="link">http://localhost(/[^<]+)<', answer.text)[1]


def invited(browser, **given) -> str:
    answer = browser.post("/invitations?project=1", data={"role": "supervisor", "rows": "all", **given})
    assert answer.status_code == 200, answer.text
    return link_in(answer)


def number_of(units, name) -> int:
    with units.reading(access.SYSTEM) as unit:
        return people.list_users(unit, f"{name}@example.org")[0].id


def test_a_manager_invites_by_link_and_who_opens_it_works_in_the_project(bobs, client, units):
    path = invited(bobs)
    page = client.get(path)
    assert page.status_code == 200 and "Le invitan a Proyecto de prueba" in page.text and "Supervisa" in page.text
    answer = client.post(path, data={"name": "Dora Ñahui", "email": "dora@example.org", "password": NEW})
    assert answer.status_code == 303
    assert "Bandeja" in client.get("/projects/1").text
    listed = bobs.get("/invitations?project=1").text
    assert "la aceptó Dora Ñahui" in listed and path not in listed
    assert client.application.test_client().get(path).status_code == 404


def test_the_link_is_shown_once_and_kept_by_no_cache(bobs):
    answer = bobs.post("/invitations?project=1", data={"role": "viewer", "rows": "all"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert link_in(answer) not in bobs.get("/invitations?project=1").text


def test_what_is_wrong_is_told_beside_the_input_and_the_link_goes_on_working(bobs, client):
    path = invited(bobs)
    given = {"name": "Dora", "email": "carol@example.org", "password": NEW}
    answer = client.post(path, data=given)
    assert answer.status_code == 422 and "ya tiene cuenta aquí" in answer.text
    assert client.post(path, data={**given, "email": "nada"}).status_code == 422
    weak = client.post(path, data={**given, "email": "dora@example.org", "password": "1234567890"})
    assert weak.status_code == 422 and 'id="password-error"' in weak.text and "1234567890" not in weak.text
    assert client.post(path, data={**given, "email": "dora@example.org"}).status_code == 303


def test_who_has_an_account_takes_it_signed_in(bobs, carols):
    path = invited(bobs)
    assert "Aceptar con esta cuenta" in carols.get(path).text
    assert carols.post(f"{path}/as-me").status_code == 303
    assert carols.get("/projects/1/submissions").status_code == 200
    again = carols.post(invited(bobs) + "/as-me")
    assert again.status_code == 409 and "ya tiene ese papel" in again.text


def test_an_invitation_can_be_withdrawn(bobs, client):
    path = invited(bobs, email="dora@example.org")
    number = re.search(r"/invitations/(\d+)/withdraw", bobs.get("/invitations?project=1").text)[1]
    assert bobs.post(f"/invitations/{number}/withdraw?project=1").status_code == 303
    gone = client.get(path)
    assert gone.status_code == 404 and "Este enlace ya no sirve" in gone.text
    assert bobs.post(f"/invitations/{number}/withdraw?project=1").status_code == 404


@pytest.mark.parametrize(("given", "words"), [
    ({"rows": "phones"}, "Elija al menos un teléfono"),
    ({"rows": "field", "field": "distrito", "values": "A", "role": "manager"}, "siempre ve todos"),
    ({"rows": "field"}, "Elija un campo"),
    ({"until": "2001-01-01"}, "ya pasó"), ({"until": "9999-12-31"}, "se espera un día anterior"),
    ({"email": "no"}, "no es un correo"), ({"mail": "y"}, "no es un correo"),
    ({"mail": "y", "email": "dora@example.org"}, "no envía correos")])
def test_an_invitation_to_nothing_is_told_so(bobs, given, words):
    answer = bobs.post("/invitations?project=1", data={"role": "supervisor", "rows": "all", **given})
    assert answer.status_code == 422 and words in answer.text


def test_roles_beyond_ones_own_are_not_offered_nor_given(bobs, carols):
    page = bobs.get("/invitations?project=1&new=1").text
    assert 'value="manager"' in page and 'value="admin"' not in page
    assert bobs.post("/invitations?project=1", data={"role": "admin", "rows": "all"}).status_code == 403
    assert bobs.post("/invitations", data={"role": "admin", "rows": "all"}).status_code == 403
    assert carols.get("/invitations?project=1").status_code == 403


def test_an_administrator_hands_over_a_link_for_a_new_password(alices, bobs, client, units):
    number = number_of(units, "bob")
    assert bobs.post(f"/people/{number}/reset").status_code == 403
    path = link_in(alices.post(f"/people/{number}/reset"))
    assert "Bob" in client.get(path).text
    assert client.post(path, data={"password": "corta"}).status_code == 422
    assert client.post(path, data={"password": NEW}).status_code == 303
    assert bobs.get("/projects/1").status_code == 303  # the session that was open is over
    assert client.get(path).status_code == 404
    assert builders.a_browser(client.application, "bob", NEW)


def test_asking_by_mail_says_the_same_for_every_e_mail(app, client, units):
    with open_office() as office:
        units.settings = units.settings.with_(smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none",
                                              smtp_from="avisos@example.org")
        told = []
        for email in ("bob@example.org", "nadie@example.org"):
            answer = client.post("/sign-in/forgotten", data={"email": email})
            told.append((answer.status_code, answer.location, client.get(answer.location).text.count("tiene cuenta")))
        builders.run_steps(units)
        assert told[0] == told[1] == (303, "/sign-in", 1)
        assert [letter["To"] for letter in office.letters] == ["bob@example.org"]
        path = office.link_in()
    assert client.post(path, data={"password": NEW}).status_code == 303
    assert builders.a_browser(app, "bob", NEW)


def test_without_mail_nothing_is_promised(client):
    assert "recíbalo por correo" not in client.get("/sign-in").text
    assert "no envía correos" in client.get("/sign-in/forgotten").text
    assert client.post("/sign-in/forgotten", data={"email": "bob@example.org"}).status_code == 422


def test_one_sees_ones_sessions_and_ends_them(app, bobs):
    other = builders.a_browser(app, "bob", User_Agent="Mozilla/5.0 (Android 13) Firefox/130")
    third = builders.a_browser(app, "bob")
    other.get("/account", buffered=True)
    page = bobs.get("/account").text
    assert page.count("no desde que entró") == 1  # the third one's
    assert page.count("/sessions/") == 4 and "Firefox, Android" in page and "esta sesión" in page
    number = re.search(r"Firefox, Android.*?(/people/\d+/sessions/\d+/end)", page, re.DOTALL)[1]
    assert bobs.post(number).status_code == 303
    assert other.get("/account").status_code == 303 and third.get("/account").status_code == 200
    assert bobs.post(number).status_code == 404
    assert bobs.post(number.rpartition("/sessions/")[0] + "/sessions/end").status_code == 303
    assert third.get("/account").status_code == 303 and bobs.get("/account").status_code == 200


def test_nobody_ends_anothers_session_but_who_administers(alices, bobs, carols, units):
    number = number_of(units, "carol")
    assert bobs.get(f"/people/{number}").status_code == 403
    assert bobs.post(f"/people/{number}/sessions/end").status_code == 403
    assert carols.get("/account").status_code == 200
    assert alices.post(f"/people/{number}/sessions/end").status_code == 303
    assert carols.get("/account").status_code == 303


def test_a_changed_password_ends_the_other_sessions(app, bobs):
    other = builders.a_browser(app, "bob")
    wrong = bobs.post("/account/password", data={"old": "no es esta frase", "new": NEW})
    assert wrong.status_code == 422 and "Le quedan 9 intentos" in wrong.text
    assert bobs.post("/account/password", data={"old": builders.PASSWORD, "new": "corta"}).status_code == 422
    assert bobs.post("/account/password", data={"old": builders.PASSWORD, "new": NEW}).status_code == 303
    assert bobs.get("/account").status_code == 200 and other.get("/account").status_code == 303


def test_an_account_ends_on_its_day_in_the_middle_of_a_session_too(app, alices, bobs, bob, units, client):
    number = number_of(units, "bob")
    for far in ("2001-01-01", "9999-12-31"):
        assert alices.post(f"/people/{number}/end", data={"until": far}).status_code == 422
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    assert alices.post(f"/people/{number}/end", data={"until": day.isoformat()}).status_code == 303
    shown = day.strftime("%d/%m/%Y")
    assert f"Su acceso termina el {shown}" in bobs.get("/account").text
    assert bob.get("/v1/users/current").status_code == 200
    clock = units.clock
    units.clock = lambda: clock() + timedelta(days=5)
    assert bobs.get("/account").status_code == 303
    assert bob.get("/v1/users/current").status_code == 401
    answer = client.post("/sign-in", data={"email": "bob@example.org", "password": builders.PASSWORD})
    assert answer.status_code == 401 and f"Su acceso terminó el {shown}" in answer.text
    answer = client.post("/sign-in", data={"email": "bob@example.org", "password": "no es esta frase"})
    assert "Su acceso terminó" not in answer.text
    assert f"terminó el {shown}" in builders.a_browser(app, "alice").get(f"/people/{number}").text


def test_the_last_administrator_does_not_end(alices, units):
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    alone = alices.post(f"/people/{number_of(units, 'alice')}/end", data={"until": day})
    assert alone.status_code == 422 and "última persona que administra" in alone.text
