"""Room for expressions that go wrong when a question is left blank, and for those that no phone ever runs.

It must not evaluate. `form` puts its findings into sentences and places.
"""

from collections.abc import Iterator

from collector.domain.fields import Field
from collector.domain.linting.comparisons import ORDER
from collector.domain.linting.scope import Scope, Visit
from collector.domain.xpath.syntax import Binary, Call, Part, Path, Text

Finding = tuple[str, dict[str, str]]

ARITHMETIC = ("+", "-", "*", "div", "mod")
NUMBERS = ("int", "decimal")
COUNTED = (*NUMBERS, "date", "dateTime")
ASKING = ("coalesce", "string-length", "boolean", "if", "count-non-empty", "sum", "max", "min", "not")


def limits(part: Part, scope: Scope) -> Iterator[Finding]:
    """Bounds of a constraint that are questions one may leave blank: then no answer is good enough."""
    visits = list(scope.visits(part))
    asked = _asked(visits, scope)
    for visit in visits:
        compared = visit.part
        if not isinstance(compared, Binary) or compared.operator not in ORDER:
            continue
        for side in (compared.left, compared.right):
            field = scope.field(side, visit.here)
            if field is not None and field.path not in asked and field.path != scope.path and may_be_blank(field):
                better = f"{scope.told(side, visit.here)} = '' or {scope.told(compared, visit.here)}"
                yield "LINT_EMPTY_LIMIT", {"name": field.name, "better": f"({better})" if visit.above else better}


def sums(part: Part, scope: Scope) -> Iterator[Finding]:
    """Operands of a calculation that one may leave blank: then nothing comes out."""
    visits = list(scope.visits(part))
    asked = _asked(visits, scope)
    blank: dict[str, Field] = {}
    for visit in visits:
        reckoned = visit.part
        if not isinstance(reckoned, Binary) or reckoned.operator not in ARITHMETIC:
            continue
        for side in (reckoned.left, reckoned.right):
            field = scope.field(side, visit.here)
            if field is not None and field.type in NUMBERS and field.path not in asked and may_be_blank(field):
                blank[field.path] = field
    if blank:
        names = [one.name for one in blank.values()]
        yield "LINT_EMPTY_SUM", {"names": ", ".join(names), "better": f"coalesce(${{{names[0]}}}, 0)"}


def may_be_blank(field: Field) -> bool:
    """Whether a question that counts something may be left without an answer."""
    return bool(field.control) and not field.required and not field.default and field.type in COUNTED \
        and not field.is_note and not field.calculate


def _asked(visits: list[Visit], scope: Scope) -> set[str]:
    """Paths of the fields that the expression itself asks whether they are blank."""
    found = set()
    for visit in visits:
        if not isinstance(visit.part, Path):
            continue
        parent = visit.parent
        compared = isinstance(parent, Binary) and parent.operator in ("=", "!=") and any(
            isinstance(side, Text) and not side.value for side in (parent.left, parent.right))
        within = any(isinstance(one, Call) and one.name in ASKING for one in visit.above)
        field = scope.field(visit.part, visit.here) if compared or within else None
        if field is not None:
            found.add(field.path)
    return found


def never_run(field: Field) -> Iterator[tuple[str, Finding]]:
    """(part of the field, finding): conditions of something that is never asked."""
    if field.kind == "field" and not field.control:
        for what in ("constraint", "required"):
            said = getattr(field, what)
            if said and said not in ("false()", "true()" if what == "constraint" else "false()"):
                yield what, ("LINT_NEVER_RUN", {"name": field.name, "what": what})
