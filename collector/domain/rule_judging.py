"""Room where one submission is judged by one rule beyond the form: flat answers and files in, findings out.

It must not know the database: which other records hold the same value is asked of whoever calls.
`services/rule_findings` calls it for what arrives, `services/rule_trials` for a dry run over history.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import asin, cos, radians, sin, sqrt

from collector.domain import mandates
from collector.domain import rule_sentences as sentences
from collector.domain.checking.findings import Finding
from collector.domain.columns import Column
from collector.domain.rule_answers import Sent, SentFile, answers_at, combinations_of
from collector.domain.rules import (
    NOT_AFTER,
    Box,
    DateOrder,
    Distance,
    Duration,
    InOffice,
    Reconciled,
    Rule,
    SameFile,
    Unique,
)
from collector.domain.values import Value, line_points, value_text

KIND = "rule"
TOLD = 5  # other records that a finding names
AUDIT = "audit"
_EARTH = 6_371_008.8  # metres, mean radius


@dataclass(frozen=True, slots=True)
class Twin:
    """Another record that holds the same value or file. number: of the submission."""

    number: int
    form_id: str
    instance_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Twins:
    """The other records with the same value: the first few, and how many there are at least."""

    first: tuple[Twin, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands against an answer. es, en: plain sentences; facts: for the finding's details."""

    ref: str
    path: str
    value: str
    es: str
    en: str
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Closing:
    """What somebody read off a phone: how many it sent on a day, how many it still holds, each as it was asked."""

    ref: str
    on: date
    sent: int
    waiting: tuple[int, ...] = ()


# (value) -> Twins; of in_office (signatory, community) -> mandates or None;
# of reconciled (number of the submission, phone, day) -> how many or None
Ask = Callable[..., object]


def judge(rule: Rule, sent: Sent, columns: Mapping[str, Column], twins: Ask) -> list[Finding]:
    """What the rule finds in the submission, in its order.

    twins: the other records with this mark (unique) or this SHA-256 (same_file); for in_office all mandates of the
    community in every version, None where none are kept; for reconciled how many records arrived from the same phone
    on a day, None where it is not known which one it is.
    """
    faults = _JUDGES[rule.definition.__class__](rule.definition, sent, columns, twins)
    return [Finding(fault.ref, KIND, rule.severity, fault.value, fault.path, _messages(rule, fault),
                    {"rule": rule.id, "type": rule.type, **fault.facts}) for fault in faults]


def _messages(rule: Rule, fault: Fault) -> dict[str, str]:
    """A manager's own words come first, in whichever language there are any."""
    own = rule.messages
    return {"es": own.get("es") or own.get("en") or fault.es, "en": own.get("en") or own.get("es") or fault.en}


def _unique(rule: Unique, sent: Sent, columns: Mapping[str, Column], twins: Ask) -> Iterator[Fault]:
    held = combinations_of(rule, sent, columns)
    here = Counter(one.mark for one in held)
    for one in held:
        others, again = twins(one.mark), here[one.mark] - 1
        if others.count or again:
            together = {path: text for path, text in zip((rule.field, *rule.also), one.texts, strict=True)
                        if rule.also}
            yield Fault(one.ref, rule.field, " · ".join(one.texts),
                        *sentences.not_unique(one.texts, others.count, again),
                        {**_facts(others, again), **({"together": together} if together else {})})


def _same_file(rule: SameFile, sent: Sent, columns: Mapping[str, Column], twins: Ask) -> Iterator[Fault]:
    files = [one for one in sent.files if one.kind != AUDIT and rule.field in ("", one.path)]
    for file in files:
        others = twins(file.sha256)
        again = sum(one.sha256 == file.sha256 for one in files) - 1
        if others.count or again:
            yield Fault(_ref_of(file, sent, columns), file.path, file.name,
                        *sentences.same_file(others.count, again), _facts(others, again))


def _facts(others: Twins, again: int) -> dict:
    told = [{"number": one.number, "xmlFormId": one.form_id, "instanceId": one.instance_id, "name": one.name}
            for one in others.first[:TOLD]]
    return {"others": told, "count": others.count, **({"here": again} if again else {})}


def _ref_of(file: SentFile, sent: Sent, columns: Mapping[str, Column]) -> str:
    """Where the file is the answer; the repeat is told by its name, which is its own in a submission."""
    for answer in answers_at(sent, columns, file.path):
        if answer.value == file.name:
            return answer.ref
    return f"/{sent.root_name}{file.path}"


def _date_order(rule: DateOrder, sent: Sent, columns: Mapping[str, Column], _twins: Ask) -> Iterator[Fault]:
    others = [(one, _moment(one.value)) for one in answers_at(sent, columns, rule.other)]
    for answer in answers_at(sent, columns, rule.field):
        own = _moment(answer.value)
        if own is None:
            continue
        for other, moment in others:
            if moment is not None and _related(answer.key, other.key) and _wrong(rule.order, own, moment):
                text, than = str(answer.value).strip(), str(other.value).strip()
                yield Fault(answer.ref, rule.field, text,
                            *sentences.date_order(text, than, columns[rule.other].name, rule.order == NOT_AFTER),
                            {"other": other.ref, "otherValue": than})
                break


def _related(one: str, other: str) -> bool:
    """Whether one of two rows is the other, or stands around it."""
    return one == other or not one or not other or one.startswith(other + "/") or other.startswith(one + "/")


