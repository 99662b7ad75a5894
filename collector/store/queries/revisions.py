"""Queries of how the database is made: which change of the tables it holds and which is the newest.

It must not change anything; Flask-Migrate does. `services/condition` compares the two.
"""

import functools
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

FOLDER = Path(__file__).resolve().parents[3] / "migrations"


@functools.cache
def newest() -> str:
    """The newest revision of the chain, by the number that its file's name begins with."""
    return max(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*_*.py"))


def find_revision(session: Session) -> str | None:
    """The revision that the database holds. Fails on a database without any table."""
    return session.scalar(text("SELECT version_num FROM alembic_version"))
