"""Recipes as YAML: read back the very same, and faults told with line and what to do."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.cleaning.recipe import as_plain, read_recipe
from collector.domain.problems import Problem
from collector.services import recipe_text, recipes
from tests import builders

STEPS = [
    {"id": "s1", "type": "keep_states", "author": "Bob", "at": "2026-11-22T10:00:00+00:00", "settings": {}},
    {"id": "s2", "type": "recode", "reason": "007 no es 7", "settings": {
        "column": "/nombre", "map": {"no": "No", "007": "", "1.10": "true", "null": "~", "2026-01-01": "sí: #1"}}},
    {"id": "s3", "type": "set_where", "on": False, "settings": {
        "column": "/edad", "where": "${edad} > 5 and\n  ${nombre} = 'Ñandú 😀'", "value": "5"}},
    {"id": "s4", "type": "map_table", "settings": {
        "column": "/nombre", "rows": [["a", "b"], ["", " c "]], "folded": True}},
]
STARTS = "recipe: Base\nversion: 1\nsteps:\n"


def written(recipe, name="Base", note=None):
    return recipe_text.written(name, 3, note, recipe, "casa", lambda id: id)


def read(text):
    found = recipe_text.read_yaml(text)
    return read_recipe({"steps": found.steps})


def test_a_file_is_readable_and_reads_back_the_very_same():
    recipe = read_recipe({"steps": STEPS})
    text = written(recipe, note="dos: palabras")
    assert "# 1. Deja los registros no rechazados" in text and "😀" in text and "on: false" in text
    assert text.splitlines()[0].startswith("# Receta de limpieza")
    found = recipe_text.read_yaml(text.encode())
    assert (found.name, found.note, found.made_from) == ("Base", "dos: palabras", 3)
    assert read_recipe({"steps": found.steps}) == recipe
    assert written(read(text), note="dos: palabras") == text


words = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(name=words, note=words, pairs=st.dictionaries(words, words, min_size=1, max_size=4), reason=words,
       rows=st.lists(st.tuples(words, words), min_size=1, max_size=4), on=st.booleans())
def test_any_text_reads_back_the_very_same(name, note, pairs, reason, rows, on):
    recipe = read_recipe({"steps": [
        {"id": "a", "type": "recode", "on": on, "reason": reason, "settings": {"column": "/x", "map": pairs}},
        {"id": "b", "type": "map_table", "settings": {"column": "/x", "rows": [list(one) for one in rows]}}]})
    found = recipe_text.read_yaml(written(recipe, name, note))
    assert (found.name, found.note) == (name, note)
    assert read_recipe({"steps": found.steps}) == recipe


def test_values_mean_what_they_look_like():
    text = STARTS + "- {type: recode, settings: {column: /edad, map: {no: 007, 1.10: yes, ~: null}}}\n"
    assert as_plain(read(text))["steps"][0]["settings"]["map"] == {"no": "007", "1.10": "yes", "~": ""}
    assert recipe_text.read_yaml("steps: []").steps == [] and recipe_text.read_yaml("steps:\n").steps == []


@pytest.mark.parametrize(("text", "line", "word"), [
    ("recipe: Base\nsteps:\n  - id: a\n   type: trim\n", 4, "sangrías"),
    ("recipe: 'Base\n", 2, "comillas"),
    ("steps:\n- &a {type: trim}\n- *a\n", 3, "alias"),
    ("steps: " + "[" * 30 + "]" * 30, 1, "niveles"),
    ("steps: " + "[" * 100_000, 1, "niveles"),
    ("steps: []\nsteps: []\n", 2, "dos veces"),
    ("steps: []\nother: 1\n", 2, "other"),
    ("[1, 2]", 1, "recipe:"), ("", 1, "recipe:"), ("texto", 1, "recipe:"),
    ("steps:\n- !!python/object:os.system {}\n", 2, "python"),
    ("steps: []\nversion: dos\n", 2, "número"),
    ("steps: []\nrecipe: [1]\n", 2, "texto"),
    ("? [a]\n: 1\n", 1, "izquierda"),
    ("steps: []\nrecipe: a\x07b\n", 1, "caracteres")])
def test_a_bad_file_is_told_with_its_line(text, line, word):
    with pytest.raises(Problem) as told:
        recipe_text.read_yaml(text)
    assert told.value.code == 400.1 and word in told.value.es, told.value.es
    assert told.value.details["line"] == line and f"Línea {line}" in told.value.es


@pytest.mark.parametrize(("step", "line"), [
    ("- type: trim\n- type: nothing\n", 5), ("- type: trim\n- id: x\n  type: case\n  settings:\n    to: loud\n"
                                             "    columns: [/a]\n", 8),
    ("- type: trim\n- id: x\n  type: case\n  settings:\n    to: lower\n", 5), ("- 7\n", 4),
    ("- type: recode\n  settings:\n    column: /a\n    map: {}\n", 7)])
def test_a_step_that_cannot_be_is_told_with_its_line(step, line):
    with pytest.raises(Problem) as told:
        recipe_text.read_yaml(STARTS + step)
    assert told.value.details["line"] == line and told.value.es.startswith(f"Línea {line}: "), told.value.es
    assert told.value.code in (400.8, 400.11)


def test_bombs_and_other_encodings_are_refused_at_once():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    begun = time.monotonic()
    with pytest.raises(Problem, match="anchors"):
        recipe_text.read_yaml(bomb)
    with pytest.raises(Problem) as told:
        recipe_text.read_yaml("x" * (recipe_text.LARGEST + 1))
    assert told.value.code == 400.13 and time.monotonic() - begun < 2
    with pytest.raises(Problem, match="UTF-8"):
        recipe_text.read_yaml("recipe: Ñandú".encode("latin-1"))


def test_the_file_of_a_kept_recipe_saves_as_the_same_version(units, system):
    builders.simple_form(units)
    kept = system(lambda unit: recipes.create_recipe(unit, 1, "simple", "Base", STEPS))
    text = system(lambda unit: recipe_text.yaml_text(unit, 1, "simple", kept.row.id))
    assert "Nombre" in text
    found = recipe_text.read_yaml(text)
    again = system(lambda unit: recipes.save_recipe(unit, 1, "simple", kept.row.id, found.made_from, found.steps))
    assert again.version.number == 1 and again.recipe == kept.recipe
