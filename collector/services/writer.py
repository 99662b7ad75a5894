"""Room for the one writer of a SQLite database: takes what waits, has it done together, then acknowledges each.

It must not open transactions itself; `services/unit` hands in how a batch is done.
"""

import contextvars
import logging
import queue
import threading
from collections.abc import Callable

from collector.domain import problems

log = logging.getLogger(__name__)
_END = object()


class Job:
    """One closure on its way through the writer."""

    __slots__ = ("_taken", "actor", "after", "answer", "begun", "context", "fault", "ready", "work")

    def __init__(self, actor, work):
        self.actor = actor
        self.work = work
        self.context = contextvars.copy_context()
        self.ready = threading.Event()
        self.answer = None
        self.fault: BaseException | None = None
        self.after: list = []
        self.begun = False
        self._taken = threading.Lock()  # by the writer that begins the work, or by who has waited too long

    def cancel(self) -> bool:
        """Whether the work was not begun; then it never will be."""
        return self._taken.acquire(blocking=False)

    def run(self, do: Callable, connection) -> None:
        """Does the work, once more if it was undone; a fault stays with the job. What was cancelled is left out."""
        self.begun = self.begun or self._taken.acquire(blocking=False)
        if not self.begun:
            return
        self.fault = None
        try:
            self.answer, self.after = self.context.run(do, connection, self.actor, self.work)
        except BaseException as fault:  # noqa: BLE001 - handed to who waits; the thread must outlive it
            self.fault = fault


class GroupWriter:
    """A thread that commits many closures at once (group commit).

    together: does a list of jobs in one transaction. limit: jobs in one transaction; depth: jobs that may wait;
    patience: seconds that a job waits for its begin. A phone gives up after 60, and should hear from us before.
    """

    def __init__(self, together: Callable[[list[Job]], None], limit: int = 128, depth: int = 2048,
                 patience: float = 20.0):
        self._together = together
        self._patience = patience
        self._limit = limit
        self._waiting: queue.Queue = queue.Queue(depth)
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after what waits is done."""
        self._waiting.put(_END)
        self._thread.join(60)

    def is_alive(self) -> bool:
        """Whether the thread still takes work."""
        return self._thread.is_alive()

    def submit(self, actor, work):
        """What work(unit) answers, once durable. Raises 503.1 when too much waits, or too long: then it is not done.

        Work that was begun is waited for, however long it takes: only its end says what was kept.
        """
        job = Job(actor, work)
        try:
            self._waiting.put_nowait(job)
        except queue.Full:
            raise problems.busy() from None
        if not job.ready.wait(self._patience) and job.cancel():
            raise problems.busy()
        job.ready.wait()
        if job.fault is not None:
            raise job.fault
        return job.answer

    def _loop(self) -> None:
        ending = False
        while not ending:
            batch = [self._waiting.get()]
            while len(batch) < self._limit:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            ending = _END in batch
            self._do([job for job in batch if job is not _END])

    def _do(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        try:
            self._together(jobs)
        except BaseException as fault:  # noqa: BLE001 - handed to who waits; else a job would pass for done
            for job in jobs:
                job.fault = job.fault or fault
        finally:
            for job in jobs:
                job.ready.set()


def follow(acts) -> None:
    """Nothing; what should follow a commit is done. Whatever becomes of it, who waits is told what was committed."""
    for act in acts:
        try:
            act()
        except Exception:
            log.exception("what should follow a commit failed; what was committed stands")
