"""Each type of step on a small form: what it changes, what it leaves, what it counts."""

import pytest

from collector.domain.cleaning.running import Circumstances
from collector.domain.tabular.shape import FACT, Batch, DataTable, Variable
from tests.domain.cleaning.small import (
    CHILDREN,
    TOYS,
    batch_of,
    clean,
    cleaning,
    column,
    plain,
    rows_of,
    step,
)

STATE = FACT + "ReviewState"


def only(made):
    """The tally of the one step."""
    return made.tallies["s1"]


def variable(made, id):
    return next(one for table in made.tables for one in table.variables if one.id == id)


# rows

def states(circumstances, *said):
    batch = batch_of(*({STATE: one} for one in (None, "edited", "hasIssues", "approved", "rejected")))
    return clean(batch, step("keep_states", **({"states": list(said)} if said else {})),
                 circumstances=circumstances)[0].root.cells[STATE]


def test_states_by_default_are_all_but_rejected_until_review_is_in_use():
    assert states(Circumstances()) == [None, "edited", "hasIssues", "approved"]
    assert states(Circumstances(review_in_use=True)) == ["approved"]
    assert states(Circumstances(review_in_use=True), "received", "rejected") == [None, "rejected"]


FAMILY = batch_of(
    {"/nombre": "Ana"}, {"/nombre": "Luz"}, {"/nombre": "Eva"},
    children=[(3, 1, {"/hijos/anos": 9}), (3, 2, {"/hijos/anos": 2}), (2, 1, {"/hijos/anos": 4}), (1, 1, {})],
    toys=[(3, 1, 1, {}), (3, 2, 1, {}), (3, 2, 2, {}), (2, 1, 1, {})])


def test_a_record_that_goes_takes_its_repeats_with_it():
    found, made = clean(FAMILY, step("filter_rows", where="${nombre} = 'Ana'", effect="drop"))
    assert found.root.numbers == [2, 1]
    assert found.tables[CHILDREN.path].numbers == [2, 1]
    assert found.tables[TOYS.path].numbers == [2]
    assert (only(made).rows, only(made).cells) == (1, 0)
    assert [(one.instance, one.variable) for one in only(made).examples] == [("uuid:3", "")]


def test_a_row_of_a_repeat_takes_what_lies_below_it():
    found, made = clean(FAMILY, step("filter_rows", table="/hijos", where="${anos} > 3"))
    assert found.root.numbers == [3, 2, 1]
    assert found.tables[CHILDREN.path].keys == ["hijos[1]", "hijos[1]"]
    assert found.tables[TOYS.path].keys == ["hijos[1]/cosas/juguetes[1]", "hijos[1]/cosas/juguetes[1]"]
    assert only(made).rows == 2


def test_a_row_on_which_a_condition_has_no_value_stays_and_is_counted():
    for effect in ("keep", "drop"):
        found, made = clean(FAMILY, step("filter_rows", where="/data/hijos/anos > 3", effect=effect))
        assert 3 in found.root.numbers  # two children: the phone refuses to take one
        assert only(made).unevaluated == 1


# texts

@pytest.mark.parametrize(("said", "before", "after"), [
    (step("trim"), "  Ana \u00a0 María\t", "Ana María"),
    (step("trim", inner=False), "  Ana  María\t", "Ana  María"),
    (step("trim"), " a \n  b  c ", "a\nb c"),
    (step("trim"), " \t", None),
    (step("case", columns=["/nombre"], to="lower"), "ÁNA", "ána"),
    (step("case", columns=["/nombre"], to="upper"), "josé ñ", "JOSÉ Ñ"),
    (step("case", columns=["/nombre"], to="title"), "MARÍA de LOS ángeles o'neil-paz",
     "María de los Ángeles O'neil-Paz"),
    (step("case", columns=["/nombre"], to="title"), "la rosa", "La Rosa"),
    (step("case", columns=["/nombre"], to="sentence"), "HOLA Mundo", "Hola mundo"),
    (step("accents", columns=["/nombre"], how="strip"), "Ñandú Pingüino Áé", "Ñandu Pinguino Ae"),
    (step("accents", columns=["/nombre"]), "A\u0301n\u0303", "Áñ"),
    (step("trim"), None, None),
])
def test_texts(said, before, after):
    assert column([before, before], "/nombre", said) == [after, after]


