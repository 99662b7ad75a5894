"""Nothing that a submission or a form says makes the check fail: bytes, trees and expressions that nobody means."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from collector.domain import check as door
from collector.domain.check import KINDS, SEVERITY, Circumstances, prepare
from collector.domain.checking.judging import Judging
from collector.domain.finding_sentences import sentence
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from collector.domain.xmltext import XMLFault, read_xml
from tests.domain.conftest import LIBRARY

FORMS = (*LIBRARY, "roster", "every_question")
TEXTS = ("", " ", "0", "-1", "1e3", "abc", "2024-02-30", "2024-05-05", "9" * 400, "1 2 3 4", "a b", "NaN",
         "\u00e9" * 50, "12:00", "${x}", "'", "]]", "99 200 0 0", "0 0 0 0;1 1", "true")
PIECES = ("/data/a", "../b", ".", "current()/.", "instance('l')/root/item", "instance('x')/r/i[a = 1]/b", "'x'", "1",
          "''", "sum(", "count(", "regex(., '(a+)+$')", "indexed-repeat(", "position(..)", "today()", "now()",
          "random()", "(", ")", "[", "]", ",", " and ", " or ", " div ", " - ", " = ", " < ", "*", "//", "|", "$",
          "string-length(", "if(", "date(", "pulldata('a','b','c',.)", "jr:choice-name(., ' /data/a ')", "once(",
          "\u0000", "🥰", "nothing()")
OURS = re.compile(r"\w+(Error|Exception):")  # a fault that the engine does not know as one


def survive(checker, xml: bytes) -> None:
    """Checks, and looks at what is found; only bytes that are no XML may say so."""
    try:
        root = read_xml(xml)
    except XMLFault:
        with pytest.raises(XMLFault):
            checker.check(xml)
        return
    for one in checker.check(root, Circumstances(files=frozenset())):
        assert one.kind in KINDS and one.severity == SEVERITY[one.kind] and one.ref.startswith("/")
        assert not OURS.match(str(one.details.get("reason", ""))), one
        assert sentence(one, "es") and sentence(one, "en")


@pytest.fixture(autouse=True)
def faults_are_told(monkeypatch):
    """What `check` would keep to itself ends the test."""
    whole = door.Checker._whole

    def told(self, reason):
        assert reason == "The submission is encrypted", reason
        return whole(self, reason)

    monkeypatch.setattr(door.Checker, "_whole", told)


@pytest.mark.parametrize("name", FORMS)
def test_changed_submissions(name, model, submissions):
    checker = prepare(model(name))
    chance = random.Random(name)
    leaves = "".join(f"<{one.name}>1</{one.name}>" for one in model(name).leaves())
    starts = submissions(name) or [f'<data id="x">{leaves}</data>'.encode()]
    for _ in range(150):
        root = read_xml(chance.choice(starts))
        for _ in range(chance.randint(1, 6)):
            _change(chance, root)
        survive(checker, etree.tostring(root))


def _change(chance, root) -> None:
    nodes = list(root.iter())
    node, other = chance.choice(nodes), chance.choice(nodes)
    act = chance.randrange(6)
    if act == 0:
        node.text = chance.choice(TEXTS)
    elif act == 1 and node is not root:
        node.getparent().remove(node)
    elif act == 2 and node is not root:
        node.addnext(read_xml(etree.tostring(node, with_tail=False)))
    elif act == 3 and node not in other.iterancestors() and node is not other and node is not root:
        other.append(node)
    elif act == 4:
        node.set("id", chance.choice(TEXTS))
    else:
        node.tag = chance.choice(nodes).tag


def test_bytes(model, submissions):
    checker = prepare(model("roster"))
    chance = random.Random(7)
    start = submissions("roster")[0]
    for _ in range(400):
        data = bytearray(start)
        for _ in range(chance.randint(1, 5)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        survive(checker, bytes(data))
        survive(checker, chance.randbytes(chance.randrange(60)))


def _form(expression: str, place: str):
    xml = convert(b"""| survey |
| | type | name | label | constraint | relevant | required | calculation | choice_filter | repeat_count |
| | integer | a | A | 'C1' | 'R1' | 'Q1' |  |  |  |
| | calculate | b |  |  |  |  | 'K1' |  |  |
| | begin_repeat | r | R |  | 'R2' |  |  |  | 'N1' |
| | select_one l | s | S |  |  |  |  | 'F1' = name |  |
| | calculate | t |  |  |  |  | 'K2' |  |  |
| | end_repeat |  |  |  |  |  |  |  |  |
| choices |
| | list_name | name | label |
| | l | x | X |
| | l | y | Y |
""", "f.md").xml
    quoted = expression.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\u0000", "")
    assert f"'{place}'" in xml
    return prepare(parse_form(xml.replace(f"'{place}'", quoted)))


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join),
       st.sampled_from(("C1", "R1", "Q1", "K1", "R2", "N1", "F1", "K2")))
def test_expressions(expression, place):
    xml = (b'<data id="f"><a>3</a><b>K1</b><r_count>2</r_count><r><s>x</s><t>K2</t></r><r><s>zz</s><t/></r></data>')
    for one in _form(expression, place).check(xml):
        assert one.kind in KINDS
        assert not OURS.match(str(one.details.get("reason", ""))), one


def test_a_fault_of_ours_is_a_note(monkeypatch, model, submissions):
    monkeypatch.undo()
    monkeypatch.setattr(Judging, "run", lambda self: 1 / 0)
    found = prepare(model("roster")).check(submissions("roster")[0])
    assert [(one.kind, one.severity) for one in found] == [("not-evaluated", "note")]
    assert "ZeroDivisionError" in found[0].details["reason"]
