"""Room where many records are decided at once: planned, confirmed by their exact number, done in batches, taken back.

It must not decide by itself what may be (`domain/review`). The records are chosen and noted as they stand when it is
planned; what changed since stays as it is. The worker goes through them, each batch in a transaction of its own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from collector.domain import access, problems, review, review_problems
from collector.services import closing_returns, deciding, filters, people, scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import bulks as queries
from collector.store.queries import deciding as decisions
from collector.store.queries import events, forms, projects
from collector.store.queries.narrowing import worded
from collector.store.tables.review import Bulk

ACTION, STEP = "submission.bulk", "decide_many"
TOGETHER = 200  # records in a transaction
KEPT = timedelta(hours=6)  # plans that nobody confirms
MOST_TICKED = 500
OUTCOMES = ("done", "errors", "changed", "move", "same_person", "right", "gone")


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision about many. counts: {outcome: how many}; of a plan those it would have; '' waits. undone_by: number of
    the one that took it back; can_undo: whether the one who looks may do so now."""

    row: Bulk
    counts: Mapping[str, int]
    can_undo: bool = False
    undone_by: int | None = None

    @property
    def changes(self) -> int:
        """How many records change, or changed."""
        return self.counts.get("done", 0)


def plan(unit: UnitOfWork, project_id: int, move: str, given: filters.Filters,
         ticked: Sequence[tuple[str, str]] | None = None) -> Shown:
    """A decision about all records of a filter, or ticked ones, (xmlFormId, instanceID), that waits to be confirmed.

    Raises 404.1, 403.1, 400.8.
    """
    if move not in review.MOVES:
        raise problems.unexpected_value("move", move, f"expected one of {', '.join(review.MOVES)}",
                                        f"se espera {', '.join(review.MOVES)}")
    given = given if ticked is None else filters.Filters()
    narrowed = worded(unit.session, filters.narrowing(
        unit, project_id, replace(given, deleted=False), "submission.update"))
    instances = None
    if ticked is not None:
        numbers = {form.xml_form_id: form.id for form, _version in forms.list_forms(unit.session, project_id)
                   if form.id in narrowed.form_ids}
        instances = [(numbers[form], name) for form, name in ticked[:MOST_TICKED] if form in numbers]
    queries.drop_plans(unit.session, unit.actor.id, unit.now() - KEPT)
    row = queries.add(unit.session, project_id=project_id, actor_id=unit.actor.id, move=move, created_at=unit.now(),
                      asked=filters.written(given) if ticked is None else {"ticked": len(instances)})
    queries.choose(unit.session, row, narrowed, instances)
    return _shown(unit, row)


def find(unit: UnitOfWork, project_id: int, number: int) -> Shown:
    """A decision about many of the actor's own, or of anybody for who manages the project. Raises 404.1, 403.1."""
    return _shown(unit, _find(unit, project_id, number))


def confirm(unit: UnitOfWork, project_id: int, number: int, count: int | None, reason: str = "",
            words: str = "") -> Shown:
    """The decision under way, when the number is that of the records which change. Raises 404.1, 403.1, 400.2, 400.8,
    409.3 (confirmed already), 409.34 (another number)."""
    row = _find(unit, project_id, number, lock=True)
    if row.state != "planned" or row.actor_id != unit.actor.id:
        raise problems.changed_meanwhile()
    deciding.check_words(row.move, reason, words)
    changes = _expected(unit, row).get("done", 0)
    if count != changes or not changes:
        raise review_problems.count_differs(changes, count)
    row.reason, row.words, row.confirmed = reason, words.strip(), changes
    return _begin(unit, row)


def undo(unit: UnitOfWork, project_id: int, number: int) -> Shown:
    """The decision that takes this one back, under way; what was decided since stays. Raises 404.1, 403.1, 409.33."""
    row = _find(unit, project_id, number, lock=True)
    if not _shown(unit, row).can_undo:
        raise review_problems.nothing_to_undo()
    back = queries.add(unit.session, project_id=project_id, actor_id=unit.actor.id, move="undo", undoes=row.id,
                       created_at=unit.now(), asked=row.asked)
    queries.choose_done(unit.session, back, row)
    back.confirmed = back.total
    return _begin(unit, back)


def list_items(unit: UnitOfWork, project_id: int, number: int, outcome: str | None = None, after: int = 0,
               limit: int = 200) -> list:
    """(submission, xmlFormId, outcome) of the records. Raises 404.1, 403.1."""
    return queries.list_items(unit.session, _find(unit, project_id, number).id, outcome, after, limit)


def go_on(unit: UnitOfWork, event, _found) -> None:
    """Nothing; the next batch is decided, and the step asked for again until none is left."""
    unit.require_system()
    row = queries.find_of_event(unit.session, event.id)
    if row is None:
        return
    batch = queries.next_batch(unit.session, row.id, TOGETHER)
    if not batch:
        row.state, row.ended_at = "ended", unit.now()
        unit.session.flush()
        return
    outcomes = _decided(unit, row, batch)
    queries.mark(unit.session, row.id, outcomes)
    row.done += len(batch)
    unit.session.flush()
    events.add_tasks(unit.session, event.id, [STEP], None, unit.now())
    unit.on_commit(unit.units.wake)


