"""Queries of filters: a tree of `domain/odata/conditions` as a condition on submissions, or on entities.

It must not know how filters are written. Moments count to the millisecond, as they are told to whoever filters.
`queries/odata` and exports narrow by `holds`.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    Integer,
    Text,
    and_,
    cast,
    extract,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    true,
)

from collector.domain.odata.conditions import (
    MOMENT,
    NUMBER,
    TEXT,
    Both,
    Compare,
    Condition,
    Either,
    Literal,
    Name,
    Not,
    Part,
    compared,
    kind_of,
    value_of,
)
from collector.store.base import Moment
from collector.store.tables.entities import Entity
from collector.store.tables.submissions import Submission

_MILLI = timedelta(milliseconds=1)
_PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2), "minute": (15, 2), "second": (18, 2)}
_COLUMNS = {
    "__id": Submission.instance_id, "__system/submissionDate": Submission.created_at,
    "__system/updatedAt": Submission.updated_at, "__system/deletedAt": Submission.deleted_at,
    "__system/submitterId": Submission.submitter_id,
    "__system/reviewState": func.nullif(cast(Submission.review_state, Text), "received"),
    "__system/deviceId": Submission.device_id, "__system/edits": Submission.edits,
    "__system/attachmentsPresent": Submission.files_present,
    "__system/attachmentsExpected": Submission.files_expected,
}
ENTITIES = {
    "__id": Entity.uuid, "__system/createdAt": Entity.created_at, "__system/updatedAt": Entity.updated_at,
    "__system/deletedAt": Entity.deleted_at, "__system/creatorId": Entity.creator_id,
    "__system/conflict": cast(Entity.conflict, Text),
}
_TYPES = {TEXT: Text, MOMENT: Moment}
_TOLD = {"lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__"}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def holds(condition: Condition, dialect: str, columns: dict = _COLUMNS) -> ColumnElement[bool]:
    """Whether it is true of a submission: unknown where SQL says so. dialect: sqlite or postgresql.

    columns: ENTITIES, where it is about an entity.
    """
    if isinstance(condition, Both | Either):
        join = and_ if isinstance(condition, Both) else or_
        return join(*map(partial(holds, dialect=dialect, columns=columns), condition.parts))
    if isinstance(condition, Not):
        return not_(holds(condition.of, dialect, columns))
    if isinstance(condition, Literal):
        return _plain(condition.value)
    return _compare(condition, dialect, columns)


def column_of(field: str, columns: dict = _COLUMNS) -> ColumnElement:
    """The column that a field of conditions is kept in. columns: as for `holds`."""
    return columns[field]


def _plain(truth: bool | None) -> ColumnElement[bool]:
    return cast(null(), Boolean) if truth is None else true() if truth else false()


def _compare(one: Compare, dialect: str, columns: dict) -> ColumnElement[bool]:
    left, right, op = one.left, one.right, one.op
    if _is_fixed(left) and _is_fixed(right):
        return _plain(compared(op, value_of(left, {}), value_of(right, {})))
    if _is_fixed(left):
        left, right, op = right, left, _MIRRORED[op]
    column = _operand(left, dialect, columns)
    if not _is_fixed(right):
        sides = (column, _operand(right, dialect, columns))
        return _of_two(op, *(map(partial(_cut, dialect=dialect), sides) if kind_of(left) == MOMENT else sides))
    value = value_of(right, {})
    if value is None:
        return column.is_(None) if op == "eq" else column.is_not(None) if op == "ne" else _plain(None)
    if isinstance(value, datetime):
        return _of_moment(op, column, value)
    given = literal(value, _type(right, value))
    if op == "eq":
        return and_(column.is_not(None), column == given)
    return or_(column.is_(None), column != given) if op == "ne" else getattr(column, _TOLD[op])(given)


def _of_two(op: str, left: ColumnElement, right: ColumnElement) -> ColumnElement[bool]:
    if op in ("eq", "ne"):
        return left.is_not_distinct_from(right) if op == "eq" else left.is_distinct_from(right)
    return getattr(left, _TOLD[op])(right)


def _of_moment(op: str, column: ColumnElement, value: datetime) -> ColumnElement[bool]:
    """As if what is kept were cut to the millisecond, told by bounds so that an index can answer."""
    first = value.replace(microsecond=value.microsecond // 1000 * 1000)
    whole, after = first == value, first + _MILLI
    if op in ("eq", "ne"):
        same = and_(column.is_not(None), column >= first, column < after) if whole else false()
        return same if op == "eq" else or_(column.is_(None), column < first, column >= after) if whole else true()
    return {"lt": column < (first if whole else after), "le": column < after, "gt": column >= after,
            "ge": column >= (first if whole else after)}[op]


def _cut(column: ColumnElement, dialect: str) -> ColumnElement:
    """A moment cut to the millisecond, to be compared with another one."""
    return func.substr(column, 1, 23) if dialect == "sqlite" else func.date_trunc("milliseconds", column)


def _is_fixed(operand) -> bool:
    return isinstance(operand, Literal) or (isinstance(operand, Part) and isinstance(operand.of, Literal))


def _operand(operand: Name | Part, dialect: str, columns: dict) -> ColumnElement:
    if isinstance(operand, Part):
        moment = columns[operand.of.field]
        if dialect == "sqlite":  # its own functions round, up to the next year
            return cast(func.substr(moment, *_PARTS[operand.part]), Integer)
        return cast(func.floor(extract(operand.part, func.timezone("UTC", moment))), Integer)
    column = columns[operand.field]
    return column.collate("C") if dialect != "sqlite" and kind_of(operand) == TEXT else column


def _type(operand, value):
    if kind_of(operand) == NUMBER:
        return BigInteger() if isinstance(value, int) else Double()
    return _TYPES[kind_of(operand)]()
