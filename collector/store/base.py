"""Room for what all tables share: the declarative base, names of constraints, column types.

It must not know Flask or any table. Tables import it; `web/extensions` hands its metadata to the migrations.
"""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from collector.domain import problems

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)


class Words(TypeDecorator):
    """Text that every database can store and orders alike: no U+0000 or lone surrogates, collation C.

    Raises 400.22 on binding, so that SQLite and PostgreSQL refuse the same texts.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return Text(collation="C") if dialect.name == "postgresql" else dialect.type_descriptor(Text())

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if "\x00" in value or not _encodes(value):
            raise problems.unstorable(value)
        return value


def _encodes(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


class Moment(TypeDecorator):
    """An aware UTC time. SQLite keeps it as sortable text without an offset."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect):
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect):
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Number = BigInteger().with_variant(Integer, "sqlite")
