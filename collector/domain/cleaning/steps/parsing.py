"""Steps that read texts as what they mean: numbers, dates, points.

Must not know conditions. What cannot be read stays as the text it is, and is counted.
"""

from dataclasses import replace

from collector.domain.cleaning import cells
from collector.domain.cleaning.ground import Gone, Ground, Tally, changed
from collector.domain.cleaning.settings import ParseDate, ParseNumber, ParsePoint
from collector.domain.cleaning.steps.texts import changeable
from collector.domain.cleaning.steps.work import Edit, Work, by_text, edited
from collector.domain.tabular.shape import DERIVED, Batch, Variable
from collector.domain.values import Value, value_text


def parse_number(settings: ParseNumber, ground: Ground) -> Work:
    """Numbers."""
    def read(cell: Value, text: str) -> Value:
        if cell.__class__ is not str:
            return int(cell) if settings.whole and cell.__class__ is float and cell.is_integer() else cell
        found = cells.number_of(text, settings.decimal, settings.thousands, settings.whole)
        return cell if found is None else found
    return _parsed(ground, settings.columns, "int" if settings.whole else "decimal", read, _texts)


def parse_date(settings: ParseDate, ground: Ground) -> Work:
    """Dates, with their time where a format has one."""
    patterns = [cells.date_pattern(one) for one in settings.formats]

    def read(cell: Value, text: str) -> Value:
        return cells.date_of(text, patterns) or cell
    type = "dateTime" if any("%H" in one for one in settings.formats) else "date"
    return _parsed(ground, settings.columns, type, read, _no_dates)


def _parsed(ground: Ground, ids: tuple[str, ...], type: str, read, unread) -> Work:
    found = changeable(ground, ids)
    after = {id: replace(ground.tables[path].variable(id), type=type, categories=()) for path, id in found}
    return edited(ground.replaced(after), [Edit(path, id, id, by_text(read), unread) for path, id in found])


def _texts(values: list[Value]) -> int:
    return sum(one.__class__ is str for one in values)


def _no_dates(values: list[Value]) -> int:
    return sum(one is not None and cells.year(value_text(one)) is None for one in values)


def parse_point(settings: ParsePoint, ground: Ground) -> Work:
    """Points, of one column or of two."""
    path, variable = ground.changeable(settings.column)
    other = None
    if settings.other:
        where, other = ground.find(settings.other)
        if where != path:
            raise other_table(other)
    if settings.into:
        target = Variable(DERIVED + settings.into, settings.into, "geopoint",
                          privacy=ground.privacy_of([variable.id, *([other.id] if other else [])]))
        after = ground.added(path, target, behind=variable.id)
    else:
        target = replace(variable, type="geopoint", categories=())
        after = ground.replaced({variable.id: target})
    after = after.with_origins(target.id, [variable.id, *([other.id] if other else [])])

    def read(cell: Value, text: str) -> Value:
        if cell.__class__ is list:
            return cell
        return cells.point_of(text, settings.order, settings.format) or (None if settings.into else cell)
    if other is None:
        return edited(after, [Edit(path, variable.id, target.id, by_text(read), _texts)])
    return _joined(after, path, variable.id, other.id, target.id, read)


def other_table(variable: Variable):
    """Why two columns cannot be read together."""
    return Gone(f"«{variable.name}» está en otra tabla. Elija dos columnas de la misma.",
                f"“{variable.name}” is in another table. Choose two columns of the same one.")


def _joined(after: Ground, path: str, first: str, second: str, target: str, read) -> Work:
    def apply(batch: Batch, tally: Tally | None) -> Batch:
        rows = batch.tables[path]
        if first not in rows.cells or second not in rows.cells:
            return batch
        found = []
        for one, two in zip(rows.cells[first], rows.cells[second], strict=True):
            if one is None or two is None:
                found.append(None if target != first else one)
            else:
                found.append(read(one, f"{value_text(one)}; {value_text(two)}"))
        if tally is not None:
            tally.unevaluated += _texts(found)
        return Batch({**batch.tables, path: changed(rows, {target: found}, tally)})
    return Work(after, apply, frozenset({(path, first), (path, second)}), frozenset({(path, target)}))


STEPS = {"parse_number": parse_number, "parse_date": parse_date, "parse_point": parse_point}
