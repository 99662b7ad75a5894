"""The picture of forms and lists: all within its frame, nothing upon another, a line for each thing that is so."""

import random
import re
from itertools import pairwise

import pytest

from collector.domain.programme_picture import FORM_WIDTH, READS, WRITES, Form, picture_of, shortened


def some(chance: random.Random) -> list[tuple[str, list[Form]]]:
    """Groups of forms that read and write some of a few lists, some groups empty."""
    lists = [f"lista {number}" for number in range(chance.randrange(9))]

    def form(number: int) -> Form:
        reads, writes = (tuple(chance.sample(lists, chance.randrange(min(len(lists), 4) + 1))) for _kind in range(2))
        return Form(f"f{number}", "Formulario " * chance.randrange(1, 9), reads, writes)
    numbers = iter(range(99))
    return [(f"Grupo {group}", [form(next(numbers)) for _one in range(chance.randrange(5))])
            for group in range(chance.randrange(7))]


@pytest.mark.parametrize("seed", range(60))
def test_all_lies_within_its_frame_and_nothing_upon_another(seed):
    drawn = picture_of(some(random.Random(seed)))
    for boxes in (drawn.forms, drawn.lists):
        ranked = sorted(boxes, key=lambda box: box.y)
        assert all(one.y + one.height < two.y for one, two in pairwise(ranked))
        assert all(box.y >= 0 and box.y + box.height <= drawn.height for box in boxes)
        assert all(box.x >= 0 and box.x + box.width <= drawn.width for box in boxes)


@pytest.mark.parametrize("seed", range(60))
def test_there_is_a_line_for_each_reading_and_writing_between_its_boxes(seed):
    groups = some(random.Random(seed))
    drawn = picture_of(groups)
    forms = [form for _words, group in groups for form in group]
    assert sorted((edge.kind, edge.form, edge.list) for edge in drawn.edges) == sorted(
        (kind, form.id, name) for form in forms for kind, names in ((READS, form.reads), (WRITES, form.writes))
        for name in names)
    at_form = dict(zip((form.id for form in forms), drawn.forms, strict=True))
    at_list = {box.whole: box for box in drawn.lists}
    for edge in drawn.edges:
        x1, y1, *_bends, x2, y2 = (float(one) for one in re.findall(r"-?[\d.]+", edge.d))
        here, there = (y1, y2) if edge.kind == WRITES else (y2, y1)
        assert (x1 < x2) == (edge.kind == WRITES) and min(x1, x2) >= FORM_WIDTH
        for box, at in ((at_form[edge.form], here), (at_list[edge.list], there)):
            assert box.y < at < box.y + box.height
    ends = [edge.d for edge in drawn.edges]
    assert len(set(ends)) == len(ends), "each has a place of its own"


def test_a_group_without_forms_is_not_drawn():
    drawn = picture_of([("Nada", []), ("Algo", [Form("f", "Formulario")])])
    assert [words for words, _y in drawn.heads] == ["Algo"] and not drawn.lists and not drawn.edges


def test_a_long_title_is_cut_and_told_whole():
    title = "Asistencia técnica municipal, con todo lo que cada municipalidad entregó en el mes"
    box, = picture_of([("Línea", [Form("f", title)])]).forms
    assert box.whole == title and len(box.text) <= 50 and box.text.endswith("…")
    assert shortened("corto", 10) == "corto"
