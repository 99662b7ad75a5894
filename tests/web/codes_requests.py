"""Problems of a request whatever it is about: bodies, headers, sizes, credentials, addresses, the server itself.

Each function is named after the one that makes the problem, and gives the answer in which it is told.
"""

import io
from base64 import b64encode

from collector.services import passwords, projects
from tests import builders
from tests.web.codes_world import ALL, FORM, XML, World


def unparseable(w: World):
    return w.alice.post("/v1/projects", data="{no json", content_type="application/json")


def missing_parameter(w: World):
    return w.alice.post("/v1/projects", json={})


def missing_parameters(w: World):
    return w.stranger.post("/v1/sessions", json={"email": "alice@example.org"})


def unexpected_parameter(w: World):
    return w.bob.post(f"{FORM}/exports", json={"formats": ["csv"], "extra": 1})


def bad_header(w: World):
    return w.stranger.get(w.phone.url("/formList"))


def notes_unreadable(w: World):
    return w.alice.post("/v1/projects", json={"name": "x"}, headers={"X-Action-Notes": "%ff"})


def missing_multipart_field(w: World):
    return w.stranger.post(w.phone.url("/submission"), data={"a.jpg": (io.BytesIO(b"x"), "a.jpg")},
                           headers={"X-OpenRosa-Version": "1.0"}, content_type="multipart/form-data")


def multipart_unreadable(w: World):
    return w.stranger.post(w.phone.url("/submission"), data=b"--x\r\nContent-Dispo",
                           content_type="multipart/form-data; boundary=x",
                           headers={"X-OpenRosa-Version": "1.0"})


def unexpected_value(w: World):
    return w.bob.patch(f"{ALL}/uuid%3A1", json={"reviewState": "dudoso"})


def wrong_type(w: World):
    return w.bob.get(f"{ALL}?limit=tres")


def too_long(w: World):
    return w.bob.post(f"{ALL}/uuid%3A1/comments", json={"body": "x" * 100_000})


def unstorable(w: World):
    return w.alice.post("/v1/projects", json={"name": "a\x00b"})


def out_of_range(w: World):
    return w.alice.get(f"/v1/projects/{10**20}")


def encoding_unsupported(w: World):
    return w.alice.post("/v1/projects", data=b"{}", content_type="application/json",
                        headers={"Content-Encoding": "br"})


def too_large(w: World):
    w.change(max_body=100_000)
    return w.phone.send(builders.a_submission(body="<nombre>A</nombre><foto>a.jpg</foto>"), {"a.jpg": b"x" * 100_001})


def body_too_large(w: World):
    w.change(max_body=100_000)
    return w.phone.send(builders.a_submission(body="<nombre>A</nombre><foto>a.jpg</foto>"), {"a.jpg": b"x" * 180_000})


def page_expired(w: World):
    w.app.config["WTF_CSRF_ENABLED"] = True
    return w.stranger.post("/sign-in", data={"email": "alice@example.org", "password": builders.PASSWORD})


def not_authenticated(w: World):
    return w.stranger.get("/v1/projects", headers={"Authorization": "Bearer no"})


def too_many_tries(w: World):
    for _try in range(11):
        answer = w.stranger.post("/v1/sessions", json={"email": "bob@example.org", "password": "otra clave larga"})
    return answer


def https_only(w: World):
    secret = b64encode(f"alice@example.org:{builders.PASSWORD}".encode()).decode()
    return w.stranger.get("/v1/projects", headers={"Authorization": f"Basic {secret}"})


def no_right(w: World):
    return w.carol.get(FORM)


def bad_key(w: World):
    return w.stranger.get(f"/v1/key/{'x' * 64}/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"})


def not_found(w: World):
    return w.alice.get("/v1/projects/99999")


def form_not_found(w: World):
    return w.phone.send(builders.a_submission("no_hay"))


def api_version_unknown(w: World):
    return w.alice.get("/v2/projects")


def not_implemented(w: World):
    return w.bob.post("/v1/projects/1/key", json={"passphrase": "una frase larga"})


def internal(w: World):
    def broken(_unit):
        raise RuntimeError("our bug")

    w.app.config["COLLECTOR_RAISE_FAULTS"] = False
    w.monkeypatch.setattr(projects, "list_projects", broken)
    return w.alice.get("/v1/projects")


def busy(w: World):
    w.monkeypatch.setattr(passwords, "WAIT", 0.01)
    with passwords._AT_ONCE, passwords._AT_ONCE:
        return w.stranger.post("/v1/sessions", json={"email": "alice@example.org", "password": builders.PASSWORD})


def disk_full(w: World):
    w.change(spare_disk=10**15)
    return w.phone.send(builders.a_submission())


def not_unique(w: World):
    w.bob.post("/v1/projects/1/actor-properties", json={"name": "zona"})
    return w.bob.post("/v1/projects/1/actor-properties", json={"name": "zona"})


def submission_unreadable(w: World):
    return w.bob.post(ALL, data=builders.a_submission()[:-9], **XML)
