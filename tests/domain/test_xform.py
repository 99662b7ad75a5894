"""Forms as pyxform and people write them, read into the model."""


import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.fields import Action, Itemset, MediaFile, NotEvaluated, Range
from collector.domain.xform import FormFault, parse_form

SPANISH, ENGLISH = "Español (es)", "English (en)"
WRAPPED = ('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
           'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
           'xmlns:odk="http://www.opendatakit.org/xforms" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
           "<h:head><h:title>T</h:title><model>{model}</model></h:head><h:body>{body}</h:body></h:html>")


def a_form(nodes="<a/>", model="", body="", root='id="f" version="1"'):
    return WRAPPED.format(model=f"<instance><data {root}>{nodes}</data></instance>{model}", body=body)


# what cannot be a form


@pytest.mark.parametrize("xml, reason, place", [
    ("", "empty", ""),
    ("<h:html", "malformed", "line 1"),
    ("<!DOCTYPE a><a/>", "doctype", ""),
    ("<a/>", "no_model", ""),
    (WRAPPED.format(model="", body=""), "no_instance", ""),
    (WRAPPED.format(model="<instance/>", body=""), "no_instance", ""),
    (WRAPPED.format(model='<instance src="jr://file/x.xml"/>', body=""), "no_instance", ""),
    (a_form(root=""), "no_form_id", "data"),
    (a_form(root='id="  "'), "no_form_id", "data"),
    (a_form("<a/><b/><a/>"), "duplicate_node", "/a"),
    (a_form("<g><a/><a/></g>"), "duplicate_node", "/g/a"),
])
def test_what_cannot_be_a_form(xml, reason, place):
    with pytest.raises(FormFault) as fault:
        parse_form(xml)
    assert fault.value.reason == reason
    assert place in fault.value.place


# the library and the big forms


@pytest.mark.parametrize("name, fields, repeats, media, entities", [
    ("acreditacion_autoridades", 150, {"/g_todo/autoridad", "/g_todo/evidencia_doc"},
     {"comunidades.csv", "mandatos.csv", "distritos.csv"},
     {("mandatos", "/g_todo/autoridad"), ("comunidades", "")}),
    ("acuerdo_convivencia", 140, {"/g_todo/compromiso"}, {"comunidades.csv", "mandatos.csv", "acuerdos.csv"},
     {("compromisos", "/g_todo/compromiso"), ("acuerdos", "")}),
    ("evaluacion_taller", 90, set(), {"eventos.csv"}, set()),
])
def test_the_library_is_understood_wholly(model, xform, name, fields, repeats, media, entities):
    form = model(name)
    assert form.form_id == name and form.version and form.title != name
    assert form.not_evaluated == ()
    assert len(form.fields) >= fields
    assert repeats <= {one.path for one in form.repeats()}
    assert {one.name for one in form.media} == media
    assert {(one.dataset, one.repeat) for one in form.entities} == entities
    assert form.languages == (SPANISH, ENGLISH) and form.default_language == SPANISH
    assert form.has_meta and form.has_instance_id and form.instance_name
    for one in form.leaves():
        if one.control and one.control != "trigger":
            assert form.label(one, "en") != "", one.path
        if one.chooses:
            assert form.choices_for(one) or form.instances[one.itemset.instance].src, one.path


def test_entities_from_a_repeat_and_from_a_group(model):
    form = model("acreditacion_autoridades")
    mandates, communities = form.entities
    assert mandates.path == "/g_todo/autoridad/meta/entity" and mandates.container == "/g_todo/autoridad"
    assert mandates.creates and mandates.updates and "aut_ya_esta" in mandates.create_if
    assert mandates.id == "../../../id_mandato" and mandates.label.startswith("concat(")
    assert mandates.properties["persona"] == "/g_todo/autoridad/m_persona"
    assert communities.container == "/g_todo" and "persona" not in communities.properties
    name = form.by_path["/g_todo/g_comunidad/com_nombre_nuevo"]
    assert (name.save_to, name.dataset) == ("nombre", "comunidades")
    assert form.by_path["/g_todo/autoridad/m_persona"].dataset == "mandatos"
    assert form.by_path["/g_todo/meta/entity/@id"].kind == "attribute"


# every construct that pyxform emits


def test_every_question(model):
    form = model("every_question")
    assert form.not_evaluated == ()
    seen = {one.path: (one.type, one.control) for one in form.fields}
    assert seen.items() >= {
        "/inicio_gps": ("geopoint", ""), "/fondo": ("binary", ""), "/tel": ("string", ""),
        "/nombre": ("string", "input"), "/fruta": ("select1", "select1"), "/fruta_other": ("string", "input"),
        "/varias": ("select", "select"), "/orden": ("rank", "rank"), "/nota": ("decimal", "range"),
        "/lugar": ("geopoint", "input"), "/linea": ("geotrace", "input"), "/hora": ("time", "input"),
        "/cuando": ("dateTime", "input"), "/foto": ("binary", "upload"), "/doc": ("binary", "upload"),
        "/visto": ("string", "trigger"), "/n": ("int", "input"), "/hijo": ("structure", "repeat"),
        "/hijo/g": ("structure", "group"), "/hijo/g/juguete": ("structure", "repeat"),
        "/meta": ("structure", ""), "/meta/audit": ("binary", ""),
    }.items()


