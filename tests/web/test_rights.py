"""Every page and action, tried as everybody: each role on a project and on one form, limited to some records, nobody.

The table says which verb each endpoint asks for; `domain/access` says who holds it. What is allowed must not be
refused, what is not must be; and no answer to who is limited to some records may hold a word of any other record.
"""

import io
import zipfile
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from collector.app import create_app
from collector.domain import access
from collector.domain.access import RowScope
from collector.services import people
from collector.services.unit import UnitOfWork
from tests import builders
from tests.conftest import test_settings as settings_of
from tests.web.rights_table import VERB_OF
from tests.web.rights_world import ABSENT, BODIES, SECRET, fill

ROLES = ("manager", "supervisor", "analyst", "viewer", "formfill")
READ = ("GET", "HEAD")
REFUSED = (401, 403, 404)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """An installation with something behind every address; whatever is done to it from now on is undone at once."""
    data = tmp_path_factory.mktemp("rights")
    app = create_app(settings_of(data))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    builders.create_tables(units)
    builders.add_people(units)
    things = fill(app)
    made = {name: _somebody(units, name, grants) for name, grants in _everybody(things).items()}
    units.write = lambda actor, work: _undone(units, actor, work)
    yield SimpleNamespace(app=app, units=units, things=things, tokens=made, grants=_everybody(things))
    units.engine.dispose()


def _undone(units, actor, work):
    """What the work answers, with nothing kept of it: everybody is tried on the same world."""
    with Session(units._immediate, expire_on_commit=False) as session:
        try:
            answer = work(UnitOfWork(units, session, actor, writes=True))
            session.flush()
            return answer
        finally:
            session.rollback()


def _everybody(things) -> dict[str, list]:
    """{name: [(role, place, rows)]}."""
    project, form, number = ("project", 1), ("form", things["form"]), {one.system: one.id for one in
                                                                        access.ROLES.values()}
    limits = {"phones": RowScope((things["phone_id"],)), "field": RowScope(field="distrito", values=("uno",)),
              "nothing": RowScope(field="/no/existe", values=("x",))}
    return {
        "nobody": None, "stranger": [], "administrator": [(1, ("site", 0), None)],
        **{f"{role} of the project": [(number[role], project, None)] for role in ROLES},
        **{f"{role} of one form": [(number[role], form, None)] for role in ROLES},
        **{f"supervisor limited by {name}": [(20, project, rows)] for name, rows in limits.items()},
        "analyst limited by phones": [(21, project, limits["phones"])],
        "viewer limited by field": [(6, project, limits["field"])],
        "supervisor of one form limited by phones": [(20, form, limits["phones"])],
        "manager of another project": [(5, ("project", 2), None)],
        "data collector who reads one form": [(8, project, None), (6, form, None)],
    }


def _somebody(units, name: str, grants: list | None) -> str | None:
    if grants is None:
        return None

    def work(unit):
        email = f"{name.replace(' ', '.')}@example.org"
        person = people.add_user(unit, email, name, people.hash_password(unit, email, builders.PASSWORD))
        for role, place, rows in grants:
            builders.add_grant(unit, person.id, role, *place, rows)
        return people.open_session(unit, person.id).token
    return units.write(access.SYSTEM, work)


