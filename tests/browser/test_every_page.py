"""Every page that an address leads to, with the demonstration on it, at both widths and in both schemes.

Each keeps what every page owes: `Visitor.look` says it, and what it costs a slow phone is weighed. A new page has to
stand in the table.
"""

import re
import time
from types import SimpleNamespace

import pytest

from collector.app import create_app
from tests.browser import list_material as lists
from tests.browser.test_pages import LIGHTEST_LINK, PHOTOS, open_folds
from tests.browser.visitor import LAPTOP, PHONE, Visitor
from tests.conftest import test_settings as settings_of
from tests.live import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HEAVIER = {"docs.show": 75_000}  # the whole API in one list, for who writes programs, not for a phone on a river
FRAME = 15_000  # bytes that the style and the scripts of every page weigh at least
FORM, ANSWER = "acreditacion_autoridades", "/g_todo/g_comunidad/informante"
NO_PAGES = """
    datasets.csv entity_imports.template
    docs.description docs.explore activity.csv activity.csv_of_project exports.codebook exports.file
    exports.part exports.recent findings.progress
    forms.definition forms.media_file forms.source forms.test_code parked.xml phones.picture
    public_links.picture recipes.numbers recipes.script recipes.yaml submissions.export submissions.file
    submissions.picture submissions.print_css
    submissions.qr submissions.version_xml submissions.xml
"""  # files, pictures, and parts of a page that htmx asks for
PAGES = {  # what is asked for beyond the address
    "account.show": ("",), "account.other": ("",),
    "activity.list": ("",), "activity.of_project": ("", "?kind=seen"),
    "alike.show": ("",),
    "cleaning.show": ("",),
    "conflicts.list": ("",), "conflicts.show": ("",),
    "correcting.ask": ("",), "correcting.back": ("",),
    "datasets.list": ("",), "datasets.settings": ("",), "datasets.waiting": ("",),
    "datasets.show": ("", "?q=ishpingo", "?q=nada+de+esto", "?state=conflict", "?state=trash"),
    "deciding.ask": ("?move=reject", "?move=hasIssues"), "deciding.settings": ("",),
    "docs.show": ("",),
    "entities.edit": ("",), "entities.new": ("",), "entities.show": ("",),
    "entity_imports.ask": ("",), "entity_imports.preview": ("",),
    "exports.one": ("",), "exports.show": ("", f"?form={FORM}&only=queue%3Dwaiting"),
    "forms.list": ("",), "forms.show": ("",), "forms.upload": ("",),
    "home.project": ("",), "home.start": ("",),
    "inbox.bulk": ("",),
    "inbox.list": ("", f"?form={FORM}", "?queue=all&q=ejemplo", "?queue=returned", "?queue=alike", "?q=nada+de+esto"),
    "invitations.list": ("", "?project={project_id}", "?project={project_id}&new=1"),
    "joining.forgotten": ("",), "joining.join": ("",), "joining.new_password": ("",),
    "lineage.show": (f"?ref={ANSWER}",),
    "mandates.list": ("", "?on=2026-02-01", "?q=nada+de+esto"), "mandates.of_project": ("",),
    "mandates.show": ("", "?on=2025-02-01&known=2026-01-01"),
    "mappings.list": ("",), "mappings.show": (f"?from={ANSWER}",),
    "menu.show": ("",),
    "overview.show": ("", f"?form={FORM}", f"?form={FORM}&by={ANSWER}"),
    "parked.list": ("",), "parked.show": ("",),
    "people.list": ("", "?project={project_id}", "?project={project_id}&new=1"),
    "phones.list": ("", "?new=1", "?phone={phone_id}"), "phones.sheet": ("",),
    "programme.count": ("",), "programme.show": ("",),
    "projects.list": ("",), "projects.new": ("",), "projects.settings": ("",),
    "recipes.history": ("",), "recipes.list": ("",), "recipes.new": ("",), "recipes.show": ("", "?add="),
    "recipes.upload": ("",),
    "returns.ask": ("",), "returns.list": ("", "?state=open"),
    "rules.list": ("",), "rules.new": ("", "?type=distance"), "rules.show": ("",),
    "sign_in.show": ("",),
    "statistics.show": ("", f"?form={FORM}"),
    "status.show": ("",),
    "trash.list": ("",),
    "submissions.list": ("",), "submissions.photo": ("",), "submissions.print": ("",),
    "submissions.show": ("", "?codes=1"), "submissions.version": ("",),
    "webhooks.list": ("", "?new=1"), "webhooks.show": ("",),
}
STRANGERS = ("sign_in.show", "joining.forgotten", "joining.join", "joining.new_password")  # what nobody signs in for


