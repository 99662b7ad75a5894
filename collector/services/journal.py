"""Room of what lines of the log are about: the request that is answered, the step that is run.

It must not write lines. Whoever begins something says so here; `cli/journal` puts it beside each line that follows.
Only numbers and names of ours may be said: no names of people, keys, answers, addresses or file names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_about: ContextVar[dict] = ContextVar("journal", default={})  # noqa: B039  never changed, only replaced


def begin(**fields) -> None:
    """Nothing; lines of this thread are about this from now on, and about nothing else."""
    _about.set(fields)


@contextmanager
def about(**fields) -> Iterator[None]:
    """Lines of this thread are about this too, as long as it lasts."""
    before = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(before)


def what() -> dict:
    """What a line of this thread is about."""
    return _about.get()
