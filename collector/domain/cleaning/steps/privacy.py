"""The step that protects people: columns gone, masked, behind pseudonyms, or less exact; also what was made of them.

Must not know why. Categories and later values of a protected column go the same way, so that nothing raw shows there;
keys get the same pseudonym in all tables.
"""

from dataclasses import replace

from collector.domain.cleaning import cells
from collector.domain.cleaning.ground import KEYS, Gone, Ground, Tally, Turn, changed
from collector.domain.cleaning.settings import Protect
from collector.domain.cleaning.steps.columns import dropped
from collector.domain.cleaning.steps.texts import INSTANCE_ID
from collector.domain.cleaning.steps.work import Edit, Work, by_text, edited
from collector.domain.tabular.shape import KEY, PARENT_KEY, Batch, Variable
from collector.domain.values import Value, line_points, value_text

DATES = ("date", "dateTime")
PLACES = ("geopoint", "geotrace", "geoshape")


def protect(settings: Protect, ground: Ground) -> Work:
    """Columns, or all of a class."""
    chosen = chosen_of(settings, ground)
    if settings.how == "drop":
        return dropped(ground, [(path, one.id) for path, one in chosen])
    if settings.how == "pseudonym" and not ground.circumstances.pseudonym_key:
        raise Gone("Este proyecto no tiene clave de seudónimos. Avise a quien administra el servidor.",
                   "This project has no key for pseudonyms. Tell whoever runs the server.")
    keys = {one.id for _, one in chosen} & set(KEYS)
    if keys and settings.how != "pseudonym":
        raise Gone("KEY une las tablas: solo se reemplaza por un seudónimo, o se quita.",
                   "KEY joins the tables: it is only replaced by a pseudonym, or dropped.")
    edits, after, guards = [], {}, dict(ground.guards)
    for path, variable in chosen:
        if variable.id in KEYS:
            continue
        turn, made = _protected(variable, settings.how, ground.circumstances.pseudonym_key)
        edits.append(Edit(path, variable.id, variable.id, turn))
        after[variable.id] = made
        guards[variable.id] = turn
    work = edited(replace(ground.replaced(after), guards=guards), edits)
    return _with_keys(work, ground.circumstances.pseudonym_key) if keys else work


def chosen_of(settings: Protect, ground: Ground) -> list[tuple[str, Variable]]:
    """The variables meant, with all that were made of them. Of a class only dates, or places, are made less exact."""
    fits = {"month": DATES, "year": DATES, "area": PLACES}.get(settings.how)
    named = set(settings.columns)
    for id in named:
        _, variable = ground.find(id)
        if fits and variable.type not in fits:
            kind = ("fecha", "date") if fits is DATES else ("lugar", "place")
            raise Gone(f"«{variable.name}» no es una {kind[0]}. Elija otra manera de protegerla."
                       if fits is DATES else f"«{variable.name}» no es un {kind[0]}. Elija otra manera de protegerla.",
                       f"“{variable.name}” is no {kind[1]}. Choose another way to protect it.")
    every = [(path, one) for path, table in ground.tables.items() for one in table.variables]
    if settings.privacy:
        named = {one.id for _, one in every if one.privacy == settings.privacy and (not fits or one.type in fits)}
    if named & {*KEYS, INSTANCE_ID}:
        named |= {*KEYS, INSTANCE_ID}
    return [(path, one) for path, one in every
            if one.id in named or not named.isdisjoint(ground.origins.get(one.id, ()))]


def _protected(variable: Variable, how: str, key: bytes) -> tuple[Turn, Variable]:
    """(what hides the cells, the variable afterwards). What is made of a date or place and is none itself is masked."""
    bare = replace(variable, categories=())
    if how == "pseudonym":
        return by_text(lambda cell, text: cells.pseudonym(text, key)), replace(bare, type="string")
    if how == "month" and variable.type in DATES:
        return by_text(lambda cell, text: cells.month(text)), replace(bare, type="string")
    if how == "year" and variable.type in DATES:
        return by_text(lambda cell, text: cells.year(text)), replace(bare, type="int")
    if how == "area" and variable.type in PLACES:
        return _coarse, replace(bare, type="geopoint")
    return by_text(lambda cell, text: cells.MASK), replace(bare, type="string")


def _coarse(values: list[Value]) -> list[Value]:
    return [_area(one) for one in values]


def _area(value: Value) -> Value:
    """The middle of a line or area; None for what is no place."""
    points = [value] if value.__class__ is list else line_points(value)
    if not points:
        return None
    return cells.area([sum(one[at] for one in points) / len(points) for at in (0, 1)])


def _with_keys(work: Work, key: bytes) -> Work:
    """The same, with pseudonyms in place of instanceIDs in the keys of all tables."""
    def apply(batch: Batch, tally: Tally | None) -> Batch:
        names = {one: cells.pseudonym(one, key) for one in dict.fromkeys(batch.root.instances)}
        found = work.apply(batch, tally)
        tables = {}
        for path, rows in found.tables.items():
            edits = {}
            for id in KEYS:
                if id in rows.cells:
                    edits[id] = [_keyed(cell, instance, names[instance])
                                 for cell, instance in zip(rows.cells[id], rows.instances, strict=True)]
            tables[path] = changed(rows, edits, tally) if edits else rows
        return Batch(tables)
    tables = work.ground.tables
    both = frozenset((path, id) for path in tables for id in (KEY, PARENT_KEY) if tables[path].variable(id))
    return Work(work.ground, apply, work.reads | both, work.writes | both)


def _keyed(cell: Value, instance: str, name: str) -> Value:
    text = value_text(cell)
    return name + text[len(instance):] if text.startswith(instance) else cell


STEPS = {"protect": protect}
