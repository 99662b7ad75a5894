"""Room where a record is corrected in place: shown as inputs, tried, and kept as a further version through intake.

It must not judge answers (`domain/correction`) nor keep a version itself: `services/intake` is the one way in. Who
corrects says why for each change; that stays in the event. A newer version stops it, and nothing is overwritten.
"""

import logging
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from collector.domain import correction, correction_problems, problems
from collector.domain.checking.findings import Circumstances
from collector.domain.checking.judging import Stopped
from collector.domain.correction import Basis, Change, Given, Revision
from collector.domain.fields import FormModel
from collector.domain.xmltext import XMLFault
from collector.services import checkers, intake, models, record_files, records
from collector.services.record_files import RecordFile
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import forms, projects, submissions
from collector.store.queries.records import Record

log = logging.getLogger(__name__)
VERB, ACTION = "submission.correct", "submission.correct"
LONGEST, MOST_TOLD = 1000, 100


@dataclass(frozen=True, slots=True)
class Case:
    """A record that the actor may correct. version: number of the one that would come."""

    record: Record
    model: FormModel
    basis: Basis
    files: tuple[RecordFile, ...]
    version: int

    @property
    def seen(self) -> str:
        """What a correction of it saw: the instanceID of the version."""
        return self.record.version.instance_id


@dataclass(frozen=True, slots=True)
class Ready:
    """A correction that may be kept, as long as its version is the current one. fields: what changed and why."""

    project_id: int
    xml_form_id: str
    instance_id: str
    version_id: int
    seen: str
    delivery: intake.Delivery
    fields: list[dict]


def may_correct(unit: UnitOfWork, project_id: int, record: Record) -> bool:
    """Whether the actor may correct records like one that `services/records` found."""
    form = forms.find_form(unit.session, project_id, record.xml_form_id)
    return unit.may(VERB, form) and not record.version.encrypted


def require_editable(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> None:
    """Nothing, when there is such a record and somebody who asks for a page to edit it gets one.

    Raises 404.1, 403.1, 409.12 (the form takes no more), 409.52 (encrypted).
    """
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb=VERB)
    if forms.find_form(unit.session, project_id, xml_form_id).state != "open":
        raise problems.edit_on_closed_form()
    if record.version.encrypted:
        raise correction_problems.not_correctable("encrypted")