def test_trim_leaves_choices_and_facts_alone_unless_they_are_named():
    batch = batch_of({"/cargo": " apu ", STATE: " approved "})
    assert clean(batch, step("trim"))[0].root.cells["/cargo"] == [" apu "]
    assert clean(batch, step("trim", columns=["/cargo"]))[0].root.cells["/cargo"] == ["apu"]


def test_many_steps_count_rows_once_and_cells_each():
    _, made = clean(batch_of({"/nombre": " a", "/nota": "b "}, {"/nombre": "a"}, {"/nota": " c"}), step("trim"))
    assert (only(made).rows, only(made).cells) == (2, 3)


# values

def test_recode_by_names_and_for_questions_with_several_choices():
    assert column(["apu", "jefe", None, "raro"], "/cargo", step("recode", column="/cargo", map={"apu": "jefe"})) == [
        "jefe", "jefe", None, "raro"]
    assert column(["apu", "jefe", "raro"], "/cargo",
                  step("recode", column="/cargo", map={"apu": "uno", "jefe": "jefe"}, others="blank")) == [
        "uno", "jefe", None]
    assert column(["agua luz", "luz gas agua", "gas"], "/usos",
                  step("recode", column="/usos", map={"luz": "agua", "gas": ""})) == ["agua", "agua", None]


def test_recode_gives_cells_of_the_type_of_the_column():
    found = column([7, 99, None], "/g/edad", step("recode", column="/g/edad", map={"99": "", "7": "8", "": "0"}))
    assert found == [8, None, 0]
    assert [one.__class__ for one in found] == [int, type(None), int]


def test_categories_follow_the_values():
    _, made = clean(batch_of({}), step("merge", column="/cargo", from_=["apu", "jefe"], to="jefatura",
                                      label={"es": "Jefatura", "en": "Heads"}))
    assert [(one.name, one.labels) for one in variable(made, "/cargo").categories] == [
        ("jefatura", {"es": "Jefatura", "en": "Heads"}), ("otro", {"es": "Otro"})]
    _, made = clean(batch_of({}), step("recode", column="/cargo", map={"apu": "jefe"}))
    assert [(one.name, one.labels["es"]) for one in variable(made, "/cargo").categories] == [
        ("jefe", "Jefe"), ("otro", "Otro")]
    _, made = clean(batch_of({}), step("recode", column="/cargo", map={"apu": "jefe"}, others="blank"))
    assert [one.name for one in variable(made, "/cargo").categories] == ["jefe"]


def test_merge_takes_texts_as_they_were_written():
    found, made = clean(batch_of(*({"/nombre": one} for one in ("jefe", "Jefe", "JEFE", "otro"))),
                        step("merge", column="/nombre", from_=["Jefe", "JEFE"], to="jefe"))
    assert found.root.cells["/nombre"] == ["jefe", "jefe", "jefe", "otro"]
    assert only(made).cells == 2


def test_a_table_maps_into_the_same_column_or_a_new_one():
    rows = [["lima", "15"], ["CUSCO", "08"], ["lima", "150101"]]
    assert column(["lima", "Cusco", "Piura"], "/nombre", step("map_table", column="/nombre", rows=rows)) == [
        "150101", "Cusco", "Piura"]
    assert column(["lima", " cúsco", "Piura"], "/nombre",
                  step("map_table", column="/nombre", rows=rows, folded=True, missing="blank")) == [
        "150101", "08", None]
    found, made = clean(batch_of({"/nombre": "lima"}, {"/nombre": "x"}, {}),
                        step("map_table", column="/nombre", rows=rows, into="ubigeo", label={"es": "Ubigeo"}))
    assert found.root.cells["/nombre"] == ["lima", "x", None]
    assert found.root.cells["new:ubigeo"] == ["150101", "x", None]
    ids = [one.id for one in made.tables[0].variables]
    assert ids.index("new:ubigeo") == ids.index("/nombre") + 1


