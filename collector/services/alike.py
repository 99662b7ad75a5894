"""Room of records that look the same: found together, laid side by side, settled, and that taken back.

It must not change answers nor delete anything: the one that goes is rejected as a duplicate (`services/deciding`), and
both stay for ever. Marks come from `services/alike_marks`. Who is limited to some records meets no others here.
"""

from dataclasses import dataclass, replace

from collector.domain import differences, problems, review_problems, sheet
from collector.domain.alike import CONTENT, KEY
from collector.domain.differences import Change
from collector.services import deciding, filters, reading, records
from collector.services.unit import UnitOfWork
from collector.store.queries import alike as queries
from collector.store.queries import deciding as decisions
from collector.store.queries import forms, inbox
from collector.store.queries import records as record_queries
from collector.store.queries.records import Record
from collector.store.tables.alike import AlikeSettlement

ACTION = "submission.alike"
MOST = 50  # records that are settled together
RIGHT, KEPT = "right", "kept"


@dataclass(frozen=True, slots=True)
class Like:
    """A record of a group. kinds: in what it is the same as the first (content, key); seen: for the decision."""

    record: Record
    kinds: tuple[str, ...]
    seen: str

    @property
    def rejected(self) -> bool:
        """Whether it was rejected already."""
        return self.record.submission.review_state == "rejected"


@dataclass(frozen=True, slots=True)
class Group:
    """A record with those that look the same, as far as the actor may see them. more: there are more than MOST.

    waits: nobody settled it yet; may: whether the actor may; last: (settlement that stands, who made it) or None;
    undoable: whether the actor may take that back now.
    """

    first: Like
    others: list[Like]
    more: bool
    waits: bool
    may: bool
    last: tuple[AlikeSettlement, str | None] | None
    undoable: bool

    @property
    def alive(self) -> list[Like]:
        """Those of the others that nobody rejected."""
        return [one for one in self.others if not one.rejected]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records side by side. said: what people answered differently; written: what the phone wrote differently;
    same: (answer, around) that both have. None where one of them cannot be read."""

    said: list[Change]
    written: list[Change]
    same: list[tuple[sheet.Answer, str]]


def find_group(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> Group:
    """A record with those that look the same. Raises 404.1, 403.1."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    form = forms.find_form(unit.session, project_id, xml_form_id)
    kinds: dict[int, tuple[str, ...]] = {}
    for number, kind in queries.list_likes(unit.session, record.submission.id, 4 * MOST):
        kinds[number] = (*kinds.get(number, ()), kind)
    narrowed = replace(filters.narrowing(unit, project_id, filters.Filters(xml_form_id=xml_form_id)),
                       numbers=tuple(kinds))
    found = record_queries.list_records(unit.session, narrowed) if kinds else []
    others = sorted((_like(one, kinds[one.submission.id]) for one in found),
                    key=lambda one: (one.rejected, one.record.submission.id))
    first = _like(record, tuple(dict.fromkeys(kind for one in others for kind in one.kinds)))
    last = queries.find_last(unit.session, record.submission.id)
    may = unit.may("submission.update", form)
    return Group(first, others[:MOST], len(others) > MOST, _waits(unit, [first, *others]), may, last,
                 last is not None and may and _undoable(unit, last[0]))


def find_pair(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str,
              other_id: str) -> tuple[Record, Record]:
    """A record and the one of this instanceID that looks the same. Raises 404.1 (also when it does not), 403.1."""
    group = find_group(unit, project_id, xml_form_id, instance_id)
    for one in group.others:
        if one.record.submission.instance_id == other_id:
            return group.first.record, one.record
    raise problems.not_found("Un registro parecido", "A submission that looks the same")


def next_group(unit: UnitOfWork, project_id: int, group: Group, given: filters.Filters) -> Record | None:
    """A record of the queue, narrowed so, that is not of this group: the next, or the first. Raises 404.1, 403.1."""
    narrowed = filters.narrowing(unit, project_id, given)
    seen = {one.record.submission.id for one in (group.first, *group.others)}
    for after in (group.first.record.submission.id, None):
        numbers = [number for number in inbox.list_numbers(unit.session, narrowed, after, limit=MOST + 2)
                   if number not in seen]
        if numbers:
            return inbox.list_of(unit.session, numbers[:1])[0]
    return None


