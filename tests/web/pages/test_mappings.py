"""Columns that changed their name, on the pages: offered by likeness, compared on real rows, joined, parted again."""

import re

import pytest

from tests import builders
from tests.web.pages.test_recipes import words

HERE = "/projects/1/forms/simple/columns"
FORM = """
| survey |
|        | type    | name   | label  |
|        | text    | {name} | {label} |
|        | integer | edad   | Edad   |
| settings |
|        | form_title | form_id | version |
|        | Padrón     | simple  | {version} |
"""


@pytest.fixture(autouse=True)
def records(units, phone):
    """A record of each version; the second version calls the community by another name."""
    for version, name, label, value in (("1", "comunidad", "Comunidad", "Kusu"),
                                        ("2", "nom_comunidad", "Nombre de la comunidad", "Tres Islas")):
        builders.a_form(units, FORM.format(version=version, name=name, label=label))
        phone.send(builders.a_submission(version=version, body=f"<{name}>{value}</{name}><edad>4</edad>",
                                         instance_id=f"uuid:{version}"))
    builders.run_steps(units)


def test_an_earlier_field_is_offered_with_what_it_looks_like(bobs):
    page = words(bobs.get(HERE))
    assert "1 campo anterior sin unir" in page and "Nombre de la comunidad (nom_comunidad)" in page
    assert f'href="{HERE}"' in bobs.get("/projects/1/forms/simple/recipes").text


def test_both_are_shown_on_real_rows_before_they_are_joined(bobs):
    page = bobs.get(f"{HERE}/one?from=/comunidad&to=/nom_comunidad")
    assert "1 fila tiene respuesta en el campo anterior" in words(page) and "<ins>Kusu</ins>" in page.text
    alone = bobs.get(f"{HERE}/one?from=/comunidad")
    assert "Se parecen" in alone.text and "Unir las dos columnas" not in alone.text
    wrong = bobs.get(f"{HERE}/one?from=/edad&to=/edad")
    assert wrong.status_code == 422 and "es el mismo campo" in wrong.text
    assert bobs.get(f"{HERE}/one?from=/nada").status_code == 303


def test_they_are_joined_with_a_reason_and_parted(bobs):
    without = bobs.post(f"{HERE}/one?from=/comunidad", data={"to": "/nom_comunidad", "reason": " "})
    assert without.status_code == 422 and "Escriba por qué son la misma pregunta." in without.text
    joined = bobs.post(f"{HERE}/one?from=/comunidad", data={"to": "/nom_comunidad", "reason": "Cambió en octubre"})
    assert joined.status_code == 303
    page = bobs.get(joined.location)
    assert "Las dos columnas salen como una. Deshacer" in words(page) and "Cambió en octubre" in page.text
    assert "No hay campos sueltos" in page.text
    why = words(bobs.get("/projects/1/forms/simple/submissions/uuid:1/why?column=/nom_comunidad"))
    assert "Queda así: Kusu" in why and "Se lee de otro campo" in why and "Cambió en octubre" in why
    part = re.search(rf'action="({HERE}/\d+/part)"', page.text)[1]
    assert bobs.post(part).status_code == 303
    assert "1 campo anterior sin unir" in words(bobs.get(HERE))


def test_who_may_only_look_joins_nothing(app, units):
    units.write(builders.access.SYSTEM, lambda unit: builders.add_grant(
        unit, builders.person(app, "carol").id, builders.access.VIEWER.id, "project", 1))
    carols = builders.a_browser(app, "carol")
    page = carols.get(f"{HERE}/one?from=/comunidad&to=/nom_comunidad")
    assert "<ins>Kusu</ins>" in page.text and "Unir las dos columnas" not in page.text
    data = {"to": "/nom_comunidad", "reason": "x"}
    assert carols.post(f"{HERE}/one?from=/comunidad", data=data).status_code == 403
