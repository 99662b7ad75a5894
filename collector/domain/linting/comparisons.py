"""Room for comparisons that do on a phone what their author did not mean: always false, always true, or by whole days.

It must not evaluate: it judges by the kinds of both sides. `form` puts its findings into sentences and places.
"""

from collections.abc import Iterator

from collector.domain.fields import Field
from collector.domain.linting.kinds import MOMENTS, calculated, date_text, is_numeric, kind, true_date
from collector.domain.linting.scope import Scope, Visit
from collector.domain.xpath.syntax import Binary, Call, Number, Part, Text

ORDER = ("<", "<=", ">", ">=")
EQUAL = ("=", "!=")
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

Finding = tuple[str, dict[str, str]]  # code, fields of its sentence


def findings(visit: Visit, scope: Scope) -> Iterator[Finding]:
    """What is wrong with one operator or call; nothing for other parts."""
    part = visit.part
    if isinstance(part, Call) and part.name in ("selected", "is-selected"):
        yield from _chosen_in_call(part, visit, scope)
    if not isinstance(part, Binary):
        return
    if part.operator in ORDER:
        yield from _order(part, visit, scope)
    elif part.operator in EQUAL:
        yield from _equality(part, visit, scope)
    elif part.operator in ("and", "or"):
        yield from _lonely_text(part, visit, scope)


def _order(part: Binary, visit: Visit, scope: Scope) -> Iterator[Finding]:
    whole = scope.told(part, visit.here)
    if isinstance(part.left, Binary) and part.left.operator in ORDER:
        low, middle, high = (scope.told(one, visit.here) for one in (part.left.left, part.left.right, part.right))
        better = f"{middle} {TURNED[part.left.operator]} {low} and {middle} {part.operator} {high}"
        yield "LINT_CHAIN", {"whole": whole, "better": better}
        return
    sides = ((part.left, part.right), (part.right, part.left))
    kinds = {side: kind(side, scope, visit.here) for side in (part.left, part.right)}
    for side, other in sides:
        if isinstance(side, Text) and date_text(side):
            better = _replaced(part, side, f"date('{side.value.strip()}')", visit, scope)
            yield "LINT_DATE_TEXT", {"whole": whole, "better": better}
            return
        if isinstance(side, Text) and not is_numeric(side) and side.value.strip():
            yield "LINT_TEXT_ORDER", {"whole": whole, "word": side.value}
            return
        if calculated(side, scope, visit.here) in MOMENTS and kinds[other] in (*MOMENTS, ""):
            better = _replaced(part, side, f"date({scope.told(side, visit.here)})", visit, scope)
            yield "LINT_DATE_CALCULATED", {"whole": whole, "part": scope.told(side, visit.here), "better": better}
            return
    if all(kinds[side] in ("dateTime", "time") for side in kinds) and len(kinds) == 2:
        clock = "decimal-time" if "time" in kinds.values() else "decimal-date-time"
        left, right = (f"{clock}({scope.told(side, visit.here)})" for side in (part.left, part.right))
        yield "LINT_TIME_ORDER", {"whole": whole, "better": f"{left} {part.operator} {right}"}
    for side, other in sides:
        yield from _ordered_answer(side, other, whole, visit, scope)


def _ordered_answer(side: Part, other: Part, whole: str, visit: Visit, scope: Scope) -> Iterator[Finding]:
    field = scope.field(side, visit.here)
    if field is None or not (isinstance(other, Number) or kind(other, scope, visit.here) in ("number", *MOMENTS)):
        return
    names = _names(field, scope)
    if field.type == "select1" and names and not any(is_numeric(Text(0, name)) for name in names):
        yield "LINT_CHOICE_ORDER", {"whole": whole, "name": field.name}
    elif field.type == "string" and field.control == "input" and not field.is_note \
            and "numbers" not in field.appearance and "regex(" not in field.constraint:
        yield "LINT_TEXT_NUMBER", {"whole": whole, "name": field.name}


def _replaced(part: Binary, side: Part, text: str, visit: Visit, scope: Scope) -> str:
    left, right = (text if one is side else scope.told(one, visit.here) for one in (part.left, part.right))
    return f"{left} {part.operator} {right}"


