"""Room where records go back to the phone they came from, and where what comes back closes them.

It must not change answers (an edit is a further version, through `services/intake`) nor know how phones are answered
(`services/returning`). Pages and the API call it; steps after the event of an arrival close what came back.
"""

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from collector.domain import access, problems
from collector.domain import returns as domain
from collector.domain.instance import read_instance
from collector.domain.xmltext import XMLFault, read_xml
from collector.services import first_start, models, publishing, records, review, scopes
from collector.services import projects as project_services
from collector.services.filters import Filters as RecordFilters
from collector.services.filters import narrowing
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, people, projects, submissions
from collector.store.queries import records as record_queries
from collector.store.queries import returns as queries
from collector.store.queries.returns import Listed, Narrowing
from collector.store.tables.returns import Return

STATES = ("open", "overdue", "back", "closed")
OPEN, CLOSE, REOPEN, ANSWER = ("submission.return", "submission.return.close", "submission.return.reopen",
                               "submission.return.answer")
ARRIVED = domain.ARRIVED
LONGEST, MOST_FIELDS, MOST_PHONES = 1000, 40, 5000
_EDITABLE = re.compile(rb"<(?:\w+:)?submission\b[^>]*\bclient-editable=[\"']true[\"']")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows the list to; empty is no narrowing. state: one of STATES; phone: id of the app user."""

    state: str = ""
    xml_form_id: str = ""
    phone: int | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who shall read a return: the phone's number and name, its device; None for what no phone sent."""

    actor_id: int
    name: str
    device_id: str
    withdrawn: bool


def open_return(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, fields: list[tuple[str, str]],
                due: str = "", words: str = "", seen: str | None = None, show_values: bool = False) -> Return:
    """The record's return, open; the record now has issues. fields: [(ref, reason)]; due: yyyy-mm-dd or ''.

    seen: instanceID of the version that the person looked at. show_values: the phone is told what was answered.
    Raises 404.1, 403.1, 400.2 (nothing said), 400.8, 400.13, 409.3 (returned already, or changed meanwhile).
    """
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="submission.update")
    submission = record.submission
    _require_shape(fields, due, words)
    submissions.lock_submission(unit.session, submission.id)
    if seen and record.version.instance_id != seen:
        raise problems.changed_meanwhile()
    if queries.find_open(unit.session, submission.id) is not None:
        raise problems.not_unique(["instanceId"], [instance_id])
    told = _fields(unit, record, projects.find_project(unit.session, project_id).language, fields, show_values)
    actor_id, device_id = queries.find_sender(unit.session, submission.id) or (None, "")
    before = submission.review_state
    row = queries.add_return(
        unit.session, project_id=project_id, form_id=submission.form_id, submission_id=submission.id,
        version_id=record.version.id, fields=told, words=words.strip(), due=due, actor_id=actor_id,
        device_id=device_id, editable=_is_editable(unit, record), state_before=before, opened_by=unit.actor.id,
        opened_at=unit.now())
    if before != "hasIssues":
        review.decide(unit, project_id, xml_form_id, instance_id, "hasIssues")
    _let_read(unit, row)
    unit.record(OPEN, project_id=project_id, form_id=row.form_id, submission_id=row.submission_id, target_id=row.id,
                details={"returnId": row.id, "instanceId": instance_id, "fields": [one["label"] for one in told],
                         "due": due, "text": row.words})
    return row


def close(unit: UnitOfWork, project_id: int, number: int, note: str = "") -> Return:
    """The return, closed by a person. Raises 404.1, 403.1, 400.13; what is closed stays as it is."""
    row = _find(unit, project_id, number)
    if len(note) > LONGEST:
        raise problems.too_long("note")
    if row.closed_at is None:
        _close(unit, row, "person", note.strip())
    return row


def withdraw(unit: UnitOfWork, project_id: int, number: int) -> Return:
    """The return, taken back as if it had not been; the record is in its former state. Raises 404.1, 403.1."""
    row = _find(unit, project_id, number)
    if row.closed_at is None:
        _close(unit, row, "withdrawn")
        listed = queries.find_listed(unit.session, row.id)
        if listed.submission.review_state == "hasIssues" and row.state_before != "hasIssues":
            review.decide(unit, project_id, listed.xml_form_id, listed.submission.instance_id, row.state_before)
    return row


def reopen(unit: UnitOfWork, project_id: int, number: int) -> Return:
    """The return, open again. Raises 404.1, 403.1, 409.3 when the record was returned anew meanwhile."""
    row = _find(unit, project_id, number)
    if row.closed_at is not None:
        if row.how == "withdrawn" or queries.find_open(unit.session, row.submission_id) is not None:
            raise problems.changed_meanwhile()
        queries.mark(unit.session, row, closed_at=None, closed_by=None, how=None)
        _tell(unit, row, REOPEN)
    return row


