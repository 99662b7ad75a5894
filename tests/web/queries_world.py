"""The world of `rights_world` with many of everything in it, so that what an answer costs can be compared.

`fill` puts something behind every address; `grow` makes many of each kind, the most of them about the very things that
the addresses name: many versions, answers, files, findings, comments of one record, many versions of its form.
"""

from collector.domain import access
from collector.domain.access import RowScope
from collector.services import comments, grants, invitations, passwords, people, phones, projects, returns
from tests import builders
from tests.web.rights_world import FORM, SEEN, SURVEY, body

PICTURE = builders.a_photo(size=(9, 6))
DRAFT = "uuid:borrador"
HERE = f"/v1/projects/1/forms/{FORM}"


def grow(app, things: dict, many: int) -> dict[str, builders.Person]:
    """{name: somebody who asks}: alice, who may see all, and a reader with a limited grant for each of many forms."""
    units = builders.units_of(app)
    alice = builders.person(app, "alice")
    for number in range(many):
        builders.a_form(units, SURVEY.format(form=f"f{number}", version="1"))
    for number in range(2, many + 2):
        last = number == many + 1
        builders.a_form(units, _rich(str(number), many) if last else SURVEY.format(form=FORM, version=number),
                        media={f"m{one}.png": PICTURE for one in range(many)} if last else None)
    units.write(access.SYSTEM, lambda unit: _people(unit, alice.id, many))
    keys = _send(app, many)
    builders.run_steps(units)
    units.write(access.SYSTEM, lambda unit: _words(unit, many))
    _by_hand(alice, many)
    builders.run_steps(units)
    units.write(access.SYSTEM, lambda unit: _reader(unit, [key.id for key in keys], many))
    for rule in app.url_map.iter_rules():  # publishing took away the test data of the draft before
        if "draft_" in rule.endpoint and "instance_id" in rule.arguments:
            things["of"][rule.endpoint] = dict.fromkeys(rule.arguments & {"instance_id", "version_id"}, DRAFT)
    return {"alice": alice, "reader": builders.person(app, "reader")}


def _rich(version: str, many: int) -> str:
    """The survey with many files beside it, and in its repeat a number and a picture."""
    text = SURVEY.format(form=FORM, version=version)
    text = text.replace("|  | list_name | name | label |", "|  | list_name | name | label | media::image |")
    choices = "".join(f"|  | sitio | m{one} | M {one} | m{one}.png |\n" for one in range(many))
    text = text.replace("| settings |", f"{choices}| settings |")
    return text.replace("|  | end_repeat | | |", "|  | integer | anios | Años |\n|  | image | retrato | Retrato |\n"
                                                 "|  | end_repeat | | |")


def _people(unit, alice_id: int, many: int) -> None:
    """Accounts with roles everywhere, sessions, projects, phones, invitations."""
    project, form = grants.place(unit, 1), grants.place(unit, 1, FORM)
    for number in range(many):
        person = people.add_user(unit, f"p{number}@example.org", f"Persona {number}", passwords.Hashed("x"))
        for role, kind, place in ((1, "site", 0), (6, "project", 1), (20, "form", form.id)):
            builders.add_grant(unit, person.id, role, kind, place)
        projects.create_project(unit, f"Proyecto {number}", "es", "America/Lima")
        people.open_session(unit, alice_id, f"Browser {number}")
        phones.add_phone(unit, 1, f"Otro teléfono {number}", all_forms=True)
        invitations.invite(unit, project, grants.role("viewer"), f"i{number}@example.org")


