"""Room of the trash as people look at it: the forms and records that were deleted, and until when they lie there.

It must not bring anything back (`services/forms`, `services/review`) nor empty it (`services/purging`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.services import filters
from collector.services.forms import FormView
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, records
from collector.store.queries.records import Record


@dataclass(frozen=True, slots=True)
class Trash:
    """forms: the last deleted first; records: of forms that live, the last to arrive first; days: how long both lie
    here, 0 for without end."""

    forms: tuple[FormView, ...]
    records: tuple[Record, ...]
    days: int

    def until(self, deleted_at: datetime) -> datetime | None:
        """When what was deleted then is emptied for good; None for never."""
        return deleted_at + timedelta(days=self.days) if self.days else None


def list_trash(unit: UnitOfWork, project_id: int, before: int | None = None, limit: int = 50) -> Trash:
    """What the actor may bring back in a project. before: id of the submission to go on after; forms stand on the first
    page alone. Raises 404.1, 403.1."""
    narrowed = filters.narrowing(unit, project_id, filters.Filters(deleted=True), "submission.restore")
    found = records.list_records(unit.session, narrowed, before, limit) if narrowed.form_ids else []
    gone = [] if before else [FormView(form, version)
                              for form, version in forms.list_forms(unit.session, project_id, deleted=True)
                              if unit.may("form.restore", form)]
    gone.sort(key=lambda one: one.form.deleted_at, reverse=True)
    return Trash(tuple(gone), tuple(found), unit.settings.trash_days)
