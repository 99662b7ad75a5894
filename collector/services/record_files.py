"""Room of the files of a record: the ledger of what its XML names, opening a file, putting and taking away by hand.

It must not take files from phones (`services/intake`) nor know HTTP. The API and the pages call it.
"""

from dataclasses import dataclass

from collector.domain import problems
from collector.services import blobs, records
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import records as queries
from collector.store.queries import submissions


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A line of the ledger. path: of its question; kind: image, audio, video, file, audit or encrypted;
    blob: None while the file is missing; media_type: as it was declared."""

    name: str
    path: str
    kind: str
    blob: Blob | None
    media_type: str | None = None


def list_files(unit: UnitOfWork, record) -> list[RecordFile]:
    """The files that a record or version found by `services/records` names, in the order of its XML."""
    return [_line(*row) for row in queries.list_ledger(unit.session, record.version.id)]


def find_file(unit: UnitOfWork, record, name: str) -> RecordFile:
    """A file that is here, of a record or version found by `services/records`. Raises 404.1."""
    found = queries.find_line(unit.session, record.version.id, name)
    if found is None or found[1] is None:
        raise problems.not_found(f"El archivo «{name}»", f"The file {name}")
    return _line(*found)


def open_file(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str,
              draft: bool = False) -> RecordFile:
    """A file of the current version; `blobs.open_blob` streams its blob. Raises 404.1, 403.1."""
    return find_file(unit, records.find_record(unit, project_id, xml_form_id, instance_id, draft), name)


def require_place(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str,
                  draft: bool = False) -> None:
    """Nothing, when the record names this file and the actor may put it. Raises 404.1, 403.1."""
    _place(unit, project_id, xml_form_id, instance_id, name, draft, adding=True)


def put_file(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str, blob: Blob | None,
             draft: bool = False, version_id: str | None = None, media_type: str = "") -> None:
    """Nothing; the file of the current version, or of the one of that instanceID, is this blob, or missing again when
    it is None.

    Raises 404.1, 403.1. What a phone brought stays in the event and in the blob store.
    """
    record, version, line = _place(unit, project_id, xml_form_id, instance_id, name, draft, version_id,
                                   adding=blob is not None)
    if blob is None and line.blob_sha256 is None:
        raise problems.not_found(f"El archivo «{name}»", f"The file {name}")
    sha256 = None if blob is None else blobs.keep(unit, blob).sha256
    before = line.blob_sha256
    submissions.mark_file(unit.session, line.id, sha256, unit.now(), media_type or None)
    unit.record("submission.attachment.update", project_id=project_id, form_id=record.submission.form_id,
                submission_id=record.submission.id,
                details={"versionId": version.id, "instanceId": version.instance_id,
                         "files": [{"name": name, "sha256": sha256, "before": before}]})


def _place(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str, draft: bool,
           version_id: str | None = None, adding: bool = False):
    """(record, version, line of its ledger)

    Whoever sent a record, and nobody changed it since, may bring the files that it still lacks, as phones do.
    """
    own = False
    try:
        record = records.find_record(unit, project_id, xml_form_id, instance_id, draft, "submission.update")
    except problems.Problem as problem:
        if problem.status != 403 or not adding or unit.actor.id is None:
            raise
        record, own = records.find_record(unit, project_id, xml_form_id, instance_id, draft, "submission.create"), True
    version = (record if version_id is None else records.find_edition(unit, record, version_id)).version
    if own and not record.submission.submitter_id == version.submitter_id == unit.actor.id:
        raise problems.no_right()
    found = queries.find_line(unit.session, version.id, name)
    if found is None:
        raise problems.not_found(f"Un archivo «{name}» en este registro", f"A file {name} in this submission")
    if own and found[0].blob_sha256 is not None:
        raise problems.no_right()
    return record, version, found[0]


def _line(row, blob) -> RecordFile:
    kept = None if blob is None else Blob(blob.sha256, blob.md5, blob.size)
    return RecordFile(row.name, row.path, row.kind, kept, row.media_type)
