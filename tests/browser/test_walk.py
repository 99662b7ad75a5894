"""The three people of the demonstration go their ways through its story, on a phone and on a laptop.

Each signs in with what the server told when it was made. Every page they come to is looked at; what a page says of
numbers is held against what stands behind them.
"""

import csv
import io
import re
import tomllib
import zipfile

import pytest

from collector.services.first_start import LIBRARY
from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])

BIG, BESIDE = ".goal a.t-xl", ".goal p.small a, .beside a"
SIGNED_LATE, LAPSED = "acuerdo_convivencia", "no ejercía un cargo el"
FORM = "evaluacion_taller"
LINES = tomllib.loads((LIBRARY / "programas.toml").read_text("utf-8"))["line"]


@pytest.fixture(scope="module")
def server(demonstrated):
    """A server of its own: other tests change who may sign in."""
    return demonstrated()


@SIZES
def test_the_coordinator_sees_how_the_programme_stands(size, visit, enter, story):
    walker = signed_in(visit(size=size), enter, story, "coordinadora")
    project = walker.page.url
    walker.look("walk-coordinator-home")
    assert int(number(walker.text(".tiles a b"))) > 0
    walker.press("Ver", "[aria-labelledby=h-programme]")
    walker.look("walk-programme")
    counts = goals(walker, BIG)
    assert len(counts) == len([one for line in LINES for one in line.get("target", ()) if not one.get("beside")])
    for told, address in counts + (goals(walker, BESIDE) if size == LAPTOP else []):
        walker.go(address)
        assert behind(walker) == told, (told, address)
    a_community_with_two_boards(walker, project)
    two_changes_at_once(walker, project)
    follow(walker, "Personas")
    walker.look("walk-people")
    for name in ("Coordinadora", "Supervisora", "Analista"):
        assert name in walker.text(), walker.text()


@SIZES
def test_the_supervisor_works_through_the_inbox(size, visit, enter, story):
    walker = signed_in(visit(size=size), enter, story, "supervisora")
    project = walker.page.url
    walker.look("walk-supervisor-home")
    follow(walker, "Bandeja")
    walker.look("walk-inbox")
    walker.press("Devueltos")
    first_record(walker)
    assert "Devuelto, venció" in walker.text() and "Cerrar la devolución" in walker.text()
    walker.look("walk-returned")
    walker.go(f"{project}/inbox?queue=all&form={SIGNED_LATE}&finding=warning")
    first_record(walker)
    assert LAPSED in walker.text(), "whose office had ended signed"
    walker.look("walk-lapsed")
    walker.go(f"{project}/inbox?form={SIGNED_LATE}")
    waiting = rows(walker)
    first_record(walker)
    record = walker.page.url.partition("?")[0]
    walker.look("walk-waiting")
    walker.press("Aprobar", ".decide")
    walker.go(record)
    assert "Aprobado" in walker.text(".head")
    walker.look("walk-approved")
    walker.press("Deshacer mi última decisión")
    walker.go(record)
    assert "Recibido" in walker.text(".head")
    walker.go(f"{project}/inbox?form={SIGNED_LATE}")
    assert rows(walker) == waiting


@SIZES
def test_the_analyst_takes_data_out(size, visit, enter, story):
    walker = signed_in(visit(size=size), enter, story, "analista")
    project = walker.page.url
    walker.look("walk-analyst-home")
    follow(walker, "Exportar")
    walker.go(f"{project}/exports?form={FORM}")
    walker.look("walk-exports")
    told = number(walker.text("#order button.main"))
    assert table(walker) == int(told) > 100
    follow(walker, "Estadísticas")
    walker.go(f"{project}/statistics?form={FORM}&part=3&cross=/momento")
    walker.look("walk-statistics")
    assert f"{told} registros" in walker.text(".head")
    follow(walker, "Limpieza")
    walker.look("walk-cleaning")
    a_recipe(walker, f"{project}/forms/{FORM}/recipes", f"De paso {size[0]}", told)


def signed_in(walker: Visitor, enter, story, name: str) -> Visitor:
    """The visitor, who came to the one project that they may see."""
    email, password = story.people[name]
    walker.go("/sign-in")
    enter(walker, password, email)
    walker.page.wait_for_url("**/projects/*")
    assert "Demostración (datos simulados)" in walker.text("body")
    return walker


