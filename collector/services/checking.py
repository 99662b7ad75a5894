"""Room of the step that checks a submission by its form's own rules, after it was kept and acknowledged.

It must not lose or refuse a submission (`services/refusing` asks before the answer) nor fail for what is in one: a
check that breaks is a finding that says so. `services/findings` shows what is kept here.
"""

import hashlib
import logging
from dataclasses import dataclass, replace

from collector.domain.checking.findings import NOT_EVALUATED, NOTE, WARNING, Circumstances, Finding
from collector.services import checkers, models, rule_findings
from collector.services.unit import UnitOfWork
from collector.store.queries import entity_acts, submissions
from collector.store.queries import findings as queries

log = logging.getLogger(__name__)
LONGEST_VALUE = 2000
ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class Found:
    """What the check of this version found, as rows.

    own: by its form and the lists that it writes to; ruled: by rules beyond the form.
    """

    version_id: int
    own: list[dict]
    ruled: list[dict]

    @property
    def rows(self) -> list[dict]:
        """All of it."""
        return self.own + self.ruled


def check(unit: UnitOfWork, event, found: Found | None) -> None:
    """Nothing; the findings of the event's submission are those of its current version. Doing it twice changes nothing.
    """
    keep(unit, event.submission_id, found)


def read(unit: UnitOfWork, event) -> Found | None:
    """What the check finds, None where there is nothing to check; for a reading unit, before `check` keeps it."""
    return judge(unit, event.submission_id)


def judge(unit: UnitOfWork, submission_id: int) -> Found | None:
    """What the check of a submission's current version finds; None for what was sent while testing a draft."""
    unit.require_system()
    version = queries.find_version_to_check(unit.session, submission_id)
    if version is None or version.draft:
        return None
    own = [*_judged(unit, version), *_refused_by_lists(unit, version)]
    return Found(version.id, rows_of(own), rows_of(_judged_by_rules(unit, version)))


def keep(unit: UnitOfWork, submission_id: int, found: Found | None) -> None:
    """Nothing; the submission's findings are what `judge` found, who settled the same before has settled it still."""
    unit.require_system()
    if found is None:
        return
    if rule_findings.watch(unit, submission_id):  # several may have been judged before one of them was kept
        found = _judged_anew(unit, submission_id, found)
    for number in _replace(unit, submission_id, found):
        _replace(unit, number, judge(unit, number))  # and not those that share something with it: so this ends


def _judged_anew(unit: UnitOfWork, submission_id: int, found: Found) -> Found | None:
    """The same with what rules beyond the form say now: what the form says has not changed."""
    version = queries.find_version_to_check(unit.session, submission_id)
    if version is None or version.id != found.version_id:
        return judge(unit, submission_id)
    return replace(found, ruled=rows_of(_judged_by_rules(unit, version)))


def _replace(unit: UnitOfWork, submission_id: int, found: Found | None) -> list[int]:
    """The few other records that share a value or file with this one since now, or no longer do; its findings are kept.
    """
    submissions.lock_submission(unit.session, submission_id)  # an edit, or another process that checks it
    if found and queries.find_current(unit.session, submission_id) != found.version_id:  # it came in between
        found = judge(unit, submission_id)
    if found is None:
        return []
    others = rule_findings.look_again(unit, submission_id, found.rows)
    queries.replace(unit.session, submission_id, found.version_id, found.rows, unit.now())
    return others


def rows_of(found: list[Finding]) -> list[dict]:
    """Findings as rows to keep; those of a rule beyond the form name it in their details."""
    rows = []
    for one in found:
        rule_id = one.details.get("rule") if one.kind == "rule" else None
        rows.append({
            "kind": one.kind, "severity": one.severity, "ref": _storable(one.ref), "path": _storable(one.path),
            "value": _storable(one.value)[:LONGEST_VALUE], "messages": dict(one.messages),
            "details": dict(one.details), "rule_id": rule_id, "fingerprint": fingerprint(one, rule_id)})
    return rows


def fingerprint(one: Finding, rule_id: int | None = None) -> str:
    """What makes it the same finding after the next check: kind, place, value and rule."""
    said = "\0".join((one.kind, one.ref, one.value, str(rule_id or "")))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _judged(unit: UnitOfWork, version) -> list[Finding]:
    if version.encrypted:
        return [_not_evaluated("", "encrypted")]
    root_name = ""
    try:
        model = models.form_model(unit, version.form_version_id, version.form_sha256)
        root_name = model.root_name
        media, entity_lists = checkers.lists_of(unit, version.form_version_id, model)
        circumstances = Circumstances(
            received_at=version.created_at, zone=version.timezone, media=media, entity_lists=entity_lists,
            properties={"deviceid": version.device_id} if version.device_id else {},
            files=queries.list_files_here(unit.session, version.id))
        return checkers.checker_of(unit, version.form_version_id, model).check(version.xml, circumstances)
    except Exception:
        log.exception("submission %s could not be checked", version.submission_id)
        return [_not_evaluated(root_name, "failed")]


def _judged_by_rules(unit: UnitOfWork, version) -> list[Finding]:
    try:
        return rule_findings.findings_of(unit, version.submission_id)
    except Exception:
        log.exception("submission %s could not be held against rules beyond its form", version.submission_id)
        return [_not_evaluated("", "failed")]


def _refused_by_lists(unit: UnitOfWork, version) -> list[Finding]:
    """What the submission says of entities and no list could take (`services/entity_acts`)."""
    failed = entity_acts.list_failed(unit.session, version.submission_id)
    root = models.form_model(unit, version.form_version_id, version.form_sha256).root_name if failed else ""
    return [Finding(f"/{root}{act.place}/meta/entity", ENTITY, WARNING, act.uuid, "", {
        "es": f"El padrón «{act.dataset_name}» no cambió con este registro. {act.fault['es']}",
        "en": f"The list «{act.dataset_name}» was not changed by this record. {act.fault['en']}"},
        {"code": act.fault["code"], "dataset": act.dataset_name})
        for act in failed]


def _not_evaluated(root_name: str, reason: str) -> Finding:
    return Finding(f"/{root_name}", NOT_EVALUATED, NOTE, "", "", {},
                   {"rule": "", "expression": "", "reason": reason})


def _storable(text: str) -> str:
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")
