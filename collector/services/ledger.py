"""Room of the ledger of files: which ones the XML of a version names, and which of them are here.

It must not decide what a submission is (`services/intake` does, and calls it). Files put by hand are in
`services/record_files`.
"""

from collector.services import blobs
from collector.services.unit import UnitOfWork
from collector.store.queries import submissions


def lines(unit: UnitOfWork, delivery, replaced) -> list[dict]:
    """The lines to write; an edit takes over files of the same name that the phone does not send again."""
    now = unit.now()
    blobs.keep_all(unit, delivery.files.values())
    held = {}
    if replaced is not None:
        held = {row.name: row.blob_sha256 for row in submissions.list_files(unit.session, replaced.id)}
    rows = []
    for one in delivery.expected:
        blob = delivery.files.get(one.name)
        sha256 = blob.sha256 if blob else held.get(one.name)
        rows.append({"name": one.name, "path": one.path, "kind": one.kind,
                     "blob_sha256": sha256, "arrived_at": now if sha256 else None})
    return rows


def enter_more(unit: UnitOfWork, delivery, receiver, kept) -> int:
    """How many files are still missing after those that came now were entered in the ledger.

    An edit that came in between took over what was here then; it gets what comes late, too.
    """
    now, missing, arrived = unit.now(), 0, []
    blobs.keep_all(unit, delivery.files.values())
    for row in submissions.list_files(unit.session, kept.id):
        blob = delivery.files.get(row.name)
        if blob is not None and blob.sha256 != row.blob_sha256:
            submissions.mark_file(unit.session, row.id, blob.sha256, now)
            if not kept.current:
                submissions.mark_later_files(unit.session, kept.submission_id, kept.id, row.name, blob.sha256, now)
            arrived.append({"name": row.name, "sha256": blob.sha256, "before": row.blob_sha256})
        elif row.blob_sha256 is None:
            missing += 1
    if arrived:
        unit.record("submission.attachment.update", project_id=receiver.project_id, form_id=receiver.form_id,
                    submission_id=kept.submission_id, details={"versionId": kept.id, "files": arrived})
    return missing
