"""API of who held office: on a day as known at a moment, what lapses, what wants a look, which property tells what."""

from datetime import UTC, datetime, timedelta

import pytest

PLACE = "00000000-0000-4000-8000-000000000001"
ONE, TWO = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"
LISTS = "/v1/projects/1/datasets"
HERE = f"{LISTS}/mandatos/mandates"
TERM = {"comunidad": PLACE, "persona": "Ana Uno", "cargo": "jefe", "desde": "2024-01-10", "hasta": "2026-01-09",
        "base": "acta", "junta": "enero"}


@pytest.fixture
def keep(bob):
    """Makes a mandate over the API."""
    assert bob.post(LISTS, json={"name": "mandatos"}).status_code == 200
    for name in TERM:
        assert bob.post(f"{LISTS}/mandatos/properties", json={"name": name}).status_code == 200

    def do(uuid, **data):
        answer = bob.post(f"{LISTS}/mandatos/entities", json={"uuid": uuid, "label": "x", "data": {**TERM, **data}})
        assert answer.status_code == 200, answer.text
    return do


def test_who_was_in_office(bob, keep):
    keep(ONE)
    keep(TWO, comunidad="otra", hasta="")
    def ids(query):
        answer = bob.get(f"{HERE}?{query}")
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json]
    assert ids("on=2025-01-01") == [ONE, TWO]
    assert ids(f"on=2025-01-01&community={PLACE}") == [ONE]
    assert ids("") == ids("on=2026-01-10") == [TWO]
    long_ago = (datetime.now(UTC) - timedelta(days=1)).isoformat().replace("+", "%2B")
    assert ids(f"on=2025-01-01&knownAt={long_ago}") == []
    one, = bob.get(f"{HERE}?on=2025-01-01&community={PLACE}").json
    assert one | {"knownFrom": ""} == {
        "id": ONE, "community": PLACE, "communityName": "", "person": "Ana Uno", "office": "jefe",
        "from": "2024-01-10", "to": "2026-01-09", "basis": "acta", "board": "enero", "ended": "", "recorded": "",
        "version": 1, "knownFrom": "", "knownUntil": None}


def test_a_community_on_a_day(bob, keep):
    keep(ONE)
    keep(TWO, persona="Eva", junta="marzo", desde="2024-03-01", hasta="")
    told = bob.get(f"{HERE}/standing?community={PLACE}&on=2025-01-01").json
    assert (told["inOffice"], told["states"]) == ([ONE, TWO], {ONE: "controversia", TWO: "controversia"})
    assert told["disputes"] == [{"boards": ["enero", "marzo"], "first": "2024-03-01", "last": "2026-01-09"}]
    assert told["overlaps"] == [{"office": "jefe", "mandates": [ONE, TWO], "first": "2024-03-01",
                                 "last": "2026-01-09", "twoBoards": True}]
    assert (told["gaps"], told["community"]["unregistered"], len(told["mandates"])) == ([], False, 2)


def test_what_lapses_and_what_wants_a_look(bob, keep):
    keep(ONE)
    assert [(one["mandate"]["id"], one["days"], one["followed"]) for one in
            bob.get(f"{HERE}/lapsing?on=2025-12-31").json] == [(ONE, 9, False)]
    assert bob.get(f"{HERE}/lapsing?on=2025-12-31&days=8").json == []
    looked, = bob.get(f"{HERE}/disputes?on=2026-02-01").json
    assert looked["vacant"] == [{"office": "jefe", "first": "2026-01-10", "last": "2026-02-01", "goesOn": True}]


@pytest.mark.parametrize(("query", "code"), [
    ("?on=ayer", 400.11), ("?knownAt=ayer", 400.11), ("/standing", 400.2), ("/lapsing?days=x", 400.11),
    ("?on=9999-99-99", 400.11)])
def test_what_is_not_understood_is_said(bob, keep, query, code):
    keep(ONE)
    answer = bob.get(HERE + query)
    assert (answer.status_code, answer.json["code"]) == (400, code)


def test_far_ends_of_time(bob, keep):
    keep(ONE, desde="0001-01-01", hasta="9999-12-31")
    for query in ("?on=9999-12-31", "?on=0001-01-01", "/lapsing?on=9999-12-31", "/disputes?on=9999-12-31",
                  "?knownAt=9999-12-31T23:59:59-14:00", "?knownAt=0001-01-01T00:00:00%2B14:00",
                  f"/standing?community={PLACE}&on=9999-12-31"):
        assert bob.get(HERE + query).status_code in (200, 400), query


def test_which_property_tells_what(bob, keep):
    usual = bob.get(f"{HERE}/reading").json
    assert usual["properties"]["person"] == "persona" and "vocal" in usual["shared"]
    given = {"properties": {"person": "base", "office": "cargo", "from": "desde"}, "shared": ["jefe"]}
    assert bob.put(f"{HERE}/reading", json=given).json == given
    assert bob.put(f"{HERE}/reading", json={"properties": {"person": "x"}}).json["code"] == 400.8
    assert bob.put(f"{HERE}/reading", json={}).json == usual


def test_a_list_without_mandates_is_none(bob, keep, carol):
    bob.post(LISTS, json={"name": "comunidades"})
    assert bob.get(f"{LISTS}/comunidades/mandates").json["code"] == 404.1
    assert carol.get(HERE).status_code == 403
