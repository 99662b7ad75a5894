"""Room of what rules beyond the form read of a submission: its rows and files, answers in their place, combinations.

It must not judge (`rule_judging`) nor know the database.
`services/rule_reading` makes what is read here; judging, the index of values and dry runs compare by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from collector.domain.columns import Column
from collector.domain.folded import fold
from collector.domain.rules import Definition, Unique, paths_of
from collector.domain.values import Value, value_text

COMPARED = 200  # letters of a value that count when two are compared: what the index of values holds


@dataclass(frozen=True, slots=True)
class Row:
    """A flat row: key '' for the root, 'g/hijos[2]' for a repeat; values by position of the column."""

    key: str
    values: list[Value]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a submission."""

    name: str
    path: str
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What is judged: the rows of a submission by path of their table, its files that are here, when it came.

    number: of the submission; device: the phone that it came from as it names itself, '' where it did not.
    """

    root_name: str
    rows: Mapping[str, list[Row]]
    files: tuple[SentFile, ...] = ()
    received_at: datetime | None = None
    number: int = 0
    device: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in its place. ref: absolute, with [n] on repeats."""

    ref: str
    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class Combination:
    """Answers that are compared together. ref: of the first; mark: alike where all are; texts: as answered."""

    ref: str
    mark: str
    texts: tuple[str, ...]


def compared(value: Value) -> str:
    """The value as two are compared: without case, accents and surplus space, as the index of values holds it."""
    return fold(str(value))[:COMPARED]


def answers_at(sent: Sent, columns: Mapping[str, Column], path: str) -> Iterator[Answer]:
    """The answers to a field, in order; none where it was not answered."""
    column = columns.get(path)
    if column is None:
        return
    below = path[len(column.table):]
    for row in sent.rows.get(column.table, ()):
        value = row.values[column.position] if column.position < len(row.values) else None
        if value is not None:
            step = f"/{row.key}" if row.key else ""
            yield Answer(f"/{sent.root_name}{step}{below}", row.key, value)


def tables_of(definition: Definition, columns: Mapping[str, Column]) -> set[str]:
    """The tables whose rows a rule of this definition reads."""
    return {columns[path].table for path in paths_of(definition) if path in columns}


def combinations_of(rule: Unique, sent: Sent, columns: Mapping[str, Column]) -> list[Combination]:
    """What a unique rule compares, one for each row that its fields stand in; none where one of them is empty.

    Fields outside a repeat combine with each of its rows.
    """
    paths = [rule.field, *rule.also]
    if any(path not in columns for path in paths):
        return []
    answers = {path: {one.key: one for one in answers_at(sent, columns, path)} for path in paths}
    innermost = max(paths, key=lambda path: len(columns[path].table))
    found = []
    for key in answers[innermost]:
        parts = [_nearest(answers[path], key) for path in paths]
        texts = [compared(one.value) if one else "" for one in parts]
        if rule.also and not all(texts):
            continue
        found.append(Combination(parts[0].ref, _mark(texts), tuple(value_text(one.value) for one in parts)))
    return found


def _nearest(answers: Mapping[str, Answer], key: str) -> Answer | None:
    """The answer of this row, or of the nearest one around it."""
    while key and key not in answers:
        key = key.rpartition("/")[0]
    return answers.get(key)


def _mark(texts: list[str]) -> str:
    """A value stands for itself; several for what only the same several make."""
    if len(texts) == 1:
        return texts[0]
    return blake2b("\x1f".join(texts).encode("utf-8", "replace"), digest_size=16).hexdigest()