# numbers, dates, points

@pytest.mark.parametrize(("said", "before", "after"), [
    ({}, "12.50", 12.5), ({}, " -3 ", -3.0), ({}, "1e5", "1e5"), ({}, "12 años", "12 años"), ({}, "", ""),
    ({"decimal": ",", "thousands": "."}, "1.234.567,5", 1234567.5),
    ({"decimal": ",", "thousands": "."}, "1.23", "1.23"), ({"decimal": ","}, "1.5", "1.5"),
    ({"thousands": ","}, "12,345", 12345.0), ({"thousands": ","}, "12,34", "12,34"),
    ({"thousands": " "}, "1\u00a0000", 1000.0), ({"whole": True}, "12", 12), ({"whole": True}, "12.0", 12),
    ({"whole": True}, "12.5", "12.5"), ({"whole": True}, "9007199254740993", 9007199254740993),
])
def test_numbers(said, before, after):
    [found] = column([before], "/nota", step("parse_number", columns=["/nota"], **said))
    assert found == after and found.__class__ is after.__class__


@pytest.mark.parametrize(("formats", "before", "after"), [
    (["%d/%m/%Y"], "5/3/2024", "2024-03-05"), (["%d/%m/%Y"], "31/2/2024", "31/2/2024"),
    (["%d/%m/%y"], "05/03/24", "2024-03-05"), (["%d/%m/%y"], "05/03/71", "1971-03-05"),
    (["%d de %B de %Y"], "5 de Setiembre de 2024", "2024-09-05"), (["%d-%b-%Y"], "5-Aug.-2024", "2024-08-05"),
    (["%m/%d/%Y", "%d/%m/%Y"], "25/12/2024", "2024-12-25"),
    (["%d/%m/%Y %H:%M"], "1/2/2024 9:05", "2024-02-01T09:05:00"),
    (["%d/%m/%Y"], "2024-03-05", "2024-03-05"), (["%d/%m/%Y"], "ayer", "ayer"),
])
def test_dates(formats, before, after):
    found, made = clean(batch_of({"/nota": before}), step("parse_date", columns=["/nota"], formats=formats))
    assert found.root.cells["/nota"] == [after]
    assert variable(made, "/nota").type == ("dateTime" if "%H" in formats[0] else "date")
    assert only(made).unevaluated == (before in ("ayer", "31/2/2024"))


@pytest.mark.parametrize(("said", "before", "after"), [
    ({}, "-12.05, -77.04", [-12.05, -77.04, None, None]), ({}, "(-12.05;-77.04)", [-12.05, -77.04, None, None]),
    ({}, "-12,05; -77,04", [-12.05, -77.04, None, None]), ({}, "-12.05,-77.04", [-12.05, -77.04, None, None]),
    ({"order": "lon_lat"}, "-77.04 -12.05", [-12.05, -77.04, None, None]),
    ({"format": "dms"}, "12°03'00\"S 77°30'W", [-12.05, -77.5, None, None]),
    ({"format": "dms"}, "S 12 30 00, O 77 30 00", [-12.5, -77.5, None, None]),
    ({}, "aquí", "aquí"), ({}, "95.0, 10.0", "95.0, 10.0"),
])
def test_points(said, before, after):
    assert column([before], "/nota", step("parse_point", column="/nota", **said)) == [after]


def test_a_point_of_two_columns():
    found, made = clean(batch_of({"/nota": "-12.5", "/g/peso": -77.25}, {"/nota": "x", "/g/peso": 1.0}, {"/nota": "1"}),
                        step("parse_point", column="/nota", other="/g/peso", into="sitio"))
    assert found.root.cells["new:sitio"] == [[-12.5, -77.25, None, None], None, None]
    assert variable(made, "new:sitio").type == "geopoint"


