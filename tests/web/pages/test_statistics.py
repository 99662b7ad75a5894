"""The page of statistics: charts with their tables, crossings, recipes, few records, waiting, links, both languages."""

import re

import pytest

from collector.domain import access
from collector.services import recipes, statistics
from tests import builders
from tests.services.people_asked import PEOPLE, send_people

HERE = "/projects/1/statistics"


@pytest.fixture
def people(units, phone):
    send_people(units, phone, PEOPLE * 2)
    return units


def whole(browser, **asked):
    """The text of all parts of the form."""
    found = ""
    for part in (1, 2, 3):
        answer = browser.get(HERE, query_string={"form": "gente", **asked, "part": part})
        assert answer.status_code == 200
        found += answer.text
    return found


def test_without_forms_the_page_says_so(bobs):
    text = bobs.get(HERE).text
    assert "Todavía no hay formularios" in text and "Subir un XLSForm</a>" in text


def test_a_form_without_records_says_so(units, bobs):
    builders.simple_form(units)
    assert "Todavía no llegó ningún registro de este formulario." in bobs.get(HERE).text
    assert "Ningún registro está en estos estados" in bobs.get(f"{HERE}?form=simple&state=approved").text
    assert bobs.get(f"{HERE}?form=nothing").status_code == 404


def test_charts_have_figures_words_and_tables(people, bobs):
    text = whole(bobs)
    assert "24 registros" in text and "24 respuestas" in text
    assert re.search(r"Mujer</span><span><b>58 %</b> <span class=\"soft\">14</span></span><svg class=\"bar\"", text)
    assert '<rect width="58.33%" height="100%"/>' in text and "Ver como tabla" in text
    chart = re.search(r'<svg class="chart".*?</svg>', text.partition("Edad")[2], re.DOTALL)[0]
    assert 'role="img"' in chart and "<title" in chart and "Lo más frecuente" in chart and "media 29.7" in chart
    assert "Respuesta abierta" in text and "Persona 1<" not in text and " style=" not in text
    assert "Los grupos de menos de 5 no se muestran" in text and "Respuestas vacías por pregunta" in text


def test_small_groups_are_hidden_and_the_page_says_so(units, phone, bobs):
    send_people(units, phone, PEOPLE[:11])
    text = whole(bobs)
    assert text.count("No se muestra: hay grupos de menos de 5.") >= 2 and "36 %" not in text
    assert "no se muestra cuántas respuestas hay" in text


def test_few_records_show_nothing(units, phone, bobs):
    send_people(units, phone, PEOPLE[:3])
    text = bobs.get(f"{HERE}?form=gente").text
    assert "Hay muy pocos registros" in text and "Sexo" not in text.partition("Hay muy pocos")[2]


def test_numbers_lead_to_their_records(people, bobs):
    text = bobs.get(f"{HERE}?form=gente").text
    assert 'href="/projects/1/submissions?form=gente"' in text
    assert 'href="/projects/1/submissions?form=gente&amp;state=received">Recibido</a>' in text
    day = re.search(r'href="(/projects/1/submissions\?form=gente&amp;since=([\d-]+)&amp;until=\2)"', text)
    assert "24" in bobs.get(day[1].replace("&amp;", "&")).text


def test_answers_cross(people, bobs):
    text = whole(bobs, cross="/datos/sexo")
    assert "Por «Sexo»" in text and "25.9" in text and 'selected value="/datos/sexo"' in text
    assert bobs.get(f"{HERE}?form=gente&cross=/nothing").status_code == 200


def test_a_recipe_and_filters_stand_in_every_link(people, bobs):
    kept = people.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, "gente", "Mensual", [
        {"type": "filter_rows", "settings": {"where": "${edad} >= 30"}}]))
    text = bobs.get(f"{HERE}?form=gente&data={kept.row.id}&state=received").text
    assert "14 registros · Receta «Mensual», versión 1" in text
    assert "/projects/1/submissions?form=gente" not in text, "cleaned rows are not those of the list"
    assert f"data={kept.row.id}&amp;state=received" in re.search(r'<ul class="strip".*?</ul>', text)[0]
    assert "24 registros" in bobs.get(f"{HERE}?form=gente&data=999").text


def test_a_long_count_tells_how_far_it_is(people, bobs, monkeypatch):
    monkeypatch.setattr(statistics, "PAGE", 10)
    going = statistics.Count.go_on
    monkeypatch.setattr(statistics.Count, "go_on", lambda self, patience: going(self, 0.0))
    text = bobs.get(f"{HERE}?form=gente&part=2").text
    assert "10 de 24 registros" in text and 'hx-trigger="load delay' in text
    assert "Seguir contando" in text and 'href="/projects/1/statistics?form=gente"' in text
    assert "20 de 24 registros" in bobs.get(f"{HERE}?form=gente").text
    assert "24 de 24 registros" in bobs.get(f"{HERE}?form=gente").text
    assert "Ver como tabla" in bobs.get(f"{HERE}?form=gente").text


def test_pages_stay_small_with_many_questions(units, phone, bobs):
    choices = "\n".join(f"| | lista | c{n} | Opción {n} |" for n in range(8))
    asked = "\n".join(f"| | select_one lista | p{n} | ¿Qué dice usted de la pregunta número {n}? |" for n in range(57))
    builders.a_form(units, f"| survey |\n| | type | name | label |\n{asked}\n| choices |\n"
                           f"| | list_name | name | label |\n{choices}\n| settings |\n"
                           "| | form_title | form_id | version |\n| | Larga | larga | 1 |")
    for n in range(30):
        body = "".join(f"<p{at}>c{(n + at) % 4}</p{at}>" for at in range(57))
        phone.send(builders.a_submission("larga", "1", body, instance_id=f"uuid:{n}"))
    builders.run_steps(units)
    for part in range(1, 6):
        answer = bobs.get(f"{HERE}?form=larga&part={part}&cross=/p0")
        assert answer.status_code == 200 and "Por «¿Qué dice" in answer.text
        assert len(answer.get_data()) < 60_000, part


def test_who_may_only_look_sees_them_and_strangers_do_not(app, people, carols):
    assert carols.get(f"{HERE}?form=gente").status_code == 403
    people.write(access.SYSTEM, lambda unit: builders.add_grant(
        unit, builders.person(app, "carol").id, access.VIEWER.id, "project", 1))
    assert "24 registros" in builders.a_browser(app, "carol").get(f"{HERE}?form=gente").text


def test_in_english(app, people):
    english = builders.a_browser(app, "bob")
    english.set_cookie("language", "en")
    text = whole(english, cross="/datos/sexo")
    for words in ("Statistics", "Woman", "Show as a table", "Groups of fewer than 5", "24 answers", "mean"):
        assert words in text
