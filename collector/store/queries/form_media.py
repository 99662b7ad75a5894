"""Queries of form media: the files a version expects, and which are here.

It must not know how a form names its files (`domain/xform`). `services/publishing` fills, `services/catalogue` reads.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collector.store.tables.blobs import BlobRow
from collector.store.tables.forms import FormMedia

Line = tuple[FormMedia, BlobRow | None]


def list_media(session: Session, version_id: int) -> list[Line]:
    """(expected file, its blob when here) of a version, by name."""
    query = (select(FormMedia, BlobRow).outerjoin(BlobRow, BlobRow.sha256 == FormMedia.blob_sha256)
             .where(FormMedia.version_id == version_id).order_by(FormMedia.name))
    return [(line, blob) for line, blob in session.execute(query)]


def find_media(session: Session, version_id: int, name: str) -> Line | None:
    """(expected file, its blob when here) by its exact name."""
    query = (select(FormMedia, BlobRow).outerjoin(BlobRow, BlobRow.sha256 == FormMedia.blob_sha256)
             .where(FormMedia.version_id == version_id, FormMedia.name == name))
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def which_expect(session: Session, version_ids: list[int]) -> set[int]:
    """Those of these versions that expect any file."""
    return set(session.scalars(select(FormMedia.version_id).where(FormMedia.version_id.in_(version_ids)).distinct()))


def add_expected(session: Session, version_id: int, files: list[tuple[str, str, str | None, str | None]],
                 at: datetime) -> None:
    """Nothing; one line per (name, kind, SHA-256 of the blob or None, its declared media type or None)."""
    session.add_all(FormMedia(version_id=version_id, name=name, kind=kind, blob_sha256=sha256, media_type=media_type,
                              updated_at=at if sha256 else None) for name, kind, sha256, media_type in files)
    session.flush()


def fill(session: Session, line: FormMedia, sha256: str | None, media_type: str | None, at: datetime) -> None:
    """Nothing; the file is this blob from now on, or missing."""
    line.blob_sha256, line.dataset_id, line.media_type = sha256, None, media_type
    line.updated_at = at
    session.flush()


def link(session: Session, line: FormMedia, dataset_id: int | None, at: datetime) -> None:
    """Nothing; the file is taken from this entity list from now on, or from none."""
    line.dataset_id = dataset_id
    if dataset_id is not None:
        line.blob_sha256 = None
    line.updated_at = at
    session.flush()
