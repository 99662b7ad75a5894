"""The lint as a whole: good forms get none, nothing is told twice, many are counted, hard input never fails."""

import re
import time
from pathlib import Path

import pytest

from collector.domain.linting.form import EACH, lint
from collector.domain.linting.patterns import fault, is_slow
from collector.domain.linting.sentences import SENTENCES
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from tests.domain.lint_forms import of_text, row, told, warnings

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [ROOT / "tests/samples/forms" / f"{name}.md" for name in ("simple", "nested", "bilingual", "entities")]
GOOD = [*sorted((ROOT / "forms").glob("*.xlsx")), *SAMPLES]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_forms_are_given_no_warning(path):
    converted = convert(path.read_bytes(), path.name)
    assert lint(parse_form(converted.xml), converted.sheets, converted.warnings) == ()
    assert lint(parse_form(converted.xml)) == ()


def test_what_the_converter_said_is_not_said_again():
    found = warnings(row("text", "a", constraint="selectd(., 'x')"),
                     choices="\n| choices |\n| | list_name | name | label |\n| | l | a | |\n")
    assert told(found) == [("LABEL_001", 2, "label"), ("FUNCTION_UNKNOWN", 2, "constraint")]


def test_many_of_one_kind_are_counted():
    found = warnings(*(row("text", f"t{number}", constraint="edad > 1") for number in range(EACH + 5)))
    assert [one.code for one in found] == ["LINT_BARE_TEXT"] * EACH + ["LINT_MORE"]
    assert f"{EACH + 2}, {EACH + 3}, {EACH + 4}, {EACH + 5}, {EACH + 6}" in found[-1].message_es
    assert found[-1].message_es.startswith("Hay 5 avisos más")


def test_warnings_stand_in_the_order_of_the_sheets():
    found = of_text("| survey |\n| | type | name | label | relevant |\n| | text | a-1 | A | |\n"
                    "| | integer | b | B | c = 1 |\n| | select_one l | s | S | |\n"
                    "| choices |\n| | list_name | name | label |\n| | l | x-1 | X |\n"
                    "| settings |\n| | form_id | instance_name |\n| | f | concat(nada, ${b}) |\n")
    assert [(one.sheet, one.row, one.column) for one in found] == [
        ("settings", 2, "instance_name"), ("survey", 2, "name"), ("survey", 3, "relevant"), ("choices", 2, "name")]


def test_what_an_entity_is_made_of_is_told_in_its_sheet():
    found = of_text("| survey |\n| | type | name | label | save_to |\n| | text | a | A | nombre |\n"
                    "| entities |\n| | list_name | label | create_if |\n| | pueblos | ${a} | b = 'x' |\n")
    assert [(one.code, one.sheet, one.row, one.column) for one in found] == [
        ("LINT_BARE_TEXT", "entities", 2, "create_if")]


def test_the_count_of_a_repeat_is_told_at_the_repeat():
    found = of_text("| survey |\n| | type | name | label | repeat_count |\n| | integer | n | N | |\n"
                    "| | begin_repeat | r | R | m + 1 |\n| | text | t | T | |\n| | end_repeat | | | |\n")
    assert told(found) == [("LINT_BARE_TEXT", 3, "repeat_count")]


def test_an_xform_is_told_by_path():
    xml = convert(b"| survey |\n| | type | name | label | constraint |\n| | date | d | D | . > '2024-01-01' |\n").xml
    (found,) = lint(parse_form(xml))
    assert (found.code, found.sheet, found.row, found.column) == ("LINT_DATE_TEXT", None, None, "constraint /d")


HARD = ["1" + " + 1" * 20_000, "(" * 90 + "1" + ")" * 90, "not(" * 80 + "." + ")" * 80, "a" + "/b" * 20_000,
        " or ".join(". = 'a'" for _ in range(3_000)), "a" + "[b" * 90 + "]" * 90, "- " * 90 + "1",
        "concat(" + "., " * 9_000 + ".)",
        "regex(., '" + "(a|b)*" * 500 + "')", "regex(., '" + "(" * 99 + "a" + ")*" * 99 + "')", "%", "", "instance()/a",
        "current()", "../../../../..", "/", "*", "@a", "indexed-repeat()", "count()", "max()", "format-date(., '%')"]


@pytest.mark.parametrize("expression", HARD, ids=lambda text: text[:12])
def test_no_expression_makes_the_lint_fail_or_hang(expression):
    xml = convert(b"| survey |\n| | type | name | label |\n| | text | t | T |\n").xml
    quoted = expression.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    for what in ("constraint", "relevant", "calculate"):
        changed = re.sub(r'(<bind nodeset="/data/t")', rf'\1 {what}="@@"', xml).replace("@@", quoted)
        started = time.process_time()
        lint(parse_form(changed))
        assert time.process_time() - started < 5


def test_sentences_read_as_sentences():
    for code, (spanish, english, *advice) in SENTENCES.items():
        for text in (spanish, english):
            assert text.endswith((".", "».", "}.")) and len(text) < 160, code
        assert all(text for text in advice), code


@pytest.mark.parametrize(("pattern", "slow"), [
    (r"(a+)+", True), (r"(a*)*", True), (r"(\w+ ?)*", True), (r"([a-z]+-?)+", True), (r"(.*,)*", True),
    (r"(?:[A-Za-zñ]+[ ]?)+", True), (r"(\p{L}+ ?)+", True), (r"(ab|a|b)*x|(c+)+", True),
    (r"(\w+ )*\w+", False), (r"[0-9]{8}", False), (r"([A-Z][a-z]+ )*[A-Z][a-z]*", False), (r"(\d+,)*\d+", False),
    (r"^[^@]+@[^@]+$", False), (r"\p{L}+", False), (r"(a{1,3}){2}", False), (r"[[a-z]&&[^b]]+", False),
])
def test_slow_patterns(pattern, slow):
    assert is_slow(pattern) is slow and not fault(pattern)


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "*a", r"\p{Nada}", r"\q", "(?<n>a)(?<n>b)"])
def test_patterns_that_no_phone_compiles(pattern):
    assert fault(pattern)
