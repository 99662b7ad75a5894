"""Steps that write cells by an expression: set or blank where a condition holds, new columns; and one cell by hand.

Must not evaluate itself: `conditions` does. A cell on which an expression has no value stays as it is.
"""

from dataclasses import replace

from collector.domain.cleaning.conditions import FAILED, Condition
from collector.domain.cleaning.ground import Gone, Ground, Tally, changed
from collector.domain.cleaning.settings import BlankWhere, Derive, FixCell, SetWhere
from collector.domain.cleaning.steps.work import Cell, Work
from collector.domain.tabular.shape import DERIVED, Batch, Category, Variable
from collector.domain.values import Value, parse_value, value_text

RAW = "raw:"  # the cells of a variable as they came, beside those of the recipe


def set_where(settings: SetWhere, ground: Ground) -> Work:
    """A value, or what an expression gives, where a condition holds."""
    path, variable = ground.changeable(settings.column)
    where = Condition(settings.where, ground, path, variable.id)
    guard = ground.guards.get(variable.id)
    if settings.expression:
        given = Condition(settings.expression, ground, path, variable.id)
        sources = given.sources
        private = replace(variable, privacy=ground.privacy_of([variable.id, *sources]))
        after = ground.replaced({variable.id: private}).with_origins(variable.id, sources)
        return _written(after, path, variable, where, given, None, guard)
    value = _guarded(parse_value(variable.type, settings.value), guard)
    after = ground.replaced({variable.id: _with_category(variable, value)})
    return _written(after, path, variable, where, None, value, guard)


def blank_where(settings: BlankWhere, ground: Ground) -> Work:
    """No answer where a condition holds."""
    path, variable = ground.changeable(settings.column)
    where = Condition(settings.where, ground, path, variable.id)
    return _written(ground, path, variable, where, None, None, None)


def _written(ground: Ground, path: str, variable: Variable, where: Condition, given: Condition | None, value: Value,
             guard) -> Work:
    id, type = variable.id, variable.type

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        rows = batch.tables[path]
        if id not in rows.cells:
            return batch
        holds = where.booleans(batch)
        before = rows.cells[id]
        if not any(one is True for one in holds):
            if tally is not None:
                tally.unevaluated += holds.count(FAILED)
            return batch
        if given is None:
            found = [value if one is True else cell for one, cell in zip(holds, before, strict=True)]
        else:
            made = given.cells(batch, type)
            if guard is not None:
                made = [one if one is FAILED else guard([one])[0] for one in made]
            holds = [FAILED if one is True and new is FAILED else one for one, new in zip(holds, made, strict=True)]
            found = [new if one is True else cell for one, new, cell in zip(holds, made, before, strict=True)]
        if tally is not None:
            tally.unevaluated += holds.count(FAILED)
        return Batch({**batch.tables, path: changed(rows, {id: found}, tally)})
    reads = where.reads | (given.reads if given else frozenset()) | {(path, id)}
    return Work(ground, apply, reads, frozenset({(path, id)}))


def derive(settings: Derive, ground: Ground) -> Work:
    """A new column."""
    path = settings.table
    if path not in ground.tables:
        raise Gone(f"El formulario no tiene la repetición «{path}». Elija otra o apague el paso.",
                   f"The form has no repeat “{path}”. Choose another or switch the step off.")
    given = Condition(settings.expression, ground, path)
    sources = given.sources
    made = Variable(DERIVED + settings.name, settings.name, settings.type, dict(settings.label),
                    privacy=ground.privacy_of(sources))
    after = ground.added(path, made).with_origins(made.id, sources)

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        found = given.cells(batch, settings.type)
        failed = found.count(FAILED)
        if failed:
            found = [None if one is FAILED else one for one in found]
            if tally is not None:
                tally.unevaluated += failed
        return Batch({**batch.tables, path: changed(batch.tables[path], {made.id: found}, tally)})
    return Work(after, apply, given.reads, frozenset({(path, made.id)}))


def fix_cell(settings: FixCell, ground: Ground) -> Work:
    """One cell of one record."""
    path, variable = ground.changeable(settings.column)
    guard, id = ground.guards.get(settings.column), variable.id
    value = _guarded(parse_value(variable.type, settings.value), guard)
    reads: set[Cell] = {(path, id)}
    if settings.before is not None:
        reads.add((path, RAW + id))

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        rows = batch.tables[path]
        if settings.record not in rows.instances or id not in rows.cells:
            return batch
        wanted = settings.record, settings.key
        pairs = zip(rows.instances, rows.keys, strict=True)
        at = next((place for place, pair in enumerate(pairs) if pair == wanted), None)
        if at is None:
            return batch
        if settings.before is not None:
            raw = rows.cells.get(RAW + id)
            if raw is None or value_text(raw[at]) != settings.before:
                return batch
        found = list(rows.cells[id])
        found[at] = value
        return Batch({**batch.tables, path: changed(rows, {id: found}, tally)})
    return Work(ground.replaced({id: _with_category(variable, value)}), apply, frozenset(reads),
                frozenset({(path, id)}))


def _guarded(value: Value, guard) -> Value:
    return value if guard is None or value is None else guard([value])[0]


def _with_category(variable: Variable, value: Value) -> Variable:
    """The variable, knowing a choice that its question has not."""
    if not variable.categories or not isinstance(value, str):
        return variable
    known = {one.name for one in variable.categories}
    named = value.split() if variable.type in ("select", "rank") else [value]
    return replace(variable, categories=(*variable.categories, *(Category(one) for one in named if one not in known)))


STEPS = {"set_where": set_where, "blank_where": blank_where, "derive": derive, "fix_cell": fix_cell}
