"""Steps on values: by a short list, several into one, by a long table.

Must not know conditions. Of a question with several choices each name is looked at by itself.
"""

from dataclasses import replace

from collector.domain.cleaning import cells
from collector.domain.cleaning.ground import Ground, Turn
from collector.domain.cleaning.settings import BLANK, MapTable, Merge, Recode
from collector.domain.cleaning.steps.work import Edit, Work, by_text, edited
from collector.domain.tabular.shape import DERIVED, Category, Variable
from collector.domain.values import parse_value

SEVERAL = ("select", "rank")


def recode(settings: Recode, ground: Ground) -> Work:
    """Values by others."""
    path, variable = ground.changeable(settings.column)
    pairs = dict(settings.map)
    after = _recategorised(variable, pairs, {}, settings.others == BLANK)
    turn = _turn(variable, pairs, settings.others == BLANK)
    return edited(ground.replaced({variable.id: after}), [Edit(path, variable.id, variable.id, turn)])


def merge(settings: Merge, ground: Ground) -> Work:
    """Several values become one."""
    path, variable = ground.changeable(settings.column)
    pairs = dict.fromkeys(settings.names, settings.to)
    after = _recategorised(variable, pairs, {settings.to: dict(settings.label)}, False)
    return edited(ground.replaced({variable.id: after}),
                  [Edit(path, variable.id, variable.id, _turn(variable, pairs, False))])


def map_table(settings: MapTable, ground: Ground) -> Work:
    """Values by a table."""
    path, variable = ground.changeable(settings.column)
    blank = settings.missing == BLANK
    if settings.folded:
        pairs = {cells.folded(before): after for before, after in settings.rows}
    else:
        pairs = dict(settings.rows)
    target = variable
    if settings.into:
        target = Variable(DERIVED + settings.into, settings.into, "string", dict(settings.label),
                          privacy=variable.privacy)
        after = ground.added(path, target, behind=variable.id).with_origins(target.id, [variable.id])
        turn = _turn(replace(variable, type="string"), pairs, blank, settings.folded)
    else:
        exact = {name: pairs[cells.folded(name)] for name in [one.name for one in variable.categories]
                 if cells.folded(name) in pairs} if settings.folded else pairs
        after = ground.replaced({variable.id: _recategorised(
            variable, exact, {}, blank, set(pairs.values()))})
        turn = _turn(variable, pairs, blank, settings.folded)
    return edited(after, [Edit(path, variable.id, target.id, turn)])


def _turn(variable: Variable, pairs: dict[str, str], blank: bool, folded: bool = False) -> Turn:
    """The cells of a variable by pairs of texts; blank: what is not among them goes."""
    kind = variable.type

    def seen(text: str) -> str | None:
        found = pairs.get(cells.folded(text) if folded else text)
        return found if found is not None or blank else text

    if kind in SEVERAL:
        def several(cell, text):
            whole = pairs.get(text) if " " in text else None
            names = [whole] if whole is not None else [seen(name) for name in text.split()]
            return " ".join(dict.fromkeys(one for one in names if one)) or None
        return _filling(by_text(several), kind, pairs)

    def one(cell, text):
        key = cells.folded(text) if folded else text
        found = pairs.get(key)
        if found is None:
            return None if blank else cell
        return cell if found == text else parse_value(kind, found)
    return _filling(by_text(one), kind, pairs)


def _filling(turn: Turn, kind: str, pairs: dict[str, str]) -> Turn:
    """The same; '' before stands for no answer."""
    given = parse_value(kind, pairs.get("", ""))
    if given is None:
        return turn
    return lambda values: [given if old is None else new for old, new in zip(values, turn(values), strict=True)]


def _recategorised(variable: Variable, pairs: dict[str, str], labels: dict[str, dict], blank: bool,
                   more: set[str] | None = None) -> Variable:
    """The variable with those categories that its cells can have afterwards, new ones last."""
    if not variable.categories:
        return variable
    known = {one.name: one for one in variable.categories}
    wanted: dict[str, Category] = {}
    for one in variable.categories:
        name = pairs.get(one.name)
        if name is None and blank:
            continue
        name = one.name if name is None else name
        if name:
            # a name that is new takes the labels of what it stands for only where nobody said another
            wanted.setdefault(name, known.get(name) or Category(name, {}))
    for name in [*pairs.values(), *sorted(more or ())]:
        for part in name.split() if variable.type in SEVERAL else [name]:
            wanted.setdefault(part, known.get(part) or Category(part, {}))
    return replace(variable, categories=tuple(
        Category(one.name, labels[one.name]) if labels.get(one.name) else one for one in wanted.values()))


STEPS = {"recode": recode, "merge": merge, "map_table": map_table}