# cells

def test_set_and_blank_where_a_condition_holds():
    records = [{"/g/edad": 5, "/nota": "a"}, {"/g/edad": 50, "/nota": "b"}, {"/nota": "c"}]
    assert column(records, "/nota", step("set_where", column="/nota", where="${edad} > 18", value="mayor")) == [
        "a", "mayor", "c"]
    assert column(records, "/nota", step("blank_where", column="/nota", where=". = 'a' or ../g/edad > 18")) == [
        None, None, "c"]
    assert column(records, "/g/edad", step("set_where", column="/g/edad", where=". > 18", expression=". - 1")) == [
        5, 49, None]


def test_one_cell_is_corrected_and_only_while_it_is_what_somebody_saw():
    batch = batch_of({"/nombre": " ana"}, {"/nombre": "luz"}, children=[(2, 1, {"/hijos/alias": "x"}), (2, 2, {})])
    fix = step("fix_cell", record="uuid:2", column="/nombre", value="Ana", before=" ana")
    found, made = clean(batch, step("trim"), fix)
    assert found.root.cells["/nombre"] == ["Ana", "luz"]
    assert made.tallies["s2"].cells == 1
    assert not any(id.startswith("raw:") for id in found.root.cells)
    stale = {**fix, "settings": {**fix["settings"], "before": "ana"}}
    assert clean(batch, stale)[0].root.cells["/nombre"] == [" ana", "luz"]
    below = step("fix_cell", record="uuid:2", key="hijos[2]", column="/hijos/anos", value="12")
    assert clean(batch, below)[0].tables["/hijos"].cells["/hijos/anos"] == [None, 12]


def test_a_raw_cell_is_found_after_rows_went():
    batch = batch_of({"/nombre": "a"}, {"/nombre": "b"}, {"/nombre": "c"})
    found, _ = clean(batch, step("filter_rows", where=". != '' or ${nombre} != 'a'"),
                     step("fix_cell", record="uuid:1", column="/nombre", value="z", before="c"))
    assert found.root.cells["/nombre"] == ["b", "z"]


def test_a_new_column_for_records_and_for_repeats():
    found, made = clean(
        FAMILY, step("derive", name="hijos", type="int", expression="count(/data/hijos)"),
        step("derive", name="cosas", type="int", table="/hijos", expression="count(cosas/juguetes)"),
        step("derive", name="dice", table="/hijos", expression="concat(${nombre}, ': ', ${cosas}, ' de ', ${hijos})"))
    assert found.root.cells["new:hijos"] == [2, 1, 1]
    assert found.tables["/hijos"].cells["new:cosas"] == [1, 2, 1, 0]
    assert found.tables["/hijos"].cells["new:dice"] == ["Ana: 1 de 2", "Ana: 2 de 2", "Luz: 1 de 1", "Eva: 0 de 1"]
    names = [one.name for one in made.tables[0].variables]
    assert names.index("hijos") == names.index("KEY") - 1


# duplicates

DOUBLES = batch_of(
    {"/nombre": "ÁNA ", "/nota": "x", "/g/edad": 3}, {"/nombre": "ana", STATE: "approved"}, {"/nombre": "luz"},
    {"/nombre": "Ana", "/nota": "x"}, {}, {})


@pytest.mark.parametrize(("keep", "left"), [
    ("first", [4, 3, 2, 1]), ("last", [6, 4, 2, 1]), ("fullest", [6, 4, 2, 1]), ("approved", [5, 4, 2, 1])])
def test_of_doubles_one_stays_by_the_rule(keep, left):
    found, made = clean(DOUBLES, step("deduplicate", columns=["/nombre"], keep=keep))
    assert found.root.numbers == left
    assert only(made).rows == 2


def test_doubles_that_a_person_tells_apart_stay():
    found, _ = clean(DOUBLES, step("deduplicate", columns=["/nombre"], apart=["uuid:5"]))
    assert found.root.numbers == [5, 4, 3, 2, 1]
    found, _ = clean(DOUBLES, step("deduplicate", columns=["/nombre"], folded=False))
    assert found.root.numbers == [6, 5, 4, 3, 2, 1]


