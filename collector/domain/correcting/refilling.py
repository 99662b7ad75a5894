"""Room for the form's own hand in a correction: relevance, calculations, repeats that a count asks for, values that a
change sets off; as the phone would have it, and nothing that did not depend on the change.

It must not know inputs. `correction` runs it over the draft until nothing moves any more.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from collector.domain.checking.clock import Clock
from collector.domain.checking.comparing import same
from collector.domain.checking.judging import MOST_CREATED, Judging
from collector.domain.checking.lists import Lists
from collector.domain.checking.plan import Plan
from collector.domain.checking.record import BLANKS, Answer
from collector.domain.checking.rules import CLOCK, Rule
from collector.domain.correcting.draft import Draft, path_of
from collector.domain.fields import Action
from collector.domain.xpath import values
from collector.domain.xpath.errors import XPathError
from collector.domain.xpath.expression import compiled

CHANGED, GROWN = "xforms-value-changed", "odk-new-repeat"


class Refilling(Judging):
    """One pass over a draft. changed: paths of the form whose answers are others; grown: of repeats that have more."""

    def __init__(self, plan: Plan, draft: Draft, lists: Lists, clock: Clock, steps: int, changed: Iterable[str],
                 grown: Iterable[str], chance: Callable[[], float] | None):
        super().__init__(plan, draft.root, lists, clock, clock.last or datetime(1970, 1, 1, tzinfo=UTC), steps)
        self.context.random = chance
        self.draft = draft
        self.grown = tuple(grown)
        self.due = affected(plan, (*changed, *grown))
        self.places: dict[Answer, str] = {}

    def refill(self) -> None:
        """Nothing; the draft holds what is relevant, and what follows from the change."""
        for rule in self.plan.steps:
            for node in self.record.nodes(rule.path):
                if node.parent.relevant:
                    self._again(rule, node)
        self.places[self.record.root] = ""
        self._settle(self.record.root, "", self.draft.refs())

    def missing(self) -> list[tuple[str, int]]:
        """[(place of a repeat, how many instances its count asks for beyond those that are there)]"""
        found = []
        for spot in self.plan.counted:
            above = spot.path.rpartition("/")[0]
            for parent in self.record.nodes(above) if above else [self.record.root]:
                if not parent.relevant or parent not in self.places or self.is_unsure(spot.count):
                    continue
                expected = self.number(spot.count, parent) or 0
                lacking = expected - len(parent.by_name.get(spot.name, ()))
                if spot.path in self.due and 0 < lacking <= MOST_CREATED:
                    found.append((f"{self.places[parent]}/{spot.name}", lacking))
        return found

    def set_off(self, typed: Iterable[str], fresh: Iterable[str]) -> dict[str, str]:
        """Place -> text of what the form sets when an answer changes or an instance comes. typed, fresh: places."""
        found: dict[str, str] = {}
        fresh = [f"{place}/" for place in fresh]
        for action in self.plan.model.actions:
            if action.kind != "setvalue" or action.path not in self.plan.spots:
                continue
            for node in self.record.nodes(action.path):
                place = self.places.get(node)
                if place is None or not self._is_set_off(action, place, typed, fresh):
                    continue
                text = self._set_value(action, node)
                if text is not None:
                    found[place] = text
        return found

    def _again(self, rule: Rule, node: Answer) -> None:
        if rule.kind == "relevant":
            if not self.is_unsure(rule) and self.truth(rule, node) is False:
                node.mark(False)
        elif node.relevant and self._is_due(rule, node):
            text = self.result(rule, node)
            if text is not None and not (node.sent is not None and same(node, text, rule, self.context)):
                node.fits = True
                node.write(text)

    def _is_due(self, rule: Rule, node: Answer) -> bool:
        known = self.context.properties
        if node.text and any(name not in known for name in rule.reads.properties):
            return False  # only the phone knew
        if node.sent is None or (not node.text and any(_is_in(rule.path, path) for path in self.grown)):
            return True
        return rule.path in self.due

    def _settle(self, node: Answer, place: str, refs: dict[str, str]) -> None:
        for child in node.children:
            here = refs.get(child.ref)
            if not child.relevant:
                if here is not None:
                    self.draft.drop(here)
                continue
            if here is None:
                bare = f"{place}/{child.name}"
                here = self.draft.free(bare) if child.spot.repeats else bare
                self.draft.make(here)
            self.places[child] = here
            if child.spot.is_leaf and child.text != (child.sent or "").strip(BLANKS):
                self.draft.write(here, child.text)
            self._settle(child, here, refs)
            self._attributes(child, here)

    def _attributes(self, node: Answer, place: str) -> None:
        for name, one in (node.attributes or {}).items():
            if one.text == (one.sent or "").strip(BLANKS):
                continue
            element = self.draft.at[place]
            written = next((key for key in element.attrib if key.rpartition("}")[2] == name), name)
            element.set(written, one.text)

    def _is_set_off(self, action: Action, place: str, typed: Iterable[str], fresh: list[str]) -> bool:
        if GROWN in action.events and any(place.startswith(one) for one in fresh):
            return True
        if CHANGED not in action.events or not action.trigger:
            return False
        return any(path_of(one) == action.trigger and _go_together(one, place) for one in typed)

    def _set_value(self, action: Action, node: Answer) -> str | None:
        if not action.value.strip():
            return ""
        try:
            expression = compiled(action.value)
            if expression.functions & CLOCK:
                return None  # when it was answered on the phone; a correction is no filling in
            value = expression.value(self.at(node))
            return values.stored(value, node.type, self.context)
        except XPathError:
            return None


def affected(plan: Plan, changed: Iterable[str]) -> frozenset[str]:
    """Paths of what is calculated, or counted, from what changed, over as many steps as it takes."""
    known = set(changed)
    above = {one for path in known for one in _above(path)}
    found: set[str] = set()

    def touched(rule: Rule) -> bool:
        around = any(one in known for one in _above(rule.path)) and "position" in rule.reads.functions
        return around or any(path in above or any(one in known for one in (path, *_above(path)))
                             for path in rule.reads.paths)

    for rule in plan.steps:
        if touched(rule):
            if rule.kind == "calculate":
                found.add(rule.path)
            known.add(rule.path)
            above.update(_above(rule.path))
    found.update(spot.path for spot in plan.counted if touched(spot.count))
    return frozenset(found)


def _above(path: str) -> list[str]:
    found = []
    while path := path.rpartition("/")[0]:
        found.append(path)
    return found


def _is_in(path: str, group: str) -> bool:
    return path == group or path.startswith(f"{group}/")


def _go_together(one: str, other: str) -> bool:
    """Whether two places lie in the same instance of every repeat that both of them lie in."""
    for first, second in zip(one.split("/"), other.split("/"), strict=False):
        if first.partition("[")[0] != second.partition("[")[0]:
            return True
        if first != second:
            return False
    return True
