"""Every page with the records of the demonstration on it, and what a page costs a slow phone."""

import pytest

from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LIGHTEST_LINK = 60_000  # bytes of a page with all that it needs, before photos
PLACES = {"home": "", "records": "/submissions", "forms": "/forms", "phones": "/phones",
          "phones-sheet": "/phones/sheet", "parked": "/parked", "settings": "/settings",
          "exports": "/exports", "statistics": "/statistics?form=evaluacion_taller",
          "statistics-crossed": "/statistics?form=evaluacion_taller&part=3&cross=/momento",
          "statistics-repeat": "/statistics?form=acreditacion_autoridades&part=9"}
PHOTOS = ("/pictures/", "qr.png")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (LAPTOP, "light")], ids=["phone", "laptop"])
def test_every_page_is_whole_with_records_on_it(size, scheme, visit, enter):
    visitor = visit(size=size, scheme=scheme)
    visitor.go("/sign-in")
    enter(visitor)
    project = demonstration(visitor)
    for name, path in PLACES.items():
        visitor.go(project + path)
        if name.startswith(("exports", "statistics")):
            open_folds(visitor)
        visitor.look(f"demo-{name}")
    number = project.rpartition("/")[2]
    for name, path in {"people": f"/people?project={number}", "people-new": f"/people?project={number}&new=1",
                       "people-site": "/people", "status": "/status"}.items():
        visitor.go(path)
        visitor.look(f"demo-{name}")
    for name, path, link in (("phone", "/phones", "main th a"), ("parked-one", "/parked", "main th a"),
                             ("form", "/forms", "main th a")):
        visitor.go(project + path)
        visitor.go(visitor.page.locator(link).first.get_attribute("href"))
        visitor.look(f"demo-{name}")
    for name, address in records(visitor, project).items():
        visitor.go(address)
        assert visitor.page.locator("main a", has_text="Ver códigos").count() == 1
        open_folds(visitor)
        visitor.look(f"demo-record-{name}")
    visitor.go(f"{project}/nada")
    visitor.look("not-found", 404)


def test_a_page_costs_less_than_60_kb_before_photos(visit, enter):
    first = visit()
    first.go("/sign-in")
    enter(first)
    project = demonstration(first)
    addresses = {"home": project, "records": f"{project}/submissions", "exports": f"{project}/exports",
                 "statistics": f"{project}/statistics", **records(first, project)}
    for name, address in addresses.items():
        fresh = visit()  # nothing is kept from a page before
        fresh.context.add_cookies(first.context.cookies())
        answers = []
        fresh.page.on("response", lambda answer, told=answers: told.append(answer))
        fresh.page.goto(address, wait_until="networkidle")
        weights = {answer.url.rpartition("/")[2]: answer.request.sizes()["responseBodySize"] for answer in answers
                   if not any(part in answer.url for part in PHOTOS)}
        assert 20_000 < sum(weights.values()) < LIGHTEST_LINK, (name, weights)


def demonstration(visitor: Visitor) -> str:
    """The path of the project of the demonstration."""
    visitor.go("/projects")
    return visitor.page.locator("main th a", has_text="Demostración").get_attribute("href")


def records(visitor: Visitor, project: str) -> dict[str, str]:
    """The path of the newest record of each form."""
    visitor.go(f"{project}/submissions")
    forms = visitor.page.eval_on_selector_all("#form option", "all => all.map(one => one.value).filter(one => one)")
    found = {}
    for form_id in forms:
        visitor.go(f"{project}/submissions?form={form_id}")
        first = visitor.page.locator(".rec a").first
        if first.count():
            found[form_id] = first.get_attribute("href")
    assert len(found) >= 13, "the demonstration has records of the whole library"
    return found


def open_folds(visitor: Visitor) -> None:
    visitor.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
