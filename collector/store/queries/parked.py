"""Queries of parked submissions: what phones sent and we could not take.

It must not decide what is parked (`services/intake`) nor admit anything (`services/parking`).
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from collector.store.tables.people import Actor
from collector.store.tables.submissions import Parked, ParkedFile


def find_by_key(session: Session, key: bytes) -> Parked | None:
    """The line that holds this XML already, locked against a twin."""
    return session.scalars(select(Parked).where(Parked.key == key).with_for_update()).first()


def find_parked(session: Session, project_id: int, number: int) -> Parked | None:
    """One line with its XML."""
    return session.scalars(select(Parked).options(undefer(Parked.xml))
                           .where(Parked.id == number, Parked.project_id == project_id)).first()


def add_parked(session: Session, **values) -> Parked:
    """The line added."""
    row = Parked(**values)
    session.add(row)
    session.flush()
    return row


def add_file(session: Session, parked_id: int, name: str, sha256: str) -> None:
    """Nothing; a file of the line, the newest content under a name."""
    row = session.scalars(select(ParkedFile).where(ParkedFile.parked_id == parked_id,
                                                   ParkedFile.name == name)).first()
    if row is None:
        session.add(ParkedFile(parked_id=parked_id, name=name, blob_sha256=sha256))
    else:
        row.blob_sha256 = sha256
    session.flush()


def list_files(session: Session, parked_id: int) -> list[ParkedFile]:
    """The files of a line, by name."""
    return list(session.scalars(select(ParkedFile).where(ParkedFile.parked_id == parked_id)
                                .order_by(ParkedFile.name)))


def list_parked(session: Session, project_id: int, state: str = "waiting", before: int | None = None,
                limit: int = 50, phones: tuple[int, ...] | None = None,
                form_ids: tuple[int, ...] | None = None) -> list[tuple[Parked, str | None]]:
    """(line, name of who sent it), newest first, those with an id below `before`. phones, form_ids: of these alone."""
    query = (select(Parked, Actor.name).outerjoin(Actor, Actor.id == Parked.submitter_id)
             .where(Parked.project_id == project_id, Parked.state == state).order_by(Parked.id.desc()).limit(limit))
    if before is not None:
        query = query.where(Parked.id < before)
    query = query.where(*_of(phones, form_ids))
    return [(row, name) for row, name in session.execute(query)]


def count_waiting(session: Session, project_id: int, phones: tuple[int, ...] | None = None,
                  form_ids: tuple[int, ...] | None = None) -> int:
    """How many lines of the project wait for somebody. phones, form_ids: of these alone."""
    return session.scalar(select(func.count(Parked.id)).where(
        Parked.project_id == project_id, Parked.state == "waiting", *_of(phones, form_ids)))


def _of(phones: tuple[int, ...] | None, form_ids: tuple[int, ...] | None):
    if phones is not None:
        yield Parked.submitter_id.in_(phones)
    if form_ids is not None:
        yield Parked.form_id.in_(form_ids)
