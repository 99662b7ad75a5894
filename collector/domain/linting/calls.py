"""Room for functions that are called as no phone can run them, or that answer something else there than expected.

It must not evaluate. `form` puts its findings into sentences and places.
"""

import re
from collections.abc import Iterator

from collector.domain.fields import Field
from collector.domain.form_expressions import FUNCTIONS as KNOWN
from collector.domain.form_expressions import nearest
from collector.domain.linting import patterns
from collector.domain.linting.kinds import MOMENTS, kind
from collector.domain.linting.scope import Scope, Visit
from collector.domain.xpath.functions.function import MANY
from collector.domain.xpath.functions.registry import FUNCTIONS
from collector.domain.xpath.syntax import Binary, Call, Negative, Number, Part, Path, Text

Finding = tuple[str, dict[str, str]]

# those that `registry` does not list, for they look at more than values
COUNTS = {"if": (3,), "coalesce": (2,), "once": (1,), "position": (0, 1), "indexed-repeat": (3, 5, 7, 9, 11),
          "instance": (1,), "current": (0,)}
SETS = ("count", "count-non-empty", "sum")
GATHERING = (*SETS, "min", "max", "join", "concat")
LISTS = ("selected", "is-selected", "count-selected", "selected-at")
CHANGING = ("today", "now", "random", "uuid")
DATE_SIGN = re.compile("%(.?)")
DATE_SIGNS = frozenset("YymnbdehHMS3aW%")


def findings(visit: Visit, scope: Scope, what: str) -> Iterator[Finding]:
    """What is wrong with one call; nothing for other parts. what: the part of the field, as in `places.COLUMNS`."""
    call = visit.part
    if not isinstance(call, Call):
        return
    wrong = _count(call)
    if wrong:
        yield wrong
    elif call.name in SETS and not isinstance(call.arguments[0], Path):
        yield "LINT_NEEDS_PATH", {"whole": scope.told(call, visit.here), "function": call.name}
    else:
        yield from _arguments(call, visit, scope)
    if call.name in GATHERING:
        yield from _only_own(call, visit, scope)
    if call.name == "indexed-repeat" and what == "constraint":
        yield "LINT_PREVIOUS", {"whole": scope.told(call, visit.here)}
    if call.name in CHANGING and what == "calculate" and _changes(visit):
        yield "LINT_CHANGING", {"function": call.name, "better": f"once({call.name}())"}


def _count(call: Call) -> Finding | None:
    given = len(call.arguments)
    if call.name in COUNTS:
        wanted = COUNTS[call.name]
        told = " o ".join(map(str, wanted)), " or ".join(map(str, wanted))
        fits = given in wanted
    elif call.name in FUNCTIONS:
        least, most = FUNCTIONS[call.name].least, FUNCTIONS[call.name].most
        fits = least <= given <= most
        told = (f"{least} o más", f"{least} or more") if most >= MANY else (f"{least} a {most}", f"{least} to {most}")
        told = (str(least), str(least)) if least == most else told
    elif call.name in KNOWN:
        return None
    else:
        return "FUNCTION_UNKNOWN", {"name": call.name, "near": nearest(call.name) or "-"}
    fields = {"function": call.name, "given": str(given), "wanted_es": told[0], "wanted_en": told[1]}
    return None if fits else ("LINT_ARGUMENTS", fields)


def _arguments(call: Call, visit: Visit, scope: Scope) -> Iterator[Finding]:
    given = call.arguments
    if call.name in LISTS and kind(given[0], scope, visit.here) in ("number", "boolean", *MOMENTS):
        yield "LINT_LIST_TYPED", {"whole": scope.told(call, visit.here), "part": scope.told(given[0], visit.here)}
    elif call.name in ("selected", "is-selected") and kind(given[1], scope, visit.here) == "number":
        told, first = scope.told(given[1], visit.here), scope.told(given[0], visit.here)
        text = f"'{told}'" if isinstance(given[1], Number | Negative) else f"string({told})"
        yield "LINT_SELECTED_NUMBER", {"whole": scope.told(call, visit.here),
                                       "better": f"{call.name}({first}, {text})"}
    elif call.name == "regex" and isinstance(given[1], Text):
        yield from _pattern(given[1].value)
    elif call.name in ("format-date", "format-date-time") and isinstance(given[1], Text):
        wrong = sorted({"%" + sign for sign in DATE_SIGN.findall(given[1].value) if sign not in DATE_SIGNS or not sign})
        if wrong:
            yield "LINT_DATE_SIGN", {"format": given[1].value, "signs": ", ".join(wrong)}
    elif call.name == "max" and len(given) > 1 and all(isinstance(one, Negative) for one in given):
        inner = ", ".join(scope.told(one.operand, visit.here) for one in given)
        yield "LINT_MAX_NEGATIVE", {"whole": scope.told(call, visit.here), "better": f"-min({inner})"}


def _pattern(pattern: str) -> Iterator[Finding]:
    fault = patterns.fault(pattern)
    if fault:
        yield "LINT_REGEX_BAD", {"pattern": pattern, "reason": fault}
    elif patterns.is_slow(pattern):
        yield "LINT_REGEX_SLOW", {"pattern": pattern}


def _only_own(call: Call, visit: Visit, scope: Scope) -> Iterator[Finding]:
    """A count or sum inside of a repeat that sees only the instance it stands in."""
    paths = [one for one in call.arguments if isinstance(one, Path)]
    others = [one for one in call.arguments if not isinstance(one, Path)]
    if len(paths) != 1 or (others and call.name != "join") or visit.here != scope.own:
        return
    if call.name == "concat" or any(step.predicates for step in paths[0].steps):
        return
    spot = scope.spot(paths[0], visit.here)
    field = scope.field(paths[0], visit.here)
    if spot is None or spot.many or field is None:
        return
    repeat = field.path if field.kind == "repeat" else field.repeat
    if not repeat or not scope.path.startswith(f"{repeat}/"):
        return
    above = "../" * (scope.path.count("/") - repeat.count("/") + 1)
    way = above + repeat.rpartition("/")[2] + field.path.removeprefix(repeat)
    told = [f"{way}" if one is paths[0] else scope.told(one, visit.here) for one in call.arguments]
    yield "LINT_ONLY_OWN", {"whole": scope.told(call, visit.here), "repeat": repeat.rpartition("/")[2],
                            "better": f"{call.name}({', '.join(told)})"}


def _changes(visit: Visit) -> bool:
    """Whether the value is another one each time: not inside of once()."""
    return not any(isinstance(one, Call) and one.name == "once" for one in visit.above)


def plus_days(part: Part, scope: Scope, field: Field) -> Iterator[Finding]:
    """A calculation that adds days to a date and keeps the number."""
    if not isinstance(part, Binary) or part.operator not in ("+", "-") or field.type in MOMENTS:
        return
    kinds = [kind(side, scope, scope.own) in ("date", "dateTime") for side in (part.left, part.right)]
    if (kinds == [True, False] and kind(part.right, scope, scope.own) == "number") or (
            kinds == [False, True] and part.operator == "+"):
        whole = scope.told(part, scope.own)
        yield "LINT_DATE_PLUS", {"whole": whole, "better": f"format-date(date({whole}), '%Y-%m-%d')"}
