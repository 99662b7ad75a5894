"""Room for a record as inputs: each question that the form asks in it, with its words, its answer and its choices.

It must not know pages nor what has changed. `correction` hands it the tree as the form left it; pages draw it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collector.domain.checking.choosing import name_of
from collector.domain.checking.judging import FAILED, Stopped
from collector.domain.checking.plan import Spot
from collector.domain.checking.record import Answer
from collector.domain.checking.rules import rule_of
from collector.domain.correcting import texts
from collector.domain.correcting.refilling import Refilling
from collector.domain.fields import UNTRANSLATED, Field, Texts
from collector.domain.folded import fold
from collector.domain.xpath.tree import Node, NodeSet

AT_ONCE = 120  # choices that a page can show; of longer lists those that are searched for
STEPS = 3_000_000
_shown = re.compile(r"\$\{\s*([^}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as inputs. kind: as `texts.kind_of` says. values: of its inputs, in order.

    options: choices that are to be had; None: the list is not here, a name is typed. long: there are more than a page
    shows, options are those found. accept: what kind of file. fixed: shown only.
    """

    place: str
    path: str
    kind: str
    label: str
    hint: str
    text: str
    values: tuple[str, ...]
    options: tuple[Option, ...] | None = ()
    long: bool = False
    fixed: bool = False
    required: bool = False
    accept: str = ""
    appearance: str = ""
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A group with its parts (Question, Section, Repeat), in the form's order."""

    place: str
    label: str
    parts: tuple


