"""What a programme may say, how its targets change, and that the library's is about what its forms really ask."""

import tomllib
from pathlib import Path

import pytest

from collector.domain import xform, xlsform
from collector.domain.columns import merge
from collector.domain.problems import Problem
from collector.domain.programme import as_plain, changes, read_programme, with_numbers

FORMS = Path(__file__).resolve().parents[2] / "forms"
RECORDS = {"key": "r", "es": "registros", "en": "records", "target": 5, "form": "f", "answers": {"/a": "si"}}


def programme(*targets):
    return read_programme({"line": [{"key": "l", "es": "Línea", "en": "Line", "forms": ["f"],
                                     "target": list(targets)}]})


@pytest.fixture(scope="module")
def library():
    return read_programme(tomllib.loads((FORMS / "programas.toml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def models():
    found = [xform.parse_form(xlsform.convert(file.read_bytes(), file.name).xml) for file in FORMS.glob("*.xlsx")]
    return {model.form_id: model for model in found}


def test_what_is_written_down_is_read_back_as_the_same(library):
    assert read_programme(as_plain(library)) == library
    both = programme({**RECORDS, "distinct": "/c", "both": {"field": "/m", "values": ["pre", "post"]}, "state": ""})
    assert read_programme(as_plain(both)) == both


@pytest.mark.parametrize("changed", [
    {"key": ""}, {"en": None}, {"target": 0}, {"target": "13"}, {"target": True}, {"form": ""}, {"dataset": "casas"},
    {"both": {"field": "/m", "values": ["pre", "post"]}},
    {"distinct": "/c", "both": {"field": "/m", "values": ["pre"]}}])
def test_what_is_no_target_is_refused(changed):
    with pytest.raises(ValueError):
        programme({**RECORDS, **changed})


def test_two_targets_of_one_key_are_refused():
    with pytest.raises(ValueError, match="twice"):
        programme(RECORDS, RECORDS)


def test_what_is_counted_with_each_of_two_answers_is_asked_for_twice():
    one, = programme({**RECORDS, "distinct": "/c", "both": {"field": "/m", "values": ["pre", "post"]}}).targets()
    assert one.alternatives() == ((("/a", "si"), ("/m", "pre")), (("/a", "si"), ("/m", "post")))
    plain, = programme(RECORDS).targets()
    assert plain.alternatives() == ((("/a", "si"),),)


def test_targets_change_and_the_change_is_told():
    before = programme(RECORDS, {**RECORDS, "key": "s", "target": None})
    after = with_numbers(before, {"r": None, "s": 7, "nobody": 4})
    assert [one.number for one in after.targets()] == [None, 7]
    assert changes(before, after) == {"r": [5, None], "s": [None, 7]}
    assert changes(after, with_numbers(after, {"s": 7})) == {}


@pytest.mark.parametrize("number", [0, -1, 1_000_001])
def test_a_target_that_is_none_is_refused(number):
    with pytest.raises(Problem) as refused:
        with_numbers(programme(RECORDS), {"r": number})
    assert refused.value.code == 400.8


def test_the_library_has_the_five_lines_and_targets_of_the_programme(library):
    assert [line.key for line in library.lines][:5] == ["acreditacion", "convivencia", "taller", "gestion_publica",
                                                        "articulacion"]
    assert {one.key: one.number for one in library.targets() if one.number} == {
        "comunidades_tramo_2": 13, "acuerdos": 39, "lideres": 60, "funcionarios": 80, "municipios": 5, "meses": 8}


def test_every_form_of_the_library_is_in_one_line(library, models):
    assert sorted(form for line in library.lines for form in line.forms) == sorted(models)


def test_what_the_library_counts_is_what_its_forms_ask(library, models):
    """Lists filter by every field that is named, every value is a choice, every property is written by some form."""
    written = {(one.dataset, name) for model in models.values() for one in model.entities for name in one.properties}
    for one in library.targets():
        if one.dataset:
            assert (one.dataset, one.property) in written, one.key
            continue
        model = models[one.form]
        filterable = {column.path for column in merge((), (), model).columns if column.filterable}
        assert not one.distinct or one.distinct in filterable, one.key
        for path, value in (pair for some in one.alternatives() for pair in some):
            assert path in filterable, (one.key, path)
            assert value in {choice.name for choice in model.choices_for(model.by_path[path])}, (one.key, path, value)
