"""Conditions about what the server knows of a submission or an entity: what $filter says, as a tree.

Must not know the database or the text it came from. Unknown stands beside true and false, as in SQL.
Next: `store/queries/conditions` turns the tree into SQL.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

NUMBER, TEXT, MOMENT = "number", "text", "moment"
FIELDS: Mapping[str, str] = {
    "__id": TEXT, "__system/submissionDate": MOMENT, "__system/updatedAt": MOMENT, "__system/deletedAt": MOMENT,
    "__system/submitterId": NUMBER, "__system/reviewState": TEXT, "__system/deviceId": TEXT,
    "__system/edits": NUMBER, "__system/attachmentsPresent": NUMBER, "__system/attachmentsExpected": NUMBER,
}
ENTITY_FIELDS: Mapping[str, str] = {
    "__id": TEXT, "__system/createdAt": MOMENT, "__system/updatedAt": MOMENT, "__system/deletedAt": MOMENT,
    "__system/creatorId": NUMBER, "__system/conflict": TEXT,
}
_KINDS = {**FIELDS, **ENTITY_FIELDS}
PARTS = ("year", "month", "day", "hour", "minute", "second")
DELETED = "__system/deletedAt"
_ORDERED = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}


@dataclass(frozen=True, slots=True)
class Literal:
    """kind: null, boolean, number, text or moment. value: None, bool, int or float, str, aware datetime. text: as it
    was written, without the quotes."""

    kind: str
    value: object
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A key of FIELDS, or of ENTITY_FIELDS."""

    field: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of PARTS of a moment in UTC."""

    part: str
    of: "Literal | Name"


Operand = Literal | Name | Part


@dataclass(frozen=True, slots=True)
class Compare:
    """op: eq ne lt le gt ge. eq and ne take null as a value like any other; the others are unknown beside it."""

    op: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    of: "Condition"


@dataclass(frozen=True, slots=True)
class Both:
    """All of these, two at least."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """Any of these, two at least."""

    parts: "tuple[Condition, ...]"


Condition = Compare | Not | Both | Either | Literal  # of literals true and false alone


def fields_of(condition: Condition) -> set[str]:
    """The fields it asks about; when DELETED is one of them, the trash is not left out beforehand."""
    if isinstance(condition, Both | Either):
        return set().union(*map(fields_of, condition.parts))
    if isinstance(condition, Not):
        return fields_of(condition.of)
    sides = (condition.left, condition.right) if isinstance(condition, Compare) else ()
    inner = (one.of if isinstance(one, Part) else one for one in sides)
    return {one.field for one in inner if isinstance(one, Name)}


def kind_of(operand: Operand) -> str:
    """The kind of an operand's value: null, boolean, number, text or moment."""
    if isinstance(operand, Name):
        return _KINDS[operand.field]
    return NUMBER if isinstance(operand, Part) else operand.kind


def value_of(operand: Operand, facts: Mapping[str, object]):
    """The value of an operand for a submission. facts: {field: value}, moments aware and cut to the millisecond."""
    if isinstance(operand, Literal):
        return operand.value
    value = facts[operand.field] if isinstance(operand, Name) else value_of(operand.of, facts)
    return getattr(value, operand.part) if isinstance(operand, Part) and isinstance(value, datetime) else value


def compared(op: str, left, right) -> bool | None:
    """Whether a comparison is true; None for unknown, beside null."""
    if op in ("eq", "ne"):
        return (left == right) is (op == "eq")
    return None if left is None or right is None else _ORDERED[op](left, right)


def holds(condition: Condition, facts: Mapping[str, object]) -> bool | None:
    """Whether it is true of a submission, None for unknown: what `store/queries/conditions` says in SQL."""
    if isinstance(condition, Literal):
        return condition.value
    if isinstance(condition, Compare):
        return compared(condition.op, value_of(condition.left, facts), value_of(condition.right, facts))
    if isinstance(condition, Not):
        inner = holds(condition.of, facts)
        return None if inner is None else not inner
    deciding = isinstance(condition, Either)
    found = [holds(one, facts) for one in condition.parts]
    return deciding if deciding in found else None if None in found else not deciding
