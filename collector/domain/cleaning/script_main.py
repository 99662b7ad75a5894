'''The end of an exported script: the zip is read, the recipe runs, the clean zip is written.

It must not be run here: it is text, for a script that reads and writes files, which this floor does not.
`script` puts it behind the steps.
'''

TEXT = r'''
def main(arguments):
    key = environ.get("COLLECTOR_PSEUDONYM_KEY", "")
    if "--key" in arguments:
        at = arguments.index("--key")
        key = arguments[at + 1] if at + 1 < len(arguments) else ""
        del arguments[at:at + 2]
    if len(arguments) != 2:
        sys.exit("Uso / use: python3 limpiar.py crudo.csv.zip limpio.csv.zip [--key CLAVE]")
    csv.field_size_limit(2**31 - 1)
    with zipfile.ZipFile(arguments[0]) as source:
        tables = []
        for one in TABLES:
            tables.append(read_table(source, one, tables[0].keys if tables else []))
    data = Data(tables, bytes.fromhex(key))
    recipe(data)
    with zipfile.ZipFile(arguments[1], "w", zipfile.ZIP_DEFLATED) as target:
        for one in TABLES:
            target.writestr(zipfile.ZipInfo(one["file"], (1980, 1, 1, 0, 0, 0)), written(data.tables[one["path"]]),
                            zipfile.ZIP_DEFLATED)


def read_table(source, about, records):
    """One table of the raw export; ends the script where a file or column is not there. records: instanceIDs."""
    name = next((one for one in source.namelist() if one == about["file"] or one.endswith("/" + about["file"])), None)
    if name is None:
        sys.exit(f"El zip no contiene {about['file']}. / The zip has no {about['file']}.")
    with source.open(name) as file:
        rows = list(csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline="")))
    header = rows.pop(0)
    columns = dict(zip(header, zip(*rows, strict=True) if rows else [()] * len(header), strict=True))
    cells, types = {}, {}
    for id, name, type, *heads in about["columns"]:
        heads = heads[0] if heads else [name]
        if any(one not in columns for one in heads):
            sys.exit(f"{about['file']}: falta la columna {heads[0]}. / The column {heads[0]} is missing.")
        cells[id], types[id] = read_cells(type, [columns[one] for one in heads]), type
    for id, heads in about.get("moved", ()):
        if all(one in columns for one in heads):
            earlier = read_cells(types[id], [columns[one] for one in heads])
            cells[id] = [old if new is None else new for new, old in zip(cells[id], earlier, strict=True)]
    keys = list(cells[KEY])
    parents = list(cells[PARENT_KEY]) if about["path"] else [None] * len(keys)
    known = set(records)
    instances = [instance_of(one, known) for one in keys] if about["path"] else list(keys)
    return Table(about["path"], about["parent"], [list(one[:3]) for one in about["columns"]], keys, parents, instances,
                 cells)


def instance_of(key, known):
    """The record that a row of a repeat belongs to: the longest start of its key that is one."""
    start = key.rpartition("/")[0]
    while start and start not in known:
        start = start.rpartition("/")[0]
    return start


def written(table):
    """The table as CSV, in the shape of the server's own."""
    out = io.StringIO(newline="")
    lines = csv.writer(SimpleNamespace(write=lambda line: out.write(line[:-2] + "\n")), lineterminator="\r\n")
    header, columns = [], []
    taken = {name for id, name, *_ in table.columns if id.startswith("fact:")}
    for id, name, type, *_ in table.columns:
        values = table.cells[id]
        if type == "geopoint":
            for at, part in enumerate(POINT_PARTS):
                header.append(free(f"{name}-{part}", taken))
                columns.append([one[at] if isinstance(one, list) else one if at == 0 else None for one in values])
        else:
            header.append(name if id.startswith("fact:") else free(name, taken))
            columns.append(values)
    lines.writerow(header)
    lines.writerows([value_text(one) if not isinstance(one, float) else repr(one) for one in row]
                    for row in zip(*columns, strict=True))
    return out.getvalue().encode("utf-8", "replace")


def free(name, taken):
    """The name, or name~2 where it is taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}~{number}", number + 1
    taken.add(found)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
'''.strip()
