"""Steps on the columns themselves: names, order, which there are, how much they say about people. No cell changes.

Must not know what hides cells: that is `privacy`.
"""

from dataclasses import replace

from collector.domain.cleaning.ground import KEYS, Gone, Ground
from collector.domain.cleaning.settings import EVERY, Classify, Drop, Order, Rename
from collector.domain.cleaning.steps.texts import places
from collector.domain.cleaning.steps.work import Work
from collector.domain.tabular.shape import INTERNAL, OPEN, Batch, Rows


def rename(settings: Rename, ground: Ground) -> Work:
    """Another name or label."""
    path, variable = ground.find(settings.column)
    if variable.is_fact and settings.to:
        raise Gone(f"«{variable.name}» no cambia de nombre: las tablas se unen por él.",
                   f"“{variable.name}” keeps its name: tables are joined by it.")
    to = settings.to.strip() or variable.name
    if any(one.name == to and one.id != variable.id for one in ground.tables[path].variables):
        raise Gone(f"Ya hay otra columna «{to}». Escriba otro nombre.",
                   f"There is another column “{to}” already. Write another name.")
    earlier = variable.earlier_names
    if to != variable.name:
        earlier = (*(one for one in earlier if one != to), variable.name)
    after = replace(variable, name=to, labels={**variable.labels, **dict(settings.label)}, earlier_names=earlier)
    return Work(ground.replaced({variable.id: after}), untouched)


def order(settings: Order, ground: Ground) -> Work:
    """These first."""
    wanted: dict[str, list[str]] = {}
    for path, id in places(ground, settings.columns):
        wanted.setdefault(path, []).append(id)
    tables = dict(ground.tables)
    for path, ids in wanted.items():
        table = tables[path]
        rest = [one for one in table.variables if one.id not in ids]
        tables[path] = table.with_variables([*(table.variable(id) for id in ids), *rest])
    return Work(replace(ground, tables=tables), untouched)


def drop(settings: Drop, ground: Ground) -> Work:
    """Without these."""
    if any(id in KEYS for id in settings.columns):
        raise Gone("KEY une las tablas y no se quita aquí. Con el paso protect puede ponerle un seudónimo.",
                   "KEY joins the tables and is not dropped here. The step protect can put a pseudonym in its place.")
    return dropped(ground, places(ground, settings.columns))


def dropped(ground: Ground, gone: list[tuple[str, str]], reads=frozenset()) -> Work:
    """Work that leaves columns out. gone: (table, id)."""
    tables = dict(ground.tables)
    by_table: dict[str, set[str]] = {}
    for path, id in gone:
        by_table.setdefault(path, set()).add(id)
    for path, ids in by_table.items():
        tables[path] = tables[path].with_variables(one for one in tables[path].variables if one.id not in ids)

    def apply(batch: Batch, _tally) -> Batch:
        found = dict(batch.tables)
        for path, ids in by_table.items():
            rows = found.get(path)
            if rows is not None and not ids.isdisjoint(rows.cells):
                found[path] = Rows(rows.numbers, rows.instances, rows.keys, rows.parents,
                                   {id: values for id, values in rows.cells.items() if id not in ids})
        return Batch(found)
    return Work(replace(ground, tables=tables), apply, reads)


def classify(settings: Classify, ground: Ground) -> Work:
    """How much they say about people. Whoever calls a column open or internal says that what it was made of does not
    show in it."""
    if EVERY in settings.columns:
        chosen = [one.id for table in ground.tables.values() for one in table.variables]
    else:
        chosen = [id for _, id in places(ground, settings.columns)]
    after = ground
    for path, table in ground.tables.items():
        if any(one.id in chosen for one in table.variables):
            after = replace(after, tables={**after.tables, path: table.with_variables(
                replace(one, privacy=settings.privacy) if one.id in chosen else one for one in table.variables)})
    if settings.privacy in (OPEN, INTERNAL) and EVERY not in settings.columns:
        after = replace(after, origins={id: made for id, made in after.origins.items() if id not in chosen})
    return Work(after, untouched)


def untouched(batch: Batch, _tally) -> Batch:
    """No cell changes."""
    return batch


STEPS = {"rename": rename, "order": order, "drop": drop, "classify": classify}
