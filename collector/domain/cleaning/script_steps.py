"""The steps of a recipe over whole tables in memory, one function for each type: what exported scripts are made of.

It must not know the classes of this project: a script carries this text and needs the standard library alone.
`script` writes the calls; a test runs them and compares with what `running` gives.
"""

from hashlib import blake2b

from collector.domain.cleaning import cells as one_cell
from collector.domain.values import PARSERS, line_points, parse_value, value_text

TEXTS = ("string", "barcode", "intent")
SEVERAL = ("select", "rank")
KEY, PARENT_KEY = "fact:KEY", "fact:PARENT_KEY"
REVIEW_STATE = "fact:ReviewState"


class Table:
    """A table in columns. columns: [id, name, type, earlier names ...] in order; cells: id -> values;
    keys, parents, instances: of the rows as they were sent."""

    def __init__(self, path, parent, columns, keys, parents, instances, cells):
        self.path, self.parent, self.columns = path, parent, columns
        self.keys, self.parents, self.instances, self.cells = keys, parents, instances, cells
        self.raw = dict(cells)

    def column(self, id):
        return next((one for one in self.columns if one[0] == id), None)

    def keep(self, mask):
        def pick(values):
            return [value for value, stays in zip(values, mask, strict=True) if stays]
        self.keys, self.parents, self.instances = pick(self.keys), pick(self.parents), pick(self.instances)
        self.cells = {id: pick(values) for id, values in self.cells.items()}
        self.raw = {id: pick(values) for id, values in self.raw.items()}


def starts(key):
    """The keys of what lies around a row: 'a/b[1]' of 'a/b[1]/c[2]', then 'a'."""
    while "/" in key:
        key = key.rpartition("/")[0]
        yield key


class Data:
    """All tables by path, root first. guards: id -> what protects later values of the column."""

    def __init__(self, tables, key=b""):
        self.tables = {one.path: one for one in tables}
        self.guards = {}
        self.key = key

    def table_of(self, id):
        return next(one for one in self.tables.values() if one.column(id))

    def type_of(self, id):
        return self.table_of(id).column(id)[2]

    def change(self, id, function, type=None):
        """Puts every answered cell of a column through a function of (cell, text)."""
        table = self.table_of(id)
        table.cells[id] = [None if one is None else function(one, value_text(one)) for one in table.cells[id]]
        if type:
            table.column(id)[2] = type

    def add(self, path, id, name, type, values, behind=None):
        table = self.tables[path]
        ids = [one[0] for one in table.columns]
        at = ids.index(behind) + 1 if behind in ids else len(ids)
        while at and behind not in ids and ids[at - 1].startswith("fact:"):
            at -= 1
        table.columns.insert(at, [id, name, type])
        table.cells[id] = values

    def leave_out(self, path, mask):
        """Takes rows out, and all that lie below them."""
        table = self.tables[path]
        gone = {key for key, stays in zip(table.keys, mask, strict=True) if not stays}
        table.keep(mask)
        for below in self.tables.values():
            if gone and below.path.startswith(path + "/"):
                below.keep([not any(around in gone for around in starts(key)) for key in below.keys])

    def guarded(self, id, value):
        guard = self.guards.get(id)
        return value if guard is None or value is None else guard(value, value_text(value))


def keep_states(data, states):
    root = data.tables[""]
    data.leave_out("", [(one or "received") in states for one in root.cells[REVIEW_STATE]])


def trim(data, columns, inner=True):
    _texts(data, columns, one_cell.trimmed_inside if inner else one_cell.trimmed)


def case(data, columns, to):
    _texts(data, columns, one_cell.CASES[to])


def accents(data, columns, how="nfc"):
    _texts(data, columns, one_cell.without_accents if how == "strip" else one_cell.composed)


def _texts(data, columns, function):
    for id in columns:
        data.change(id, lambda cell, text: function(cell) if isinstance(cell, str) else cell)


def recode(data, column, map, others="keep"):
    _by_pairs(data, column, column, map, others == "blank")


def merge(data, column, names, to):
    _by_pairs(data, column, column, dict.fromkeys(names, to), False)


def map_table(data, column, rows, into="", missing="keep", folded=False):
    pairs = {one_cell.folded(before) if folded else before: after for before, after in rows}
    target = column
    if into:
        target = "new:" + into
        table = data.table_of(column)
        data.add(table.path, target, into, "string", list(table.cells[column]), behind=column)
    _by_pairs(data, column, target, pairs, missing == "blank", folded)


def _by_pairs(data, column, target, pairs, blank, folded=False):
    kind = data.type_of(target)

    def seen(text):
        found = pairs.get(one_cell.folded(text) if folded else text)
        return found if found is not None or blank else text

    def change(cell, text):
        if kind in SEVERAL:
            whole = pairs.get(text) if " " in text else None
            names = [whole] if whole is not None else [seen(name) for name in text.split()]
            return " ".join(dict.fromkeys(one for one in names if one)) or None
        found = seen(text)
        return None if found is None else cell if found == text else parse_value(kind, found)
    empty = parse_value(kind, pairs.get("", ""))
    table = data.table_of(target)
    before = table.cells[target]
    data.change(target, change)
    if empty is not None:
        table.cells[target] = [empty if old is None else new
                               for old, new in zip(before, table.cells[target], strict=True)]


def parse_number(data, columns, decimal=".", thousands="", whole=False):
    def read(cell, text):
        if not isinstance(cell, str):
            return int(cell) if whole and isinstance(cell, float) and cell.is_integer() else cell
        found = one_cell.number_of(text, decimal, thousands, whole)
        return cell if found is None else found
    for id in columns:
        data.change(id, read, "int" if whole else "decimal")


