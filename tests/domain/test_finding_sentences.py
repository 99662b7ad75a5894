"""Findings in words: the form's own first, else ours, in Spanish and English."""

import pytest

from collector.domain.check import KINDS, SEVERITY, Finding
from collector.domain.finding_sentences import own_message, sentence


def finding(kind: str, value: str = "x", messages: dict | None = None, **details) -> Finding:
    return Finding("/data/a", kind, SEVERITY[kind], value, "/a", messages or {}, details)


def test_the_form_s_own_message_in_the_language_asked_else_any():
    messages = {"Español (es)": "Revise ${/data/edad}", "English (en)": "Check"}
    one = finding("constraint", messages=messages)
    assert sentence(one, "es") == "Revise ${edad}" and sentence(one, "en") == "Check"
    assert own_message(messages, "fr") == "Revise ${edad}"
    assert own_message({"": "sin idioma", "de": "-"}, "de") == "sin idioma"
    assert own_message({}, "es") == "" and own_message({"es": "-"}, "es") == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_kind_has_a_sentence(kind, language):
    told = sentence(finding(kind), language)
    assert told.endswith(".") and "{" not in told
    assert told != sentence(finding(kind), "en" if language == "es" else "es")


def test_the_facts_stand_in_it():
    assert sentence(finding("calculate", "", computed="5"), "es").startswith(
        "El registro trae «(vacío)», pero las respuestas dan «5».")
    assert sentence(finding("type", "abc", type="int"), "es") == "«abc» no es un número entero. Corrija la respuesta."
    assert sentence(finding("repeat-count", "3", expected="2"), "en").startswith("There are 3 and there should be 2.")
    assert "«a{value}b»" in sentence(finding("choice", "a{value}b"), "es")
    assert len(sentence(finding("choice", "largo " * 500), "es")) < 200