def open_case(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> Case:
    """The record, ready to be corrected. Raises 404.1, 403.1, 409.52 (encrypted or unreadable)."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb=VERB)
    version = record.version
    if version.encrypted:
        raise correction_problems.not_correctable("encrypted")
    model = models.form_model(unit, version.form_version_id)
    files = tuple(record_files.list_files(unit, record))
    media, entity_lists = checkers.lists_of(unit, version.form_version_id, model)
    device = version.device_id or record.submission.device_id
    zone = projects.find_project(unit.session, project_id).timezone
    circumstances = Circumstances(
        received_at=record.submission.created_at, zone=zone, media=media,
        entity_lists=entity_lists, properties={"deviceid": device} if device else {},
        files=frozenset(one.name for one in files if one.blob is not None))
    basis = Basis(checkers.checker_of(unit, version.form_version_id, model), records.record_xml(unit, record),
                  circumstances)
    return Case(record, model, basis, files, len(records.list_editions(unit, record)) + 1)


def revise(case: Case, given: Given, language: str = "") -> Revision:
    """The record as it would be. Raises 409.52 for what cannot be read or computed."""
    try:
        return correction.revise(case.basis, given, language, random.random)
    except (XMLFault, Stopped) as fault:
        log.info("submission %s cannot be corrected: %s", case.record.submission.id, type(fault).__name__)
        raise correction_problems.not_correctable("unreadable") from fault


def make_ready(unit: UnitOfWork, project_id: int, case: Case, given: Given, reasons: Mapping[str, tuple[str, str]],
               files: Mapping[str, Blob], seen: str, language: str = "") -> Ready:
    """The correction, ready to be kept; for a prepare step, since it takes its time.

    reasons: place of a change -> (code, words); files: name -> stored content. Raises 409.51 (a newer version),
    409.53 (nothing changed), 409.54 (a reason is missing, or the form does not allow it), 400.8, 400.13.
    """
    if seen != case.seen:
        raise changed(unit, case, seen, language)
    revision = revise(case, given, language)
    if not revision.typed:
        raise correction_problems.nothing_corrected()
    fields = [_told(one, *reasons.get(one.place, ("", ""))) for one in revision.typed]
    lacking = [one["place"] for one in fields if not one["reason"]]
    if lacking or revision.stops:
        raise correction_problems.correction_incomplete(
            [{"place": place, "kind": one.kind} for place, one in revision.stops], lacking)
    xml = correction.finished(revision, case.seen, f"uuid:{uuid.uuid4()}")
    delivery = intake.unwrap_again(unit, project_id, xml, dict(files), intake.Sender())
    one = case.record
    return Ready(project_id, one.xml_form_id, one.submission.instance_id, one.version.id, seen, delivery, fields)


def keep(unit: UnitOfWork, ready: Ready, language: str = "") -> intake.Outcome:
    """What became of the correction: a further version, with its reasons in the history.

    Raises 404.1, 403.1, 409.51 (a newer version came in between).
    """
    record = records.find_record(unit, ready.project_id, ready.xml_form_id, ready.instance_id, verb=VERB)
    number, form_id = record.submission.id, record.submission.form_id
    submissions.lock_submission(unit.session, number)
    if submissions.find_current(unit.session, number).id != ready.version_id:
        unit.session.expire_all()
        case = open_case(unit, ready.project_id, ready.xml_form_id, ready.instance_id)
        raise changed(unit, case, ready.seen, language)
    outcome = intake.receive(unit, ready.delivery, admitted=True)
    if outcome.problem is not None:
        raise outcome.problem
    current = submissions.find_current(unit.session, number)
    unit.record(ACTION, project_id=ready.project_id, form_id=form_id, submission_id=number,
                details={"instanceId": current.instance_id, "versionId": current.id,
                         "fields": ready.fields[:MOST_TOLD], "count": len(ready.fields)})
    return outcome


def changed(unit: UnitOfWork, case: Case, seen: str, language: str = "") -> problems.Problem:
    """What another version says since somebody saw this one. Raises 404.1 when there never was such a version."""
    before = records.find_edition(unit, case.record, seen)
    last = records.find_edition(unit, case.record, case.seen)
    try:
        found = correction.between(_basis(unit, case, before), case.basis, language)
    except XMLFault:
        found = ()
    told = [{"place": one.place, "label": one.label, "around": one.around, "kind": one.kind,
             "before": list(one.before), "after": list(one.after)} for one in found]
    return correction_problems.corrected_meanwhile(last.submitter.name if last.submitter else "",
                                                   last.version.created_at.isoformat(), told, case.seen)


def carried(unit: UnitOfWork, case: Case, given: Given, seen: str) -> Given:
    """Of what somebody typed on an older version, what they changed in it: what came meanwhile is not taken back.

    Raises 404.1 when there never was such a version.
    """
    base = _basis(unit, case, records.find_edition(unit, case.record, seen))
    places = correction.typed(base, given)
    return replace(given, values={place: values for place, values in given.values.items() if place in places})


def _basis(unit: UnitOfWork, case: Case, edition) -> Basis:
    return replace(case.basis, xml=records.record_xml(unit, edition))


def _told(one: Change, code: str, words: str) -> dict:
    """A change and why, for the event; without a reason where none, or one without its words, was given."""
    if code and code not in correction.REASONS:
        known = ", ".join(correction.REASONS)
        raise problems.unexpected_value("why", code, f"expected one of {known}", f"se espera {known}")
    if len(words) > LONGEST:
        raise problems.too_long("say")
    words = words.strip()
    if code == correction.OTHER and not words:
        code = ""
    return {"place": one.place, "label": one.label[:200], "around": one.around[:200], "kind": one.kind,
            "reason": code, "words": words}
