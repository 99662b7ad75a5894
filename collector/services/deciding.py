"""Room where a record is decided: approved, with issues, rejected, taken up again; and where that is taken back.

It must not change answers. Every decision carries what it saw: if the record changed meanwhile nothing is kept and the
later person is told. Decisions about many go through `services/bulks`; the rules are `domain/review`.
"""

from dataclasses import dataclass
from datetime import timedelta

from collector.domain import access, problems, review, review_problems
from collector.services import closing_returns, records
from collector.services.unit import UnitOfWork
from collector.store.queries import deciding as queries
from collector.store.queries import forms
from collector.store.queries.records import Record
from collector.store.tables.review import Decision

ACTION = "submission.update"
UNDO = timedelta(minutes=15)
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody may decide about a record. seen: to be handed back with the decision; waits_for_second: it was
    approved once and another person must approve it; mine: the one who looks was the first.
    """

    moves: list[str]
    seen: str
    second: bool = False
    waits_for_second: bool = False
    mine: bool = False


def seen_of(submission) -> str:
    """What a decision about the record saw: its versions and its decisions so far."""
    return f"{submission.edits}.{submission.decisions}"


def choices(unit: UnitOfWork, project_id: int, record: Record) -> Choices:
    """What the actor may decide about a record that `services/records` found."""
    form, one = forms.find_form(unit.session, project_id, record.xml_form_id), record.submission
    if not unit.may("submission.update", form):
        return Choices([], seen_of(one))
    settings = settings_of(unit, form)
    moves = review.offered(settings, standing_of(one), unit.actor.id, roles_at(unit.actor, form))
    return Choices(moves, seen_of(one), settings.second, settings.second and one.first_by is not None,
                   one.first_by == (unit.actor.id or 0))


def decide(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, move: str, seen: str,
           reason: str = "", words: str = "") -> Decision:
    """The decision, made about the record as it was seen. Raises 404.1, 403.1, 400.2 (no reason), 400.8, 400.13,
    409.31 (it changed meanwhile), 409.32 (no such move, or the second approval by the same person)."""
    form, submission = _locked(unit, project_id, xml_form_id, instance_id)
    check_words(move, reason, words)
    if seen != seen_of(submission):
        raise changed(unit, submission, seen)
    ruling = review.rule(settings_of(unit, form), standing_of(submission), move, unit.actor.id,
                         roles_at(unit.actor, form))
    if ruling.refusal == "right":
        raise problems.no_right()
    if ruling.refusal:
        raise review_problems.no_such_move(move, ruling.refusal)
    _keep(unit, form, submission, move, ruling.state, ruling.first_by, reason, words)
    return queries.find_last(unit.session, submission.id)


def set_state(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, state: str | None,
              reason: str = "", words: str = "") -> Record:
    """The record, in this review state, as ODK Central's API sets it: without a look at what was seen, the same state
    once more included. Raises 404.1, 403.1, 400.8, 409.32."""
    if state is not None and state not in review.STATES:
        known = ", ".join(review.STATES[1:])
        raise problems.unexpected_value("reviewState", state, f"expected one of null, {known}",
                                        f"se espera null, {known}")
    form, submission = _locked(unit, project_id, xml_form_id, instance_id)
    move, standing = review.move_to(state or "received"), standing_of(submission)
    ruling = review.rule(settings_of(unit, form), standing, move, unit.actor.id, roles_at(unit.actor, form))
    if ruling.refusal == "move":
        ruling = review.Ruling(standing.state or "received", standing.first_by)
    elif ruling.refusal == "right":
        raise problems.no_right()
    elif ruling.refusal:
        raise review_problems.no_such_move(move, ruling.refusal)
    _keep(unit, form, submission, move, ruling.state, ruling.first_by, reason, words)
    return records.find_record(unit, project_id, xml_form_id, instance_id)


def undo(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> Decision:
    """The decision that takes back the last one, which the same person made within 15 minutes.

    Raises 404.1, 403.1, 409.31 (the record changed since), 409.33 (too late, or nothing to take back).
    """
    form, submission = _locked(unit, project_id, xml_form_id, instance_id)
    last = queries.find_last(unit.session, submission.id)
    if last is None or last.undoes is not None or last.actor_id != unit.actor.id or unit.now() - last.at > UNDO:
        raise review_problems.nothing_to_undo()
    if submission.edits != last.edits:
        raise changed(unit, submission, f"{last.edits}.{last.number}")
    queries.mark_undone(unit.session, [last.id], unit.now())
    _keep(unit, form, submission, "undo", last.before or "received", last.first_before, undoes=last.id)
    closing_returns.reopen_undone(unit, [last], unit.actor.id)
    return queries.find_last(unit.session, submission.id)


def can_undo(unit: UnitOfWork, found) -> Decision | None:
    """The last decision about a record that was found, when the actor may take it back now."""
    last = queries.find_last(unit.session, found.id) if found.decisions else None
    mine = last is not None and last.undoes is None and last.actor_id == unit.actor.id
    return last if mine and unit.now() - last.at <= UNDO and found.edits == last.edits else None


def mark_read(unit: UnitOfWork, project_id: int, record: Record) -> None:
    """Nothing; once somebody who may decide opens a record it is unread no more. Reading itself waits for nobody."""
    form, number = forms.find_form(unit.session, project_id, record.xml_form_id), record.submission.id
    if record.submission.read_at is None and unit.may("submission.update", form):
        unit.rest()
        unit.units.write(unit.actor, lambda writing: queries.mark_read(writing.session, number, writing.now()))


def find_settings(unit: UnitOfWork, project_id: int, xml_form_id: str) -> review.Settings:
    """How a form is reviewed. Raises 404.1, 403.1."""
    form = unit.require("submission.list", forms.find_form(unit.session, project_id, xml_form_id))
    return settings_of(unit, form)


def put_settings(unit: UnitOfWork, project_id: int, xml_form_id: str, roles: dict, second: bool) -> review.Settings:
    """How a form is reviewed from now on. roles: {move: system names}. Raises 404.1, 403.1, 400.8."""
    form = unit.require("form.update", forms.find_form(unit.session, project_id, xml_form_id))
    known = {role.system for role in access.ROLES.values() if "submission.update" in role.verbs}
    for move, names in roles.items():
        if move not in review.MOVES or not set(names) <= known:
            raise problems.unexpected_value("roles", f"{move}: {names}", f"expected some of {sorted(known)}",
                                            f"se esperan {sorted(known)}")
    kept = {"roles": {move: sorted(names) for move, names in roles.items()}, "second": bool(second)}
    queries.put_settings(unit.session, form.id, kept, unit.now())
    unit.record("form.review", project_id=form.project_id, form_id=form.id, details=kept)
    return settings_of(unit, form)


def settings_of(unit: UnitOfWork, found) -> review.Settings:
    """How a form that was found is reviewed."""
    return review.settings_from(queries.find_settings(unit.session, found.id))


def roles_at(actor: access.Actor, thing) -> frozenset[str]:
    """The system names of the roles that somebody holds at a thing's places."""
    places = thing.places()
    return frozenset(access.ROLES[grant.role].system for grant in actor.grants if grant.place in places)


