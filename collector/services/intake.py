"""Room that takes a submission in: reads it, keeps its files, decides what it is, keeps it or parks it.

It must not judge answers (steps do that later) nor know HTTP. Called by `web/openrosa/submission`, the API and
`services/parking`; next come the steps of the event it records.
"""

import hashlib
import logging
import uuid
from dataclasses import dataclass, replace
from typing import Any

from collector.domain import instance, problems, returns
from collector.domain.arrival import Arrival, Kind, Reception, admit, decide
from collector.domain.instance import ExpectedFile, Header
from collector.domain.problems import Problem
from collector.domain.xmltext import SENTENCES, XMLFault, read_xml
from collector.services import blobs, ledger, models, parking, public_links, refusing
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import intake as queries
from collector.store.queries import submissions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """What the request tells about who sent; submitter_id: when another than the actor sent it, at an earlier time."""

    device_id: str = ""
    user_agent: str = ""
    draft_token: str | None = None
    submitter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A submission as it came, read and with its named files stored, not yet decided upon.

    key: what it would be parked under; files: name -> blob, only files that the XML names; extra: count of the others;
    unreadable: why there is no header; refused: why its form does not take it; met: (what it meets, the session that
    asked), None if not asked.
    """

    project_id: int
    xml: bytes
    sha256: bytes
    key: bytes
    header: Header | None
    expected: tuple[ExpectedFile, ...]
    files: dict[str, Blob]
    extra: int
    sender: Sender
    met: tuple[Any, Any] | None
    unreadable: Problem | None = None
    refused: Problem | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether the phone that sends it has something to correct."""
        meeting, _session = self.met or (None, None)
        return meeting is not None and meeting.is_awaited


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. kind is None and problem set when it was parked or refused."""

    language: str
    kind: Kind | None = None
    instance_id: str | None = None
    root_instance_id: str | None = None
    submission_id: int | None = None
    problem: Problem | None = None
    parked: bool = False
    missing: int = 0
    name: str | None = None


def unwrap(unit: UnitOfWork, project_id: int, xml: bytes, spools: list, sender: Sender) -> Delivery:
    """The delivery: header read, files that the XML names stored durably, the others dropped.

    Runs before the transaction, in a reading unit. spools: (names, spool) in order; the last of a name counts.
    """
    digest, key = hashlib.sha256(xml).digest(), parking.key_of(project_id, xml)
    header, root, fault = _header(xml)
    names = {said for given, _spool in spools for said in instance.readings(given)}
    meeting = _meeting(unit, project_id, key, header, sender)
    version = header and _version_of(unit, project_id, header, sender, meeting)
    expected, wanted = _named(unit, version, header, root, names)
    named = [(next((said for said in instance.readings(given) if said in wanted), None), spool)
             for given, spool in spools]
    files = {name: blobs.settle(spool) for name, spool in dict(named).items() if name is not None}
    extra = sum(1 for name, _spool in named if name is None)
    asked = version is not None and sender.draft_token is None and not header.encrypted
    refused = refusing.refusal(unit, project_id, version, root, sender.device_id) if asked else None
    return Delivery(project_id, xml, digest, key, header, expected, files, extra, sender,
                    (meeting, unit.session), fault, refused)


def unwrap_again(unit: UnitOfWork, project_id: int, xml: bytes, files: dict[str, Blob], sender: Sender) -> Delivery:
    """The delivery of something that was parked, by what is known now; the current version reads for an unknown one."""
    digest, key = hashlib.sha256(xml).digest(), parking.key_of(project_id, xml)
    header, root, fault = _header(xml)
    meeting = _meeting(unit, project_id, key, header, sender)
    version = header and _version_of(unit, project_id, header, sender, meeting, or_current=True)
    expected, wanted = _named(unit, version, header, root, set(files))
    kept = {name: blob for name, blob in files.items() if name in wanted}
    return Delivery(project_id, xml, digest, key, header, expected, kept, len(files) - len(kept), sender,
                    (meeting, unit.session), fault)


def receive(unit: UnitOfWork, delivery: Delivery, admitted: bool = False) -> Outcome:
    """What became of the delivery; whatever cannot be taken is parked with its reason, in this transaction.

    admitted: a person took it out of the parking lot: closed forms take it, and it is not parked again.
    """
    receiver = _receiver(unit, delivery)
    if receiver is None:
        return Outcome(unit.settings.language, problem=problems.not_found("El proyecto", "The project"))
    try:
        return _take(unit, delivery, receiver, admitted)
    except Problem as problem:
        parked = not admitted and parking.park(unit, delivery, problem, receiver.form_id)
        return Outcome(receiver.language, problem=problem, parked=parked)


def _take(unit: UnitOfWork, delivery: Delivery, receiver, admitted: bool) -> Outcome:
    if delivery.unreadable is not None:
        raise delivery.unreadable
    if unit.actor.ended:
        raise problems.bad_key()
    if receiver.form_id is None:
        raise problems.form_not_found(delivery.header.form_id)
    if unit.actor.kind != "draft" and not admitted:
        unit.require("submission.create", _Place(receiver.form_id, receiver.project_id))
    header, draft = delivery.header, delivery.sender.draft_token is not None
    if receiver.was_parked and not draft:
        delivery = replace(delivery, files=parking.files_with(unit, delivery))
    version, reception = _reception(unit, delivery, receiver, draft)
    kept, replaced = _held(unit, delivery, receiver, draft)
    judge = admit if admitted else decide
    arrival = judge(header, delivery.sha256, submissions.as_kept(kept), submissions.as_kept(replaced), reception)
    if arrival.kind in (Kind.RESEND, Kind.EDIT_RESEND):
        submission_id = kept.submission_id
        missing = ledger.enter_more(unit, delivery, receiver, kept)
    elif delivery.refused is not None and not admitted:
        raise delivery.refused
    else:
        version_id = version.id if version is not None else receiver.current_version_id
        former = _former(unit, arrival, kept, replaced)
        submission_id, missing = _keep(unit, delivery, receiver, arrival, version_id, former)
    if receiver.was_parked:
        parking.settle_same(unit, delivery, submission_id)
    return Outcome(receiver.language, arrival.kind, arrival.instance_id, arrival.root_instance_id, submission_id,
                   missing=missing, name=header.instance_name)


@dataclass(frozen=True, slots=True)
class _Version:
    """A published version of a form. policy: what the form does with what breaks its rules."""

    id: int
    sha256: str
    policy: dict | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a submission goes, for the question of rights."""

    form_id: int | None
    project_id: int

    def places(self):
        form = (("form", self.form_id),) if self.form_id else ()
        return (*form, ("project", self.project_id), ("site", 0))