class Watched:
    """A visitor whose page's answers are listed as they come."""

    def __init__(self, visitor: Visitor):
        self.visitor, self.loaded = visitor, []
        visitor.page.on("response", lambda answer: self.loaded.append(answer))


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """build(endpoint, values) -> path, and the endpoints that answer people's GET."""
    rules = create_app(settings_of(tmp_path_factory.mktemp("addresses"))).url_map
    asked = {rule.endpoint for rule in rules.iter_rules()
             if "GET" in rule.methods and not rule.endpoint.startswith(("api_", "openrosa_", "static", "health."))}
    build = rules.bind("localhost").build

    def path_of(endpoint: str, things: dict) -> str:
        rule = next(one for one in rules.iter_rules(endpoint) if "GET" in one.methods)
        return build(endpoint, {name: things[name] for name in rule.arguments}, "GET")

    return SimpleNamespace(asked=asked, path_of=path_of)


def test_every_page_stands_in_the_table(addresses):
    known = PAGES.keys() | set(NO_PAGES.split())
    assert addresses.asked - known == set(), "who looks at these pages? tests/browser/test_every_page.py"
    assert known - addresses.asked == set(), "these pages are gone"


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_every_page_is_whole_light_and_open_to_all(size, addresses, visit, enter, server):
    known, stranger = Watched(visit(size=size)), Watched(visit(size=size, scheme="dark"))
    known.visitor.go("/sign-in")
    enter(known.visitor)
    things, wrong = behind(server.administrator(), known.visitor), []
    weights: dict[str, int] = {}
    for endpoint, queries in PAGES.items():
        who = stranger if endpoint in STRANGERS else known
        values = things | things["of"].get(endpoint, {})
        for query in queries:
            address = addresses.path_of(endpoint, values) + query.format(**values)
            try:
                look(who, address, f"every-{endpoint}{re.sub(r'[^a-z]+', '-', query)}", weights,
                     HEAVIER.get(endpoint, LIGHTEST_LINK))
            except AssertionError as fault:
                wrong.append(f"{endpoint} {address}: {str(fault).partition(chr(10))[0]}")
                who.visitor.faults.clear()
    assert not wrong, "\n\n".join(wrong)


def look(one: Watched, address: str, name: str, weights: dict[str, int], heaviest: int) -> None:
    """Nothing, when the page is whole as it comes and, on a phone, with all that folds open, and light."""
    weigh(one, weights)
    one.visitor.page.goto(address, wait_until="networkidle")
    needed = weigh(one, weights)
    one.visitor.look(name)
    if one.visitor.size == PHONE and one.visitor.page.locator("main details:not([open])").count():
        open_folds(one.visitor)
        one.visitor.look(f"{name}-open")
    weight = sum(weights[url] for url in needed if not any(part in url for part in PHOTOS))
    assert FRAME < weight < heaviest, f"{weight} bytes"


def weigh(one: Watched, weights: dict[str, int]) -> set[str]:
    """The addresses that were loaded since. What an earlier page brought is kept by the browser: its weight stays."""
    loaded = one.loaded[:]
    one.loaded.clear()
    for answer in loaded:
        weights[answer.url] = max(weights.get(answer.url, 0), answer.request.sizes()["responseBodySize"])
    return {answer.url for answer in loaded}


