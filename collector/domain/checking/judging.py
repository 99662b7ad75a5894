"""Room for one submission under the rules of its form at one point in time: relevance, calculations, then each answer.

It must not know where lists, files and times come from. Nothing that an expression does comes out of here as an
exception: what cannot be evaluated becomes a finding that says so. `check` hands the findings out.
"""

from datetime import datetime

from lxml import etree

from collector.domain.checking import answers, phone
from collector.domain.checking.answers import FAILED, ONLY_PHONE
from collector.domain.checking.clock import Clock
from collector.domain.checking.comparing import same
from collector.domain.checking.findings import NOT_EVALUATED, SEVERITY, Circumstances, Finding
from collector.domain.checking.lists import Lists
from collector.domain.checking.plan import Plan, Spot
from collector.domain.checking.record import Answer, Record
from collector.domain.checking.rules import Rule
from collector.domain.xpath import values
from collector.domain.xpath.context import Budget, Context
from collector.domain.xpath.errors import OutOfSteps, XPathError
from collector.domain.xpath.operators import plain

MOST_FINDINGS = 1000
MOST_CREATED = 100  # instances of a repeat that a count asks for and that were not sent


class Stopped(Exception):
    """The budget is used up, or there are more findings than anybody reads."""


class Judging:
    """Makes `found` by `run`, once."""

    def __init__(self, plan: Plan, root: etree._Element, lists: Lists, clock: Clock, now: datetime,
                 steps: int):
        self.plan, self.lists, self.clock = plan, lists, clock
        self.circumstances: Circumstances = lists.circumstances
        self.budget = Budget(steps)
        self.context = Context(
            instances=lists, now=now, zone=clock.zone, locale=phone.code_of(plan.model.default_language),
            version=plan.model.version, properties=phone.properties_of(plan.model, root, self.circumstances),
            media=phone.Pulled(lists), budget=self.budget)
        self.record = Record(root, plan, self.context)
        self.context.root = self.record.root
        self.alone: set[str] = set()  # paths whose calculation cannot be told afterwards
        self.made: dict[Answer, str] = {}  # what a calculation gives where something else was sent
        self.noted: set[tuple] = set()
        self.found: list[tuple[tuple, Finding]] = []

    def run(self) -> list[Finding]:
        """All findings, in the order of the form."""
        try:
            for rule in self.plan.circular:
                self.alone.add(rule.path)
                for node in self.record.nodes(rule.path)[:1]:
                    self.note(rule, node, "It depends on itself")
            for rule in self.plan.steps:
                if rule.kind == "calculate" and self.is_unsure(rule):
                    self.alone.add(rule.path)
                self.step(rule, self.record.nodes(rule.path))
            answers.judge_nodes(self)
            for spot in self.plan.questions:
                self.judge(spot, self.record.nodes(spot.path))
            for spot in self.plan.counted:
                self.count(spot)
        except Stopped as stop:
            self.add(self.record.root, NOT_EVALUATED, "", reason=str(stop))
        if self.lists.absent:  # once for all that looks into them: it would be said of every other answer
            self.add(self.record.root, NOT_EVALUATED, "", rule="lists", reason=answers.ONLY_PHONE,
                     expression=", ".join(sorted(self.lists.absent)))
        self.found.sort(key=lambda one: one[0])
        return [finding for _, finding in self.found]

    def step(self, rule: Rule, nodes: list[Answer]) -> None:
        """Relevance or calculation of some nodes of one spot."""
        for node in nodes:
            if not node.parent.relevant:
                continue
            if rule.kind == "relevant":
                if not self.is_unsure(rule) and self.truth(rule, node) is False and not self.lists.touched:
                    node.mark(False)
            elif node.relevant:
                self.calculate(rule, node)

    def calculate(self, rule: Rule, node: Answer) -> None:
        """Puts what the calculation gives in place of what was sent, and remembers where they differ."""
        if rule.path in self.alone:
            return
        text = self.result(rule, node)
        if text is None or self.lists.touched:
            return
        if node.sent is not None and not same(node, text, rule, self.context):
            if rule.words and self.in_other_words(rule, node):
                return
            self.made[node] = text
        node.fits = True
        node.write(text)

    def result(self, rule: Rule, node: Answer, language: str | None = None) -> str | None:
        """The text that a calculation would leave, None when it cannot be told."""
        context = self.at(node)
        if rule.words:
            words = phone.Words(self.lists, language, rule.path)
            context.labels, context.texts, context.locale = words.label, words.text, words.locale
        value = self.value(rule, node, context)
        if value is FAILED:
            return None
        try:
            return values.stored(value, node.type, context)
        except XPathError as fault:
            self.failed(rule, node, fault)
            return None

    def in_other_words(self, rule: Rule, node: Answer) -> bool:
        """Whether the phone's language explains what was sent; months and days have names in any language."""
        if rule.months:
            return True
        texts = [self.result(rule, node, language) for language in self.plan.model.languages]
        return any(text is None or same(node, text, rule, self.context) for text in texts)

    def judge(self, spot: Spot, nodes: list[Answer]) -> None:
        """Required, constraint and choices of a question."""
        for node in nodes:
            if not node.relevant:
                continue
            if not node.text or not node.fits:
                if spot.required:
                    self.require(spot.required, node)
                continue
            if spot.constraint:
                self.constrain(spot.constraint, node)
            if spot.choosing:
                answers.choose(self, spot.choosing, node)

    def require(self, rule: Rule, node: Answer) -> None:
        """An empty answer that is asked for."""
        if self.truth(rule, node) is True and not self.unsure_note(rule, node):
            self.add(node, "required", node.sent or "", node.spot.field.required_messages)

    def constrain(self, rule: Rule, node: Answer) -> None:
        """An answer against its constraint."""
        context = self.at(node)
        context.candidate = node.typed(context)
        if self.truth(rule, node, context) is False and not self.unsure_note(rule, node):
            self.add(node, "constraint", node.sent or node.text, node.spot.field.constraint_messages)

    def count(self, spot: Spot) -> None:
        """The instances of a repeat against the number that the form gives; the phone makes those that are missing."""
        above = spot.path.rpartition("/")[0]
        for parent in self.record.nodes(above) if above else [self.record.root]:
            if not parent.relevant or self.is_unsure(spot.count):
                continue
            expected = self.number(spot.count, parent)
            there = parent.by_name.get(spot.name, [])
            hidden = bool(there) and not any(one.relevant for one in there)
            if expected is None or self.lists.touched or len(there) == expected or hidden:
                continue
            missing = expected - len(there)
            if 0 < missing <= MOST_CREATED and self.create(parent, spot, missing):
                continue
            self.add(parent, "repeat-count", str(len(there)), below=spot, expected=str(expected))

    def create(self, parent: Answer, spot: Spot, missing: int) -> bool:
        """Makes missing instances as the phone would; whether that needs no finding of its own."""
        before = {path: len(nodes) for path, nodes in self.record.at.items()}
        created = [self.record.create(parent, spot) for _ in range(missing)]

        def fresh(path: str) -> list[Answer]:
            return self.record.nodes(path)[before.get(path, 0):]

        for rule in self.plan.steps:
            if rule.path.startswith(spot.path):
                self.step(rule, fresh(rule.path))
        found = len(self.found)
        for question in self.plan.questions:
            if question.path.startswith(spot.path + "/"):
                self.judge(question, fresh(question.path))
        return len(self.found) > found or not any(one.relevant for one in created)

    def number(self, rule: Rule, node: Answer) -> int | None:
        """The value as whole number, None when it is none."""
        value = self.value(rule, node)
        if value is FAILED:
            return None
        number = values.to_number(value, self.context)
        return int(max(number, 0)) if abs(number) < 1e9 else None

    def truth(self, rule: Rule, node: Answer, context: Context | None = None) -> bool | None:
        """Whether the expression holds, None when it cannot be evaluated."""
        value = self.value(rule, node, context)
        return None if value is FAILED else values.to_boolean(value, self.context)

    def value(self, rule: Rule, node: Answer, context: Context | None = None, as_set: bool = False) -> object:
        """The value of a rule's expression at a node; FAILED, with a note, when there is none."""
        self.lists.touched = self.lists.lacking = False
        if rule.is_constant:
            return rule.constant
        if rule.fault is not None:
            return self.failed(rule, node, rule.fault)
        context = context or self.at(node)
        try:
            found = rule.expression.evaluate(context)
            return found if as_set else plain(found, context)
        except XPathError as fault:
            return self.failed(rule, node, fault)
        except Exception as fault:  # noqa: BLE001 - whatever an expression does, the submission is read to its end
            return self.failed(rule, node, XPathError(rule.text, 0, f"{type(fault).__name__}: {fault}"))

    def at(self, node: Answer) -> Context:
        """A context of its own for a node."""
        context = self.context.at(node, 1)
        context.position = context.original = None
        return context

    def failed(self, rule: Rule, node: Answer, fault: XPathError) -> object:
        """FAILED, noted. Raises Stopped when the budget is used up."""
        if isinstance(fault, OutOfSteps) and self.budget.left < 0:
            raise Stopped("The check takes too long")
        if not self.lists.lacking:
            self.note(rule, node, fault.message, fault.offset)
        return FAILED

    def is_unsure(self, rule: Rule) -> bool:
        """Whether a result computed here need not be what the phone computed."""
        reads = rule.reads
        known = self.context.properties
        return (
            rule.chance or (rule.clock and not self.clock.known)
            or (rule.kind == "calculate" and (rule.now or (rule.clock and not self.clock.to_the_day)))
            or any(name not in known for name in reads.properties)
            or (rule.kind == "calculate" and not self.alone.isdisjoint(reads.paths))
        )

    def unsure_note(self, rule: Rule, node: Answer) -> bool:
        """Whether a rule cannot be held against the answer; that is noted."""
        if self.lists.touched or self.is_unsure(rule):
            self.note(rule, node, ONLY_PHONE)
            return True
        return False

    def note(self, rule: Rule, node: Answer, reason: str, offset: int = 0) -> None:
        """A rule that cannot be evaluated, once for each."""
        self.remark(node, rule.kind, rule.text, reason, offset)

    def remark(self, node: Answer, rule: str, expression: str, reason: str, offset: int = 0) -> None:
        """What cannot be told about an answer, once for each rule of each spot."""
        key = node.spot.path, rule, expression
        if key not in self.noted:
            self.noted.add(key)
            value = (node.sent or "") if node.spot.is_leaf else ""
            self.add(node, NOT_EVALUATED, value, rule=rule, expression=expression, reason=reason, offset=offset)

    def add(self, node: Answer, kind: str, value: str, messages: dict | None = None, below: Spot | None = None,
            path: str | None = None, name: str = "", **details: object) -> None:
        """Keeps a finding. below: the finding is about a child of the node that has no place of its own."""
        if len(self.found) >= MOST_FINDINGS and kind != NOT_EVALUATED:
            raise Stopped("There are too many findings")
        step = f"/{below.name if below else name}" if below or name else ""
        where = path if path is not None else (below or node.spot).path
        turn = node.turn + (((below.order, 0),) if below else ())
        found = Finding(node.ref + step, kind, SEVERITY[kind], value, where, messages or {}, details)
        self.found.append(((turn, list(SEVERITY).index(kind)), found))