def find_listed(unit: UnitOfWork, project_id: int, number: int) -> Listed:
    """A return with what it is about. Raises 404.1, 403.1."""
    return queries.find_listed(unit.session, _find(unit, project_id, number, "submission.read").id)


def list_returns(unit: UnitOfWork, project_id: int, filters: Filters = Filters(), limit: int = 50,
                 after: tuple[str, int] | None = None) -> list[Listed]:
    """The returns that the actor may see, first due first; after: (due, id) of the last one of the page before.

    Raises 404.1, 403.1.
    """
    return queries.list_returns(unit.session, _narrowing(unit, project_id, filters), limit, after)


def count_states(unit: UnitOfWork, project_id: int, filters: Filters = Filters()) -> dict[str, int]:
    """How many returns of such a list are in each state. Raises 404.1, 403.1."""
    return {state: queries.count_returns(unit.session, _narrowing(
        unit, project_id, Filters(state, filters.xml_form_id, filters.phone))) for state in STATES}


def list_phones(unit: UnitOfWork, project_id: int) -> list:
    """The phones that ever had a return that the actor may see. Raises 404.1, 403.1."""
    return queries.list_phones(unit.session, _narrowing(unit, project_id, Filters()))


def recipient_of(unit: UnitOfWork, record) -> Recipient | None:
    """The phone that would read a return of a record found by `services/records`; None when no phone sent it."""
    found = queries.find_sender(unit.session, record.submission.id)
    actor = found and people.find_any_actor(unit.session, found[0])
    return Recipient(actor.id, actor.name, found[1], actor.deleted_at is not None) if actor else None


def returned(unit: UnitOfWork, submission_ids: list[int]) -> dict[int, Return]:
    """The return that matters of each of these submissions of `services/records`: the open one, else the last."""
    found: dict[int, Return] = {}
    for row in queries.list_of_submissions(unit.session, submission_ids) if submission_ids else ():
        found[row.submission_id] = row
    return found


def lacks_form(unit: UnitOfWork, project_id: int) -> bool:
    """Whether phones of the project have no form to read their returns in. Raises 404.1, 403.1."""
    project_services.find_project(unit, project_id)
    form = forms.find_form(unit.session, project_id, domain.FORM)
    return form is None or form.current_version_id is None


def prepare_form(unit: UnitOfWork, project_id: int) -> publishing.PreparedFile:
    """The library's form for returns, ready to be put into a project. Raises 404.1, 403.1."""
    unit.require("form.create", projects.find_project(unit.session, project_id))
    file = first_start.LIBRARY / f"{domain.FORM}.xlsx"
    return publishing.prepare_file(unit, file.read_bytes(), file.name, {})


def put_form(unit: UnitOfWork, project_id: int, file: publishing.PreparedFile) -> None:
    """Nothing; the project has the form, and the phones with open returns may fill it. Raises 404.1, 403.1."""
    publishing.publish_file(unit, project_id, file, True)
    for one in queries.list_returns(unit.session, _narrowing(unit, project_id, Filters("")), MOST_PHONES):
        if one.row.closed_at is None:
            _let_read(unit, one.row)


def today(unit: UnitOfWork, found) -> str:
    """yyyy-mm-dd where a project that was found is."""
    return unit.now().astimezone(ZoneInfo(found.timezone)).date().isoformat()


def close_edited(unit: UnitOfWork, event, _found=None) -> None:
    """Nothing; a step: the return of the event's submission is closed when a version came after the one it is about."""
    unit.require_system()
    row = queries.find_open(unit.session, event.submission_id)
    if row is not None and (event.details or {}).get("versionId", 0) > row.version_id:
        sender = people.find_any_actor(unit.session, event.actor_id) if event.actor_id else None
        is_phone = sender is not None and sender.kind == "field_key"
        _close(unit, row, "edit" if is_phone else "person", by=event.actor_id)


def take_answer(unit: UnitOfWork, event, _found=None) -> None:
    """Nothing; a step: what the phone answered in its own form stands in the return, which closes when all is said."""
    unit.require_system()
    record = record_queries.find_by_number(unit.session, event.submission_id)
    answer = domain.answer_of(_texts(record_queries.find_xml(unit.session, record.version.id)))
    row = answer and queries.find_return(unit.session, answer.number)
    if row is None or not _is_from_recipient(record, row, event.project_id) or row.closed_at is not None:
        return
    fields = [dict(one) for one in row.fields]
    if answer.place > max(1, len(fields)):
        return
    fields = fields or [{}]
    fields[answer.place - 1]["answer"] = {"said": answer.said, "words": answer.words, "at": unit.now().isoformat(),
                                          "instanceId": record.submission.instance_id}
    queries.mark(unit.session, row, fields=fields, answered_at=unit.now())
    _tell(unit, row, ANSWER, said=answer.said, text=" · ".join(answer.words.values()), by=event.actor_id)
    if answer.said == "nuevo" or all(map(domain.is_settled, fields)):
        _close(unit, row, "new", by=event.actor_id)


