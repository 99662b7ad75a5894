"""Each trap of an expression is told at its row and column with what to write instead; its good counterpart is not."""

import pytest

from tests.domain.lint_forms import of_text, row, told, warnings

N, M = row("integer", "n"), row("integer", "m")
ONE, SEVERAL = row("select_one colores", "uno"), row("select_multiple colores", "varios")
DATE, WHEN, CLOCK = row("date", "dia"), row("dateTime", "momento"), row("time", "hora")
OPEN, CLOSE = row("begin_repeat", "filas"), row("end_repeat")


def asked(**cells: str) -> str:
    return row("text", "t", **cells)


# rows, code, row, column, a piece of the advice
TRAPS = [
    # comparisons
    ([row("date", "d", constraint=". >= '2024-01-01'")], "LINT_DATE_TEXT", 2, "constraint", ". >= date('2024-01-01')"),
    ([DATE, asked(relevant="'2024-01-01' < ${dia}")], "LINT_DATE_TEXT", 3, "relevant", "date('2024-01-01') < ${dia}"),
    ([row("date", "d", constraint=". != '31/12/2024'")], "LINT_DATE_FORM", 2, "constraint", "AAAA-MM-DD"),
    ([row("calculate", "hoy", calculation="once(today())"), row("date", "d", constraint=". <= ${hoy}")],
     "LINT_DATE_CALCULATED", 3, "constraint", ". <= date(${hoy})"),
    ([row("integer", "n", constraint="18 < . < 65")], "LINT_CHAIN", 2, "constraint", ". > 18 and . < 65"),
    ([asked(constraint=". > 'm'")], "LINT_TEXT_ORDER", 2, "constraint", "= o !="),
    ([asked(constraint=". > 5")], "LINT_TEXT_NUMBER", 2, "constraint", "integer"),
    ([ONE, asked(relevant="${uno} >= 2")], "LINT_CHOICE_ORDER", 3, "relevant", "="),
    ([N, asked(relevant="${n} = 'si'")], "LINT_NEVER_EQUAL", 3, "relevant", "número"),
    ([ONE, asked(relevant="${uno} = 'verde'")], "LINT_CHOICE_UNKNOWN", 3, "relevant", "rojo, azul"),
    ([ONE, asked(relevant="'Rojo' = ${uno}")], "LINT_CHOICE_UNKNOWN", 3, "relevant", "rojo"),
    ([row("select_one notas", "s"), asked(relevant="${s} = 3")], "LINT_CHOICE_UNKNOWN", 3, "relevant", "1, 2"),
    ([SEVERAL, asked(relevant="selected(${varios}, 'verde')")], "LINT_CHOICE_UNKNOWN", 3, "relevant", "rojo"),
    ([SEVERAL, asked(relevant="${varios} = 'rojo'")], "LINT_MULTIPLE_EQUAL", 3, "relevant",
     "selected(${varios}, 'rojo')"),
    ([SEVERAL, asked(relevant="${varios} != 'rojo'")], "LINT_MULTIPLE_EQUAL", 3, "relevant",
     "not(selected(${varios}, 'rojo'))"),
    ([SEVERAL, asked(relevant="selected(${varios}, 'rojo') = 'false'")], "LINT_BOOLEAN_TEXT", 3, "relevant",
     "not(selected(${varios}, 'rojo'))"),
    ([ONE, asked(relevant="${uno} = 'rojo' or 'azul'")], "LINT_LONELY", 3, "relevant",
     "${uno} = 'rojo' or ${uno} = 'azul'"),
    ([CLOCK, row("time", "fin", constraint=". > ${hora} or ${hora} = ''")], "LINT_TIME_ORDER", 3, "constraint",
     "decimal-time(.) > decimal-time(${hora})"),
    ([row("dateTime", "fin", constraint=". <= now()")], "LINT_TIME_ORDER", 2, "constraint",
     "decimal-date-time(.) <= decimal-date-time(now())"),
    # calls
    ([SEVERAL, asked(relevant="selected(${varios}, 1)")], "LINT_SELECTED_NUMBER", 3, "relevant",
     "selected(${varios}, '1')"),
    ([N, asked(relevant="selected(${n}, '1')")], "LINT_LIST_TYPED", 3, "relevant", "="),
    ([asked(constraint="if(. = 'a', true())")], "LINT_ARGUMENTS", 2, "constraint", "comas"),
    ([asked(constraint="regex(.)")], "LINT_ARGUMENTS", 2, "constraint", "comas"),
    ([asked(relevant="true()", constraint="substr(., 1, 2, 3) = 'a'")], "LINT_ARGUMENTS", 2, "constraint", "comas"),
    ([N, row("calculate", "c", calculation="sum(${n} + 1)")], "LINT_NEEDS_PATH", 3, "calculation", "+"),
    ([N, M, row("calculate", "c", calculation="max(-${n}, -${m})")], "LINT_MAX_NEGATIVE", 4, "calculation",
     "-min(${n}, ${m})"),
    ([DATE, row("calculate", "c", calculation="format-date(${dia}, '%d de %B')")], "LINT_DATE_SIGN", 3, "calculation",
     "%b"),
    ([DATE, row("calculate", "c", calculation="${dia} + 30")], "LINT_DATE_PLUS", 3, "calculation", "date(${dia} + 30)"),
    ([row("calculate", "c", calculation="today()"), N], "LINT_CHANGING", 2, "calculation", "once(today())"),
    ([row("calculate", "c", calculation="concat('A-', uuid())"), N], "LINT_CHANGING", 2, "calculation", "once(uuid())"),
    ([asked(constraint="regex(., '[0-9')")], "LINT_REGEX_BAD", 2, "constraint", "corchetes"),
    ([asked(constraint="regex(., '([a-z]+)*')")], "LINT_REGEX_SLOW", 2, "constraint", "[a-z]*"),
    # repeats
    ([OPEN, N, asked(relevant="position(..) = count(${filas})"), CLOSE], "LINT_ONLY_OWN", 4, "relevant",
     "count(../../filas)"),
    ([OPEN, row("begin_group", "g"), N, row("end_group"), row("calculate", "c", calculation="sum(${n})"), CLOSE],
     "LINT_ONLY_OWN", 6, "calculation", "sum(../../filas/g/n)"),
    ([OPEN, row("integer", "n", constraint=". > indexed-repeat(${n}, ${filas}, position(..) - 1)"), CLOSE],
     "LINT_PREVIOUS", 3, "constraint", "calculate"),
    ([OPEN, N, CLOSE, asked(relevant="${n} > 5")], "LINT_MANY", 5, "relevant", "sum(${n})"),
    ([OPEN, row("text", "quien"), CLOSE, asked(relevant="${quien} = 'Ana'")], "LINT_MANY", 5, "relevant",
     "join(', ', ${quien})"),
    ([ONE, row("calculate", "c", calculation="instance('colores')/root/item/label")], "LINT_MANY_ROWS", 3,
     "calculation", "item[name ="),
    ([ONE, row("calculate", "c", calculation="instance('colores')/root/item[2]/label")], "LINT_CONDITION", 3,
     "calculation", "[position() = 2]"),
    ([ONE, row("calculate", "c", calculation="instance('colores')/root/item['rojo']/label")], "LINT_CONDITION", 3,
     "calculation", "[name = 'rojo']"),
    # blanks, and what is never run
    ([N, row("integer", "m", constraint=". >= ${n}")], "LINT_EMPTY_LIMIT", 3, "constraint", "${n} = '' or . >= ${n}"),
    ([N, row("integer", "m", constraint=". >= ${n} and . < 99")], "LINT_EMPTY_LIMIT", 3, "constraint",
     "(${n} = '' or . >= ${n})"),
    ([N, row("calculate", "c", calculation="${n} + 1")], "LINT_EMPTY_SUM", 3, "calculation", "coalesce(${n}, 0)"),
    ([N, row("calculate", "c", calculation="${n}", constraint=". > 1")], "LINT_NEVER_RUN", 3, "constraint", "pregunta"),
    # to nowhere
    ([asked(constraint="edad > 3")], "LINT_BARE_TEXT", 2, "constraint", "'edad'"),
    ([N, asked(relevant="n > 3")], "LINT_BARE_FIELD", 3, "relevant", "${n}"),
    ([ONE, asked(relevant="${uno} = rojo")], "LINT_BARE_TEXT", 3, "relevant", "'rojo'"),
    ([row("integer", "edad"), asked(relevant="/data/edat > 3")], "LINT_NOWHERE", 3, "relevant", "${edad}"),
    ([asked(relevant="../otro = 'a'")], "LINT_NOWHERE", 2, "relevant", "${"),
    ([ONE, asked(relevant="instance('color')/root/item[name = 'rojo']/label = 'a'")], "LINT_LIST_NOWHERE", 3,
     "relevant", "colores"),
    ([ONE, asked(relevant="instance('colores')/root/item[name = 'rojo']/precio = 'a'")], "LINT_COLUMN_NOWHERE", 3,
     "relevant", "zona"),
    ([row("text", "region"), row("select_one colores", "s", choice_filter="region = ${region}")],
     "LINT_COLUMN_FIELD", 3, "choice_filter", "zona"),
    # circles
    ([row("calculate", "c", calculation="${d}"), row("calculate", "d", calculation="${c}"), N], "LINT_CYCLE", 2,
     "calculation", "una de las referencias"),
    ([row("integer", "a", relevant="${b} > 1"), row("integer", "b", required="${a} > 1")], "LINT_CYCLE", 2, "relevant",
     "una de las referencias"),
    ([row("begin_group", "g", relevant="${n} > 1"), N, row("end_group")], "LINT_CYCLE", 2, "relevant", "grupo"),
    ([row("integer", "n", relevant="${n} > 1")], "LINT_SELF", 2, "relevant", "once("),
    # what cannot be read
    ([row("integer", "n", constraint=". == 5")], "LINT_UNREADABLE", 2, "constraint", "un solo ="),
    ([row("integer", "n", constraint=". > 1 AND . < 5")], "LINT_UNREADABLE", 2, "constraint", "minúsculas"),
    ([row("integer", "n", constraint=". > > 5")], "LINT_UNREADABLE", 2, "constraint", "ese lugar"),
    ([row("integer", "n", constraint="//n > 5")], "LINT_NOT_ON_PHONE", 2, "constraint", "${nombre}"),
    ([N, asked(relevant="(${n})[1] = 3")], "LINT_NOT_ON_PHONE", 3, "relevant", "camino"),
    ([asked(constraint="count(preceding-sibling::t) = 0")], "LINT_NOT_ON_PHONE", 2, "constraint", "paso a paso"),
    ([asked(default="ahora()")], "FUNCTION_UNKNOWN", 2, "default", "parecida"),
]


