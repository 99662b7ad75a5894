"""Room for a form made ready: which node has which rules, and the order in which rules are evaluated.

It must not know submissions nor media. A rule comes after all that it reads: calculated values and relevance of the
nodes it names and of everything around them. `record` loads a submission by it, `judging` walks it.
"""

from dataclasses import dataclass
from dataclasses import field as member
from heapq import heapify, heappop, heappush

from collector.domain.checking.choosing import Choosing, choosing_of
from collector.domain.checking.rules import Rule, rule_of
from collector.domain.fields import Field, FormModel

Key = tuple[str, str]  # kind of rule, path of its field


@dataclass(slots=True, eq=False)
class Spot:
    """One node of the form. children and attributes: by name, in order. asked: a question shows it."""

    path: str
    name: str
    order: int
    field: Field | None = None
    repeats: bool = False
    is_leaf: bool = False
    type: str = ""
    control: str = ""
    asked: bool = False
    default: str = ""
    children: "dict[str, Spot]" = member(default_factory=dict)
    attributes: "dict[str, Spot]" = member(default_factory=dict)
    relevant: Rule | None = None
    calculate: Rule | None = None
    constraint: Rule | None = None
    required: Rule | None = None
    count: Rule | None = None
    choosing: Choosing | None = None


@dataclass(slots=True, eq=False)
class Plan:
    """steps: relevance and calculates in order. circular: those that stand on themselves, never evaluated.
    questions: spots with a constraint, a required or choices; counted: repeats that say how many they are."""

    model: FormModel
    root: Spot
    spots: dict[str, Spot]
    steps: tuple[Rule, ...]
    circular: tuple[Rule, ...]
    questions: tuple[Spot, ...]
    counted: tuple[Spot, ...]
    has_clock: bool


def plan_of(model: FormModel) -> Plan:
    """The plan of a form. Expressions that cannot be read become rules with a fault."""
    root, spots = _spots(model)

    def children(path: str) -> list[str]:
        spot = spots.get(path)
        return [one.path for one in spot.children.values()] if spot else []

    for spot in spots.values():
        if spot.field is not None:
            _give_rules(spot, model, children)
    dated = {key: rule for spot in spots.values() for key, rule in _vertices(spot)}
    steps, circular = _ordered(dated, spots)
    every = list(spots.values())
    return Plan(
        model, root, spots, steps, circular,
        tuple(one for one in every if one.asked and (one.constraint or one.required or one.choosing)),
        tuple(one for one in every if one.count), any(rule.clock for one in every for rule in _rules(one)),
    )


def _spots(model: FormModel) -> tuple[Spot, dict[str, Spot]]:
    root = Spot("", model.root_name, 0)
    spots = {"": root}
    for one in model.fields:
        spot = Spot(
            one.path, one.name, len(spots), one, one.kind == "repeat", one.kind == "field",
            one.bind_type if one.kind == "field" else "", one.control, _asked(one), one.default)
        spots[one.path] = spot
        above = spots.get(one.parent)
        if above is not None:
            above.children[one.name] = spot
    for one in model.attributes:
        spot = Spot(one.path, one.name, len(spots), one, type=one.bind_type)
        spots[one.path] = spot
        above = spots.get(one.parent)
        if above is not None:
            above.attributes[one.name] = spot
    return root, spots


def _asked(one: Field) -> bool:
    return one.kind == "field" and one.control not in ("", "group", "repeat")


def _give_rules(spot: Spot, model: FormModel, children) -> None:
    one = spot.field
    spot.relevant = rule_of("relevant", spot.path, one.relevant, children)
    if spot.is_leaf or one.kind == "attribute":
        spot.calculate = rule_of("calculate", spot.path, one.calculate, children)
    if spot.asked:
        spot.constraint = rule_of("constraint", spot.path, one.constraint, children)
        spot.required = rule_of("required", spot.path, one.required, children)
        if spot.required and spot.required.constant is False:
            spot.required = None
        spot.choosing = choosing_of(one, model, children)
    if spot.repeats:
        spot.count = rule_of("repeat-count", spot.path, one.repeat_count, children)


def _rules(spot: Spot) -> list[Rule]:
    own = (spot.relevant, spot.calculate, spot.constraint, spot.required, spot.count,
           spot.choosing.rule if spot.choosing else None)
    return [rule for rule in own if rule]


def _vertices(spot: Spot) -> list[tuple[Key, Rule]]:
    return [((rule.kind, spot.path), rule) for rule in (spot.relevant, spot.calculate) if rule]


def _ordered(rules: dict[Key, Rule], spots: dict[str, Spot]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """(rules in order, rules in a circle): Kahn's way, the form's own order among equals."""
    before = {key: _needed(rule, rules) for key, rule in rules.items()}
    after: dict[Key, list[Key]] = {key: [] for key in rules}
    for key, needed in before.items():
        for one in needed:
            after[one].append(key)
    left = {key: len(needed) for key, needed in before.items()}

    def rank(key: Key) -> tuple:
        return spots[key[1]].order, key[0] == "calculate", key

    ready = [rank(key) for key, count in left.items() if count == 0]
    heapify(ready)
    steps = []
    while ready:
        key = heappop(ready)[2]
        steps.append(rules[key])
        for one in after[key]:
            left[one] -= 1
            if left[one] == 0:
                heappush(ready, rank(one))
    done = {(rule.kind, rule.path) for rule in steps}
    return tuple(steps), tuple(rule for key, rule in rules.items() if key not in done)


def _needed(rule: Rule, rules: dict[Key, Rule]) -> set[Key]:
    """The rules that must be evaluated before this one."""
    found: set[Key] = set()
    for path in rule.reads.paths:
        found.update(_makers(path, rules))
    around = _around(rule.path)
    found.update(("relevant", path) for path in (around if rule.kind == "calculate" else around[1:]))
    own = {("calculate", rule.path)} if rule.kind == "calculate" else set()  # `.` reads what was sent
    return (found & rules.keys()) - own


def _makers(path: str, rules: dict[Key, Rule]) -> list[Key]:
    """What decides the value that a path reads: its calculation, its relevance, the relevance around it."""
    return [("calculate", path), *(("relevant", one) for one in _around(path))]


def _around(path: str) -> list[str]:
    """The path itself and every path above it."""
    found = []
    while path:
        found.append(path)
        path = path.rpartition("/")[0]
    return found