def test_texts_in_each_language(model):
    form = model("every_question")
    name, greeting, other = (form.by_path[path] for path in ("/nombre", "/saludo", "/fruta_other"))
    assert (form.label(name, "es"), form.label(name, "en"), form.label(name, "fr")) == (
        "Su nombre", "Your name", "Su nombre")
    assert greeting.labels[ENGLISH] == "Hi ${/data/nombre}"
    assert form.label(greeting, "en") == "Hi ${nombre}"
    assert form.label(other, "en") == "Specify other."
    assert form.text(name.hints, "en") == "Escriba", "an untranslated hint falls back"
    assert form.text(name.guidance) == "Guía larga"
    assert form.text(name.constraint_messages) == "Muy corto"
    assert name.media == {SPANISH: {"image": "logo.png", "audio": "saludo.mp3"}}
    assert form.label(form.by_path["/tel"]) == "tel"


def test_choices_in_each_language(model):
    form = model("every_question")
    fruit = form.by_path["/fruta"]
    assert [one.name for one in form.choices_for(fruit)] == ["pera", "uva", "other"]
    assert form.choice_label(fruit, "uva", "en") == "Grape"
    assert form.choice_label(fruit, "piña", "en") == "piña"
    assert form.choices_for(fruit)[0].media[SPANISH] == {"image": "pera.png"}
    assert form.choices_for(fruit)[0].columns["depto"] == "x"
    assert form.choices_for(form.by_path["/pueblo"]) == ()
    assert form.choices_for(form.by_path["/nombre"]) == ()


def test_where_choices_come_from(model):
    form = model("every_question")
    assert form.by_path["/varias"].itemset == Itemset(
        "frutas", "instance('frutas')/root/item", label_ref="itextId", randomize=True, seed="/data/semilla")
    assert form.by_path["/pueblo"].itemset == Itemset(
        "pueblos", "instance('pueblos')/root/item[depto =  /data/fruta ]", "depto =  /data/fruta", "cod", "nom")
    assert form.by_path["/favorito"].itemset == Itemset("", "/data/hijo[ ./hn  != '']", "./hn  != ''", "hn", "hn")
    assert form.instances["pueblos"].file_name == "pueblos.csv"
    assert form.instances["zonas"].file_name == "zonas.geojson"
    assert form.instances["__last-saved"].file_name == ""


def test_bounds_counts_and_extras(model):
    form = model("every_question")
    assert form.by_path["/nota"].range == Range("1", "5", "0.5")
    assert form.by_path["/hijo"].repeat_count == "/data/hijo_count"
    assert form.by_path["/hijo/g/juguete/jn"].repeat == "/hijo/g/juguete"
    assert form.by_path["/hijo/g/juguete"].repeat == "/hijo"
    assert form.by_path["/foto"].extras == {"orx:max-pixels": "100"}
    assert form.by_path["/lugar"].extras == {"accuracyThreshold": "5"}
    assert form.by_path["/nombre"].extras == {"odk:length": "20"}
    assert form.by_path["/nombre"].constraint == "string-length(.) > 1"
    assert form.by_path["/fruta_other"].relevant == "selected(../fruta, 'other')"
    assert (form.by_path["/tel"].preload, form.by_path["/tel"].preload_params) == ("property", "phonenumber")


def test_actions(model):
    actions = model("every_question").actions
    assert Action("setvalue", "/hijo/hn", ("odk-new-repeat",), "uuid()") in actions
    assert Action("setvalue", "/saludo", ("xforms-value-changed",), "concat('a',  /data/nombre )", "/nombre") in actions
    assert Action("recordaudio", "/fondo", ("odk-instance-load",), extras={"odk:quality": "low"}) in actions
    assert Action("setgeopoint", "/fondo_gps", ("xforms-value-changed",), trigger="/nombre") in actions


def test_media_and_settings(model):
    form = model("every_question")
    assert set(form.media) == {
        MediaFile("pueblos.csv", "file"), MediaFile("zonas.geojson", "file"), MediaFile("externo.xml", "file"),
        MediaFile("otros.csv", "file"), MediaFile("pera.png", "image"), MediaFile("logo.png", "image"),
        MediaFile("saludo.mp3", "audio"), MediaFile("marco.png", "image")}
    assert (form.public_key, form.submission_url, form.auto_send, form.auto_delete, form.style) == (
        "ABCDEF==", "http://example.org/x", "true", "false", "pages")
    assert form.title == "Todo & más" and form.instance_name == "/data/nombre"


# forms written by hand


