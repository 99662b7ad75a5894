"""Room for the lint of a form: what its author should look at before phones get it, each with sheet, row and column.

It must not refuse anything: all of it is advice. `services/definitions` asks at upload, the command line on demand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collector.domain.fields import Field, FormModel
from collector.domain.form_complaints import Complaint, Place, complaint
from collector.domain.linting import calls, comparisons, cycles, empties, names, paths, texts, unread
from collector.domain.linting.places import Workbook
from collector.domain.linting.scope import Scope
from collector.domain.xpath.errors import ParseError
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.syntax import Part, Path

if TYPE_CHECKING:
    from collector.domain.converted import Sheets

OF_FIELD = ("relevant", "calculate", "required", "readonly", "constraint", "repeat_count")
CONSTANT = ("", "true()", "false()")
EACH = 12  # complaints of one kind; more are only counted
SHEETS = ("settings", "survey", "choices", "entities")

Finding = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Written:
    """One expression of a form. what: a key of `places.COLUMNS`. is_set: it may give several nodes."""

    path: str
    what: str
    text: str
    is_set: bool = False


def lint(model: FormModel, sheets: "Sheets | None" = None, told: Iterable[Complaint] = ()) -> tuple[Complaint, ...]:
    """Warnings in the order of the sheets; without those that `told` says of the same cell already.

    sheets: the workbook as written; without it (an XForm was uploaded) places are paths, and names are not judged.
    """
    book = Workbook(model, sheets)
    known = {_key(one) for one in told}
    found: list[Complaint] = []
    for place, (code, fields) in _everything(model, book):
        one = complaint(code, "warning", place, **fields)
        if _key(one) not in known:
            known.add(_key(one))
            found.append(one)
    found.sort(key=lambda one: (SHEETS.index(one.sheet) if one.sheet in SHEETS else 9, one.row or 0))
    return tuple(_bounded(found))


def _key(one: Complaint) -> tuple:
    """What makes two complaints the same to their reader."""
    return one.code, one.sheet, one.row, one.column, one.message_es


def _bounded(found: list[Complaint]) -> Iterator[Complaint]:
    """All complaints, of each kind only the first ones; then how many more there are."""
    many = Counter(one.code for one in found)
    given: Counter = Counter()
    for one in found:
        given[one.code] += 1
        if given[one.code] <= EACH:
            yield one
        if given[one.code] == EACH and many[one.code] > EACH:
            rows = [other.row for other in found if other.code == one.code and other.row][EACH:]
            yield complaint("LINT_MORE", "warning", Place(one.sheet, None, one.column), message_es=one.message_es,
                            message_en=one.message_en, count=many[one.code] - EACH,
                            rows=", ".join(map(str, rows[:40])) or "-")


def _everything(model: FormModel, book: Workbook) -> Iterator[tuple[Place, Finding]]:
    yield from _of_expressions(model, book)
    for field in model.fields:
        for what, finding in empties.never_run(field) if book.is_written(field.path) else ():
            yield book.cell(field.path, what), finding
    for path, what, finding in texts.identifiers(model, book):
        yield book.cell(path, what), finding
    if book.sheets is None:
        return
    yield from texts.translations(book)
    for path, finding in names.field_names(model, book):
        yield book.cell(path, "name"), finding
    for row, finding in names.choice_names(model, book):
        yield Place("choices", row, book.column("choices", "name", "value")), finding


def expressions(model: FormModel) -> Iterator[Written]:
    """Every expression that the author wrote, as the form carries it."""
    for field in (*model.fields, *model.attributes):
        if field.kind == "attribute" and field.name in ("baseVersion", "trunkVersion", "branchId"):
            continue  # the converter's own
        for what in OF_FIELD:
            text = getattr(field, what)
            if text not in CONSTANT:
                yield Written(field.path, what, text)
        if field.itemset is not None and field.itemset.nodeset:
            yield Written(field.path, "choice_filter", field.itemset.nodeset, True)
    for action in model.actions:
        if action.kind == "setvalue" and action.value and "uuid()" not in action.value:
            yield Written(action.path, "calculate" if action.trigger else "default", action.value)


def _of_expressions(model: FormModel, book: Workbook) -> Iterator[tuple[Place, Finding]]:
    reads: dict[tuple[str, str], set[str]] = {}
    scopes: dict[str, Scope] = {}
    for written in expressions(model):
        scope = scopes.setdefault(written.path, Scope(model, written.path))
        place = book.cell(written.path, written.what)
        try:
            part = compiled(written.text).ast
            findings = list(_of_one(written, part, scope, model.by_path.get(written.path)))
            reads.setdefault((written.path, written.what), set()).update(_read(part, scope))
        except ParseError as fault:
            findings = [unread.finding(fault, scope)]
        except RecursionError:  # hundreds of operators in a row: nothing a person wrote
            continue
        yield from ((place, finding) for finding in findings)
    for path, what, circle in cycles.cycles(model, reads):
        if len(circle) == 2:
            yield book.cell(path, what), ("LINT_SELF", {"name": circle[0]})
        else:
            yield book.cell(path, what), ("LINT_CYCLE", {"circle": " → ".join(circle)})


def _of_one(written: Written, part: Part, scope: Scope, field: Field | None) -> Iterator[Finding]:
    triggered = field is not None and written.what == "calculate" and written.text != field.calculate
    what = "default" if triggered else written.what
    for visit in scope.visits(part):
        yield from paths.findings(visit, scope, written.is_set and not visit.above)
        yield from comparisons.findings(visit, scope)
        yield from calls.findings(visit, scope, what)
    if what == "constraint":
        yield from empties.limits(part, scope)
    if what == "calculate" and field is not None and field.kind == "field":
        yield from calls.plus_days(part, scope, field)
        yield from empties.sums(part, scope)


def _read(part: Part, scope: Scope) -> set[str]:
    found = set()
    for visit in scope.visits(part):
        spot = scope.spot(visit.part, visit.here) if isinstance(visit.part, Path) else None
        if spot is not None and not spot.list and spot.path in scope.model.by_path:
            found.add(spot.path)
    return found
