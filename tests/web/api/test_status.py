"""GET /v1/status: the numbers of the whole server, for administrators alone."""

from tests import builders


def test_numbers(alice, units, phone, backend):
    builders.simple_form(units)
    phone.send(builders.a_submission())
    phone.send(builders.a_submission(form_id="none"))
    told = alice.get("/v1/status").get_json()
    assert told["good"] is True and {one["name"] for one in told["findings"]} >= {"database", "disk", "worker"}
    assert told["steps"] == {"waiting": 0, "lagSeconds": 0, "failed": 0}
    assert told["submissions"] == 1 and told["parked"] == {"waiting": 1, "projects": {"1": 1}}
    assert told["database"]["kind"].startswith({"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 1"}[backend])
    assert told["database"]["bytes"] > 50_000 and 0 < told["disk"]["freeBytes"] < told["disk"]["bytes"]
    assert told["writer"] is True and told["backup"] is None and told["version"]


def test_what_waits_and_what_failed(alice, units, phone):
    builders.simple_form(units)
    units.steps = {"submission.create": (("flatten", lambda unit, event: 1 / 0),)}
    phone.send(builders.a_submission())
    assert alice.get("/v1/status").get_json()["steps"]["waiting"] == 1
    builders.fail_for_good(units)
    told = alice.get("/v1/status").get_json()
    assert told["good"] is False and told["steps"] == {"waiting": 0, "lagSeconds": 0, "failed": 1}


def test_the_last_good_backup(alice, system):
    system(lambda unit: unit.record("backup.create", details={"name": "one"}))
    assert alice.get("/v1/status").get_json()["backup"]["name"] == "one"


def test_nobody_else(bob, carol, client, phone):
    assert [one.get("/v1/status").status_code for one in (bob, carol, client)] == [403, 403, 401]
    assert client.get(f"/v1/key/{phone.token}/status").status_code == 403
