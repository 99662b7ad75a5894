"""Rows of one table, column by column -> a Parquet file with real types, categories and labels.

Must not know the database, recipes or who asks; what it holds in memory is one group of rows.
Next: services/building puts the file into the package.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from collector.domain.tabular.layout import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MOMENT,
    TEXT,
    TIME,
    OutColumn,
    laid_out,
)
from collector.domain.tabular.moments import as_date, as_moment, as_time
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows
from collector.domain.values import value_text

GROUP = 200_000  # cells of a group of rows: some 5 MB of columns, and rows enough for readers to skip by
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary, manner: Manner,
          names: list[str] | None = None) -> int:
    """The number of rows written. names: of the columns, in the order of `laid_out`.

    Dates, times and moments (UTC) are such; one choice is a dictionary; a column with a cell that is not of its kind
    is text throughout. The label, the values with their labels and the id stand in the metadata of each column.
    """
    import pyarrow
    from pyarrow import parquet

    pyarrow.set_memory_pool(pyarrow.system_memory_pool())  # the others keep 50 MB for themselves
    columns = laid_out(table, manner)
    kinds = [one.kind if summary.of(one.variable.id).fits else TEXT for one in columns]
    schema = pyarrow.schema([
        pyarrow.field(name, _type(pyarrow, column, kind), metadata=_metadata(column))
        for name, column, kind in zip(names or [one.name for one in columns], columns, kinds, strict=True)])
    most, count = max(1000, GROUP // max(len(columns), 1)), 0
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        group: list = []
        for rows in pieces():
            group.append(_packed(pyarrow, schema, columns, kinds, rows))
            count += len(rows)
            if sum(one.num_rows for one in group) >= most:
                writer.write_table(_gathered(pyarrow, group, schema))
        if group:
            writer.write_table(_gathered(pyarrow, group, schema))
    return count


def _gathered(pyarrow, group: list, schema):
    whole = pyarrow.Table.from_batches(group, schema).unify_dictionaries().combine_chunks()
    group.clear()
    return whole


def _type(pyarrow, column: OutColumn, kind: str):
    if kind == TEXT:
        return pyarrow.dictionary(pyarrow.int32(), pyarrow.string()) if column.categories else pyarrow.string()
    return {INTEGER: pyarrow.int64(), DECIMAL: pyarrow.float64(), BOOLEAN: pyarrow.bool_(), DATE: pyarrow.date32(),
            TIME: pyarrow.time64("us"), MOMENT: pyarrow.timestamp("us", tz="UTC")}[kind]


def _metadata(column: OutColumn) -> dict[str, str]:
    found = {"label": column.label, "name": column.name, "id": column.variable.id, "type": column.variable.type}
    if column.categories:
        found["value_labels"] = json.dumps(column.categories, ensure_ascii=False)
    return {key: _sound(text) for key, text in found.items()}


def _packed(pyarrow, schema, columns: list[OutColumn], kinds: list[str], rows: Rows):
    """One batch of rows as Arrow columns."""
    arrays = []
    for field, column, kind in zip(schema, columns, kinds, strict=True):
        cells = column.cells(rows)
        if kind == TEXT and column.categories:
            arrays.append(_dictionary(pyarrow, field.type, _texts(pyarrow, cells), column.categories))
        elif kind == TEXT:
            arrays.append(_texts(pyarrow, cells))
        else:
            array = pyarrow.array(_TYPED[kind](cells), field.type)
            if array.null_count != cells.count(None):
                raise ValueError(f"{column.name}: not every cell is of kind {kind}, as its summary says")
            arrays.append(array)
    return pyarrow.record_batch(arrays, schema=schema)


def _texts(pyarrow, cells: list):
    try:
        return pyarrow.array(cells, pyarrow.string())
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, UnicodeEncodeError):
        return pyarrow.array([None if one is None else _sound(value_text(one)) for one in cells], pyarrow.string())


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _dictionary(pyarrow, type, texts, categories: dict[str, str]):
    """The categories first, in their order; then what was answered besides, as it comes."""
    import pyarrow.compute as compute

    known = pyarrow.array([_sound(one) for one in categories], pyarrow.string())
    others = compute.unique(texts).drop_null()
    others = others.filter(compute.invert(compute.is_in(others, value_set=known)))
    values = pyarrow.concat_arrays([known, others])
    return pyarrow.DictionaryArray.from_arrays(compute.index_in(texts, value_set=values), values)


def _floats(cells: list) -> list:
    return [None if one is None else float(one) for one in cells]


def _moments(cells: list) -> list:
    """Microseconds since 1970 in UTC; what names no zone is taken to be in UTC."""
    found = []
    for one in cells:
        moment = as_moment(one)
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        found.append(None if moment is None else (moment - _EPOCH) // _TICK)
    return found


_TYPED = {
    INTEGER: lambda cells: cells, BOOLEAN: lambda cells: cells, DECIMAL: _floats, MOMENT: _moments,
    DATE: lambda cells: [as_date(one) for one in cells], TIME: lambda cells: [as_time(one) for one in cells],
}