def _texts(xml: bytes) -> dict[str, str]:
    """The text of each answer by the name of its question."""
    try:
        return {node.tag.rpartition("}")[2]: node.text or "" for node in read_xml(xml).iter()
                if isinstance(node.tag, str)}
    except XMLFault:
        return {}


def _is_from_recipient(record, row: Return, project_id: int) -> bool:
    version = record.version
    return (row.project_id == project_id and version.submitter_id == row.actor_id
            and (version.device_id or "") == row.device_id)


def _require_shape(fields: list[tuple[str, str]], due: str, words: str) -> None:
    if not fields and not words.strip():
        raise problems.missing_parameter("fields")
    if len(words) > LONGEST or any(len(reason) > LONGEST for _ref, reason in fields):
        raise problems.too_long("reason")
    if len(fields) > MOST_FIELDS:
        raise problems.too_long("fields")
    try:
        good = not due or date.fromisoformat(due).isoformat() == due
    except ValueError:
        good = False
    if not good:
        raise problems.unexpected_value("due", due, "expected yyyy-mm-dd", "se espera aaaa-mm-dd")


def _fields(unit: UnitOfWork, record, language: str, fields: list[tuple[str, str]], show_values: bool) -> list[dict]:
    """What is asked for, with the words and kinds of the form. Raises 400.8 for a field that it does not have."""
    model = models.form_model(unit, record.version.form_version_id)
    said = {} if not show_values or record.version.encrypted else _answered(unit, record, model)
    told = []
    for ref, reason in dict(fields).items():
        field = model.by_path.get(re.sub(r"\[\d+\]", "", ref))
        if field is None:
            raise problems.unexpected_value("field", ref, "the form has no such field", "el formulario no lo tiene")
        turns = " · ".join(re.findall(r"\[(\d+)\]", ref))
        label = " ".join((model.label(field, language) or field.name).split()).rstrip(":")
        told.append({"ref": ref, "label": f"{label} ({turns})" if turns else label, "reason": reason.strip(),
                     "type": domain.kind_of(field.type, field.mediatype), "value": said.get(ref, "")})
    return told


def _answered(unit: UnitOfWork, record, model) -> dict[str, str]:
    try:
        instance = read_instance(records.record_xml(unit, record), model)
    except XMLFault:
        return {}
    return {node.ref: node.text for node in instance.root.walk() if node.text}


def _is_editable(unit: UnitOfWork, record) -> bool:
    """Whether Collect lets a sent record of this form version be edited."""
    return _EDITABLE.search(forms.find_xml(unit.session, record.version.form_version_id) or b"") is not None


def _let_read(unit: UnitOfWork, row: Return) -> None:
    """The phone may fill the form that lists its returns, where the project has it; a withdrawn phone gets nothing."""
    form = forms.find_form(unit.session, row.project_id, domain.FORM)
    phone = row.actor_id and people.find_actor(unit.session, row.actor_id)
    if form is None or phone is None:
        return
    places = [form.places()[0], form.places()[1]]
    if not any(people.find_grant(unit.session, phone.id, access.APP_USER.id, place) for place in places):
        people.add_grant(unit.session, phone.id, access.APP_USER.id, places[0])


def _find(unit: UnitOfWork, project_id: int, number: int, verb: str = "submission.update") -> Return:
    row = queries.find_return(unit.session, number)
    if row is None or row.project_id != project_id:
        raise problems.not_found("La devolución", "The return")
    form = unit.require(verb, forms.find_form_by_number(unit.session, row.form_id))
    if not scopes.is_within(unit, verb, form, row.submission_id):
        raise problems.not_found("La devolución", "The return")
    return row


def _close(unit: UnitOfWork, row: Return, how: str, note: str = "", by: int | None = None) -> None:
    queries.mark(unit.session, row, closed_at=unit.now(), closed_by=by or unit.actor.id, how=how)
    _tell(unit, row, CLOSE, how=how, text=note, by=by)


def _tell(unit: UnitOfWork, row: Return, action: str, by: int | None = None, **details) -> None:
    whom = {"actor_id": by} if by else {}
    unit.record(action, project_id=row.project_id, form_id=row.form_id, submission_id=row.submission_id,
                target_id=row.id, details={"returnId": row.id, **details}, **whom)


def _narrowing(unit: UnitOfWork, project_id: int, filters: Filters) -> Narrowing:
    narrowed = narrowing(unit, project_id, RecordFilters(xml_form_id=filters.xml_form_id))
    project = projects.find_project(unit.session, project_id)
    return Narrowing(project.id, narrowed.form_ids, today(unit, project), filters.state, filters.phone,
                     narrowed.scopes)
