"""The library of forms as it stands in its workbooks: whole in both languages, and of one piece with its lists."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from collector.domain import dataset, returns
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from collector.domain.xpath import syntax
from collector.domain.xpath.expression import compiled

LIBRARY = Path(__file__).resolve().parents[2] / "forms"
WORKBOOKS = sorted(LIBRARY.glob("*.xlsx"))
LANGUAGES = {"Español (es)", "English (en)"}
XF = "{http://www.w3.org/2002/xforms}"
CODES = {"estado", "tramo", "base", "cargo", "tipo", "nivel", "sector", "junta", "inscripcion", "lengua", "pueblo",
         "sexo"}  # columns of the lists that hold codes
PROPERTY = re.compile(r"instance\('(\w+)'\)/root/item\[[^]]*\]/([a-z]\w*)")  # not the client's own __version
each_form = pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)


@cache
def xform(path: Path) -> etree._Element:
    return etree.fromstring(convert(path.read_bytes(), path.name).xml.encode())


@cache
def written() -> dict[str, set[str]]:
    """{list: properties that some form writes}."""
    found: dict[str, set[str]] = {}
    for path in WORKBOOKS:
        for one in dataset.written(parse_form(etree.tostring(xform(path)))):
            found.setdefault(one.name, {"name", "label"}).update(one.properties)
    return found


def columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


@each_form
def test_it_says_everything_in_both_languages(path):
    told = {one.get("lang"): {text.get("id"): ["".join(value.itertext()) for value in text if not value.get("form")]
                              for text in one} for one in xform(path).iter(f"{XF}translation")}
    assert told.keys() == LANGUAGES
    spanish, english = (told[name] for name in sorted(LANGUAGES, reverse=True))
    assert spanish.keys() == english.keys()
    empty = [(language, name) for language, texts in told.items() for name, (text, *_more) in texts.items()
             if text.strip() in ("", "-")]
    assert empty == []


@each_form
def test_every_question_and_choice_has_a_text(path):
    body = xform(path).find("{http://www.w3.org/1999/xhtml}body")
    untold = [one.getparent().get("ref") for one in body.iter(f"{XF}label", f"{XF}hint")
              if not (one.get("ref") or "").startswith("jr:itext(") and one.getparent().tag != f"{XF}itemset"]
    assert untold == []
    plain = [one.get("nodeset") for one in xform(path).iter(f"{XF}bind")
             for name in ("constraintMsg", "requiredMsg") for key, text in one.items()
             if key.endswith("}" + name) and not text.startswith("jr:itext(")]
    assert plain == []


def shown(path: Path) -> dict[str, str]:
    """{place of what a screen shows within a text: its calculation}."""
    calculated = {one.get("nodeset"): one.get("calculate", "") for one in xform(path).iter(f"{XF}bind")}
    places = {one.get("value").strip() for one in xform(path).iter(f"{XF}output")}
    named = {place.rpartition("/")[2] for place in places if not place.startswith("/")}
    return {place: rule for place, rule in calculated.items() if place in places or place.rpartition("/")[2] in named}


def results(part) -> Iterator:
    """What a calculation may give: the texts and columns that come through, not what it compares or looks up."""
    if isinstance(part, syntax.Call) and part.name in ("if", "once", "concat", "coalesce"):
        for one in part.arguments[part.name == "if":]:
            yield from results(one)
    elif isinstance(part, syntax.Text):
        yield part.value
    elif isinstance(part, syntax.Path) and isinstance(part.start, syntax.Call):
        yield part.steps[-1]


@each_form
def test_screens_speak_the_language_of_the_phone(path):
    """What is written within a calculation is in one language, and a code of a list is in none."""
    given = {place: list(results(compiled(rule).ast)) for place, rule in shown(path).items() if rule}
    assert {place: words for place, told in given.items()
            if (words := [one for one in told if isinstance(one, str) and re.search(r"[a-zñáéíóú]{3,}", one)])} == {}
    assert {place: codes for place, told in given.items()
            if (codes := [one.name for one in told if not isinstance(one, str) and one.name in CODES])} == {}


@each_form
def test_what_is_made_once_stands_alone(path):
    """once() keeps what its own node has: inside an if() that is the other branch's value."""
    inside = [one.get("nodeset") for one in xform(path).iter(f"{XF}bind")
              if re.search(r",\s*once\(", one.get("calculate") or "")]
    assert inside == []


@each_form
def test_its_lists_have_what_it_reads(path):
    for name, read in set(PROPERTY.findall(etree.tostring(xform(path), encoding="unicode"))):
        sample = LIBRARY / "media" / f"{name}.csv"
        if not sample.exists():
            assert f"{name}.csv" == returns.FILE, name
            continue
        assert read in columns(sample), (name, read)
        assert "__version" not in columns(sample) or read in written()[name], (name, read)


def test_the_sample_lists_are_those_that_forms_write():
    samples = {path.stem: set(columns(path)) for path in (LIBRARY / "media").glob("*.csv")}
    lists = {name for name, held in samples.items() if "__version" in held}
    assert lists == set(written())
    for name in lists:
        assert samples[name] - {"__version"} <= written()[name], name
    assert set(written()) == {"comunidades", "mandatos", "acuerdos", "compromisos", "participantes", "funcionarios",
                              "articulaciones"}


def test_no_list_that_travels_to_phones_holds_what_it_must_not():
    private = {"dni", "documento", "telefono", "celular", "correo", "firma", "huella"}
    assert [(name, one) for name, held in written().items() for one in held if one in private] == []
