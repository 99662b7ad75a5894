"""Room of the step that does what submissions say about entities: each act once, held, waiting, or told as a fault.

It must not lose or refuse a submission: one that cannot change a list is kept all the same, with a finding on it.
`domain/entity` judges; `services/entity_versions` writes; people's own changes are `services/entities`'.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from collector.domain import access, dataset_problems, entity_problems, problems
from collector.domain import entity as domain
from collector.domain.entity import Change
from collector.domain.entity_acts import Declared, declared
from collector.domain.problems import Problem
from collector.domain.xmltext import read_xml
from collector.services import checking, entity_versions, models
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import datasets, submissions
from collector.store.queries import entities as entity_queries
from collector.store.queries import entity_acts as queries
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity, EntityAct, EntityVersion

log = logging.getLogger(__name__)
STEP = "entities"
ERROR = "entity.error"
APPROVAL, HELD, DONE, FAILED = "approval", "held", "done", "failed"


@dataclass(frozen=True, slots=True)
class Found:
    """What a version of a submission says about entities. sent: its row, as `find_sent` gives it."""

    sent: object
    declared: list[Declared]


@dataclass(frozen=True, slots=True)
class _Wait:
    """What an act waits for: approval, or held for an earlier change of its line."""

    state: str


def read(unit: UnitOfWork, event) -> Found | None:
    """What the submission of the event says about entities, None when nothing is to be done; for a reading unit."""
    unit.require_system()
    found = _read(unit, event.submission_id)
    if found and event.action == "submission.update" and found.sent.review_state != "approved":
        return None
    return found


def apply_submission(unit: UnitOfWork, event, found: Found | None) -> None:
    """Nothing; what the submission says about entities is done, as far as it was not. Twice is as once."""
    unit.require_system()
    if found is None:
        return
    lists = _lock(unit, found)
    again = _still(unit, found)
    lists = lists if again is None or again.declared == found.declared else _lock(unit, again)
    _apply(unit, again, lists, event.id)


def approve_waiting(unit: UnitOfWork, dataset: Dataset) -> int:
    """How many records made entities that waited for approval. The caller has locked the list."""
    unit.require("dataset.update", dataset)
    numbers = dict.fromkeys(act.submission_id for act in queries.list_waiting(unit.session, dataset.id, APPROVAL))
    for number in numbers:
        _apply(unit, _read(unit, number), {dataset.name: dataset}, None, only=dataset.name)
    return len(numbers)


def force_held(unit: UnitOfWork, act_id: int) -> EntityAct:
    """The act, done upon what stands there now without waiting longer for what should have come before.

    Raises 404.1, 403.1; 409.3 when it is not held any more.
    """
    act = queries.find(unit.session, act_id)
    dataset = act and act.dataset_id and datasets.find_to_change(unit.session, act.dataset_id)
    if not dataset or dataset.deleted_at is not None:
        raise problems.not_found("El cambio", "The change")
    unit.require("entity.update", dataset)
    act = queries.find(unit.session, act_id)
    if act is None or act.state != HELD:
        raise problems.changed_meanwhile()
    work = _Work(unit, dataset)
    work.again(act, forced=True)
    work.release(act.uuid)
    return act


def force_old(units: Units) -> int:
    """How many acts were held for `held_days` and are done now, each in a transaction of its own."""
    before = units.clock() - timedelta(days=units.settings.held_days)
    with units.reading(access.SYSTEM) as unit:
        numbers = queries.list_held_before(unit.session, before)
    done = 0
    for number in numbers:
        try:
            units.write(access.SYSTEM, lambda unit, number=number: force_held(unit, number))
            done += 1
        except Problem as fault:  # done meanwhile, with those that came before it
            log.info("a held change was not forced: %s", fault)
    return done


def list_acts(unit: UnitOfWork, dataset: Dataset, state: str) -> list:
    """[(act, xmlFormId, instanceId, when it was sent)] of what is held, waits for approval or failed. Raises 403.1."""
    unit.require("entity.list", dataset)
    return queries.list_with_records(unit.session, dataset.id, state)


def _still(unit: UnitOfWork, found: Found) -> Found | None:
    """What was found, as the record stands now: decided meanwhile maybe; read again only where it was edited."""
    sent = queries.find_sent(unit.session, found.sent.submission_id)
    if sent is not None and sent.id == found.sent.id:
        return Found(sent, found.declared) if _counts(sent) else None
    return _read(unit, found.sent.submission_id)


def _counts(sent) -> bool:
    return not (sent.draft or sent.encrypted or sent.deleted_at is not None)


def _read(unit: UnitOfWork, submission_id: int) -> Found | None:
    sent = queries.find_sent(unit.session, submission_id)
    if sent is None or not _counts(sent):
        return None
    model = models.form_model(unit, sent.form_version_id, sent.form_sha256)
    if not model.entities:
        return None
    xml = submissions.list_xml(unit.session, [sent.id])[sent.id]
    return Found(sent, declared(model, read_xml(xml)))


def _lock(unit: UnitOfWork, found: Found) -> dict[str, Dataset]:
    """{name: list} of the lists that it writes, as far as they are there; others that change them wait."""
    named = {one.dataset: datasets.find_dataset(unit.session, found.sent.project_id, one.dataset)
             for one in found.declared}
    ordered = sorted((one.id, name) for name, one in named.items() if one is not None)
    locked = {name: datasets.find_to_change(unit.session, number) for number, name in ordered}
    return {name: one for name, one in locked.items() if one.deleted_at is None}


def _apply(unit: UnitOfWork, found: Found | None, lists: dict[str, Dataset], event_id: int | None,
           only: str | None = None) -> None:
    """Nothing; what a submission says is done and what waited for it. only: the one list that is changed."""
    if found is None:
        return
    number = found.sent.submission_id
    before = {(act.place, act.dataset_name): act for act in queries.list_of_submission(unit.session, number)
              if only in (None, act.dataset_name)}
    works = {name: _Work(unit, dataset, event_id) for name, dataset in lists.items()}
    for one in found.declared:
        act = before.pop((one.place, one.dataset), None)
        if only in (None, one.dataset) and (act is None or act.state != DONE):
            works.setdefault(one.dataset, _Work(unit, None, event_id)).do(found.sent, one, act)
    gone = [act for act in before.values() if act.state != DONE]
    mended = {number} if any(act.state == FAILED for act in gone) else set()
    queries.drop(unit.session, gone)
    for work in works.values():
        for uuid in work.changed:
            work.release(uuid)
        mended |= work.mended
    _look_again(unit, mended)


class _Work:
    """Acts of submissions upon one list that is locked; dataset None: there is no such list.

    changed: identifiers of what was changed; mended: submissions of which less is wrong than before.
    """

    def __init__(self, unit: UnitOfWork, dataset: Dataset | None, event_id: int | None = None):
        self.unit = unit
        self.dataset = dataset
        self.event_id = event_id
        self.changed: dict[str, None] = {}
        self.mended: set[int] = set()
        self._properties = entity_versions.properties_of(unit, dataset) if dataset else {}

    def do(self, sent, one: Declared, act: EntityAct | None, forced: bool = False) -> None:
        """Nothing; the act is done, waits or failed, as its line says."""
        was_failed = act is not None and act.state == FAILED
        try:
            outcome = self._carry_out(sent, one, forced)
        except Problem as fault:
            outcome = fault
        self._note(sent, one, act, outcome)
        if was_failed and not isinstance(outcome, Problem):
            self.mended.add(sent.submission_id)
        if isinstance(outcome, EntityVersion):
            self.changed[domain.read_uuid(one.uuid)] = None

    def again(self, act: EntityAct, forced: bool = False) -> bool:
        """Whether a line that waited is done now: read again from its submission as that stands."""
        found = _read(self.unit, act.submission_id)
        said = [one for one in (found.declared if found else ())
                if (one.place, one.dataset) == (act.place, act.dataset_name)]
        if not said:
            if found:
                queries.drop(self.unit.session, [act])
            return False
        self.do(found.sent, said[0], act, forced)
        return act.state != HELD

    def release(self, uuid: str) -> None:
        """Nothing; what was held for this entity and need not wait any longer is done, in order."""
        done = True
        while done:
            held = queries.list_held(self.unit.session, self.dataset.id, uuid)
            done = sum(self.again(act) for act in held)

    def _carry_out(self, sent, said: Declared, forced: bool) -> EntityVersion | _Wait:
        change = domain.change_of(said)
        if self.dataset is None:
            raise dataset_problems.dataset_not_found(said.dataset)
        one = entity_queries.find(self.unit.session, self.dataset.id, change.uuid)
        change = replace(change, data=domain.known_only(change.data, self._properties))
        if one is not None and one.deleted_at is not None:
            raise (entity_problems.entity_deleted(change.uuid, self.dataset.name) if change.updates
                   else entity_problems.uuids_deleted([change.uuid]))
        if one is not None and change.updates:
            return self._update(sent, one, change, forced)
        if one is not None:
            return self._create_late(sent, one, change)
        if not change.creates and not forced:
            if change.branch_id is None or change.trunk_version is not None:
                raise entity_problems.entity_unknown(change.uuid, self.dataset.name)
            return _Wait(HELD)
        return self._create(sent, change)

    def _create(self, sent, change: Change) -> EntityVersion | _Wait:
        if self.dataset.approval_required and sent.review_state != "approved":
            return _Wait(APPROVAL if change.creates else HELD)
        if change.label is None and change.creates:
            raise problems.missing_parameter("label")
        taken = entity_queries.list_taken(self.unit.session, self.dataset.id, [change.uuid])
        if taken:
            raise entity_problems.uuids_deleted([change.uuid])  # it was purged
        branch_id = None if change.creates else change.branch_id
        return entity_versions.create(self.unit, self.dataset, change.uuid, change.label or domain.GENERATED,
                                      change.data, self._source(sent), branch_id)[1]

    def _create_late(self, sent, one: Entity, change: Change) -> EntityVersion:
        """What should have made an entity that had to be made from a later change: fills what nobody has said since."""
        marks = entity_queries.list_marks(self.unit.session, one.id)
        if not domain.is_late_creation(marks):
            raise entity_problems.uuids_taken([change.uuid])
        late = domain.filled(domain.said(one.label, one.data), change.received)
        label = late.pop("label", None)
        wanted = Change(change.uuid, False, True, label, late, 0, None, marks[0].branch_id)
        return entity_versions.change(self.unit, self.dataset, one, wanted, one.version,
                                      domain.Verdict(domain.SOFT), self._source(sent))

    def _update(self, sent, one: Entity, change: Change, forced: bool) -> EntityVersion | _Wait:
        marks = entity_queries.list_marks(self.unit.session, one.id)
        base = domain.base_of(change, marks, self.dataset.name)
        if base is None and not forced:
            return _Wait(HELD)
        base = base or one.version
        newest = domain.said(one.label, one.data)
        stood = newest
        if base != one.version:
            version = entity_queries.find_version(self.unit.session, one.id, base)
            stood = domain.said(version.label, version.data)
        verdict = domain.judge(change.received, stood, newest, base == one.version, domain.interrupted(change, marks))
        return entity_versions.change(self.unit, self.dataset, one, change, base, verdict, self._source(sent))

    def _source(self, sent) -> Source:
        return Source("submission", user_agent=sent.user_agent, sent=sent, event_id=self.event_id)

    def _note(self, sent, one: Declared, act: EntityAct | None, outcome: EntityVersion | _Wait | Problem) -> None:
        """Nothing; the line of the ledger says what became of the act, and the history when it could not be done."""
        values = {
            "submission_version_id": sent.id, "dataset_id": self.dataset and self.dataset.id,
            "uuid": _identifier(one), "state": DONE, "fault": None, "entity_version_id": None, "branch_id": None,
            "branch_base": None,
            "action": "upsert" if one.creates and one.updates else "create" if one.creates else "update"}
        if isinstance(outcome, EntityVersion):
            values["entity_version_id"] = outcome.id
        elif isinstance(outcome, _Wait):
            change = domain.change_of(one)
            values |= {"state": outcome.state, "branch_id": change.branch_id, "branch_base": change.base_version}
        else:
            values |= {"state": FAILED, "fault": {"code": outcome.code, "es": outcome.es, "en": outcome.en,
                                                  "details": outcome.details}}
            self._tell(sent, one, outcome)
        if act is None:
            queries.add(self.unit.session, submission_id=sent.submission_id, place=one.place,
                        dataset_name=one.dataset, at=self.unit.now(), **values)
        else:
            queries.mark(self.unit.session, act, **values)

    def _tell(self, sent, one: Declared, fault: Problem) -> None:
        self.unit.record(
            ERROR, project_id=sent.project_id, form_id=sent.form_id, submission_id=sent.submission_id,
            target_id=self.dataset and self.dataset.id, actor_id=sent.submitter_id,
            details={"submissionId": sent.submission_id, "submissionDefId": sent.id, "instanceId": sent.instance_id,
                     "xmlFormId": sent.xml_form_id, "entity": {"uuid": _identifier(one), "dataset": one.dataset},
                     "errorMessage": fault.en, "problem": {"problemCode": fault.code, "problemDetails": fault.details}})


def _identifier(one: Declared) -> str:
    """The identifier that was told, as the list would write it where it can be read."""
    try:
        return domain.read_uuid(one.uuid)
    except Problem:
        return one.uuid[:domain.LONGEST_BRANCH]


def _look_again(unit: UnitOfWork, numbers: set[int]) -> None:
    """Nothing; the findings of these submissions no longer tell what was mended. What went wrong is an event of its
    own, which is followed by a check."""
    if unit.actor.kind == "system":
        for number in sorted(numbers):
            checking.keep(unit, number, checking.judge(unit, number))
