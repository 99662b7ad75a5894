"""Room for the unit of work: who asks, one transaction, the blob store, the clock. The one place that commits.

It must not know HTTP. `web/blueprint`, the command line and the worker open units; services get them handed.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from collector.domain import access, problems
from collector.services.writer import GroupWriter, follow
from collector.settings import Settings
from collector.store import engine as engines
from collector.store import faults, prepared
from collector.store.blobs.protocol import BlobStore
from collector.store.queries import events

log = logging.getLogger(__name__)
Work = Callable[["UnitOfWork"], Any]
_TOGETHER = "rollback_only"  # how a session joins a transaction that other jobs are in


class _Shared(BaseException):
    """Work wants to take back what it did, in a transaction that is not its own: it is done again, apart."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows an event: keep(unit, event, found) in a transaction, found by read(unit, event) shortly before it.

    What takes long belongs into read, which holds nobody up; keep looks whether found still holds.
    """

    keep: Callable[["UnitOfWork", Any, Any], None]
    read: Callable[["UnitOfWork", Any], Any] | None = None


class UnitOfWork:
    """One thing done for one actor: reads and writes through `session`, all or nothing."""

    __slots__ = ("_after", "actor", "blobs", "kept_open", "notes", "session", "settings", "units", "writes")

    def __init__(self, units: "Units", session: Session, actor: access.Actor, writes: bool):
        self.units = units
        self.session = session
        self.actor = actor
        self.blobs = units.blobs
        self.settings = units.settings
        self.writes = writes
        self.kept_open = False
        self.notes = ""  # what the caller says of the act, for the history
        self._after: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The time of the act, aware UTC."""
        return self.units.moment or self.units.clock()

    def require(self, verb: str, thing):
        """The thing itself, when it is there and the actor may do this to it. Raises 404.1, 403.1."""
        if thing is None:
            raise problems.not_found()
        if not access.may(self.actor.grants, verb, thing.places()):
            raise problems.no_right()
        return thing

    def require_site(self, verb: str) -> None:
        """Nothing, when the actor may do this anywhere. Raises 403.1."""
        if not access.may(self.actor.grants, verb, (access.SITE,)):
            raise problems.no_right()

    def require_system(self) -> None:
        """Nothing, when the command line or the worker is asking. Raises 403.1."""
        if self.actor.kind != "system":
            raise problems.no_right()

    def may(self, verb: str, thing) -> bool:
        """Whether `require` would pass; for hiding what a person may not use."""
        return access.may(self.actor.grants, verb, thing.places())

    def record(self, action: str, **about) -> int:
        """The id of the event written, with the tasks it causes, in this transaction.

        about: project_id, form_id, submission_id, target_id, details.
        """
        about, steps = self.event_of(action, **about)
        if not steps:
            return events.add_event(self.session, **about)
        return events.add_event_with_tasks(self.session, steps, **about)

    def event_of(self, action: str, **about) -> tuple[dict[str, Any], list[str]]:
        """(values of the event, names of the steps that it causes), for who writes them. about: as of record."""
        steps = self.units.steps.get(action, ())
        units = self.units
        about = {"action": action, "actor_id": self.actor.id, "at": units.clock(), **about}
        said = {"notes": self.notes} if self.notes else {}
        if units.moment is not None:
            said["happenedAt"] = units.moment.isoformat()
        if said:
            about["details"] = {**(about.get("details") or {}), **said}
        if steps:
            self.on_commit(units.wake)
        return about, [name for name, _step in steps]

    def on_commit(self, act: Callable[[], None]) -> None:
        """Remembers something to do once the transaction is durable; the same act is done once."""
        if act not in self._after:
            self._after.append(act)

    def keep_open(self) -> "UnitOfWork":
        """The same unit, to be closed by whoever streams from it."""
        self.kept_open = True
        return self

    def close(self) -> None:
        """Ends a reading unit."""
        self.session.close()

    def rest(self) -> None:
        """Ends the reading transaction between two steps of long work, so that no write-ahead log is pinned.

        What was read stays as it was read: looking at it afterwards asks nothing again.
        """
        self.session.expunge_all()
        self.session.rollback()

    def undo(self) -> None:
        """Takes back what this unit changed so far; for a view that tells a Problem in a page of its own."""
        if self.session.join_transaction_mode == _TOGETHER:
            raise _Shared
        self.session.rollback()
        self._after.clear()

    def follow(self) -> None:
        """Does what was asked for by on_commit in a unit that only read, once its answer has left."""
        follow(dict.fromkeys(self._after))

    def done(self) -> list[Callable[[], None]]:
        """What was asked for by on_commit."""
        return self._after


