"""Room for the functions about chosen names in a select: which, how many, whether enough of them.

It must not know a form's lists of choices; `lookups` asks those. `registry` lists these functions.
"""

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import MANY, Function, listed, unpacked
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import BLANKS, Value, to_boolean, to_int, to_number


def _names(value: Value) -> str:
    if not isinstance(value, str):
        raise failed("This is no list of chosen names but a value of another type")
    return value


def selected(context: Context, chosen: Value, name: Value) -> bool:
    """Whether the name, or several as they follow each other, stand among the chosen ones."""
    if not isinstance(name, str):
        raise failed("The name must be text, in quotes")
    return f" {name.strip(BLANKS)} " in f" {_names(chosen)} "


def _split(chosen: Value) -> list[str]:
    return [name for name in _names(chosen).split(" ") if name]


def count_selected(context: Context, chosen: Value) -> float:
    """How many names."""
    return float(len(_split(chosen)))


def selected_at(context: Context, chosen: Value, place: Value) -> str:
    """The name at that place, from 0; '' outside."""
    names, index = _split(chosen), to_int(place, context)
    return names[index] if 0 <= index < len(names) else ""


def checklist(context: Context, least: object, most: object, *factors: object) -> bool:
    """Whether so many factors are true; -1 for no bound."""
    low, high = (to_int(unpacked(bound, context), context) for bound in (least, most))
    count = sum(to_boolean(value, context) for value in listed(factors, context))
    return (low < 0 or count >= low) and (high < 0 or count <= high)


def weighted_checklist(context: Context, least: object, most: object, *pairs: object) -> bool:
    """Whether the weights of the true factors sum up to what lies within the bounds; factor, weight, factor, weight."""
    low, high = (to_number(unpacked(bound, context), context) for bound in (least, most))
    if len(pairs) < 2 or len(pairs) % 2:
        raise failed("weighted-checklist takes pairs of a factor and its weight")
    if len(pairs) == 2 and all(isinstance(part, NodeSet) for part in pairs):
        factors, weights = listed(pairs[:1], context), listed(pairs[1:], context)
        if len(factors) != len(weights):
            raise failed("weighted-checklist has not as many weights as factors")
    else:
        values = [unpacked(part, context) for part in pairs]
        factors, weights = values[::2], values[1::2]
    total = 0.0
    for factor, weight in zip(factors, weights, strict=True):
        if to_boolean(factor, context):
            total += to_number(weight, context)
    return low <= total <= high


FUNCTIONS = {
    "selected": Function(selected, 2, 2),
    "is-selected": Function(selected, 2, 2),
    "count-selected": Function(count_selected, 1, 1),
    "selected-at": Function(selected_at, 2, 2),
    "checklist": Function(checklist, 2, MANY, sets=True),
    "weighted-checklist": Function(weighted_checklist, 2, MANY, sets=True),
}
