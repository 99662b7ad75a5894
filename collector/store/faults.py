"""Room that turns what a database complains about into Problems.

It must not decide anything; `services/unit` calls it when a transaction fails.
"""

import re

from sqlalchemy import exc

from collector.domain import problems

_SQLITE = re.compile(r"UNIQUE constraint failed: (.+)")
_POSTGRES = re.compile(r"Key \((.+?)\)=\((.+?)\) already exists", re.DOTALL)
_FULL = ("disk is full", "disk I/O error", "No space left", "could not extend file")


def as_problem(fault: exc.SQLAlchemyError) -> problems.Problem | None:
    """The Problem that a database error means, or None when it is our bug."""
    text = str(getattr(fault, "orig", fault))
    if isinstance(fault, exc.StatementError) and isinstance(fault.orig, problems.Problem):
        return fault.orig
    if isinstance(fault, exc.IntegrityError):
        if found := _SQLITE.search(text):
            fields = [part.strip().rpartition(".")[2] for part in found.group(1).split(",")]
            return problems.not_unique(fields, [])
        if found := _POSTGRES.search(text):
            return problems.not_unique(found.group(1).split(", "), found.group(2).split(", "))
    if isinstance(fault, exc.OperationalError) and any(word in text for word in _FULL):
        return problems.disk_full()
    if isinstance(fault, exc.TimeoutError) or (isinstance(fault, exc.OperationalError) and _passes(fault, text)):
        return problems.busy()
    if isinstance(fault, exc.DataError):
        return problems.unstorable("", "text")
    return None


def _passes(fault: exc.OperationalError, text: str) -> bool:
    """Whether the same work may succeed later: another one holds the lock, or PostgreSQL is away, ending or full.

    None: there was no answer at all. Classes and codes: PostgreSQL, Appendix A. SQLite tells no code.
    """
    code = getattr(fault.orig, "sqlstate", "")
    return "locked" in text or code is None or code[:2] in ("08", "40", "53", "57") or code == "55P03"


def is_retryable(fault: exc.SQLAlchemyError) -> bool:
    """Whether the same work may succeed when it is done again: two writers met.

    23503: what a row points at was swept away a moment ago, or points were made at what was to be swept.
    """
    code = getattr(getattr(fault, "orig", None), "sqlstate", None)
    return code in ("40001", "40P01", "23505", "23503")