@dataclass(frozen=True, slots=True)
class Turn:
    """One instance of a repeat. name: what tells it apart; fresh: it came with this correction."""

    place: str
    position: int
    name: str
    parts: tuple
    fresh: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeat. free: place of the next instance, '' where nobody may add one; may_drop: somebody may take one away."""

    place: str
    label: str
    turns: tuple[Turn, ...]
    free: str = ""
    may_drop: bool = False


class Asking:
    """Lays out one record. sought: place -> words that a long list is searched by; base: places that were there."""

    def __init__(self, filled: Refilling, language: str, sought: Mapping[str, str], fresh: frozenset[str]):
        self.filled, self.model, self.language = filled, filled.plan.model, language
        self.sought, self.fresh = sought, fresh
        self._rows: dict[str, dict[int, Texts]] = {}
        self._said: dict[Node, dict[str, str]] = {}

    def parts(self) -> tuple:
        """Everything that is asked in the record, in the form's order."""
        self.filled.budget.left = STEPS
        return tuple(self._parts(self.filled.record.root, ""))

    def _parts(self, node: Answer, place: str):
        for spot in node.spot.children.values():
            one = spot.field
            if spot.path == "/meta" or one is None:
                continue
            found = [child for child in node.by_name.get(spot.name, ()) if child.relevant]
            here = f"{place}/{spot.name}"
            if spot.repeats:
                yield self._repeat(spot, found, here)
            elif not spot.is_leaf:
                yield from self._group(spot, found, here)
            elif spot.asked:
                if not found and not node.by_name.get(spot.name) and spot.relevant is None:
                    found = [self.filled.record.create(node, spot)]  # the phone did not send it, and may have
                if found:
                    yield self._question(found[0], here)

    def _group(self, spot: Spot, found: list[Answer], place: str):
        parts = tuple(self._parts(found[0], place)) if found else ()
        label = self.words(spot.field.labels, found[0]) if found else ""
        if not label:
            yield from parts
        elif parts:
            yield Section(place, label, parts)

    def _repeat(self, spot: Spot, found: list[Answer], place: str) -> Repeat:
        turns = []
        for position, node in enumerate(found, 1):
            here = self.filled.places[node]
            parts = tuple(self._parts(node, here))
            turns.append(Turn(here, position, _name(parts), parts, here in self.fresh))
        counted, fixed = spot.count is not None, spot.field.fixed_repeat
        label = self.model.label(spot.field, self.language)
        return Repeat(place, label, tuple(turns), "" if counted or fixed else self.filled.draft.free(place),
                      not fixed or counted)

    def _question(self, node: Answer, place: str) -> Question:
        one, kind = node.spot.field, texts.kind_of(node.spot.field)
        options, long = self._options(node, place) if kind in ("one", "several", "rank") else ((), False)
        bounds = (one.range.start, one.range.end, one.range.step) if one.range else ()
        required = node.spot.required
        return Question(
            place, one.path, kind, self.words(one.labels, node) or one.name, self.words(one.hints, node), node.text,
            texts.shown(one, node.text), options, long, kind == "note" or self._is_fixed(one, node),
            required is not None and required.constant is True, one.mediatype, one.appearance, bounds)

    def _is_fixed(self, one: Field, node: Answer) -> bool:
        """Whether the form lets nobody type here: it computes the value, or says that it is for reading."""
        if one.calculate or one.readonly.strip() in texts.READ_ONLY:
            return True
        rule = rule_of("readonly", one.path, one.readonly, lambda path: [])
        return rule is not None and self.filled.truth(rule, node) is True

    def _options(self, node: Answer, place: str) -> tuple[tuple[Option, ...] | None, bool]:
        """(choices or None, whether there are more of them)"""
        found = self._choices(node)
        if found is None or len(found) <= AT_ONCE:
            return found, False
        chosen, words = set(node.text.split()) | {node.text}, fold(self.sought.get(place, ""))
        hits = [one for one in found if one.name in chosen]
        if words:
            hits += [one for one in found if one.name not in chosen and words in fold(f"{one.label} {one.name}")]
        return tuple(hits[:AT_ONCE]), True

    def _choices(self, node: Answer) -> tuple[Option, ...] | None:
        one, choosing = node.spot.field, node.spot.choosing
        if choosing is None or choosing.searched:
            return None
        options = {choice.name: self.words(choice.labels, node) for choice in one.choices}
        if one.itemset is None:
            return tuple(Option(name, label or name) for name, label in options.items())
        rows = self._listed(one, node)
        if rows is None:
            return None
        for row in rows:
            name = name_of(row, one.itemset.value_ref)
            if name:
                options.setdefault(name, self._row_label(one, row, node))
        return tuple(Option(name, label or name) for name, label in options.items())

    def _listed(self, one: Field, node: Answer) -> list[Node] | None:
        """The rows of the question's list that its filter leaves; None when that cannot be told."""
        itemset = one.itemset
        if itemset.instance and self.filled.lists.get(itemset.instance) is None:
            return None
        rule = rule_of("items", one.path, itemset.nodeset, lambda path: [])
        if rule is None or rule.chance:
            return None
        try:
            found = self.filled.value(rule, node, as_set=True)
        except Stopped:
            return None
        return None if found is FAILED or not isinstance(found, NodeSet) else found.nodes

    def _row_label(self, one: Field, row: Node, node: Answer) -> str:
        itemset = one.itemset
        inner = self.model.instances.get(itemset.instance)
        if inner is not None and not inner.src and itemset.label_ref in ("label", "itextId"):
            items, place = inner.items, row.place - 1
            if 0 <= place < len(items):
                return self.words(items[place].labels, node)
        return name_of(row, itemset.label_ref)

    def words(self, said: Texts, node: Answer) -> str:
        """A text of the form with the answers that it shows, as seen from a node."""
        wanted = (said.get(self.model.language(self.language)), said.get(self.model.default_language), said.get(""),
                  *said.values())
        text = next((one for one in wanted if one and one != UNTRANSLATED), "")
        return _shown.sub(lambda found: self._answer(found[1], node), text) if "${" in text else text

    def _answer(self, reference: str, node: Node | None) -> str:
        name = reference.rpartition("/")[2].strip()
        while node is not None:
            if node not in self._said:
                self._said[node] = _under(node)
            if name in self._said[node]:
                return self._said[node][name]
            node = node.parent
        return "…"


def _under(node: Node) -> dict[str, str]:
    """What is answered under each name, outside of repeats further in."""
    said: dict[str, str] = {}
    waiting = list(node.children)
    while waiting:
        one = waiting.pop(0)
        if not one.relevant or one.spot.repeats:
            continue
        if one.spot.is_leaf:
            if one.text:
                said.setdefault(one.name, one.text)
        else:
            waiting.extend(one.children)
    return said


def _name(parts: tuple) -> str:
    """What a person would know an instance by: typed words before a choice."""
    asked = list(questions(parts, inner=False))
    for kind in ("text", "one", "day", "whole"):
        for one in asked:
            if one.kind == kind and one.text:
                return next((option.label for option in one.options or () if option.name == one.text), one.text)[:120]
    return ""


def questions(parts: tuple, inner: bool = True):
    """Every question in the parts; inner: those in repeats too."""
    for part in parts:
        if isinstance(part, Question):
            yield part
        elif isinstance(part, Section):
            yield from questions(part.parts, inner)
        elif inner:
            for turn in part.turns:
                yield from questions(turn.parts)