def behind(api, visitor: Visitor) -> dict:
    """{argument of an address: value}: something of the demonstration, made where it has none, is behind each."""
    project, = (one["id"] for one in api.get("/projects") if one["name"].startswith("Demostración"))
    here = f"/projects/{project}"
    form = f"{here}/forms/{FORM}"
    record, version, photo = a_record(api, form)
    if not api.get(f"{here}/returns?state=open"):
        other = next(one["instanceId"] for one in api.get(f"{form}/submissions") if one["instanceId"] != record)
        api.post(f"{form}/submissions/{other}/returns", json={"words": "Vuelva a mirarlo."})
    job = api.post(f"{form}/exports", json={})
    ends = time.monotonic() + 60
    while api.get(f"{form}/exports/{job['id']}")["state"] not in ("done", "ready", "finished"):
        assert time.monotonic() < ends, api.get(f"{form}/exports/{job['id']}")
        time.sleep(0.3)
    hook_to = {"name": "De paso", "url": "https://collector.invalid/x", "events": ["submission.create"]}
    recipe, rule, hook, bulk = (api.post(path, json=given)["id"] for path, given in (
        (f"{form}/recipes", {"name": f"De paso {visitor.size[0]}"}),
        (f"{form}/rules", {"type": "same_file", "parameters": {}}),
        (f"{here}/webhooks", hook_to),
        (f"{here}/bulk-decisions", {"move": "approve", "filter": {"form": FORM, "queue": "waiting"}})))
    dataset = f"comunidades_{visitor.size[0]}"
    lists.publish(api, project, f"visita_{dataset}", dataset)
    entity = lists.met(api, project, f"visita_{dataset}", dataset)
    mandates = lists.mandates(api, project, f"mandatos_{visitor.size[0]}")
    email = f"de-paso-{visitor.size[0]}@example.org"
    person = api.post("/users", json={"email": email, "password": PASSWORD})["id"]
    visitor.go(f"{here}/parked")
    parked = visitor.page.locator("main th a").first.get_attribute("href").rpartition("/")[2]
    numbers = {"recipes.show": recipe, "recipes.history": recipe, "recipes.upload": recipe, "rules.show": rule,
               "webhooks.show": hook, "inbox.bulk": bulk, "exports.one": job["id"], "parked.show": int(parked)}
    tokens = {"joining.join": link(visitor, f"/invitations?project={project}&new=1", "Crear enlace de invitación"),
              "joining.new_password": link(visitor, f"/people/{person}", "Crear enlace para contraseña nueva")}
    return {"project_id": project, "form_id": FORM, "instance_id": record, "version_id": version, "name": photo,
            "phone_id": api.get(f"{here}/app-users")[0]["id"], "person_id": person, "list_name": dataset,
            "uuid": entity, "target_key": "comunidades_tramo_2",
            "community": lists.SERENO,
            "of": {**{page: {"list_name": mandates} for page in ("mandates.list", "mandates.show")},
                   **{page: {"number": number} for page, number in numbers.items()},
                   **{page: {"token": token} for page, token in tokens.items()}}}


def link(visitor: Visitor, path: str, words: str) -> str:
    """The token at the end of the link that pressing these words makes."""
    visitor.go(path)
    visitor.press(words)
    return visitor.text("#link").rpartition("/")[2]


def a_record(api, form: str) -> tuple[str, str, str]:
    """(instance id, its newest version, a photo) of a record that was edited."""
    for one in api.get(f"{form}/submissions"):
        at = f"{form}/submissions/{one['instanceId']}"
        versions = api.get(f"{at}/versions")
        photos = [file["name"] for file in api.get(f"{at}/attachments") if file["exists"]]
        if len(versions) > 1 and photos:
            return one["instanceId"], versions[0]["instanceId"], photos[0]
    raise AssertionError("the demonstration has no edited record with a photo")