def test_old_ways_of_writing():
    form = parse_form(a_form(
        "<g><a/><b/></g><orx:meta><orx:instanceID/></orx:meta>",
        '<bind id="aa" nodeset="/data/g/a" type="xsd:int" relevant=" true() "/>'
        '<bind nodeset="data/g/b" type="select1"/>'
        '<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>',
        '<group ref="/data/g"><input bind="aa"><label>A</label></input>'
        '<select1 ref="b"><label>B</label><item><label>Uno</label><value> 1 </value></item></select1></group>'))
    assert form.by_path["/g/a"].type == "int" and form.by_path["/g/a"].relevant == "true()"
    assert form.label(form.by_path["/g/a"]) == "A"
    one = form.by_path["/g/b"]
    assert one.type == "select1" and form.choice_label(one, "1") == "Uno"
    assert form.has_meta and form.by_path["/meta/instanceID"].preload == "uid"
    assert form.not_evaluated == (NotEvaluated("bind of a node that is not there", "data/g/b"),)


def test_form_id_may_be_the_namespace_only():
    xml = WRAPPED.format(model='<instance><data xmlns="http://example.org/f"><a/></data></instance>', body="")
    assert parse_form(xml).form_id == "http://example.org/f"


def test_repeats_with_several_instances_and_no_label():
    form = parse_form(a_form(
        '<r jr:template=""><a/></r><r><a>1</a></r><r><a>2</a><b/></r>', "",
        '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>'))
    assert [one.path for one in form.fields] == ["/r", "/r/a", "/r/b"]
    assert form.by_path["/r"].kind == "repeat" and form.by_path["/r/b"].repeat == "/r"
    assert form.label(form.by_path["/r/a"]) == "a"


@pytest.mark.parametrize("model, body, what, place", [
    ('<bind nodeset="/data/b" type="int"/>', "", "bind of a node that is not there", "/data/b"),
    ('<bind nodeset="/data/a" type="colour"/>', "", "type colour", "/a"),
    ('<bind nodeset="//a"/>', "", "bind", "//a"),
    ("<odk:dance/>", "", "dance", "model"),
    ('<instance id="x" src="https://example.org/x"/>', "",
     "instance from an address of another kind", "x: https://example.org/x"),
    ('<instance id="x"><root><item><a><b>1</b></a></item></root></instance>', "",
     "list with items inside items", "x"),
    ('<instance id="x"><r/></instance><instance id="x"><r/></instance>', "",
     "instance without an id of its own", "x"),
    ("", '<input ref="/data/zz"/>', "input of a node that is not there", "/data/zz"),
    ("", '<input ref="/data/a"><odk:dance/></input>', "dance", "/a"),
    ("", '<input ref="/data/a" appearance="search(\'villages\')"/>', "search()", "/a"),
    ("", "<wizard/>", "wizard", "/"),
    ('<setvalue ref="instance(\'x\')/a" event="e" value="1"/>', "", "setvalue", "instance('x')/a"),
])
def test_what_is_not_understood_is_listed(model, body, what, place):
    assert NotEvaluated(what, place) in parse_form(a_form(model=model, body=body)).not_evaluated


def test_lists_that_collect_reads_by_itself():
    form = parse_form(a_form("<a/><b/>", "", '<input ref="/data/a" query="instance(\'x\')/root/item[d = /data/b]"/>'
                             '<input ref="/data/b" appearance="minimal search(\'villages\')"/>'))
    assert {one.name for one in form.media} == {"itemsets.csv", "villages.csv"}
    assert form.by_path["/a"].itemset.filter == "d = /data/b"


def test_predicates_with_brackets_in_text():
    nodeset = "instance('x')/root/item[a = ']'][b[1] = 2]"
    form = parse_form(a_form(body=f'<select1 ref="/data/a"><itemset nodeset="{nodeset}">'
                             '<value ref="v"/><label ref="l"/></itemset></select1>'))
    assert form.by_path["/a"].itemset.filter == "(a = ']') and (b[1] = 2)"


@given(st.text(alphabet="<>/='\" adjr:tem_plate[]()&;", max_size=80))
@settings(max_examples=150)
def test_random_pieces_raise_nothing_but_form_faults(piece):
    for xml in (piece, a_form(nodes=piece), a_form(model=piece), a_form(body=piece)):
        try:
            parse_form(xml)
        except FormFault as fault:
            assert fault.reason


@given(st.text(max_size=40))
@settings(max_examples=150)
def test_random_expressions_raise_nothing(text):
    kept = "".join(letter for letter in text if letter.isprintable())
    quoted = kept.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    form = parse_form(a_form(
        "<a/>", f'<bind nodeset="/data/a" relevant="{quoted}" jr:constraintMsg="{quoted}"/><bind nodeset="{quoted}"/>',
        f'<select1 ref="/data/a"><itemset nodeset="{quoted}"><value ref="{quoted}"/><label ref="{quoted}"/></itemset>'
        f'</select1><group ref="{quoted}"><input ref="{quoted}"/></group>'))
    assert form.by_path["/a"].relevant == kept.strip()