def _send(app, many: int) -> list[builders.PhoneKey]:
    """Records of many phones, a record of each form, a record with many versions, and what had to be set aside."""
    keys = [builders.phone_key(app, name=f"Teléfono {number}") for number in range(many)]
    before = f"{SEEN}-b"
    for number, key in enumerate(keys):
        sent = body("Ana", "ana.jpg", "uno").replace(">30<", ">treinta<")
        for form in (FORM, f"f{number}"):
            xml = builders.a_submission(form, "1", sent, f"uuid:{form}-{number}")
            assert key.send(xml, {"ana.jpg": PICTURE}, device=f"collect:{number}").status_code == 201
        assert key.send(builders.a_submission("none", "1", sent, f"uuid:n-{number}")).status_code == 404
        now, last = f"{SEEN}-e{number}", number == many - 1
        files = {"ana.jpg": PICTURE} | ({f"r{one}.jpg": PICTURE for one in range(many)} if last else {})
        answers = _household(many) if last else body("Ana", "ana.jpg", "uno", str(number))
        xml = builders.a_submission(FORM, str(many + 1) if last else "1", answers, now, before)
        answer = keys[0].send(xml, files, device=f"collect:of-one-{number}")
        assert answer.status_code == 201, answer.text
        before = now
    return keys


def _household(many: int) -> str:
    """Answers with many persons, each with a wrong number and a picture."""
    persons = "".join(f"<persona><quien>Q {one}</quien><anios>x</anios><retrato>r{one}.jpg</retrato></persona>"
                      for one in range(many))
    return f"<nombre>Ana</nombre><distrito>uno</distrito><edad>30</edad><foto>ana.jpg</foto>{persons}"


def _words(unit, many: int) -> None:
    for number in range(many):
        comments.comment(unit, 1, FORM, SEEN, f"comentario {number}")
        returns.open_return(unit, 1, FORM, f"uuid:{FORM}-{number}", [("/nombre", "revise")], words="revise")


def _by_hand(alice, many: int) -> None:
    """What is made over HTTP: test data of the draft, recipes, rules, exports, links, webhooks, a bulk decision."""
    assert alice.post(f"{HERE}/draft").status_code == 200
    for number in range(many):
        draft = builders.a_submission(FORM, "1", body("Ana", "ana.jpg", "uno"), None if number else DRAFT)
        hook = {"name": f"gancho {number}", "url": "https://example.org/x", "events": ["submission.create"]}
        for path, given in (
                (f"{HERE}/recipes", {"json": {"name": f"receta {number}"}}),
                (f"{HERE}/rules", {"json": {"type": "unique", "parameters": {"field": "/nombre"}}}),
                (f"{HERE}/exports", {"json": {"purpose": f"para {number}"}}),
                (f"{HERE}/draft/submissions", {"data": draft, "headers": {"Content-Type": "application/xml"}}),
                ("/v1/projects/1/webhooks", {"json": hook}),
                ("/v1/projects/1/actor-properties", {"json": {"name": f"zona{number}"}}),
                (f"{HERE}/public-links", {"json": {"displayName": f"Enlace {number}",
                                                   "properties": {f"zona{number}": "x"}}})):
            answer = alice.post(path, **given)
            assert answer.status_code in (200, 201, 202), (path, answer.text)
        for place in ("site", "project/1"):
            kept = alice.put(f"/v1/user-preferences/{place}/p{number}", json={"propertyValue": number})
            assert kept.status_code == 200, kept.text
    planned = alice.post("/v1/projects/1/bulk-decisions", json={"move": "approve"})
    assert planned.status_code in (200, 201), planned.text
    confirmed = alice.post(f"/v1/projects/1/bulk-decisions/{planned.json['id']}/confirm",
                           json={"count": planned.json["changes"]})
    assert confirmed.status_code in (200, 202), confirmed.text


def _reader(unit, phone_ids: list[int], many: int) -> None:
    """Somebody with a grant for each of many forms and projects, each limited to some records."""
    email = "reader@example.org"
    person = people.add_user(unit, email, "Reader", people.hash_password(unit, email, builders.PASSWORD))
    named = RowScope(tuple(phone_ids), "distrito", ("uno",))
    for form in (FORM, *(f"f{number}" for number in range(many))):
        builders.add_grant(unit, person.id, 20, "form", grants.place(unit, 1, form).id, named)
        builders.add_grant(unit, person.id, 21, "form", grants.place(unit, 1, form).id,
                           RowScope(field="/distrito", values=("uno",)))
    for project in projects.list_projects(unit):
        if project.id > 2:
            builders.add_grant(unit, person.id, 6, "project", project.id)