def test_records_that_lack_a_part_of_the_key_are_nobodys_doubles():
    batch = batch_of({"/nombre": "a", "/nota": "1"}, {"/nombre": "a"}, {"/nombre": "a"}, {"/nombre": "a", "/nota": "1"})
    assert clean(batch, step("deduplicate", columns=["/nombre", "/nota"]))[0].root.numbers == [3, 2, 1]


def test_a_second_search_for_doubles_does_not_see_whom_the_first_left_out():
    batch = batch_of({"/nombre": "b", "/nota": "1"}, {"/nombre": "a", "/nota": "1"}, {"/nombre": "a", "/nota": "2"})
    # the first leaves out number 2, the earlier of the two with nota 1; so number 3 keeps its nota to itself
    found, _ = clean(batch, step("deduplicate", columns=["/nombre"]), step("deduplicate", columns=["/nota"]))
    assert found.root.numbers == [3, 1]


def test_a_key_is_one_of_records():
    made = cleaning(step("deduplicate", columns=["/hijos/alias"]), sound=False)
    assert "repetición" in made.faults["s1"][0] and "repeat" in made.faults["s1"][1]


# columns

def test_names_labels_order_and_columns_that_go():
    found, made = clean(
        batch_of({"/nota": "a"}), step("rename", column="/nota", to="apunte", label={"es": "Apunte"}),
        step("order", columns=["/nota", "/cargo"]), step("drop", columns=["/usos", "/hijos/anos"]),
        step("classify", columns=["/nombre"], class_="personal"))
    ids = [one.id for one in made.tables[0].variables]
    assert ids[:2] == ["/nota", "/cargo"] and "/usos" not in ids
    assert "/usos" not in found.root.cells and "/hijos/anos" not in found.tables["/hijos"].cells
    assert variable(made, "/nota").name == "apunte" and variable(made, "/nota").earlier_names == ("nota",)
    assert variable(made, "/nota").labels == {"es": "Apunte"}
    assert variable(made, "/nombre").privacy == "personal"
    assert all((one.rows, one.cells) == (0, 0) for one in made.tallies.values())


def test_a_renamed_column_answers_to_both_names_in_expressions():
    for name in ("apunte", "nota", "/nota"):
        found = column([{"/nota": "a"}], "new:x", step("rename", column="/nota", to="apunte"),
                       step("derive", name="x", expression=f"concat(${{{name}}}, '!')"))
        assert found == ["a!"]


@pytest.mark.parametrize("said", [
    step("rename", column="/nota", to="nombre"), step("rename", column=FACT + "KEY", to="clave"),
    step("drop", columns=[FACT + "KEY"]), step("trim", columns=["/no/hay"]),
    step("recode", column=FACT + "KEY", map={"a": "b"}),
    step("derive", name="x", expression="${no_hay}"), step("derive", name="x", expression="/data/no/hay + 1"),
    step("derive", name="x", table="/no", expression="1"), step("filter_rows", table="/no", where="true()"),
    step("parse_point", column="/nota", other="/hijos/alias"), step("protect", columns=["/nota"], how="month"),
    step("protect", columns=["/nota"], how="area"), step("protect", columns=[FACT + "KEY"], how="mask"),
])
def test_a_step_that_cannot_run_is_passed_over_and_told_in_both_languages(said):
    batch = batch_of({"/nombre": " a"})
    found, made = clean(batch, step("trim")), cleaning(step("trim"), said, sound=False)
    assert set(made.faults) == {"s2"}
    assert all(len(words) > 20 and words.endswith(".") for words in made.faults["s2"])
    assert plain(made.clean(batch)) == plain(found[0])
    assert made.tables == found[1].tables


def test_a_step_on_a_column_that_an_earlier_step_dropped_is_told():
    made = cleaning(step("drop", columns=["/nota"]), step("trim", columns=["/nota"]), sound=False)
    assert "nota" in made.faults["s2"][0]


