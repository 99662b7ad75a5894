"""A small form with repeats three deep, its rows, and short ways to clean them."""

from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe
from collector.domain.cleaning.running import Circumstances, Cleaning
from collector.domain.tabular.shape import FACT, Batch, Category, DataTable, Rows, Variable

KEY = b"una clave de prueba de 32 bytes."
WITH_KEY = Circumstances(pseudonym_key=KEY)


def choices(*names):
    return tuple(Category(name, {"es": name.capitalize()}) for name in names)


ROOT = DataTable("", "Submissions", None, (
    Variable(FACT + "SubmissionDate", "SubmissionDate", "dateTime"),
    Variable("/nombre", "nombre", "string", {"es": "Nombre"}),
    Variable("/g/edad", "g-edad", "int", {"es": "Edad"}),
    Variable("/g/peso", "g-peso", "decimal"),
    Variable("/cargo", "cargo", "select1", {"es": "Cargo"}, choices("apu", "jefe", "otro")),
    Variable("/usos", "usos", "select", {"es": "Usos"}, choices("agua", "luz", "gas")),
    Variable("/nacido", "nacido", "date"),
    Variable("/lugar", "lugar", "geopoint"),
    Variable("/nota", "nota", "string"),
    Variable("/meta/instanceID", "meta-instanceID", "string"),
    Variable(FACT + "KEY", "KEY", "string"),
    Variable(FACT + "SubmitterName", "SubmitterName", "string"),
    Variable(FACT + "ReviewState", "ReviewState", "string"),
))
CHILDREN = DataTable("/hijos", "hijos", "", (
    Variable("/hijos/alias", "alias", "string"),
    Variable("/hijos/anos", "anos", "int"),
    Variable(FACT + "PARENT_KEY", "PARENT_KEY", "string"),
    Variable(FACT + "KEY", "KEY", "string"),
))
TOYS = DataTable("/hijos/cosas/juguetes", "juguetes", "/hijos", (
    Variable("/hijos/cosas/juguetes/que", "que", "string"),
    Variable(FACT + "PARENT_KEY", "PARENT_KEY", "string"),
    Variable(FACT + "KEY", "KEY", "string"),
))
TABLES = (ROOT, CHILDREN, TOYS)


def rows_of(table, listed):
    """Rows of (number, key, parent, {id: value}); what is not said is empty."""
    numbers = [one[0] for one in listed]
    instances = [f"uuid:{one}" for one in numbers]
    keys, parents = [one[1] for one in listed], [one[2] for one in listed]
    cells = {}
    for variable in table.variables:
        if variable.id == FACT + "KEY":
            values = [f"{one}/{key}" if key else one for one, key in zip(instances, keys, strict=True)]
        elif variable.id == FACT + "PARENT_KEY":
            values = [f"{one}/{up}" if up else one for one, up in zip(instances, parents, strict=True)]
        elif variable.id == "/meta/instanceID":
            values = list(instances)
        elif variable.id == FACT + "SubmissionDate":
            values = [one[3].get(variable.id, "2026-03-01T12:00:00.000Z") for one in listed]
        else:
            values = [one[3].get(variable.id) for one in listed]
        cells[variable.id] = values
    return Rows(numbers, instances, keys, parents, cells)


def batch_of(*records, children=(), toys=()):
    """records: cells of one record each, highest number first; children: (number, place, cells);
    toys: (number, place of the child, place, cells)."""
    count = len(records)
    return Batch({
        "": rows_of(ROOT, [(count - at, "", None, cells) for at, cells in enumerate(records)]),
        CHILDREN.path: rows_of(CHILDREN, [(number, f"hijos[{at}]", "", cells) for number, at, cells in children]),
        TOYS.path: rows_of(TOYS, [(number, f"hijos[{up}]/cosas/juguetes[{at}]", f"hijos[{up}]", cells)
                                  for number, up, at, cells in toys]),
    })


def step(type, /, **settings):
    """A step as somebody types it; with a reason, which one type wants."""
    return {"type": type, "reason": "por una razón",
            "settings": {key.rstrip("_"): value for key, value in settings.items()}}


def recipe(*steps) -> Recipe:
    """The recipe of these steps, once through what is kept of it."""
    read = read_recipe({"steps": list(steps)})
    assert read_recipe(as_plain(read)) == read
    return read


def cleaning(*steps, circumstances=WITH_KEY, tables=TABLES, sound=True) -> Cleaning:
    """The recipe of these steps, ready."""
    made = Cleaning(recipe(*steps), tables, circumstances)
    assert not (sound and made.faults), made.faults
    return made


def clean(batch, *steps, circumstances=WITH_KEY):
    """(the clean batch, the cleaning), over this one batch."""
    made = cleaning(*steps, circumstances=circumstances)
    if made.needs_survey:
        made.survey(batch)
        made.settle()
    return made.clean(batch), made


def column(records, id, *steps, circumstances=WITH_KEY):
    """The cells of a root column after the steps, of records of that one column (or of whole records)."""
    records = [one if isinstance(one, dict) else {id: one} for one in records]
    return clean(batch_of(*records), *steps, circumstances=circumstances)[0].root.cells.get(id)


def plain(batch):
    """A batch as values that can be compared, apart from the lists they stand in."""
    return {path: (list(rows.numbers), list(rows.instances), list(rows.keys), list(rows.parents),
                   {id: [list(one) if isinstance(one, list) else one for one in values]
                    for id, values in rows.cells.items()}) for path, rows in batch.tables.items()}