def _header(xml: bytes):
    """(header, parsed root, Problem): a fault in what was sent is never ours."""
    try:
        root = read_xml(xml)
        return instance.header_of(root), root, None
    except XMLFault as fault:
        return None, None, problems.submission_unreadable(len(xml), *SENTENCES[fault.reason])
    except Exception:
        log.exception("a submission could not be read")
        return None, None, problems.submission_unreadable(len(xml), *SENTENCES["malformed"])


def _named(unit: UnitOfWork, version, header: Header | None, root, names: set[str]):
    """(expected files, names to keep); by the form's model where the version is known, else by the XML's own texts."""
    if header is None:
        return (), names
    try:
        if version is None:
            return (), set(instance.named_files(root, names))
        model = models.form_model(unit, version.id, version.sha256)
        expected = instance.expected_files(root, model)
        return expected, {one.name for one in expected}
    except Exception:
        log.exception("the files of a submission could not be told")
        unit.rest()  # a fault of the database must not spoil what comes after in the same transaction
        return (), names


def _version_of(unit: UnitOfWork, project_id: int, header: Header, sender: Sender, meeting, or_current: bool = False):
    if sender.draft_token is not None:
        return submissions.find_draft(unit.session, project_id, header.form_id, sender.draft_token)
    if meeting is None or meeting.version_id is not None:
        return meeting and _Version(meeting.version_id, meeting.version_sha256, meeting.policy)
    return submissions.find_version(unit.session, meeting.current_version_id) if or_current else None


def _meeting(unit: UnitOfWork, project_id: int, key: bytes, header: Header | None, sender: Sender):
    return queries.find_meeting(
        unit.session, project_id=project_id, xml_form_id=header.form_id if header else "",
        version=header.version if header else "", instance_id=header.instance_id if header else None,
        draft=sender.draft_token is not None, parked_key=key, actor_id=unit.actor.id,
        device_id=sender.device_id)


def _receiver(unit: UnitOfWork, delivery: Delivery):
    """What the delivery meets now; what this very transaction asked when it unwrapped it is not asked again."""
    meeting, asked_by = delivery.met or (None, None)
    if asked_by is unit.session:
        return meeting
    return _meeting(unit, delivery.project_id, delivery.key, delivery.header, delivery.sender)