def marked(unit: UnitOfWork, project_id: int, numbers: list[int]) -> set[int]:
    """Those of these submissions that look like another which the actor may see, and that nobody settled yet."""
    if not numbers:
        return set()
    scopes = filters.narrowing(unit, project_id, filters.Filters()).scopes
    return queries.list_waiting(unit.session, scopes, numbers)


def compare(unit: UnitOfWork, one: Record, other: Record, language: str = "") -> Compared | None:
    """What two records that were found here say differently, and what both say."""
    sides = [_read(unit, record, language) for record in (one, other)]
    if sides[0] is None or sides[1] is None:
        return None
    (model, instance, sections), (_model, beside, others) = sides
    found = differences.differences(model, instance, beside)
    changes = differences.in_words(found, sections, others)
    apart = {change.ref for change in changes}
    root = f"/{instance.root.name}"
    same = [(answer, around) for answer, around in _answers(sections)
            if answer.state == "answered" and not answer.calculated and root + answer.ref not in apart]
    own = [change for change in changes if change.calculated or change.path.startswith("/meta/")]
    return Compared([change for change in changes if change not in own], own, same)


def settle_right(unit: UnitOfWork, project_id: int, xml_form_id: str, seen: dict[str, str],
                 words: str = "") -> AlikeSettlement:
    """All of these are right and stay; they are not asked about again as long as they say the same.

    seen: {instanceID: how it was seen}. Raises 404.1, 403.1, 400.8 (fewer than two), 400.13, 409.31.
    """
    form = unit.require("submission.update", forms.find_form(unit.session, project_id, xml_form_id))
    found = _locked(unit, project_id, xml_form_id, seen)
    _check(found, words)
    row = _settle(unit, form, RIGHT, None, words)
    marks = queries.marks_of(unit.session, [one.id for one in found])
    members = [{"submission_id": one.id, "decision_id": None,
                "right_before": {kind: mark.right_id for kind, mark in marks.get(one.id, {}).items()}} for one in found]
    queries.add_members(unit.session, row.id, members)
    for one in members:
        queries.mark_right(unit.session, one["submission_id"], dict.fromkeys(one["right_before"], row.id))
    queries.refresh_of(unit.session, [one.id for one in found])
    _tell(unit, form, row, found)
    return row


def keep(unit: UnitOfWork, project_id: int, xml_form_id: str, kept: str, seen: dict[str, str],
         words: str = "") -> AlikeSettlement:
    """One of these stays, the others are rejected as duplicates of it. kept: its instanceID, among those seen.

    Raises 404.1, 403.1, 400.8, 400.13, 409.31 (one of them changed meanwhile), 409.32 (one may not be rejected).
    """
    form = unit.require("submission.update", forms.find_form(unit.session, project_id, xml_form_id))
    found = _locked(unit, project_id, xml_form_id, seen)
    _check(found, words)
    stays = next((one for one in found if one.instance_id == kept), None)
    if stays is None or stays.review_state == "rejected":
        raise problems.unexpected_value("keep", kept, "expected one that is not rejected",
                                        "se espera uno que no esté rechazado")
    row = _settle(unit, form, KEPT, stays.id, words)
    members = [{"submission_id": stays.id, "right_before": {}, "decision_id": None}]
    for one in found:
        if one is stays or one.review_state == "rejected":
            continue
        made = deciding.decide(unit, project_id, xml_form_id, one.instance_id, "reject", seen[one.instance_id],
                               "duplicate", words)
        members.append({"submission_id": one.id, "right_before": {}, "decision_id": made.id})
    queries.add_members(unit.session, row.id, members)
    _tell(unit, form, row, found, stays)
    return row


