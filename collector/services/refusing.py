"""Room of a form's policy: whether what breaks its rules is taken and noted, or turned away before the answer.

It must not keep or park anything (`services/intake` does) and must cost nothing where a form takes everything. A check
that takes too long or breaks refuses nothing: `services/checking` looks again afterwards.
"""

import logging
import threading

from collector.domain import problems
from collector.domain.checking.findings import Circumstances, Finding
from collector.domain.fields import FormModel
from collector.domain.finding_sentences import sentence
from collector.domain.problems import Problem
from collector.services import checkers, models
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, projects

log = logging.getLogger(__name__)
KINDS = ("required", "constraint", "choice", "type", "range", "relevant", "repeat-count", "calculate", "unknown")
SECONDS = 1.5  # the phone waits no longer for the check
STEPS = 1_000_000  # ends a check that nobody waits for any more
TOLD = 2
_room = threading.BoundedSemaphore(4)


def set_policy(unit: UnitOfWork, project_id: int, xml_form_id: str, refused: list[str]) -> None:
    """Nothing; the form refuses what breaks rules of these kinds, [] to take all. Raises 404.1, 403.1, 400.8."""
    form = unit.require("form.update", forms.find_form_to_change(unit.session, project_id, xml_form_id))
    for kind in refused:
        if kind not in KINDS:
            raise problems.unexpected_value("refuse", kind, f"expected some of {', '.join(KINDS)}",
                                            f"se espera alguno de {', '.join(KINDS)}")
    form.check_policy = {"refuse": sorted(set(refused), key=KINDS.index)} if refused else None
    unit.session.flush()
    unit.record("form.update", project_id=project_id, form_id=form.id,
                details={"data": {"checkPolicy": form.check_policy}})


def refused_kinds(view) -> tuple[str, ...]:
    """The kinds of findings that a form turns away, () when it takes everything."""
    return tuple((view.form.check_policy or {}).get("refuse") or ())


def refusal(unit: UnitOfWork, project_id: int, version, root, device_id: str) -> Problem | None:
    """Why the form does not take this, None when it does. version: (id, sha256, policy) of its form version."""
    kinds = frozenset((version.policy or {}).get("refuse") or ())
    if not kinds:
        return None
    try:
        model = models.form_model(unit, version.id, version.sha256)
        found = _within(SECONDS, _check(unit, project_id, version.id, model, root, device_id))
    except Exception:
        log.exception("a submission could not be checked before the answer")
        unit.rest()  # a fault of the database must not spoil what comes after in the same transaction
        return None
    wrong = [one for one in found or () if one.kind in kinds]
    return _told(wrong, model) if wrong else None


def _check(unit: UnitOfWork, project_id: int, form_version_id: int, model: FormModel, root, device_id: str):
    """The check as work that needs the unit no more."""
    checker = checkers.checker_of(unit, form_version_id, model)
    media, entity_lists = checkers.lists_of(unit, form_version_id, model)
    circumstances = Circumstances(
        received_at=unit.now(), zone=projects.find_project(unit.session, project_id).timezone, media=media,
        entity_lists=entity_lists, properties={"deviceid": device_id} if device_id else {})
    return lambda: checker.check(root, circumstances, STEPS)


def _within(seconds: float, work) -> list[Finding] | None:
    """What work() answers; None when it takes longer, or when others that take long are still at it."""
    if not _room.acquire(blocking=False):
        return None
    found: list = []

    def run() -> None:
        try:
            found.append(work())
        except Exception:
            log.exception("a check before the answer broke")
        finally:
            _room.release()

    thread = threading.Thread(target=run, name="check", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None


def _told(wrong: list[Finding], model: FormModel) -> Problem:
    """The Problem, with the first answers by their labels."""
    def words(language: str) -> str:
        told = [f"{_label(one, model, language)}: {_sentence(one, language)}" for one in wrong[:TOLD]]
        more = len(wrong) - TOLD
        if more > 0:
            told.append(f"Y {more} más." if language == "es" else f"And {more} more.")
        return " ".join(told)

    return problems.breaks_rules(words("es"), words("en"), [{"ref": one.ref, "kind": one.kind} for one in wrong[:50]])


def _label(one: Finding, model: FormModel, language: str) -> str:
    field = model.by_path.get(one.path)
    label = model.label(field, language).strip() if field else one.ref
    return label.rstrip(":") or one.ref


def _sentence(one: Finding, language: str) -> str:
    said = sentence(one, language).strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