@pytest.mark.parametrize(("rows", "code", "number", "column", "advice"), TRAPS,
                         ids=[f"{trap[1]}-{place}" for place, trap in enumerate(TRAPS)])
def test_a_trap_is_told_once_where_it_stands(rows, code, number, column, advice):
    found = warnings(*rows)
    assert told(found) == [(code, number, column)]
    (one,) = found
    assert one.sheet == "survey" and one.severity == "warning"
    assert advice in one.advice_es
    assert not any("{better}" in text or "«?»" in text for text in (one.message_es, one.message_en, one.advice_en))


GOOD = [
    [row("date", "d", constraint=". >= date('2024-01-01') and . <= today()")],
    [row("date", "d", constraint=". = '2024-01-01'")],
    [row("today", "hoy"), row("date", "d", constraint=". <= ${hoy}")],
    [row("calculate", "hoy", calculation="once(today())"), row("date", "d", constraint=". <= date(${hoy})")],
    [row("integer", "n", constraint=". > 18 and . < 65 or . = '99'")],
    [row("text", "t", constraint=". > 5", appearance="numbers")],
    [row("select_one notas", "s"), asked(relevant="${s} >= 2 or ${s} = 1 or ${s} = '2' or ${s} = ''")],
    [SEVERAL, asked(relevant="selected(${varios}, 'rojo') and count-selected(${varios}) = 1 and ${varios} != ''")],
    [row("select_one colores or_other", "s"), asked(relevant="${s} = 'other'")],
    [row("select_one_from_file pueblos.csv", "s"), asked(relevant="${s} = 'lejos'")],
    [WHEN, row("dateTime", "fin", constraint="decimal-date-time(.) <= decimal-date-time(now())")],
    [OPEN, N, asked(relevant="position(..) = count(../../filas)"), CLOSE],
    [OPEN, N, CLOSE, row("calculate", "c", calculation="sum(${n}) + count(${filas}) + max(${n})")],
    [OPEN, N, CLOSE, row("calculate", "c", calculation="indexed-repeat(${n}, ${filas}, 1)")],
    [OPEN, N, row("calculate", "antes", calculation="indexed-repeat(${n}, ${filas}, position(..) - 1)"),
     row("integer", "m", constraint="${antes} = '' or . > ${antes}"), CLOSE],
    [OPEN, N, asked(relevant="${n} > 5"), CLOSE],
    [row("text", "region"), row("select_one colores", "s", choice_filter="zona = ${region} and name != 'azul'")],
    [ONE, row("calculate", "c", calculation="instance('colores')/root/item[name = ${uno}]/zona")],
    [ONE, row("calculate", "c", calculation="count(instance('colores')/root/item[zona = 'n'])")],
    [ONE, row("calculate", "c", calculation="instance('colores')/root/item[position() = 2]/label")],
    [OPEN, row("text", "quien"), CLOSE, row("select_one ${quien}", "s", choice_filter="quien != ''")],
    [row("calculate", "c", calculation="once(concat('A-', uuid()))"), N],
    [row("integer", "n", required="yes"), row("integer", "m", constraint=". >= ${n}"),
     row("calculate", "c", calculation="${n} * 2")],
    [N, row("calculate", "c", calculation="if(${n} = '', 0, ${n} + 1) + coalesce(${n}, 0)")],
    [DATE, row("calculate", "c", calculation="format-date(date(${dia} + 30), '%d/%m/%Y')")],
    [DATE, row("date", "d", calculation="${dia} + 30")],
    [row("text", "t", constraint="regex(., '([A-Z][a-z]+ )*[A-Z][a-z]+')")],
    [row("text", "t", constraint="regex(., '[A-Z]{2}[0-9]{4}(-[0-9]+)*')")],
    [row("begin_group", "g"), N, asked(relevant="${n} > 1"), row("end_group")],
    [row("integer", "n", constraint=". > 1 and ${n} < 9")],
]


@pytest.mark.parametrize("rows", GOOD, ids=range(len(GOOD)))
def test_the_good_counterpart_is_not_told(rows):
    assert told(warnings(*rows)) == []


def test_a_name_that_stands_twice_is_found_in_its_own_group():
    found = warnings(row("begin_group", "g"), N, row("end_group"), row("begin_group", "h"),
                     row("integer", "n", constraint=". == 1"), row("end_group"))
    assert ("LINT_UNREADABLE", 6, "constraint") in told(found)


def test_the_author_s_own_names_of_columns_are_told():
    found = of_text("| survey |\n| | type | name | label | bind::relevant | Read_Only |\n"
                    "| | integer | n | N | | |\n| | text | t | T | n > 1 | ${n} > > 1 |\n")
    assert told(found) == [("LINT_BARE_FIELD", 3, "bind::relevant"), ("LINT_UNREADABLE", 3, "Read_Only")]