def undo(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> AlikeSettlement:
    """The settlement, taken back: with it the rejections it made, as `services/deciding` allows it.

    Raises 404.1, 403.1, 409.31, 409.33 (a rejection is older than 15 minutes, or somebody else's, or decided anew).
    """
    form = unit.require("submission.update", forms.find_form(unit.session, project_id, xml_form_id))
    row = queries.find_settlement(unit.session, number)
    if row is None or row.form_id != form.id:
        raise problems.not_found("La decisión", "The decision")
    members = queries.list_members(unit.session, row.id)
    found = {one.submission_id: records.find_by_number(unit, project_id, one.submission_id) for one in members}
    if row.undone_at is not None or None in found.values():
        raise review_problems.nothing_to_undo()
    for one in members:
        if one.decision_id is not None:
            _undo_rejection(unit, project_id, found[one.submission_id], one.decision_id)
        marks = queries.marks_of(unit.session, [one.submission_id]).get(one.submission_id, {})
        queries.mark_right(unit.session, one.submission_id, {
            kind: before for kind, before in one.right_before.items()
            if kind in marks and marks[kind].right_id == row.id})
    row.undone_at, row.undone_by = unit.now(), unit.actor.id
    unit.session.flush()
    queries.refresh_of(unit.session, list(found))
    _tell(unit, form, row, [one.submission for one in found.values()])
    return row


def _undo_rejection(unit: UnitOfWork, project_id: int, record: Record, decision_id: int) -> None:
    last = decisions.find_last(unit.session, record.submission.id)
    if last is None or last.id != decision_id:
        raise review_problems.nothing_to_undo()
    deciding.undo(unit, project_id, record.xml_form_id, record.submission.instance_id)


def _locked(unit: UnitOfWork, project_id: int, xml_form_id: str, seen: dict[str, str]) -> list:
    """The submissions as they stand now, by number; they stand as they were seen. Raises 404.1, 403.1, 409.31."""
    listed = [records.find_record(unit, project_id, xml_form_id, name, verb="submission.update") for name in seen]
    found = []
    for record in sorted(listed, key=lambda one: one.submission.id):
        one = decisions.lock(unit.session, record.submission.id)
        if one is None:
            raise problems.not_found("El registro", "The submission")
        if seen[one.instance_id] != deciding.seen_of(one):
            raise deciding.changed(unit, one, seen[one.instance_id])
        found.append(one)
    return found


def _check(found: list, words: str) -> None:
    if not 2 <= len(found) <= MOST + 1:
        raise problems.unexpected_value("records", str(len(found)), f"expected 2 to {MOST + 1}",
                                        f"se esperan de 2 a {MOST + 1}")
    if len(words) > deciding.LONGEST:
        raise problems.too_long("words")


def _settle(unit: UnitOfWork, form, outcome: str, kept_id: int | None, words: str) -> AlikeSettlement:
    return queries.settle(unit.session, form_id=form.id, outcome=outcome, kept_id=kept_id, words=words.strip(),
                          actor_id=unit.actor.id, at=unit.now())


def _tell(unit: UnitOfWork, form, row: AlikeSettlement, found: list, stays=None) -> None:
    """Nothing; it stands in the history of each of these records."""
    for one in found:  # none names another: who is limited to some records may read the history of one
        told = {"instanceId": one.instance_id, "outcome": row.outcome, "settlementId": row.id,
                "records": len(found), **({"kept": stays.instance_id} if stays is one else {}),
                **({"undone": True} if row.undone_at else {"text": row.words} if row.words else {})}
        unit.record(ACTION, project_id=form.project_id, form_id=form.id, submission_id=one.id, target_id=row.id,
                    details=told)


def _undoable(unit: UnitOfWork, row: AlikeSettlement) -> bool:
    if row.outcome == RIGHT:
        return True
    return row.actor_id == unit.actor.id and unit.now() - row.at <= deciding.UNDO


def _waits(unit: UnitOfWork, likes: list[Like]) -> bool:
    """Whether some of these that nobody rejected were not found right together."""
    marks = queries.marks_of(unit.session, [one.record.submission.id for one in likes if not one.rejected])
    for kind in (CONTENT, KEY):
        right: dict[bytes, set] = {}
        for number, held in marks.items():
            if kind in held:
                right.setdefault(held[kind].digest, set()).add(held[kind].right_id or -number)
        if any(len(several) > 1 for several in right.values()):
            return True
    return False


def _like(record: Record, kinds: tuple[str, ...]) -> Like:
    return Like(record, kinds, deciding.seen_of(record.submission))


def _read(unit: UnitOfWork, record: Record, language: str) -> tuple | None:
    model, instance = records.answers_of(unit, record)
    if model is None or instance is None:
        return None
    return model, instance, reading.of_version(unit, record, model, instance, language)


def _answers(parts: tuple, around: str = ""):
    """(answer, the instances of repeats around it) of all that is laid out."""
    for part in parts:
        if isinstance(part, sheet.Answer):
            yield part, around
        elif isinstance(part, sheet.Section):
            yield from _answers(part.parts, around)
        else:
            for turn in part.turns:
                words = f"{part.label} {turn.position}"
                yield from _answers(turn.parts, f"{around} · {words}" if around else words)
