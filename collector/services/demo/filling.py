"""Room that fills a form as a phone does: what it computes, what it asks, what it leaves out, which entities it writes.

It must not invent answers (`demo/answers` and the plots do) nor send them. The engine is the one that checks records;
here nothing is unsure, because this phone is the one that knows.
"""

from collections.abc import Iterable, Mapping
from random import Random
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from collector.domain.check import Checker, Circumstances
from collector.domain.checking.clock import clock_of
from collector.domain.checking.findings import ERROR, Finding
from collector.domain.checking.judging import Judging
from collector.domain.checking.record import Answer
from collector.domain.checking.rules import Rule, rule_of
from collector.domain.fields import Field, FormModel

Answers = Mapping[str, object]
ID = "@id"  # what names an entity of the form itself, or of a repeat's instance, among its answers
NEW = ("odk-instance-first-load", "odk-new-repeat")
STEPS = 3_000_000
ENTITIES = "http://www.opendatakit.org/xforms/entities"


class Unfinished(ValueError):
    """A phone would not let anybody finish this record: findings say which answers are wrong or missing."""

    def __init__(self, form_id: str, findings: list[Finding]):
        super().__init__(form_id + "; ".join(f"{one.ref} {one.kind} {one.value!r}" for one in findings[:8]))
        self.findings = findings


def filled(checker: Checker, answers: Answers, circumstances: Circumstances, instance_id: str,
           deprecated_id: str = "") -> bytes:
    """The XML that a phone would send. Raises Unfinished.

    answers: name -> text, number, or for a repeat a list of answers; the key "@id" names an entity that a form or a
    repeat would name by chance. What the form computes needs no answer, chance included: the same record is always the
    same. circumstances: media as the phone has them, entity lists among them.
    """
    root = etree.fromstring(_blank(checker.model, answers))
    phone = _Phone(checker, root, circumstances, Random(instance_id))
    phone.first_load()
    faults = [one for one in phone.run() if one.severity == ERROR]
    if faults:
        raise Unfinished(checker.model.form_id, faults)
    return _written(checker.model, phone.record.root, instance_id, deprecated_id)


class _Phone(Judging):
    """The check, for one who is there: lists are those of the day, and what is computed is written."""

    def __init__(self, checker: Checker, root: etree._Element, circumstances: Circumstances, chance: Random):
        lists = checker.lists(circumstances)
        clock = clock_of(root, checker.model, circumstances)
        super().__init__(checker.plan, root, lists, clock, clock.last, STEPS)
        self.context.random = chance.random
        self.lists.changing = frozenset()

    def first_load(self) -> None:
        """What the form sets when it is opened, where nothing is answered there."""
        for action in self.plan.model.actions:
            if action.kind != "setvalue" or not set(action.events) & set(NEW) or action.trigger:
                continue
            rule = rule_of("calculate", action.path, action.value, lambda _path: [])
            for node in self.record.nodes(action.path):
                if rule is not None and not node.text:
                    node.write(self.result(rule, node) or "")

    def is_unsure(self, rule: Rule) -> bool:
        """Never: this is the phone."""
        return False

    def calculate(self, rule: Rule, node: Answer) -> None:
        """Writes what the form computes; what was left to chance and is answered stays."""
        if rule.chance and node.text:
            return
        text = self.result(rule, node)
        if text is not None:
            node.fits = True
            node.write(text)


def _blank(model: FormModel, answers: Answers) -> bytes:
    body = "".join(_element(model, one, answers) for one in model.children())
    return f"<{model.root_name}>{body}</{model.root_name}>".encode()


def _element(model: FormModel, one: Field, answers: Answers) -> str:
    """The element as it stands before the form computes anything: every question is there, answered or empty."""
    if one.kind == "repeat":
        return "".join(_group(model, one, each) for each in answers.get(one.name, ()))
    if one.path.endswith("/meta/entity"):
        name = f" id={quoteattr(str(answers[ID]))}" if ID in answers else ""
        return f"<entity{name}>{_children(model, one, {})}</entity>"
    if one.kind == "group":
        return _group(model, one, answers)
    value = answers.get(one.name, one.default)
    return f"<{one.name}>{escape('' if value is None else str(value))}</{one.name}>"


def _group(model: FormModel, one: Field, answers: Answers) -> str:
    return f"<{one.name}>{_children(model, one, answers)}</{one.name}>"


def _children(model: FormModel, one: Field, answers: Answers) -> str:
    return "".join(_element(model, child, answers) for child in model.children(one.path))


def _written(model: FormModel, root: Answer, instance_id: str, deprecated_id: str) -> bytes:
    named = {"instanceID": instance_id, "deprecatedID": deprecated_id}
    parts = [f"<?xml version='1.0' encoding='UTF-8' ?><{model.root_name} id={quoteattr(model.form_id)} "
             f"version={quoteattr(model.version)} xmlns:entities={quoteattr(ENTITIES)}>"]
    parts += _inside(model, root.children, named)
    return "".join([*parts, f"</{model.root_name}>"]).encode()


def _inside(model: FormModel, nodes: Iterable[Answer], named: Mapping[str, str]) -> list[str]:
    """What is asked, in the order of the form; what is not asked is not there. named: what the app itself writes."""
    parts: list[str] = []
    for node in nodes:
        if not node.relevant or node.spot.path == "/meta/deprecatedID":
            continue
        above = node.spot.path == "/meta"
        text = named.get(node.name, node.text) if node.spot.path.startswith("/meta/") else node.text
        inner = escape(text) if node.spot.is_leaf else "".join(_inside(model, node.children, named))
        if above and named["deprecatedID"]:
            inner += f"<deprecatedID>{escape(named['deprecatedID'])}</deprecatedID>"
        parts.append(f"<{node.name}{_attributes(model, node)}>{inner}</{node.name}>")
    return parts


def _attributes(model: FormModel, node: Answer) -> str:
    """Of an entity; those that say what happens to it are written where it happens."""
    if not node.spot.path.endswith("/meta/entity"):
        return ""
    declared = next(one for one in model.entities if one.path == node.spot.path)
    fixed = {"dataset": declared.dataset, "create": "1" if declared.creates and not declared.create_if else "",
             "update": "1" if declared.updates and not declared.update_if else ""}
    told = fixed | {name: one.text for name, one in node.attributes.items() if one.text}
    return "".join(f" {name}={quoteattr(value)}" for name, value in told.items() if value)