def _decided(unit: UnitOfWork, row: Bulk, batch: list) -> dict[int, str]:
    actor = access.SYSTEM if row.actor_id is None else people.actor(unit, row.actor_id)
    before = queries.decisions_of(unit.session, row.undoes, [one.id for _item, one in batch]) if row.undoes else {}
    judged, outcomes, kept = _Judge(unit, row, actor), {}, []
    within = judged.within([one for _item, one in batch])
    for item, one in batch:
        changed = (item.edits, item.decisions) != (one.edits, one.decisions)
        ruling = (judged.ruling(one.form_id, deciding.standing_of(one), changed, one.deleted_at is not None)
                  if one.id in within else review.Ruling(refusal="right"))
        outcomes[one.id] = ruling.refusal or "done"
        if ruling.refusal:
            continue
        state, first_by, about = ruling.state, ruling.first_by, {}
        if row.undoes:
            undone = before[one.id]
            state, first_by, about = undone.before or "received", undone.first_before, {"undoes": undone.id}
        kept.append((one, deciding.row_of(unit, one, row.move, state, first_by, bulk_id=row.id, reason=row.reason,
                                          words=row.words, **{"undoes": None, **about})
                     | {"actor_id": row.actor_id}))
    if kept:
        decisions.keep(unit.session, [made for _one, made in kept])
        decisions.mark_undone(unit.session, [made["undoes"] for _one, made in kept if made["undoes"]], unit.now())
    for one, made in kept:
        deciding.record_event(unit, judged.form(one.form_id), one, made)
    if row.undoes:
        undone = [before[made["submission_id"]] for _one, made in kept]
        closing_returns.reopen_undone(unit, undone, row.actor_id)
    else:
        closing_returns.close_decided(unit, [made for _one, made in kept])
    return outcomes


class _Judge:
    """What becomes of records in one decision about many; forms and their settings are read once."""

    def __init__(self, unit: UnitOfWork, row: Bulk, actor: access.Actor | None):
        self._unit, self._row, self._actor = unit, row, actor
        self._known: dict[int, tuple] = {}

    def form(self, form_id: int):
        return self._about(form_id)[0]

    def within(self, batch: list) -> set[int]:
        """Those that are among the records which the one who decides is limited to."""
        grants, seen = self._actor.grants if self._actor else (), set()
        for form_id in {one.form_id for one in batch}:
            seen |= scopes.those_within(self._unit, grants, "submission.update", self.form(form_id),
                                        [one.id for one in batch if one.form_id == form_id])
        return seen

    def ruling(self, form_id: int, standing: review.Standing, changed: bool, gone: bool) -> review.Ruling:
        form, settings, roles, may = self._about(form_id)
        why = "gone" if gone or form.deleted_at else "right" if not may else "changed" if changed else ""
        if why or self._row.undoes:
            return review.Ruling(refusal=why)
        return review.rule(settings, standing, self._row.move, self._row.actor_id, roles, in_bulk=True)

    def _about(self, form_id: int) -> tuple:
        if form_id not in self._known:
            form = forms.find_form_by_number(self._unit.session, form_id)
            grants = self._actor.grants if self._actor else ()
            self._known[form_id] = (
                form, deciding.settings_of(self._unit, form),
                deciding.roles_at(self._actor, form) if self._actor else frozenset(),
                access.may(grants, "submission.update", form.places()))
        return self._known[form_id]


def _begin(unit: UnitOfWork, row: Bulk) -> Shown:
    row.state = "running"
    row.event_id = unit.record(ACTION, project_id=row.project_id, target_id=row.id,
                               details={"move": row.move, "count": row.confirmed, "filter": row.asked})
    unit.session.flush()
    return _shown(unit, row)


def _find(unit: UnitOfWork, project_id: int, number: int, lock: bool = False) -> Bulk:
    project = projects.find_project(unit.session, project_id)
    row = queries.find(unit.session, project_id, number, lock) if project is not None else None
    if row is None:
        raise problems.not_found("La decisión", "The decision")
    if row.actor_id != unit.actor.id:
        unit.require("project.update", project)
    return row


def _shown(unit: UnitOfWork, row: Bulk) -> Shown:
    if row.state == "planned":
        return Shown(row, _expected(unit, row))
    counts = queries.outcomes(unit.session, row.id)
    young = row.ended_at is not None and unit.now() - row.ended_at <= deciding.UNDO
    undone_by = None if row.undoes else queries.find_undoing(unit.session, row.id)
    mine = not row.undoes and undone_by is None and row.actor_id == unit.actor.id
    return Shown(row, counts, young and mine and bool(counts.get("done")), undone_by)


def _expected(unit: UnitOfWork, row: Bulk) -> Mapping[str, int]:
    """How many records would come out how, as they stand now."""
    judge, found = _Judge(unit, row, unit.actor), Counter()
    for one in queries.groups(unit.session, row):
        ruling = judge.ruling(one.form_id, review.Standing(one.state, one.first_by, int(one.errors)), one.changed,
                              one.gone)
        found[ruling.refusal or "done"] += one.how_many
    return found