def test_what_is_needed_names_only_what_was_sent():
    made = cleaning(step("trim", columns=["/nombre"]),
                    step("derive", name="x", table="/hijos", expression="${edad} + ${anos}"),
                    step("set_where", column="/nota", where="${nombre} = ''", value="x"), step("keep_states"))
    assert made.needed("s1") == {"": {"/nombre"}, "/hijos": frozenset(), TOYS.path: frozenset()}
    assert made.needed("s2") == {
        "": {"/nombre", "/g/edad"}, "/hijos": {"/hijos/anos", FACT + "KEY"}, TOYS.path: frozenset()}
    counted = cleaning(step("derive", name="x", type="int", expression="count(/data/hijos)"))
    assert counted.needed("s1") == {"": frozenset(), "/hijos": {FACT + "KEY"}, TOYS.path: frozenset()}
    assert made.needed("s4")[""] == {"/nombre", "/g/edad", "/nota", STATE}


# repeats that hold nothing but other repeats have no table

OUTER = DataTable("", "Submissions", None, (Variable("/a", "a", "string"),))
INNER = DataTable("/g/casas/pisos", "pisos", "/g/casas", (Variable("/g/casas/pisos/n", "n", "int"),))
ROOMS = DataTable("/g/casas/pisos/q/cuartos", "cuartos", "/g/casas/pisos",
                  (Variable("/g/casas/pisos/q/cuartos/m", "m", "int"),))
FLOORS = [(2, "g/casas[1]/pisos[1]", "g/casas[1]", {INNER.variables[0].id: 1}),
          (2, "g/casas[2]/pisos[1]", "g/casas[2]", {INNER.variables[0].id: 2}),
          (1, "g/casas[1]/pisos[1]", "g/casas[1]", {INNER.variables[0].id: 5})]
HOUSES = Batch({
    "": rows_of(OUTER, [(2, "", None, {"/a": "x"}), (1, "", None, {"/a": "y"})]), INNER.path: rows_of(INNER, FLOORS),
    ROOMS.path: rows_of(ROOMS, [(number, f"{key}/q/cuartos[{at}]", key, {ROOMS.variables[0].id: at})
                                for number, key, _, _ in FLOORS for at in (1, 2)])})


def test_rows_go_with_what_is_around_them_even_where_a_table_is_missing_between():
    tables = (OUTER, INNER, ROOMS)
    found = cleaning(step("filter_rows", where="${a} = 'x'"), tables=tables).clean(HOUSES)
    assert [len(rows) for rows in found.tables.values()] == [1, 2, 4]
    found = cleaning(step("filter_rows", table=INNER.path, where="${n} > 1"), tables=tables).clean(HOUSES)
    assert [len(rows) for rows in found.tables.values()] == [2, 2, 4]


def test_expressions_see_repeats_without_a_table():
    tables = (OUTER, INNER, ROOMS)
    found = cleaning(
        step("derive", name="casas", type="int", expression="count(/data/g/casas)"),
        step("derive", name="pisos", type="int", expression="sum(/data/g/casas/pisos/n)"),
        step("derive", name="dice", table=ROOMS.path, expression="concat(${a}, ${n}, ${m})"),
        step("derive", name="lugar", table=ROOMS.path, expression="concat(position(../../..), position(.))"),
        step("derive", name="casa", type="int", table=INNER.path, expression="position(..)"),
        tables=tables).clean(HOUSES)
    assert found.root.cells["new:casas"] == [2, 1]
    assert found.root.cells["new:pisos"] == [3, 5]
    assert found.tables[ROOMS.path].cells["new:dice"] == ["x11", "x12", "x21", "x22", "y51", "y52"]
    assert found.tables[INNER.path].cells["new:casa"] == [1, 2, 1]
    assert found.tables[ROOMS.path].cells["new:lugar"] == ["11", "12", "21", "22", "11", "12"]