def _rules(app):
    return [(rule, method) for rule in app.url_map.iter_rules() if rule.endpoint in VERB_OF
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"})]


def _ask(world, who: str, rule, method: str, things: dict):
    values = {name: things[name] for name in rule.arguments - set(rule.defaults or ()) if name in things}
    values |= things["of"].get(rule.endpoint, {})
    with world.app.test_request_context():
        path = world.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    if rule.endpoint.startswith(("people.", "invitations.")):
        path += "?project=1"
    headers = {"X-OpenRosa-Version": "1.0"}
    if world.tokens[who]:
        headers["Authorization"] = f"Bearer {world.tokens[who]}"
    body = BODIES.get(rule.endpoint, {})
    given = {"json": {}} if rule.rule.startswith("/v1/") and method not in READ else {}
    body = body() if callable(body) else body
    return world.app.test_client().open(path, method=method, headers=headers, buffered=True, **(body or given))


def _allowed(world, who: str, rule, form: int) -> bool:
    """Whether the table and the roles let somebody do this at a form of project 1."""
    verb, held = VERB_OF[rule.endpoint], world.grants[who]
    if verb == "open":
        return True
    if verb == "signed" or held is None:
        return held is not None
    grants = tuple(access.Grant(role, place, rows) for role, place, rows in held)
    here = (("form", form), ("project", 1), ("site", 0))
    kind, name = (verb[0], verb[1:]) if verb[0] in "/@~" else ("", verb)
    at_form = kind == "@" or rule.arguments & {"xml_form_id", "form_id"} - ({"form_id"} if "<int:form_id>" in rule.rule
                                                                            else set())
    places = {"/": here[2:], "~": (("form", world.things["form"]), *here)}.get(kind, here if at_form else here[1:])
    together = all if "&" in name else any
    return together(access.may(grants, one, places) for one in name.replace("&", "|").split("|"))


def _may_lack(endpoint: str, who: str) -> bool:
    """Whether somebody who may use an address finds nothing there: it does not exist, or is outside of their scope."""
    outside = ("draft" in endpoint or "export" in endpoint or ("parked" in endpoint and "phones" not in who))
    return endpoint in ABSENT or "nothing" in who or ("limited" in who and outside)


def _is_refused(answer) -> bool:
    return answer.status_code in REFUSED or "/sign-in?" in answer.headers.get("Location", "")


def test_every_route_stands_in_the_table(world):
    routes = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    assert routes - VERB_OF.keys() == set(), "which verb do these ask for? tests/web/rights_table.py"
    assert VERB_OF.keys() - routes == set(), "these routes are gone"


@pytest.mark.parametrize("who", _everybody({"form": 0, "phone_id": 0}))
def test_everybody_may_what_their_role_says_and_nothing_else(world, who):
    wrong = []
    for form, things in ((world.things["form"], world.things), (world.things["other_form"],
                                                               {**world.things, **world.things["other"]})):
        for rule, method in _rules(world.app):
            verb = VERB_OF[rule.endpoint]
            elsewhere = things is not world.things
            named = rule.arguments & {"xml_form_id", "form_id"}
            if verb == "other" or (elsewhere and ("form" not in who or not named)):
                continue
            answer = _ask(world, who, rule, method, things)
            allowed, refused = _allowed(world, who, rule, form), _is_refused(answer)
            not_there = answer.status_code == 404 and (
                elsewhere or method not in READ or _may_lack(rule.endpoint, who))
            failed = answer.status_code >= 500 and answer.status_code != 501  # what is not offered is told after asking
            if failed or (allowed == refused and not (allowed and not_there)):
                wrong.append(f"{who}: {method} {rule.endpoint} ({verb}) at {things['form_id']}: {answer.status_code}, "
                             f"{'may' if allowed else 'may not'}: {answer.text[:100] if answer.is_json else ''}")
    assert not wrong, "\n".join(wrong)


LIMITED = [name for name in _everybody({"form": 0, "phone_id": 0}) if "limited" in name]


@pytest.mark.parametrize("who", LIMITED)
def test_no_answer_tells_of_records_outside_of_the_scope(world, who):
    told = []
    for rule, method in _rules(world.app):
        if method in READ or rule.endpoint.startswith("api_exports.") or "preview" in rule.endpoint:
            answer = _ask(world, who, rule, method, world.things)
            if SECRET in _whole(answer).lower():
                told.append(f"{who}: {method} {rule.endpoint}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize("who", LIMITED)
def test_a_record_outside_of_the_scope_is_not_there(world, who):
    found = []
    for rule, method in _rules(world.app):
        about = rule.arguments & {"instance_id", "record", "number"} and VERB_OF[rule.endpoint] != "other" and (
            rule.arguments & {"instance_id", "record"} or VERB_OF[rule.endpoint][0] == "@" or "export" in rule.endpoint)
        if about and not _is_refused(_ask(world, who, rule, method, {**world.things, **world.things["hidden"]})):
            found.append(f"{who}: {method} {rule.endpoint}")
    assert not found, "\n".join(found)


def _whole(answer) -> str:
    """The text of an answer, with the names and the content of what lies in a zip."""
    data = answer.data
    if data[:2] != b"PK":
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())


def test_the_same_questions_do_tell_it_to_who_may_see_all(world):
    """The search above would find the word: so it does for the manager."""
    seen = {rule.endpoint for rule, method in _rules(world.app)
            if method in READ and SECRET in _whole(_ask(world, "manager of the project", rule, method, world.things))
            .lower()}
    assert {"api_exports.as_zip", "api_submissions.list_all_get", "inbox.list", "submissions.list", "exports.file",
            "api_export_jobs.download", "parked.list", "submissions.show", "returns.list",
            "api_returns.list_all"} <= seen
