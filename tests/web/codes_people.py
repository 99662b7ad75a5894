"""Problems of people, their passwords, accounts, invitations, links and preferences.

Each function is named after the one that makes the problem, and gives the answer in which it is told.
"""

from datetime import timedelta

from collector.domain import access
from collector.services import invitations
from collector.services.grants import place
from tests import builders
from tests.web.codes_world import FORM, World

ME = {"email": "x@example.org", "name": "X", "password": "una frase muy larga"}


def _new_user(w: World, password: str):
    return w.alice.post("/v1/users", json={"email": "new@example.org", "password": password})


def password_too_short(w: World):
    return _new_user(w, "corta")


def password_too_long(w: World):
    return _new_user(w, "larga " * 20)


def password_too_weak(w: World):
    return _new_user(w, "aaaaaaaaaaaa")


def preference_missing(w: World):
    return w.bob.put("/v1/user-preferences/site/order", json={})


def preference_unexpected(w: World):
    return w.bob.put("/v1/user-preferences/site/order", json={"propertyValue": 1, "more": 2})


def no_such_reference(w: World):
    return w.bob.put("/v1/user-preferences/project/999/order", json={"propertyValue": 1})


def other_capitals(w: World):
    w.bob.post("/v1/projects/1/actor-properties", json={"name": "zona"})
    return w.bob.post("/v1/projects/1/actor-properties", json={"name": "ZONA"})


def account_over(w: World):
    w.alice.app.extensions["collector.units"].write(access.SYSTEM, lambda unit: _end(unit, w.carol.id))
    return w.stranger.post("/v1/sessions", json={"email": "carol@example.org", "password": builders.PASSWORD})


def _end(unit, actor_id: int) -> None:
    from collector.store.queries import people as queries

    queries.mark_actor(unit.session, actor_id, expires_at=unit.now() - timedelta(days=2))


def day_is_past(w: World):
    return builders.a_browser(w.app, "alice").post(f"/people/{w.carol.id}/end", data={"until": "2020-01-01"})


def last_administrator(w: World):
    return builders.a_browser(w.app, "alice").post(f"/people/{w.alice.id}/end", data={"until": "2099-01-01"})


def _link(w: World, email: str = "") -> str:
    def invite(unit):
        thing = place(unit, 1, None)
        return invitations.invite(unit, thing, access.VIEWER, email)[1]
    address = w.units.write(access.SYSTEM, invite)
    return address.removeprefix("http://localhost")


def link_over(w: World):
    return w.stranger.get(f"/join/{'x' * 43}")


def account_exists(w: World):
    return w.stranger.post(_link(w), data=ME | {"email": "carol@example.org"})


def link_of_another(w: World):
    return builders.a_browser(w.app, "carol").post(_link(w, "x@example.org") + "/as-me")


def has_role_already(w: World):
    browser = builders.a_browser(w.app, "carol")
    assert browser.post(_link(w) + "/as-me").status_code == 303
    return browser.post(_link(w) + "/as-me")


def mail_not_set(w: World):
    return builders.a_browser(w.app, "bob").post("/invitations?project=1", data={
        "email": "x@example.org", "role": "viewer", "mail": "y"})


def link_spent(w: World):
    made = w.bob.post(f"{FORM}/public-links", json={"displayName": "Uno", "once": True}).json
    link = builders.PhoneKey(w.app, made["id"], made["token"])
    assert link.send(builders.a_submission()).status_code == 201
    return link.send(builders.a_submission())



