"""A recipe as files on the pages: YAML out and in with what it changes, the script, versions and the way back."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest

from collector.services import recipe_counts
from tests import builders
from tests.web.pages.test_recipes import FORM, PEOPLE, added, words

HERE = "/projects/1/forms/simple/recipes"


@pytest.fixture(autouse=True)
def records(units, phone):
    """Three records."""
    builders.a_form(units, FORM)
    for n, (name, office, noted, age) in enumerate(PEOPLE, 1):
        body = f"<nombre>{name}</nombre><cargo>{office}</cargo><anotado>{noted}</anotado><edad>{age}</edad>"
        phone.send(builders.a_submission(body=body, instance_id=f"uuid:{n}"))
    builders.run_steps(units)


@pytest.fixture
def recipe(bobs):
    """The address of a recipe with two steps."""
    made = bobs.post(f"{HERE}/new", data={"name": "Acreditación"}).location
    added(bobs, made, "merge", 1, **{"column": "/cargo", "from": ["apu", "jefe"], "to": "jefatura"})
    return made


def uploaded(text: str) -> dict:
    return {"data": {"file": (io.BytesIO(text.encode()), "receta.yaml")}, "content_type": "multipart/form-data"}


def test_the_file_that_was_downloaded_changes_nothing(bobs, recipe):
    answer = bobs.get(f"{recipe}/yaml")
    assert "Acreditaci" in answer.headers["Content-Disposition"] and "-v2.yaml" in answer.headers["Content-Disposition"]
    shown = bobs.post(f"{recipe}/upload", **uploaded(answer.text))
    assert "Ningún paso cambia." in shown.text and "Tomar estos pasos" not in shown.text


def test_a_file_shows_what_it_changes_before_it_is_taken(bobs, recipe):
    text = bobs.get(f"{recipe}/yaml").text.replace("jefatura", "jefe comunal")
    shown = bobs.post(f"{recipe}/upload", **uploaded(text))
    assert shown.status_code == 200 and "unir categorías: cambia." in words(shown)
    assert "en jefatura" in words(shown) and "en jefe comunal" in words(shown)
    assert "<ins>+    to: jefe comunal</ins>" in shown.text and "versión 2" in words(bobs.get(recipe))
    sent = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', shown.text, re.DOTALL)[1]
    taken = bobs.post(f"{recipe}/take", data={"made_from": 2, "text": unescape(sent)})
    assert taken.status_code == 303
    assert "La receta tiene los pasos del archivo. Deshacer" in words(bobs.get(taken.location))
    assert "en jefe comunal" in words(bobs.get(recipe))


def test_a_file_made_from_an_older_version_is_told(bobs, recipe):
    text = bobs.get(f"{recipe}/yaml").text
    added(bobs, recipe, "trim", 2, columns="/nombre")
    shown = words(bobs.post(f"{recipe}/upload", **uploaded(text)))
    assert "se hizo desde la versión 2 y la vigente es la 3" in shown and "quitar espacios de más: se quita." in shown
    late = bobs.post(f"{recipe}/take", data={"made_from": 2, "text": text})
    assert late.status_code == 409 and "guardó antes la versión 3" in words(late)


def test_a_file_that_cannot_be_read_says_where(bobs, recipe):
    broken = bobs.post(f"{recipe}/upload", **uploaded("recipe: x\nsteps:\n- id: [\n"))
    assert broken.status_code == 422 and "línea" in words(broken).lower() and "Tomar estos pasos" not in broken.text
    unknown = bobs.post(f"{recipe}/upload", **uploaded("recipe: x\nsteps:\n- type: magia\n"))
    assert unknown.status_code == 422 and "Línea 3" in words(unknown)
    none = bobs.post(f"{recipe}/upload", data={})
    assert none.status_code == 422


def test_a_recipe_begins_with_a_file(bobs, recipe):
    text = bobs.get(f"{recipe}/yaml").text
    made = bobs.post(f"{HERE}/new", data={"name": "Copia", "file": (io.BytesIO(text.encode()), "r.yaml")},
                     content_type="multipart/form-data")
    assert made.status_code == 303 and "2 pasos, versión 1" in words(bobs.get(made.location))
    broken = bobs.post(f"{HERE}/new", data={"name": "Otra", "file": (io.BytesIO(b"steps: ["), "r.yaml")},
                       content_type="multipart/form-data")
    assert broken.status_code == 422 and 'id="file-error"' in broken.text


def test_the_script_is_a_program(bobs, recipe):
    answer = bobs.get(f"{recipe}/script")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith("-v2.py")
    compile(answer.text, "receta.py", "exec")


def test_versions_tell_what_changed_and_lead_back(bobs, recipe):
    page = bobs.get(f"{recipe}/history")
    assert "Versión 2 vigente" in words(page) and "unir categorías: se añade." in words(page) and "Bob" in page.text
    old = words(bobs.get(f"{recipe}?version=1"))
    assert "Está viendo la versión 1. La vigente es la 2." in old and "Volver a la versión 1" in old
    assert "Añadir" not in old and "1 paso, versión 1" in old
    back = bobs.post(f"{recipe}/revert", data={"made_from": 2, "to": 1})
    assert "1 paso, versión 3" in words(bobs.get(back.location))
    assert "vuelve a la versión 1" in words(bobs.get(f"{recipe}/history"))
    assert bobs.get(f"{recipe}?version=9").status_code == 404


def test_a_step_that_finds_nothing_any_more_is_told_with_the_way_to_it(bobs, recipe, units, phone):
    now = units.clock()
    units.clock = lambda: now
    recipe_counts.recount(units)
    for n, (name, _office, noted, age) in enumerate(PEOPLE, 1):
        body = f"<nombre>{name}</nombre><cargo>otro</cargo><anotado>{noted}</anotado><edad>{age}</edad>"
        phone.send(builders.a_submission(body=body, instance_id=f"uuid:{n}b", deprecated_id=f"uuid:{n}"))
    builders.run_steps(units)
    units.clock = lambda: now + timedelta(minutes=20)
    recipe_counts.recount(units)
    page = bobs.get(recipe)
    assert "El paso 2 ya no encuentra nada." in page.text and "Antes cambiaba 2." in page.text
    step = re.search(r'href="([^"]*step=(\w+)#open)">Ver el paso', page.text)
    assert "Unir categorías" in bobs.get(step[1]).text and "1 aviso" in words(bobs.get(HERE))
    assert bobs.post(f"{recipe}/notices/{step[2]}").status_code == 303
    assert "ya no encuentra nada" not in bobs.get(recipe).text