def follow(walker: Visitor, words: str) -> None:
    """Nothing; the page stands there to which the navigation leads: on a phone much of it is below «Más»."""
    link = re.compile(rf"^\s*{words}")
    if not walker.page.locator(".nav a").filter(has_text=link).locator("visible=true").count():
        walker.press("Más", ".nav")
        walker.press(words)
    else:
        walker.press(words, ".nav")


def goals(walker: Visitor, which: str) -> list[tuple[str, str]]:
    """(number, address that it leads to) of the numbers on the page of the programme."""
    links = walker.page.locator(f"[aria-labelledby=h-lines] :is({which})")
    return [(number(link.inner_text()), link.get_attribute("href")) for link in links.all()]


def number(words: str) -> str:
    """The first number in these words, as it is written."""
    return re.search(r"\d[\d,.]*", words)[0]


def behind(walker: Visitor) -> str:
    """How many the page says that it is about: of values, of entities that a filter found, or of records."""
    if "/counts/" in walker.page.url:
        counted = walker.page.locator("main tbody tr").count()
        assert walker.text("h1").endswith(f": {counted}")
        return str(counted)
    return number(walker.text("nav[aria-label='Páginas']"))


def rows(walker: Visitor) -> list[str]:
    return walker.page.locator(".rec .name").all_inner_texts()


def first_record(walker: Visitor) -> None:
    walker.page.locator(".rec a").first.click()
    walker.page.wait_for_load_state()


def a_community_with_two_boards(walker: Visitor, project: str) -> None:
    """Nothing; the list, a community that two boards speak for, and both of them were looked at."""
    follow(walker, "Padrones")
    walker.look("walk-lists")
    walker.page.get_by_role("link", name="comunidades", exact=True).click()
    walker.page.wait_for_load_state()
    walker.look("walk-communities")
    walker.go(f"{project}/lists/comunidades?property=estado_junta&value=controversia")
    walker.page.locator("main").get_by_role("link", name="EJEMPLO").first.click()
    walker.page.wait_for_load_state()
    walker.look("walk-community")
    walker.press("Quién tuvo el cargo")
    assert "Ese día había más de una junta" in walker.text()
    walker.look("walk-boards")


def two_changes_at_once(walker: Visitor, project: str) -> None:
    """Nothing; two counts of one community were seen side by side, settled, and left open again."""
    follow(walker, "Conflictos")
    walker.look("walk-conflicts")
    walker.page.locator("main a", has_text="se contradicen").first.click()
    walker.page.wait_for_load_state()
    told = walker.text()
    assert "Brigada Imaza" in told and "Brigada Nieva" in told and "familias" in told
    walker.look("walk-desk")
    walker.page.locator("fieldset", has_text="familias").locator("input[type=radio]").first.check()
    walker.press("Guardar y resolver")
    assert "El conflicto está resuelto." in walker.text()
    walker.press("Deshacer")
    assert "El conflicto está abierto otra vez." in walker.text()
    walker.go(project)


def table(walker: Visitor) -> int:
    """How many rows the CSV has that the page prepared."""
    walker.page.get_by_label("Excel (XLSX)").uncheck()
    walker.page.get_by_label("CSV", exact=False).first.check()
    walker.page.fill("#purpose", "Para ver si los números concuerdan.")
    walker.press("Preparar")
    assert "La exportación está en camino" in walker.text()
    link = walker.page.locator("#recent li").first.locator("a[href$='/file']")
    link.wait_for(timeout=60_000)
    walker.look("walk-exported")
    with walker.page.expect_download() as begun:
        link.click()
    with zipfile.ZipFile(begun.value.path()) as archive:
        text = archive.read(f"{FORM}.csv").decode("utf-8-sig")
    return len(list(csv.DictReader(io.StringIO(text))))


def a_recipe(walker: Visitor, recipes: str, name: str, told: str) -> None:
    """Nothing; a recipe was made, which says how many records come out, and was taken away again."""
    walker.go(f"{recipes}/new")
    walker.page.fill("#name", name)
    walker.press("Crear la receta")
    walker.look("walk-recipe")
    assert told in walker.text()
    walker.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    walker.press("Quitar la receta")
    assert "se quitó" in walker.text()
