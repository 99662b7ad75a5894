"""A record as a person reads it: sections, words, the kinds of nothing, repeats that can be told apart."""

from collector.domain import sheet
from collector.domain.instance import read_instance

LISTS = {"distritos": {"160703": "Manseriche"}}


def read(model, body: str, language: str = "", lists=None):
    meta = "<meta><instanceID>uuid:1</instanceID></meta>"
    xml = f'<data id="{model.form_id}" version="{model.version}">{body}{meta}</data>'
    return sheet.read(read_instance(xml, model), model, language, lists)


def answers(parts) -> dict:
    """{name: answer} of everything outside of repeats."""
    found = {}
    for part in parts:
        if isinstance(part, sheet.Answer):
            found[part.path.rpartition("/")[2]] = part
        elif isinstance(part, sheet.Section):
            found |= answers(part.parts)
    return found


def test_words_of_the_form_in_the_language_asked_for(model):
    body = "<region>loreto</region><distrito>160703</distrito>"
    spanish = answers(read(model("forms/bilingual"), body, "es", LISTS))
    english = answers(read(model("forms/bilingual"), body, "en", LISTS))
    assert (spanish["region"].label, english["region"].label) == ("¿Qué región es?", "Which region is it?")
    assert spanish["region"].values == ("Loreto",) and spanish["region"].codes == "loreto"
    assert spanish["distrito"].values == ("Manseriche",)
    assert answers(read(model("forms/bilingual"), body, "es"))["distrito"].values == ("160703",)


def test_three_kinds_of_nothing_and_files(model):
    found = answers(read(model("forms/bilingual"), "<region/><firma>f.png</firma><voz>v.m4a</voz>"))
    assert [found[name].state for name in ("region", "distrito", "firma")] == ["empty", "unasked", "answered"]
    assert (found["firma"].file, found["firma"].drawn, found["voz"].file) == ("image", True, "audio")


def test_repeats_are_told_apart_by_what_was_typed(model):
    body = ("<hogar><direccion>Río</direccion></hogar>"
            "<integrantes><nombre>Ana</nombre><edad>40</edad><hijos><hijo_nombre>Leo</hijo_nombre></hijos>"
            "<hijos/><n_hijos>2</n_hijos></integrantes><integrantes><nombre/><edad>7</edad></integrantes>")
    sections = read(model("forms/nested"), body)
    assert [one.label for one in sections] == ["Hogar", "Integrante", ""]
    (members,) = sections[1].parts
    assert [(turn.position, turn.name) for turn in members.turns] == [(1, "Ana"), (2, "7")]
    (children,) = [part for part in members.turns[0].parts if isinstance(part, sheet.Repeat)]
    assert [turn.name for turn in children.turns] == ["Leo", ""]
    assert children.turns[1].ref == "/integrantes[1]/hijos[2]"


def test_calculated_answers_are_shown_on_demand_only(model):
    sections = read(model("forms/nested"), "<integrantes><nombre>Ana</nombre><n_hijos>0</n_hijos></integrantes>")
    (members,) = next(one for one in sections if one.label == "Integrante").parts
    parts = members.turns[0].parts
    names = [[one.path.rpartition("/")[2] for one in run] for run in sheet.runs(parts)]
    assert names == [["nombre", "edad"]]
    assert ["nombre", "edad", "n_hijos"] in [[one.path.rpartition("/")[2] for one in run]
                                             for run in sheet.runs(parts, everything=True)]


def test_labels_show_the_answers_they_name(model):
    from collector.domain.xform import parse_form
    form = parse_form(TALKING)
    found = answers(read(form, "<nombre>Ana</nombre><edad>40</edad>"))
    assert found["edad"].label == "¿Qué edad tiene Ana?"
    assert answers(read(form, "<edad>40</edad>"))["edad"].label == "¿Qué edad tiene …?"


def test_names_chosen_from_files_are_told_for_looking_up(model):
    form = model("forms/bilingual")
    xml = '<data id="dos_idiomas" version="2026112201"><region>loreto</region><distrito>160703</distrito></data>'
    assert sheet.wanted_choices(read_instance(xml, form), form) == {"distritos": {"160703"}}


TALKING = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>t</h:title><model><instance><data id="t" version="1"><nombre/><edad/>
<meta><instanceID/></meta></data></instance>
<bind nodeset="/data/nombre" type="string"/><bind nodeset="/data/edad" type="int"/></model></h:head>
<h:body><input ref="/data/nombre"><label>Nombre</label></input>
<input ref="/data/edad"><label>¿Qué edad tiene <output value="/data/nombre"/>?</label></input></h:body></h:html>"""
