"""Room where people see what the check found in a record, settle it with a note, and take that back.

It must not judge answers (`services/checking` does) nor change them. Pages show what is found here.
"""

from dataclasses import dataclass
from datetime import datetime

from collector.domain import problems
from collector.services import records, scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import findings as queries
from collector.store.queries import forms
from collector.store.tables.findings import FindingRow

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Held:
    """A finding of a record. settled_by: the name of who settled it. others: records that share what was found, those
    that the actor may see: {number, xmlFormId, instanceId, name}."""

    row: FindingRow
    settled_by: str | None
    others: tuple[dict, ...] = ()

    @property
    def place(self) -> str:
        """Where its answer stands in the record: '/hogar[2]/edad'; '' for the record itself."""
        return self.row.ref.lstrip("/").partition("/")[1] + self.row.ref.lstrip("/").partition("/")[2]

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.row.settled_at is None and self.row.severity != "note"


@dataclass(frozen=True, slots=True)
class Summary:
    """What the check found in the records of a form: whether any was checked, how many have open errors, warnings."""

    checked: bool
    errors: int
    warnings: int


def list_findings(unit: UnitOfWork, record) -> list[Held]:
    """The findings of a record that was found by `services/records`, errors first, then as the form has them."""
    order = {"error": 0, "warning": 1}
    rows = queries.list_of_submission(unit.session, record.submission.id)
    seen = _seen(unit, record, {one["number"] for row, _name in rows for one in row.details.get("others") or ()})
    found = [Held(row, name, tuple(one for one in row.details.get("others") or () if one["number"] in seen))
             for row, name in rows]
    return sorted(found, key=lambda one: order.get(one.row.severity, 2))


def _seen(unit: UnitOfWork, record, numbers: set[int]) -> set[int]:
    """Those of these records of the same project that the actor may see."""
    if not numbers:
        return set()
    project_id = forms.find_form_by_number(unit.session, record.submission.form_id).project_id
    return {number for number in numbers if records.find_by_number(unit, project_id, number) is not None}


def summary(unit: UnitOfWork, found) -> Summary:
    """What was found in the records of a form that somebody may see."""
    return Summary(*queries.tally(unit.session, found.id, scopes.scope_of(unit, found.project_id, found)))


def settle(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, fingerprint: str, note: str) -> None:
    """Nothing; somebody looked at the finding and says why it stands. Raises 404.1, 403.1, 400.2 (no note), 400.13."""
    record, rows = _find(unit, project_id, xml_form_id, instance_id, fingerprint)
    if not note.strip():
        raise problems.missing_parameter("note")
    if len(note) > LONGEST_NOTE:
        raise problems.too_long("note")
    _mark(unit, project_id, record, rows, "finding.settle", unit.now(), note.strip())


def reopen(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, fingerprint: str) -> None:
    """Nothing; the finding waits for somebody again. Raises 404.1, 403.1."""
    record, rows = _find(unit, project_id, xml_form_id, instance_id, fingerprint)
    if any(row.settled_at for row in rows):
        _mark(unit, project_id, record, rows, "finding.reopen", None, None)


def _find(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, fingerprint: str):
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="submission.update")
    rows = queries.list_same(unit.session, record.submission.id, fingerprint)
    if not rows:  # the record was checked again meanwhile
        raise problems.not_found("El hallazgo", "The finding")
    return record, rows


def _mark(unit: UnitOfWork, project_id: int, record, rows: list[FindingRow], action: str, at: datetime | None,
          note: str | None) -> None:
    queries.settle(unit.session, rows, unit.actor.id if at else None, at, note)
    unit.record(action, project_id=project_id, form_id=record.submission.form_id,
                submission_id=record.submission.id, target_id=rows[0].id,
                details={"kind": rows[0].kind, "ref": rows[0].ref, **({"text": note} if note else {})})
