"""The library published as a whole: every form is taken, the lists that forms write are there with all they hold."""

from collector.domain import access, returns
from collector.services import datasets, entities, first_start, programme, publishing

LISTS = {"acuerdos": 7, "articulaciones": 11, "comunidades": 39, "compromisos": 16, "funcionarios": 6, "mandatos": 11,
         "participantes": 8}


def test_every_form_is_published_and_its_lists_are_made(units):
    published = first_start.publish_library(units, 1)
    assert [(name, problem) for name, problem in published if problem is not None] == []
    with units.reading(access.SYSTEM) as unit:
        lines = programme.show(unit, 1, "es").lines
        assert [len(one.forms) for one in lines] == [2, 2, 3, 3, 1, 2], "every form is in a line of the programme"
        forms = publishing.list_forms(unit, 1)
        assert len(forms) == len(published) == 13 and not any(view.is_draft for view in forms)
        held = {one.name: {held.name for held in datasets.describe(unit, one).properties}
                for one in datasets.list_datasets(unit, 1)}
        lacking = [(view.form.xml_form_id, line.name) for view in forms
                   for line in publishing.expected_media(unit, 1, view.form.xml_form_id) if not line.present]
    assert {name: len(properties) for name, properties in held.items()} == LISTS
    assert {"paso_legal", "siguiente_paso", "asiento", "vigencia_fecha", "programas_puede"} <= held["comunidades"]
    assert lacking == [(returns.FORM, returns.FILE)], "that one is made for each phone"


def test_the_programme_says_that_lists_still_hold_examples(units):
    first_start.publish_library(units, 1)
    with units.reading(access.SYSTEM) as unit:
        assert programme.show(unit, 1, "es").samples
        held = [(one, entities.list_entities(unit, one)) for one in datasets.list_datasets(unit, 1)]

    def emptied(unit):
        for dataset, rows in held:
            entities.delete_many(unit, dataset, [row.uuid for row in rows])

    units.write(access.SYSTEM, emptied)
    with units.reading(access.SYSTEM) as unit:
        assert not programme.show(unit, 1, "es").samples