def _former(unit: UnitOfWork, arrival: Arrival, kept, replaced):
    """The version that an edit replaces: the current one of its submission."""
    if arrival.kind is Kind.NEW:
        return None
    held = kept or replaced
    return held if held.current else submissions.find_current(unit.session, held.submission_id)


def _held(unit: UnitOfWork, delivery: Delivery, receiver, draft: bool):
    """(kept, replaced) as they are now; what is going to change is locked first, and read only then."""
    def find(instance_id: str | None):
        return submissions.find_kept(unit.session, receiver.form_id, draft, instance_id)

    header = delivery.header
    kept, replaced = queries.kept_of(receiver), find(header.deprecated_id)
    held = kept or replaced
    if held is None:
        return kept, replaced
    # another process may be editing it, bringing its other files, or keeping this very edit
    submissions.lock_submission(unit.session, held.submission_id)
    return find(header.instance_id), find(header.deprecated_id)


def _reception(unit: UnitOfWork, delivery: Delivery, receiver, draft: bool):
    """(form version, how the form stands)."""
    header = delivery.header
    if draft:
        version = submissions.find_draft(unit.session, delivery.project_id, header.form_id,
                                         delivery.sender.draft_token)
        if version is None:
            raise problems.draft_token_invalid()
    else:
        version = receiver.version_id and _Version(receiver.version_id, receiver.version_sha256)
    state = "open" if draft else receiver.state
    published = draft or receiver.current_version_id is not None
    return version, Reception(state, version is not None) if published else None


def _keep(unit: UnitOfWork, delivery: Delivery, receiver, arrival: Arrival, form_version_id: int, replaced):
    """(submission id, files missing) of the version written, with its ledger, blobs and event."""
    now, header, sender, draft = unit.now(), delivery.header, delivery.sender, delivery.sender.draft_token is not None
    lines = ledger.lines(unit, delivery, replaced)
    present = sum(1 for line in lines if line["blob_sha256"])
    common = {"submitter_id": sender.submitter_id or unit.actor.id, "device_id": sender.device_id or None}
    counts = {"files_expected": len(lines), "files_present": present}
    instance_id = arrival.instance_id or f"uuid:{uuid.uuid4()}"
    common |= {"form_id": receiver.form_id, "draft": draft, "instance_id": instance_id, "created_at": now}
    version = {"form_version_id": form_version_id, "deprecated_id": header.deprecated_id,
               "instance_name": header.instance_name, "xml": delivery.xml, "sha256": delivery.sha256,
               "encrypted": header.encrypted, "current": True, "user_agent": sender.user_agent or None,
               "extra_files": delivery.extra, **common}
    place = {"project_id": receiver.project_id, "form_id": receiver.form_id}
    about = {"instanceId": instance_id}
    if delivery.files:
        about["files"] = [{"name": name, "sha256": blob.sha256} for name, blob in delivery.files.items()]
    if 0 < present == len(lines):
        about["complete"] = True
    if arrival.kind is Kind.NEW:
        public_links.require_unspent(unit)
        first = {"name": header.instance_name, "form_version_id": form_version_id, **common, **counts}
        submission_id, version_id = _add(unit, receiver, first, version, about, place)
    else:
        submission_id = replaced.submission_id
        submissions.mark_replaced(unit.session, replaced.id)
        submissions.mark_edited(unit.session, submission_id, {
            "updated_at": now, "name": header.instance_name, "review_state": "edited", "first_by": None,
            "read_at": None, "form_version_id": form_version_id, **counts})
        version_id = submissions.add_version(unit.session, {"submission_id": submission_id, **version})
        unit.record("submission.update.version", submission_id=submission_id,
                    details={"versionId": version_id, **about}, **place)
    submissions.add_files(unit.session, [{"version_id": version_id, **line} for line in lines])
    if header.form_id == returns.FORM and not draft and arrival.kind is Kind.NEW:
        unit.record(returns.ARRIVED, submission_id=submission_id, **place)
    return submission_id, len(lines) - present


def _add(unit: UnitOfWork, receiver, submission: dict, version: dict, about: dict, place: dict) -> tuple[int, int]:
    """(id of a new submission, id of its version), written with their event; at once where their numbers are known."""
    at_once = receiver.next_submission is not None
    number, version_id = ((receiver.next_submission, receiver.next_version) if at_once
                          else submissions.add_first(unit.session, submission, version))
    told = {"submission_id": number, "details": {"versionId": version_id, **about}, **place}
    if at_once:
        queries.add_at_once(unit.session, receiver, submission, version, *unit.event_of("submission.create", **told))
    else:
        unit.record("submission.create", **told)
    return number, version_id
