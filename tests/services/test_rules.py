"""Rules beyond the form: declared, tried on all that was sent, in force for what arrives, both sides of a duplicate."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import findings, records, review, rule_findings, rule_trials, rules
from tests import builders

FORM = """
| survey |
|  | type          | name  | label  | calculation |
|  | start         | start |        | |
|  | end           | end   |        | |
|  | text          | dni   | DNI    | |
|  | text          | aldea | Aldea  | |
|  | geopoint      | lugar | Lugar  | |
|  | image         | foto  | Foto   | |
|  | begin repeat  | hijos | Hijos  | |
|  | text          | dni_hijo | DNI | |
|  | date          | nacio | Nació  | |
|  | date          | dosis | Dosis  | |
|  | end repeat    |       |        | |
| settings |
|  | form_title | form_id   | version |
|  | Padrón     | {form_id} | 1       |
"""


@pytest.fixture
def form(units):
    return builders.a_form(units, FORM.format(form_id="padron"))


@pytest.fixture
def manager(units, bob):
    """Does act(unit) as the manager of project 1, in a writing unit."""
    actor = access.Actor(bob.id, "user", "Bob", (access.Grant(access.MANAGER.id, ("project", 1)),))
    return lambda act: units.write(actor, act)


@pytest.fixture
def send(phone, units):
    """Sends a filled form and runs its steps; n: makes the instanceID."""
    def do(n, body="", files=None, form_id="padron", **more):
        sent = phone.send(builders.a_submission(form_id, body=body, instance_id=f"uuid:{n}", **more), files)
        assert sent.status_code == 201, sent.text
        builders.run_steps(units)
    return do


@pytest.fixture
def held(units):
    """[(kind, ref, value)] of a record, as people see it."""
    def do(n, form_id="padron"):
        with units.reading(access.SYSTEM) as unit:
            return [(one.kind, one.ref, one.value) for one in builders.findings_of(unit, form_id, f"uuid:{n}")
                    if one.kind == "rule"]
    return do


@pytest.fixture
def trial(units):
    def do(number, **options):
        with units.reading(access.SYSTEM) as unit:
            return rule_trials.dry_run(unit, 1, "padron", number, **options)
    return do


@pytest.fixture
def live(manager, trial, units):
    """A rule of these parameters, tried and in force, with history checked again."""
    def do(type, severity="warning", **parameters):
        number = manager(lambda unit: rules.add_rule(unit, 1, "padron", type, parameters, severity)).row.id
        seen = trial(number)
        manager(lambda unit: rules.note_trial(unit, 1, "padron", number, seen.parameters, seen.summary()))
        manager(lambda unit: rules.publish_rule(unit, 1, "padron", number))
        builders.run_steps(units)
        return number
    return do


def filled(dni="", aldea="", more=""):
    return f"<dni>{dni}</dni><aldea>{aldea}</aldea>{more}"


@pytest.mark.parametrize("field", ["dni", "aldea"])
def test_a_duplicate_shows_on_both_records(form, live, send, held, field):
    """dni is in the index of lists, aldea is brought there for the rule."""
    live("unique", field=f"/{field}")
    send(1, filled(**{field: "0000 0012a"}))
    assert held(1) == []
    send(2, filled(**{field: "0000 0012A"}))
    assert held(1) == [("rule", f"/data/{field}", "0000 0012a")]
    assert held(2) == [("rule", f"/data/{field}", "0000 0012A")]
    send(3, filled(**{field: "00000013"}))
    assert held(3) == []


@pytest.mark.parametrize("field", ["dni", "aldea"])
def test_history_is_found_once_the_rule_is_in_force(form, live, send, held, field):
    for n, value in enumerate("abcabd"):
        send(n, filled(**{field: value}))
    number = live("unique", field=f"/{field}")
    assert [bool(held(n)) for n in range(6)] == [True, True, False, True, True, False]
    assert number == 1


@pytest.mark.parametrize("field", ["dni", "aldea"])
def test_an_edit_that_mends_it_mends_both(form, live, send, held, field):
    live("unique", field=f"/{field}")
    send(1, filled(**{field: "7"}))
    send(2, filled(**{field: "7"}))
    send(3, filled(**{field: "8"}), deprecated_id="uuid:2")
    assert held(1) == [] and held(2) == []


def test_the_trash_does_not_count(form, live, send, held, manager, units):
    live("unique", field="/dni")
    send(1, filled("7"))
    send(2, filled("7"))
    manager(lambda unit: review.delete(unit, 1, "padron", "uuid:2"))
    builders.run_steps(units)
    assert held(1) == []
    manager(lambda unit: review.restore(unit, 1, "padron", "uuid:2"))
    builders.run_steps(units)
    assert held(1) and held(2)


def test_the_whole_project_is_looked_at_by_the_name_of_the_field(form, live, send, held, units):
    builders.a_form(units, FORM.format(form_id="otro"))
    live("unique", field="/dni", scope="project")
    send(1, filled("7"))
    send(2, filled("7"), form_id="otro")
    send(3, filled("8"), form_id="otro")
    assert held(1) and held(2, "otro") and not held(3, "otro")


def test_a_rule_of_one_form_leaves_others_alone(form, live, send, held, units):
    builders.a_form(units, FORM.format(form_id="otro"))
    live("unique", field="/dni")
    for n in (1, 2):
        send(n, filled("7"), form_id="otro")
    send(3, filled("7"))
    assert not held(1, "otro") and not held(2, "otro") and not held(3)


def test_the_same_photo_is_found_when_it_arrives(form, live, send, held):
    live("same_file", severity="error")
    photo = {"1.jpg": b"jpeg", "2.jpg": b"other"}
    send(1, "<foto>1.jpg</foto>", {"1.jpg": photo["1.jpg"]})
    send(2, "<foto>x.jpg</foto>", {"x.jpg": photo["1.jpg"]})
    send(3, "<foto>2.jpg</foto>", {"2.jpg": photo["2.jpg"]})
    assert held(1) == [("rule", "/data/foto", "1.jpg")] and held(2) == [("rule", "/data/foto", "x.jpg")]
    assert held(3) == []


def test_a_photo_that_comes_late_counts_then(form, live, send, held, phone, units):
    live("same_file", field="/foto")
    send(1, "<foto>1.jpg</foto>", {"1.jpg": b"jpeg"})
    xml = builders.a_submission("padron", body="<foto>2.jpg</foto>", instance_id="uuid:2")
    assert phone.send(xml).status_code == 201
    builders.run_steps(units)
    assert not held(2)
    assert phone.send(xml, {"2.jpg": b"jpeg"}).status_code in (201, 202)
    builders.run_steps(units)
    assert held(2) and held(1)


def test_rules_of_one_record_alone(form, live, send, held):
    live("date_order", field="/hijos/dosis", other="/hijos/nacio", order="not_before")
    live("distance", field="/lugar", latitude=-4.5, longitude=-77.5, metres=1000)
    live("box", field="/lugar", south=-5, west=-78, north=-4, east=-77)
    live("duration", minutes=10)
    child = "<hijos><nacio>2020-01-01</nacio><dosis>{}</dosis></hijos>"
    send(1, "<start>2026-03-01T10:00:00.000-05:00</start><end>2026-03-01T10:30:00.000-05:00</end>"
         "<lugar>-4.5 -77.5 0 0</lugar>" + child.format("2020-02-01"))
    send(2, "<start>2026-03-01T10:00:00.000-05:00</start><end>2026-03-01T10:03:00.000-05:00</end>"
         "<lugar>-12 -77 0 0</lugar>" + child.format("2020-02-01") + child.format("2019-12-31"))
    assert held(1) == []
    assert [ref for _kind, ref, _value in held(2)] == [
        "/data/hijos[2]/dosis", "/data/lugar", "/data/lugar", "/data/end"]


def test_a_dry_run_counts_and_lists_and_keeps_nothing(form, manager, trial, send, held):
    for n, value in enumerate("abcabda"):
        send(n, filled(value, value))
    for field in ("dni", "aldea"):
        number = manager(lambda unit, field=field: rules.add_rule(
            unit, 1, "padron", "unique", {"field": f"/{field}"})).row.id
        seen = trial(number)
        assert (seen.total, seen.looked, seen.records, seen.findings, seen.complete) == (7, 7, 5, 5, True)
        assert [one.instance_id for one in seen.first] == ["uuid:6", "uuid:4", "uuid:3", "uuid:1", "uuid:0"]
        assert seen.first[0].finding.details["count"] == 2
        assert {one["instanceId"] for one in seen.first[0].finding.details["others"]} == {"uuid:0", "uuid:3"}
    assert all(not held(n) for n in range(7))


def test_a_dry_run_of_other_types(form, manager, trial, send):
    send(1, "<foto>1.jpg</foto><lugar>-4.5 -77.5 0 0</lugar>", {"1.jpg": b"jpeg"})
    send(2, "<foto>2.jpg</foto><lugar>-12 -77 0 0</lugar>", {"2.jpg": b"jpeg"})
    send(3)

    def tried(type, **parameters):
        number = manager(lambda unit: rules.add_rule(unit, 1, "padron", type, parameters)).row.id
        return trial(number)

    far = tried("distance", field="/lugar", latitude=-4.5, longitude=-77.5, metres=1000)
    assert (far.total, far.looked, far.records) == (3, 3, 1) and far.first[0].instance_id == "uuid:2"
    same = tried("same_file", scope="project")
    assert (same.records, same.findings) == (2, 2)
    assert [one.finding.ref for one in same.first] == ["/data/foto", "/data/foto"]


def test_a_dry_run_out_of_time_says_so(form, manager, trial, send, monkeypatch):
    monkeypatch.setattr(rule_trials, "TOGETHER", 1)
    for n in range(3):
        send(n, "<lugar>-12 -77 0 0</lugar>")
    number = manager(lambda unit: rules.add_rule(unit, 1, "padron", "box", {
        "field": "/lugar", "south": -5, "west": -78, "north": -4, "east": -77})).row.id
    seen = trial(number, seconds=0)
    assert (seen.total, seen.looked, seen.records, seen.complete) == (3, 1, 1, False)
    assert trial(number).looked == 3


def test_a_rule_is_tried_before_it_is_in_force_and_again_once_it_changed(form, manager, live, send, held):
    number = manager(lambda unit: rules.add_rule(unit, 1, "padron", "unique", {"field": "/dni"})).row.id
    with pytest.raises(Problem, match="try the rule"):
        manager(lambda unit: rules.publish_rule(unit, 1, "padron", number))
    number = live("unique", field="/dni")
    send(1, filled("7"))
    send(2, filled("7"))
    assert held(1)
    words = manager(lambda unit: rules.change_rule(unit, 1, "padron", number, message_es=" Revise  el DNI "))
    assert words.row.state == "live" and words.row.message_es == "Revise el DNI"
    shown = manager(lambda unit: rules.change_rule(unit, 1, "padron", number, parameters={"field": "/aldea"}))
    assert (shown.row.state, shown.row.tried) == ("draft", None) and not held(1)


def test_a_dry_run_of_what_was_changed_meanwhile_counts_for_nothing(form, manager, trial):
    number = manager(lambda unit: rules.add_rule(unit, 1, "padron", "unique", {"field": "/dni"})).row.id
    seen = trial(number)
    manager(lambda unit: rules.change_rule(unit, 1, "padron", number, parameters={"field": "/aldea"}))
    with pytest.raises(Problem) as told:
        manager(lambda unit: rules.note_trial(unit, 1, "padron", number, seen.parameters, seen.summary()))
    assert told.value.code == 409.3


def test_out_of_force_its_findings_are_gone_and_dropped_it_comes_back(form, manager, live, send, held):
    number = live("unique", field="/dni", severity="error")
    send(1, filled("7"))
    send(2, filled("7"))
    def errors():
        return manager(lambda unit: records.find_record(unit, 1, "padron", "uuid:1").submission.errors)

    assert errors() == 1
    stopped = manager(lambda unit: rules.stop_rule(unit, 1, "padron", number))
    assert stopped.row.state == "draft" and not held(1) and errors() == 0
    manager(lambda unit: rules.drop_rule(unit, 1, "padron", number))
    assert manager(lambda unit: rules.list_rules(unit, 1, "padron")) == []
    back = manager(lambda unit: rules.restore_rule(unit, 1, "padron", number))
    assert back.row.state == "draft" and [one.row.id for one in manager(
        lambda unit: rules.list_rules(unit, 1, "padron"))] == [number]


def test_settled_findings_stay_settled(form, live, send, units, manager, held):
    live("unique", field="/dni")
    send(1, filled("7"))
    send(2, filled("7"))
    with units.reading(access.SYSTEM) as unit:
        mark, = [row.fingerprint for row in builders.findings_of(unit, "padron", "uuid:1") if row.kind == "rule"]
    manager(lambda unit: findings.settle(unit, 1, "padron", "uuid:1", mark, "Son gemelos"))
    send(3, filled("7"))
    with units.reading(access.SYSTEM) as unit:
        one, = [row for row in builders.findings_of(unit, "padron", "uuid:1") if row.kind == "rule"]
    assert one.settled_note == "Son gemelos" and one.details["count"] == 2


def test_whoever_may_not_change_the_form_changes_no_rule(form, units, carol):
    viewer = access.Actor(carol.id, "user", "Carol", (access.Grant(access.VIEWER.id, ("project", 1)),))
    assert units.write(viewer, lambda unit: rules.list_rules(unit, 1, "padron")) == []
    of_form = access.Actor(carol.id, "user", "Carol", (access.Grant(access.MANAGER.id, ("form", form.form.id)),))
    for actor, act in (
            (viewer, lambda unit: rules.add_rule(unit, 1, "padron", "unique", {"field": "/dni"})),
            (viewer, lambda unit: rule_trials.dry_run(unit, 1, "padron", 1)),
            (viewer, lambda unit: rules.list_choices(unit, 1, "padron")),
            (of_form, lambda unit: rules.add_rule(unit, 1, "padron", "unique", {"field": "/dni", "scope": "project"}))):
        with pytest.raises(Problem) as told:
            units.write(actor, act)
        assert told.value.code == 403.1


def test_a_rule_that_breaks_is_a_finding_that_says_so(form, live, send, units, monkeypatch):
    live("unique", field="/dni")

    def broken(*_given):
        raise ValueError("broken")

    monkeypatch.setattr(rule_findings, "judge", broken)
    send(1, filled("7"))
    with units.reading(access.SYSTEM) as unit:
        assert [(one.kind, one.details.get("reason")) for one in builders.findings_of(unit, "padron", "uuid:1")
                ].count(("not-evaluated", "failed")) == 1