def _wrong(order: str, own: date | datetime, other: date | datetime) -> bool:
    if not (isinstance(own, datetime) and isinstance(other, datetime)):
        own, other = (one.date() if isinstance(one, datetime) else one for one in (own, other))
    elif own.tzinfo is None or other.tzinfo is None:
        own, other = own.replace(tzinfo=None), other.replace(tzinfo=None)
    return own > other if order == NOT_AFTER else own < other


def _moment(value: Value) -> date | datetime | None:
    """The date or time that a text tells, None for what is none."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _duration(rule: Duration, sent: Sent, columns: Mapping[str, Column], _twins: Ask) -> Iterator[Fault]:
    start, end = (next(answers_at(sent, columns, path), None) for path in (rule.start, rule.end))
    if start is None or end is None:
        return
    begun, ended = _moment(start.value), _moment(end.value)
    if not isinstance(begun, datetime) or not isinstance(ended, datetime):
        return
    if begun.tzinfo is None or ended.tzinfo is None:
        begun, ended = begun.replace(tzinfo=UTC), ended.replace(tzinfo=UTC)
    minutes = (ended - begun).total_seconds() / 60
    if minutes < rule.minutes:
        yield Fault(end.ref, rule.end, value_text(end.value), *sentences.duration(minutes, rule.minutes),
                    {"minutes": round(minutes, 2), "least": rule.minutes})


def _distance(rule: Distance, sent: Sent, columns: Mapping[str, Column], _twins: Ask) -> Iterator[Fault]:
    for answer in answers_at(sent, columns, rule.field):
        far = max((metres_between(rule.latitude, rule.longitude, *point) for point in _points(answer.value)),
                  default=0.0)
        if far > rule.metres:
            yield Fault(answer.ref, rule.field, value_text(answer.value), *sentences.distance(far, rule.metres),
                        {"metres": round(far), "most": rule.metres})


def _box(rule: Box, sent: Sent, columns: Mapping[str, Column], _twins: Ask) -> Iterator[Fault]:
    for answer in answers_at(sent, columns, rule.field):
        far = max((_metres_out(rule, *point) for point in _points(answer.value)), default=0.0)
        if far > 0:
            yield Fault(answer.ref, rule.field, value_text(answer.value), *sentences.box(far),
                        {"metres": round(far)})


def _in_office(rule: InOffice, sent: Sent, columns: Mapping[str, Column], ask: Ask) -> Iterator[Fault]:
    days, where = (list(answers_at(sent, columns, path)) for path in (rule.date, rule.community))
    for answer in answers_at(sent, columns, rule.field):
        signatory = str(answer.value).strip()
        on = next((day for one in days if _related(answer.key, one.key)
                   and (day := mandates.read_day(str(one.value)))), None)
        community = next((str(one.value).strip() for one in where if _related(answer.key, one.key)), "")
        if not signatory or on is None or (rule.community and not community):
            continue
        held = ask(signatory, community)
        if held is None or mandates.served(held, signatory, community, on, sent.received_at):
            continue
        own = mandates.of_signatory(held, signatory, community)
        who = next((one.person for one in reversed(own) if one.person), signatory)
        known = bool(mandates.known(own, sent.received_at))
        today = mandates.served(held, signatory, community, on)
        yield Fault(answer.ref, rule.field, signatory, *sentences.not_in_office(who, on.isoformat(), known, today),
                    {"on": on.isoformat(), "person": who, "knownToday": today})


def _reconciled(rule: Reconciled, sent: Sent, columns: Mapping[str, Column], ask: Ask) -> Iterator[Fault]:
    told = closing_of(rule, sent, columns)
    if told is None:
        return
    arrived = ask(sent.number, sent.device, told.on)
    if arrived is not None and arrived < told.sent:
        yield Fault(told.ref, rule.field, str(told.sent),
                    *sentences.not_arrived(told.sent, arrived, told.on.isoformat(), told.waiting),
                    {"on": told.on.isoformat(), "sent": told.sent, "arrived": arrived, "waiting": list(told.waiting)})


def closing_of(rule: Reconciled, sent: Sent, columns: Mapping[str, Column]) -> Closing | None:
    """What a record says of its phone, None where it does not say what was sent on which day."""
    said, day = (next(answers_at(sent, columns, path), None) for path in (rule.field, rule.date))
    on = mandates.read_day(str(day.value)) if day else None
    if said is None or on is None or not isinstance(said.value, int):
        return None
    held = [next((one.value for one in answers_at(sent, columns, path)), 0) for path in rule.waiting]
    return Closing(said.ref, on, said.value, tuple(one if isinstance(one, int) else 0 for one in held))


def _points(value: Value) -> list[tuple[float, float]]:
    """(latitude, longitude) of every point of an answer; none where it cannot be read."""
    points = [value] if isinstance(value, list) else line_points(value)
    return [(point[0], point[1]) for point in points if len(point) >= 2]


def _metres_out(box: Box, latitude: float, longitude: float) -> float:
    """How far a point is from the box, 0 inside of it."""
    nearest = (min(max(latitude, box.south), box.north), min(max(longitude, box.west), box.east))
    return 0.0 if nearest == (latitude, longitude) else max(1.0, metres_between(latitude, longitude, *nearest))


def metres_between(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Metres between two points on a globe (half a percent off at most, as the Earth is none)."""
    one, two = radians(latitude), radians(to_latitude)
    half = sin((two - one) / 2) ** 2 + cos(one) * cos(two) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))


_JUDGES = {Unique: _unique, SameFile: _same_file, DateOrder: _date_order, Duration: _duration, Distance: _distance,
           Box: _box, InOffice: _in_office, Reconciled: _reconciled}
