"""Room where deliveries are sent: the next of each webhook, signed, tried again after growing pauses, noted.

It must not decide what is told (`services/announcing`) nor where a connection may lead (`services/outward`). A delivery
is sent before that is noted: who dies in between sends it again, under the same id.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

import orjson

from collector.domain import access, addresses, problems
from collector.domain import webhooks as domain
from collector.domain.instance import read_instance
from collector.domain.xmltext import XMLFault
from collector.services import models, outward
from collector.services.outward import Answer, Bounds
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import deliveries
from collector.store.queries import webhooks as queries

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=90)  # longer than the longest try
THREADS = 4
KEPT = timedelta(days=30)
SWEPT_AT_ONCE = 2000
HALT = "webhook.halt"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery on its way, as it stood when it was claimed."""

    webhook_id: int
    delivery_id: int
    url: str
    secret: str
    uid: str
    action: str
    body: bytes


def bounds_of(units: Units) -> Bounds:
    """Where this installation lets webhooks lead."""
    return Bounds(allowed=addresses.networks(units.settings.webhook_private))


def send_waiting(units: Units, bounds: Bounds | None = None, stop: threading.Event | None = None) -> int:
    """How many tries were made until nothing was due."""
    bounds, tries = bounds or bounds_of(units), 0
    while not (stop is not None and stop.is_set()):
        claimed = units.write(access.SYSTEM, _claim)
        if claimed is None:
            return tries
        answer = _try(units, claimed, bounds)
        units.write(access.SYSTEM, lambda unit, one=claimed, told=answer: note(unit, one, told))
        tries += 1
    return tries


def _try(units: Units, claimed: Claimed, bounds: Bounds) -> Answer:
    try:
        with units.reading(access.SYSTEM) as unit:
            sent = _with_answers(unit, claimed)
            now = int(unit.now().timestamp())
    except (XMLFault, problems.Problem):
        log.exception("the answers of delivery %s cannot be read", claimed.delivery_id)
        return Answer(None, "answers", 0)
    headers = {"Content-Type": "application/json", "User-Agent": "Collector-Webhook/1", "Accept-Encoding": "identity",
               domain.SIGNATURE: domain.signature(claimed.secret, now, sent), domain.DELIVERY: claimed.uid,
               domain.EVENT: claimed.action}
    return outward.post(claimed.url, sent, headers, bounds)


def _claim(unit: UnitOfWork) -> Claimed | None:
    """What is to be sent next, ours for a while."""
    unit.require_system()
    found = deliveries.claim(unit.session, unit.now(), unit.now() + LEASE)
    if found is None:
        return None
    hook, one = found
    return Claimed(hook.id, one.id, hook.url, hook.secret, one.uid, one.action, one.body.encode())


def note(unit: UnitOfWork, claimed: Claimed, answer: Answer) -> None:
    """Nothing; what came of a try stands beside the delivery, and the webhook goes on, waits or halts."""
    unit.require_system()
    found = deliveries.find_claimed(unit.session, claimed.webhook_id, claimed.delivery_id)
    if found is None:
        return
    (hook, one), now = found, unit.now()
    one.tries, one.tried_at, one.code, one.fault, one.took = (
        one.tries + 1, now, answer.code, answer.fault, answer.took)
    hook.lease_until = None
    if not answer.fault:
        one.state, one.ended_at, hook.failures, hook.run_after = "done", now, 0, None
        return
    if one.state != "waiting":
        return  # somebody left it out meanwhile
    hook.failures += 1
    pause = domain.pause_after(hook.failures)
    hook.run_after = now + timedelta(minutes=pause) if pause is not None else None
    if pause is None and hook.state == "active":
        hook.state = "halted"
        unit.record(HALT, project_id=hook.project_id, form_id=hook.form_id, target_id=hook.id,
                    details={"name": hook.name, "failures": hook.failures, "fault": answer.fault})


def _with_answers(unit: UnitOfWork, claimed: Claimed) -> bytes:
    """The body as it is sent; with answers where the webhook is to have them now and the record is still there."""
    found = deliveries.find_claimed(unit.session, claimed.webhook_id, claimed.delivery_id, lock=False)
    if found is None or not found[0].answers or found[1].version_id is None:
        return claimed.body
    version = queries.find_sent(unit.session, found[1].version_id)
    told = orjson.loads(claimed.body)
    if version is None or version.encrypted:
        told["answers"] = None
    else:
        instance = read_instance(version.xml, models.form_model(unit, version.form_version_id))
        told["submission"]["instanceName"] = version.instance_name
        told["answers"] = domain.answers(instance.root)
    return domain.written(told)


def take_over(units: Units) -> None:
    """Nothing; what a worker was sending when it died is sent again at once. For who knows to be alone."""
    def work(unit: UnitOfWork) -> None:
        unit.require_system()
        deliveries.release(unit.session)
    units.write(access.SYSTEM, work)


def sweep(units: Units) -> int:
    """How many deliveries that ended long ago left the table."""
    def work(unit: UnitOfWork) -> int:
        unit.require_system()
        return deliveries.sweep(unit.session, unit.now() - KEPT, SWEPT_AT_ONCE)
    return units.write(access.SYSTEM, work)


class Courier:
    """The threads of a worker that send, while something is due: a slow address holds up one of them alone."""

    def __init__(self, units: Units, threads: int = THREADS):
        self._units = units
        self._most = threads
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()

    def look(self) -> None:
        """Nothing; as many threads send as there may be, when something is due that nobody sends."""
        self._threads = [one for one in self._threads if one.is_alive()]
        if len(self._threads) >= self._most:
            return
        with self._units.reading(access.SYSTEM) as unit:
            due = deliveries.is_one_due(unit.session, unit.now())
        if due:
            self._threads.append(threading.Thread(target=self._run, name="courier", daemon=True))
            self._threads[-1].start()

    @property
    def is_busy(self) -> bool:
        """Whether something is being sent."""
        return any(one.is_alive() for one in self._threads)

    def stop(self, seconds: float = 5.0) -> None:
        """Nothing; what is under way may end, within bounds. What does not is sent again, under the same id."""
        self._stop.set()
        for one in self._threads:
            one.join(seconds / max(len(self._threads), 1))

    def _run(self) -> None:
        try:
            send_waiting(self._units, stop=self._stop)
        except Exception:
            log.exception("deliveries could not be sent; they will be tried again")