def _equality(part: Binary, visit: Visit, scope: Scope) -> Iterator[Finding]:
    whole = scope.told(part, visit.here)
    for side, other in ((part.left, part.right), (part.right, part.left)):
        if not isinstance(side, Text | Number):
            continue
        field = scope.field(other, visit.here)
        if field is not None and field.chooses:
            yield from _chosen(field, side, part, other, visit, scope)
            return
        if isinstance(side, Number) or not side.value:
            return
        found = kind(other, scope, visit.here)
        if found == "boolean" and (field is None or field.type != "boolean"):
            if side.value.strip().lower() in ("false", "0", "no"):
                plain = scope.told(other, visit.here)
                better = f"not({plain})" if part.operator == "=" else plain
                yield "LINT_BOOLEAN_TEXT", {"whole": whole, "better": better}
        elif found in ("date", "dateTime") and not true_date(side):
            yield "LINT_DATE_FORM", {"whole": whole, "word": side.value}
        elif found == "number" and not is_numeric(side):
            yield "LINT_NEVER_EQUAL", {"whole": whole, "word": side.value, **_holds(part)}


def _holds(part: Binary) -> dict[str, str]:
    """How an equality turns out that can never be one."""
    if part.operator == "!=":
        return {"holds_es": "se cumple siempre", "holds_en": "always holds"}
    return {"holds_es": "nunca se cumple", "holds_en": "never holds"}


def _chosen(field: Field, side: Text | Number, part: Binary, other: Part, visit: Visit,
            scope: Scope) -> Iterator[Finding]:
    value = scope.told(side, visit.here) if isinstance(side, Number) else side.value
    if not value:
        return
    whole, names = scope.told(part, visit.here), _names(field, scope)
    if field.multiple:
        call = f"selected({scope.told(other, visit.here)}, '{value}')"
        better = call if part.operator == "=" else f"not({call})"
        yield "LINT_MULTIPLE_EQUAL", {"whole": whole, "name": field.name, "better": better}
    if names and not _is_among(value, names, field.multiple):
        yield "LINT_CHOICE_UNKNOWN", {"value": value, "name": field.name, "known": _listed(names), **_holds(part)}


def _chosen_in_call(call: Call, visit: Visit, scope: Scope) -> Iterator[Finding]:
    if len(call.arguments) != 2 or not isinstance(call.arguments[1], Text):
        return
    field, value = scope.field(call.arguments[0], visit.here), call.arguments[1].value.strip()
    names = _names(field, scope) if field is not None and field.chooses else ()
    if names and value and not _is_among(value, names, True):
        yield "LINT_CHOICE_UNKNOWN", {"value": value, "name": field.name, "known": _listed(names),
                                      "holds_es": "nunca se cumple", "holds_en": "never holds"}


def _names(field: Field, scope: Scope) -> tuple[str, ...]:
    """The names a question may hold; () when they lie in a file, in the record, or come by search()."""
    if not field.chooses or "search(" in field.appearance or any(one.kind == "setvalue" and one.path == field.path
                                                                 for one in scope.model.actions):
        return ()
    return tuple(one.name for one in scope.model.choices_for(field))


def _is_among(value: str, names: tuple[str, ...], several: bool) -> bool:
    wanted = value.split() if several else [value]
    return all(one in names or any(is_numeric(Text(0, name)) and is_numeric(Text(0, one)) and float(name) == float(one)
                                   for name in names) for one in wanted)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")


def _lonely_text(part: Binary, visit: Visit, scope: Scope) -> Iterator[Finding]:
    for side, other in ((part.right, part.left), (part.left, part.right)):
        if not isinstance(side, Text | Number):
            continue
        nearest = other
        while isinstance(nearest, Binary) and nearest.operator in ("and", "or"):
            nearest = nearest.right
        told = scope.told(side, visit.here)
        if isinstance(nearest, Binary):
            better = f"{scope.told(other, visit.here)} {part.operator} {scope.told(nearest.left, visit.here)} = {told}"
        else:
            better = f"${{pregunta}} = {told}"
        yield "LINT_LONELY", {"whole": scope.told(part, visit.here), "part": told, "better": better}
