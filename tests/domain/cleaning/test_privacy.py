"""Protection reaches whatever was made of a column, and nothing raw comes back behind it."""

import hmac
from hashlib import sha256

import pytest

from collector.domain.cleaning.running import Circumstances
from collector.domain.fields import Field
from collector.domain.tabular.shape import FACT, DataTable, Variable
from tests.domain.cleaning.small import KEY, TABLES, batch_of, clean, cleaning, column, plain, step

NAMES = batch_of({"/nombre": "Ana Quispe", "/cargo": "apu", "/nacido": "1990-05-17",
                  "/lugar": [-12.0464, -77.0428, 5.0, 9.0]},
                 {"/nombre": "Ana Quispe", "/nacido": "mayo"}, {},
                 children=[(3, 1, {"/hijos/alias": "Anita"}), (3, 2, {})], toys=[(3, 2, 1, {})])


def pseudonym(text):
    return hmac.new(KEY, text.encode(), sha256).hexdigest()[:12]


def protect(how, *columns, class_=None):
    return step("protect", how=how, **({"class_": class_} if class_ else {"columns": list(columns)}))


def told(batch, made):
    """All texts that come out: cells, instanceIDs, names, labels, categories, and examples of every step but the
    first that protects."""
    found = [str(plain(batch))]
    for table in made.tables:
        found += [str((one.name, one.labels, one.categories, one.earlier_names)) for one in table.variables]
    protects = [at for at, one in enumerate(made.recipe.steps) if one.type == "protect"]
    for one in made.recipe.steps[protects[-1] + 1:]:
        if one.id in made.tallies:
            found.append(str([(example.before, example.after) for example in made.tallies[one.id].examples]))
    return "\n".join(found)


def test_pseudonyms_are_keyed_and_the_same_everywhere():
    found = column([{"/nombre": "Ana Quispe", "/nota": "Ana Quispe"}, {}], "/nombre",
                   protect("pseudonym", "/nombre", "/nota"))
    assert found == [pseudonym("Ana Quispe"), None]
    assert column([{"/nota": "Ana Quispe"}], "/nota", protect("pseudonym", "/nota")) == [found[0]]
    other = Circumstances(pseudonym_key=b"otra clave")
    assert column(["Ana Quispe"], "/nombre", protect("pseudonym", "/nombre"), circumstances=other) != found[:1]


def test_without_a_key_there_are_no_pseudonyms():
    made = cleaning(protect("pseudonym", "/nombre"), circumstances=Circumstances(), sound=False)
    assert "clave" in made.faults["s1"][0]


def test_dates_and_places_become_less_exact():
    found, made = clean(NAMES, protect("month", "/nacido"), protect("area", "/lugar"))
    assert found.root.cells["/nacido"] == ["1990-05", None, None]
    assert found.root.cells["/lugar"] == [[-12.0, -77.0, None, None], None, None]
    found, made = clean(NAMES, protect("year", "/nacido"), protect("mask", "/nombre"))
    assert found.root.cells["/nacido"] == [1990, None, None]
    assert found.root.cells["/nombre"] == ["***", "***", None]
    assert {one.id: one.type for one in made.tables[0].variables}["/nacido"] == "int"


@pytest.mark.parametrize("how", ["mask", "pseudonym", "drop"])
@pytest.mark.parametrize("between", [
    [step("derive", name="saludo", expression="concat('Sra. ', ${nombre})")],
    [step("rename", column="/nombre", to="quien")],
    [step("map_table", column="/nombre", rows=[["Luz", "Ana Quispe"]], into="otra")],
    [step("derive", name="a", expression="${nombre}"), step("derive", name="b", expression="${a}")],
    [step("set_where", column="/nota", where="true()", expression="${nombre}")],
    [step("derive", name="n", table="/hijos", expression="concat(${alias}, ' de ', ${nombre})")],
    [step("map_table", column="/nombre", rows=[["x", "y"]], into="m"), step("rename", column="new:m", to="mm")],
])
def test_what_was_made_of_a_name_is_protected_with_it(how, between):
    steps = [*between, protect(how, "/nombre"), step("case", columns=["/cargo"], to="upper")]
    assert "Quispe" not in told(*clean(NAMES, *steps))
    # by class, given before or after
    for classify in ([step("classify", columns=["/nombre"], class_="personal"), *between],
                     [*between, step("classify", columns=["/nombre"], class_="personal")]):
        assert "Quispe" not in told(*clean(NAMES, *classify, protect(how, class_="personal")))


def test_what_a_person_calls_open_is_not_reached():
    steps = [step("derive", name="edad", type="int", expression="int((today() - ${nacido}) div 365.25)"),
             step("classify", columns=["new:edad"], class_="open"), protect("drop", "/nacido")]
    found, _ = clean(NAMES, *steps)
    assert found.root.cells["new:edad"][0] == 35
    assert "/nacido" not in found.root.cells
    found, _ = clean(NAMES, steps[0], protect("drop", "/nacido"))
    assert "new:edad" not in found.root.cells


def test_what_is_made_of_a_date_and_is_none_is_masked():
    said = step("derive", name="cuando", expression="concat('el ', ${nacido})")
    found, _ = clean(NAMES, said, protect("month", "/nacido"))
    assert found.root.cells["new:cuando"][0] == "***"
    found, _ = clean(NAMES, said, step("classify", columns=["/nacido", "/nombre"], class_="personal"),
                     protect("month", class_="personal"))
    assert found.root.cells["new:cuando"][0] == "***"
    assert found.root.cells["/nombre"][0] == "Ana Quispe"  # of a class only dates lose their day
    assert "17" not in str(found.root.cells["/nacido"])