def standing_of(submission) -> review.Standing:
    """How a record stands."""
    return review.Standing(submission.review_state, submission.first_by, submission.errors)


def check_words(move: str, reason: str, words: str) -> None:
    """Nothing, when the move is known and says why as it must. Raises 400.2, 400.8, 400.13."""
    if move not in review.MOVES:
        raise problems.unexpected_value("move", move, f"expected one of {', '.join(review.MOVES)}",
                                        f"se espera {', '.join(review.MOVES)}")
    if reason and reason not in review.REASONS[move]:
        known = ", ".join(review.REASONS[move])
        raise problems.unexpected_value("reason", reason, f"expected one of {known}", f"se espera {known}")
    if (move in review.NEED_REASON and not reason) or (reason == review.OTHER and not words.strip()):
        raise problems.missing_parameter("reason" if not reason else "words")
    if len(words) > LONGEST:
        raise problems.too_long("words")


def changed(unit: UnitOfWork, found, seen: str) -> problems.Problem:
    """What happened to the record since it was seen so."""
    edits, _dot, number = seen.partition(".")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    since = [{"by": name, "move": one.move, "state": one.after or "received", "at": one.at.isoformat(),
              "reason": one.reason, "words": one.words}
             for one, name in queries.list_since(unit.session, found.id, number)]
    who = ", ".join(dict.fromkeys(one["by"] or "Collector" for one in since))
    return review_problems.decided_meanwhile(who, since, str(found.edits) != edits, seen_of(found))


def row_of(unit: UnitOfWork, found, move: str, state: str, first_by: int | None, **about) -> dict:
    """A decision about a record as it stands, to be kept. about: actor_id, bulk_id, reason, words, undoes."""
    return {"submission_id": found.id, "number": found.decisions + 1, "edits": found.edits,
            "actor_id": unit.actor.id, "move": move, "before": found.review_state,
            "after": None if state == "received" else state, "first_before": found.first_by,
            "first_after": first_by, "at": unit.now(), **about}


def record_event(unit: UnitOfWork, form, found, row: dict) -> None:
    """Nothing; the decision stands in the record's history, in the words of ODK Central."""
    told = {name: row[name] for name in ("reason", "bulk_id", "undoes") if row.get(name)}
    if row["first_after"] is not None:
        told["first"] = True
    unit.record(ACTION, project_id=form.project_id, form_id=form.id, submission_id=found.id,
                actor_id=row["actor_id"],
                details={"instanceId": found.instance_id, "reviewState": row["after"], "move": row["move"],
                         **told, **({"text": row["words"]} if row.get("words") else {})})


def _locked(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="submission.update")
    submission = queries.lock(unit.session, record.submission.id)
    if submission is None:
        raise problems.not_found("El registro", "The submission")
    return forms.find_form(unit.session, project_id, xml_form_id), submission


def _keep(unit: UnitOfWork, form, submission, move: str, state: str, first_by: int | None, reason: str = "",
          words: str = "", undoes: int | None = None) -> None:
    row = row_of(unit, submission, move, state, first_by, reason=reason, words=words.strip(), undoes=undoes)
    queries.keep(unit.session, [row])
    unit.session.expire(submission)
    record_event(unit, form, submission, row)
    closing_returns.close_decided(unit, [row] if undoes is None else [])