def parse_date(data, columns, formats):
    patterns = [one_cell.date_pattern(one) for one in formats]
    for id in columns:
        data.change(id, lambda cell, text: one_cell.date_of(text, patterns) or cell,
                    "dateTime" if any("%H" in one for one in formats) else "date")


def parse_point(data, column, other="", order="lat_lon", format="decimal", into=""):
    def read(cell, text):
        if isinstance(cell, list):
            return cell
        return one_cell.point_of(text, order, format) or (None if into else cell)
    table = data.table_of(column)
    first = table.cells[column]
    if other:
        found = []
        for one, two in zip(first, table.cells[other], strict=True):
            if one is None or two is None:
                found.append(None if into else one)
            else:
                found.append(read(one, f"{value_text(one)}; {value_text(two)}"))
    else:
        found = [None if one is None else read(one, value_text(one)) for one in first]
    if into:
        data.add(table.path, "new:" + into, into, "geopoint", found, behind=column)
    else:
        table.cells[column], table.column(column)[2] = found, "geopoint"


def fix_cell(data, record, column, value, key="", before=None):
    table = data.table_of(column)
    wanted = f"{record}/{key}" if key else record
    if wanted in table.keys:
        at = table.keys.index(wanted)
        if before is None or value_text(table.raw[column][at]) == before:
            table.cells[column] = list(table.cells[column])
            table.cells[column][at] = data.guarded(column, parse_value(data.type_of(column), value))


def deduplicate(data, columns, keep="first", folded=True, apart=()):
    """Rows stand newest first, as the server writes them."""
    root = data.tables[""]
    parts = [[(one_cell.folded if folded else str)(value_text(one)) for one in root.cells[id]] for id in columns]
    counts = {}
    if keep == "fullest":
        for table in data.tables.values():
            for id, *_ in table.columns:
                if not id.startswith("fact:"):
                    for instance, value in zip(table.instances, table.cells[id], strict=True):
                        counts[instance] = counts.get(instance, 0) + (value is not None)
    best, losers = {}, set()
    for at, texts in enumerate(zip(*parts, strict=True)):
        if root.instances[at] in apart or not all(texts):
            continue
        rank = counts.get(root.instances[at], 0)
        if keep == "approved":
            rank = root.cells[REVIEW_STATE][at] == "approved"
        rank = (rank, -at if keep == "last" else at)
        name = blake2b("\x1f".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        if name in best and best[name] > (rank, at):
            losers.add(at)
        else:
            losers.update([best[name][1]] if name in best else [])
            best[name] = (rank, at)
    data.leave_out("", [at not in losers for at in range(len(root.keys))])


def rename(data, column, to):
    """Its earlier names stand behind its type: expressions may still use them."""
    own = data.table_of(column).column(column)
    if to != own[1]:
        own.append(own[1])
        own[1] = to


def order(data, columns):
    for table in data.tables.values():
        first = [table.column(id) for id in columns if table.column(id)]
        table.columns = first + [one for one in table.columns if one not in first]


def drop(data, columns):
    for table in data.tables.values():
        table.columns = [one for one in table.columns if one[0] not in columns]
        table.cells = {id: values for id, values in table.cells.items() if id not in columns}


def protect(data, columns, how):
    """columns: also all that were made of those that a recipe names."""
    if how == "pseudonym" and not data.key:
        raise SystemExit("Falta la clave de los seudónimos: COLLECTOR_PSEUDONYM_KEY o --key. / The key is missing.")
    if how == "drop":
        return drop(data, columns)
    for id in columns:
        if id in (KEY, PARENT_KEY):
            continue
        change, type = _protection(data.type_of(id), how, data.key)
        data.guards[id] = change
        data.change(id, change, type)
    if KEY in columns:
        _hide_keys(data)
    return None


def _protection(type, how, key):
    if how == "pseudonym":
        return lambda cell, text: one_cell.pseudonym(text, key), "string"
    if how == "month" and type in ("date", "dateTime"):
        return lambda cell, text: one_cell.month(text), "string"
    if how == "year" and type in ("date", "dateTime"):
        return lambda cell, text: one_cell.year(text), "int"
    if how == "area" and type in ("geopoint", "geotrace", "geoshape"):
        return lambda cell, text: _area(cell), "geopoint"
    return lambda cell, text: one_cell.MASK, "string"


def _area(cell):
    points = [cell] if isinstance(cell, list) else line_points(cell)
    if not points:
        return None
    return one_cell.area([sum(one[at] for one in points) / len(points) for at in (0, 1)])


def _hide_keys(data):
    for table in data.tables.values():
        for id in (KEY, PARENT_KEY):
            if id in table.cells:
                names = {one: one_cell.pseudonym(one, data.key) for one in table.instances}
                table.cells[id] = [names[instance] + value[len(instance):] if value.startswith(instance) else value
                                   for value, instance in zip(table.cells[id], table.instances, strict=True)]


def read_cells(type, columns):
    """Cells of one column of a CSV file, or of the four of a point: no answer is None."""
    if type == "geopoint":
        return points_of(columns)
    parse = PARSERS.get(type)
    return [None if not one else one if parse is None else parse(one) for one in columns[0]]


def points_of(columns):
    """Points of the four columns they stand in; what is no point stays the text that it is."""
    found = []
    for parts in zip(*columns, strict=True):
        text = " ".join(part for part in parts if part)
        cell = parse_value("geopoint", text) if text else None
        if isinstance(cell, list) and parts[0] and parts[1]:
            cell = [float(part) if part else None for part in parts]
        else:
            cell = parts[0] or None
        found.append(cell)
    return found