def test_a_later_correction_is_protected_too():
    for last in (step("fix_cell", record="uuid:1", column="/nombre", value="Ana Quispe"),
                 step("set_where", column="/nombre", where=". = ''", value="Ana Quispe")):
        found, made = clean(NAMES, protect("pseudonym", "/nombre"), last)
        assert found.root.cells["/nombre"] == [pseudonym("Ana Quispe")] * 3
        assert "Quispe" not in told(found, made)


def test_categories_of_what_is_protected_are_gone():
    for how in ("mask", "pseudonym"):
        _, made = clean(NAMES, protect(how, "/cargo"), step("fix_cell", record="uuid:1", column="/cargo", value="jefe"))
        assert next(one for one in made.tables[0].variables if one.id == "/cargo").categories == ()


@pytest.mark.parametrize("id", [FACT + "KEY", FACT + "PARENT_KEY", "/meta/instanceID"])
def test_keys_get_one_pseudonym_in_all_tables(id):
    found, made = clean(NAMES, protect("pseudonym", id))
    names = [pseudonym(f"uuid:{one}") for one in (3, 2, 1)]
    assert found.root.cells[FACT + "KEY"] == found.root.cells["/meta/instanceID"] == found.root.instances == names
    assert found.tables["/hijos"].cells[FACT + "KEY"] == [f"{names[0]}/hijos[1]", f"{names[0]}/hijos[2]"]
    assert found.tables["/hijos"].cells[FACT + "PARENT_KEY"] == [names[0]] * 2
    toys = found.tables["/hijos/cosas/juguetes"]
    assert toys.cells[FACT + "PARENT_KEY"] == [found.tables["/hijos"].cells[FACT + "KEY"][1]]
    assert toys.cells[FACT + "KEY"] == [f"{names[0]}/hijos[2]/cosas/juguetes[1]"]
    assert "uuid:" not in told(found, made)


def test_without_keys_no_row_tells_its_record():
    found, made = clean(NAMES, protect("drop", FACT + "KEY"))
    assert "uuid:" not in told(found, made)
    assert not any(FACT + "KEY" in rows.cells for rows in found.tables.values())


def test_a_later_step_still_finds_a_record_by_its_instance_id():
    found, _ = clean(NAMES, protect("pseudonym", FACT + "KEY"),
                     step("fix_cell", record="uuid:2", column="/nota", value="x"))
    assert found.root.cells["/nota"] == [None, "x", None]


def test_facts_of_the_server_can_be_protected():
    batch = batch_of({FACT + "SubmitterName": "Ana Quispe"})
    assert clean(batch, protect("pseudonym", FACT + "SubmitterName"))[0].root.cells[FACT + "SubmitterName"] == [
        pseudonym("Ana Quispe")]


def test_conditions_after_protection_see_what_is_protected():
    found, _ = clean(NAMES, protect("mask", "/nombre"), step("derive", name="ve", expression="${nombre}"),
                     step("derive", name="ven", type="int", expression="count(/data/hijos[../nombre = 'Ana Quispe'])"))
    assert found.root.cells["new:ve"] == ["***", "***", None]
    assert found.root.cells["new:ven"] == [0, 0, 0]


def test_the_tables_that_were_handed_in_are_as_they_were():
    before = [table.variables for table in TABLES]
    clean(NAMES, protect("pseudonym", "/nombre"), step("drop", columns=["/cargo"]))
    assert [table.variables for table in TABLES] == before


def asked(id, calculate=""):
    return Variable(id, id.rpartition("/")[2], "string", field=Field(id, id.rpartition("/")[2], "field", "", 0,
                                                                    calculate=calculate))


CALCULATED = (DataTable("", "Submissions", None, (
    asked("/nombre"), asked("/apellido"), asked("/edad"),
    asked("/entero", "concat( /data/nombre , ' ', ../apellido)"), asked("/saluda", "concat('Hola ', /data/entero)"),
    asked("/mayor", "if(/data/nombre = 'x', 'a', 'b')"), asked("/largo", "string-length(/data/nombre) + /data/edad"),
    asked("/cuantos", "count(/data/hijos[alias = current()/../nombre])"),
    asked("/lista", "instance('gente')/root/item[name = /data/nombre]/label"), asked("/mal", "concat("),
    asked("/meta/instanceName", "concat(/data/saluda, ' · ', /data/edad)"))),)


@pytest.mark.parametrize(("said", "gone"), [
    (protect("drop", "/nombre"), {"/nombre", "/entero", "/saluda", "/lista", "/meta/instanceName"}),
    (protect("drop", "/edad"), {"/edad", "/largo", "/meta/instanceName"}),
    (protect("drop", "/saluda"), {"/saluda", "/meta/instanceName"}),
    (protect("drop", "/mayor"), {"/mayor"}),
])
def test_what_the_phone_made_of_a_name_is_protected_with_it(said, gone):
    made = cleaning(said, tables=CALCULATED)
    [table] = made.tables
    assert {one.id for one in CALCULATED[0].variables} - {one.id for one in table.variables} == gone


def test_a_calculation_that_a_person_calls_open_stays():
    made = cleaning(step("classify", columns=["/entero"], class_="internal"), protect("drop", "/nombre"),
                    tables=CALCULATED)
    assert "/entero" in {one.id for one in made.tables[0].variables}