class Units:
    """Opens units of work on one database and one blob store.

    steps: {action: ((name, step), ...)}; wake is called after a commit that caused tasks; memory: what services
    remember of this database, always under a key that another process's change would change.
    """

    def __init__(self, engine: Engine, blobs: BlobStore, settings: Settings,
                 steps: Mapping[str, tuple[tuple[str, "Step"], ...]], clock: Callable[[], datetime] | None = None):
        self.engine = engine
        self.blobs = blobs
        self.settings = settings
        self.steps = steps
        self.clock = clock or (lambda: datetime.now(UTC))
        self.moment: datetime | None = None
        self.wake: Callable[[], None] = lambda: None
        self.memory: dict = {}
        self.converts_apart = False  # set by who serves (`services/converting`)
        self._writer: GroupWriter | None = None
        self._immediate = engine.execution_options(**engines.IMMEDIATE)

    def as_of(self, moment: datetime) -> "Units":
        """The same, for acts that happened at this time somewhere else: what they write bears it. The history goes on
        by the clock (its days are found by its order) and tells the time beside. Writes apart from any writer."""
        then = copy(self)
        then.moment, then._writer = moment, None
        return then

    def open(self, actor: access.Actor) -> UnitOfWork:
        """A reading unit that the caller closes."""
        return UnitOfWork(self, prepared.Reading(self.engine, expire_on_commit=False), actor, writes=False)

    @contextmanager
    def reading(self, actor: access.Actor) -> Iterator[UnitOfWork]:
        """A unit whose changes are thrown away."""
        unit = self.open(actor)
        try:
            yield unit
        except exc.SQLAlchemyError as fault:
            raise faults.as_problem(fault) or fault from fault
        finally:
            if not unit.kept_open:
                unit.close()

    def write(self, actor: access.Actor, work: Work):
        """What work(unit) answers, once it is durable. Raises what it raises, and then nothing is kept.

        On SQLite with a running writer the work runs in the writer's thread, in a savepoint of its own.
        """
        if self._writer is not None:
            return self._writer.submit(actor, work)
        return self._settle(self._alone(actor, work))

    def start_writer(self) -> None:
        """Starts the one writer of a SQLite database; elsewhere nothing."""
        if self.engine.dialect.name == "sqlite" and self._writer is None:
            self._writer = GroupWriter(self._together)
            self._writer.start()

    def stop_writer(self) -> None:
        """Finishes what waits and ends the writer."""
        if self._writer is not None:
            self._writer.stop()
            self._writer = None

    def forget(self) -> None:
        """Nothing; no connection stays open and nothing is remembered of what is stored: other files may be put in the
        place of the database and the blobs. While it goes on nobody may ask for a unit."""
        was_writing = self._writer is not None
        self.stop_writer()
        self.engine.dispose()
        self.memory.clear()
        self.blobs.forget()
        if was_writing:
            self.start_writer()

    @property
    def writes_apart(self) -> bool:
        """Whether each writing unit has a transaction of its own, that others need not wait for."""
        return self.engine.dialect.name != "sqlite"

    def takes_writes(self) -> bool:
        """Whether writing units can be done: false when the writer's thread has died."""
        return self._writer is None or self._writer.is_alive()

    def _alone(self, actor: access.Actor, work: Work, tries: int = 4):
        session_of = prepared.Apart if self.writes_apart else prepared.Writing
        for left in range(tries, 0, -1):
            with session_of(self._immediate, expire_on_commit=False) as session:
                unit = UnitOfWork(self, session, actor, writes=True)
                try:
                    answer = work(unit)
                    session.settle()
                    session.commit()
                    return answer, unit.done()
                except exc.SQLAlchemyError as fault:
                    session.rollback()
                    if left > 1 and faults.is_retryable(fault):
                        continue
                    raise faults.as_problem(fault) or fault from fault

    def _together(self, jobs: list) -> None:
        """Does the jobs in one transaction, or, when one of them fails, each in a savepoint of its own.

        The first way is the rule and costs less; a bad job fails alone either way.
        """
        try:
            with self._immediate.connect() as connection:
                if not self._plainly(connection, jobs):
                    self._apart(connection, jobs)
        except exc.SQLAlchemyError as fault:
            raise faults.as_problem(fault) or fault from fault
        follow(dict.fromkeys(act for job in jobs for act in job.after))

    def _plainly(self, connection, jobs: list) -> bool:
        """Whether what became of every job stands: all went well, or the only one failed. If not, all is undone."""
        with connection.begin() as transaction, prepared.Writing(
                connection, expire_on_commit=False, join_transaction_mode=_TOGETHER) as session:
            for job in jobs:
                job.run(self._in_transaction, session)
                if job.fault is not None or not engines.is_open(connection):
                    transaction.rollback()
                    return len(jobs) == 1 and job.fault is not None and not isinstance(job.fault, _Shared)
        return True

    def _apart(self, connection, jobs: list) -> None:
        """Does the jobs again, each in its savepoint; a bad one keeps its fault."""
        with connection.begin():
            for job in jobs:
                job.run(self._in_savepoint, connection)
                if not engines.is_open(connection):
                    raise job.fault or problems.busy()

    def _in_transaction(self, session: Session, actor: access.Actor, work: Work):
        unit = UnitOfWork(self, session, actor, writes=True)
        try:
            answer = work(unit)
            session.flush()
        except exc.SQLAlchemyError as fault:
            raise faults.as_problem(fault) or fault from fault
        session.expunge_all()  # the next job shall see what the database holds
        return answer, unit.done()

    def _in_savepoint(self, connection, actor: access.Actor, work: Work):
        session = prepared.Writing(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        unit = UnitOfWork(self, session, actor, writes=True)
        try:
            answer = work(unit)
            session.commit()
            return answer, unit.done()
        except exc.SQLAlchemyError as fault:
            _undo(session)
            raise faults.as_problem(fault) or fault from fault
        except BaseException:
            _undo(session)
            raise
        finally:
            session.close()

    @staticmethod
    def _settle(answered):
        answer, after = answered
        follow(after)
        return answer


def _undo(session: Session) -> None:
    """Goes back to the savepoint; where SQLite itself has undone more than that, `_together` notices."""
    with suppress(exc.SQLAlchemyError):
        session.rollback()
