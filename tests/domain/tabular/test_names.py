"""Names of columns, sheets and files: legal in every target, unique, always the same, old names in labels."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collector.domain.tabular.layout import TEXT, OutColumn
from collector.domain.tabular.names import (
    file_name,
    file_names,
    in_bytes,
    legal_names,
    sheet_names,
    told_label,
)

ODD = ["año", "اسم الأسرة", "👩‍👩‍👧 familia", "x" * 300, "ñ" * 300, "if", "str12", "_n", "with", "ALL", "1 edad", "",
       "-", "a.", "a_", "g̃", "ɨ", "a-b", "a_b", "A-B", "a/b", "~", "\u202eabc", "straße", "STRASSE", "ﬁn", "Ⅳ",
       "a\nb", "v3"]


def columns(names) -> list[OutColumn]:
    """Columns of these names, without cells."""
    return [OutColumn(name, "", TEXT, None, {}, "", None) for name in names]


names_of_columns = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=80), st.text("ab_-.1", max_size=40)),
                            max_size=12)


@pytest.mark.parametrize(("target", "names", "legal"), [
    ("stata", ["grupo-nombre", "grupo_nombre", "año", "Ɨ g̃ñ"], ["grupo_nombre", "grupo_nombre_2", "ano", "I_gn"]),
    ("stata", ["if", "str12", "strL", "_all", "1x", "¿edad?"], ["v_if", "v_str12", "v_strL", "v__all", "v1x", "edad"]),
    ("stata", ["😀", "اسم", "_x", "Edad", "edad"], ["v1", "v2", "_x", "Edad", "edad"]),
    ("spss", ["grupo-nombre", "año", "اسم", "Edad", "edad"], ["grupo_nombre", "año", "اسم", "Edad", "edad_2"]),
    ("spss", ["With", "a.", "a_", "_x", "1x", "a.b"], ["v_With", "a", "a_2", "v_x", "v1x", "a.b"]),
    ("csv", ["a-b", "if", "😀"], ["a-b", "if", "😀"]),
    ("parquet", ["a-b", "1x"], ["a-b", "1x"]),
])
def test_names_become_legal(target, names, legal):
    assert legal_names(columns(names), target) == legal


def test_of_a_long_name_the_outer_groups_go_first_and_never_what_its_part_says():
    long = "datos_del_hogar_y_de_la_vivienda-agua-fuente_principal"
    place = OutColumn("datos_del_hogar_y_de_la_vivienda-lugar-Latitude", "", TEXT, None, {}, "Latitude", None)
    choice = OutColumn("problemas_que_tiene_la_comunidad_hoy/otro", "", TEXT, None, {}, "otro", None)
    assert legal_names([*columns([long]), place, choice], "stata") == [
        "agua_fuente_principal", "lugar_Latitude", "problemas_que_tiene_la_comu_otro"]


@given(names_of_columns)
@example(ODD)
def test_stata_takes_every_name(names):
    legal = legal_names(columns(names), "stata")
    assert len(set(legal)) == len(names)
    for name in legal:
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name)
        assert not re.fullmatch(r"str\d+|strL|if|in|_n|_N|_all|with|using|byte|int|long|float|double", name)


@given(names_of_columns)
@example(ODD)
def test_spss_takes_every_name(names):
    legal = legal_names(columns(names), "spss")
    assert len({name.casefold() for name in legal}) == len(names)
    for name in legal:
        assert len(name.encode()) <= 64 and name[0].isalpha() and name[-1] not in "._"
        assert all(letter.isalnum() or letter in "._" for letter in name)
        assert name.upper() not in ("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH")


@given(names_of_columns, names_of_columns, st.sampled_from(["stata", "spss", "csv"]))
def test_a_column_at_the_end_renames_none_before_it(names, more, target):
    assert legal_names(columns(names + more), target)[:len(names)] == legal_names(columns(names), target)


def test_the_old_name_stands_in_the_label():
    column = OutColumn("grupo-nombre", "¿Cómo se\nllama?", TEXT, None, {}, "", None)
    assert told_label(column, "grupo_nombre", 80) == "¿Cómo se llama? (grupo-nombre)"
    assert told_label(column, "grupo-nombre", 80) == "¿Cómo se llama?"
    long = OutColumn("grupo-nombre", "ñ" * 100, TEXT, None, {}, "", None)
    assert told_label(long, "grupo_nombre", 80) == "ñ" * 64 + "… (grupo-nombre)"
    bare = OutColumn("grupo-nombre", "grupo-nombre", TEXT, None, {}, "", None)
    assert told_label(bare, "grupo_nombre", 80) == "grupo-nombre"


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from([(80, len), (255, in_bytes)]))
def test_a_label_is_never_longer_than_it_may_be(label, name, bounds):
    most, size = bounds
    column = OutColumn(name, label, TEXT, None, {}, "", None)
    assert size(told_label(column, "x", most, size)) <= most


@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=40)), max_size=8))
@example(["Hoja:1", "hoja_1", "'a'", "", "History", "😀" * 20, "x" * 40, "X" * 40])
def test_excel_takes_every_sheet_name(names):
    found = sheet_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31 and name.casefold() != "history"
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name) and name.strip("'") == name


@given(st.lists(st.one_of(st.sampled_from([*ODD, "CON", "nul.txt", "../../etc/passwd"]), st.text(max_size=80)),
                max_size=8))
def test_every_system_keeps_the_names_of_files(names):
    found = file_names(names, ".csv")
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert len(name.encode()) <= 140 and not re.search(r'[/\\:*?"<>|\x00-\x1f]', name)
        assert not name.startswith((".", " ", "CON.")) and name.endswith(".csv") and len(name) > 4


def test_a_device_is_no_file():
    assert file_name("con", ".csv") == "_con.csv" and file_name("contrato", ".csv") == "contrato.csv"
