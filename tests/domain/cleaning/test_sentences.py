"""What a step does, in one sentence of two languages."""

import pytest

from collector.domain.cleaning.recipe import read_recipe
from collector.domain.cleaning.sentences import names_in, says
from tests.domain.cleaning.small import TABLES, step
from tests.domain.cleaning.test_recipe import ALL


def told(said):
    return says(read_recipe({"steps": [said]}).steps[0].settings, names_in(TABLES))


@pytest.mark.parametrize("type", list(ALL))
def test_every_type_has_a_sentence_in_both_languages(type):
    es, en = told(step(type, **ALL[type]))
    assert es != en
    for words in (es, en):
        assert words[0].isupper() and not words.endswith(".") and "  " not in words
        assert "{" not in words.replace("${", "")


@pytest.mark.parametrize(("said", "es", "en"), [
    (step("merge", column="/cargo", from_=["apu", "jefe", "Jefe"], to="jefatura"),
     "Une apu, jefe, Jefe en jefatura (Cargo)", "Merges apu, jefe, Jefe into jefatura (Cargo)"),
    (step("trim"), "Quita espacios de más en todas las columnas de texto",
     "Takes surplus spaces out of every column of text"),
    (step("drop", columns=["/nombre", "/hijos/alias", "/no/hay"]), "Quita Nombre, hijos / alias y hay",
     "Leaves out Nombre, hijos / alias and hay"),
    (step("drop", columns=[f"/c{one}" for one in range(9)]), "Quita c0, c1, c2, c3 y 5 más",
     "Leaves out c0, c1, c2, c3 and 5 more"),
    (step("keep_states"), "Deja los registros no rechazados; cuando se usa la revisión, solo los aprobados",
     "Keeps all records but rejected ones; only approved ones once review is in use"),
    (step("protect", class_="sensitive", how="area"),
     "Redondea los lugares sensibles a 0,1 grados (unos 11 km, más o menos un distrito)",
     "Rounds sensitive places to 0.1 degrees (some 11 km, about a district)"),
    (step("protect", columns=["/nombre"], how="pseudonym"),
     "Reemplaza Nombre y lo que se hizo con ello por seudónimos, los mismos en todo el proyecto",
     "Puts pseudonyms in place of Nombre and what was made of it, the same in the whole project"),
    (step("deduplicate", columns=["/nombre"], keep="last"),
     "De los registros con igual Nombre (sin distinguir mayúsculas, tildes ni espacios) deja el último que llegó",
     "Of records with the same Nombre (whatever their case, accents and spaces) keeps the last that arrived"),
    (step("protect", class_="personal", how="month"), "Deja solo el mes en las fechas personales",
     "Keeps only the month of personal dates"),
])
def test_sentences(said, es, en):
    assert told(said) == (es, en)
