"""Queries of findings: what a check reads, what it found kept and counted, what people see and settle.

It must not judge answers (`domain/check`) nor decide who may settle (`services/findings`). The first ones are on the
path of every submission.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session

from collector.store.prepared import Adding, Prepared
from collector.store.queries.scopes import Scope, within
from collector.store.tables.findings import FindingRow
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.projects import Project
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion

_findings = FindingRow.__table__
_files = SubmissionFile.__table__
_submissions = Submission.__table__
_versions = SubmissionVersion.__table__
_ZERO = literal_column("0")  # a parameter would hide the partial index

_TO_CHECK = Prepared(
    select(_versions.c.id, _versions.c.submission_id, _versions.c.form_id, _versions.c.draft, _versions.c.encrypted,
           _versions.c.xml, _versions.c.form_version_id, FormVersion.sha256.label("form_sha256"),
           _versions.c.device_id, _versions.c.created_at, Project.timezone)
    .join(FormVersion, FormVersion.id == _versions.c.form_version_id)
    .join(Form, Form.id == _versions.c.form_id).join(Project, Project.id == Form.project_id)
    .where(_versions.c.submission_id == bindparam("number"), _versions.c.current))
_HERE = Prepared(select(_files.c.name).where(_files.c.version_id == bindparam("number"),
                                             _files.c.blob_sha256.is_not(None)))
_CURRENT = Prepared(select(_versions.c.id).where(_versions.c.submission_id == bindparam("number"),
                                                 _versions.c.current))
_HELD = Prepared(select(_findings.c.id, _findings.c.fingerprint, _findings.c.settled_at)
                 .where(_findings.c.submission_id == bindparam("number")).order_by(_findings.c.id))
_RENEW = Prepared(update(_findings).where(_findings.c.id == bindparam("number")).values(
    version_id=bindparam("in_version"), severity=bindparam("how"), messages=bindparam("words"),
    details=bindparam("facts")))
_DROP = Prepared(_findings.delete().where(_findings.c.id == bindparam("number")))
_ADD = Adding(_findings)
_MARK = Prepared(update(_submissions).where(_submissions.c.id == bindparam("number")).values(
    errors=bindparam("open_errors"), warnings=bindparam("open_warnings"), checked_at=bindparam("at")))


def find_version_to_check(session: Session, submission_id: int):
    """(id, submission_id, form_id, draft, encrypted, xml, form_version_id, form_sha256, device_id, created_at, timezone
    of the project) of the current version."""
    return _TO_CHECK.first(session, {"number": submission_id})


def find_current(session: Session, submission_id: int) -> int | None:
    """The number of the current version of a submission."""
    row = _CURRENT.first(session, {"number": submission_id})
    return row and row.id


def list_files_here(session: Session, version_id: int) -> frozenset[str]:
    """The names of the files of a version that have come."""
    return frozenset(row.name for row in _HERE.rows(session, {"number": version_id}))


def replace(session: Session, submission_id: int, version_id: int, rows: list[dict], at: datetime) -> None:
    """Nothing; the submission's findings are these. The same one as before stays, with who settled it and why.

    rows: kind, severity, ref, path, value, messages, details, fingerprint, rule_id.
    """
    before: dict[str, list] = {}
    for row in _HELD.rows(session, {"number": submission_id}):
        before.setdefault(row.fingerprint, []).append(row)
    found, added = [], []
    for values in rows:
        same = before.get(values["fingerprint"])
        if same:
            row = same.pop(0)
            _RENEW.run(session, {"number": row.id, "in_version": version_id, "how": values["severity"],
                                 "words": values["messages"], "facts": values["details"]})
            found.append((values["severity"], row.settled_at))
        else:
            added.append({"submission_id": submission_id, "version_id": version_id, "created_at": at, **values})
            found.append((values["severity"], None))
    for gone in (row for same in before.values() for row in same):
        _DROP.run(session, {"number": gone.id})
    _ADD.add_many(session, added)
    mark_counts(session, submission_id, at, found)


def mark_counts(session: Session, submission_id: int, at: datetime | None, found: list[tuple]) -> None:
    """Nothing; the submission tells how many of these are open. found: (severity, settled_at)."""
    still = [severity for severity, settled_at in found if settled_at is None]
    _MARK.run(session, {"number": submission_id, "open_errors": still.count("error"),
                        "open_warnings": still.count("warning"), "at": at})


def list_of_submission(session: Session, submission_id: int) -> list[tuple[FindingRow, str | None]]:
    """(finding, name of who settled it), in the order of the check."""
    query = (select(FindingRow, Actor.name).outerjoin(Actor, Actor.id == FindingRow.settled_by)
             .where(FindingRow.submission_id == submission_id).order_by(FindingRow.id))
    return [tuple(row) for row in session.execute(query)]


def list_same(session: Session, submission_id: int, fingerprint: str) -> list[FindingRow]:
    """The findings of a submission with this fingerprint: one, or the same said twice."""
    return list(session.scalars(select(FindingRow).where(FindingRow.submission_id == submission_id,
                                                         FindingRow.fingerprint == fingerprint)))


def settle(session: Session, rows: list[FindingRow], actor_id: int | None, at: datetime | None,
           note: str | None) -> None:
    """Nothing; these are settled, or open again when at is None, and their submission counts anew."""
    for row in rows:
        row.settled_by, row.settled_at, row.settled_note = actor_id, at, note
    session.flush()
    number = rows[0].submission_id
    found = session.execute(select(FindingRow.severity, FindingRow.settled_at)
                            .where(FindingRow.submission_id == number)).all()
    checked = session.scalar(select(Submission.checked_at).where(Submission.id == number))
    mark_counts(session, number, checked, [tuple(one) for one in found])


def tally(session: Session, form_id: int, scope: Scope = None) -> tuple[bool, int, int]:
    """(whether any submission of a form was checked, how many have open errors, how many open warnings)."""
    living = (Submission.form_id == form_id, Submission.draft.is_(False), Submission.deleted_at.is_(None),
              within(scope))
    checked = session.scalar(select(Submission.id).where(*living, Submission.checked_at.is_not(None)).limit(1))
    return checked is not None, *(session.scalar(select(func.count(Submission.id)).where(*living, some))
                      for some in (has_errors(), has_warnings()))


def has_errors():
    """The condition that a submission has open errors, in the words of its index."""
    return Submission.errors > _ZERO


def has_warnings():
    """The condition that a submission has open warnings, in the words of its index."""
    return Submission.warnings > _ZERO


def with_kind(kind: str):
    """The query of the submissions that have open findings of a kind."""
    return select(FindingRow.submission_id).where(FindingRow.kind == kind, FindingRow.settled_at.is_(None))
