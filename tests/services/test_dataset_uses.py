"""What forms declare of entity lists: taken in when they are published, told before, refused where it cannot be."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import dataset_uses, datasets, form_media, forms, publishing
from tests import builders

FORM = """
| survey |
|        | type | name | label | save_to |
|        | text | a    | A     | {first} |
|        | text | b    | B     | {second} |
| entities |
|          | list_name | label |
|          | {dataset} | ${{a}} |
| settings |
|          | form_title | form_id   | version |
|          | Escribe    | {form_id} | {version} |
"""
READER = """
| survey |
|        | type                              | name | label |
|        | select_one_from_file personas.csv | p    | P     |
| settings |
|        | form_title | form_id | version |
|        | Lee        | lee     | {version} |
"""


def written(form_id="escribe", version="1", dataset="personas", first="nombre", second="apodo") -> str:
    return FORM.format(form_id=form_id, version=version, dataset=dataset, first=first, second=second)


def properties(units, name="personas") -> list[str]:
    with units.reading(access.SYSTEM) as unit:
        return [one.name for one in datasets.describe(unit, datasets.find_dataset(unit, 1, name)).properties]


def drafted(units, text: str, form_id: str):
    with units.reading(access.SYSTEM) as unit:
        prepared = publishing.prepare_file(unit, text.encode(), "form.md", {})
    return units.write(access.SYSTEM, lambda unit: publishing.upload(unit, 1, prepared.definition, True))


def code_of(act) -> float:
    with pytest.raises(Problem) as raised:
        act()
    return raised.value.code


def test_publishing_makes_the_list_and_later_versions_add_to_it(units):
    builders.a_form(units, written())
    assert properties(units) == ["nombre", "apodo"]
    builders.a_form(units, written(version="2", second="celular"))
    assert properties(units) == ["nombre", "apodo", "celular"]
    with units.reading(access.SYSTEM) as unit:
        told = datasets.describe(unit, datasets.find_dataset(unit, 1, "personas"))
    assert told.sources == [("escribe", "Escribe")] and told.tally.entities == 0
    assert len(told.writers) == 2, "what the current version writes; the former version's property stays in the list"


def test_a_draft_makes_nothing_and_tells_what_it_would(units):
    builders.a_form(units, written())
    drafted(units, written(version="2", second="celular"), "escribe")
    assert properties(units) == ["nombre", "apodo"]
    with units.reading(access.SYSTEM) as unit:
        one, = dataset_uses.difference_of(unit, forms.find_form(unit, 1, "escribe", forms.DRAFT))
        now, = dataset_uses.difference_of(unit, forms.find_form(unit, 1, "escribe"))
    assert not one.is_new
    assert one.properties == (("nombre", False, True), ("apodo", False, False), ("celular", True, True))
    assert now.properties == (("nombre", False, True), ("apodo", False, True))


@pytest.mark.parametrize(("change", "code"), [
    ({"dataset": "Personas", "form_id": "otro"}, 409.16),
    ({"first": "Nombre", "form_id": "otro"}, 409.17)])
def test_names_that_differ_in_capitals_only_are_refused(units, change, code):
    builders.a_form(units, written())
    assert code_of(lambda: builders.a_form(units, written(**change))) == code
    assert properties(units) == ["nombre", "apodo"]


def test_a_missing_file_with_the_name_of_a_list_is_taken_from_it(units):
    builders.a_form(units, written())
    builders.a_form(units, READER.format(version="1"))
    with units.reading(access.SYSTEM) as unit:
        line, = form_media.expected_media(unit, 1, "lee")
        told = datasets.describe(unit, datasets.find_dataset(unit, 1, "personas"))
    assert line.present and line.blob is None and line.dataset_id == told.dataset.id
    assert told.readers == [("lee", "Lee")]


def test_a_file_of_ones_own_goes_before_the_list_until_it_is_linked(units):
    builders.a_form(units, written())
    builders.a_form(units, READER.format(version="1"), media={"personas.csv": b"name,label\n1,Uno\n"})
    with units.reading(access.SYSTEM) as unit:
        line, = form_media.expected_media(unit, 1, "lee")
    assert line.blob is not None and line.dataset_id is None
    drafted(units, READER.format(version="2"), "lee")
    linked = units.write(access.SYSTEM, lambda unit: form_media.link_media(unit, 1, "lee", "personas.csv", True))
    assert linked.blob is None and linked.dataset_id
    loose = units.write(access.SYSTEM, lambda unit: form_media.link_media(unit, 1, "lee", "personas.csv", False))
    assert not loose.present


def test_a_list_that_forms_use_is_not_deleted_and_comes_back_from_the_trash(units):
    builders.a_form(units, written())

    def delete(name):
        units.write(access.SYSTEM, lambda unit: datasets.delete_dataset(unit, datasets.find_dataset(unit, 1, name)))

    assert code_of(lambda: delete("personas")) == 409.21
    made = units.write(access.SYSTEM, lambda unit: datasets.create_dataset(unit, 1, "suelta").id)
    delete("suelta")
    assert code_of(lambda: delete("suelta")) == 404.1
    units.write(access.SYSTEM, lambda unit: datasets.restore_dataset(unit, 1, made))
    assert properties(units, "suelta") == []


def test_a_property_goes_only_when_nobody_writes_it_and_nothing_stands_in_it(units):
    builders.a_form(units, written())

    def act(what, name):
        units.write(access.SYSTEM, lambda unit: what(unit, datasets.find_dataset(unit, 1, "personas"), name))

    assert code_of(lambda: act(datasets.delete_property, "apodo")) == 409.22
    act(datasets.add_property, "suelta")
    assert code_of(lambda: act(datasets.add_property, "Suelta")) == 409.3
    assert code_of(lambda: act(datasets.add_property, "label")) == 400.8
    act(datasets.delete_property, "suelta")
    assert properties(units) == ["nombre", "apodo"]
